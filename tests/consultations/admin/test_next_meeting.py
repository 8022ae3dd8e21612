import datetime
import re

import pytest
from django.urls import reverse

from consultations.models import Meeting, Participation
from tests.factories.accounts import UserFactory
from tests.factories.consultations import (
    AgendaItemFactory,
    AttendanceFactory,
    DatedMeetingFactory,
    MeetingFactory,
    MeetingSeriesFactory,
    ParticipationFactory,
    SourceFactory,
    ThemeFactory,
)
from tests.factories.regions import ProvinceFactory, RegionFactory
from tests.factories.stakeholders import (
    OfficeFactory,
    OrganisationFactory,
    ParticipantCategoryFactory,
    PersonFactory,
)
from tests.forms import form_data

pytestmark = pytest.mark.django_db

ADD = reverse("admin:consultations_meeting_add")


def change_page(record):
    return reverse(
        f"admin:consultations_{record._meta.model_name}_change", args=[record.pk]
    )


def started(client, old, **asked):
    """Return the form of the meeting after ``old``, as it opens."""
    asked = {f"_{name}": value for name, value in asked.items()}
    return form_data(client.get(ADD, {"_after": old.pk, **asked}), "meeting_form")


def rows(form):
    """Return what the rows of participants hold: office, organisation, person."""
    number = int(form["participations-TOTAL_FORMS"][0])
    names = ("office", "organisation", "person")
    return [
        tuple(form[f"participations-{row}-{name}"][0] for name in names)
        for row in range(number)
    ]


def keys(*things):
    return tuple(str(thing.pk) if thing else "" for thing in things)


@pytest.fixture
def old():
    """A meeting of a series whose meetings may all be in one region."""
    region = RegionFactory()
    meeting = DatedMeetingFactory(
        series=MeetingSeriesFactory(),
        order_in_series=5,
        order_basis="stated",
        region=region,
        title_ar="لقاء أكادير",
        title_fr="Rencontre d’Agadir",
        city_ar="أكادير",
        venue_ar="مقر الولاية",
        summary_ar="ملخص",
        objectives_ar="الإنصات",
        mode="hybrid",
        agreements_reported=2,
        stated_total=90,
        stated_total_unit="participants",
        note="ملاحظة",
    )
    meeting.provinces.add(ProvinceFactory(region=region))
    meeting.themes.add(ThemeFactory())
    AttendanceFactory(meeting=meeting, present=40)
    AgendaItemFactory(meeting=meeting)
    SourceFactory(meeting=meeting)
    return meeting


def test_next_meeting_begins_with_what_usually_holds_and_no_fact_of_the_last(
    staff_client, old
):
    form = started(staff_client, old, on="2022-01-15")

    carried = ("title_ar", "state", "city_ar", "venue_ar", "language")
    assert {name: form[name] for name in carried} == {
        name: [getattr(old, name)] for name in carried
    }
    assert (form["series"], form["type"], form["region"], form["provinces"]) == (
        [str(old.series_id)],
        [str(old.type_id)],
        [str(old.region_id)],
        [str(old.provinces.get().pk)],
    )
    assert form["starts_on"] == ["15/01/2022"]
    empty = Meeting()
    left = ("title_fr", "summary_ar", "objectives_ar", "mode", "order_basis", "note")
    assert {name: form[name] for name in left} == {
        name: [getattr(empty, name)] for name in left
    }
    for name in ("order_in_series", "agreements_reported", "stated_total"):
        assert form[name] == [""]
    assert "themes" not in form
    counts = [value for name, value in form.items() if name.endswith("-present")]
    assert counts == [[""]]
    for part in ("agenda_items-0-title_ar", "sources-0-publisher"):
        assert form[part] == [""]
    assert form["agenda_items-TOTAL_FORMS"] == form["sources-TOTAL_FORMS"] == ["1"]


def test_next_meeting_is_saved_with_those_who_were_left_in(staff_client, old):
    stays = ParticipationFactory(
        meeting=old,
        capacity="chair",
        office=OfficeFactory(),
        organisation=OrganisationFactory(),
        person=PersonFactory(),
        office_stated_ar="والي الجهة",
        description_ar="وصف",
    )
    ParticipationFactory(meeting=old, person=PersonFactory())
    form = started(staff_client, old)
    form.type_in(starts_on="15/01/2022")
    form["participations-1-DELETE"] = ["on"]

    staff_client.post(ADD, form)

    new = Meeting.objects.latest("pk")
    [row] = new.participations.all()
    kept = ("category", "capacity", "office", "organisation", "person")
    assert {name: getattr(row, name) for name in kept} == {
        name: getattr(stays, name) for name in kept
    }
    assert (row.office_stated_ar, row.description_ar) == ("", "")
    assert not new.attendances.exists()
    assert old.participations.count() == 2


