"""Text that was typed and not saved is offered back, on the same computer alone."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from stakeholders.models import Organisation
from tests.factories.accounts import UserFactory
from tests.factories.consultations import MeetingFactory, ParticipationFactory
from tests.factories.stakeholders import OrganisationFactory

PASSWORD = "correct horse battery"
BAR = "[data-draft]"


@pytest.fixture
def organisation(live_server):
    return OrganisationFactory(name_fr="Entraide")


@pytest.fixture
def address(organisation):
    return reverse("admin:stakeholders_organisation_change", args=[organisation.pk])


@pytest.fixture
def signed_in(page, live_server):
    UserFactory(username="fatima", password=PASSWORD)
    sign_in(page)
    return page


def sign_in(page):
    page.goto("/en/admin/login/?next=/en/admin/")
    page.locator("[name=username]").fill("fatima")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("#login-form [type=submit]").click()
    page.wait_for_url("**/admin/")


def drafts(page):
    """Return the keys of what is kept, once the scripts of the page have run.

    They are deferred: a message is seen before the page's own script has thrown the text away.
    """
    page.wait_for_load_state("load")
    return page.evaluate(
        "Object.keys(localStorage).filter((key) => key.startsWith('draft:'))"
    )


def type_and_crash(page, address, name="name_fr", text="Entraide Nationale"):
    """Type, and go away without saving, as a crash would."""
    window = page.context.new_page()
    window.goto(address)
    window.locator(f"[name='{name}']").fill(text)
    window.wait_for_timeout(900)
    window.close(run_before_unload=False)


def test_text_is_offered_back_after_a_crash(signed_in, organisation, address):
    page = signed_in
    type_and_crash(page, address)

    page.goto(address)
    expect(page.locator(BAR)).to_be_visible()
    before = page.locator("[name=name_fr]").input_value()
    page.locator("[data-restore]").click()
    expect(page.locator("[data-not-saved]")).to_be_visible()
    restored = page.locator("[name=name_fr]").input_value()
    organisation.refresh_from_db()
    unsaved = organisation.name_fr
    page.locator("[name=_save]").click()
    expect(page.locator(".messagelist .success")).to_be_visible()

    organisation.refresh_from_db()
    assert before == "Entraide"
    assert restored == "Entraide Nationale"
    assert unsaved == "Entraide"
    assert organisation.name_fr == "Entraide Nationale"
    assert drafts(page) == []


def test_text_is_thrown_away_on_demand(signed_in, address):
    page = signed_in
    type_and_crash(page, address)

    page.goto(address)
    page.locator("[data-discard]").click()
    expect(page.locator(BAR)).to_be_hidden()
    kept = drafts(page)
    page.goto(address)

    assert kept == []
    expect(page.locator("[name=name_fr]")).to_have_value("Entraide")
    expect(page.locator(BAR)).to_be_hidden()


def test_rows_come_back_and_others_saved_meanwhile_are_not_overwritten(signed_in):
    page = signed_in
    meeting = MeetingFactory(draft=True)
    gone, other = (
        ParticipationFactory(meeting=meeting, description_ar=text)
        for text in ("قديم", "آخر")
    )
    address = reverse("admin:consultations_meeting_change", args=[meeting.pk])
    type_and_crash(page, address, "participations-1-description_ar", "جديد")
    gone.delete()

    page.goto(address)
    page.locator("[data-restore]").click()
    expect(page.locator("#conflict_form")).to_be_visible()
    page.locator("#conflict_form .default").click()
    expect(page.locator(".messagelist .success")).to_be_visible()

    assert list(meeting.participations.values_list("pk", "description_ar")) == [
        (other.pk, "جديد")
    ]
    assert drafts(page) == []


def test_what_is_typed_on_does_not_lose_what_was_typed_before(signed_in, address):
    page = signed_in
    type_and_crash(page, address)
    type_and_crash(page, address, "name_en", "National Mutual Aid")
    page.goto(address)

    page.locator("[data-discard]").click()
    expect(page.locator(BAR)).to_be_visible()
    page.locator("[data-restore]").click()

    expect(page.locator("[data-not-saved]")).to_be_visible()
    expect(page.locator("[name=name_fr]")).to_have_value("Entraide Nationale")
    expect(page.locator("[name=name_en]")).to_have_value("")


def test_signing_out_forgets_everything(signed_in, address):
    page = signed_in
    type_and_crash(page, address)
    before = drafts(page)

    page.goto("/en/admin/")
    page.locator("#logout-form button").click()
    expect(page.locator("[data-signed-out]")).to_be_visible()

    assert len(before) == 1
    assert drafts(page) == []


def test_other_window_keeps_nothing_once_somebody_signed_out(signed_in, address):
    page = signed_in
    other = page.context.new_page()
    other.goto(address)
    page.goto("/en/admin/")
    page.locator("#logout-form button").click()
    expect(page.locator("[data-signed-out]")).to_be_visible()

    other.locator("[name=name_fr]").fill("x")
    other.wait_for_timeout(800)

    assert drafts(page) == []
    other.close(run_before_unload=False)


def test_nobody_else_is_offered_the_text(signed_in, address):
    page = signed_in
    type_and_crash(page, address)
    UserFactory(username="other", password=PASSWORD)
    page.context.clear_cookies()
    page.goto("/en/admin/login/")
    page.locator("[name=username]").fill("other")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("#login-form [type=submit]").click()
    page.wait_for_url("**/admin/")

    page.goto(address)

    expect(page.locator("[name=name_fr]")).to_have_value("Entraide")
    expect(page.locator(BAR)).to_be_hidden()


def test_text_that_was_refused_stays_until_it_is_saved(signed_in, address):
    page = signed_in
    page.goto(address)
    page.locator("[name=name_ar]").fill("")
    page.locator("[name=name_fr]").fill("")
    page.locator("[name=name_en]").fill("National Mutual Aid")
    page.locator("[name=_save]").click()
    expect(page.locator(".stated-errors")).to_be_visible()
    refused = len(drafts(page))
    page.locator("[name=name_fr]").fill("Entraide Nationale")
    page.locator("[name=_save]").click()
    expect(page.locator(".messagelist .success")).to_be_visible()

    assert refused == 1
    assert drafts(page) == []
    assert Organisation.objects.get().name_en == "National Mutual Aid"


def test_secrets_are_not_kept(signed_in, address):
    page = signed_in
    type_and_crash(page, address)
    token = page.context.cookies()

    kept = page.evaluate("JSON.stringify({...localStorage})")

    assert "csrfmiddlewaretoken" not in kept
    assert "_kept_for" not in kept
    assert all(cookie["value"] not in kept for cookie in token)


def test_account_pages_keep_no_password(signed_in):
    page = signed_in
    page.goto("/en/admin/password_change/")
    for box in page.locator("[type=password]").all():
        box.fill("geheim-geheim-9")
    page.wait_for_timeout(800)

    assert "geheim" not in page.evaluate("JSON.stringify({...localStorage})")
