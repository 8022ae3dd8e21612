"""Autocompletes that offer first whom the records of the region at hand name most.

The page says which region is chosen in it, or which meeting (``static/js/usual.js``).
"""

from collections import Counter

from django.contrib import admin
from django.db.models import Case, Count, Q, Value, When

from config.admin_widgets import is_key
from consultations.models import (
    AgreementParty,
    Meeting,
    Participation,
    PartnershipAgreement,
)
from stakeholders.models import Organisation, Person

# What is usual shows in the latest records: the queries stay small whatever there is.
LATEST = 200
OFFERED_FIRST = 40


def regions_at_hand(request) -> set[int]:
    """Return the keys of the regions of the record that is being entered."""
    keys = {int(key) for key in request.GET.getlist("region") if is_key(key)}
    meeting = request.GET.get("meeting", "")
    if not keys and is_key(meeting):
        found = Meeting.objects.filter(pk=meeting, region__isnull=False)
        keys.update(found.values_list("region", flat=True))
    return keys


def most_named(in_meetings: str, in_agreements: str, regions: set[int]) -> list[int]:
    """Return the keys that the two columns hold most in the latest records of ``regions``.

    In two queries: in how many meetings somebody took part, how many agreements are theirs.
    """
    meetings = Meeting.objects.filter(region__in=regions)
    agreements = PartnershipAgreement.objects.filter(regions__in=regions)
    times = Counter()
    for parts, column, record, latest in (
        (
            Participation.objects.all(),
            in_meetings,
            "meeting",
            meetings.order_by("-sorts_on", "-pk"),
        ),
        (
            AgreementParty.objects.all(),
            in_agreements,
            "agreement",
            agreements.order_by("-reference"),
        ),
    ):
        named = (
            parts.filter(
                Q(**{f"{record}__in": latest.values("pk")[:LATEST]}),
                **{f"{column}__isnull": False},
            )
            .order_by()
            .values(column)
            .annotate(records=Count(record, distinct=True))
            .order_by("-records", column)[:OFFERED_FIRST]
        )
        times.update(dict(named.values_list(column, "records")))
    return [key for key, _times in times.most_common(OFFERED_FIRST)]


def _in_front(keys: list[int]) -> Case:
    places = [When(pk=key, then=Value(place)) for place, key in enumerate(keys)]
    return Case(*places, default=Value(len(keys)))


def organisations_first(request, organisations):
    """Put those that take part in the region first, then its own, then all others."""
    if not (regions := regions_at_hand(request)):
        return organisations
    is_own = Case(When(region__in=regions, then=Value(0)), default=Value(1))
    return organisations.order_by(
        _in_front(most_named("organisation", "organisation", regions)),
        is_own,
        *Organisation._meta.ordering,
    )


def persons_first(request, persons):
    """Put those who take part in the region first."""
    if not (regions := regions_at_hand(request)):
        return persons
    return persons.order_by(
        _in_front(most_named("person", "signed_by", regions)), *Person._meta.ordering
    )


admin.site.get_model_admin(Organisation).usual_first = organisations_first
admin.site.get_model_admin(Person).usual_first = persons_first
