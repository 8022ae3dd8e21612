"""Facets hold to the database: the same rows, the same order, the same numbers."""

import datetime
import itertools
import random
from collections import Counter
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from config.models import DataVersion
from consultations import choices, facets, services
from consultations.facets import (
    Backward,
    Forward,
    Listed,
    Selection,
    agreement_index,
    bitset,
    first_rows,
    follow_up_index,
    meeting_index,
    members,
    place_of,
    places,
)
from consultations.forms.filters import (
    AgreementFilterForm,
    FollowUpFilterForm,
    MeetingFilterForm,
)
from consultations.models import (
    Commitment,
    Expectation,
    Meeting,
    PartnershipAgreement,
)
from consultations.models.meeting import extent
from consultations.reports import agreement_amounts, amounts_by_status, sum_of_amounts
from consultations.search import index_records
from consultations.status import Status
from tests.factories.accounts import UserFactory
from tests.factories.consultations import (
    AgreementPartyFactory,
    AgreementStepFactory,
    AttendanceFactory,
    CommitmentFactory,
    ExpectationFactory,
    InstrumentFactory,
    MeetingFactory,
    MeetingSeriesFactory,
    MeetingTypeFactory,
    ParticipationFactory,
    PartnershipAgreementFactory,
    SourceFactory,
    TargetGroupFactory,
    ThemeFactory,
)
from tests.factories.regions import ProvinceFactory, RegionFactory
from tests.factories.stakeholders import (
    OrganisationFactory,
    ParticipantCategoryFactory,
)

INDEXES = (meeting_index, agreement_index, follow_up_index)

rows = st.sets(st.integers(0, 300))


@given(rows)
def test_bits_hold_the_rows_they_were_made_of(wanted):
    bits = bitset(wanted, 301)

    assert bits == sum(1 << row for row in wanted)
    assert places(bits, 0, bits.bit_count()) == sorted(wanted)
    assert [place_of(bits, n) for n in range(len(wanted))] == sorted(wanted)


@given(rows, st.lists(st.integers(0, 300), unique=True))
def test_members_are_the_set_ones_in_the_order_given(wanted, order):
    assert list(members(bitset(wanted, 301), order, 301)) == [
        row for row in order if row in wanted
    ]


@given(
    rows, rows, st.lists(st.integers(0, 300)), st.integers(0, 900), st.integers(0, 40)
)
def test_selection_is_cut_like_the_list_it_stands_for(
    first, second, third, start, size
):
    whole = [*sorted(first), *sorted(second, reverse=True), *third]
    selection = Selection(
        Forward(bitset(first, 301)), Backward(bitset(second, 301)), Listed(third)
    )

    assert len(selection) == len(whole)
    assert selection[start : start + size] == whole[start : start + size]


def test_first_rows_are_none_of_nothing():
    assert (first_rows(0), first_rows(3)) == (0, 0b111)


# Generated records, every kind of date and link among them


