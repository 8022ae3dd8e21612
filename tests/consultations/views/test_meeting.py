import datetime
import re

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from config.qr import qr_code
from consultations.models import Discrepancy, Meeting
from consultations.views.meeting import MeetingListView, meeting_page_context
from tests.config.test_linked_data import read_blocks
from tests.consultations.views.records import full_agreement, full_meeting
from tests.factories.consultations import (
    AgreementStepFactory,
    AidDistributionFactory,
    AttendanceFactory,
    CommitmentFactory,
    DatedMeetingFactory,
    DocumentFactory,
    ExpectationFactory,
    MeetingFactory,
    MeetingSeriesFactory,
    ParticipationFactory,
    PartnershipAgreementFactory,
    ProgressFactory,
    SourceFactory,
)
from tests.factories.regions import RegionFactory
from tests.factories.stakeholders import (
    OfficeFactory,
    OrganisationFactory,
    PersonFactory,
)

pytestmark = pytest.mark.django_db

LIST = "/meetings/"


def english(record):
    with translation.override("en"):
        return record.get_absolute_url()


@pytest.mark.parametrize("count", [1, 3])
def test_meeting_list_shows_published_only(client, count, django_assert_num_queries):
    published = [
        MeetingFactory(region=RegionFactory(), series=MeetingSeriesFactory())
        for _ in range(count)
    ]
    MeetingFactory(draft=True, title_ar="مسودة")
    MeetingFactory(withdrawn=True, title_ar="مسحوب")

    # facets 16, names of regions, provinces, series, types, categories and themes,
    # page, date of the data
    with django_assert_num_queries(24):
        response = client.get(LIST)

    assert set(response.context["meetings"]) == set(published)
    assert "مسودة" not in response.content.decode()
    assert "مسحوب" not in response.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_filtered_meeting_list_takes_one_query_more_for_its_words(
    client, count, django_assert_num_queries
):
    region = RegionFactory(oriental=True)
    meetings = DatedMeetingFactory.create_batch(count, region=region)
    for meeting in meetings:
        AttendanceFactory(meeting=meeting, present=3)
        AgreementStepFactory(meeting=meeting)
    DatedMeetingFactory()

    with django_assert_num_queries(26):
        response = client.get(LIST + "?region=oriental&year=2022&q=لقاء&sort=oldest")

    assert set(response.context["meetings"]) == set(meetings)
    assert (response.context["selected"], response.context["total"]) == (
        count,
        count + 1,
    )


@pytest.fixture
def pages_of_two(monkeypatch):
    monkeypatch.setattr(MeetingListView, "paginate_by", 2)


def test_meeting_list_is_cut_into_pages_that_keep_the_filters(client, pages_of_two):
    DatedMeetingFactory.create_batch(3)

    first = client.get(LIST + "?year=2022").content.decode()
    second = client.get(LIST + "?year=2022&page=2")

    assert 'href="/meetings/?year=2022&amp;page=2"' in first
    assert len(second.context["meetings"]) == 1


@pytest.mark.parametrize("page", ["3", "99999", "0", "x", "-1", "%00"])
def test_page_that_is_not_there_is_named_and_the_first_shown(
    client, page, pages_of_two
):
    MeetingFactory.create_batch(3)

    response = client.get(f"/en{LIST}?page={page}")

    assert len(response.context["meetings"]) == 2
    assert [p.name for p in response.context["filters"].problems] == ["page"]
    assert "These parts of the address were left out:" in response.content.decode()


def test_card_never_shows_an_unknown_number_as_zero(client):
    MeetingFactory(type__name_en="Type")

    facts = client.get("/en" + LIST).content.decode().split('<p class="facts">')[1]

    assert "0" not in facts.split("</p>")[0]


def test_card_shows_none_present_where_that_is_recorded(client):
    AttendanceFactory(present=0)

    assert "0 people present" in client.get("/en" + LIST).content.decode()


def test_card_counts_published_agreements_only(client):
    meeting = MeetingFactory()
    AgreementStepFactory(meeting=meeting)
    AgreementStepFactory(
        meeting=meeting, agreement=PartnershipAgreementFactory(draft=True)
    )

    assert "1 agreement recorded<" in client.get("/en" + LIST).content.decode()


def test_announced_meeting_is_shown_as_that(client):
    MeetingFactory(announced_only=True)

    html = client.get("/en" + LIST).content.decode()

    assert '<span class="tag tag--announced">announced</span>' in html
    assert '<span class="tag tag--no_report">no report found</span>' in html


@pytest.mark.parametrize(
    ("query", "said"),
    [("", "No meeting has been published yet"), ("?year=1999", "all of these filters")],
)
def test_empty_list_says_why_it_is_empty(client, query, said):
    MeetingFactory(draft=True)

    assert said in client.get(f"/en{LIST}{query}").content.decode()


def test_empty_selection_says_what_to_drop_and_what_is_near(client):
    oriental = RegionFactory(oriental=True)
    fes = RegionFactory(slug="fes-meknes", name_en="Fès-Meknès")
    souss = RegionFactory(slug="souss-massa", name_en="Souss-Massa")
    for region, year in ((oriental, 2020), (fes, 2022), (souss, 2022)):
        MeetingFactory(region=region, starts_on=datetime.date(year, 5, 1))

    response = client.get(f"/en{LIST}?region=oriental&year=2022&sort=oldest")

    advice = response.context["advice"]
    assert [(way.label, way.count, way.query) for way in advice.to_drop] == [
        ("Oriental", 2, "year=2022&sort=oldest"),
        ("2022", 1, "region=oriental&sort=oldest"),
    ]
    # Its neighbour, not the region farther away; the year before.
    assert [(way.label, way.count, way.query) for way in advice.near] == [
        ("Fès-Meknès", 1, "region=fes-meknes&year=2022&sort=oldest"),
        ("2020", 1, "region=oriental&year=2020&sort=oldest"),
    ]
    html = response.content.decode()
    assert '<a class="btn btn--quiet btn--s" href="/en/meetings/?year=2022' in html
    assert "/data/meetings.csv" not in html


