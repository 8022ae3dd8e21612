import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.management import call_command

from tests.factories.accounts import UserFactory
from tests.factories.regions import RegionFactory

pytestmark = pytest.mark.django_db


def test_staff_sign_in_by_user_name(client):
    UserFactory(username="fatima", email="fatima@example.org")

    assert client.login(username="fatima", password="correct horse battery")
    assert not client.login(
        username="fatima@example.org", password="correct horse battery"
    )


def test_createsuperuser_works_without_questions(monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "correct horse battery")

    call_command(
        "createsuperuser",
        interactive=False,
        username="admin",
        email="admin@example.org",
        verbosity=0,
    )

    user = get_user_model().objects.get()
    assert (user.username, user.email) == ("admin", "admin@example.org")
    assert user.is_superuser
    assert user.check_password("correct horse battery")


def test_staff_have_the_regions_that_they_may_edit():
    oriental, other = RegionFactory.create_batch(2)
    user = UserFactory()

    user.regions.add(oriental)

    assert list(oriental.editors.all()) == [user]
    assert list(other.editors.all()) == []


@pytest.mark.parametrize("language", ["", "ar", "fr", "en"])
def test_language_of_the_administration_is_one_of_three_or_none(language):
    UserFactory(language=language).full_clean()


def test_other_language_of_the_administration_is_refused():
    with pytest.raises(ValidationError) as refusal:
        UserFactory(language="de").full_clean()

    assert list(refusal.value.message_dict) == ["language"]
