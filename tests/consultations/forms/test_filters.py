import datetime

import pytest
from django.http import QueryDict
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from consultations.forms.filters import (
    AgreementFilterForm,
    FollowUpFilterForm,
    MeetingFilterForm,
)
from consultations.models import Meeting, PartnershipAgreement
from tests.factories.consultations import (
    AgreementPartyFactory,
    AgreementStepFactory,
    DatedMeetingFactory,
    ExpectationFactory,
    MeetingFactory,
    MeetingSeriesFactory,
    MeetingTypeFactory,
    PartnershipAgreementFactory,
)
from tests.factories.regions import ProvinceFactory, RegionFactory

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


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2022-01-12", "2022-01-12"),
        ("12/01/2022", "2022-01-12"),
        ("2/1/2022", "2022-01-02"),
        ("٢٠٢٢-٠١-١٢", "2022-01-12"),
        ("0001-01-01", "0001-01-01"),
        ("9999-12-31", "9999-12-31"),
    ],
)
def test_day_is_read_as_inputs_send_it_and_as_people_write_it(written, day):
    form = MeetingFilterForm({"from": written, "to": written})

    assert form.problems == []
    assert form.selection == {"from": day, "to": day}
    assert list(form.apply(Meeting.objects.published())) == []
    assert form.bits == 0


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("from=2022-02-31", [("from", "bad_day")]),
        ("to=31/02/2022", [("to", "bad_day")]),
        ("from=01/2022", [("from", "bad_day")]),
        ("to=2022", [("to", "bad_day")]),
        ("to=0000-01-01", [("to", "bad_day")]),
        ("from=2022-01-12T10:00", [("from", "bad_day")]),
        ("from=2023-01-01&to=2022-01-01", [("to", "before_first_day")]),
        ("has_agreements=yes", [("has_agreements", "bad_value")]),
        ("state=signed", [("state", "bad_value")]),
        ("province=oriental", [("province", "bad_value")]),
    ],
)
def test_bad_day_or_value_is_named_and_left_out(query, expected):
    MeetingFactory(starts_on=datetime.date(2024, 1, 1))

    form = MeetingFilterForm(QueryDict(query))

    assert codes(form) == expected
    assert form.bits == 1


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("party=0", [("party", "bad_value")]),
        ("party=x", [("party", "bad_value")]),
        ("party=99999999999999999999", [("party", "bad_value")]),
    ],
)
def test_party_is_one_of_a_published_agreement(query, expected):
    hidden = AgreementPartyFactory(agreement=PartnershipAgreementFactory(draft=True))

    assert codes(AgreementFilterForm(QueryDict(query))) == expected
    assert codes(AgreementFilterForm({"party": str(hidden.organisation_id)})) == [
        ("party", "bad_value")
    ]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("late=false", [("late", "bad_value")]),
        ("kind=promise", [("kind", "bad_value")]),
        ("q=!!", [("q", "no_word")]),
        ("state=held", [("state", "bad_value")]),
        ("state=declined&kind=commitment&sort=due", []),
    ],
)
def test_bad_parameter_of_the_follow_up_is_named(query, expected):
    assert codes(FollowUpFilterForm(QueryDict(query))) == expected


def test_chips_say_a_period_in_words():
    with translation.override("en"):
        form = MeetingFilterForm({"from": "2022-01-12", "to": "12/03/2022"})

        assert [chip.label for chip in form.chips] == [
            "from 12 January 2022 on",
            "to 12 March 2022",
        ]


def test_option_that_selects_nothing_is_left_out_or_cannot_be_chosen():
    MeetingFactory(region=RegionFactory(oriental=True), type__code="used")
    RegionFactory(slug="empty")
    MeetingTypeFactory(code="unused")

    form = MeetingFilterForm({})

    assert [(o.value, o.count) for o in form.options("region")] == [
        ("", None),
        ("oriental", 1),
        ("empty", 0),
        ("national", 0),
    ]
    assert [o.value for o in form.options("type")] == ["", "used"]
    assert '<option value="empty" disabled>' in str(form["region"])


def test_option_that_was_chosen_stays_though_it_selects_nothing():
    MeetingTypeFactory(code="unused")
    MeetingFactory()

    form = MeetingFilterForm({"type": "unused", "state": "held"})

    assert '<option value="unused" selected>' in str(form["type"])
    assert [(o.value, o.count, o.is_chosen) for o in form.options("state")[1:]] == [
        ("announced", 0, False),
        ("held", 0, True),
        ("postponed", 0, False),
        ("cancelled", 0, False),
    ]


def test_of_very_many_options_the_most_frequent_are_offered(monkeypatch):
    monkeypatch.setattr("consultations.forms.filters.OPTIONS_SHOWN", 2)
    often, rather, _seldom, chosen = (
        AgreementPartyFactory(organisation__name_ar=name).organisation
        for name in ("ب", "ت", "ث", "أ")
    )
    for organisation in (often, often, rather):
        AgreementPartyFactory(organisation=organisation)

    options = AgreementFilterForm({"party": str(chosen.pk)}).options("party")

    assert [option.value for option in options] == [
        "",
        str(chosen.pk),
        str(often.pk),
        str(rather.pk),
        "",
    ]
    assert (options[-1].label, options[-1].count) == ("… وغيرها مما هو أقل ورودا", 0)