def test_region_without_a_neighbour_that_has_any_is_led_to_those_with_most(client):
    RegionFactory(oriental=True)
    far = RegionFactory(slug="souss-massa")
    MeetingFactory(region=far)

    advice = client.get(f"{LIST}?region=oriental").context["advice"]

    assert [way.query for way in advice.near] == ["region=souss-massa"]


def test_empty_period_is_led_to_the_nearest_years(client):
    for year in (2015, 2018, 2024, 2026):
        MeetingFactory(starts_on=datetime.date(year, 5, 1))

    advice = client.get(f"{LIST}?from=2020-01-01&to=2021-01-01").context["advice"]

    assert [way.query for way in advice.near] == ["year=2024", "year=2018"]


def test_selection_that_no_single_filter_explains_says_so(client):
    RegionFactory(oriental=True)
    MeetingFactory(state="held", starts_on=datetime.date(2020, 1, 1))

    response = client.get(f"/en{LIST}?region=oriental&state=announced&year=2022")

    assert response.context["advice"].to_drop == []
    assert "Dropping a single one of them is not enough." in response.content.decode()


@pytest.mark.parametrize(
    ("query", "is_cacheable"),
    [
        ("", True),
        ("?state=held&year=2022", True),
        ("?year=2022&sort=oldest&page=2", True),
        ("?year=2022&state=held", False),  # not in the order of the fields
        ("?year=2022&sort=newest", False),
        ("?year=2022&nosuch=1", False),
        ("?page=9", False),
        ("?q=a", False),
        ("?from=2022-01-01", False),
    ],
)
def test_address_is_vouched_for_only_where_nobody_can_make_up_more(
    client, pages_of_two, query, is_cacheable
):
    DatedMeetingFactory.create_batch(3)

    assert client.get(LIST + query).is_cacheable_address is is_cacheable


def test_title_heading_and_description_say_the_selection_and_the_page(
    client, pages_of_two
):
    DatedMeetingFactory.create_batch(3, region=RegionFactory(oriental=True))

    html = client.get(f"/en{LIST}?region=oriental&year=2022&page=2").content.decode()

    assert "<title>Consultation meetings – Oriental, 2022 – page 2 – " in html
    assert (
        'Consultation meetings <small class="selection">Oriental, 2022</small>' in html
    )
    assert (
        html.split('name="description" content="')[1]
        .split('"')[0]
        .endswith("what became of it. – Oriental, 2022 – page 2")
    )
    assert '<link rel="canonical" href="http://testserver/en/meetings/">' in html


def test_list_of_a_period_says_how_many_have_no_date(client):
    DatedMeetingFactory()
    MeetingFactory.create_batch(2, undated=True)

    of_period = client.get(f"/en{LIST}?from=2022-01-01").content.decode()
    whole = client.get("/en" + LIST).content.decode()

    said = "meetings without a known date are left out by the period."
    assert f"2 {said}" in of_period
    assert said not in whole


@pytest.mark.parametrize(
    ("record", "is_said"),
    [
        ({}, True),
        ({"summary_ar": "ملخص"}, False),
        ({"state": "announced"}, False),
        ({"coverage": "no_report"}, False),
    ],
)
def test_card_of_a_held_meeting_without_summary_says_it_is_prepared(
    client, record, is_said
):
    MeetingFactory(**record)

    html = client.get("/en" + LIST).content.decode()

    assert ("summary being prepared" in html) is is_said


def test_filters_in_force_are_counted_where_they_are_folded(client):
    MeetingFactory()

    assert "<summary>Filters</summary>" in client.get("/en" + LIST).content.decode()
    assert (
        "<summary>Filters (2)</summary>"
        in client.get(f"/en{LIST}?year=2022&state=held").content.decode()
    )


def test_sort_is_kept_by_the_filters_and_the_filters_by_the_sort(client):
    MeetingFactory()

    html = client.get(f"{LIST}?state=held&sort=oldest").content.decode()

    filters, sort = html.split("<form")[1:3]
    assert '<input type="hidden" name="sort" value="oldest">' in filters
    assert '<input type="hidden" name="state" value="held">' in sort
    assert '<option value="oldest" selected>' in sort


@pytest.mark.parametrize("count", [1, 3])
def test_page_takes_the_same_queries_with_any_number_of_parts(
    client, count, django_assert_num_queries
):
    meeting = full_meeting(count)

    with django_assert_num_queries(19):
        response = client.get(meeting.get_absolute_url())

    assert response.status_code == 200


def test_page_of_a_bare_meeting_says_that_the_sources_are_silent(client):
    meeting = MeetingFactory(undated=True)

    html = client.get(english(meeting)).content.decode()

    main = html.split("<main")[1].split('<div class="tools">')[0]
    assert main.count("not mentioned in the sources") == 12
    assert ">0<" not in main