def test_office_is_that_of_the_last_meeting_unless_known_otherwise_on_the_day(
    staff_client, old
):
    person, before, then, later = (
        PersonFactory(),
        OfficeFactory(),
        OfficeFactory(),
        OfficeFactory(),
    )
    body = OrganisationFactory()
    ParticipationFactory(meeting=old, person=person, office=before)
    for day, office in (
        (datetime.date(2021, 6, 1), later),
        (datetime.date(2023, 1, 1), then),
        (datetime.date(2024, 1, 1), later),
    ):
        meeting = MeetingFactory(starts_on=day)
        ParticipationFactory(
            meeting=meeting, person=person, office=office, organisation=body
        )

    offices = {
        day: rows(started(staff_client, old, on=day))
        for day in ("2022-12-31", "2023-01-01", "2023-12-31", "")
    }

    assert offices == {
        "2022-12-31": [keys(before, None, person)],
        "2023-01-01": [keys(then, body, person)],
        "2023-12-31": [keys(then, body, person)],
        "": [keys(later, body, person)],
    }


@pytest.fixture
def tour():
    """The last meeting of a series of one a region, with who comes to each of them."""
    here = RegionFactory()
    series = MeetingSeriesFactory(one_per_region=True)
    old = DatedMeetingFactory(
        series=series, region=here, city_ar="أكادير", title_ar="لقاء"
    )
    return old


def test_next_region_keeps_the_offices_and_leaves_the_persons_of_the_last(
    staff_client, tour
):
    wali, minister, guest = OfficeFactory.create_batch(3)
    wilaya = OrganisationFactory(region=tour.region)
    ministry = OrganisationFactory()
    local, national, known = PersonFactory.create_batch(3)
    ParticipationFactory(
        meeting=tour, order=1, office=wali, organisation=wilaya, person=local
    )
    ParticipationFactory(
        meeting=tour, order=2, office=minister, organisation=ministry, person=national
    )
    ParticipationFactory(meeting=tour, order=3, office=guest, person=known)
    ParticipationFactory(person=known, meeting=MeetingFactory(region=RegionFactory()))

    form = started(staff_client, tour)

    assert rows(form) == [
        keys(wali, None, None),
        keys(minister, ministry, national),
        keys(guest, None, known),
    ]
    assert (form["region"], form["city_ar"], form["series"]) == (
        [""],
        [""],
        [str(tour.series_id)],
    )


def test_who_held_an_office_in_the_next_region_comes_in(staff_client, tour):
    wali, authority = OfficeFactory(), ParticipantCategoryFactory()
    there = RegionFactory()
    ParticipationFactory(meeting=tour, category=authority, office=wali)
    earlier, now, later = PersonFactory.create_batch(3)
    body = OrganisationFactory(region=there)
    for day, person in (
        (datetime.date(2020, 1, 1), earlier),
        (datetime.date(2021, 1, 1), now),
        (datetime.date(2023, 1, 1), later),
    ):
        ParticipationFactory(
            meeting=MeetingFactory(region=there, starts_on=day),
            category=authority,
            office=wali,
            person=person,
            organisation=body,
        )

    form = started(staff_client, tour, region=there.pk, on="2022-01-12")

    assert rows(form) == [keys(wali, body, now)]
    assert form["region"] == [str(there.pk)]


@pytest.mark.parametrize("count", [1, 3])
def test_next_meeting_opens_in_the_same_number_of_queries(
    staff_client, tour, count, django_assert_num_queries
):
    there = RegionFactory()
    for _number in range(count):
        row = {
            "category": ParticipantCategoryFactory(),
            "office": OfficeFactory(),
            "organisation": OrganisationFactory(),
        }
        ParticipationFactory(meeting=tour, person=PersonFactory(), **row)
        ParticipationFactory(
            meeting=DatedMeetingFactory(region=there), person=PersonFactory(), **row
        )

    with django_assert_num_queries(15):
        page = staff_client.get(ADD, {"_after": tour.pk, "_region": there.pk})

    assert len(rows(form_data(page, "meeting_form"))) == count


