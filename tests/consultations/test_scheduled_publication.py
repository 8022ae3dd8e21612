"""A publication set for later is true everywhere at its moment, and nowhere before."""

import datetime
import re

import pytest
from django.conf import settings as portal_settings
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from config.models import DataVersion
from config.public_state import next_publication, public_state
from consultations import services
from consultations.exports import DATASETS
from consultations.forms.publication_admin import PublicationForm
from consultations.models import Meeting
from consultations.search.spelling import is_found
from tests.factories.consultations import (
    AgreementStepFactory,
    AttendanceFactory,
    CommitmentFactory,
    DocumentFactory,
    ExpectationFactory,
    MeetingFactory,
    ParticipationFactory,
    PartnershipAgreementFactory,
    SourceFactory,
)
from tests.factories.regions import RegionFactory
from tests.factories.stakeholders import OrganisationFactory, ParticipantCategoryFactory

pytestmark = pytest.mark.django_db

HOUR = datetime.timedelta(hours=1)
SECRET = "زعفران"  # stands in every part of what is not public yet


@pytest.fixture
def kept(settings):
    """Figures and pages are kept, as on a running portal."""
    settings.KEEP_PUBLIC_FIGURES = True
    settings.KEEP_PUBLIC_PAGES = True


@pytest.fixture
def scheduled(staff, clock):
    """Return a meeting and an agreement that become public in an hour, with parts."""
    region = RegionFactory(oriental=True)
    category = ParticipantCategoryFactory(code="associations")
    organisation = OrganisationFactory(name_ar=f"جمعية {SECRET}", category=category)
    meeting = MeetingFactory(
        draft=True,
        region=region,
        title_ar=f"لقاء {SECRET}",
        starts_on=datetime.date(2022, 1, 12),
    )
    agreement = PartnershipAgreementFactory(draft=True, title_ar=f"اتفاقية {SECRET}")
    agreement.regions.add(region)
    SourceFactory(meeting=meeting)
    SourceFactory(agreement=agreement)
    ParticipationFactory(meeting=meeting, category=category, organisation=organisation)
    AttendanceFactory(meeting=meeting, category=category, present=40)
    ExpectationFactory(
        meeting=meeting, text_ar=f"انتظار {SECRET}", organisation=organisation
    )
    CommitmentFactory(meeting=meeting, text_ar=f"التزام {SECRET}", owner=organisation)
    AgreementStepFactory(
        agreement=agreement, meeting=meeting, date=datetime.date(2022, 1, 12)
    )
    moment = clock.now + HOUR
    return [
        services.publish(record, by=staff, at=moment) for record in (meeting, agreement)
    ]


def pages():
    return [
        *("/", "/meetings/", "/agreements/", "/follow-up/", "/regions/"),
        *("/regions/oriental/", "/participants/", "/participants/associations/"),
    ]


def everything(client, records):
    """Return what each public address says, by the address."""
    addresses = [
        *pages(),
        f"/search/?q={SECRET}",
        f"/meetings/?q={SECRET}",
        *(f"/data/{name}.csv" for name in DATASETS),
        "/sitemap-meetings.xml",
        "/sitemap-agreements.xml",
        *(record.get_absolute_url() for record in records),
    ]
    said = {}
    for address in addresses:
        response = client.get(address)
        content = (
            b"".join(response.streaming_content)
            if response.streaming
            else response.content
        )
        said[address] = (response.status_code, content.decode())
    return said


def names(record, text):
    """Say whether a page or a file names ``record``; a search repeats what was asked."""
    return record.get_absolute_url() in text or getattr(
        record, record.address_field
    ) in re.sub(r"canonical|hreflang", "", text)


def test_nothing_is_told_before_the_moment(client, scheduled, kept):
    said = everything(client, scheduled)

    for record in scheduled:
        assert said.pop(record.get_absolute_url())[0] == 404
    for address, (_status, text) in said.items():
        assert [names(record, text) for record in scheduled] == [False, False], address
        if "q=" not in address:
            assert SECRET not in text, address
    assert not is_found(SECRET)
    assert Meeting.objects.published().count() == 0


def test_everything_is_told_from_the_moment_on(client, scheduled, kept, clock):
    before = everything(client, scheduled)
    clock.move(HOUR)

    said = everything(client, scheduled)

    meeting, agreement = scheduled
    for record in scheduled:
        assert said[record.get_absolute_url()][0] == 200
    assert names(meeting, said["/meetings/"][1])
    assert names(agreement, said["/agreements/"][1])
    assert names(meeting, said["/"][1])
    assert names(meeting, said["/regions/oriental/"][1])
    assert names(meeting, said["/data/meetings.csv"][1])
    assert names(agreement, said["/data/agreements.csv"][1])
    assert names(meeting, said["/sitemap-meetings.xml"][1])
    assert names(meeting, said[f"/search/?q={SECRET}"][1])
    assert names(meeting, said[f"/meetings/?q={SECRET}"][1])
    assert SECRET in said["/follow-up/"][1]
    assert SECRET in said["/participants/associations/"][1]
    assert all(said[address] != before[address] for address in pages())
    assert DataVersion.current() == 0


