"""A form that was sent after the session was over comes back to who sent it."""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import kept_forms
from accounts.kept_forms import COOKIE, LARGEST, MOST_FORMS
from accounts.models import KeptForm
from accounts.sessions import USED_AT
from consultations.models import Meeting
from stakeholders.models import Organisation
from tests.accounts.signing_in import PASSWORD, code_of, sign_in
from tests.factories.accounts import UserFactory
from tests.factories.consultations import DocumentFactory, MeetingFactory
from tests.factories.regions import RegionFactory
from tests.factories.stakeholders import OrganisationFactory
from tests.forms import form_data

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisation():
    return OrganisationFactory(name_fr="Entraide")


@pytest.fixture
def page(organisation):
    return reverse("admin:stakeholders_organisation_change", args=[organisation.pk])


@pytest.fixture
def form(client, fatima, page):
    """The form of the page, as fatima opened it before her session was over."""
    sign_in(client)
    form = form_data(client.get(page), "organisation_form")
    session = client.session
    session[USED_AT] -= 60 * 60
    session.save()
    return form


def type_and_send(client, page, form, **typed):
    form.type_in(**typed)
    return client.post(page, dict(form))


def test_what_was_typed_is_back_after_signing_in(client, form, page):
    sent = type_and_send(client, page, form, name_fr="Entraide Nationale")
    told = client.get(f"/en{sent.url}").content.decode()
    signed_in = sign_in(client, target=sent.url)
    shown = client.get(signed_in.url)
    before = Organisation.objects.get().name_fr
    back = form_data(shown, "organisation_form")
    saved = client.post(page, dict(back))

    assert sent.url == f"{reverse('admin:login')}?next={page}"
    assert "Your session had ended. What you typed is kept" in told
    assert signed_in.url == page
    assert back["name_fr"] == ["Entraide Nationale"]
    assert 'name="_discard_kept"' in shown.content.decode()
    assert before == "Entraide"
    assert saved.status_code == 302
    assert Organisation.objects.get().name_fr == "Entraide Nationale"
    assert not KeptForm.objects.exists()
    assert form_data(client.get(page), "organisation_form").keys() == form.keys()


def test_it_survives_a_second_step(client, fatima, form, page):
    app = TOTPDevice.objects.create(user=fatima, name="app")
    sent = type_and_send(client, page, form, name_fr="Entraide Nationale")
    step = sign_in(client, target=sent.url)
    last = client.post(step.url, {"code": code_of(app)})

    back = form_data(client.get(last.url), "organisation_form")

    assert step.url.startswith(reverse("accounts:code"))
    assert last.url == page
    assert back["name_fr"] == ["Entraide Nationale"]


def test_a_new_record_is_back_with_its_rows(client, fatima):
    page = reverse("admin:consultations_meeting_add")
    sign_in(client)
    form = form_data(client.get(page), "meeting_form")
    client.logout()
    form.type_in(title_ar="لقاء طويل")
    form.add_row("sources", title="جريدة")
    form.add_row("sources", title="جريدة أخرى")

    sent = type_and_send(client, page, form)
    sign_in(client, target=sent.url)
    back = form_data(client.get(page), "meeting_form")

    titles = [back[name] for name in back if name.endswith("-title")]
    assert back["title_ar"] == ["لقاء طويل"]
    assert [one for one in titles if one != [""]] == [["جريدة"], ["جريدة أخرى"]]
    assert not Meeting.objects.exists()


def test_a_change_of_somebody_else_is_still_a_conflict(client, form, page):
    sent = type_and_send(client, page, form, name_fr="Entraide Nationale")
    other = Organisation.objects.get()
    other.name_fr = "Entraide nat."
    other.save()
    sign_in(client, target=sent.url)

    response = client.post(page, dict(form_data(client.get(page), "organisation_form")))

    assert response.status_code == 409
    assert Organisation.objects.get().name_fr == "Entraide nat."


def test_it_is_thrown_away_on_demand(client, form, page):
    sent = type_and_send(client, page, form, name_fr="Entraide Nationale")
    sign_in(client, target=sent.url)
    back = form_data(client.get(page), "organisation_form")

    thrown = client.post(page, {**back, "_discard_kept": "1"})
    shown = form_data(client.get(thrown.url), "organisation_form")

    assert shown["name_fr"] == ["Entraide"]
    assert not KeptForm.objects.exists()
    assert Organisation.objects.get().name_fr == "Entraide"


def test_it_comes_back_in_another_language(client, form, page):
    sent = type_and_send(client, page, form, name_fr="Entraide Nationale")
    sign_in(client, target=sent.url)

    back = form_data(client.get(f"/fr{page}"), "organisation_form")

    assert back["name_fr"] == ["Entraide Nationale"]


# Who gets it


def test_nobody_else_gets_it(client, form, page):
    UserFactory(username="other", password=PASSWORD)
    sent = type_and_send(client, page, form, name_fr="Entraide Nationale")
    sign_in(client, "other", target=sent.url)

    shown = form_data(client.get(page), "organisation_form")

    assert shown["name_fr"] == ["Entraide"]


