import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.urls import reverse

from accounts.models import User
from tests.factories.regions import RegionFactory
from tests.forms import form_data

pytestmark = pytest.mark.django_db

ADD = reverse("admin:accounts_user_add")


def test_new_account_signs_in(client, staff_client):
    data = form_data(staff_client.get(ADD), "user_form")
    data.type_in(
        username="oujda",
        password1="aT4-pq9!x",
        password2="aT4-pq9!x",
        usable_password="true",
    )

    staff_client.post(ADD, data)

    assert User.objects.get(username="oujda").is_staff
    assert client.login(username="oujda", password="aT4-pq9!x")


def test_account_keeps_its_regions_and_language(staff_client, staff):
    region = RegionFactory()
    address = reverse("admin:accounts_user_change", args=[staff.pk])
    data = form_data(staff_client.get(address), "user_form")
    data.type_in(regions=region.pk, language="fr")

    staff_client.post(address, data)

    staff.refresh_from_db()
    assert list(staff.regions.all()) == [region]
    assert staff.language == "fr"


def test_roles_are_not_edited_here():
    assert not admin.site.is_registered(Group)
