from django.db import migrations

from config.change_sets_of_old_rows import fill_change_sets


class Migration(migrations.Migration):

    dependencies = [
        ('regions', '0003_change_sets'),
    ]

    operations = [
        migrations.RunPython(fill_change_sets, migrations.RunPython.noop, elidable=True),
    ]
