import datetime
import re

import pytest

from consultations import reports
from consultations.dossiers import category as dossiers
from tests.factories.consultations import (
    AgreementPartyFactory,
    AttendanceFactory,
    CommitmentFactory,
    ExpectationFactory,
    MeetingFactory,
    ParticipationFactory,
    PartnershipAgreementFactory,
    ThemeFactory,
)
from tests.factories.regions import RegionFactory
from tests.factories.stakeholders import (
    OrganisationFactory,
    ParticipantCategoryFactory,
    PersonFactory,
)

pytestmark = pytest.mark.django_db


def rows(html):
    """Return the cells of each row of the first table, without tags."""
    body = html.split("<tbody>")[1].split("</tbody>")[0]
    return [
        [
            " ".join(re.sub(r"<[^>]+>", " ", cell).split())
            for cell in re.findall(r"<t[hd].*?</t[hd]>", row, flags=re.S)
        ]
        for row in body.split("</tr>")[:-1]
    ]


def words(html):
    """Return what a page says, without tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_the_same_queries_with_any_number_of_categories(
    client, count, django_assert_num_queries
):
    for _ in range(count):
        meeting = MeetingFactory(region=RegionFactory())
        category = ParticipationFactory(meeting=meeting).category
        ExpectationFactory(meeting=meeting, category=category)

    # hearings in two, expectations in one; the reports of the regions, which ask these
    # again where nothing is kept, in ten; the categories; the date of the data
    with django_assert_num_queries(14):
        response = client.get("/participants/")

    assert [one.heard.meetings for one in response.context["reports"]] == [1] * count


def test_list_says_how_often_each_category_was_heard_and_what_is_unknown(client):
    regions = RegionFactory.create_batch(2)
    often, counted, absent, silent = (
        ParticipantCategoryFactory(name_en=name, order=order)
        for order, name in enumerate(("Often", "Counted", "Absent", "Silent"))
    )
    first, second = (MeetingFactory(region=region) for region in regions)
    national = MeetingFactory()
    for meeting in (first, second, national):
        ParticipationFactory.create_batch(2, meeting=meeting, category=often)
    AttendanceFactory(meeting=first, category=often, present=30)
    AttendanceFactory(meeting=first, category=counted, present=4)
    AttendanceFactory(meeting=second, category=absent, present=0)
    AttendanceFactory(meeting=second, category=silent, present=None)
    ExpectationFactory(meeting=first, category=often)
    ParticipationFactory(meeting=MeetingFactory(draft=True), category=silent)
    ParticipationFactory(meeting=MeetingFactory(announced_only=True), category=silent)

    html = client.get("/en/participants/").content.decode()

    assert rows(html) == [
        ["Often", "3", "", "2", "30 meetings without a count: 2", "1"],
        ["Counted", "1", "", "1", "4", "nothing recorded"],
        [
            "Absent",
            "recorded absent",
            "",
            "",
            "0",
            "nothing recorded",
        ],
        [
            "Silent",
            "not mentioned in the sources",
            "",
            "",
            "not mentioned in the sources",
            "nothing recorded",
        ],
    ]


def test_list_says_once_that_no_number_is_known(client):
    ParticipationFactory(
        meeting=MeetingFactory(region=RegionFactory()),
        category=ParticipantCategoryFactory(name_en="Media"),
    )

    html = client.get("/en/participants/").content.decode()

    assert rows(html) == [["Media", "1", "", "1"]]
    assert "How many of each were present is not mentioned in the sources." in html


def test_recorded_absence_is_no_silence_of_the_sources(client):
    absent = ParticipantCategoryFactory(code="absent")
    for region in (RegionFactory(name_en="Region"), None):
        AttendanceFactory(
            meeting=MeetingFactory(region=region), category=absent, present=0
        )

    html = client.get("/en/participants/absent/").content.decode()

    assert rows(html) == [
        ["Region", "recorded absent", "", "0"],
        ["National meetings", "recorded absent", "", "0"],
    ]
    assert "No meeting is known where this category was heard" in html
    assert "do not mention this category" not in html


def test_list_of_an_empty_portal_says_so(client):
    html = client.get("/en/participants/").content.decode()

    assert "The participant categories have not been loaded yet" in html


def test_retired_category_is_listed_as_long_as_the_record_names_it(client):
    retired = ParticipantCategoryFactory(name_en="Retired", is_active=False)
    unused = ParticipantCategoryFactory(name_en="Unused", is_active=False)
    ParticipationFactory(category=retired)

    reports = client.get("/participants/").context["reports"]

    assert [one.category for one in reports] == [retired]
    assert [
        client.get(one.get_absolute_url()).context["report"].heard.meetings
        for one in (retired, unused)
    ] == [1, 0]


@pytest.mark.parametrize("count", [1, 3])
def test_page_of_a_category_takes_the_same_queries_at_any_size(
    client, count, django_assert_num_queries
):
    category = ParticipantCategoryFactory(code="associations")
    for day in range(1, count + 1):
        meeting = MeetingFactory(
            region=RegionFactory(), starts_on=datetime.date(2022, 1, day)
        )
        ParticipationFactory(
            meeting=meeting,
            category=category,
            organisation=OrganisationFactory(category=category, region=RegionFactory()),
        )
        ExpectationFactory(
            meeting=meeting,
            category=category,
            organisation=OrganisationFactory(),
            theme=ThemeFactory(),
        )

    # fifteen as for the list; four for the organisations of the record and one for
    # those of the category; its meetings and expectations
    with django_assert_num_queries(21):
        response = client.get("/participants/associations/")

    dossier = response.context["dossier"]
    assert [len(dossier.meetings), len(dossier.expectations)] == [count] * 2
    assert len(response.context["organisations"]) == count


def test_page_of_a_category_tells_its_regions_apart(client):
    category = ParticipantCategoryFactory(code="media")
    names = ("Heard", "Absent", "Silent", "Announced", "Nothing")
    heard, absent, silent, announced, _nothing = (
        RegionFactory(code=f"{number:02d}", name_en=name)
        for number, name in enumerate(names, start=1)
    )
    meeting = MeetingFactory(region=heard)
    ParticipationFactory(meeting=meeting, category=category)
    AttendanceFactory(
        meeting=MeetingFactory(region=absent), category=category, present=0
    )
    ParticipationFactory(meeting=MeetingFactory(region=silent))
    MeetingFactory(region=announced, announced_only=True)
    national = MeetingFactory()
    AttendanceFactory(meeting=national, category=category, present=12)
    ExpectationFactory(meeting=national, category=category)

    html = client.get("/en/participants/media/").content.decode()

    assert rows(html) == [
        ["Heard", "heard", "1", "not mentioned in the sources", ""],
        ["Absent", "recorded absent", "", "0", ""],
        ["Silent", "not mentioned in the sources", "", "", ""],
        ["Announced", "no report found", "", "", ""],
        ["Nothing", "no report found", "", "", ""],
        ["National meetings", "heard", "1", "12", "1"],
    ]


def test_page_of_a_category_that_no_source_mentions_claims_nothing(client):
    ParticipantCategoryFactory(code="media")

    html = words(client.get("/en/participants/media/").content.decode())

    assert "The sources do not mention this category at any meeting held" in html
    assert "That does not say that nobody of it came." in html
    assert "No organisation of it is named in the record." in html


def test_page_of_a_category_shows_its_latest_meetings_and_leads_to_all(
    client, monkeypatch
):
    monkeypatch.setattr("consultations.dossiers.category.SHOWN", 2)
    category = ParticipantCategoryFactory(code="media")
    meetings = [
        MeetingFactory(starts_on=datetime.date(2022, 1, day)) for day in (1, 2, 3)
    ]
    for meeting in meetings:
        ParticipationFactory(meeting=meeting, category=category)
    AttendanceFactory(
        meeting=MeetingFactory(starts_on=datetime.date(2022, 1, 4)),
        category=category,
        present=0,
    )

    response = client.get("/en/participants/media/")

    assert response.context["dossier"].meetings == meetings[:0:-1]
    assert '<a href="/en/meetings/?category=media">' in response.content.decode()


def test_organisations_of_a_category_are_those_of_the_record_in_order(client):
    category = ParticipantCategoryFactory(code="associations")

    def organisation(name, **options):
        return OrganisationFactory(category=category, name_ar=name, **options)

    second, first, third = (
        organisation(name) for name in ("بيت الحكمة", "أمل", "تعاون")
    )
    known_to_staff = organisation("مكتومة")
    ParticipationFactory(organisation=second)
    CommitmentFactory(owner=first)
    AgreementPartyFactory(organisation=third)
    ParticipationFactory(
        organisation=known_to_staff, meeting=MeetingFactory(draft=True)
    )
    ExpectationFactory(
        organisation=known_to_staff, meeting=MeetingFactory(withdrawn=True)
    )
    AgreementPartyFactory(
        organisation=known_to_staff, agreement=PartnershipAgreementFactory(draft=True)
    )

    response = client.get("/participants/associations/")

    assert response.context["organisations"] == [first, second, third]
    assert "مكتومة" not in response.content.decode()


def test_a_long_list_of_organisations_says_how_many_there_are(client, monkeypatch):
    monkeypatch.setattr("consultations.views.participant.ORGANISATIONS_SHOWN", 2)
    category = ParticipantCategoryFactory(code="associations")
    for _ in range(3):
        ParticipationFactory(organisation=OrganisationFactory(category=category))

    html = client.get("/en/participants/associations/").content.decode()

    assert "2 of 3 are shown; the search finds them all." in html


def test_page_of_a_category_hides_what_is_not_published(client):
    category = ParticipantCategoryFactory(code="media")
    for hidden in ({"draft": True}, {"withdrawn": True}):
        meeting = MeetingFactory(title_ar="لقاء مكتوم", **hidden)
        ParticipationFactory(meeting=meeting, category=category)
        AttendanceFactory(meeting=meeting, category=category, present=9876)
        ExpectationFactory(meeting=meeting, category=category, text_ar="انتظار مكتوم")

    html = client.get("/participants/media/").content.decode()

    assert "مكتوم" not in html
    assert "9.876" not in html


def test_page_of_a_category_names_no_person(client):
    category = ParticipantCategoryFactory(code="media")
    ParticipationFactory(
        category=category, person=PersonFactory(name_ar="فلان الفلاني")
    )

    assert "الفلاني" not in client.get("/participants/media/").content.decode()


@pytest.mark.parametrize("code", ["atlantis", "Media", "x" * 3000, "%00"])
def test_unknown_category_is_not_found(client, code):
    ParticipantCategoryFactory(code="media")

    assert client.get(f"/participants/{code}/").status_code == 404


def test_page_of_a_category_asks_nothing_again_while_the_record_stays(
    client, settings, django_assert_num_queries
):
    settings.KEEP_PUBLIC_FIGURES = True
    category = ParticipantCategoryFactory(code="media")
    ParticipationFactory(category=category)
    try:
        first = client.get("/participants/media/").content
        with django_assert_num_queries(2):  # the state of the record, its date
            again = client.get("/participants/media/").content
    finally:
        for kept in (
            dossiers.read_category,
            dossiers.organisations_of_category,
            reports.category_reports,
            reports.region_reports,
            reports.meetings_by_region,
            reports.meetings_by_month,
            reports.heard_by_region_and_category,
            reports.expectations_by_region,
            reports.commitments_by_region,
            reports.agreements_by_region,
            reports.organisation_figures,
        ):
            kept.forget()

    assert again == first
