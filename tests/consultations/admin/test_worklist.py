import datetime
import html as markup
import re
from types import SimpleNamespace

import pytest
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from consultations import services
from consultations.models import Commitment, Meeting, PartnershipAgreement, Publication
from tests.factories.accounts import UserFactory
from tests.factories.consultations import (
    AgreementStepFactory,
    CommitmentFactory,
    DatedMeetingFactory,
    MeetingFactory,
    MeetingSeriesFactory,
    PartnershipAgreementFactory,
    SourceFactory,
)
from tests.factories.regions import RegionFactory

pytestmark = pytest.mark.django_db

INDEX = "/en/admin/"


def today_and(days):
    return timezone.localdate() + datetime.timedelta(days=days)


def lines(response):
    """Return what the first page says: heading, name, count and address of each line."""
    return [
        (str(one.label), line.name, line.count, line.url)
        for one in response.context["waiting"]
        for line in one.lines
    ]


def headings(response):
    return [(one.key, one.count) for one in response.context["waiting"]]


def waiting(client, key):
    return dict(headings(client.get(INDEX))).get(key, 0)


def rows_of(client, url):
    return list(client.get(url).context["cl"].result_list)


@pytest.fixture
def editor():
    """An editor of one region, which is what they work on."""
    region = RegionFactory(oriental=True)
    user = UserFactory(roles=["regional_editor"], regions=[region])
    return SimpleNamespace(user=user, region=region)


@pytest.fixture
def everything(staff):
    """Something of each kind of work, twice for the signed-in person."""
    other = UserFactory()
    series = MeetingSeriesFactory(summary_due_days=30)
    for factory in (MeetingFactory, PartnershipAgreementFactory):
        factory.create_batch(2, draft=True, created_by=staff)
        factory.create_batch(
            2, draft=True, publication=Publication.IN_REVIEW, created_by=other
        )
        for record in factory.create_batch(
            2, draft=True, publication=Publication.IN_REVIEW, created_by=staff
        ):
            services.send_back(record, by=other, remark="للاستكمال")
    region = RegionFactory()
    for _number in range(2):
        MeetingFactory(series=series, region=region, starts_on=today_and(-40))
        PartnershipAgreementFactory(
            period_starts_on=today_and(-300), period_ends_on=today_and(30)
        )
        CommitmentFactory(due_on=today_and(-1))


def test_each_line_counts_the_rows_of_its_list(staff_client, everything):
    found = lines(staff_client.get(INDEX))

    assert [(label, name) for label, name, _count, _url in found] == [
        ("Returned to you", "Consultation meetings"),
        ("Returned to you", "Partnership agreements"),
        ("Waiting for your review", "Consultation meetings"),
        ("Waiting for your review", "Partnership agreements"),
        ("Your drafts", "Consultation meetings"),
        ("Your drafts", "Partnership agreements"),
        ("Summaries overdue", "Consultation meetings"),
        ("Ending within 90 days", "Partnership agreements"),
        ("Past their date", "Commitments"),
        ("Possible duplicates", "Consultation meetings"),
        ("Records with gaps", "Consultation meetings"),
        ("Records with gaps", "Partnership agreements"),
    ]
    for label, name, count, url in found:
        assert count == len(rows_of(staff_client, url)), (label, name)
    assert {count for *_what, count, _url in found[:-2]} == {2}


@pytest.mark.parametrize("language", ["", "/fr", "/en"])
def test_numbers_and_lists_are_the_same_in_three_languages(
    staff_client, everything, language
):
    page = staff_client.get(f"{language}/admin/")

    section = page.text.split('id="worklist"')[1].split('<div class="app-')[0]
    links = re.findall(
        r'<a href="([^"]+\?work=[^"]+)">[^<]+<b class="count">(\d+)', section
    )
    assert [
        (markup.unescape(url).removeprefix(language), int(n)) for url, n in links
    ] == [
        (url.removeprefix("/en"), count)
        for _label, _name, count, url in lines(staff_client.get(INDEX))
    ]
    assert page.text.index('id="worklist"') < page.text.index(
        'class="app-consultations'
    )


