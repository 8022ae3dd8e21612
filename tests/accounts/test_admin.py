import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from tests.factories.accounts import UserFactory
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


# Administrators keep accounts, and raise nobody above themselves


@pytest.fixture
def administrator(client):
    user = UserFactory(roles=["administrator"])
    client.force_login(user)
    return user


def forged(response, **values):
    """Return the form of the page with inputs that it does not offer."""
    data = form_data(response, "user_form")
    data.type_in(**values)
    return data


def page_of(user):
    return reverse("admin:accounts_user_change", args=[user.pk])


def test_administrator_gives_roles_and_regions(client, administrator):
    region = RegionFactory()
    user = UserFactory(ordinary=True)
    role = Group.objects.get(name="regional_editor")
    data = forged(client.get(page_of(user)), groups=role.pk, regions=region.pk)

    client.post(page_of(user), data)

    assert list(user.groups.all()) == [role]
    assert list(user.regions.all()) == [region]


def test_administrator_opens_an_account_with_its_role(client, administrator):
    role = Group.objects.get(name="analyst")
    data = forged(
        client.get(ADD),
        username="oujda",
        password1="aT4-pq9!x",
        password2="aT4-pq9!x",
        usable_password="true",
        groups=role.pk,
        is_superuser="on",
    )

    client.post(ADD, data)

    user = User.objects.get(username="oujda")
    assert list(user.groups.all()) == [role]
    assert (user.is_staff, user.is_superuser) == (True, False)


def test_administrator_makes_no_superuser(client, administrator):
    user = UserFactory(roles=["analyst"])
    data = forged(client.get(page_of(user)), is_superuser="on", last_name="بناني")

    client.post(page_of(user), data)

    user.refresh_from_db()
    assert (user.last_name, user.is_superuser) == ("بناني", False)


def test_administrator_does_not_decide_over_the_own_account(client, administrator):
    publisher = Group.objects.get(name="publisher")
    data = forged(
        client.get(page_of(administrator)),
        groups=publisher.pk,
        regions=RegionFactory().pk,
        is_superuser="on",
        last_name="بناني",
    )

    client.post(page_of(administrator), data)

    administrator.refresh_from_db()
    assert administrator.last_name == "بناني"
    assert list(administrator.groups.values_list("name", flat=True)) == [
        "administrator"
    ]
    assert list(administrator.regions.all()) == []
    assert (administrator.is_active, administrator.is_superuser) == (True, False)


def test_administrator_changes_no_password_of_a_superuser(client, administrator):
    superuser = UserFactory()
    address = reverse("admin:auth_user_password_change", args=[superuser.pk])
    words = {"password1": "aT4-pq9!x", "password2": "aT4-pq9!x"}

    response = client.post(address, words | {"usable_password": "true"})

    superuser.refresh_from_db()
    assert response.status_code == 403
    assert superuser.check_password("correct horse battery")


def test_groups_that_are_no_roles_are_not_given(client, administrator):
    user = UserFactory(ordinary=True)
    choir = Group.objects.create(name="choir")
    data = forged(client.get(page_of(user)), groups=choir.pk)

    response = client.post(page_of(user), data)

    assert list(response.context["adminform"].form.errors) == ["groups"]
    assert list(user.groups.all()) == []


def test_nobody_deletes_an_account(staff_client):
    user = UserFactory()

    response = staff_client.post(
        reverse("admin:accounts_user_delete", args=[user.pk]), {"post": "yes"}
    )

    assert response.status_code == 403
    assert User.objects.filter(pk=user.pk).exists()


@pytest.mark.parametrize("count", [1, 3])
def test_list_of_accounts_names_roles_and_regions(
    staff_client, count, django_assert_num_queries
):
    users = [
        UserFactory(roles=["regional_editor"], regions=[RegionFactory()])
        for _number in range(count)
    ]

    with django_assert_num_queries(16):
        response = staff_client.get(
            f"{reverse('admin:accounts_user_changelist')}?role=regional_editor"
        )

    assert set(response.context["cl"].result_list) == set(users)
    assert str(Role.REGIONAL_EDITOR.label) in response.text


def test_accounts_without_a_role_are_found(staff_client, staff):
    without = UserFactory(ordinary=True)
    UserFactory(roles=["analyst"])

    response = staff_client.get(
        f"{reverse('admin:accounts_user_changelist')}?role=none"
    )

    assert set(response.context["cl"].result_list) == {staff, without}