def make_records(pick: random.Random) -> None:
    regions = [*RegionFactory.create_batch(3), None]
    provinces = ProvinceFactory.create_batch(3, region=regions[0])
    series = [*MeetingSeriesFactory.create_batch(2), None]
    types = MeetingTypeFactory.create_batch(2)
    themes, groups = ThemeFactory.create_batch(3), TargetGroupFactory.create_batch(2)
    categories = ParticipantCategoryFactory.create_batch(4)
    organisations = [*OrganisationFactory.create_batch(3), None]
    instruments = [*InstrumentFactory.create_batch(2), None]
    agreements = []
    for number in range(24):
        has_amount = number % 3 == 0
        agreement = PartnershipAgreementFactory(
            title_ar=pick.choice(["اتفاقية وجدة", "اتفاقية فاس"]),
            draft=number % 6 == 5,
            instrument=pick.choice(instruments),
            amount=Decimal(number) + Decimal("0.35") if has_amount else None,
            amount_note=pick.choice(["exact", "about", "programme_total"])
            if has_amount
            else "unknown",
            period_ends_on=pick.choice([None, datetime.date(2023, 1, 1)]),
        )
        agreement.regions.set(pick.sample(regions[:3], pick.randint(0, 2)))
        agreement.provinces.set(pick.sample(provinces, pick.randint(0, 1)))
        agreement.themes.set(pick.sample(themes, pick.randint(0, 2)))
        agreement.target_groups.set(pick.sample(groups, pick.randint(0, 1)))
        for organisation in pick.sample(organisations[:3], pick.randint(0, 2)):
            AgreementPartyFactory(agreement=agreement, organisation=organisation)
        agreements.append(agreement)
    for number in range(48):
        first = datetime.date(2020, 12, 1) + datetime.timedelta(pick.randrange(700))
        precision = pick.choice(["day", "day", "month", "year", "unknown"])
        dates = {
            "day": pick.choice(
                [
                    {"starts_on": first},
                    {
                        "starts_on": first,
                        "ends_on": first + datetime.timedelta(pick.randrange(60)),
                    },
                    {"starts_on": None, "ends_on": first},
                ]
            ),
            "month": {"starts_on": first.replace(day=1)},
            "year": {"starts_on": first.replace(month=1, day=1)},
            "unknown": {"starts_on": None},
        }[precision]
        meeting = MeetingFactory(
            title_ar=pick.choice(["لقاء وجدة", "لقاء فاس"]),
            draft=number % 6 == 5,
            withdrawn=number % 12 == 4,
            region=pick.choice(regions),
            series=pick.choice(series),
            type=pick.choice(types),
            state=pick.choice(["held", "announced"]),
            date_precision=precision,
            **dates,
        )
        meeting.provinces.set(pick.sample(provinces, pick.randint(0, 2)))
        meeting.themes.set(pick.sample(themes, pick.randint(0, 2)))
        for category in pick.sample(categories[:3], pick.randint(0, 3)):
            ParticipationFactory(meeting=meeting, category=category)
        for category in pick.sample(categories, pick.choice([0, 0, 2])):
            AttendanceFactory(
                meeting=meeting,
                category=category,
                present=pick.choice([None, 0, 5, 12]),
            )
        for order in range(pick.randint(0, 3)):
            ExpectationFactory(
                meeting=meeting,
                order=3 - order,
                text_ar=pick.choice(["مركز وجدة", "مركز فاس"]),
                kind=pick.choice(Expectation.Kind.values),
                state=pick.choice(Expectation.State.values),
                category=pick.choice([*categories, None]),
                theme=pick.choice([*themes, None]),
            )
        for order in range(pick.randint(0, 3)):
            CommitmentFactory(
                meeting=meeting,
                order=3 - order,
                text_ar=pick.choice(["مركز وجدة", "مركز فاس"]),
                state=pick.choice(Commitment.State.values),
                owner=pick.choice(organisations),
                theme=pick.choice([*themes, None]),
                due_on=pick.choice(
                    [None, datetime.date(2022, 5, 1), datetime.date(2999, 1, 1)]
                ),
            )
        for agreement in pick.sample(agreements, pick.randint(0, 2)):
            AgreementStepFactory(
                agreement=agreement,
                meeting=pick.choice([meeting, None]),
                kind=pick.choice(["signed", "proposed", "suspended", "resumed"]),
                date=pick.choice([None, first]),
            )
    index_records(meetings=Meeting.objects.all())


@pytest.fixture(scope="module")
def records(django_db_setup, django_db_blocker):
    """Records made once for the module: its tests only read them."""
    with django_db_blocker.unblock(), transaction.atomic():
        make_records(random.Random(20221112))
        yield
        transaction.set_rollback(True)


@pytest.fixture
def _kept(settings):
    settings.KEEP_PUBLIC_FIGURES = True
    forget()
    yield
    forget()


def forget():
    for kept in (*INDEXES, choices.vocabulary):
        kept.forget()


