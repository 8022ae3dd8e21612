import config.change_sets
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('regions', '0004_change_sets_of_old_rows'),
    ]

    operations = [
        migrations.AlterField(
            model_name='historicalprovince',
            name='change_set',
            field=models.UUIDField(default=config.change_sets.current_change_set, editable=False),
        ),
        migrations.AlterField(
            model_name='historicalregion',
            name='change_set',
            field=models.UUIDField(default=config.change_sets.current_change_set, editable=False),
        ),
    ]
