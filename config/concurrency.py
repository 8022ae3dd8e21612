"""Two people at once: whether a thing is still as somebody saw it when they decide on it.

A page that asks before something is done prints the version of each thing in a hidden
input, named by ``version_input_of``, and hands what comes back, ``seen_version``, to the
service that does it as ``expected_version``.
"""

from collections import defaultdict

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from config.dates import moment_in_words
from config.history import Past, tracked_with_parts


class ChangedMeanwhile(ValidationError):  # noqa: N818 -- says what happened
    """Somebody saved the thing after it was seen: nothing was done to it."""


def versions_of(things) -> dict[int, str]:
    """Return the version of each of ``things``, rows of one model, by primary key.

    It is how many states history keeps of the row and of all that ever was a part of it:
    every save of any of them makes another. A query for each kind of part, whatever
    their number.
    """
    things = list(things)
    if not things:
        return {}
    counts = dict.fromkeys((thing.pk for thing in things), 0)
    # Of each kind, which of the things its rows are parts of.
    roots = {type(things[0]): {pk: {pk} for pk in counts}}
    for tracked in tracked_with_parts(type(things[0])):
        states = tracked.history.objects
        if not tracked.owners:
            states = states.filter(id__in=list(counts))
            for pk, count in _counted(states, "id"):
                counts[pk] += count
            continue
        owned = Q(pk__in=[])
        for column, owner in tracked.owners:
            owned |= Q(**{f"{column}__in": list(roots[owner])})
        columns = [column for column, _owner in tracked.owners]
        # A part that left counts on: that it did is a change too.
        ever = states.filter(id__in=states.filter(owned).values("id"))
        mine, total = defaultdict(set), defaultdict(int)
        for pk, *keys, count in _counted(ever, "id", *columns):
            total[pk] += count
            for key, (_column, owner) in zip(keys, tracked.owners, strict=True):
                mine[pk] |= roots[owner].get(key, set())
        for pk, count in total.items():
            for root in mine[pk]:
                counts[root] += count
        roots[tracked.model] = dict(mine)
    return {pk: str(count) for pk, count in counts.items()}


def _counted(states, *columns):
    return states.order_by().values_list(*columns).annotate(count=Count("history_id"))


def version_of(thing: models.Model) -> str:
    """Return the version of ``thing`` as it was read; of a record, with all its parts."""
    return versions_of([thing])[thing.pk]


def version_input_of(thing: models.Model) -> str:
    """Return the name of the hidden input that holds the version of ``thing``."""
    return f"_version_{thing.pk}"


def seen_version(data, thing: models.Model) -> str | None:
    """Return the version of ``thing`` that the page sent, None where it sent none."""
    return data.get(version_input_of(thing))


def refuse_if_changed(thing: models.Model, expected_version: str | None) -> None:
    """Raise ChangedMeanwhile, saying who and when, unless ``thing`` has that version.

    Call with ``thing`` locked, in the transaction of the change. None expects nothing.
    """
    if expected_version is not None and expected_version != version_of(thing):
        raise changed_meanwhile(thing)


def changed_meanwhile(thing: models.Model) -> ChangedMeanwhile:
    """Return the refusal that says who saved ``thing``, or a part of it, and when."""
    last = Past(type(thing), thing.pk).changes[-1]
    date = moment_in_words(last.at)
    author = get_user_model()._base_manager.filter(pk=last.author_id).first()
    if author is None:
        text = _("Changed meanwhile, on %(date)s: look at it again.") % {"date": date}
    else:
        text = _("Changed meanwhile by %(name)s, on %(date)s: look at it again.") % {
            "name": author,
            "date": date,
        }
    return ChangedMeanwhile(text, code="changed_meanwhile")