FORMS = {
    MeetingFilterForm: (meeting_index, Meeting),
    AgreementFilterForm: (agreement_index, PartnershipAgreement),
}
DAYS = ("2021-01-01", "2021-06-15", "2021-12-31")


MOST_VALUES = 3


def values_of(form_class, name):
    """Return the values of a filter to try."""
    if name == "q":
        return ["وجدة", "لا شيء"]
    if name in ("from", "to"):
        return DAYS
    if name == "year":
        return ["2021", "1999"]
    known = list(form_class().known(name))
    # The last is another kind of value in some: national records, commitments.
    return known[: MOST_VALUES - 1] + known[MOST_VALUES - 1 :][-1:]


def filter_names(form_class):
    return [name for name in form_class.base_fields if name not in ("sort", "page")]


def keys_on_page(form):
    return [form.index.keys[row] for row in form.selected[:]]


@pytest.mark.usefixtures("records", "_kept")
@pytest.mark.parametrize("form_class", FORMS)
def test_page_and_file_select_the_same_rows_in_the_same_order(form_class):
    _index, model = FORMS[form_class]
    selected = Counter()

    for one, other in itertools.combinations(filter_names(form_class), 2):
        for values in itertools.product(
            values_of(form_class, one), values_of(form_class, other)
        ):
            query = dict(zip((one, other), values, strict=True))
            form = form_class(query)
            in_file = form.apply(model.objects.published())

            assert keys_on_page(form) == [record.pk for record in in_file], query
            selected.update({name: bool(in_file) for name in query})

    # Every filter selects something with some other one: the records are rich enough.
    assert {name for name, found in selected.items() if found} == set(
        filter_names(form_class)
    )


@pytest.mark.usefixtures("records", "_kept")
@pytest.mark.parametrize("form_class", FORMS)
def test_options_count_what_choosing_them_would_give(form_class):
    _index, model = FORMS[form_class]

    for name in filter_names(form_class):
        for value in values_of(form_class, name)[:2]:
            form = form_class({name: value})
            for other in filter_names(form_class):
                if other in ("q", "from", "to"):
                    continue
                for option in form.options(other)[1:]:
                    chosen = form_class({name: value, other: option.value})
                    if other == name:
                        chosen = form_class({name: option.value})
                    assert (
                        option.count == chosen.apply(model.objects.published()).count()
                    ), (name, value, other, option)


@pytest.mark.usefixtures("records", "_kept")
def test_meetings_come_in_the_order_asked_for():
    published = list(Meeting.objects.published().with_people_present())
    dated = [one for one in published if one.sorts_on != datetime.date.min]
    undated = [one for one in published if one.sorts_on == datetime.date.min]

    orders = {
        sort: keys_on_page(MeetingFilterForm({"sort": sort}))
        for sort in ("newest", "oldest", "present")
    }

    assert undated
    assert orders["newest"] == [one.pk for one in published]
    assert orders["oldest"] == [
        one.pk
        for one in [
            *sorted(dated, key=lambda one: (one.sorts_on, one.pk)),
            *sorted(undated, key=lambda one: one.pk),
        ]
    ]
    assert orders["present"] == [
        one.pk
        for one in sorted(
            published,
            key=lambda one: (
                one.people_present is None,
                -(one.people_present or 0),
                published.index(one),
            ),
        )
    ]
    assert len({one.people_present is None for one in published}) == 2


@pytest.mark.usefixtures("records", "_kept")
def test_agreements_come_in_the_order_of_their_references():
    references = dict(PartnershipAgreement.objects.values_list("pk", "reference"))

    newest, oldest = (
        [references[key] for key in keys_on_page(AgreementFilterForm({"sort": sort}))]
        for sort in ("newest", "oldest")
    )

    assert oldest == sorted(oldest)
    assert newest == oldest[::-1]


@pytest.mark.usefixtures("records", "_kept")
def test_undated_that_a_filter_of_time_leaves_out_are_counted():
    undated = Meeting.objects.published().filter(sorts_on=datetime.date.min)
    held = undated.filter(state="held").count()

    counted = [
        MeetingFilterForm(query).undated_left_out.bit_count()
        for query in (
            {},
            {"state": "held"},
            {"from": "2021-01-01", "to": "2021-02-01"},
            {"year": "2021", "state": "held"},
        )
    ]

    assert held
    assert counted == [0, 0, undated.count(), held]