def test_draft_is_not_found_and_says_nothing(client):
    meeting = MeetingFactory(draft=True, title_ar="سر لم يعلن بعد")

    response = client.get(meeting.get_absolute_url())

    assert response.status_code == 404
    assert "سر لم يعلن بعد" not in response.content.decode()


@pytest.mark.parametrize(
    ("language", "heading"),
    [("ar", None), ("fr", None), ("en", "This record has been withdrawn")],
)
def test_withdrawn_meeting_is_gone_and_says_why(client, language, heading):
    meeting = MeetingFactory(withdrawn=True, title_ar="عنوان", summary_ar="ملخص قديم")
    with translation.override(language):
        url = meeting.get_absolute_url()

    response = client.get(url)

    html = response.content.decode()
    assert response.status_code == 410
    assert f'<html lang="{language}"' in html
    assert meeting.withdrawal_reason in html
    assert meeting.slug in html
    assert "ملخص قديم" not in html
    assert '<meta name="robots" content="noindex">' in html
    assert heading is None or heading in html


@pytest.mark.parametrize("slug", ["none", "2022-01-12-nowhere", "x" * 5000])
def test_unknown_meeting_is_not_found(client, slug):
    assert client.get(f"/meetings/{slug}/").status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "delete"])
@pytest.mark.parametrize("path", ["/", LIST, "/regions/", "/about/", "/robots.txt"])
def test_public_pages_are_only_read(client, method, path):
    assert getattr(client, method)(path).status_code == 405


def test_chain_is_read_from_either_end(client):
    meeting = MeetingFactory()
    asked = ExpectationFactory(meeting=meeting, text_ar="مركز للأشخاص المسنين")
    other = ExpectationFactory(meeting=meeting, text_ar="نقل مدرسي")
    agreement = PartnershipAgreementFactory(title_ar="اتفاقية المركز")
    made = CommitmentFactory(meeting=meeting, agreement=agreement)
    made.answers.add(asked)
    ProgressFactory(commitment=made, note="فتح المركز")

    chain = client.get(english(meeting)).context["dossier"].chain

    [first, second] = chain.expectations
    [commitment] = chain.commitments
    [agreed] = chain.agreements
    [done] = chain.progress
    assert (first.expectation, first.commitments) == (asked, [commitment])
    assert (second.expectation, second.commitments) == (other, [])
    assert (commitment.expectations, commitment.agreement) == ([first], agreed)
    assert (agreed.agreement, agreed.commitments) == (agreement, [commitment])
    assert (done.commitment, commitment.progress) == (commitment, [done])


def test_every_link_within_the_page_has_its_target(client):
    meeting = full_meeting(2)

    html = client.get(meeting.get_absolute_url()).content.decode()

    targets = {part.split('"')[0] for part in html.split('href="#')[1:]}
    ids = [part.split('"')[0] for part in html.split(' id="')[1:]]
    assert {t for t in targets if not t.startswith("icon-")} - set(ids) == set()
    assert len(ids) == len(set(ids))
    assert {"expectation-1", "commitment-2", "agreement-1", "source-2"} < targets


def test_commitment_past_its_due_date_is_marked_unless_done(client):
    meeting = MeetingFactory()
    past = datetime.date(2022, 6, 1)
    CommitmentFactory(meeting=meeting, due_on=past, state="in_progress")
    CommitmentFactory(meeting=meeting, due_on=past, state="done")
    CommitmentFactory(meeting=meeting, due_on=None)

    html = client.get(english(meeting)).content.decode()

    assert html.count("past its due date") == 1


def test_draft_agreement_is_named_nowhere_on_the_page(client):
    meeting = MeetingFactory(agreements_reported=2)
    draft = PartnershipAgreementFactory(draft=True, title_ar="اتفاقية مكتومة")
    AgreementStepFactory(meeting=meeting, agreement=draft)
    CommitmentFactory(meeting=meeting, agreement=draft)
    AidDistributionFactory(meeting=meeting, legal_basis=draft)

    html = client.get(english(meeting)).content.decode()

    assert draft.reference not in html
    assert "اتفاقية مكتومة" not in html
    assert "The sources report 2 agreements; recorded here: 0." in html


def test_draft_meetings_are_named_nowhere_on_the_page(client):
    series = MeetingSeriesFactory()
    draft = MeetingFactory(
        draft=True,
        title_ar="لقاء مكتوم",
        series=series,
        starts_on=datetime.date(2022, 1, 1),
    )
    meeting = MeetingFactory(series=series, follows=draft, part_of=draft)
    MeetingFactory(draft=True, title_ar="لقاء مكتوم", follows=meeting, series=series)

    html = client.get(meeting.get_absolute_url()).content.decode()

    assert "لقاء مكتوم" not in html


def test_meetings_it_is_tied_to_are_shown_with_their_tie(client):
    earlier, forum = MeetingFactory.create_batch(2)
    meeting = MeetingFactory(follows=earlier, part_of=forum)
    later = MeetingFactory(follows=meeting)
    stop = MeetingFactory(part_of=meeting)

    related = client.get(meeting.get_absolute_url()).context["dossier"].related

    assert related == [
        ("follows", earlier),
        ("part_of", forum),
        ("followed_by", later),
        ("has_part", stop),
    ]


