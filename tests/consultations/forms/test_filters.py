import datetime

import pytest
from django.http import QueryDict
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from consultations.forms.filters import AgreementFilterForm, MeetingFilterForm
from consultations.models import Meeting, PartnershipAgreement
from tests.factories.consultations import (
    AgreementStepFactory,
    DatedMeetingFactory,
    MeetingFactory,
    MeetingSeriesFactory,
    MeetingTypeFactory,
    PartnershipAgreementFactory,
)
from tests.factories.regions import RegionFactory

pytestmark = pytest.mark.django_db

MODELS = {MeetingFilterForm: Meeting, AgreementFilterForm: PartnershipAgreement}
FORMS = list(MODELS)


def codes(form):
    return [(problem.name, problem.code) for problem in form.problems]


def test_meeting_filters_combine():
    oriental = RegionFactory(oriental=True)
    series = MeetingSeriesFactory(code="regional")
    wanted = DatedMeetingFactory(region=oriental, series=series, title_ar="لقاء وجدة")
    DatedMeetingFactory(region=oriental, title_ar="لقاء وجدة")
    DatedMeetingFactory(series=series, title_ar="لقاء وجدة")
    DatedMeetingFactory(region=oriental, series=series, title_ar="لقاء بركان")
    query = {
        "q": "وجدة",
        "region": "oriental",
        "series": "regional",
        "type": wanted.type.code,
        "year": "2022",
    }

    form = MeetingFilterForm(QueryDict("&".join(f"{k}={v}" for k, v in query.items())))

    assert form.problems == []
    assert form.selection == query
    assert list(form.apply(Meeting.objects.all())) == [wanted]


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "years"),
    [
        ((2022, 1, 12), None, {"2022"}),
        (None, (2022, 1, 12), {"2022"}),
        ((2021, 12, 30), (2022, 1, 2), {"2021", "2022"}),
        ((2020, 5, 1), (2022, 5, 1), {"2020", "2021", "2022"}),
    ],
)
def test_meeting_is_found_in_every_year_it_touches(starts_on, ends_on, years):
    MeetingFactory(
        starts_on=starts_on and datetime.date(*starts_on),
        ends_on=ends_on and datetime.date(*ends_on),
    )
    MeetingFactory(undated=True)

    found = {
        year
        for year in ("2019", "2020", "2021", "2022", "2023")
        if MeetingFilterForm({"year": year}).apply(Meeting.objects.all()).exists()
    }

    assert found == years


def test_agreement_filters_combine():
    oriental, other = RegionFactory(oriental=True), RegionFactory()
    wanted = PartnershipAgreementFactory(title_ar="اتفاقية وحدة متنقلة")
    wanted.regions.set([oriental, other])
    AgreementStepFactory(agreement=wanted, date=datetime.date(2022, 1, 12))
    AgreementStepFactory(agreement=wanted, date=datetime.date(2022, 1, 13))
    elsewhere = PartnershipAgreementFactory(title_ar="اتفاقية وحدة متنقلة")
    elsewhere.regions.set([other])
    AgreementStepFactory(agreement=elsewhere, date=datetime.date(2022, 1, 12))
    undated = PartnershipAgreementFactory()
    undated.regions.set([oriental])
    AgreementStepFactory(agreement=undated)

    form = AgreementFilterForm(
        {"q": "متنقلة", "region": "oriental", "status": "signed", "year": "2022"}
    )

    assert form.problems == []
    assert list(form.apply(PartnershipAgreement.objects.all())) == [wanted]


