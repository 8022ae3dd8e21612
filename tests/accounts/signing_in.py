"""What tests of signing in do again and again."""

import re

from django.urls import reverse
from django_otp.oath import totp

PASSWORD = "correct horse battery"
SIGN_IN = reverse("admin:login")


def sign_in(client, username="fatima", password=PASSWORD, *, target=SIGN_IN, **extra):
    return client.post(target, {"username": username, "password": password}, **extra)


def is_signed_in(client):
    return client.get(reverse("admin:index")).status_code == 200


def code_of(device, *, steps=0):
    """Return what the app shows now, or so many times thirty seconds later."""
    return f"{totp(device.bin_key, drift=steps):06d}"


def errors_on(response):
    """Return the errors that the page shows, in order."""
    page = response.content.decode()
    found = re.findall(r'class="errornote">\s*(.+?)\s*</p>', page, re.DOTALL)
    for one in re.findall(r'<ul class="errorlist.*?</ul>', page, re.DOTALL):
        found += re.findall(r"<li>(.+?)</li>", one)
    return found