def test_previous_and_next_follow_the_order_of_the_series(client):
    series = MeetingSeriesFactory()
    numbered = {"series": series, "order_basis": "stated"}
    third = MeetingFactory(order_in_series=3, undated=True, **numbered)
    first = MeetingFactory(order_in_series=1, **numbered)
    second = MeetingFactory(order_in_series=2, **numbered)
    MeetingFactory()

    ends = {
        one: (page["dossier"].in_series.previous, page["dossier"].in_series.next)
        for one in (first, second, third)
        for page in [client.get(one.get_absolute_url()).context]
    }

    assert ends == {
        first: (None, second),
        second: (first, third),
        third: (second, None),
    }


def test_previous_and_next_follow_the_dates_where_there_is_no_order(client):
    series = MeetingSeriesFactory()
    later = MeetingFactory(series=series, starts_on=datetime.date(2022, 2, 1))
    same_day = [MeetingFactory(series=series) for _ in range(2)]

    ends = [
        (page["dossier"].in_series.previous, page["dossier"].in_series.next)
        for one in (*same_day, later)
        for page in [client.get(one.get_absolute_url()).context]
    ]

    assert ends == [
        (None, same_day[1]),
        (same_day[0], later),
        (same_day[1], None),
    ]


def test_person_is_named_in_an_office_or_with_consent_only(client):
    meeting = MeetingFactory()
    office = OfficeFactory(name_ar="والي الجهة")
    for name, options, details in (
        ("معاذ", {}, {"office": office}),
        ("خديجة", {"consents_to_be_named": True}, {}),
        ("مجهولة", {}, {}),
        ("سعيد", {}, {"organisation": OrganisationFactory()}),
    ):
        ParticipationFactory(
            meeting=meeting, person=PersonFactory(name_ar=name, **options), **details
        )
    ParticipationFactory(meeting=meeting, on_behalf_of=PersonFactory(name_ar="غائبة"))
    ParticipationFactory(
        meeting=meeting,
        on_behalf_of=PersonFactory(name_ar="الوالي فلان"),
        on_behalf_of_office="والي جهة طنجة",
    )

    html = client.get(meeting.get_absolute_url()).content.decode()

    shown = [
        name
        for name in ("معاذ", "خديجة", "مجهولة", "سعيد", "غائبة", "الوالي فلان")
        if name in html
    ]
    assert shown == ["معاذ", "خديجة", "الوالي فلان"]


def test_office_agrees_with_the_woman_who_holds_it(client):
    row = ParticipationFactory(
        capacity="chair",
        person=PersonFactory(name_ar="امباركة", gender="f"),
        office=OfficeFactory(president=True),
    )

    html = client.get(row.meeting.get_absolute_url()).content.decode()

    assert "رئيسة مجلس الجهة" in html


def test_internal_document_is_not_shown(client):
    meeting = MeetingFactory()
    DocumentFactory(meeting=meeting, title="محضر عام")
    DocumentFactory(meeting=meeting, title="مذكرة داخلية", is_public=False)

    html = client.get(meeting.get_absolute_url()).content.decode()

    assert "محضر عام" in html
    assert "مذكرة داخلية" not in html


def test_sources_of_the_ministry_come_first_and_parts_name_their_number(client):
    meeting = MeetingFactory()
    notice = SourceFactory(meeting=meeting, kind="announcement", publisher="إعلان")
    press = SourceFactory(meeting=meeting, kind="press_report", publisher="جريدة")
    SourceFactory(meeting=meeting, kind="official_report", publisher="الوزارة")
    row = ParticipationFactory(meeting=meeting, source=notice)
    ExpectationFactory(meeting=meeting, source=press)

    page = client.get(meeting.get_absolute_url()).context["dossier"]

    assert [s.publisher for s in page.evidence.sources] == ["الوزارة", "جريدة", "إعلان"]
    assert page.heard[0].participations == [row]
    assert page.heard[0].participations[0].source_number == 3
    assert page.chain.expectations[0].expectation.source_number == 2


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//x.org"])
def test_only_web_addresses_become_links(client, url):
    meeting = MeetingFactory()
    SourceFactory(meeting=meeting, url=url, site="", title="تقرير")
    DocumentFactory(meeting=meeting, url=url)

    html = client.get(meeting.get_absolute_url()).content.decode()

    assert f'href="{url}' not in html


@pytest.mark.parametrize(("official", "said"), [(True, False), (False, True)])
def test_summary_not_by_the_ministry_says_that_it_was_compiled(client, official, said):
    meeting = MeetingFactory(is_official_summary=official, summary_ar="ملخص")

    html = client.get(english(meeting)).content.decode()

    assert ("This summary was compiled from the sources below." in html) is said


def test_inferred_date_is_marked_with_its_reasoning(client):
    meeting = DatedMeetingFactory(date_basis="inferred", date_note="السبت قبل الأحد")

    html = client.get(english(meeting)).content.decode()

    assert '<span class="tag tag--soon">inferred</span>' in html
    assert "السبت قبل الأحد" in html


def test_unknown_date_is_not_called_inferred(client):
    meeting = MeetingFactory(undated=True, date_basis="inferred", date_note="قبل 20")

    html = client.get(english(meeting)).content.decode()

    assert ">inferred<" not in html
    assert "قبل 20" in html


@pytest.mark.parametrize(
    ("state", "coverage", "said"),
    [
        ("held", "report", []),
        ("held", "partial", ["The sources report this meeting only in part."]),
        (
            "held",
            "no_report",
            ["This meeting was held, but no report of it was found."],
        ),
        (
            "announced",
            "no_report",
            [
                "Only the announcement of this meeting is known: no report of it was "
                "found. That says neither that it was held nor that it was not."
            ],
        ),
        ("postponed", "no_report", []),
    ],
)
def test_page_begins_with_what_is_missing_in_the_sources(client, state, coverage, said):
    meeting = MeetingFactory(state=state, coverage=coverage)

    html = client.get(english(meeting)).content.decode()

    banners = html.split('<p class="message message--warning">')[1:]
    assert [one.split("</p>")[0].strip() for one in banners] == said


