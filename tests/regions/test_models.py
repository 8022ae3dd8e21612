import pytest
from django.utils import translation

from regions.models import Province, Region
from tests.factories.regions import ProvinceFactory, RegionFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("language", "name"),
    [("ar", "طنجة-تطوان-الحسيمة"), ("fr", "Tanger"), ("en", "Tangier")],
)
def test_region_is_called_by_its_name(language, name):
    region = RegionFactory(
        name_ar="طنجة-تطوان-الحسيمة", name_fr="Tanger", name_en="Tangier"
    )

    with translation.override(language):
        assert str(region) == name


def test_prefecture_and_province_are_not_called_by_each_others_name():
    names = {
        "name_ar": "وجدة-أنجاد",
        "name_fr": "Oujda-Angad",
        "name_en": "Oujda-Angad",
    }
    prefecture = ProvinceFactory.build(kind=Province.Kind.PREFECTURE, **names)
    province = ProvinceFactory.build(kind=Province.Kind.PROVINCE, **names)

    with translation.override("en"):
        assert str(prefecture) == "prefecture of Oujda-Angad"
        assert str(province) == "province of Oujda-Angad"
    for language in ("ar", "fr"):
        with translation.override(language):
            assert province.name in province.full_name


@pytest.mark.parametrize(
    ("name", "prefecture", "province"),
    [
        ("Berkane", "préfecture de Berkane", "province de Berkane"),
        ("Azilal", "préfecture d’Azilal", "province d’Azilal"),
        ("El Jadida", "préfecture d’El Jadida", "province d’El Jadida"),
        ("Élan", "préfecture d’Élan", "province d’Élan"),
        ("Youssoufia", "préfecture de Youssoufia", "province de Youssoufia"),
    ],
)
def test_french_name_of_a_province_is_elided_before_a_vowel(name, prefecture, province):
    kinds = Province.Kind.PREFECTURE, Province.Kind.PROVINCE
    provinces = [ProvinceFactory.build(kind=kind, name_fr=name) for kind in kinds]

    with translation.override("fr"):
        assert [one.full_name for one in provinces] == [prefecture, province]


def test_regions_and_provinces_stand_by_their_codes():
    second = RegionFactory(code="02")
    first = RegionFactory(code="01")
    late = ProvinceFactory(code="02.411", region=second)
    early = ProvinceFactory(code="02.113", region=second)

    assert list(Region.objects.all()) == [first, second]
    assert list(second.provinces.all()) == [early, late]
