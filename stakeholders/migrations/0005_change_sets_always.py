import config.change_sets
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('stakeholders', '0004_change_sets_of_old_rows'),
    ]

    operations = [
        migrations.AlterField(
            model_name='historicaloffice',
            name='change_set',
            field=models.UUIDField(default=config.change_sets.current_change_set, editable=False),
        ),
        migrations.AlterField(
            model_name='historicalorganisation',
            name='change_set',
            field=models.UUIDField(default=config.change_sets.current_change_set, editable=False),
        ),
        migrations.AlterField(
            model_name='historicalorganisationkind',
            name='change_set',
            field=models.UUIDField(default=config.change_sets.current_change_set, editable=False),
        ),
        migrations.AlterField(
            model_name='historicalparticipantcategory',
            name='change_set',
            field=models.UUIDField(default=config.change_sets.current_change_set, editable=False),
        ),
        migrations.AlterField(
            model_name='historicalperson',
            name='change_set',
            field=models.UUIDField(default=config.change_sets.current_change_set, editable=False),
        ),
    ]
