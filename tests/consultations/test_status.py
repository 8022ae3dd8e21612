"""One table of cases holds the rule of the status to its ORM expression."""

import datetime

import pytest
from django.utils import timezone

from consultations.models import PartnershipAgreement
from consultations.status import Status, Step, StepKind, deciding_step, derive_status
from tests.factories.consultations import (
    AgreementStepFactory,
    PartnershipAgreementFactory,
)

TODAY = datetime.date(2026, 6, 15)


def day(text):
    return datetime.date.fromisoformat(text) if text else None


# what it is, steps as "kind" or "kind date" in the order of entry, period, status
CASES = [
    ("nothing is known", [], None, "unknown"),
    ("a period that runs", [], "2026-01-01/2026-12-31", "in_force"),
    ("a period that is past", [], "2024-01-01/2025-12-31", "expired"),
    ("a period to come", [], "2027-01-01/2027-12-31", "unknown"),
    ("a period begun, no end known", [], "2026-01-01/", "in_force"),
    ("an end to come, no beginning known", [], "/2026-12-31", "unknown"),
    ("an end that is past, no beginning known", [], "/2025-12-31", "expired"),
    ("the period begins today", [], "2026-06-15/2027-06-14", "in_force"),
    ("the period ends today", [], "2025-06-16/2026-06-15", "in_force"),
    ("the period ended yesterday", [], "2025-06-15/2026-06-14", "expired"),
    ("proposed only", ["proposed 2022-01-26"], None, "proposed"),
    ("proposed, undated", ["proposed"], None, "proposed"),
    ("proposed, its period runs", ["proposed"], "2026-01-01/", "proposed"),
    ("proposed, its period is past", ["proposed"], "/2025-12-31", "proposed"),
    ("approved only", ["approved 2022-03-07"], None, "approved"),
    ("approved, its period runs", ["approved"], "2026-01-01/", "approved"),
    ("approved, its period is past", ["approved"], "/2025-12-31", "approved"),
    (
        "proposed, then approved by the council",
        ["proposed 2022-01-26", "approved 2022-03-07"],
        None,
        "approved",
    ),
    (
        "approved, entered before the proposal",
        ["approved 2022-03-07", "proposed 2022-01-26"],
        None,
        "approved",
    ),
    (
        "proposed again after the approval",
        ["approved 2022-03-07", "proposed 2022-09-01"],
        None,
        "approved",
    ),
    ("initialled only", ["initialled 2022-02-02"], None, "initialled"),
    ("initialled, its period runs", ["initialled"], "2026-01-01/", "initialled"),
    (
        "initialled undated after a dated approval",
        ["approved 2022-03-07", "initialled"],
        None,
        "initialled",
    ),
    ("signed without a period", ["signed 2022-01-12"], None, "signed"),
    ("signed, undated, without a period", ["signed"], None, "signed"),
    (
        "signed, its period runs",
        ["signed 2026-01-12"],
        "2026-01-12/2028-01-11",
        "in_force",
    ),
    (
        "signed, undated, its period runs",
        ["signed"],
        "2026-01-12/2028-01-11",
        "in_force",
    ),
    (
        "signed, its period has not begun",
        ["signed 2026-01-12"],
        "2026-09-01/2028-08-31",
        "signed",
    ),
    ("signed, only the end known", ["signed 2026-01-12"], "/2028-01-11", "signed"),
    (
        "signed, its period is past",
        ["signed 2022-01-12"],
        "2022-01-12/2024-01-11",
        "expired",
    ),
    ("signed undated, its period is past", ["signed"], "/2024-01-11", "expired"),
    (
        "signed, the period ends today",
        ["signed 2025-06-16"],
        "2025-06-16/2026-06-15",
        "in_force",
    ),
    ("signed today", ["signed 2026-06-15"], None, "signed"),
    ("to be signed tomorrow", ["signed 2026-06-16"], None, "unknown"),
    (
        "approved, to be signed tomorrow",
        ["approved 2026-05-01", "signed 2026-06-16"],
        None,
        "approved",
    ),
    (
        "to be signed tomorrow, its period runs",
        ["signed 2026-06-16"],
        "2026-01-01/",
        "in_force",
    ),
    (
        "approved by the council after the signature",
        ["signed 2022-01-12", "approved 2022-03-07"],
        None,
        "signed",
    ),
    (
        "approved after the signature, its period runs",
        ["signed 2026-01-12", "approved 2026-03-07"],
        "2026-01-12/2028-01-11",
        "in_force",
    ),
    (
        "signed, undated, and initialled on a day",
        ["signed", "initialled 2022-02-02"],
        None,
        "signed",
    ),
    (
        "signed on two days by two sides",
        ["signed 2024-03-01", "signed 2024-03-04"],
        None,
        "signed",
    ),
    (
        "entered into force",
        ["signed 2022-01-12", "entered_into_force 2022-03-01"],
        None,
        "in_force",
    ),
    ("entered into force, undated", ["entered_into_force"], None, "in_force"),
    (
        "took effect before it was signed",
        ["entered_into_force 2022-01-01", "signed 2022-03-01"],
        None,
        "in_force",
    ),
    (
        "in force, its period is past",
        ["entered_into_force 2022-03-01"],
        "2022-03-01/2024-02-29",
        "expired",
    ),
    (
        "will enter into force",
        ["signed 2026-05-01", "entered_into_force 2026-07-01"],
        None,
        "signed",
    ),
    ("amended only", ["amended 2023-01-01"], None, "unknown"),
    (
        "amended only, its period runs",
        ["amended 2023-01-01"],
        "2026-01-01/",
        "in_force",
    ),
    (
        "amended after the signature",
        ["signed 2022-01-12", "amended 2023-01-01"],
        None,
        "signed",
    ),
    (
        "amended while suspended",
        ["signed 2022-01-12", "suspended 2023-01-01", "amended 2023-06-01"],
        None,
        "suspended",
    ),
    (
        "suspended",
        ["signed 2022-01-12", "suspended 2023-01-01"],
        None,
        "suspended",
    ),
    (
        "suspended while its period runs",
        ["signed 2026-01-12", "suspended 2026-03-01"],
        "2026-01-12/2028-01-11",
        "suspended",
    ),
    (
        "suspended, and its period is past since",
        ["signed 2022-01-12", "suspended 2023-01-01"],
        "2022-01-12/2024-01-11",
        "expired",
    ),
    (
        "suspended, undated, though in force from a day",
        ["entered_into_force 2022-03-01", "suspended"],
        None,
        "suspended",
    ),
    (
        "to be suspended tomorrow",
        ["entered_into_force 2022-03-01", "suspended 2026-06-16"],
        None,
        "in_force",
    ),
    (
        "resumed after suspension",
        ["signed 2022-01-12", "suspended 2023-01-01", "resumed 2023-09-01"],
        None,
        "in_force",
    ),
    (
        "resumed, entered before the suspension",
        ["resumed 2023-09-01", "suspended 2023-01-01", "signed 2022-01-12"],
        None,
        "in_force",
    ),
    (
        "resumed, and its period is past since",
        ["suspended 2023-01-01", "resumed 2023-09-01"],
        "2022-01-12/2024-01-11",
        "expired",
    ),
    (
        "suspended twice",
        [
            "signed 2022-01-12",
            "suspended 2023-01-01",
            "resumed 2023-09-01",
            "suspended 2024-01-01",
        ],
        None,
        "suspended",
    ),
    (
        "suspended twice, resumed twice",
        [
            "suspended 2023-01-01",
            "resumed 2023-09-01",
            "suspended 2024-01-01",
            "resumed 2024-02-01",
        ],
        None,
        "in_force",
    ),
    (
        "suspended on a day, resumed on an unknown one",
        ["signed 2022-01-12", "suspended 2023-01-01", "resumed"],
        None,
        "suspended",
    ),
    (
        "suspended on an unknown day, resumed on a known one",
        ["resumed 2023-09-01", "suspended"],
        None,
        "in_force",
    ),
    (
        "suspended then resumed, both undated",
        ["suspended", "resumed"],
        None,
        "in_force",
    ),
    (
        "resumed then suspended, both undated",
        ["resumed", "suspended"],
        None,
        "suspended",
    ),
    (
        "suspended and resumed on one day",
        ["suspended 2023-01-01", "resumed 2023-01-01"],
        None,
        "in_force",
    ),
    (
        "put off as a draft, signed later",
        ["proposed 2021-05-01", "suspended 2021-09-01", "signed 2022-01-12"],
        None,
        "signed",
    ),
    (
        "put off, taken up again, signed later",
        ["suspended 2021-09-01", "resumed 2021-11-01", "signed 2022-01-12"],
        None,
        "signed",
    ),
    (
        "put off after the signature, entered into force later",
        ["signed 2022-01-12", "suspended 2022-02-01", "entered_into_force 2022-06-01"],
        None,
        "in_force",
    ),
    (
        "suspended, entry into force still to come",
        ["signed 2022-01-12", "suspended 2022-02-01", "entered_into_force 2026-07-01"],
        None,
        "suspended",
    ),
    (
        "signed and suspended on one day",
        ["signed 2022-01-12", "suspended 2022-01-12"],
        None,
        "suspended",
    ),
    (
        "completed within its period",
        ["signed 2026-01-12", "completed 2026-05-01"],
        "2026-01-12/2028-01-11",
        "completed",
    ),
    (
        "completed after its period",
        ["signed 2022-01-12", "completed 2024-05-01"],
        "2022-01-12/2024-01-11",
        "completed",
    ),
    ("completed, undated", ["signed 2022-01-12", "completed"], None, "completed"),
    (
        "to be completed",
        ["signed 2022-01-12", "completed 2026-12-31"],
        None,
        "signed",
    ),
    (
        "completed, a late entry of the suspension",
        ["completed 2024-05-01", "suspended 2023-01-01"],
        None,
        "completed",
    ),
    (
        "terminated within its period",
        ["signed 2026-01-12", "terminated 2026-05-01"],
        "2026-01-12/2028-01-11",
        "terminated",
    ),
    (
        "terminated after its period",
        ["signed 2022-01-12", "terminated 2024-05-01"],
        "2022-01-12/2024-01-11",
        "terminated",
    ),
    (
        "terminated while suspended",
        ["suspended 2023-01-01", "terminated 2023-05-01"],
        None,
        "terminated",
    ),
    (
        "terminated before it was ever signed",
        ["proposed 2022-01-26", "terminated 2022-06-01"],
        None,
        "terminated",
    ),
    (
        "terminated, then resumed",
        ["signed 2022-01-12", "terminated 2023-05-01", "resumed 2024-01-01"],
        None,
        "in_force",
    ),
    (
        "terminated, resumed, terminated for good",
        ["terminated 2023-05-01", "resumed 2024-01-01", "terminated 2025-01-01"],
        None,
        "terminated",
    ),
    (
        "completed, then declared terminated",
        ["completed 2024-05-01", "terminated 2024-06-01"],
        None,
        "terminated",
    ),
    (
        "terminated undated, completed on a day",
        ["completed 2024-05-01", "terminated"],
        None,
        "completed",
    ),
    (
        "completed and terminated on one day: the last entry",
        ["terminated 2024-05-01", "completed 2024-05-01"],
        None,
        "completed",
    ),
    (
        "the whole life of it",
        [
            "proposed 2021-11-01",
            "approved 2021-12-01",
            "initialled 2022-01-05",
            "signed 2022-01-12",
            "entered_into_force 2022-02-01",
            "amended 2022-06-01",
            "suspended 2023-01-01",
            "resumed 2023-03-01",
            "completed 2024-01-01",
        ],
        "2022-02-01/2024-01-31",
        "completed",
    ),
]
TABLE = pytest.mark.parametrize(
    ("steps", "period", "status"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)


def split_steps(texts):
    for order, text in enumerate(texts):
        kind, _space, date = text.partition(" ")
        yield Step(kind, day(date), order)


def split_period(period):
    starts_on, _slash, ends_on = (period or "").partition("/")
    return {"period_starts_on": day(starts_on), "period_ends_on": day(ends_on)}


@TABLE
def test_status_follows_from_steps_and_period(steps, period, status):
    derived = derive_status(split_steps(steps), **split_period(period), today=TODAY)

    assert derived == Status(status)


@TABLE
def test_status_does_not_hang_on_the_order_in_which_steps_are_read(
    steps, period, status
):
    backwards = reversed(list(split_steps(steps)))

    derived = derive_status(backwards, **split_period(period), today=TODAY)

    assert derived == Status(status)


@pytest.mark.django_db
def test_expression_gives_the_status_of_every_case_in_one_query(
    django_assert_num_queries,
):
    expected = {}
    for name, steps, period, status in CASES:
        agreement = PartnershipAgreementFactory(title_ar=name, **split_period(period))
        for step in split_steps(steps):
            AgreementStepFactory(agreement=agreement, kind=step.kind, date=step.date)
        expected[name] = status

    with django_assert_num_queries(1):
        rows = PartnershipAgreement.objects.with_status(TODAY)
        found = {row.title_ar: row.current_status for row in rows}

    assert found == expected
    with django_assert_num_queries(2):  # agreements, their steps
        rows = PartnershipAgreement.objects.with_steps()
        found = {row.title_ar: row.status_on(TODAY) for row in rows}

    assert found == expected


@pytest.mark.django_db
@TABLE
def test_agreement_asks_its_own_steps_for_the_same_status(steps, period, status):
    agreement = PartnershipAgreementFactory(**split_period(period))
    for step in split_steps(steps):
        AgreementStepFactory(agreement=agreement, kind=step.kind, date=step.date)

    assert agreement.status_on(TODAY) == Status(status)


def test_table_has_forty_cases_and_more_and_reaches_every_status():
    assert len({name for name, *_rest in CASES}) == len(CASES)
    assert len(CASES) >= 40
    assert {status for *_rest, status in CASES} == {status.value for status in Status}
    used = {text.split(" ")[0] for _name, steps, *_rest in CASES for text in steps}
    assert used == {kind.value for kind in StepKind}


def test_deciding_step_of_no_step_is_none():
    assert deciding_step([], TODAY) is None


@pytest.mark.django_db
def test_status_of_an_annex_is_its_own_and_not_that_of_what_it_amends():
    agreement = PartnershipAgreementFactory(period_ends_on=datetime.date(2023, 12, 31))
    AgreementStepFactory(agreement=agreement, date=datetime.date(2022, 1, 12))
    annex = PartnershipAgreementFactory(amends=agreement)
    AgreementStepFactory(agreement=annex, kind="approved")

    rows = PartnershipAgreement.objects.with_status(TODAY).order_by("pk")

    assert [row.status for row in rows] == [Status.EXPIRED, Status.APPROVED]
    assert annex.status_on(TODAY) == Status.APPROVED
    assert agreement.status_on(TODAY) == Status.EXPIRED


@pytest.mark.django_db
def test_status_expires_by_date_alone():
    agreement = PartnershipAgreementFactory(
        period_starts_on=datetime.date(2024, 1, 1),
        period_ends_on=datetime.date(2026, 6, 15),
    )
    tomorrow = TODAY + datetime.timedelta(days=1)

    statuses = [
        PartnershipAgreement.objects.with_status(today).get().status
        for today in (TODAY, tomorrow)
    ]

    assert statuses == [Status.IN_FORCE, Status.EXPIRED]
    assert [agreement.status_on(TODAY), agreement.status_on(tomorrow)] == statuses


@pytest.mark.django_db
def test_status_without_a_day_is_that_of_today():
    agreement = PartnershipAgreementFactory()
    AgreementStepFactory(agreement=agreement, date=timezone.localdate())

    assert agreement.status == Status.SIGNED
    assert PartnershipAgreement.objects.with_status().get().status == Status.SIGNED


@pytest.mark.django_db
def test_status_from_prefetched_steps_asks_nothing(django_assert_num_queries):
    AgreementStepFactory(kind="approved")
    agreement = PartnershipAgreement.objects.prefetch_related("steps").get()

    with django_assert_num_queries(0):
        assert agreement.status == Status.APPROVED