def test_agreement_status_filter_is_the_derived_one():
    proposed = PartnershipAgreementFactory()
    AgreementStepFactory(agreement=proposed, kind="proposed")
    signed = PartnershipAgreementFactory()
    AgreementStepFactory(agreement=signed, kind="proposed")
    AgreementStepFactory(agreement=signed, kind="signed")
    unknown = PartnershipAgreementFactory()

    found = {
        status: list(
            AgreementFilterForm({"status": status}).apply(
                PartnershipAgreement.objects.order_by("pk")
            )
        )
        for status in ("proposed", "signed", "unknown", "in_force")
    }

    assert found == {
        "proposed": [proposed],
        "signed": [signed],
        "unknown": [unknown],
        "in_force": [],
    }


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("region=atlantis", [("region", "bad_value")]),
        ("series=none", [("series", "bad_value")]),
        ("type=none", [("type", "bad_value")]),
        ("sort=random", [("sort", "bad_value")]),
        ("year=abc", [("year", "bad_year")]),
        ("year=22", [("year", "bad_year")]),
        ("year=0000", [("year", "bad_year")]),
        ("year=-202", [("year", "bad_year")]),
        ("year=+202", [("year", "bad_year")]),
        ("year=2022%0a", []),
        ("year=20.2", [("year", "bad_year")]),
        ("year=" + "9" * 10_000, [("year", "too_long")]),
        ("q=" + "x" * 201, [("q", "too_long")]),
        ("q=" + "x" * 1_000_000, [("q", "too_long")]),
        ("q=%00", [("q", "bad_value")]),
        ("q=a%00b", [("q", "bad_value")]),
        ("region=oriental%00", [("region", "bad_value")]),
        ("q=!!!", [("q", "no_word")]),
        ("q=%E2%80%AE", [("q", "no_word")]),
        ("q=%FF%FE", [("q", "encoding")]),
        ("q=%ED%A0%80", [("q", "encoding")]),
        ("region=%C3", [("region", "encoding")]),
        ("region=a&region=b", [("region", "repeated")]),
        ("region[]=a", [("region[]", "unknown_parameter")]),
        ("q[$ne]=1", [("q[$ne]", "unknown_parameter")]),
        ("regoin=oriental", [("regoin", "unknown_parameter")]),
        ("regoin=", [("regoin", "unknown_parameter")]),
        ("page=0", [("page", "bad_page")]),
        ("page=last", [("page", "bad_page")]),
        ("page=1e3", [("page", "bad_page")]),
        ("region=&q=&year=%20", []),
        ("region=&region=", []),
        (
            "region=atlantis&year=x&z=1",
            [("z", "unknown_parameter"), ("region", "bad_value"), ("year", "bad_year")],
        ),
    ],
)
def test_bad_parameter_is_named_and_left_out(query, expected):
    meeting = DatedMeetingFactory()

    form = MeetingFilterForm(QueryDict(query))

    assert codes(form) == expected
    assert form.selection == ({"year": "2022"} if "2022" in query else {})
    assert list(form.apply(Meeting.objects.all())) == [meeting]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("status=abandoned", [("status", "bad_value")]),
        ("series=none", [("series", "unknown_parameter")]),
        ("year=10000", [("year", "bad_year")]),
        ("status=signed&status=proposed", [("status", "repeated")]),
    ],
)
def test_bad_parameter_of_agreements_is_named_and_left_out(query, expected):
    agreement = PartnershipAgreementFactory()

    form = AgreementFilterForm(QueryDict(query))

    assert codes(form) == expected
    assert list(form.apply(PartnershipAgreement.objects.all())) == [agreement]


def test_good_filters_hold_beside_a_bad_one():
    meeting = MeetingFactory(region=RegionFactory(oriental=True))
    MeetingFactory()

    form = MeetingFilterForm(QueryDict("region=oriental&year=soon"))

    assert form.selection == {"region": "oriental"}
    assert list(form.apply(Meeting.objects.all())) == [meeting]


@pytest.mark.parametrize("form_class", FORMS)
@pytest.mark.parametrize("is_export", [True, False])
def test_lone_surrogates_in_a_query_are_no_error(form_class, is_export):
    form = form_class({"q": "\ud800", "\udfff": "\ud800"}, is_export=is_export)

    assert codes(form) == [
        (form.problems[0].name, "unknown_parameter"),
        ("q", "encoding"),
    ]
    for problem in form.problems:
        assert f"{problem.name}{problem.value}{problem.reason}".encode()


PARAMETERS = ("q", "region", "series", "type", "status", "year", "sort", "page")


@pytest.mark.parametrize("form_class", FORMS)
@settings(max_examples=60, deadline=None)
@given(query=st.dictionaries(st.sampled_from(PARAMETERS) | st.text(), st.text()))
def test_no_query_whatever_makes_an_error(form_class, query):
    form = form_class(query)

    list(form.apply(MODELS[form_class].objects.all()))
    assert form.query_string().isascii()
    for problem in form.problems:
        assert f"{problem.name}{problem.value}{problem.reason}".encode()