@pytest.mark.parametrize(
    ("language", "title"),
    [("ar", "لقاء أكادير"), ("fr", "Rencontre d’Agadir"), ("en", "لقاء أكادير")],
)
def test_page_says_what_it_was_begun_from(staff_client, old, language, title):
    prefix = "" if language == "ar" else f"/{language}"
    page = staff_client.get(f"{prefix}{ADD}", {"_after": old.pk, "_on": "2022-01-15"})

    said = page.text.split('class="begun-from">')[1].split("</p>")[0]
    assert said.count(title) == 1
    assert re.findall(r"15 \w+ (\d+)", said) == ["2022"]


@pytest.mark.parametrize(
    "asked",
    [
        {"_after": "x"},
        {"_after": "999999"},
        {"_after": ""},
        {"_after": "1" * 40},
    ],
)
def test_address_that_names_no_meeting_opens_an_empty_page(staff_client, asked):
    form = form_data(staff_client.get(ADD, asked), "meeting_form")

    assert form["title_ar"] == [""]
    assert form["participations-TOTAL_FORMS"] == ["0"]


def test_day_and_region_that_are_none_are_left_out(staff_client, old):
    for day in ("2022-13-45", "yesterday"):
        form = started(staff_client, old, on=day, region="x")
        assert form["starts_on"] == [""]
        assert form["region"] == [str(old.region_id)]


def way(client, record):
    """Return what the form that leads to the next meeting sends and offers."""
    form = client.get(change_page(record)).context["next_meeting"]
    return form.hidden, form.regions


def test_series_and_meeting_lead_to_the_next_meeting(staff_client):
    series = MeetingSeriesFactory()
    DatedMeetingFactory(series=series, order_in_series=9, order_basis="stated")
    last = DatedMeetingFactory(series=series, order_in_series=10, order_basis="stated")
    unnumbered = DatedMeetingFactory(series=series, starts_on=datetime.date(2023, 1, 1))
    MeetingFactory(
        series=series, state="cancelled", starts_on=datetime.date(2024, 1, 1)
    )
    region = RegionFactory()

    assert way(staff_client, series) == ({"_after": last.pk}, [region])
    assert way(staff_client, unnumbered) == ({"_after": unnumbered.pk}, [region])


def test_regions_that_had_their_one_meeting_are_not_offered(staff_client, tour):
    free = RegionFactory()
    MeetingFactory(series=tour.series, region=free, state="cancelled")

    assert way(staff_client, tour.series) == ({"_after": tour.pk}, [free])


def test_first_meeting_of_a_series_begins_with_the_series(staff_client):
    series = MeetingSeriesFactory()

    hidden, _regions = way(staff_client, series)
    form = form_data(staff_client.get(ADD, hidden), "meeting_form")

    assert hidden == {"series": series.pk}
    assert form["series"] == [str(series.pk)]


def test_meeting_of_no_series_leads_to_no_next(staff_client):
    page = staff_client.get(change_page(MeetingFactory()))

    assert 'class="next-meeting"' not in page.text
    assert Participation.objects.count() == 0


def test_meeting_of_a_day_to_come_begins_as_announced(staff_client, old, clock):
    day = clock.now.date() + datetime.timedelta(days=30)

    assert started(staff_client, old, on=day)["state"] == ["announced"]
    assert started(staff_client, old, on="2022-05-01")["state"] == ["held"]


def beginnings_offered(client, record):
    """Return the regions that the page of ``record`` begins a next meeting in."""
    found = re.search(
        r'<form class="next-meeting".*?</form>',
        client.get(change_page(record)).text,
        re.DOTALL,
    )
    return found and re.findall(r'<option value="(\d*)"', found[0])


def why_not_offered(client, record):
    page = client.get(change_page(record)).text
    return re.search(r'<p class="next-meeting-not quiet">(.*?)</p>', page)[1]


def test_editor_begins_meetings_in_regions_of_their_own_alone(client):
    first, second, elsewhere = RegionFactory.create_batch(3)
    series = MeetingSeriesFactory(one_per_region=True)
    old = MeetingFactory(series=series, region=elsewhere)
    client.force_login(UserFactory(roles=["regional_editor"], regions=[first, second]))

    assert beginnings_offered(client, old) == [str(first.pk), str(second.pk)]

    MeetingFactory(series=series, region=first)
    assert beginnings_offered(client, old) == [str(second.pk)]

    MeetingFactory(series=series, region=second)
    assert beginnings_offered(client, old) is None
    assert why_not_offered(client, old) == (
        "لا يُقترح لقاء موال في السلسلة: لكل جهة لقاؤها الوحيد."
    )

    RegionFactory()
    assert beginnings_offered(client, series) is None
    assert why_not_offered(client, series) == (
        "لا يُقترح عليكم اللقاء الموالي في السلسلة: الجهات المتبقية يتولاها محرروها."
    )
