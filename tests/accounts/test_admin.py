import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils.text import capfirst
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.models import User
from accounts.roles import Role
from tests.accounts.signing_in import PASSWORD, code_of, is_signed_in, sign_in
from tests.factories.accounts import UserFactory
from tests.factories.regions import RegionFactory
from tests.forms import form_data

pytestmark = pytest.mark.django_db

LIST = reverse("admin:accounts_user_changelist")

ADD = reverse("admin:accounts_user_add")


def test_new_account_signs_in(client, staff_client):
    data = form_data(staff_client.get(ADD), "user_form")
    data.type_in(
        username="oujda",
        password1="kitab-bahr-9-zaytun",
        password2="kitab-bahr-9-zaytun",
    )

    staff_client.post(ADD, data)

    assert User.objects.get(username="oujda").is_staff
    assert client.login(username="oujda", password="kitab-bahr-9-zaytun")


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
        password1="kitab-bahr-9-zaytun",
        password2="kitab-bahr-9-zaytun",
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
    words = {"password1": "kitab-bahr-9-zaytun", "password2": "aT4-pq9!x"}

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


def act(client, action, *users):
    """Run an action of the list on ``users``; return the answer."""
    keys = [user.pk for user in users]
    return client.post(LIST, {"action": action, "_selected_action": keys}, follow=True)


def test_new_account_chooses_a_password_of_its_own_at_once(client, staff_client):
    data = form_data(staff_client.get(ADD), "user_form")
    data.type_in(
        username="oujda",
        password1="kitab-bahr-9-zaytun",
        password2="kitab-bahr-9-zaytun",
        usable_password="true",
    )
    staff_client.post(ADD, data)

    response = sign_in(Client(), "oujda", "kitab-bahr-9-zaytun")

    assert response.url.startswith(reverse("accounts:new_password"))


def test_password_that_an_administrator_gives_is_changed_at_once(
    staff_client, staff, fatima, events
):
    address = reverse("admin:auth_user_password_change", args=[fatima.pk])
    new = "cheval agrafe batterie"

    staff_client.post(
        address, {"password1": new, "password2": new, "usable_password": "true"}
    )

    response = sign_in(Client(), password=new)
    assert response.url.startswith(reverse("accounts:new_password"))
    assert [line for line in events() if line["event"] == "password_given"] == [
        {
            "time": events()[0]["time"],
            "event": "password_given",
            "user": fatima.pk,
            "by": staff.pk,
        }
    ]


def test_own_password_is_changed_where_the_present_one_is_asked_for(
    staff_client, staff
):
    address = reverse("admin:auth_user_password_change", args=[staff.pk])
    own = reverse("admin:password_change")

    assert staff_client.get(address).url == own
    assert (
        staff_client.get(address.replace(f"/{staff.pk}/", f"/0{staff.pk}/")).url == own
    )


def test_secrets_of_apps_have_no_page():
    for name in (
        "otp_totp_totpdevice",
        "otp_static_staticdevice",
        "axes_accessattempt",
    ):
        with pytest.raises(NoReverseMatch):
            reverse(f"admin:{name}_changelist")


def test_second_step_is_removed_for_whoever_lost_the_telephone(
    client, staff_client, staff, fatima, app, recovery_codes, events
):
    theirs = Client()
    sign_in(theirs)
    theirs.post(reverse("accounts:code"), {"code": code_of(app)})
    assert is_signed_in(theirs)

    act(staff_client, "remove_second_factor", fatima, staff)

    assert not is_signed_in(theirs)
    assert sign_in(Client()).url == reverse("admin:index")
    assert is_signed_in(staff_client)  # had none: nothing was removed
    removed = [line for line in events() if line["event"] == "second_factor_removed"]
    assert [(line["user"], line["by"]) for line in removed] == [(fatima.pk, staff.pk)]


def test_administrator_ends_a_pause(staff_client, fatima):
    stranger = Client()
    for _number in range(10):
        sign_in(stranger, password="wrong", REMOTE_ADDR="203.0.113.7")
    assert sign_in(Client(), password=PASSWORD).status_code == 429

    act(staff_client, "let_try_again", fatima)

    assert sign_in(Client(), password=PASSWORD).status_code == 302


def test_actions_are_for_those_who_change_accounts(client, fatima):
    client.force_login(UserFactory(ordinary=True))

    for action in ("end_sessions", "let_try_again", "remove_second_factor"):
        assert act(client, action, fatima).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_list_of_accounts_tells_who_has_a_second_step(
    staff_client, app, count, django_assert_num_queries
):
    UserFactory.create_batch(count)
    staff_client.get(LIST)

    with django_assert_num_queries(14):
        page = staff_client.get(LIST).content.decode()

    assert page.count("icon-yes.svg") == count + 3  # all are active, one has it


def test_changes_of_accounts_are_logged_by_field(staff_client, staff, fatima, events):
    address = reverse("admin:accounts_user_change", args=[fatima.pk])
    data = form_data(staff_client.get(address), "user_form")
    data.type_in(last_name="الفاسي", language="fr")

    staff_client.post(address, data)

    [line] = [line for line in events() if line["event"] == "account_changed"]
    assert (line["user"], line["by"]) == (fatima.pk, staff.pk)
    assert line["fields"] == ["language", "last_name"]


def test_regional_editor_without_regions_is_refused_by_name(staff_client):
    role, _is_new = Group.objects.get_or_create(name=Role.REGIONAL_EDITOR)
    region = RegionFactory()
    sent = {
        "username": "fatima",
        "password1": "zlij-97-khizana",
        "password2": "zlij-97-khizana",
        "groups": [role.pk],
        "is_staff": "on",
    }

    refused = staff_client.post(ADD, sent)
    staff_client.post(ADD, {**sent, "regions": [region.pk]})

    assert [one.field for one in refused.context["stated_errors"]] == [
        str(capfirst(User._meta.get_field("regions").verbose_name))
    ]
    assert list(User.objects.get(username="fatima").regions.all()) == [region]


def test_nobody_takes_their_own_second_step_off_by_an_action(
    staff_client, staff, fatima, app
):
    own = TOTPDevice.objects.create(user=staff, name="app")

    response = act(staff_client, "remove_second_factor", fatima, staff)

    assert list(TOTPDevice.objects.all()) == [own]
    assert "حسابي" in next(str(one) for one in get_messages(response.wsgi_request))


def test_page_of_an_account_keeps_no_drafts_and_takes_none_back(staff_client, fatima):
    page = staff_client.get(
        reverse("admin:accounts_user_change", args=[fatima.pk])
    ).text

    assert "data-draft" not in page
    assert "_kept_for" not in page
