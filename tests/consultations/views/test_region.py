import datetime
import re

import pytest

from config.models import DataVersion
from consultations import reports
from consultations.dossiers.region import read_region
from consultations.models import MeetingType
from tests.factories.consultations import (
    AgreementStepFactory,
    AttendanceFactory,
    CommitmentFactory,
    DatedMeetingFactory,
    ExpectationFactory,
    MeetingFactory,
    MeetingTypeFactory,
    ParticipationFactory,
    PartnershipAgreementFactory,
    SourceFactory,
    ThemeFactory,
)
from tests.factories.regions import ProvinceFactory, RegionFactory
from tests.factories.stakeholders import (
    OrganisationFactory,
    ParticipantCategoryFactory,
    PersonFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_kept():
    """No test finds the figures that another one had kept."""
    yield
    for kept in (
        read_region,
        reports.region_reports,
        reports.meetings_by_region,
        reports.meetings_by_month,
        reports.heard_by_region_and_category,
        reports.expectations_by_region,
        reports.commitments_by_region,
        reports.agreements_by_region,
    ):
        kept.forget()


def mapped_region(number, **options):
    """Return a region that the map has an outline of."""
    return RegionFactory(code=f"{number:02d}", **options)


def test_region_list_tells_three_states_apart(client):
    held, announced, unknown = (mapped_region(n) for n in (1, 2, 3))
    MeetingFactory(region=held)
    MeetingFactory(region=held, coverage="partial")
    MeetingFactory(region=held, coverage="no_report")
    MeetingFactory(region=announced, announced_only=True)
    MeetingFactory(region=unknown, draft=True)

    rows = (
        client.get("/en/regions/")
        .content.decode()
        .split("<tbody>")[1]
        .split("</tbody>")[0]
        .split("</tr>")
    )

    assert (
        "3 held, 1 of them without a report, 1 of them only partly reported"
        in " ".join(rows[0].split())
    )
    assert "announced, no report found" in rows[1]
    assert "no meeting known" in rows[2]
    assert "0" not in "".join(row.split("</th>")[1] for row in rows[1:3])


@pytest.mark.parametrize("count", [1, 3])
def test_region_list_takes_the_same_queries_with_any_number_of_regions(
    client, count, django_assert_num_queries
):
    for number in range(1, count + 1):
        rich_region(number, count)

    # three for the map and its table, ten for the reports, the date of the data
    with django_assert_num_queries(13):
        response = client.get("/regions/")

    assert [
        (row.held, row.agreements) for row in response.context["region_figures"]
    ] == [(count, count)] * count


def rich_region(number, count):
    """Return a region with ``count`` of everything that its page shows."""
    region = mapped_region(number, slug=f"rich-{number}")
    for day in range(1, count + 1):
        ProvinceFactory(region=region)
        meeting = MeetingFactory(region=region, starts_on=datetime.date(2022, 1, day))
        MeetingFactory(
            region=region, announced_only=True, starts_on=datetime.date(2099, 1, day)
        )
        category = ParticipationFactory(meeting=meeting).category
        AttendanceFactory(meeting=meeting, category=category, present=7)
        step = AgreementStepFactory(meeting=meeting)
        step.agreement.regions.add(region)
        ExpectationFactory(
            meeting=meeting,
            category=category,
            organisation=OrganisationFactory(),
            theme=ThemeFactory(),
        )
        for due_on in (None, datetime.date(2022, 6, day)):
            CommitmentFactory(
                meeting=meeting,
                owner=OrganisationFactory(),
                theme=ThemeFactory(),
                agreement=step.agreement,
                due_on=due_on,
            )
    return region


@pytest.mark.parametrize("count", [1, 3])
def test_region_page_takes_the_same_queries_at_any_size(
    client, count, django_assert_num_queries
):
    rich_region(2, count)
    rich_region(3, 1)

    # ten for the reports; provinces, meetings to come and others, agreements and their
    # regions, expectations, commitments late and newest; the date of the data
    with django_assert_num_queries(19):
        response = client.get("/regions/rich-2/")

    dossier = response.context["dossier"]
    assert [
        len(found)
        for found in (
            dossier.provinces,
            dossier.upcoming,
            dossier.meetings,
            dossier.agreements,
            dossier.follow_up.expectations,
        )
    ] == [count] * 5
    assert len(dossier.follow_up.commitments) == 2 * count


def test_region_page_asks_nothing_again_while_the_record_stays(
    client, settings, django_assert_num_queries
):
    settings.KEEP_PUBLIC_FIGURES = True
    rich_region(2, 2)
    first = client.get("/regions/rich-2/").content

    with django_assert_num_queries(2):  # the state of the record, the date of the data
        again = client.get("/regions/rich-2/").content

    assert again == first


def test_region_page_shows_what_is_published_only(client):
    region = RegionFactory(oriental=True)
    MeetingFactory(region=region, draft=True, title_ar="لقاء مكتوم")
    PartnershipAgreementFactory(draft=True, title_ar="اتفاقية مكتومة").regions.add(
        region
    )

    html = client.get("/en/regions/oriental/").content.decode()

    assert "مكتوم" not in html
    assert "No meeting of this region is known" in html
    assert "No agreement of this region is recorded" in html


def test_region_page_states_population_seat_and_provinces(client):
    region = RegionFactory(
        oriental=True, population_2024=2_294_665, seat_ar="وجدة", seat_fr="Oujda"
    )
    ProvinceFactory(region=region, name_fr="Berkane", population_2024=300_000)
    ProvinceFactory(region=region, name_fr="Oujda-Angad", kind="prefecture")

    html = client.get("/fr/regions/oriental/").content.decode()

    assert "2\u202f294\u202f665" in html
    assert "Oujda" in html
    assert "300\u202f000" in html
    assert "Berkane" in html
    assert "Oujda-Angad" in html


def test_unknown_population_is_not_zero(client):
    RegionFactory(oriental=True)

    meta = client.get("/en/regions/oriental/").content.decode().split('class="meta"')[1]

    assert meta.split("</dl>")[0].count("<dd>unknown") == 3


def test_region_page_leads_to_the_rest_where_there_is_more(client, monkeypatch):
    monkeypatch.setattr("consultations.dossiers.region.SHOWN", 1)
    region = RegionFactory(oriental=True)
    MeetingFactory.create_batch(2, region=region)

    response = client.get("/en/regions/oriental/")

    assert len(response.context["dossier"].meetings) == 1
    assert (
        '<a href="/en/meetings/?region=oriental">All 2 meetings'
        in response.content.decode()
    )


@pytest.mark.parametrize("slug", ["atlantis", "Oriental", "x" * 3000])
def test_unknown_region_is_not_found(client, slug):
    RegionFactory(oriental=True)

    assert client.get(f"/regions/{slug}/").status_code == 404


def section(html, name):
    """Return a section of the page by its id, up to the next one."""
    return html.split(f'id="{name}"')[1].split("<section")[0]


def figures(html):
    """Return what the key figures say: label, note and value of each, without tags."""
    return [
        " ".join(re.sub(r"<[^>]+>", " ", part.split("</div>")[0]).split())
        for part in html.split('<div class="kpi">')[1:]
    ]


def test_key_figures_of_a_region_say_what_is_unknown(client):
    region = RegionFactory(oriental=True)
    counted = MeetingFactory(region=region)
    uncounted = MeetingFactory(
        region=region,
        type=MeetingTypeFactory(code=MeetingType.REGIONAL_CONSULTATION),
    )
    MeetingFactory(region=region, announced_only=True)
    ParticipantCategoryFactory()
    AttendanceFactory(meeting=counted, present=40)
    ParticipationFactory(meeting=uncounted)
    ExpectationFactory(meeting=counted)
    CommitmentFactory(meeting=counted, due_on=datetime.date(2022, 2, 1))
    PartnershipAgreementFactory(amount=10, amount_note="exact").regions.add(region)
    PartnershipAgreementFactory().regions.add(region)

    html = client.get("/en/regions/oriental/").content.decode()

    assert figures(html) == [
        "meetings held of which 1 regional consultation meeting 1 more announced, not "
        "known to have been held 2",
        "categories of participants heard the sources do not mention the others 2 of 3",
        "people present 1 meeting without a count 40",
        "expectations and recommendations meetings without any recorded: 1 1",
        "commitments recorded past their due date: 1 1",
        "agreements recorded 1 without an amount of its own 2",
    ]


def test_nothing_is_said_of_other_categories_where_there_are_none(client):
    region = RegionFactory(oriental=True)
    ParticipationFactory(meeting=MeetingFactory(region=region))

    html = client.get("/en/regions/oriental/").content.decode()

    assert figures(html)[1] == "categories of participants heard 1 of 1"
    assert "Not mentioned in the sources" not in section(html, "heard")


def test_region_tells_its_categories_apart_in_four_ways(client):
    region = RegionFactory(oriental=True)
    heard, counted, absent, silent = (
        # In an order of their own: codes made in a row are not in it past a power of ten.
        ParticipantCategoryFactory(name_en=name, order=order)
        for order, name in enumerate(("Heard", "Counted", "Absent", "Silent"))
    )
    meeting = MeetingFactory(region=region)
    ParticipationFactory(meeting=meeting, category=heard)
    AttendanceFactory(meeting=meeting, category=counted, present=3)
    AttendanceFactory(meeting=meeting, category=absent, present=0)
    ParticipationFactory(
        meeting=MeetingFactory(region=region, draft=True), category=silent
    )

    html = section(client.get("/en/regions/oriental/").content.decode(), "heard")
    table, lists = html.split("</table>")
    absent_list, silent_list = lists.split("Not mentioned in the sources</h3>")

    assert re.findall(r">(Heard|Counted|Absent|Silent)<", table) == ["Heard", "Counted"]
    assert re.findall(r">(\w+)</a>", absent_list) == ["Absent"]
    assert re.findall(r">(\w+)</a>", silent_list) == ["Silent"]
    assert "No report found" not in html


def test_region_known_from_an_announcement_says_that_no_report_was_found(client):
    region = RegionFactory(slug="dakhla-oued-ed-dahab")
    category = ParticipantCategoryFactory(name_en="Associations")
    meeting = MeetingFactory(region=region, announced_only=True, undated=True)
    ParticipationFactory(meeting=meeting, category=category)

    html = client.get("/en/regions/dakhla-oued-ed-dahab/").content.decode()

    assert figures(html)[:2] == [
        "meetings held 1 more announced, not known to have been held none known",
        "categories of participants heard no report found",
    ]
    assert "the record holds no report of a meeting held there" in section(
        html, "heard"
    )
    assert "Associations" not in section(html, "heard")
    gaps = re.findall(r"<dt>(.*?)</dt><dd>\s*<bdi>(.*?)</bdi>", section(html, "gaps"))
    assert gaps == [("Meetings without a report found", "1 of 1")]


def test_region_of_which_nothing_is_known_claims_nothing(client):
    RegionFactory(oriental=True)

    html = client.get("/en/regions/oriental/").content.decode()

    assert figures(html) == []
    assert 'id="gaps"' not in html
    assert "That does not say that none was held." in html
    assert "That does not say that none was signed." in html


def test_region_names_every_gap_of_its_record(client):
    region = RegionFactory(oriental=True)
    held = MeetingFactory(region=region, undated=True, agreements_reported=3)
    DatedMeetingFactory(region=region, coverage="no_report")
    MeetingFactory(region=region, announced_only=True)
    MeetingFactory(
        region=region, announced_only=True, starts_on=datetime.date(2099, 1, 1)
    )
    ParticipantCategoryFactory()
    CommitmentFactory(meeting=held)
    ExpectationFactory(meeting=held)
    ExpectationFactory(meeting=held, state="done")
    for note in ("exact", "programme_total"):
        PartnershipAgreementFactory(amount=5, amount_note=note).regions.add(region)
    PartnershipAgreementFactory().regions.add(region)

    html = client.get("/en/regions/oriental/").content.decode()

    gaps = re.findall(r"<dt>(.*?)</dt><dd>\s*<bdi>(.*?)</bdi>", section(html, "gaps"))
    assert gaps == [
        ("Meetings without a report found", "2 of 3"),
        ("Meetings held without a number of people present", "2 of 2"),
        ("Meetings held without any participant named", "2 of 2"),
        ("Meetings held without an expectation recorded", "1 of 2"),
        ("Meetings held at a date unknown", "1 of 2"),
        ("Meetings whose reported agreements are not all recorded", "1 of 4"),
        ("Categories not mentioned in the sources", "1 of 1"),
        ("Expectations noted, without a further state", "1 of 2"),
        ("Commitments without a due date", "1 of 1"),
        ("Agreements without an amount", "1 of 3"),
    ]


def test_region_says_on_what_little_evidence_a_meeting_counts_as_held(client):
    region = RegionFactory(oriental=True)
    weak = MeetingFactory(
        region=region,
        coverage="partial",
        coverage_note="إعلان سابق وصفحة عن الزيارات",
        starts_on=datetime.date(2022, 1, 1),
        date_precision="month",
        date_basis="inferred",
        date_note="من تاريخ المقال",
    )
    SourceFactory(meeting=weak)
    SourceFactory.create_batch(2, meeting=MeetingFactory(region=region))

    html = client.get("/en/regions/oriental/").content.decode()
    everywhere = client.get("/en/meetings/").content.decode()

    meetings = " ".join(section(html, "meetings").split())
    assert (
        "1 meeting counted as held is reported only in part: what that rests on stands "
        "beside it."
    ) in meetings
    assert (
        '<b>What this rests on:</b> <span lang="ar" dir="rtl">إعلان سابق وصفحة عن '
        'الزيارات</span> <small class="lang-mark">in Arabic</small>'
    ) in meetings
    gaps = re.findall(r"<dt>(.*?)</dt><dd>\s*<bdi>(.*?)</bdi>", section(html, "gaps"))
    assert [gap for gap in gaps if gap[0].startswith("Meetings held ")] == [
        ("Meetings held without a number of people present", "2 of 2"),
        ("Meetings held without any participant named", "2 of 2"),
        ("Meetings held without an expectation recorded", "2 of 2"),
        ("Meetings held at a date unknown", "1 of 2"),
        ("Meetings held that are reported only in part", "1 of 2"),
        ("Meetings held that a single source tells of", "1 of 2"),
        ("Meetings held of which only the month or the year is known", "1 of 2"),
        ("Meetings held whose date is inferred, not stated", "1 of 2"),
    ]
    # The list names no more than the state; the page of the meeting says the rest.
    assert "What this rests on" not in everywhere


def test_well_reported_region_explains_nothing(client):
    meeting = DatedMeetingFactory(region=RegionFactory(oriental=True))
    SourceFactory.create_batch(2, meeting=meeting)

    html = client.get("/en/regions/oriental/").content.decode()

    assert "rests on" not in html
    assert "reported only in part" not in html


def test_sum_of_a_region_leaves_the_total_of_a_programme_out(client):
    region = RegionFactory(oriental=True)
    for amount, note in ((7_000_000, "exact"), (40_000_000, "programme_total")):
        PartnershipAgreementFactory(amount=amount, amount_note=note).regions.add(region)
    PartnershipAgreementFactory(
        draft=True, amount=9_000_000, amount_note="exact"
    ).regions.add(region)

    html = client.get("/en/regions/oriental/").content.decode()

    said = re.sub(
        r"<[^>]+>", "", section(html, "agreements").split("<dl")[1].split("</dl>")[0]
    )
    assert "MAD\u00a07,000,000 stated for 1 of 2 agreements" in said
    assert "Agreements with the total of a programme only1 not added" in said


def test_commitment_past_its_date_stands_first_and_says_so(client):
    region = RegionFactory(oriental=True)
    old, new = (
        MeetingFactory(region=region, starts_on=datetime.date(year, 1, 1))
        for year in (2020, 2022)
    )
    CommitmentFactory(meeting=new, text_en="newest")
    CommitmentFactory(meeting=old, text_en="late", due_on=datetime.date(2021, 1, 1))
    CommitmentFactory(
        meeting=old, text_en="kept", state="done", due_on=datetime.date(2021, 1, 1)
    )

    html = section(client.get("/en/regions/oriental/").content.decode(), "commitments")
    items = html.split('<ul class="items">')[1].split("<li>")[1:]

    assert [re.findall(r"<p>(\w+)</p>", item) for item in items] == [
        ["late"],
        ["newest"],
        ["kept"],
    ]
    assert ["past its due date" in item for item in items] == [True, False, False]


def test_draft_agreement_of_a_commitment_is_not_named(client):
    region = RegionFactory(oriental=True)
    draft = PartnershipAgreementFactory(draft=True)
    CommitmentFactory(meeting=MeetingFactory(region=region), agreement=draft)

    html = client.get("/en/regions/oriental/").content.decode()

    assert "Made at:" in html
    assert draft.reference not in html


def test_follow_up_of_drafts_and_withdrawn_meetings_stays_hidden(client):
    region = RegionFactory(oriental=True)
    for hidden in ({"draft": True}, {"withdrawn": True}):
        meeting = MeetingFactory(region=region, **hidden)
        ExpectationFactory(meeting=meeting, text_ar="انتظار مكتوم")
        CommitmentFactory(meeting=meeting, text_ar="التزام مكتوم")
        AttendanceFactory(meeting=meeting, present=9876)
        ParticipationFactory(
            meeting=meeting, category=ParticipantCategoryFactory(is_active=False)
        )

    response = client.get("/regions/oriental/")

    html = response.content.decode()
    assert "مكتوم" not in html
    assert "9.876" not in html
    assert response.context["report"].has_records is False
    assert response.context["report"].categories_heard == []
    assert all(one.category.is_active for one in response.context["report"].categories)


def test_region_page_names_no_person(client):
    region = RegionFactory(oriental=True)
    ParticipationFactory(
        meeting=MeetingFactory(region=region),
        person=PersonFactory(name_ar="فلان الفلاني"),
    )

    assert "الفلاني" not in client.get("/regions/oriental/").content.decode()


def test_region_leads_to_the_regions_beside_it(client):
    first, middle, last = (mapped_region(number) for number in (1, 2, 3))

    def neighbours(region):
        html = client.get(f"/en/regions/{region.slug}/").content.decode()
        return re.findall(r'href="/en/regions/([\w-]+)/" rel="(\w+)"', html)

    assert neighbours(first) == [(middle.slug, "next")]
    assert neighbours(middle) == [(first.slug, "prev"), (last.slug, "next")]
    assert neighbours(last) == [(middle.slug, "prev")]


def test_mark_on_the_map_names_the_region(client):
    mapped_region(2, name_fr="Oriental", slug="oriental")

    html = client.get("/fr/regions/oriental/").content.decode()

    assert 'aria-label="Carte du Maroc, la région Oriental mise en évidence"' in html
    assert html.count('class="map__region--here"') == 1
    assert html.count('class="map__region--other"') == 11


def test_time_line_of_a_region_is_drawn_where_there_is_enough(client):
    region = RegionFactory(oriental=True)
    DatedMeetingFactory.create_batch(4, region=region)
    few = client.get("/regions/oriental/").context["time_line"]
    MeetingFactory(region=region, starts_on=datetime.date(2022, 3, 1))

    line = client.get("/regions/oriental/").context["time_line"]

    assert few is None
    assert [bar.count for bar in line.bars] == [4, 0, 1]


def test_page_of_a_region_follows_a_change_at_once(client, settings):
    settings.KEEP_PUBLIC_FIGURES = True
    region = RegionFactory(oriental=True)
    DataVersion.raise_by_one()
    before = client.get("/regions/oriental/").context["report"].meetings.held

    MeetingFactory(region=region)
    DataVersion.raise_by_one()

    after = client.get("/regions/oriental/").context["report"].meetings.held
    assert (before, after) == (0, 1)
