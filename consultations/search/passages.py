"""What a record says that it can be found by, passage for passage.

The index is made of these passages and a page of results shows the one that was hit, so
that both always speak of the same text. Nothing stands here that its public page hides:
names of persons without an office or their consent, and internal documents.
"""

import datetime
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.db.models import Prefetch, QuerySet

from config.localization import LANGUAGES, LocalizedText, current_language
from config.other_names import split_other_names
from config.written_dates import tokens_of
from consultations.models import (
    AgendaItem,
    AgreementParty,
    Commitment,
    Expectation,
    Meeting,
    Participation,
    PartnershipAgreement,
)

MEETING_TEXTS = ("summary", "key_messages", "objectives", "venue", "city")
MEETING_NOTES = ("slogan", "patronage", "type_note", "scope_note", "venue_note", "note")
AGREEMENT_TEXTS = ("short_label", "purpose")
PARTICIPATION_PARTS = ("organisation", "person", "category", "office", "on_behalf_of")
PARTY_PARTS = ("organisation", "signed_by", "signatory_office")
LONGEST_EVENT = 62  # days of which each is found by its date


class Passage(NamedTuple):
    """A text that its record is found by; ``is_shown`` to readers, or another name."""

    text: LocalizedText
    is_shown: bool = True


def _columns(thing, *names: str) -> Iterator[Passage]:
    """Yield the texts of columns in three languages."""
    for name in names:
        for language in LANGUAGES:
            if text := getattr(thing, f"{name}_{language}", ""):
                yield Passage(LocalizedText(text, language))


def _notes(thing, *names: str) -> Iterator[Passage]:
    """Yield the texts of columns that are written in the language of the record."""
    for name in names:
        if text := getattr(thing, name):
            yield Passage(LocalizedText(text, thing.language))


def _names(*things) -> Iterator[Passage]:
    """Yield every name of regions, provinces, organisations, persons or terms."""
    for thing in filter(None, things):
        yield from _columns(thing, "name")
        for name in split_other_names(getattr(thing, "other_names", "")):
            yield Passage(LocalizedText(name, "ar"), is_shown=False)


# Meetings


def with_passages_of_meetings(meetings: QuerySet, *, few: bool = False) -> QuerySet:
    """Read with ``meetings`` all that ``meeting_passages`` goes through.

    For ``few`` in fewer queries, for many with less to read.
    """
    if few:
        return meetings.select_related("type", "region", "series").prefetch_related(
            "provinces",
            "themes",
            Prefetch(
                "participations",
                Participation.objects.select_related(*PARTICIPATION_PARTS),
            ),
            Prefetch("agenda_items", AgendaItem.objects.select_related("presenter")),
            "expectations",
            "commitments",
            "aid_distributions",
        )
    return meetings.prefetch_related(
        "type",
        "region",
        "series",
        "provinces",
        "themes",
        # Not joined: many rows name the same few organisations, read once here.
        *(f"participations__{part}" for part in PARTICIPATION_PARTS),
        "agenda_items__presenter",
        "expectations",
        "commitments",
        "aid_distributions",
    )


def meeting_passages(meeting: Meeting) -> Iterator[Passage]:
    """Yield what ``meeting`` is found by, its title first."""
    yield from _columns(meeting, "title", *MEETING_TEXTS)
    yield from _notes(meeting, *MEETING_NOTES)
    for row in meeting.participations.all():
        yield from _participation(row)
    for item in meeting.agenda_items.all():
        yield from _columns(item, "title", "place", "sites")
        if item.presenter_note:
            yield Passage(LocalizedText(item.presenter_note, "ar"))
        if item.presenter and item.presenter.consents_to_be_named:
            yield from _names(item.presenter)
    for row in (*meeting.expectations.all(), *meeting.commitments.all()):
        yield from _columns(row, "text")
    for row in meeting.aid_distributions.all():
        yield from _columns(row, "description")
    yield from _names(meeting.region, *meeting.provinces.all(), *meeting.themes.all())
    if meeting.series:
        yield from _columns(meeting.series, "title")
    yield from _names(meeting.type)