def test_note_on_a_partial_report_stands_at_the_top(client):
    meeting = MeetingFactory(coverage="partial", coverage_note="إعلان ومذكرة")

    html = client.get(english(meeting)).content.decode()

    assert "إعلان ومذكرة" in html.split('id="summary"')[0]


def test_aid_paid_out_counts_as_done_and_names_its_legal_basis(client):
    basis = PartnershipAgreementFactory(title_en="Oriental Initiative")
    aid = AidDistributionFactory(legal_basis=basis, description_en="Tricycles")
    AidDistributionFactory(meeting=aid.meeting, legal_basis=basis)

    response = client.get(english(aid.meeting))

    agreed, done = _chain_boxes(response)[2:]
    assert response.context["dossier"].chain.legal_bases == [basis]
    assert agreed.count("Legal basis of the aid paid out") == 1
    assert f'<a href="{english(basis)}">Oriental Initiative</a>' in agreed
    assert '<a href="#aid-1">Tricycles</a>' in done
    assert "not mentioned in the sources" not in agreed + done
    assert "is-empty" not in agreed + done


def test_agreement_of_the_meeting_is_named_once_when_it_is_a_legal_basis(client):
    step = AgreementStepFactory(meeting=MeetingFactory())
    AidDistributionFactory(meeting=step.meeting, legal_basis=step.agreement)

    response = client.get(english(step.meeting))

    chain = response.context["dossier"].chain
    assert [link.is_legal_basis for link in chain.agreements] == [True]
    assert chain.legal_bases == []
    assert _chain_boxes(response)[2].count("Legal basis of the aid paid out") == 1


def test_agreement_that_is_not_public_is_not_said_to_be_unmentioned(client):
    step = AgreementStepFactory(
        meeting=MeetingFactory(), agreement=PartnershipAgreementFactory(draft=True)
    )

    agreed = _chain_boxes(client.get(english(step.meeting)))[2]

    assert "None published so far." in agreed
    assert "not mentioned in the sources" not in agreed
    assert step.agreement.reference not in agreed


def test_chain_says_that_nothing_done_is_mentioned_without_progress_and_aid(client):
    done = _chain_boxes(client.get(english(MeetingFactory())))[3]

    assert 'class="is-empty"' in done
    assert "not mentioned in the sources" in done


def _chain_boxes(response):
    chain = response.content.decode().split('<div class="chain">')[1]
    return chain.split("</div>")[0].split("<section")[1:]


def test_stated_total_stands_where_nobody_was_counted(client):
    meeting = MeetingFactory(stated_total=186_000, stated_total_unit="visitors")

    html = client.get(english(meeting)).content.decode()

    counted = html.split('id="attendance"')[1].split("<h2")[0]
    assert "Stated total: <b>186,000 visitors" in counted


@pytest.mark.parametrize(
    ("number", "words"),
    [(2, "مشاركان"), (7, "7 مشاركين"), (15, "15 مشاركا"), (1200, "1.200 مشارك")],
)
def test_unit_of_the_stated_total_follows_the_number(client, number, words):
    meeting = MeetingFactory(stated_total=number, stated_total_unit="participants")

    html = client.get(meeting.get_absolute_url()).text

    stated = html.split("<dt>العدد الإجمالي المذكور</dt><dd>")[1].split("</dd>")[0]
    assert stated.strip() == words


def test_breadcrumbs_end_with_the_date_or_the_title_never_the_address(client):
    dated = DatedMeetingFactory(title_en="Meeting of Oujda")
    undated = DatedMeetingFactory(undated=True, title_en="Meeting of Dakhla")

    ends = [
        client.get(english(one))
        .content.decode()
        .split('<li aria-current="page">')[1]
        .split("</li>")[0]
        for one in (dated, undated)
    ]

    assert ends == ["Wednesday 12 January 2022", "Meeting of Dakhla"]


def test_contents_come_before_the_text_and_name_what_is_there(client):
    meeting = full_meeting(1)

    html = client.get(english(meeting)).content.decode()

    before = html.split('<details class="contents')[1].split("<article")[0]
    assert [part.split('"')[0] for part in before.split('href="#')[1:]] == [
        *("summary", "chain", "participants", "aid", "facts"),
        *("sources", "discrepancies", "cite", "files"),
    ]


def test_chair_is_named_in_the_head_and_among_those_who_took_part(client):
    meeting = MeetingFactory(city_en="Oujda", venue_en="Town hall")
    ParticipationFactory(
        meeting=meeting, capacity="chair", office_stated_en="Wali of the region"
    )

    main = client.get(english(meeting)).content.decode().split("<main")[1]

    assert main.count("Wali of the region") == 2
    assert (main.count("Oujda"), main.count("Town hall")) == (1, 1)


def test_years_of_the_programme_are_not_turned_against_the_text(client):
    series = MeetingSeriesFactory(programme_starts_year=2021, programme_ends_year=2026)
    meeting = MeetingFactory(series=series)

    html = client.get(meeting.get_absolute_url()).content.decode()

    assert " 2021-2026<" in html


