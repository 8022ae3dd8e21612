import datetime
import re
from decimal import Decimal

import pytest

from consultations.models import MeetingType
from tests.factories.consultations import (
    AttendanceFactory,
    MeetingFactory,
    MeetingTypeFactory,
    PartnershipAgreementFactory,
)
from tests.factories.regions import RegionFactory

pytestmark = pytest.mark.django_db


def figures(html):
    """Return what the key figures say: value, label and note of each."""
    return [
        " ".join(part.split("</div>")[0].split())
        for part in html.split('<div class="kpi">')[1:]
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_home_takes_the_same_queries_at_any_size(
    client, count, django_assert_num_queries
):
    for number in range(1, count + 1):
        region = RegionFactory(code=f"{number:02d}")
        MeetingFactory(region=region)
        MeetingFactory(announced_only=True, starts_on=datetime.date(2099, 1, number))
        PartnershipAgreementFactory().regions.add(region)

    # regions, meetings and agreements of the map; three for the key figures; the time
    # line; meetings held and next, agreements and their regions; date of the data
    with django_assert_num_queries(13):
        response = client.get("/")

    assert len(response.context["meetings"]) == count
    assert len(response.context["upcoming"]) == count


def test_each_key_figure_is_a_link_and_says_what_is_unknown(client):
    held = [RegionFactory(code=code) for code in ("01", "02", "03")]
    consultation = MeetingTypeFactory(code=MeetingType.REGIONAL_CONSULTATION)
    MeetingFactory(region=held[0], type=consultation)
    AttendanceFactory(meeting=MeetingFactory(region=held[1]), present=120)
    MeetingFactory(region=held[2], announced_only=True)
    PartnershipAgreementFactory(amount=Decimal(10), amount_note="exact")
    PartnershipAgreementFactory()

    said = figures(client.get("/en/").content.decode())

    assert said == [
        '<dt><a href="/en/meetings/">meetings held</a> <small>of which 1 regional '
        "consultation meeting</small> <small>1 more announced, not known to have been "
        "held</small></dt><dd>2</dd>",
        '<dt><a href="/en/regions/">regions where a meeting was held</a> <small>no meeting '
        "held is known in the others</small></dt><dd>2 of 3</dd>",
        '<dt><a href="/en/agreements/">agreements recorded</a> <small>1 without an '
        "amount of its own</small></dt><dd>2</dd>",
        '<dt><a href="/en/participants/">people present</a> <small>1 meeting without a '
        "count</small></dt><dd>120</dd>",
    ]


@pytest.mark.parametrize(
    ("prefix", "number", "said"),
    [
        ("", 0, "ليس بينها أي لقاء تشاوري جهوي"),
        ("", 1, "منها لقاء تشاوري جهوي واحد"),
        ("", 2, "منها لقاءان تشاوريان جهويان"),
        ("", 3, "منها 3 لقاءات تشاورية جهوية"),
        ("", 11, "منها 11 لقاءً تشاوريا جهويا"),
        ("/fr", 1, "dont 1 rencontre régionale de concertation"),
        ("/fr", 11, "dont 11 rencontres régionales de concertation"),
        ("/en", 1, "of which 1 regional consultation meeting"),
        ("/en", 11, "of which 11 regional consultation meetings"),
    ],
)
def test_meetings_held_are_told_apart_from_fairs_and_hearings(
    client, prefix, number, said
):
    consultation = MeetingTypeFactory(code=MeetingType.REGIONAL_CONSULTATION)
    MeetingFactory.create_batch(number, type=consultation)
    MeetingFactory(type=consultation, announced_only=True)
    MeetingFactory(type=consultation, draft=True)
    MeetingFactory()

    [held, *_others] = figures(client.get(f"{prefix}/").content.decode())

    assert f" <small>{said}</small> " in held
    assert held.endswith(f"<dd>{number + 1}</dd>")


def test_nothing_is_told_apart_where_all_are_consultations(client):
    MeetingFactory(type=MeetingTypeFactory(code=MeetingType.REGIONAL_CONSULTATION))

    [held, *_others] = figures(client.get("/en/").content.decode())

    assert held == '<dt><a href="/en/meetings/">meeting held</a></dt><dd>1</dd>'


def test_people_present_are_not_zero_where_none_is_counted(client):
    AttendanceFactory(present=None)

    said = figures(client.get("/en/").content.decode())

    assert said[3].endswith('<dd class="kpi__text">not stated</dd>')


@pytest.mark.parametrize(
    ("national", "said"),
    [
        (0, []),
        (
            1,
            [
                "Meetings held – of a region: 2; national, not on the map nor in its "
                "table: 1."
            ],
        ),
    ],
)
def test_national_meetings_are_named_beside_the_table_of_regions(
    client, national, said
):
    MeetingFactory.create_batch(2, region=RegionFactory(code="02"))
    MeetingFactory.create_batch(national)
    MeetingFactory(announced_only=True)

    html = client.get("/en/").content.decode()

    found = re.findall(r"Meetings held – [^<]*", html)
    assert [one.strip() for one in found] == said
    link = '<a href="/en/meetings/?region=national">The national meetings</a>'
    assert html.count(link) == len(said)


def test_latest_meetings_were_held_and_next_ones_are_to_come(client):
    held = MeetingFactory(starts_on=datetime.date(2022, 1, 12))
    later = MeetingFactory(announced_only=True, starts_on=datetime.date(2099, 5, 2))
    sooner = MeetingFactory(state="postponed", starts_on=datetime.date(2099, 5, 1))
    MeetingFactory(state="cancelled", starts_on=datetime.date(2099, 4, 1))
    MeetingFactory(announced_only=True, starts_on=datetime.date(2021, 4, 1))
    MeetingFactory(announced_only=True, undated=True)
    MeetingFactory(announced_only=True, draft=True, starts_on=datetime.date(2099, 1, 1))

    context = client.get("/").context

    assert list(context["meetings"]) == [held]
    assert list(context["upcoming"]) == [sooner, later]


def test_home_says_so_where_no_meeting_is_announced(client):
    MeetingFactory()

    html = client.get("/en/").content.decode()

    assert "No meeting is announced for a coming day." in html


def test_time_line_says_its_numbers_in_words_and_in_a_table(client):
    MeetingFactory.create_batch(2, starts_on=datetime.date(2022, 1, 12))
    MeetingFactory(starts_on=datetime.date(2022, 3, 1), region=RegionFactory(code="02"))
    MeetingFactory(undated=True)
    MeetingFactory(draft=True, starts_on=datetime.date(2022, 6, 1))

    figure = client.get("/en/").content.decode().split('class="spark')[1]

    said = figure.split("<figcaption>")[1].split("</figcaption>")[0]
    assert (
        "3 meetings held whose date is known, from January 2022 to March 2022. Most of "
        "them in January 2022: 2."
    ) in said
    assert re.findall(r'<th scope="row">(.*?)</th><td class="n">(.*?)</td>', said) == [
        ("January 2022", "2"),
        ("March 2022", "1"),
    ]


def test_partner_reaches_each_region_from_the_home_page_in_one_click(client):
    regions = [RegionFactory(code=f"{number:02d}") for number in range(1, 13)]

    doors = client.get("/fr/").content.decode().split('class="wrap doors"')[1]

    assert re.findall(r'class="chip chip--plain" href="(.*?)"', doors) == [
        f"/fr/regions/{region.slug}/" for region in regions
    ]


def test_home_names_every_table_that_there_is(client):
    html = client.get("/en/").content.decode()

    files = re.findall(r'href="/data/(\w+)\.csv"', html)
    assert files == ["meetings", "agreements", "participations", "regions"]


def test_meeting_of_which_the_last_day_alone_is_known_says_until(client):
    MeetingFactory(starts_on=None, ends_on=datetime.date(2025, 5, 30))

    tiles = {
        path: html.split('<time class="day"')[1].split("</time>")[0]
        for path in ("/", "/fr/", "/en/", "/en/meetings/")
        for html in [client.get(path).content.decode()]
    }

    assert {
        path: re.findall("<span>(.*?)</span>", tile)[0] for path, tile in tiles.items()
    } == {
        "/": "إلى غاية",
        "/fr/": "jusqu’au",
        "/en/": "until",
        "/en/meetings/": "until",
    }


def test_drafts_count_nowhere_on_the_home_page(client):
    region = RegionFactory(code="02")
    draft = MeetingFactory(draft=True, region=region, title_ar="لقاء مكتوم")
    AttendanceFactory(meeting=draft, present=500)
    agreement = PartnershipAgreementFactory(draft=True, title_ar="اتفاقية مكتومة")
    agreement.regions.add(region)
    MeetingFactory()

    html = client.get("/en/").content.decode()

    assert "مكتوم" not in html
    assert "500" not in "".join(figures(html))
    assert "no meeting known" in html


def test_home_of_an_empty_portal_claims_nothing(client):
    html = client.get("/en/").content.decode()

    assert figures(html) == []
    assert "No meeting has been published yet" in html
    assert "No agreement has been published yet" in html


def test_map_says_the_same_as_its_table(client):
    MeetingFactory.create_batch(2, region=RegionFactory(code="02", name_en="Oriental"))
    RegionFactory(code="12", name_en="Dakhla")

    html = client.get("/en/").content.decode()

    assert "<title>Oriental: 2 meetings</title>" in html
    assert "<title>Dakhla: no meeting known</title>" in html
    assert "2 held" in html