@pytest.mark.usefixtures("records", "_kept")
@pytest.mark.parametrize("query", [{}, {"year": "2021"}, {"q": "وجدة"}, {"q": "لا"}])
def test_amounts_of_agreements_are_those_that_the_database_adds_up(query):
    form = AgreementFilterForm(query)
    selected = form.apply(PartnershipAgreement.objects.published())

    by_status = amounts_by_status(form.index.amounts(form.bits))

    assert sum_of_amounts(by_status.values()) == agreement_amounts(selected)
    assert by_status == {
        status: amounts
        for status in Status
        if (
            amounts := agreement_amounts(
                selected.with_status().filter(current_status=status)
            )
        ).agreements
    }


# Expectations and commitments, held to the rows as Python reads them


def followed():
    """Return every public expectation and commitment in the order of the list."""
    return [
        part
        for meeting in Meeting.objects.published().select_related("region")
        for parts in (meeting.expectations, meeting.commitments)
        for part in parts.select_related("theme")
    ]


def has_value(part, name, value):
    is_commitment = isinstance(part, Commitment)
    if name == "kind":
        return value == ("commitment" if is_commitment else part.kind)
    if name == "late":
        return is_commitment and part.is_late()
    if name == "owner":
        return is_commitment and str(part.owner_id) == value
    if name == "category":
        return not is_commitment and bool(part.category and part.category.code == value)
    if name == "theme":
        return bool(part.theme and part.theme.code == value)
    if name == "region":
        region = part.meeting.region
        return value == (region.slug if region else "national")
    if name == "q":
        return value in part.text_ar
    return part.state == value


@pytest.mark.usefixtures("records", "_kept")
def test_follow_up_selects_what_its_filters_say():
    whole = followed()
    names = filter_names(FollowUpFilterForm)
    found = set()

    for one, other in itertools.combinations_with_replacement(names, 2):
        for values in itertools.product(
            values_of(FollowUpFilterForm, one), values_of(FollowUpFilterForm, other)
        ):
            query = dict(zip((one, other), values, strict=True))
            expected = [
                part
                for part in whole
                if all(has_value(part, *pair) for pair in query.items())
            ]
            assert keys_on_page(FollowUpFilterForm(query)) == [
                -part.pk if isinstance(part, Commitment) else part.pk
                for part in expected
            ], query
            found |= set(query) if expected else set()

    assert found == set(names)


@pytest.mark.usefixtures("records", "_kept")
def test_follow_up_knows_the_place_of_each_in_its_meeting():
    index = follow_up_index()
    places_in_meeting = [
        number
        for meeting in Meeting.objects.published()
        for parts in (meeting.expectations, meeting.commitments)
        for number, _part in enumerate(parts.all(), start=1)
    ]

    assert list(index.numbers) == places_in_meeting
    assert [index.reference(row)[0] for row in range(index.size)] == [
        isinstance(part, Commitment) for part in followed()
    ]


@pytest.mark.usefixtures("records", "_kept")
def test_follow_up_by_due_date_leaves_the_others_to_the_end():
    whole = followed()
    due = [getattr(part, "due_on", None) for part in whole]

    order = keys_on_page(FollowUpFilterForm({"sort": "due"}))

    expected = sorted(
        range(len(whole)),
        key=lambda row: (due[row] is None, due[row] or datetime.date.min, row),
    )
    assert order == [follow_up_index().keys[row] for row in expected]


# What is kept