def test_first_page_says_that_nothing_is_waiting(staff_client):
    page = staff_client.get(INDEX)

    assert page.context["waiting"] == []
    assert "Nothing is waiting for you." in page.text
    assert 'class="app-consultations' in page.text


@pytest.mark.parametrize("count", [1, 3])
def test_first_page_asks_the_same_number_of_queries(
    staff_client, staff, count, django_assert_num_queries
):
    other = UserFactory()
    for _number in range(count):
        MeetingSeriesFactory(summary_due_days=30)
        for factory in (MeetingFactory, PartnershipAgreementFactory):
            factory(draft=True, publication=Publication.IN_REVIEW, created_by=other)
            factory(draft=True, created_by=staff)
            sent_back = factory(
                draft=True, publication=Publication.IN_REVIEW, created_by=staff
            )
            services.send_back(sent_back, by=other, remark="للاستكمال")
        CommitmentFactory(due_on=today_and(-1))
    ContentType.objects.get_for_models(Meeting, PartnershipAgreement, Commitment)

    with django_assert_num_queries(17):
        page = staff_client.get(INDEX)

    assert dict(headings(page))["returned"] == 2 * count


def test_own_record_does_not_wait_for_own_review(staff_client, staff):
    MeetingFactory(draft=True, publication=Publication.IN_REVIEW, created_by=staff)

    assert waiting(staff_client, "review") == 0


def test_what_the_reader_sent_to_review_is_counted_until_it_is_decided(client, editor):
    meeting, other = (
        MeetingFactory(region=editor.region, draft=True) for _number in range(2)
    )
    for record, sender in ((meeting, editor.user), (other, UserFactory())):
        SourceFactory(meeting=record)
        services.submit(record, by=sender)
    client.force_login(editor.user)

    [line] = [one for one in lines(client.get(INDEX)) if "submitted" in one[3]]
    assert line[:3] == (
        "Submitted by you, waiting for review",
        "Consultation meetings",
        1,
    )
    assert rows_of(client, line[3]) == [meeting]

    services.publish(Meeting.objects.get(pk=meeting.pk), by=UserFactory())
    assert waiting(client, "submitted") == 0


def test_draft_of_somebody_else_is_not_on_the_list(staff_client):
    MeetingFactory(draft=True, created_by=UserFactory())

    assert waiting(staff_client, "drafts") == 0


def test_returned_draft_is_named_with_its_remark_and_is_no_other_draft(
    staff_client, staff
):
    meeting = MeetingFactory(
        draft=True,
        title_ar="لقاء أعيد",
        publication=Publication.IN_REVIEW,
        created_by=staff,
    )
    services.send_back(meeting, by=UserFactory(), remark="المرجو إضافة المصدر الرسمي")

    page = staff_client.get(INDEX)

    assert waiting(staff_client, "drafts") == 0
    [line] = page.context["waiting"][0].lines
    assert line.named == [
        {
            "label": "لقاء أعيد",
            "url": f"/en/admin/consultations/meeting/{meeting.pk}/change/",
            "remark": "المرجو إضافة المصدر الرسمي",
        }
    ]
    assert '<q dir="auto">المرجو إضافة المصدر الرسمي</q>' in page.text


@pytest.mark.parametrize(
    ("values", "is_overdue"),
    [
        ({"starts_on": -31}, True),
        ({"starts_on": -30}, False),
        ({"starts_on": -40, "ends_on": -31}, True),
        ({"starts_on": -40, "ends_on": -30}, False),
        ({"starts_on": -31, "summary_ar": "ملخص"}, False),
        ({"starts_on": -31, "state": "announced"}, False),
        ({"starts_on": -31, "series": None}, False),
        ({"starts_on": -31, "withdrawn": True}, False),
        ({"starts_on": -31, "draft": True}, True),
        ({"starts_on": -31, "date_precision": "year"}, False),
        ({"starts_on": -400, "date_precision": "year"}, True),
        ({"starts_on": -70, "date_precision": "month"}, True),
        ({"undated": True}, False),
    ],
)
def test_summary_is_overdue_after_the_days_of_its_series(
    staff_client, values, is_overdue
):
    series = MeetingSeriesFactory(summary_due_days=30)
    MeetingSeriesFactory(summary_due_days=10)
    days = {
        name: today_and(values[name])
        for name in ("starts_on", "ends_on")
        if name in values
    }
    MeetingFactory(**{"series": series, **values, **days})

    assert waiting(staff_client, "overdue") == int(is_overdue)