def test_text_without_a_translation_is_marked_as_arabic(client):
    meeting = MeetingFactory(title_ar="لقاء وجدة", summary_ar="ملخص")

    html = client.get(f"/fr/meetings/{meeting.slug}/").content.decode()

    heading = html.split("<h1>")[1].split("</h1>")[0]
    assert heading.startswith('<span lang="ar" dir="rtl">لقاء وجدة</span>')
    assert '<div lang="ar" dir="rtl"><p>ملخص</p></div>' in html


def test_context_of_a_draft_serves_its_preview(rf, staff_client):
    draft = MeetingFactory(draft=True, title_ar="مسودة")

    context = meeting_page_context(draft, "https://p.ma", is_preview=True)

    assert context["meeting"] == draft
    assert context["is_preview"] is True


def test_preview_says_so_and_is_not_indexed(rf, db):
    draft = full_meeting(1)
    Meeting.objects.filter(pk=draft.pk).update(publication="draft", published_at=None)
    draft.refresh_from_db()
    request = rf.get("/en/admin/preview/")

    with translation.override("en"):
        html = render_to_string(
            "consultations/meeting_detail.html",
            meeting_page_context(draft, "https://p.ma", is_preview=True),
            request,
        )

    assert "Preview: this is how the public will see the record." in html
    assert '<meta name="robots" content="noindex">' in html
    assert 'rel="canonical"' not in html


def test_agreement_of_the_meeting_is_linked(client):
    meeting = MeetingFactory()
    agreement = full_agreement(1, meeting)

    html = client.get(meeting.get_absolute_url()).content.decode()

    assert (
        f'href="{reverse("consultations:agreement_detail", args=[agreement.reference])}"'
        in html
    )


def english_page(client, record):
    return client.get(english(record)).content.decode()


def event_of(client, meeting, url=None):
    [event] = [
        block
        for block in read_blocks(client.get(url or english(meeting)).content.decode())
        if block["@type"] == "Event"
    ]
    return event


def test_previous_and_next_in_the_region_follow_its_dates(client):
    region = RegionFactory()
    first, second, third = (
        MeetingFactory(region=region, starts_on=datetime.date(2022, month, 1))
        for month in (1, 2, 3)
    )
    MeetingFactory(region=region, starts_on=datetime.date(2022, 2, 15), draft=True)
    MeetingFactory(starts_on=datetime.date(2022, 2, 10))
    undated = MeetingFactory(region=region, undated=True)

    ends = {
        one: (page["dossier"].in_region.previous, page["dossier"].in_region.next)
        for one in (first, second, third, undated)
        for page in [client.get(one.get_absolute_url()).context]
    }

    assert ends == {
        first: (None, second),
        second: (first, third),
        third: (second, None),
        undated: (None, None),
    }


def test_national_meeting_has_no_neighbours_in_a_region(client):
    MeetingFactory(region=None, starts_on=datetime.date(2022, 1, 1))
    meeting = MeetingFactory(region=None)

    page = client.get(meeting.get_absolute_url())

    assert not page.context["dossier"].in_region
    assert 'id="in-region"' not in page.content.decode()


def test_neighbour_in_the_region_is_named_with_its_date(client):
    region = RegionFactory()
    before = MeetingFactory(
        region=region, starts_on=datetime.date(2021, 12, 1), date_precision="month"
    )
    meeting = DatedMeetingFactory(region=region)

    nav = english_page(client, meeting).split('aria-labelledby="in-region"')[1]

    assert "Previous meeting of the region · December 2021" in nav
    assert f'href="{english(before)}"' in nav


def test_neighbours_are_found_by_the_indexes_of_their_ties(client):
    series = MeetingSeriesFactory()
    region = RegionFactory()
    meeting, *_others = (
        DatedMeetingFactory(
            series=series, region=region, order_in_series=order, order_basis="stated"
        )
        for order in (1, 2, 3)
    )

    plan = Meeting.objects.around(meeting).explain()

    if connection.vendor == "sqlite":
        assert "SCAN" not in plan
        assert "meeting_public_newest" not in plan
        assert plan.count("meeting_region_newest") == 2


def test_record_is_cited_in_three_languages_the_reader_s_first(client):
    meeting = MeetingFactory(title_ar="لقاء وجدة", title_fr="Rencontre d’Oujda")

    for language, order in (("fr", ["fr", "ar", "en"]), ("ar", ["ar", "fr", "en"])):
        with translation.override(language):
            url = meeting.get_absolute_url()
        response = client.get(url)
        citations = response.context["citations"]

        assert [one.language for one in citations] == order
        assert response.content.decode().count('id="citation-') == 3

    arabic, french, english_one = citations
    assert re.sub("<[^>]+>", "", arabic.words).startswith(
        "وزارة التضامن والإدماج الاجتماعي والأسرة، «لقاء وجدة»، "
    )
    assert "Rencontre d’Oujda" in french.words
    assert f"{meeting.slug}</bdi>, version 1, state of " in english_one.words
    assert '<bdi lang="ar">لقاء وجدة</bdi>' in english_one.words
    assert french.address == f"http://testserver/fr/meetings/{meeting.slug}/"


def test_bibtex_entry_cannot_be_broken_by_a_title(client):
    meeting = MeetingFactory(title_en="50 % {of} \\input & #1_$~^")

    entry = client.get(english(meeting)).context["bibtex"]

    assert entry.splitlines()[:3] == [
        f"@misc{{{meeting.slug},",
        "  author = {{Ministry of Solidarity, Social Integration and Family}},",
        r"  title = {{50 \% \{of\} \textbackslash{}input \& \#1\_\$"
        r"\textasciitilde{}\textasciicircum{}}},",
    ]
    assert entry.count("{") == entry.count("}")
    assert f"url = {{http://testserver{english(meeting)}}}" in entry