def _participation(row: Participation) -> Iterator[Passage]:
    if row.public_person:
        yield from _names(row.person)
    if row.public_on_behalf_of:
        yield from _names(row.on_behalf_of)
    yield from _columns(row, "office_stated", "description")
    yield from _names(row.organisation, row.category)


def meeting_dates(meeting: Meeting) -> set[str]:
    """Return the terms of the days, months or the year that ``meeting`` is dated to."""
    if not meeting.date_is_known:
        return set()
    first = meeting.starts_on or meeting.ends_on
    last = meeting.ends_on or first
    terms = tokens_of(first, meeting.date_precision)
    terms |= tokens_of(last, meeting.date_precision)
    for day in range(1, min((last - first).days, LONGEST_EVENT)):
        terms |= tokens_of(first + datetime.timedelta(days=day), meeting.date_precision)
    return terms


# Agreements


def with_passages_of_agreements(agreements: QuerySet, *, few: bool = False) -> QuerySet:
    """Read with ``agreements`` all that ``agreement_passages`` goes through."""
    if few:
        return agreements.select_related("instrument", "programme").prefetch_related(
            "regions",
            "provinces",
            "themes",
            "target_groups",
            Prefetch("parties", AgreementParty.objects.select_related(*PARTY_PARTS)),
            "steps",
            "components",
        )
    return agreements.prefetch_related(
        "instrument",
        "programme",
        "regions",
        "provinces",
        "themes",
        "target_groups",
        *(f"parties__{part}" for part in PARTY_PARTS),
        "steps",
        "components",
    )


def agreement_passages(agreement: PartnershipAgreement) -> Iterator[Passage]:
    """Yield what ``agreement`` is found by, its title first."""
    yield from _columns(agreement, "title", *AGREEMENT_TEXTS)
    yield Passage(LocalizedText(agreement.reference, current_language()))
    yield from _notes(agreement, "territory_note", "note")
    for component in agreement.components.all():
        yield from _columns(component, "description")
    for party in agreement.parties.all():
        yield from _names(party.organisation)
        yield from _columns(party, "description")
        if party.public_signatory:
            yield from _names(party.signed_by)
        for stated in (party.signatory_office_stated, party.signed_on_behalf_of):
            if stated:
                yield Passage(LocalizedText(stated, "ar"))
    for step in agreement.steps.all():
        yield from _columns(step, "place")
        yield from _notes(step, "note")
    yield from _names(
        *agreement.regions.all(),
        *agreement.provinces.all(),
        *agreement.themes.all(),
        *agreement.target_groups.all(),
        agreement.programme,
        agreement.instrument,
    )


def agreement_dates(agreement: PartnershipAgreement) -> set[str]:
    """Return the terms of the days on which something became of ``agreement``."""
    days = [step.date for step in agreement.steps.all() if step.date]
    return set().union(*(tokens_of(day, "day") for day in days))


# Expectations and commitments


def with_passages_of_expectations(
    expectations: QuerySet, *, few: bool = False
) -> QuerySet:
    parts = ("meeting__region", "category", "organisation", "theme")
    if few:
        return expectations.select_related(*parts)
    return expectations.prefetch_related(*parts)


def expectation_passages(expectation: Expectation) -> Iterator[Passage]:
    yield from _columns(expectation, "text", "answer")
    yield from _names(
        expectation.organisation,
        expectation.category,
        expectation.theme,
        expectation.meeting.region,
    )


def with_passages_of_commitments(
    commitments: QuerySet, *, few: bool = False
) -> QuerySet:
    parts = ("meeting__region", "owner", "theme")
    if few:
        return commitments.select_related(*parts)
    return commitments.prefetch_related(*parts)


def commitment_passages(commitment: Commitment) -> Iterator[Passage]:
    yield from _columns(commitment, "text")
    yield from _names(commitment.owner, commitment.theme, commitment.meeting.region)


def name_passages(thing) -> Iterator[Passage]:
    """Yield the names of an organisation or a region; a region's provinces as well."""
    yield from _names(thing)
    if hasattr(thing, "seat_ar"):
        yield from _columns(thing, "seat")
        yield from _names(*thing.provinces.all())


def texts(passages: Iterable[Passage]) -> list[str]:
    return [passage.text for passage in passages]
