import pytest
from django.contrib.auth.password_validation import (
    password_validators_help_texts,
    validate_password,
)
from django.core.exceptions import ValidationError

from tests.factories.accounts import UserFactory


def refused_for(password, user=None):
    """Return the codes of what is wrong with ``password``."""
    try:
        validate_password(password, user)
    except ValidationError as refusal:
        return [error.code for error in refusal.error_list]
    return []


@pytest.mark.parametrize(
    "password",
    [
        "Tadamon2026!!",
        "t4d4m0n-P0rt4il",
        "PortailConsultations",
        "Ministere.Rabat.2026",
        "وزارة التضامن 2026",
        "بوابة اللقاءات التشاورية",
        "aaaabbbbaaaabbbb",
        "MotDePasse-Maroc-1956",
        "abababababab99",
    ],
)
def test_words_of_this_place_and_repetitions_are_refused(password):
    assert "password_of_this_place" in refused_for(password)


@pytest.mark.parametrize(
    "password",
    [
        "Khadija-Benali-75",
        "benali.khadija",
        "k.benali@social.example",
        "خديجة بنعلي خديجة",
        "BENALI khadija 1",
    ],
)
def test_own_names_are_refused(password):
    user = UserFactory.build(
        username="k.benali",
        first_name="خديجة",
        last_name="Benali Khadija بنعلي",
        email="k.benali@social.example",
    )

    assert "password_of_this_place" in refused_for(password, user)


@pytest.mark.parametrize(
    "password",
    [
        "kitab-bahr-9-zaytun",
        "زيتون قطار نافذة ملح",
        "cheval agrafe batterie",
        "portail cheval agrafe batterie",  # enough of its own beside the word
        "x9$Kq-72mVt!Ra",
    ],
)
def test_words_that_have_nothing_to_do_with_each_other_are_taken(password):
    assert refused_for(password, UserFactory.build(username="fatima")) == []


def test_short_passwords_are_refused():
    assert refused_for("x9$Kq-72mVt") == ["password_too_short"]


@pytest.mark.django_db
def test_present_password_is_not_a_new_one():
    user = UserFactory()

    assert refused_for("correct horse battery", user) == ["password_unchanged"]
    assert refused_for("cheval agrafe batterie", user) == []


def test_every_rule_is_told_beforehand():
    told = password_validators_help_texts()

    assert len(told) == len(set(told)) == 6