@pytest.mark.parametrize("address", ["/", "/meetings/", "/fr/regions/"])
def test_kept_page_and_its_etag_turn_at_the_moment(
    client, scheduled, kept, clock, address
):
    first = client.get(address)
    again = client.get(address, headers={"if-none-match": first["ETag"]})
    clock.move(HOUR - datetime.timedelta(seconds=1))
    still = client.get(address, headers={"if-none-match": first["ETag"]})
    clock.move(datetime.timedelta(seconds=1))
    turned = client.get(address, headers={"if-none-match": first["ETag"]})

    assert [one.status_code for one in (first, again, still, turned)] == [
        *(200, 304, 304, 200)
    ]
    assert turned["ETag"] != first["ETag"]


def test_kept_page_is_asked_for_with_one_query(
    client, scheduled, kept, django_assert_num_queries
):
    first = client.get("/meetings/")

    with django_assert_num_queries(1):
        again = client.get("/meetings/", headers={"if-none-match": first["ETag"]})

    assert again.status_code == 304


def test_state_knows_the_moment_passed_and_the_next(staff, clock):
    first, second = clock.now + HOUR, clock.now + 2 * HOUR
    for moment in (second, first):
        meeting = MeetingFactory(draft=True)
        SourceFactory(meeting=meeting)
        services.publish(meeting, by=staff, at=moment)

    seen = []
    for _hour in range(3):
        seen.append((public_state().moment, next_publication()))
        clock.move(HOUR)

    assert seen[0][0] < first
    assert [coming for _passed, coming in seen] == [first, second, None]
    assert [passed for passed, _coming in seen[1:]] == [first, second]
    assert seen[0] < seen[1] < (seen[2][0], second)


def test_foot_of_the_page_dates_what_came_by_itself(client, scheduled, clock):
    DataVersion.raise_by_one()
    clock.move(30 * 24 * HOUR)

    day = client.get("/about/").context["portal"].data_changed_at

    assert day == scheduled[0].publish_at


def test_document_is_sent_from_the_moment_on(
    client, scheduled, clock, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "minutes.pdf").write_bytes(b"%PDF-")
    document = DocumentFactory(meeting=scheduled[0], file="minutes.pdf")
    address = reverse("document_file", args=[document.pk])

    before = client.get(address)
    clock.move(HOUR)
    after = client.get(address)

    assert before.status_code == 404
    assert b"".join(after.streaming_content) == b"%PDF-"


def test_files_for_staff_say_that_it_is_scheduled(staff_client, scheduled):
    meeting = scheduled[0]

    response = staff_client.post(
        reverse("admin:consultations_meeting_changelist"),
        {"action": "export_as_csv", "_selected_action": [meeting.pk]},
    )

    text = b"".join(response.streaming_content).decode()
    assert text.splitlines()[1].endswith(",scheduled")


# The clock of Casablanca


def asked(text):
    return PublicationForm({"publish_at": text})


def test_moment_is_typed_in_the_time_of_casablanca():
    form = asked("2030-07-01T09:30")

    assert form.is_valid()
    moment = form.cleaned_data["publish_at"]
    assert timezone.localtime(moment).strftime("%H:%M") == "09:30"
    assert str(moment.tzinfo) == portal_settings.TIME_ZONE


def test_hour_that_the_clock_leaves_out_or_repeats_is_refused():
    # Before and after Ramadan 2027 the clock of Morocco goes back and forth.
    back, forth = asked("2027-02-07T02:30"), asked("2027-03-14T02:30")

    assert [form.is_valid() for form in (back, forth)] == [False, False]


def test_hour_that_has_passed_is_refused():
    form = asked("2020-01-01T09:00")

    assert list(form.errors) == ["publish_at"]


def test_moment_across_a_change_of_the_clock_is_kept(staff):
    meeting = MeetingFactory(draft=True)
    SourceFactory(meeting=meeting)
    form = asked("2027-02-08T09:00")  # in Ramadan: UTC
    assert form.is_valid()

    services.publish(meeting, by=staff, at=form.cleaned_data["publish_at"])

    meeting.refresh_from_db()
    assert meeting.publish_at == datetime.datetime(2027, 2, 8, 9, tzinfo=datetime.UTC)


# Nothing else asks whether a record is public


def test_one_place_alone_says_what_is_public():
    allowed = {
        "consultations/models/publication.py",
        "consultations/exports/expressions.py",  # what staff are told of it
    }
    shortcut = re.compile(
        r"publication(__exact)?\s*=\s*(\"published\"|Publication\.PUBLISHED)"
    )
    base = portal_settings.BASE_DIR
    written = {
        str(path.relative_to(base))
        for app in ("config", "regions", "stakeholders", "accounts", "consultations")
        for path in (base / app).rglob("*.py")
        if "migrations" not in path.parts
        for line in path.read_text(encoding="utf-8").splitlines()
        if shortcut.search(line) and "record.publication = " not in line
    }

    assert written - allowed == set()


def test_a_shortcut_past_it_would_be_found(staff):
    meeting = MeetingFactory(scheduled=True)

    assert Meeting.objects.filter(publication="published").get() == meeting
    with pytest.raises(ValidationError):
        services.withdraw(meeting, by=staff, reason="سجل مكرر")