def test_no_other_browser_gets_it(client, form, page):
    type_and_send(client, page, form, name_fr="Entraide Nationale")
    other = Client()
    sign_in(other)

    shown = form_data(other.get(page), "organisation_form")

    assert shown["name_fr"] == ["Entraide"]


def test_no_other_page_gets_it(client, form, page):
    sent = type_and_send(client, page, form, name_fr="Entraide Nationale")
    other = OrganisationFactory(name_fr="Autre")
    sign_in(client, target=sent.url)

    shown = client.get(
        reverse("admin:stakeholders_organisation_change", args=[other.pk])
    )

    assert form_data(shown, "organisation_form")["name_fr"] == ["Autre"]


def test_it_is_forgotten_after_a_day(client, form, page):
    sent = type_and_send(client, page, form, name_fr="Entraide Nationale")
    KeptForm.objects.update(kept_at=timezone.now() - datetime.timedelta(days=1))
    sign_in(client, target=sent.url)

    shown = form_data(client.get(page), "organisation_form")
    kept_forms.forget_old_ones()

    assert shown["name_fr"] == ["Entraide"]
    assert not KeptForm.objects.exists()


# What is not kept


@pytest.mark.parametrize("mark", ["", "1", "1:x:y"])
def test_form_without_a_mark_is_not_kept(client, form, page, mark):
    form["_kept_for"] = [mark]

    response = type_and_send(client, page, form, name_fr="x")

    assert response.status_code == 302
    assert COOKIE not in response.cookies
    assert not KeptForm.objects.exists()


def test_form_from_elsewhere_is_not_kept(form, page):
    foreign = Client(enforce_csrf_checks=True)

    response = type_and_send(foreign, page, form, name_fr="x")

    assert response.status_code == 403
    assert not KeptForm.objects.exists()


def test_form_that_is_too_long_is_not_kept(client, form, page, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 3 * LARGEST

    type_and_send(client, page, form, name_fr="x" * LARGEST)

    assert not KeptForm.objects.exists()


def test_passwords_and_tokens_are_not_kept(client, form, page):
    type_and_send(client, page, form, new_password1="geheim", name_fr="x")

    content = KeptForm.objects.get().content
    assert "geheim" not in content
    assert "_kept_for" not in content


def test_key_of_the_browser_is_not_stored(client, form, page):
    response = type_and_send(client, page, form, name_fr="x")

    cookie = response.cookies[COOKIE]
    kept = KeptForm.objects.get()
    assert cookie.value not in (kept.browser, kept.content)
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_a_person_has_a_few_forms_kept(client, fatima):
    sign_in(client)
    pages = [
        reverse("admin:stakeholders_organisation_change", args=[one.pk])
        for one in OrganisationFactory.create_batch(MOST_FORMS + 1)
    ]
    forms = [form_data(client.get(page), "organisation_form") for page in pages]
    client.logout()

    for page, form in zip(pages, forms, strict=True):
        type_and_send(client, page, form)

    assert set(KeptForm.objects.values_list("page", flat=True)) == set(pages[1:])


def test_files_are_asked_for_again(client, fatima):
    document = DocumentFactory(meeting=MeetingFactory(draft=True))
    page = reverse("admin:consultations_meeting_change", args=[document.meeting_id])
    sign_in(client)
    form = form_data(client.get(page), "meeting_form")
    client.logout()

    client.post(
        page, {**form, "documents-0-file": SimpleUploadedFile("pv.pdf", b"%PDF")}
    )
    sign_in(client)
    shown = client.get(page).content.decode()

    assert "<bdi>pv.pdf</bdi>" in shown


# What it costs


def test_pages_of_those_who_have_nothing_kept_ask_no_more(
    client, fatima, page, django_assert_num_queries
):
    sign_in(client)
    client.get(page)

    with django_assert_num_queries(5):
        client.get(page)


def test_form_that_may_no_longer_be_saved_hides_no_page(client):
    region = RegionFactory()
    UserFactory(username="fatima", roles=["regional_editor"], regions=[region])
    meeting = MeetingFactory(region=region, draft=True)
    address = reverse("admin:consultations_meeting_change", args=[meeting.pk])
    sign_in(client)
    typed = form_data(client.get(address), "meeting_form")
    client.post(reverse("admin:logout"))
    sent = type_and_send(client, address, typed, title_ar="عنوان آخر")
    Meeting.objects.update(publication="in_review")

    signed_in = sign_in(client, target=sent.url)
    shown = client.get(f"/en{signed_in.url}")

    assert shown.status_code == 409
    assert "عنوان آخر" in shown.text
    assert "ask a publisher to return it to you" in shown.text
    assert KeptForm.objects.count() == 1


def test_form_of_a_row_that_was_deleted_meanwhile_is_shown(client, fatima):
    meeting = MeetingFactory(draft=True)
    address = reverse("admin:consultations_meeting_change", args=[meeting.pk])
    sign_in(client)
    typed = form_data(client.get(address), "meeting_form")
    client.post(reverse("admin:logout"))
    sent = type_and_send(client, address, typed, title_ar="عنوان آخر")
    meeting.delete()

    shown = client.get(sign_in(client, target=sent.url).url)

    assert shown.status_code == 409
    assert "عنوان آخر" in shown.text
