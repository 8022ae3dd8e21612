from django.db import migrations, models

import config.change_sets
from config.migration_operations import AllAtOnce

HISTORIES = [
    'historicaloffice',
    'historicalorganisation',
    'historicalorganisationkind',
    'historicalparticipantcategory',
    'historicalperson',
]


class Migration(migrations.Migration):

    dependencies = [
        ('stakeholders', '0004_change_sets_of_old_rows'),
    ]

    operations = [
        AllAtOnce([
            migrations.AlterField(
                model_name=history,
                name='change_set',
                field=models.UUIDField(default=config.change_sets.current_change_set, editable=False),
            )
            for history in HISTORIES
        ]),
    ]
