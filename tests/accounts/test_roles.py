"""The table, the groups that are made of it, and the page that prints it."""

from io import StringIO

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command

from accounts import roles
from accounts.management.commands import print_roles
from accounts.roles import TABLE, Role
from stakeholders.models import Person
from tests.factories.accounts import UserFactory
from tests.factories.regions import RegionFactory
from tests.factories.stakeholders import PersonFactory

HEALING = [
    lambda group, stray: group.permissions.add(stray),
    lambda group, stray: group.permissions.clear(),
    lambda group, stray: group.delete(),
]


def held_by(role):
    return {
        f"{permission.content_type.app_label}.{permission.codename}"
        for permission in Group.objects.get(name=role).permissions.select_related(
            "content_type"
        )
    }


def make_roles():
    output = StringIO()
    call_command("make_roles", stdout=output)
    return output.getvalue()


@pytest.mark.django_db
def test_groups_hold_what_the_table_says():
    make_roles()

    assert set(Group.objects.values_list("name", flat=True)) == set(Role.values)
    for role in Role:
        assert held_by(role) == {
            f"{model.split('.')[0]}.{action}_{model.split('.')[1]}"
            for grant in TABLE
            if grant.role == role
            for model in grant.models
            for action in grant.actions
        }


@pytest.mark.django_db
def test_making_the_roles_again_changes_nothing():
    make_roles()
    user = UserFactory(roles=["analyst"])

    assert make_roles() == ""
    assert list(user.groups.values_list("name", flat=True)) == ["analyst"]


@pytest.mark.parametrize("change", HEALING)
@pytest.mark.django_db
def test_roles_that_were_changed_are_made_anew(change):
    make_roles()
    change(
        Group.objects.get(name="analyst"), Permission.objects.get(codename="add_user")
    )

    said = make_roles()

    assert said == f"analyst: {len(roles.permissions_of('analyst'))} permissions\n"
    assert held_by("analyst") == set(roles.permissions_of("analyst"))


@pytest.mark.django_db
def test_other_groups_are_left_alone():
    other = Group.objects.create(name="choir")
    stray = Permission.objects.get(codename="add_user")
    other.permissions.add(stray)

    make_roles()

    assert list(other.permissions.all()) == [stray]


def test_page_of_roles_is_what_the_table_says(settings, monkeypatch, tmp_path):
    printed = tmp_path / "roles.md"
    monkeypatch.setattr(print_roles, "PAGE", printed)

    call_command("print_roles")

    committed = settings.BASE_DIR / "docs" / "roles.md"
    assert printed.read_text(encoding="utf-8") == committed.read_text(encoding="utf-8")


def test_every_model_of_the_administration_stands_in_the_table():
    registered = set()
    for model, model_admin in admin.site._registry.items():
        registered |= {model, *(inline.model for inline in model_admin.inlines)}

    named = {apps.get_model(name) for grant in TABLE for name in grant.models}

    assert named == registered


# What an account may do


@pytest.mark.django_db
def test_rights_come_from_roles_alone():
    user = UserFactory(ordinary=True)
    user.user_permissions.add(Permission.objects.get(codename="view_person"))

    assert not user.has_perm("stakeholders.view_person")
    assert not user.has_perm("stakeholders.view_person", PersonFactory())
    assert list(user.within_reach("view", Person.objects.all())) == []


@pytest.mark.django_db
def test_group_that_was_given_more_reaches_no_row():
    user = UserFactory(roles=["analyst"])
    user.groups.get().permissions.add(Permission.objects.get(codename="change_person"))
    person = PersonFactory()

    assert user.has_perm("stakeholders.change_person")
    assert not user.has_perm("stakeholders.change_person", person)
    assert list(user.within_reach("change", Person.objects.all())) == []


@pytest.mark.django_db
def test_closed_account_may_do_nothing():
    user = UserFactory(roles=["publisher"], is_active=False)
    region = RegionFactory()

    assert not user.has_perm("stakeholders.view_person", PersonFactory())
    assert not user.may_place("consultations.add_meeting", [region.pk])
    assert list(user.within_reach("view", Person.objects.all())) == []


@pytest.mark.django_db
def test_closed_superuser_may_do_nothing():
    user = UserFactory(is_active=False)

    assert not user.may_place("consultations.add_meeting", [])
    assert list(user.within_reach("view", Person.objects.all())) == []


@pytest.mark.django_db
def test_two_roles_add_up():
    user = UserFactory(roles=["analyst", "administrator"])

    assert user.has_perm("accounts.add_user")
    assert user.has_perm("stakeholders.view_person", PersonFactory())
    assert not user.has_perm("stakeholders.contact_person", PersonFactory())


@pytest.mark.django_db
def test_administrator_changes_no_superuser():
    administrator, superuser = UserFactory(roles=["administrator"]), UserFactory()
    ordinary = UserFactory(roles=["publisher"])

    changeable = administrator.within_reach("change", type(superuser).objects.all())

    assert set(changeable) == {administrator, ordinary}
    assert not administrator.has_perm("accounts.change_user", superuser)
    assert administrator.has_perm("accounts.change_user", ordinary)
    assert administrator.has_perm("accounts.view_user", superuser)