@pytest.mark.parametrize(
    ("days", "step", "is_ending"),
    [
        (0, "signed", True),
        (90, "signed", True),
        (91, "signed", False),
        (-1, "signed", False),
        (30, "suspended", True),
        (30, "completed", False),
        (30, "terminated", False),
    ],
)
def test_agreement_ends_within_ninety_days_unless_it_is_over(
    staff_client, days, step, is_ending
):
    agreement = PartnershipAgreementFactory(
        period_starts_on=today_and(-300), period_ends_on=today_and(days)
    )
    AgreementStepFactory(agreement=agreement, kind=step, date=today_and(-200))

    assert waiting(staff_client, "ending") == int(is_ending)


def test_commitment_waits_once_its_date_has_passed(staff_client):
    late = CommitmentFactory(due_on=today_and(-1))
    CommitmentFactory(due_on=today_and(0))
    CommitmentFactory(due_on=today_and(-1), state="done")

    assert waiting(staff_client, "late") == 1
    assert rows_of(staff_client, "/en/admin/consultations/commitment/?work=late") == [
        late
    ]


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({}, 2),
        ({"starts_on": datetime.date(2022, 1, 13)}, 0),
        ({"region": None}, 0),
        ({"date_precision": "month"}, 0),
        ({"withdrawn": True}, 0),
        ({"draft": True}, 2),
    ],
)
def test_meetings_of_one_region_and_day_are_possible_duplicates(
    staff_client, values, found
):
    region = RegionFactory()
    DatedMeetingFactory(region=region)
    DatedMeetingFactory(**{"region": region, **values})

    assert waiting(staff_client, "alike") == found


def test_national_meetings_of_one_day_are_possible_duplicates(staff_client):
    DatedMeetingFactory.create_batch(2)

    assert waiting(staff_client, "alike") == 2


def test_stops_of_a_tour_are_no_duplicates(staff_client):
    tour = DatedMeetingFactory()
    DatedMeetingFactory.create_batch(2, part_of=tour)

    assert waiting(staff_client, "alike") == 0


def test_withdrawn_record_has_no_gaps_to_fill(staff_client):
    MeetingFactory(withdrawn=True)

    assert waiting(staff_client, "gaps") == 0


def test_work_of_an_editor_is_that_of_their_region(client, editor):
    client.force_login(editor.user)
    elsewhere = RegionFactory()
    series = MeetingSeriesFactory(summary_due_days=30)
    for region in (editor.region, elsewhere):
        MeetingFactory(draft=True, region=region, created_by=editor.user)
        meeting = MeetingFactory(series=series, region=region, starts_on=today_and(-40))
        CommitmentFactory(meeting=meeting, due_on=today_and(-1))
        PartnershipAgreementFactory(
            period_starts_on=today_and(-300), period_ends_on=today_and(30)
        ).regions.add(region)

    page = client.get(INDEX)

    counts = dict(headings(page))
    assert {key: counts[key] for key in ("drafts", "overdue", "ending", "late")} == {
        "drafts": 1,
        "overdue": 1,
        "ending": 1,
        "late": 1,
    }
    for label, name, count, url in lines(page):
        assert count == len(rows_of(client, url)), (label, name)


def test_unknown_work_in_the_address_selects_nothing_away(staff_client):
    meeting = MeetingFactory()

    found = rows_of(staff_client, "/en/admin/consultations/meeting/?work=late")

    assert found == [meeting]