def test_page_is_shared_by_plain_links_that_ask_nobody_else(client):
    meeting = MeetingFactory(title_en="Jobs & care: 50 %")

    html = english_page(client, meeting)

    address = f"http%3A%2F%2Ftestserver%2Fen%2Fmeetings%2F{meeting.slug}%2F"
    words = "Jobs%20%26%20care%3A%2050%20%25%20%E2%80%93%20Portal%20of"
    [mail] = re.findall(r'href="(mailto:\?subject=[^"]+)"', html)
    [whatsapp] = re.findall(r'href="(https://wa\.me/[^"]+)"', html)
    assert mail.startswith(f"mailto:?subject={words}")
    assert mail.endswith(f"&amp;body={address}")
    assert whatsapp.startswith(f"https://wa.me/?text={words}")
    assert whatsapp.endswith(f"%0A{address}")
    assert re.findall(r'(?:src|action)="(https?:[^"]+)"', html) == []


def test_buttons_that_need_a_script_are_hidden_without_one(client):
    html = english_page(client, full_meeting(1))

    buttons = re.findall(r"<(?:li|p)([^>]*)><button[^>]*data-action", html)
    assert len(buttons) == html.count("data-action") == 7
    assert [one for one in buttons if "hidden" not in one] == []


def test_printed_head_holds_the_references_and_the_code_of_the_address(client):
    meeting = MeetingFactory()
    Meeting.objects.filter(pk=meeting.pk).update(
        version=7, updated_at=datetime.datetime(2026, 3, 4, 12, tzinfo=datetime.UTC)
    )

    html = english_page(client, meeting)

    head = html.split('<div class="letterhead print-only">')[1].split("<main")[0]
    words = " ".join(re.sub("<[^>]+>", " ", head).split())
    address = f"http://testserver{english(meeting)}"
    assert words == (
        "Kingdom of Morocco Ministry of Solidarity, Social Integration and Family "
        "Portal of regional consultation meetings "
        f"Reference {meeting.slug} Version 7 Last changed 4 March 2026 "
        f"QR code of the address {address} {address}"
    )
    assert f'd="{qr_code(address).path}"' in head


def test_preview_has_neither_code_nor_links_to_share(staff_client):
    draft = MeetingFactory(draft=True)
    page = reverse("admin:consultations_meeting_preview", args=[draft.pk])

    html = staff_client.get(page).content.decode()

    assert 'class="qr"' not in html
    assert "wa.me" not in html
    assert [one["@type"] for one in read_blocks(html)] == ["BreadcrumbList"]


@pytest.mark.parametrize("matter", Discrepancy.Matter.values)
def test_fact_that_sources_dispute_leads_to_what_each_says(client, matter):
    meeting = full_meeting(1)
    meeting.series.announced_from = datetime.date(2021, 12, 18)
    meeting.series.programme_starts_year = 2021
    meeting.series.programme_ends_year = 2026
    meeting.series.save()
    meeting.discrepancies.update(matter=matter)

    html = english_page(client, meeting)

    assert html.count('id="discrepancy-1"') == 1
    marks = html.count('href="#discrepancy-1"')
    # What has no fact of its own on the page of a meeting stands in its section alone.
    assert (marks > 0) is (matter not in {"status", "other"})


def test_undisputed_facts_carry_no_mark(client):
    assert 'class="dispute"' not in english_page(client, MeetingFactory())


def test_page_of_an_event_has_what_an_event_has_not(client, settings):
    settings.LICENCE_URL = "https://licence.example/"
    meeting = MeetingFactory(
        published_at=datetime.datetime(2026, 3, 1, 9, tzinfo=datetime.UTC)
    )
    Meeting.objects.filter(pk=meeting.pk).update(
        updated_at=datetime.datetime(2026, 7, 4, 9, 30, tzinfo=datetime.UTC)
    )

    event = event_of(client, meeting)

    assert not {"license", "dateModified"} & set(event)
    assert event["mainEntityOfPage"] == {
        "@type": "WebPage",
        "url": event["url"],
        "inLanguage": "en",
        "license": "https://licence.example/",
        "datePublished": "2026-03-01T09:00:00+00:00",
        "dateModified": "2026-07-04T10:30:00+01:00",
        "publisher": {"@id": "http://testserver/#ministry"},
    }


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        ({"state": "held"}, "EventScheduled"),
        ({"state": "announced"}, "EventScheduled"),
        ({"state": "cancelled"}, "EventCancelled"),
        ({"state": "postponed"}, "EventPostponed"),
        (
            {"state": "postponed", "first_announced_for": datetime.date(2022, 1, 12)},
            "EventPostponed",
        ),
        (
            {"state": "postponed", "first_announced_for": datetime.date(2022, 1, 5)},
            "EventRescheduled",
        ),
    ],
)
def test_event_has_the_status_that_is_true(client, facts, status):
    event = event_of(client, DatedMeetingFactory(**facts))

    assert event["eventStatus"] == f"https://schema.org/{status}"
    assert event.get("previousStartDate") == (
        "2022-01-05" if status == "EventRescheduled" else None
    )