def test_provinces_stand_under_their_regions():
    oriental = RegionFactory(oriental=True)
    meeting = MeetingFactory(region=oriental)
    meeting.provinces.add(ProvinceFactory(region=oriental, name_ar="بركان <"))

    html = str(MeetingFilterForm({})["province"])

    assert '<optgroup label="الشرق"><option value=' in html
    assert ">بركان &lt; (1)</option></optgroup></select>" in html


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


PARAMETERS = sorted(
    {name for form in (*FORMS, FollowUpFilterForm) for name in form.base_fields}
)


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


@pytest.mark.parametrize("form_class", [*FORMS, FollowUpFilterForm])
def test_national_is_offered_beside_the_regions_with_its_count(form_class):
    oriental = RegionFactory(oriental=True)
    for region in (oriental, None, None):
        meeting = MeetingFactory(region=region)
        ExpectationFactory(meeting=meeting)
        agreement = PartnershipAgreementFactory()
        agreement.regions.set([region] if region else [])

    with translation.override("en"):
        form = form_class({"region": "national"})
        *_regions, national = form.options("region")

    assert (national.value, national.label, national.count, national.is_chosen) == (
        "national",
        "National",
        2,
        True,
    )
    assert len(form.selected) == 2
    assert form.in_words == "وطني"


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


@pytest.mark.parametrize(
    ("query", "canonical"),
    [
        ("", ""),
        ("year=2022&q=a", "q=a&year=2022"),
        ("q=&region=&year=2022&sort=", "year=2022"),
        ("year=%D9%A2%D9%A0%D9%A2%D9%A2&page=1&sort=newest", "year=2022"),
        ("page=2&sort=oldest&q=%20a+%26+b%20", "q=a+%26+b&sort=oldest&page=2"),
        ("year=soon&nosuch=1&q=a&q=b&page=0", ""),
    ],
)
def test_addresses_that_ask_for_the_same_have_one_canonical_query(query, canonical):
    form = MeetingFilterForm(QueryDict(query))

    assert form.canonical_query == canonical
    assert MeetingFilterForm(QueryDict(canonical)).canonical_query == canonical


@pytest.mark.parametrize(
    ("query", "is_wholly_valid"),
    [("", True), ("q=a&year=2022&page=2", True), ("q=", True), ("q=a&z=1", False)],
)
def test_form_says_whether_anything_was_left_out(query, is_wholly_valid):
    assert MeetingFilterForm(QueryDict(query)).is_wholly_valid is is_wholly_valid


def test_chip_names_its_value_and_drops_it_alone():
    RegionFactory(oriental=True)

    form = MeetingFilterForm(QueryDict("region=oriental&q=a+%26+b&sort=oldest&page=3"))

    assert [(c.name, c.label, c.query_without) for c in form.chips] == [
        ("q", "a & b", "region=oriental&sort=oldest"),
        ("region", "الشرق", "q=a+%26+b&sort=oldest"),
    ]
    assert form.query_string() == "q=a+%26+b&region=oriental"


def test_each_vocabulary_is_read_once_however_often_it_is_asked(
    django_assert_num_queries,
):
    RegionFactory(oriental=True)
    MeetingTypeFactory(code="regional")

    with django_assert_num_queries(2):
        form = MeetingFilterForm(QueryDict("region=oriental&type=regional"))
        shown = [chip.label for chip in form.chips] + [form.in_words]

    assert form.problems == []
    assert shown[0] == "الشرق"
    assert shown[2] == f"{shown[0]}، {shown[1]}"


def test_empty_query_reads_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        form = AgreementFilterForm(QueryDict(""))

    assert (form.selection, form.problems) == ({}, [])


def test_years_offered_are_those_of_published_records_and_the_one_chosen():
    MeetingFactory(starts_on=datetime.date(2021, 12, 20))
    MeetingFactory(starts_on=datetime.date(2019, 1, 1), draft=True)
    MeetingFactory(undated=True)

    form = MeetingFilterForm({"year": "2030"})

    assert [(option.value, option.count) for option in form.options("year")] == [
        ("", None),
        ("2030", 0),
        ("2021", 1),
    ]


def test_agreement_years_offered_are_those_of_the_steps_of_published_agreements():
    AgreementStepFactory(date=datetime.date(2022, 1, 12))
    AgreementStepFactory(
        date=datetime.date(2019, 1, 1),
        agreement=PartnershipAgreementFactory(draft=True),
    )
    AgreementStepFactory()

    form = AgreementFilterForm({})

    assert [option.value for option in form.options("year")] == ["", "2022"]


@pytest.mark.parametrize("hidden", [{"draft": True}, {"withdrawn": True}])
def test_series_is_named_only_once_a_meeting_of_it_is_public(client, hidden):
    series = MeetingSeriesFactory(code="secret-series", title_ar="سلسلة مكتومة")
    MeetingFactory(series=series, **hidden)

    page = client.get("/meetings/?series=secret-series").content.decode()
    file = client.get("/data/meetings.csv?series=secret-series")

    assert "سلسلة مكتومة" not in page
    assert "series=secret-series" in page.split('role="status"')[1].split("</ul>")[0]
    assert file.status_code == 400
    assert "سلسلة مكتومة" not in file.content.decode()
