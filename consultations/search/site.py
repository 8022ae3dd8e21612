"""Everything public that some words find, by kind, each hit in its context."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from config.dates import day_in_words
from config.excerpts import excerpt
from config.localization import LocalizedText, current_language
from config.search_index import query_of
from config.search_text import Query, conditions_met, parts_to_try_alone
from config.template_tags import quantity
from consultations.dates import until_in_words
from consultations.models import (
    AgreementDocument,
    AgreementParty,
    Commitment,
    CommitmentDocument,
    Expectation,
    ExpectationDocument,
    Meeting,
    MeetingDocument,
    Participation,
    PartnershipAgreement,
    is_public,
)
from consultations.search import passages
from consultations.search.passages import Passage
from consultations.search.waiting import newest_public_pks
from regions.models import Region, RegionDocument
from stakeholders.models import Organisation, OrganisationDocument

MOST_COUNTED = 1000
SHOWN = 5
MOST_COUNTED_APART = 100  # of what a word finds without the others


class Hit(NamedTuple):
    """One thing found: its name, what it is part of, and the passage that was hit."""

    title: LocalizedText
    url: str
    details: list
    excerpt: LocalizedText | None


@dataclass(frozen=True)
class Group:
    """What was found of one kind: how many, and the first in the stated order."""

    kind: str
    label: Promise
    found: int
    hits: list[Hit]
    list_name: str = ""

    @property
    def count(self) -> str:
        """How many were found, in the reader's numbers: “12”, “1,000+”."""
        return _capped(self.found, MOST_COUNTED)

    @property
    def has_more(self) -> bool:
        return self.found > len(self.hits)


class WordAlone(NamedTuple):
    """One of several words, and how many things it finds without the others."""

    word: str
    count: str


class Kind(NamedTuple):
    name: str
    label: Promise
    find: Callable[[Query, int], list[int]]
    rows: QuerySet
    passages: Callable[[object], Iterable[Passage]]
    details: Callable[[object], list]
    url: Callable[[object], str]
    list_name: str = ""


def search_everything(query: Query) -> list[Group]:
    """Return what ``query`` finds among all that is public; kinds without a hit not.

    Meetings, expectations and commitments come newest meeting first, agreements by their
    reference from the last, organisations by name and regions by code.
    """
    groups = []
    for kind in _kinds():
        pks = kind.find(query, MOST_COUNTED + 1)
        shown = pks[:SHOWN]
        rows = {row.pk: row for row in kind.rows.filter(pk__in=shown)} if shown else {}
        hits = [_hit(kind, rows[pk], query) for pk in shown if pk in rows]
        if hits:
            groups.append(Group(kind.name, kind.label, len(pks), hits, kind.list_name))
    return groups


def search_words_apart(text: str) -> list[WordAlone]:
    """Return those of several words that find something each alone, in their order."""
    kinds = _kinds()
    apart = []
    for word in parts_to_try_alone(text):
        query = query_of(word)
        found = 0
        for kind in () if query.is_hopeless else kinds:
            if found <= MOST_COUNTED_APART:
                found += len(kind.find(query, MOST_COUNTED_APART + 1))
        if found:
            apart.append(WordAlone(word, _capped(found, MOST_COUNTED_APART)))
    return apart


def _capped(found: int, most: int) -> str:
    return f"{quantity(most)}+" if found > most else quantity(found)


