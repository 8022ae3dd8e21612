import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone, translation

from config.models import DataVersion
from consultations.models import Theme
from tests.factories.consultations import ThemeFactory

pytestmark = pytest.mark.django_db


def test_data_version_is_0_before_the_first_public_change():
    assert DataVersion.current() == 0


def test_data_version_rises_by_one_and_stays_one_row():
    for _change in range(3):
        DataVersion.raise_by_one()

    assert DataVersion.current() == 3
    assert DataVersion.objects.count() == 1
    assert str(DataVersion.objects.get()) == "3"


def test_data_version_says_when_it_rose():
    DataVersion.raise_by_one()
    first = DataVersion.objects.get().changed_at

    DataVersion.raise_by_one()

    assert first < DataVersion.objects.get().changed_at <= timezone.now()


def test_data_version_rises_by_two_for_two_who_change_at_once(
    django_assert_num_queries,
):
    DataVersion.raise_by_one()

    # One statement that adds in the database: nothing is read that could be stale.
    with django_assert_num_queries(1):
        DataVersion.raise_by_one()

    assert DataVersion.current() == 2


@pytest.mark.parametrize("code", ["", "Family", "family-law", "1family", "أسرة", "a\n"])
def test_code_of_a_term_is_small_latin_letters(code):
    term = ThemeFactory.build(code=code)

    with pytest.raises(ValidationError) as refusal:
        term.full_clean()

    assert list(refusal.value.message_dict) == ["code"]


def test_active_terms_are_those_in_use():
    used = ThemeFactory()
    ThemeFactory(is_active=False)

    assert list(Theme.objects.active()) == [used]


def test_terms_stand_in_their_order_and_then_by_code():
    last = ThemeFactory(code="zakat")
    second = ThemeFactory(code="b", order=1)
    first = ThemeFactory(code="a", order=1)

    assert list(Theme.objects.all()) == [first, second, last]


@pytest.mark.parametrize(
    ("language", "name"), [("ar", "الأسرة"), ("fr", "Famille"), ("en", "Family")]
)
def test_term_is_called_by_its_name(language, name):
    term = ThemeFactory(name_ar="الأسرة", name_fr="Famille", name_en="Family")

    with translation.override(language):
        assert str(term) == name


def test_term_without_a_name_is_called_by_its_code():
    assert str(Theme(code="family")) == "family"
