import pytest
from django.core.files.base import ContentFile

from tests.factories.consultations import (
    DocumentFactory,
    MeetingFactory,
    PartnershipAgreementFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def with_file(**options):
    file = ContentFile(b"%PDF-1.7 minutes", name="minutes.pdf")
    return DocumentFactory(file=file, url="", **options)


@pytest.mark.parametrize("factory", [MeetingFactory, PartnershipAgreementFactory])
def test_public_document_of_a_published_record_is_sent(client, factory):
    role = "meeting" if factory is MeetingFactory else "agreement"
    document = with_file(**{role: factory()})

    response = client.get(f"/documents/{document.pk}/")

    assert b"".join(response.streaming_content) == b"%PDF-1.7 minutes"
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'attachment; filename="minutes.pdf"'
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("record", "document"),
    [
        ({}, {"is_public": False}),
        ({"draft": True}, {}),
        ({"withdrawn": True}, {}),
    ],
)
def test_what_is_not_public_is_not_sent(client, record, document):
    hidden = with_file(meeting=MeetingFactory(**record), **document)

    assert client.get(f"/documents/{hidden.pk}/").status_code == 404


def test_document_without_a_file_is_not_found(client):
    elsewhere = DocumentFactory(meeting=MeetingFactory())
    lost = with_file(meeting=MeetingFactory())
    lost.file.storage.delete(lost.file.name)

    answers = [
        client.get(f"/documents/{pk}/").status_code
        for pk in (elsewhere.pk, lost.pk, 10**9)
    ]

    assert answers == [404, 404, 404]


def test_page_links_to_the_file(client):
    document = with_file(meeting=MeetingFactory())

    html = client.get(document.meeting.get_absolute_url()).content.decode()

    assert f'<a href="/documents/{document.pk}/">' in html
