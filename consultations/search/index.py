"""The documents of the record: what each holds, and who writes them when."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.db import models, transaction

from config.models import SearchWord
from config.search_index import (
    BATCH,
    Description,
    Difference,
    describes,
    faulty_indexes,
    index_rows,
    kinds_of_document,
    lock_words,
    tidy_indexes,
)
from consultations.models import (
    AgreementDocument,
    Commitment,
    CommitmentDocument,
    Expectation,
    ExpectationDocument,
    Instrument,
    Meeting,
    MeetingDocument,
    MeetingSeries,
    MeetingType,
    PartnershipAgreement,
    Programme,
    Publication,
    TargetGroup,
    Theme,
)
from consultations.search import passages
from regions.models import Province, Region
from stakeholders.models import Organisation, ParticipantCategory, Person

Record = Meeting | PartnershipAgreement
# A reference is AG, a year and a number: the later is the greater.
NUMBERS_A_YEAR = 1 << 22


@describes(MeetingDocument)
def describe_meetings(meetings: models.QuerySet) -> Iterator[Description]:
    for meeting in passages.with_passages_of_meetings(meetings):
        yield Description(
            meeting.pk,
            texts=passages.texts(passages.meeting_passages(meeting)),
            terms=passages.meeting_dates(meeting),
            position=meeting.sorts_on.toordinal(),
            is_published=meeting.publication == Publication.PUBLISHED,
        )


@describes(AgreementDocument)
def describe_agreements(agreements: models.QuerySet) -> Iterator[Description]:
    for agreement in passages.with_passages_of_agreements(agreements):
        _ag, year, number = agreement.reference.split("-")
        yield Description(
            agreement.pk,
            texts=passages.texts(passages.agreement_passages(agreement)),
            terms=passages.agreement_dates(agreement),
            position=int(year) * NUMBERS_A_YEAR + min(int(number), NUMBERS_A_YEAR - 1),
            is_published=agreement.publication == Publication.PUBLISHED,
        )


@describes(ExpectationDocument)
def describe_expectations(expectations: models.QuerySet) -> Iterator[Description]:
    for row in passages.with_passages_of_expectations(expectations):
        yield _of_meeting(row, passages.expectation_passages(row))


@describes(CommitmentDocument)
def describe_commitments(commitments: models.QuerySet) -> Iterator[Description]:
    for row in passages.with_passages_of_commitments(commitments):
        yield _of_meeting(row, passages.commitment_passages(row))


def _of_meeting(row, found_by: Iterable[passages.Passage]) -> Description:
    return Description(
        row.pk,
        texts=passages.texts(found_by),
        position=row.meeting.sorts_on.toordinal(),
        is_published=row.meeting.publication == Publication.PUBLISHED,
    )


def index_records(
    meetings: models.QuerySet | None = None, agreements: models.QuerySet | None = None
) -> None:
    """Write the documents of many records and of what was said at the meetings.

    In few queries for many rows: for whatever writes past the services.
    """
    if meetings is not None:
        index_rows(MeetingDocument, meetings)
        index_rows(
            ExpectationDocument, Expectation.objects.filter(meeting__in=meetings)
        )
        index_rows(CommitmentDocument, Commitment.objects.filter(meeting__in=meetings))
    if agreements is not None:
        index_rows(AgreementDocument, agreements)


@transaction.atomic
def refresh_search_text(record: Record) -> None:
    """Write what ``record`` is found by anew; no new version, for no fact has changed."""
    rows = type(record).objects.filter(pk=record.pk)
    if isinstance(record, Meeting):
        index_records(meetings=rows)
    else:
        index_records(agreements=rows)


# How a meeting, and an agreement, come to hold the names of something.
NAMED_BY = {
    Region: ("region", "regions"),
    Province: ("provinces", "provinces"),
    Organisation: ("participations__organisation", "parties__organisation"),
    Person: ("participations__person", "parties__signed_by"),
    ParticipantCategory: ("participations__category", None),
    MeetingSeries: ("series", None),
    MeetingType: ("type", None),
    Theme: ("themes", "themes"),
    Instrument: (None, "instrument"),
    Programme: (None, "programme"),
    TargetGroup: (None, "target_groups"),
}
# How else a meeting's expectations, commitments and participations name something.
NAMED_BESIDE = {
    Organisation: ("expectations__organisation", "commitments__owner"),
    Person: ("participations__on_behalf_of", "agenda_items__presenter"),
    ParticipantCategory: ("expectations__category",),
    Theme: ("expectations__theme", "commitments__theme"),
}


def refresh_records_naming(thing: models.Model) -> None:
    """Write anew what every record is found by that holds a name of ``thing``."""
    if thing.pk is None:  # deleted, so nothing named it
        return
    in_meetings, in_agreements = NAMED_BY.get(type(thing), (None, None))
    ways = [in_meetings, *NAMED_BESIDE.get(type(thing), ())]
    pks = set()
    for way in filter(None, ways):
        pks.update(Meeting.objects.filter(**{way: thing}).values_list("pk", flat=True))
    for some in _in_batches(pks):
        index_records(meetings=Meeting.objects.filter(pk__in=some))
    if in_agreements:
        pks = set(
            PartnershipAgreement.objects.filter(**{in_agreements: thing}).values_list(
                "pk", flat=True
            )
        )
        for some in _in_batches(pks):
            index_records(agreements=PartnershipAgreement.objects.filter(pk__in=some))


def _in_batches(pks: Iterable[int]) -> Iterator[list[int]]:
    ordered = sorted(pks)
    for first in range(0, len(ordered), BATCH):
        yield ordered[first : first + BATCH]


class Outcome(NamedTuple):
    """What ``rebuild`` found to differ, by the model of the rows."""

    differences: dict[type[models.Model], Difference]
    faulty: list[str]
    words_missing: int
    words_unused: int

    @property
    def count(self) -> int:
        return (
            sum(difference.count for difference in self.differences.values())
            + len(self.faulty)
            + self.words_missing
            + self.words_unused
        )


@transaction.atomic
def rebuild(*, dry_run: bool = False) -> Outcome:
    """Bring the whole index to what the record says now, and return what differed."""
    if not dry_run:
        lock_words()
    differences: dict = {}
    wanted: dict[str, SearchWord] = {}
    faulty = faulty_indexes()
    for document in kinds_of_document():
        model = document._meta.get_field("record").related_model
        differences[model] = index_rows(
            document, model._base_manager.all(), dry_run=dry_run, all_words=wanted
        )
    there = dict(SearchWord.objects.values_list("word", "is_name"))
    missing = [
        word for word, one in wanted.items() if there.get(word) is not one.is_name
    ]
    unused = there.keys() - wanted
    if not dry_run:
        for some in _in_batches({*missing, *unused}):
            SearchWord.objects.filter(word__in=some).delete()
        SearchWord.objects.bulk_create([wanted[word] for word in sorted(missing)])
        tidy_indexes(rebuild=faulty)
    return Outcome(differences, faulty, len(missing), len(unused))