def _kinds() -> list[Kind]:
    return [
        Kind(
            "meetings",
            _("Meetings"),
            partial(newest_public_pks, MeetingDocument),
            passages.with_passages_of_meetings(Meeting.objects.published(), few=True),
            passages.meeting_passages,
            _about_meeting,
            Meeting.get_absolute_url,
            "consultations:meeting_list",
        ),
        Kind(
            "agreements",
            _("Agreements"),
            partial(newest_public_pks, AgreementDocument),
            passages.with_passages_of_agreements(
                PartnershipAgreement.objects.published(), few=True
            ),
            passages.agreement_passages,
            _about_agreement,
            PartnershipAgreement.get_absolute_url,
            "consultations:agreement_list",
        ),
        Kind(
            "expectations",
            _("Expectations and recommendations"),
            partial(newest_public_pks, ExpectationDocument),
            passages.with_passages_of_expectations(
                Expectation.objects.published().with_number(), few=True
            ),
            passages.expectation_passages,
            _about_part,
            _place_of_part,
            "consultations:follow_up",
        ),
        Kind(
            "commitments",
            _("Commitments"),
            partial(newest_public_pks, CommitmentDocument),
            passages.with_passages_of_commitments(
                Commitment.objects.published().with_number(), few=True
            ),
            passages.commitment_passages,
            _about_part,
            _place_of_part,
            "consultations:follow_up",
        ),
        Kind(
            "organisations",
            _("Organisations"),
            lambda query, limit: OrganisationDocument.first_pks(
                query, limit, among=public_organisations()
            ),
            Organisation.objects.select_related("category"),
            passages.name_passages,
            lambda organisation: [organisation.category.name],
            Organisation.get_absolute_url,
        ),
        Kind(
            "regions",
            _("Regions"),
            RegionDocument.first_pks,
            Region.objects.prefetch_related("provinces"),
            passages.name_passages,
            lambda region: [region.seat],
            Region.get_absolute_url,
        ),
    ]


def public_organisations() -> QuerySet:
    """Return the organisations that the published record names."""
    of_organisation = {"organisation": OuterRef("pk")}
    return Organisation.objects.filter(
        Exists(Participation.objects.filter(is_public("meeting"), **of_organisation))
        | Exists(
            AgreementParty.objects.filter(is_public("agreement"), **of_organisation)
        )
        | Exists(Expectation.objects.published().filter(**of_organisation))
        | Exists(Commitment.objects.published().filter(owner=OuterRef("pk")))
    )


def _about_meeting(meeting) -> list:
    form = {"day": "j F Y", "month": "F Y", "year": "Y"}.get(meeting.date_precision)
    first, last = (
        day_in_words(day, form) if form and day else ""
        for day in (meeting.starts_on, meeting.ends_on)
    )
    day = first or (last and until_in_words(last, meeting.date_precision))
    region = meeting.region.name if meeting.region else _("National")
    return [day or _("undated"), region]


def _about_agreement(agreement) -> list:
    regions = [region.name for region in agreement.regions.all()]
    return [LocalizedText(agreement.reference, current_language()), *regions]


def _about_part(row) -> list:
    return [row.meeting.title, *_about_meeting(row.meeting)]


def _place_of_part(row) -> str:
    return row.url_of_place(row.number)


def _hit(kind: Kind, row, query: Query) -> Hit:
    title = _title(row)
    in_title = conditions_met(title, query)
    best = _best_passage(
        (one.text for one in kind.passages(row) if one.is_shown and one.text != title),
        query,
        in_title,
    )
    return Hit(
        title=excerpt(title, query, length=300),
        url=kind.url(row),
        details=kind.details(row),
        excerpt=excerpt(best, query) if best else None,
    )


def _title(row) -> LocalizedText:
    for name in ("title", "text", "name"):
        if title := getattr(row, name, ""):
            return title
    return LocalizedText(str(row), current_language())


def _best_passage(
    texts: Iterable[LocalizedText], query: Query, in_title: frozenset[int]
) -> LocalizedText | None:
    """Return the text that says most of what the title does not, in the reader's language.

    None where nothing but the title was hit.
    """
    best, best_rank = None, (0, 0, False)
    for text in texts:
        met = conditions_met(text, query)
        rank = (
            len(met - in_title),
            len(met),
            text.language == current_language(),
        )
        if met and rank > best_rank:
            best, best_rank = text, rank
    if best is None:
        return None
    language = current_language()
    return LocalizedText(best, best.language, is_fallback=best.language != language)
