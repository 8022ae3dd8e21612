import datetime

import pytest

from tests.factories.consultations import (
    AgreementStepFactory,
    AttendanceFactory,
    MeetingFactory,
    PartnershipAgreementFactory,
)
from tests.factories.regions import ProvinceFactory, RegionFactory

pytestmark = pytest.mark.django_db


def mapped_region(number, **options):
    """Return a region that the map has an outline of."""
    return RegionFactory(code=f"{number:02d}", **options)


def test_region_list_tells_three_states_apart(client):
    held, announced, unknown = (mapped_region(n) for n in (1, 2, 3))
    MeetingFactory(region=held)
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

    assert "2 held, 1 of them without a report" in " ".join(rows[0].split())
    assert "announced, no report found" in rows[1]
    assert "no meeting known" in rows[2]
    assert "0" not in "".join(row.split("</th>")[1] for row in rows[1:3])


@pytest.mark.parametrize("count", [1, 3])
def test_region_list_takes_the_same_queries_with_any_number_of_regions(
    client, count, django_assert_num_queries
):
    for number in range(1, count + 1):
        region = mapped_region(number)
        MeetingFactory(region=region)
        PartnershipAgreementFactory().regions.add(region)

    with django_assert_num_queries(4):  # regions, meetings, agreements, date
        response = client.get("/regions/")

    assert [(r.held, r.agreements) for r in response.context["region_figures"]] == [
        (1, 1)
    ] * count


@pytest.mark.parametrize("count", [1, 3])
def test_region_page_takes_the_same_queries_at_any_size(
    client, count, django_assert_num_queries
):
    region = RegionFactory(oriental=True)
    for day in range(1, count + 1):
        ProvinceFactory(region=region)
        meeting = MeetingFactory(region=region, starts_on=datetime.date(2022, 1, day))
        AttendanceFactory(meeting=meeting)
        step = AgreementStepFactory(meeting=meeting)
        step.agreement.regions.add(region)

    # region, provinces, meetings, agreements, their regions, two counts, date
    with django_assert_num_queries(9):
        response = client.get("/regions/oriental/")

    assert len(response.context["meetings"]) == count
    assert len(response.context["agreements"]) == count


def test_region_page_shows_what_is_published_only(client):
    region = RegionFactory(oriental=True)
    MeetingFactory(region=region, draft=True, title_ar="لقاء سري")
    PartnershipAgreementFactory(draft=True, title_ar="اتفاقية سرية").regions.add(region)

    html = client.get("/en/regions/oriental/").content.decode()

    assert "سري" not in html
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
    monkeypatch.setattr("consultations.views.region.SHOWN", 1)
    region = RegionFactory(oriental=True)
    MeetingFactory.create_batch(2, region=region)

    html = client.get("/en/regions/oriental/").content.decode()

    assert '<a href="/en/meetings/?region=oriental">All 2 meetings' in html


@pytest.mark.parametrize("slug", ["atlantis", "Oriental", "x" * 3000])
def test_unknown_region_is_not_found(client, slug):
    RegionFactory(oriental=True)

    assert client.get(f"/regions/{slug}/").status_code == 404
