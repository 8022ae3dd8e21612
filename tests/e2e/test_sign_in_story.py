"""A member of staff signs in for the first time, on a telephone without scripts."""

import base64
import re

import pytest
from django_otp.oath import totp
from playwright.sync_api import expect

from tests.factories.accounts import UserFactory

NEW = "kitab-bahr-9-zaytun"


@pytest.mark.django_db(transaction=True)
def test_first_sign_in_leads_through_every_step_to_the_page_that_was_wanted(
    browser, live_server, settings
):
    settings.SECOND_FACTOR_REQUIRED = True
    UserFactory(username="amina", must_change_password=True)
    context = browser.new_context(
        base_url=live_server.url,
        viewport={"width": 390, "height": 844},
        java_script_enabled=False,
    )
    page = context.new_page()
    send = "#account-form [type=submit]"

    page.goto("/fr/admin/regions/region/?q=oriental")
    page.fill("[name=username]", "amina")
    page.fill("[name=password]", "correct horse battery")
    page.click("[type=submit]")
    expect(page.locator("h1")).to_have_text("Choisir votre propre mot de passe")
    page.fill("[name=new_password1]", NEW)
    page.fill("[name=new_password2]", NEW)
    page.click(send)
    expect(page.locator("h1")).to_have_text("Activer la deuxième étape")
    key = page.locator(".account-key").text_content().replace(" ", "")
    secret = base64.b32decode(key + "=" * (-len(key) % 8))
    page.fill("[name=code]", f"{totp(secret):06d}")
    page.click(send)
    codes = page.locator(".account-codes code").all_text_contents()
    page.click(".account-go")

    assert len(codes) == 10
    assert page.url == f"{live_server.url}/fr/admin/regions/region/?q=oriental"

    # The next day, with the telephone left at home.
    context.clear_cookies()
    page.goto("/admin/")
    page.fill("[name=username]", "amina")
    page.fill("[name=password]", NEW)
    page.click("[type=submit]")
    page.fill("[name=code]", codes[3])
    page.click(send)

    assert page.url == f"{live_server.url}/admin/"
    expect(page.locator(".messagelist .warning")).to_have_text(re.compile("9"))
    context.close()