@pytest.mark.django_db
@pytest.mark.usefixtures("_kept")
def test_list_follows_a_publication_and_a_withdrawal_at_once(client):
    MeetingFactory()
    draft = MeetingFactory(draft=True, state="announced")
    SourceFactory(meeting=draft)
    editor = UserFactory()

    def listed():
        response = client.get("/meetings/")
        return len(response.context["meetings"]), response.context["filters"].counts(
            "state"
        )

    before = listed()
    services.publish(draft, by=editor)
    published = listed()
    services.withdraw(draft, by=editor, reason="سجل مكرر")
    withdrawn = listed()

    assert before == withdrawn == (1, {"held": 1})
    assert published == (2, {"held": 1, "announced": 1})


@pytest.mark.django_db
@pytest.mark.usefixtures("_kept")
def test_status_that_changes_by_date_alone_is_that_of_the_day(monkeypatch):
    day = datetime.date(2030, 1, 1)
    agreement = PartnershipAgreementFactory(period_ends_on=day)
    AgreementStepFactory(agreement=agreement)
    DataVersion.raise_by_one()

    def statuses_on(today):
        monkeypatch.setattr("django.utils.timezone.localdate", lambda: today)
        return list(agreement_index().values["status"])

    assert statuses_on(day) == ["signed"]
    assert statuses_on(day + datetime.timedelta(days=1)) == ["expired"]


@pytest.mark.django_db
@pytest.mark.usefixtures("_kept")
def test_same_words_are_searched_for_once(django_assert_num_queries):
    MeetingFactory(title_ar="لقاء وجدة")
    index = meeting_index()

    # Which of its words own their first letter, then the meetings.
    with django_assert_num_queries(2):
        found = [index.select("q", text) for text in ("وجدة", " وجدة  ", "وجدة")]

    assert found == [1, 1, 1]


@pytest.mark.django_db
def test_searches_used_longest_ago_are_let_go(monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(facets, "SEARCHES_KEPT", 2)
    index = meeting_index()

    with django_assert_num_queries(4):  # a, b, c, and b anew
        for text in ("a", "b", "a", "c", "a", "b"):
            index.select("q", text)


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_indexes_are_read_in_the_same_queries_at_any_size(
    count, django_assert_num_queries
):
    for _number in range(count):
        meeting = MeetingFactory(
            region=RegionFactory(),
            series=MeetingSeriesFactory(),
            ends_on=datetime.date(2022, 1, 13),
        )
        meeting.themes.add(ThemeFactory())
        ParticipationFactory(meeting=meeting)
        AttendanceFactory(meeting=meeting, present=3)
        ExpectationFactory(meeting=meeting)
        CommitmentFactory(meeting=meeting, owner=OrganisationFactory())
        agreement = AgreementStepFactory(meeting=meeting).agreement
        agreement.regions.add(meeting.region)
        AgreementPartyFactory(agreement=agreement)

    with django_assert_num_queries(16):
        meeting_index()
    with django_assert_num_queries(14):
        agreement_index()
    with django_assert_num_queries(8):
        follow_up_index()


@pytest.mark.django_db
@pytest.mark.parametrize("read", INDEXES)
def test_index_of_an_empty_record_is_empty(read):
    index = read()

    assert index.size == 0
    assert index.ordered(index.everything, "newest")[0:20] == []
    assert [
        count for name in index.values for count in index.counts(name, 0).values()
    ] in (
        [],
        [0],
        [0, 0],
    )


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        (((2022, 1, 12), None, "day"), ((2022, 1, 12), (2022, 1, 12))),
        (((2022, 1, 12), (2022, 1, 14), "day"), ((2022, 1, 12), (2022, 1, 14))),
        ((None, (2022, 1, 14), "day"), ((2022, 1, 14), (2022, 1, 14))),
        (((2024, 2, 1), None, "month"), ((2024, 2, 1), (2024, 2, 29))),
        (((2022, 1, 1), None, "year"), ((2022, 1, 1), (2022, 12, 31))),
        ((None, None, "unknown"), None),
    ],
)
def test_extent_is_every_day_on_which_it_may_have_been(dates, expected):
    *days, precision = dates

    found = extent(*(day and datetime.date(*day) for day in days), precision)

    assert found == (expected and tuple(datetime.date(*day) for day in expected))
