import config.change_sets
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('consultations', '0008_change_sets_of_old_rows'),
    ]

    operations = [
        migrations.AlterField(
            model_name='historicalagendaitem',
            name='change_set',
            field=models.UUIDField(default=config.change_sets.current_change_set, editable=False),
        ),
        migrations.AlterField(
            model_name='historicalagreementcomponent',
            name='change_set',
            field=models.UUIDField(default=config.change_sets.current_change_set, editable=False),
        ),
        migrations.AlterField(
            model_name='historicalagreementparty',
            name='change_set',
            field=models.UUIDField(default=config.change_sets.current_change_set, editable=False),
        ),
        migrations.AlterField(
            model_name='historicalagreementstep',
            name='change_set',
            field=models.UUIDField(default=config.change_sets.current_change_set, editable=False),
        ),
        migrations.AlterField(
            model_name='historicalaiddistribution',
            name='change_set',
            field=models.UUIDField(default=config.change_sets.current_change_set, editable=False),
        ),
        migrations.AlterField(
            model_name='historicalattendance',
            name='change_set',
            field=models.UUIDField(default=config.change_sets.current_change_set, editable=False),
        ),
        migrations.AlterField(
            model_name='historicalcommitment',
            name='change_set',
            field=models.UUIDField(default=config.change_sets.current_change_set, editable=False),
        ),
        migrations.AlterField(
            model_name='historicalcorrection',
            name='change_set',
            field=models.UUIDField(default=config.change_sets.current_change_set, editable=False),
        ),
        migrations.AlterField(
            model_name='historicaldiscrepancy',
            name='change_set',
            field=models.UUIDField(default=config.change_sets.current_change_set, editable=False),
        ),
        migrations.AlterField(
            model_name='historicaldocument',
            name='change_set',
            field=models.UUIDField(default=config.change_sets.current_change_set, editable=False),
        ),
        migrations.AlterField(
            model_name='historicalexpectation',
            name='change_set',
            field=models.UUIDField(default=config.change_sets.current_change_set, editable=False),
        ),
        migrations.AlterField(
            model_name='historicalinstrument',
            name='change_set',
            field=models.UUIDField(default=config.change_sets.current_change_set, editable=False),
        ),
        migrations.AlterField(
            model_name='historicalmeeting',
            name='change_set',
            field=models.UUIDField(default=config.change_sets.current_change_set, editable=False),
        ),
        migrations.AlterField(
            model_name='historicalmeetingseries',
            name='change_set',
            field=models.UUIDField(default=config.change_sets.current_change_set, editable=False),
        ),
        migrations.AlterField(
            model_name='historicalmeetingtype',
            name='change_set',
            field=models.UUIDField(default=config.change_sets.current_change_set, editable=False),
        ),
        migrations.AlterField(
            model_name='historicalparticipation',
            name='change_set',
            field=models.UUIDField(default=config.change_sets.current_change_set, editable=False),
        ),
        migrations.AlterField(
            model_name='historicalpartnershipagreement',
            name='change_set',
            field=models.UUIDField(default=config.change_sets.current_change_set, editable=False),
        ),
        migrations.AlterField(
            model_name='historicalprogramme',
            name='change_set',
            field=models.UUIDField(default=config.change_sets.current_change_set, editable=False),
        ),
        migrations.AlterField(
            model_name='historicalprogress',
            name='change_set',
            field=models.UUIDField(default=config.change_sets.current_change_set, editable=False),
        ),
        migrations.AlterField(
            model_name='historicalsource',
            name='change_set',
            field=models.UUIDField(default=config.change_sets.current_change_set, editable=False),
        ),
        migrations.AlterField(
            model_name='historicaltargetgroup',
            name='change_set',
            field=models.UUIDField(default=config.change_sets.current_change_set, editable=False),
        ),
        migrations.AlterField(
            model_name='historicaltheme',
            name='change_set',
            field=models.UUIDField(default=config.change_sets.current_change_set, editable=False),
        ),
    ]