def test_event_says_whether_it_was_held_or_only_announced(client):
    said = [
        event_of(client, MeetingFactory(**facts))["disambiguatingDescription"]
        for facts in ({}, {"announced_only": True})
    ]

    assert said == [
        "held – a report of the meeting is known",
        "announced – no report found",
    ]


@pytest.mark.parametrize(
    ("facts", "starts", "ends"),
    [
        ({}, "2022-01-12", None),
        ({"starts_at": datetime.time(10, 30)}, "2022-01-12T10:30", None),
        ({"date_precision": "month", "starts_at": datetime.time(9)}, "2022-01", None),
        ({"date_precision": "year"}, "2022", None),
        ({"starts_on": None, "date_precision": "unknown"}, None, None),
        ({"ends_on": datetime.date(2022, 1, 14)}, "2022-01-12", "2022-01-14"),
        (
            {"starts_on": None, "ends_on": datetime.date(2022, 1, 14)},
            None,
            "2022-01-14",
        ),
    ],
)
def test_event_is_dated_as_precisely_as_the_record(client, facts, starts, ends):
    event = event_of(client, DatedMeetingFactory(**facts))

    assert (event.get("startDate"), event.get("endDate")) == (starts, ends)


@pytest.mark.parametrize(
    ("mode", "said"),
    [
        ("in_person", "https://schema.org/OfflineEventAttendanceMode"),
        ("remote", "https://schema.org/OnlineEventAttendanceMode"),
        ("hybrid", "https://schema.org/MixedEventAttendanceMode"),
        ("not_stated", None),
    ],
)
def test_event_says_how_it_was_attended_only_where_that_is_known(client, mode, said):
    event = event_of(client, MeetingFactory(mode=mode))

    assert event.get("eventAttendanceMode") == said


def test_event_has_its_place_organiser_and_wider_events(client):
    series = MeetingSeriesFactory(code="regional", title_en="Series")
    forum = MeetingFactory(title_en="Forum")
    meeting = MeetingFactory(
        region=RegionFactory(oriental=True),
        city_en="Oujda",
        venue_en="Town hall",
        series=series,
        part_of=forum,
    )
    stop = MeetingFactory(part_of=meeting, title_en="Stop")
    MeetingFactory(part_of=meeting, title_en="Draft", draft=True)

    event = event_of(client, meeting)

    assert event["location"] == {
        "@type": "Place",
        "name": "Town hall",
        "address": {
            "@type": "PostalAddress",
            "addressLocality": "Oujda",
            "addressRegion": "Oriental",
            "addressCountry": "MA",
        },
    }
    assert event["organizer"]["@type"] == "GovernmentOrganization"
    assert event["superEvent"] == [
        {
            "@type": "Event",
            "name": "Forum",
            "url": f"http://testserver{english(forum)}",
        },
        {
            "@type": "EventSeries",
            "name": "Series",
            "url": "http://testserver/en/meetings/?series=regional",
        },
    ]
    assert [one["name"] for one in event["subEvent"]] == ["Stop"]
    assert event["subEvent"][0]["url"] == f"http://testserver{english(stop)}"


def test_event_names_the_organiser_that_the_record_names(client):
    row = ParticipationFactory(
        capacity="organiser",
        organisation=OrganisationFactory(name_en="Another ministry"),
    )

    event = event_of(client, row.meeting)

    assert event["organizer"] == [{"@type": "Organization", "name": "Another ministry"}]


def test_event_is_not_the_ministry_s_where_the_organiser_is_only_described(client):
    row = ParticipationFactory(
        capacity="organiser", description_en="Committee of the House"
    )

    event = event_of(client, row.meeting)

    assert event["organizer"] == [
        {"@type": "Organization", "name": "Committee of the House"}
    ]


def test_event_of_no_known_place_has_none(client):
    event = event_of(client, MeetingFactory(region=None))

    assert "location" not in event


def test_machines_are_told_of_no_person(client):
    meeting = full_meeting(1)
    person = PersonFactory(name_ar="معاذ الفلاني", name_fr="Mouad Untel")
    meeting.participations.update(person=person)

    for prefix in ("", "/fr", "/en"):
        event = event_of(client, meeting, f"{prefix}/meetings/{meeting.slug}/")
        assert "الفلاني" not in str(event)
        assert "Untel" not in str(event)


@pytest.mark.parametrize("language", ["ar", "fr", "en"])
def test_hostile_title_reaches_machines_whole_and_readers_escaped(client, language):
    hostile = "</script><script>alert(1)</script>&lt;\u2028"
    meeting = MeetingFactory(
        title_ar=hostile, title_fr=hostile, title_en=hostile, undated=True
    )
    with translation.override(language):
        url = meeting.get_absolute_url()

    html = client.get(url).content.decode()

    event, crumbs = read_blocks(html)
    assert event["name"] == hostile
    assert crumbs["itemListElement"][-1]["name"] == hostile
    assert "<script>alert" not in html


def test_description_is_the_summary_or_what_is_known_in_the_reader_s_words(client):
    region = RegionFactory(oriental=True)
    told = MeetingFactory(region=region, summary_en="Word " * 60)
    untold = MeetingFactory(region=region, summary_ar="ملخص بالعربية", undated=True)

    descriptions = [
        re.findall(
            r'<meta name="description" content="([^"]*)">', english_page(client, one)
        )[0]
        for one in (told, untold)
    ]

    assert descriptions[0] == ("Word " * 32).strip() + "…"
    assert descriptions[1].endswith(
        " – Oriental – held – a report of the meeting is known"
    )
    assert "ملخص" not in descriptions[1]
