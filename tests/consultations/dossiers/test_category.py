import pytest

from consultations.dossiers.category import organisations_of_category
from tests.factories.stakeholders import (
    OrganisationFactory,
    ParticipantCategoryFactory,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("language", "order"),
    [
        ("ar", ["إدماج", "أسرة", "بسمة"]),
        ("fr", ["بسمة", "أسرة", "إدماج"]),
    ],
)
def test_organisations_stand_in_the_order_of_the_readers_dictionary(language, order):
    category = ParticipantCategoryFactory()
    for name_ar, name_fr in (
        ("بسمة", "amal"),
        ("إدماج", "Zahra"),
        ("أسرة", "Écoute"),
    ):
        OrganisationFactory(category=category, name_ar=name_ar, name_fr=name_fr)
    OrganisationFactory()

    found = organisations_of_category(category.pk, language)

    assert [one.name_ar for one in found] == order
