"""Gives rows of history that were written before there were change sets their own.

For migrations alone: what one person, or one command, saved without a pause is one
change, as one transaction now is.
"""

import datetime
import uuid

PAUSE = datetime.timedelta(seconds=1)
BATCH = 1000


def fill_change_sets(apps, schema_editor):
    """Fill the ``change_set`` of all rows of the apps migrated so far that lack it."""
    using = schema_editor.connection.alias
    histories = [
        model
        for model in apps.get_models()
        if {"change_set", "history_user"}
        <= {field.name for field in model._meta.get_fields()}
    ]
    rows = sorted(
        (
            (user or 0, at, number, pk)
            for number, model in enumerate(histories)
            for pk, at, user in model.objects.using(using)
            .filter(change_set__isnull=True)
            .order_by()
            .values_list("pk", "history_date", "history_user_id")
        )
    )
    found: dict[int, dict[int, uuid.UUID]] = {}
    author, last, change_set = None, None, None
    for user, at, number, pk in rows:
        if user != author or at - last > PAUSE:
            change_set = uuid.uuid4()
        author, last = user, at
        found.setdefault(number, {})[pk] = change_set
    for number, keys in found.items():
        model = histories[number]
        model.objects.using(using).bulk_update(
            [model(pk=pk, change_set=key) for pk, key in keys.items()],
            ["change_set"],
            batch_size=BATCH,
        )