def test_problem_shows_a_beginning_of_what_was_given():
    form = MeetingFilterForm({"q": "x" * 500, "y" * 500: "\u202e\x00"})

    assert [(p.name, p.value) for p in form.problems] == [
        ("y" * 60 + "…", "\ufffd\ufffd"),
        ("q", "x" * 60 + "…"),
    ]


def test_reason_is_told_in_the_language_active_when_printed():
    (problem,) = MeetingFilterForm({"year": "x"}).problems

    with translation.override("en"):
        reason = str(problem.reason)

    assert reason == "not a year of four digits"


def test_year_in_arabic_digits_is_a_year():
    form = MeetingFilterForm({"year": "٢٠٢٢"})

    assert form.selection == {"year": "2022"}


def test_export_knows_neither_order_nor_pages():
    form = MeetingFilterForm(QueryDict("sort=oldest&page=2&year=2022"), is_export=True)

    assert codes(form) == [("sort", "unknown_parameter"), ("page", "unknown_parameter")]
    assert form.selection == {"year": "2022"}


def test_order_and_page_select_nothing():
    form = MeetingFilterForm(QueryDict("sort=oldest&page=2&year=2022"))

    assert (form.selection, form.page_number) == ({"year": "2022"}, 2)


def test_oldest_first_leaves_the_undated_to_the_end():
    undated = MeetingFactory(undated=True)
    newer = MeetingFactory(starts_on=datetime.date(2023, 1, 1))
    older = MeetingFactory(starts_on=datetime.date(2021, 1, 1))

    orders = [
        list(MeetingFilterForm({"sort": sort}).ordered(Meeting.objects.all()))
        for sort in ("", "newest", "oldest")
    ]

    assert orders == [
        [newer, older, undated],
        [newer, older, undated],
        [older, newer, undated],
    ]


def test_agreements_are_ordered_by_reference():
    first, second = PartnershipAgreementFactory.create_batch(2)

    orders = [
        list(
            AgreementFilterForm({"sort": s}).ordered(PartnershipAgreement.objects.all())
        )
        for s in ("", "oldest")
    ]

    assert orders == [[second, first], [first, second]]


def test_chip_names_its_value_and_drops_it_alone():
    RegionFactory(oriental=True)

    form = MeetingFilterForm(QueryDict("region=oriental&q=a+%26+b&sort=oldest&page=3"))

    assert [(c.name, c.label, c.query_without) for c in form.chips] == [
        ("q", "a & b", "region=oriental&sort=oldest"),
        ("region", "الشرق", "q=a+%26+b&sort=oldest"),
    ]
    assert form.query_string() == "q=a+%26+b&region=oriental"


@pytest.mark.parametrize("count", [1, 3])
def test_each_choice_is_read_once_however_often_it_is_shown(
    count, django_assert_num_queries
):
    RegionFactory.create_batch(count)
    MeetingTypeFactory.create_batch(count)
    MeetingSeriesFactory.create_batch(count)
    MeetingFactory.create_batch(count, starts_on=datetime.date(2022, 1, 1))

    with django_assert_num_queries(4):  # regions, series, types, years
        form = MeetingFilterForm(QueryDict("region=x&series=x&type=x&year=x"))
        shown = [str(form), str(form)]

    assert shown[0] == shown[1]


def test_empty_query_reads_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        form = AgreementFilterForm(QueryDict(""))

    assert (form.selection, form.problems) == ({}, [])


def test_years_offered_are_those_of_published_records_and_the_one_chosen():
    MeetingFactory(starts_on=datetime.date(2021, 12, 20))
    MeetingFactory(starts_on=datetime.date(2019, 1, 1), draft=True)
    MeetingFactory(undated=True)

    form = MeetingFilterForm({"year": "2030"})

    assert [value for value, _ in form.fields["year"].choices] == ["", "2030", "2021"]


def test_agreement_years_offered_are_those_of_the_steps_of_published_agreements():
    AgreementStepFactory(date=datetime.date(2022, 1, 12))
    AgreementStepFactory(
        date=datetime.date(2019, 1, 1),
        agreement=PartnershipAgreementFactory(draft=True),
    )
    AgreementStepFactory()

    form = AgreementFilterForm({})

    assert [value for value, _ in form.fields["year"].choices] == ["", "2022"]
