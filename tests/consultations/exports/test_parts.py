"""Files of parts say what the pages say: the expressions are the same rules in SQL."""

import datetime
from itertools import product

import pytest
from django.db import connection
from django.utils import translation

from consultations.dossiers.attendance import public_attendance
from consultations.dossiers.meeting import read_meeting
from consultations.exports import DATASETS
from consultations.exports.columns import Scope
from consultations.models import AgreementParty, Attendance, Expectation, Meeting
from consultations.reports import category_reports, organisation_figures
from tests.consultations.exports.whole_record import make_all
from tests.factories.consultations import (
    AgendaItemFactory,
    AgreementPartyFactory,
    AttendanceFactory,
    CommitmentFactory,
    ExpectationFactory,
    MeetingFactory,
    ParticipationFactory,
    PartnershipAgreementFactory,
)
from tests.factories.stakeholders import (
    OfficeFactory,
    OrganisationFactory,
    ParticipantCategoryFactory,
    PersonFactory,
)

pytestmark = pytest.mark.django_db


def test_attendance_withholds_what_the_page_withholds(read_rows):
    """Over every kind of count: unknown, none, too few to be told, the first that is."""
    meeting = MeetingFactory()
    counts = list(product([None, 0, 1, 4, 5], repeat=3))
    Attendance.objects.bulk_create(
        Attendance(
            meeting=meeting,
            category=ParticipantCategoryFactory(),
            present=20,
            **dict(zip(Attendance.PARTS, parts, strict=True)),
        )
        for parts in counts
    )

    rows = read_rows("attendance")

    shown = public_attendance(meeting.attendances.order_by("category__order", "pk"))
    columns = ("category", "present", *Attendance.PARTS, "parts_withheld")
    assert [tuple(row[key] for key in columns) for row in rows] == [
        (row.category.code, row.present, *row.parts, row.is_withheld)
        for row in shown.rows
    ]
    assert len(rows) == len(counts)


def test_attendance_tells_nobody_from_unknown(read_rows):
    meeting = MeetingFactory()
    for present in (0, None):
        AttendanceFactory(meeting=meeting, present=present)

    assert [row["present"] for row in read_rows("attendance")] == [0, None]


def test_agenda_names_whom_the_page_names(read_rows):
    meeting = MeetingFactory()
    cases = [
        PersonFactory(name_ar="اسم", consents_to_be_named=consents)
        for consents in (True, False, False, False)
    ]
    ParticipationFactory(meeting=meeting, person=cases[1])
    ParticipationFactory(meeting=meeting, person=cases[2], office=OfficeFactory())
    ParticipationFactory(person=cases[3], office=OfficeFactory())  # at another meeting
    for order, person in enumerate([*cases, None]):
        AgendaItemFactory(meeting=meeting, order=order, presenter=person)

    rows = read_rows("agenda", Meeting.objects.filter(pk=meeting.pk))

    with translation.override("ar"):
        items = read_meeting(meeting).agenda
        assert [row["presenter_ar"] for row in rows] == [
            item.public_presenter for item in items
        ]
    assert [row["presenter_ar"] for row in rows] == ["اسم", "", "اسم", "", ""]


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_parties_name_the_signatories_that_the_page_names(read_rows, language):
    agreement = PartnershipAgreementFactory()
    held = OfficeFactory(president=True)
    cases = product([True, False], [held, None], ["صفة", ""], ["f", ""])
    for order, (consents, office, stated, gender) in enumerate(cases):
        AgreementPartyFactory(
            agreement=agreement,
            order=order,
            signed_by=PersonFactory(
                name_ar="اسم",
                name_fr="Nom",
                gender=gender,
                consents_to_be_named=consents,
            ),
            signatory_office=office,
            signatory_office_stated=stated,
        )
    AgreementPartyFactory(agreement=agreement, order=16, signatory_office=held)

    rows = read_rows("agreement_parties")

    parties = AgreementParty.objects.order_by("order", "pk")
    with translation.override(language):
        assert [row[f"signed_by_{language}"] for row in rows] == [
            party.public_signatory for party in parties
        ]
        # What is stated in Arabic alone is no office in French.
        assert [row[f"signatory_office_{language}"] for row in rows] == [
            party.public_signatory_office
            if language == "ar" or party.signatory_office_id
            else ""
            for party in parties
        ]


def test_organisations_and_categories_count_what_their_pages_count(read_rows):
    make_all()
    heard = ParticipantCategoryFactory()
    for present in (0, 3):
        AttendanceFactory(category=heard, present=present)
    ParticipationFactory(category=heard, meeting=MeetingFactory(announced_only=True))
    busy = ParticipationFactory().organisation = OrganisationFactory()
    for _number in range(2):
        ParticipationFactory(organisation=busy, meeting=(meeting := MeetingFactory()))
        ParticipationFactory(organisation=busy, meeting=meeting)
        CommitmentFactory(owner=busy, meeting=meeting)
    OrganisationFactory()

    organisations = read_rows("organisations")
    categories = read_rows("participant_categories")

    columns = ("meetings", "agreements", "commitments", "expectations")
    assert {
        row["organisation_id"]: tuple(row[key] for key in columns)
        for row in organisations
    } == {
        f"ORG-{pk}": tuple(getattr(figures, key) for key in columns)
        for pk, figures in organisation_figures().items()
    }
    reports = {
        report.category.code: report.heard.meetings for report in category_reports()
    }
    told = {row["code"]: row["meetings_heard"] for row in categories}
    assert {code: told[code] for code in reports} == reports
    assert told[heard.code] == 1


def test_series_without_a_published_meeting_are_told_to_nobody(read_rows):
    meeting, _agreement = make_all()

    (row,) = read_rows("series")

    assert (row["code"], row["meetings_recorded"], row["meetings_held"]) == (
        meeting.series.code,
        1,
        1,
    )


def test_commitments_name_what_they_answer_in_its_order(read_rows):
    commitment = CommitmentFactory()
    second, first = (
        ExpectationFactory(meeting=commitment.meeting, order=order) for order in (2, 1)
    )
    commitment.answers.set([second, first])

    (row,) = read_rows("commitments")

    assert row["expectation_ids"] == f"EXP-{first.pk} | EXP-{second.pk}"
    assert [row["expectation_id"] for row in read_rows("expectations")] == [
        f"EXP-{pk}"
        for pk in Expectation.objects.order_by("order").values_list("pk", flat=True)
    ]


def test_progress_names_the_one_thing_that_it_is_of(read_rows):
    meeting, agreement = make_all()

    rows = read_rows("progress")

    named = ("meeting_slug", "agreement_reference", "commitment_id")
    told = {tuple(row[key] for key in named) for row in rows}
    commitment = meeting.commitments.order_by("pk").first()
    assert told == {
        (meeting.slug, None, None),
        (None, agreement.reference, None),
        (None, None, f"COM-{commitment.pk}"),
    }


@pytest.mark.skipif(connection.vendor != "sqlite", reason="reads SQLite's plan")
@pytest.mark.parametrize("name", ["attendance", "participations", "agenda", "aid"])
def test_parts_are_read_in_the_order_of_the_public_meetings(name):
    """Sorting all rows would keep back the first ones of a large file for seconds."""
    dataset = DATASETS[name]
    scope = Scope("https://portal.example", datetime.date(2022, 6, 1))

    steps = dataset.query(dataset.published(), scope).explain().splitlines()

    meetings = next(step for step in steps if " consultations_meeting " in step)
    assert "USING INDEX meeting_public_newest" in meetings
    assert [step for step in steps if "TEMP B-TREE FOR ORDER BY" in step] == []
