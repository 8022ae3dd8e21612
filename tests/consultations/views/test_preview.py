"""A link that shows one record to somebody without an account."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from consultations import services
from consultations.models import PreviewLink
from consultations.models.preview_link import SIGNER
from tests.factories.accounts import UserFactory
from tests.factories.consultations import (
    AgreementStepFactory,
    MeetingFactory,
    ParticipationFactory,
    PartnershipAgreementFactory,
    PreviewLinkFactory,
    SourceFactory,
)
from tests.factories.stakeholders import PersonFactory

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
KINDS = [(MeetingFactory, "meeting"), (PartnershipAgreementFactory, "agreement")]


@pytest.fixture(params=KINDS, ids=["meeting", "agreement"])
def link(request):
    factory, owner = request.param
    record = factory(draft=True, title_ar="عنوان لم ينشر بعد")
    return PreviewLinkFactory(**{owner: record})


@pytest.mark.parametrize("language", ["ar", "fr", "en"])
def test_link_shows_the_record_in_each_language(client, link, language):
    with translation.override(language):
        response = client.get(link.get_absolute_url())

    assert response.status_code == 200
    assert f'<html lang="{language}"' in response.text
    assert "عنوان لم ينشر بعد" in response.text
    assert '<aside class="notice"' in response.text
    assert link.record.get_absolute_url() not in re.findall(
        r'rel="canonical" href="([^"]+)"', response.text
    )
    assert 'name="robots" content="noindex"' in response.text


def test_link_is_kept_by_nobody_and_found_by_nobody(client, link, settings):
    settings.KEEP_PUBLIC_PAGES = True

    first = client.get(link.get_absolute_url())
    record = link.record
    record.title_ar = "عنوان معدل"
    record.save()
    again = client.get(link.get_absolute_url())

    assert set(first["Cache-Control"].split(", ")) == {"no-store", "private"}
    assert first["X-Robots-Tag"] == "noindex, nofollow"
    assert first["Referrer-Policy"] == "no-referrer"
    assert not first.has_header("ETag")
    assert "عنوان معدل" in again.text


def test_link_says_until_when_and_then_closes(client, link, clock):
    clock.move(7 * DAY - datetime.timedelta(minutes=1))
    last = client.get(link.get_absolute_url())
    clock.move(datetime.timedelta(minutes=2))
    closed = client.get(link.get_absolute_url())

    assert (last.status_code, closed.status_code) == (200, 410)
    assert "عنوان لم ينشر بعد" not in closed.text
    assert "no-store" in closed["Cache-Control"]


def test_signature_alone_ends_the_link_too(client, link):
    PreviewLink.objects.update(
        made_at=timezone.now() - 8 * DAY, expires_at=timezone.now() + DAY
    )
    link.refresh_from_db()

    assert client.get(link.get_absolute_url()).status_code == 410


def test_setting_says_how_long(client, clock, settings):
    settings.PREVIEW_LINK_DAYS = 1
    link = PreviewLinkFactory(meeting=MeetingFactory(draft=True))
    clock.move(DAY + datetime.timedelta(minutes=1))

    assert client.get(link.get_absolute_url()).status_code == 410


def test_revoked_link_closes_at_once(client, link):
    link.revoked_at = timezone.now()
    link.save()

    assert client.get(link.get_absolute_url()).status_code == 410


def test_token_that_was_not_signed_here_opens_nothing(client, link):
    other = PreviewLinkFactory(meeting=MeetingFactory(draft=True))
    _pk, stamp, signature = link.token.split(".")
    tokens = [
        f"{other.pk}.{stamp}.{signature}",
        f"{link.pk}.{stamp}.{signature[:-1]}",
        f"{link.pk}",
        SIGNER.sign("x"),
        SIGNER.sign("999999"),
    ]

    found = [
        client.get(reverse("consultations:preview", args=[token])).status_code
        for token in tokens
    ]

    assert found == [410] * len(tokens)
    assert SIGNER.unsign(link.token) == str(link.pk)


def test_link_reads_and_nothing_else(client, link):
    assert client.post(link.get_absolute_url()).status_code == 405


def test_published_record_is_read_at_its_address(client, staff):
    meeting = MeetingFactory(draft=True)
    SourceFactory(meeting=meeting)
    link = PreviewLinkFactory(meeting=meeting)
    services.publish(meeting, by=staff)

    response = client.get(link.get_absolute_url())

    assert response.url == meeting.get_absolute_url()


def test_link_tells_of_no_other_draft_and_of_no_person_without_consent(client):
    meeting = MeetingFactory(draft=True)
    person = PersonFactory(name_ar="فاطمة المغمورة")
    ParticipationFactory(meeting=meeting, person=person)
    draft = PartnershipAgreementFactory(draft=True, title_ar="اتفاقية سرية")
    public = PartnershipAgreementFactory(title_ar="اتفاقية معلنة")
    for agreement in (draft, public):
        AgreementStepFactory(meeting=meeting, agreement=agreement)
    link = PreviewLinkFactory(meeting=meeting)

    page = client.get(link.get_absolute_url()).text

    assert "اتفاقية معلنة" in page
    assert "اتفاقية سرية" not in page
    assert draft.reference not in page
    assert "فاطمة المغمورة" not in page
    assert "/admin/" not in page.replace('href="/admin/"', "")


# Made and revoked by staff


def page_of(record):
    name = record._meta.model_name
    return reverse(f"admin:consultations_{name}_preview_links", args=[record.pk])


def test_staff_make_a_link_and_revoke_it(staff_client, client, link):
    record = link.record
    PreviewLink.objects.all().delete()

    staff_client.post(page_of(record))
    made = PreviewLink.objects.get()
    shown = staff_client.get(page_of(record)).text
    staff_client.post(page_of(record), {"revoke": made.pk})

    assert all(
        f"http://testserver{prefix}/preview/{made.token}/" in shown
        for prefix in ("", "/fr", "/en")
    )
    assert made.record == record
    assert not PreviewLink.objects.in_force().exists()
    assert made.token not in staff_client.get(page_of(record)).text


def test_link_of_another_record_is_not_revoked_here(staff_client, link):
    other = MeetingFactory(draft=True)

    for revoked in (link.pk, "x", "٣"):
        staff_client.post(page_of(other), {"revoke": revoked})

    assert list(PreviewLink.objects.in_force()) == [link]


def test_link_leaves_the_version_of_the_record(staff_client, link):
    before = link.record.version

    staff_client.post(page_of(link.record))

    link.record.refresh_from_db()
    assert link.record.version == before


def test_published_record_needs_no_link(staff_client):
    assert staff_client.get(page_of(MeetingFactory())).status_code == 403


def test_link_takes_a_permission(client, link):
    client.force_login(UserFactory(roles=["analyst"]))

    assert client.post(page_of(link.record)).status_code == 403
    assert PreviewLink.objects.count() == 1


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({"draft": True}, "It is not published."),
        ({"in_review": True}, "It is not published."),
        ({"scheduled": True}, "this is how the public will see the record from"),
        ({}, "This record is published"),
        ({"withdrawn": True}, "It is withdrawn"),
    ],
)
def test_banner_of_the_preview_says_how_far_the_record_is(staff_client, state, words):
    meeting = MeetingFactory(**state)

    html = staff_client.get(
        "/en" + reverse("admin:consultations_meeting_preview", args=[meeting.pk])
    ).text

    banner = re.search(r'<aside class="notice".*?</aside>', html, re.DOTALL)[0]
    assert words in banner
