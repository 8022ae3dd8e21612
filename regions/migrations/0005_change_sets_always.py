from django.db import migrations, models

import config.change_sets
from config.migration_operations import AllAtOnce

HISTORIES = [
    'historicalprovince',
    'historicalregion',
]


class Migration(migrations.Migration):

    dependencies = [
        ('regions', '0004_change_sets_of_old_rows'),
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
