import pytest
from django.db import InterfaceError, OperationalError
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.urls import path, reverse

from config import urls
from tests.factories.accounts import UserFactory


def fails_with(error):
    def view(request):
        raise error

    return view


handler500 = urls.handler500
urlpatterns = [
    *urls.urlpatterns,
    path("away/", fails_with(OperationalError("server closed the connection"))),
    path("closed/", fails_with(InterfaceError("connection already closed"))),
    path("broken/", fails_with(ZeroDivisionError())),
]


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("address", ["/away/", "/closed/"])
def test_database_that_is_away_is_a_503_in_three_languages(client, address):
    client.raise_request_exception = False

    response = client.get(address)

    assert response.status_code == 503
    assert response["Retry-After"] == "30"
    page = response.content.decode()
    for text in ("البوابة متوقفة", "momentanément", "temporarily unavailable"):
        assert text in page


@pytest.mark.urls(__name__)
def test_any_other_failure_is_a_500_in_three_languages(client):
    client.raise_request_exception = False

    response = client.get("/broken/")

    assert response.status_code == 500
    page = response.content.decode()
    for text in ("تعذر عرض", "affichée", "could not be shown"):
        assert text in page


def test_healthz_answers_without_the_database(client):
    # No "db" fixture: a query would fail the test.
    response = client.get("/healthz")

    assert (response.status_code, response.content) == (200, b"ok\n")
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_readyz_answers_once_migrated(client):
    response = client.get("/readyz")

    assert (response.status_code, response.content) == (200, b"ready\n")


@pytest.mark.django_db
def test_readyz_names_pending_migrations(client):
    MigrationRecorder.Migration.objects.filter(app="sessions").delete()

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.content == b"1 migrations pending\n"
    assert response["Retry-After"] == "10"


@pytest.mark.django_db
def test_request_for_another_host_is_refused_in_three_languages(client):
    response = client.get("/", headers={"host": "evil.example"})

    html = response.content.decode()
    assert response.status_code == 400
    assert [line in html for line in ("تعذر فهم", "n’a pas pu", "could not be")] == [
        True
    ] * 3
    assert "evil.example" not in html


@pytest.mark.django_db
def test_form_without_its_token_is_refused_in_three_languages():
    response = Client(enforce_csrf_checks=True).post(reverse("choose_language"))

    html = response.content.decode()
    assert response.status_code == 403
    assert "nothing was saved" in html
    assert "ولم يُحفظ شيء" in html


def test_arabic_prefix_leads_to_the_one_arabic_address(client):
    response = client.get("/ar/meetings/?region=oriental")

    assert response.status_code == 301
    assert response["Location"] == "/meetings/?region=oriental"


@pytest.mark.django_db
def test_choose_language_remembers_and_leads_back(client):
    user = UserFactory()
    client.force_login(user)

    response = client.post(
        reverse("choose_language"), {"language": "fr", "next": "/admin/consultations/"}
    )

    assert response["Location"] == "/fr/admin/consultations/"
    user.refresh_from_db()
    assert user.language == "fr"
    assert client.get("/admin/")["Location"] == "/fr/admin/"


@pytest.mark.django_db
@pytest.mark.parametrize("target", ["https://example.org/", "//example.org", ""])
def test_choose_language_leads_nowhere_else(staff_client, target):
    response = staff_client.post(
        reverse("choose_language"), {"language": "en", "next": target}
    )

    assert response["Location"] == "/en/admin/"


@pytest.mark.django_db
def test_choose_language_refuses_an_unknown_language(staff_client, staff):
    response = staff_client.post(reverse("choose_language"), {"language": "de"})

    assert response.status_code == 400
    staff.refresh_from_db()
    assert staff.language == ""


@pytest.mark.django_db
def test_admin_is_arabic_whatever_the_browser_asks(client):
    response = client.get("/admin/login/", headers={"accept-language": "fr,en"})

    assert '<html lang="ar" dir="rtl"' in response.content.decode()
