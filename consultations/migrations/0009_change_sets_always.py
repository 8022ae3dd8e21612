from django.db import migrations, models

import config.change_sets
from config.migration_operations import AllAtOnce

HISTORIES = [
    'historicalagendaitem',
    'historicalagreementcomponent',
    'historicalagreementparty',
    'historicalagreementstep',
    'historicalaiddistribution',
    'historicalattendance',
    'historicalcommitment',
    'historicalcorrection',
    'historicaldiscrepancy',
    'historicaldocument',
    'historicalexpectation',
    'historicalinstrument',
    'historicalmeeting',
    'historicalmeetingseries',
    'historicalmeetingtype',
    'historicalparticipation',
    'historicalpartnershipagreement',
    'historicalprogramme',
    'historicalprogress',
    'historicalsource',
    'historicaltargetgroup',
    'historicaltheme',
]


class Migration(migrations.Migration):

    dependencies = [
        ('consultations', '0008_change_sets_of_old_rows'),
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
