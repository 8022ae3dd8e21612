from django.conf import settings
from django.db import migrations, models

import config.change_sets
from config.migration_operations import AllAtOnce

HISTORIES = [
    'historicalprovince',
    'historicalregion',
]


class Migration(migrations.Migration):

    dependencies = [
        ('regions', '0002_search'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AllAtOnce([
            migrations.AddField(
                model_name=history,
                name='change_set',
                field=models.UUIDField(editable=False, null=True),
            )
            for history in HISTORIES
        ]),
        AllAtOnce([
            migrations.AlterField(
                model_name=history,
                name='history_user',
                field=models.ForeignKey(null=True, on_delete=config.change_sets.keep_authors, related_name='+', to=settings.AUTH_USER_MODEL),
            )
            for history in HISTORIES
        ]),
    ]
