import datetime

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from consultations.models import Meeting
from consultations.views.meeting import MeetingListView, meeting_page_context
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

    # count, page, regions, series, types, years, date of the data
    with django_assert_num_queries(7):
        response = client.get(LIST)

    assert set(response.context["meetings"]) == set(published)
    assert "مسودة" not in response.content.decode()
    assert "مسحوب" not in response.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_filtered_meeting_list_takes_nine_queries(
    client, count, django_assert_num_queries
):
    region = RegionFactory(oriental=True)
    meetings = DatedMeetingFactory.create_batch(count, region=region)
    for meeting in meetings:
        AttendanceFactory(meeting=meeting, present=3)
        AgreementStepFactory(meeting=meeting)
    DatedMeetingFactory()

    with django_assert_num_queries(9):  # how many without filters, words of names
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
    MeetingFactory()

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


@pytest.mark.parametrize("count", [1, 3])
def test_page_takes_the_same_queries_with_any_number_of_parts(
    client, count, django_assert_num_queries
):
    meeting = full_meeting(count)

    with django_assert_num_queries(23):
        response = client.get(meeting.get_absolute_url())

    assert response.status_code == 200


def test_page_of_a_bare_meeting_says_that_the_sources_are_silent(client):
    meeting = MeetingFactory(undated=True)

    html = client.get(english(meeting)).content.decode()

    main = html.split("<main")[1].split('<div class="tools">')[0]
    assert main.count("not mentioned in the sources") == 13
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
    draft = PartnershipAgreementFactory(draft=True, title_ar="اتفاقية سرية")
    AgreementStepFactory(meeting=meeting, agreement=draft)
    CommitmentFactory(meeting=meeting, agreement=draft)
    AidDistributionFactory(meeting=meeting, legal_basis=draft)

    html = client.get(english(meeting)).content.decode()

    assert draft.reference not in html
    assert "اتفاقية سرية" not in html
    assert "The sources report 2 agreements; recorded here: 0." in html


def test_draft_meetings_are_named_nowhere_on_the_page(client):
    series = MeetingSeriesFactory()
    draft = MeetingFactory(
        draft=True,
        title_ar="لقاء سري",
        series=series,
        starts_on=datetime.date(2022, 1, 1),
    )
    meeting = MeetingFactory(series=series, follows=draft, part_of=draft)
    MeetingFactory(draft=True, title_ar="لقاء سري", follows=meeting, series=series)

    html = client.get(meeting.get_absolute_url()).content.decode()

    assert "لقاء سري" not in html


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
        one: (page["dossier"].previous, page["dossier"].next)
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
        (page["dossier"].previous, page["dossier"].next)
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
    assert "Stated total: <b>186,000</b> (visitors)" in counted


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

    context = meeting_page_context(draft, is_preview=True)

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
            meeting_page_context(draft, is_preview=True),
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
