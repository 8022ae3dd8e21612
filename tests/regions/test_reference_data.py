"""What ``load_reference_data`` loads, and what it leaves alone."""

import csv
import re
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.db.models import Count, ProtectedError, Sum

from config.localization import LANGUAGES
from config.models import DataVersion
from config.search_index import query_of
from consultations.management.commands.load_reference_data import (
    MODELS,
    PROVINCES,
    REGIONS,
    VOCABULARIES,
    rows_of,
)
from consultations.models import Instrument, MeetingType, Theme
from regions.models import Province, Region, RegionDocument
from stakeholders.models import Office, ParticipantCategory
from tests.factories.consultations import (
    MeetingFactory,
    ParticipationFactory,
    PartnershipAgreementFactory,
)

pytestmark = pytest.mark.usefixtures("reference_data")
TABLES = [Region, Province, *MODELS.values()]


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """The reference data, loaded once for the tests here."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_reference_data", verbosity=0)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def reference_data(loaded, db):
    """The reference data, given back as it was when the test is over."""


@pytest.mark.parametrize("folder", ["regions/data", "consultations"])
def test_shipped_texts_have_typographic_apostrophes(folder):
    straight = [
        f"{file.name}: {line}"
        for kind in ("csv", "yaml")
        for file in sorted(Path(settings.BASE_DIR, folder).rglob(f"*.{kind}"))
        for line in file.read_text(encoding="utf-8").splitlines()
        if re.search(r"[^\W\d_]'[^\W\d_]", line) and not line.startswith("#")
    ]

    assert straight == []


@pytest.mark.parametrize(
    ("typed", "region"),
    [
        ("L'Oriental", "oriental"),
        ("L’Oriental", "oriental"),
        ("M'diq", "tanger-tetouan-al-hoceima"),
        ("M’diq", "tanger-tetouan-al-hoceima"),
    ],
)
def test_places_are_found_with_either_apostrophe(typed, region):
    found = RegionDocument.first_pks(query_of(typed), 12)

    assert [Region.objects.get(pk=pk).slug for pk in found] == [region]


def test_regional_consultation_is_a_type_that_ships():
    shipped = MeetingType.objects.get(code=MeetingType.REGIONAL_CONSULTATION)

    assert shipped.name_en == "Regional consultation meeting"


def states():
    """Return every row and every history row of the reference tables."""
    return {
        model.__name__: (
            list(model.objects.order_by("pk").values()),
            list(model.history.order_by("pk").values()),
        )
        for model in TABLES
    }


def forget(model, code):
    """Take a term out together with its history, as if it had never been loaded."""
    model.objects.get(code=code).delete()
    model.history.filter(code=code).delete()


def test_territory_has_12_regions_13_prefectures_and_62_provinces():
    kinds = dict(Province.objects.order_by().values_list("kind").annotate(Count("pk")))

    assert Region.objects.count() == 12
    assert kinds == {"prefecture": 13, "province": 62}


def test_regions_have_as_many_provinces_as_the_decree_gives_them():
    counts = Region.objects.annotate(n=Count("provinces")).order_by("code")

    assert list(counts.values_list("n", flat=True)) == [
        *(8, 8, 9, 7, 5, 9),
        *(8, 5, 6, 4, 4, 2),
    ]


@pytest.mark.parametrize("model", [Region, Province])
def test_populations_add_up_to_the_legal_population(model):
    sums = model.objects.aggregate(
        before=Sum("population_2014"), now=Sum("population_2024")
    )

    assert sums == {"before": 33_848_242, "now": 36_828_330}


def test_population_of_a_region_is_that_of_its_provinces():
    regions = Region.objects.annotate(
        before=Sum("provinces__population_2014"), now=Sum("provinces__population_2024")
    )

    assert [(one.population_2014, one.population_2024) for one in regions] == [
        (one.before, one.now) for one in regions
    ]


def test_areas_add_up_to_the_official_area():
    assert Region.objects.aggregate(area=Sum("area_km2")) == {"area": 710_850}


@pytest.mark.parametrize("model", TABLES)
def test_names_stand_in_three_languages(model):
    for language in LANGUAGES:
        assert not model.objects.filter(**{f"name_{language}": ""}).exists()


@pytest.mark.parametrize("model", TABLES)
def test_rows_pass_the_validation_of_the_admin(model):
    for row in model.objects.all():
        row.full_clean()


def test_seat_of_each_region_lies_in_a_province_of_the_region():
    regions = Region.objects.select_related("seat_province")

    assert [one.seat_province.region_id for one in regions] == [
        one.pk for one in regions
    ]
    assert not Region.objects.filter(seat_ar="").exists()
    seat = Region.objects.get(slug="draa-tafilalet")
    assert (seat.seat_fr, seat.seat_province.code) == ("Errachidia", "08.201")


def test_provinces_whose_region_other_lists_get_wrong_stand_in_the_right_one():
    assert Province.objects.get(iso_code="MA-NOU").region.code == "06"
    assert Province.objects.get(iso_code="MA-CHT").region.code == "09"


def test_prefectures_and_provinces_are_called_what_they_are():
    oujda = Province.objects.get(code="02.411")
    berkane = Province.objects.get(code="02.113")

    assert oujda.kind == Province.Kind.PREFECTURE
    assert berkane.kind == Province.Kind.PROVINCE
    assert "عمالة وجدة-أنجاد" in oujda.other_names.splitlines()
    assert "إقليم بركان" in berkane.other_names.splitlines()


def test_other_names_hold_each_spelling_once_and_not_the_name_itself():
    for model in (Region, Province):
        for row in model.objects.all():
            names = row.other_names.splitlines()
            own = {row.name_ar, row.name_fr, row.name_en}
            assert len(names) == len(set(names) - own)


@pytest.mark.parametrize(
    "spelling", ["الجهة الشرقية", "الشرقية", "جهة الشرق", "L’Oriental"]
)
def test_oriental_has_its_other_names(spelling):
    assert spelling in Region.objects.get(code="02").other_names.splitlines()


def test_other_names_of_one_region_are_not_those_of_another():
    owners = {}
    for region in Region.objects.all():
        for name in (region.name_ar, region.name_fr, *region.other_names.splitlines()):
            assert owners.setdefault(name, region.code) == region.code


def test_files_hold_no_column_that_comes_from_openstreetmap():
    columns = {*rows_of(REGIONS)[0], *rows_of(PROVINCES)[0]}

    assert {name for name in columns if "osm" in name or "centroid" in name} == set()


@pytest.mark.parametrize(
    ("vocabulary", "count"),
    [
        ("participant_category", 21),
        ("organisation_kind", 21),
        ("office", 18),
        ("meeting_type", 13),
        ("theme", 18),
        ("target_group", 12),
        ("programme", 6),
        ("instrument", 6),
    ],
)
def test_vocabularies_hold_every_line_of_the_file_in_its_order(
    vocabulary, count, settings
):
    path = settings.BASE_DIR / VOCABULARIES
    with path.open(encoding="utf-8", newline="") as file:
        lines = [row for row in csv.DictReader(file) if row["vocabulary"] == vocabulary]

    terms = MODELS[vocabulary].objects.order_by("order")

    assert [(term.order, term.code, term.name_ar) for term in terms] == [
        (number, row["code"], row["name_ar"]) for number, row in enumerate(lines, 1)
    ]
    assert len(terms) == count


def test_every_office_has_its_feminine_form():
    for office in Office.objects.all():
        assert office.feminine_ar
        assert office.feminine_ar != office.name_ar
        assert office.feminine_fr


def test_history_begins_with_the_load():
    assert Region.history.filter(history_type="+").count() == 12
    assert Province.history.filter(history_type="+").count() == 75
    assert Theme.history.count() == Theme.objects.count()
    assert {row.history_change_reason for row in Theme.history.all()} == {
        "reference data"
    }


def test_second_load_changes_nothing(django_assert_num_queries):
    before = states(), DataVersion.current()

    with django_assert_num_queries(len(TABLES) + 2):  # one a table, and the savepoint
        call_command("load_reference_data", verbosity=0)

    assert (states(), DataVersion.current()) == before


def test_load_says_how_many_rows_it_added():
    forget(Theme, "governance")
    out = StringIO()

    call_command("load_reference_data", stdout=out)

    assert out.getvalue() == "Reference data: 1 rows added.\n"
    assert Theme.objects.get(code="governance").name_fr == "Gouvernance"


def test_load_raises_the_data_version_once():
    assert DataVersion.current() == 1


def test_load_leaves_what_staff_changed():
    region = Region.objects.get(code="02")
    region.population_2024 = 1
    region.seat_province = None
    region.save()
    theme = Theme.objects.get(code="family")
    theme.name_fr, theme.order, theme.is_active = "Familles", 99, False
    theme.save()
    before = states()

    call_command("load_reference_data", verbosity=0)

    assert states() == before


def test_load_does_not_bring_back_what_staff_deleted():
    Theme.objects.get(code="governance").delete()

    call_command("load_reference_data", verbosity=0)

    assert not Theme.objects.filter(code="governance").exists()


def test_load_leaves_a_term_that_staff_added():
    Theme.objects.create(code="water", name_ar="الماء")

    call_command("load_reference_data", verbosity=0)

    assert Theme.objects.get(code="water").order == 1000


def test_failed_load_leaves_nothing_behind(tmp_path, settings):
    forget(Theme, "governance")
    for path in (REGIONS, PROVINCES, VOCABULARIES):
        copy = tmp_path / path
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes((settings.BASE_DIR / path).read_bytes())
    with (tmp_path / VOCABULARIES).open("a", encoding="utf-8") as file:
        file.write("instrument,letter,رسالة,Lettre,Letter,,\n" * 2)
    settings.BASE_DIR = tmp_path

    with pytest.raises(IntegrityError):
        call_command("load_reference_data", verbosity=0)

    assert not Theme.objects.filter(code="governance").exists()


def test_used_term_cannot_be_deleted():
    meeting_type = MeetingType.objects.get(code="regional_consultation")
    category = ParticipantCategory.objects.get(code="associations")
    instrument = Instrument.objects.get(code="annex")
    region = Region.objects.get(code="02")
    meeting = MeetingFactory(type=meeting_type, region=region)
    ParticipationFactory(meeting=meeting, category=category)
    PartnershipAgreementFactory(instrument=instrument)

    for used in (meeting_type, category, instrument, region):
        with pytest.raises(ProtectedError):
            used.delete()

    assert MeetingType.objects.filter(pk=meeting_type.pk).exists()


def test_retired_term_stays_on_its_records_and_is_not_offered():
    meeting_type = MeetingType.objects.get(code="fair")
    meeting = MeetingFactory(type=meeting_type)

    meeting_type.is_active = False
    meeting_type.save()

    meeting.refresh_from_db()
    assert meeting.type == meeting_type
    assert MeetingType.objects.active().count() == 12
