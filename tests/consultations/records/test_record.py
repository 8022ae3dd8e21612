"""The shipped record says what its sources say, and no more."""

import datetime
import itertools
from decimal import Decimal

import pytest
import yaml
from django.apps import apps
from django.db import models

from config.localization import LANGUAGES
from config.search_index import SearchDocument
from consultations.models import (
    AgreementComponent,
    AgreementParty,
    AgreementStep,
    AidDistribution,
    Attendance,
    Commitment,
    Correction,
    Expectation,
    Meeting,
    MeetingDocument,
    MeetingSeries,
    PartnershipAgreement,
    PreviewLink,
    Progress,
    Publication,
    PublicationStep,
    Source,
)
from consultations.records.loader import FOLDER
from regions.models import Region
from stakeholders.models import Organisation, Person
from tests.consultations.records import leaves

pytestmark = pytest.mark.usefixtures("record")

MEETINGS = {
    "undated-dakhla-oued-ed-dahab": (1, "stated", None, None),
    "2021-12-20-laayoune-sakia-el-hamra": (2, "inferred", "2021-12-20", None),
    "2021-12-29-draa-tafilalet": (3, "inferred", "2021-12-29", None),
    "2022-01-05-marrakech-safi": (4, "inferred", "2022-01-05", None),
    "2022-01-07-souss-massa": (5, "inferred", "2022-01-07", None),
    "2022-01-12-oriental": (6, "stated", "2022-01-12", None),
    "2022-01-15-guelmim-oued-noun": (7, "inferred", "2022-01-15", None),
    "2022-01-21-beni-mellal-khenifra": (8, "stated", "2022-01-21", None),
    "2022-01-28-fes-meknes": (9, "stated", "2022-01-28", None),
    "2022-01-31-casablanca-settat": (10, "inferred", "2022-01-31", None),
    "2022-02-03-rabat-sale-kenitra": (11, "stated", "2022-02-03", None),
    "2022-02-04-tanger-tetouan-al-hoceima": (12, "stated", "2022-02-04", None),
    "2023-02-13-marrakech-safi": (None, "", "2023-02-13", None),
    "2025-05-30-oriental": (None, "", None, "2025-05-30"),
    "undated-national": (None, "", None, None),
}


def date(text):
    return datetime.date.fromisoformat(text) if text else None


def own_models():
    return [
        model
        for label in ("consultations", "stakeholders")
        for model in apps.get_app_config(label).get_models()
        if not model.__name__.startswith("Historical")
        if not issubclass(model, SearchDocument)
    ]


def written_texts():
    """Yield every text of the record with the row that holds it."""
    for model in own_models():
        columns = [
            field.name
            for field in model._meta.fields
            if isinstance(field, models.CharField | models.TextField)
        ]
        for row in model.objects.all():
            for column in columns:
                yield row, column, getattr(row, column)


def test_meetings_have_the_dates_and_orders_of_their_sources():
    found = {
        meeting.slug: (
            meeting.order_in_series,
            meeting.order_basis,
            meeting.starts_on,
            meeting.ends_on,
        )
        for meeting in Meeting.objects.all()
    }

    assert found == {
        slug: (order, basis, date(first), date(last))
        for slug, (order, basis, first, last) in MEETINGS.items()
    }


def test_series_has_one_meeting_a_region():
    series = MeetingSeries.objects.get()

    regions = {meeting.region_id for meeting in series.meetings.all()}

    assert series.meetings.count() == 12
    assert regions == set(Region.objects.values_list("pk", flat=True))


def test_dakhla_is_announced_and_no_report_was_found():
    dakhla = Meeting.objects.get(slug="undated-dakhla-oued-ed-dahab")

    assert dakhla.is_announced_only
    assert not dakhla.date_is_known
    assert dakhla.announced_on == datetime.date(2021, 11, 18)
    assert "18-19 دجنبر 2021 أو قبلهما" in dakhla.date_note
    assert dakhla.participations.count() == 0
    others = Meeting.objects.exclude(pk=dakhla.pk)
    assert set(others.values_list("state", flat=True)) == {"held"}


def test_laayoune_is_partly_reported():
    partial = Meeting.objects.filter(coverage=Meeting.Coverage.PARTIAL)

    assert partial.get().region.slug == "laayoune-sakia-el-hamra"


def test_agreements_stand_where_their_steps_bring_them():
    found = {
        agreement.reference: agreement.status.value
        for agreement in PartnershipAgreement.objects.all()
    }

    assert found == {
        "AG-2022-0001": "signed",
        "AG-2022-0002": "signed",
        "AG-2022-0003": "signed",
        "AG-2022-0004": "signed",
        "AG-2022-0005": "approved",
        "AG-2022-0006": "initialled",
        "AG-2022-0007": "signed",
    }


def test_steps_have_the_dates_of_their_sources():
    found = set(
        AgreementStep.objects.values_list(
            "agreement__reference", "kind", "date", "meeting__slug"
        )
    )

    assert found == {
        ("AG-2022-0001", "signed", date("2022-01-12"), "2022-01-12-oriental"),
        ("AG-2022-0002", "signed", date("2022-01-12"), "2022-01-12-oriental"),
        ("AG-2022-0003", "signed", None, None),
        (
            "AG-2022-0004",
            "signed",
            date("2022-01-21"),
            "2022-01-21-beni-mellal-khenifra",
        ),
        ("AG-2022-0005", "proposed", date("2022-01-28"), "2022-01-28-fes-meknes"),
        ("AG-2022-0005", "approved", date("2022-03-07"), None),
        (
            "AG-2022-0006",
            "initialled",
            date("2022-01-31"),
            "2022-01-31-casablanca-settat",
        ),
        ("AG-2022-0007", "signed", date("2022-01-31"), "2022-01-31-casablanca-settat"),
    }


def test_no_headcount_is_invented():
    assert Attendance.objects.count() == 0
    assert list(
        Meeting.objects.filter(stated_total__isnull=False).values_list(
            "slug", "stated_total", "stated_total_unit"
        )
    ) == [("2025-05-30-oriental", 186000, "visitors")]
    reported = Meeting.objects.filter(agreements_reported__isnull=False)
    assert list(reported.values_list("slug", "agreements_reported")) == [
        ("2022-01-12-oriental", 2)
    ]
    for model, column in (
        (PartnershipAgreement, "beneficiaries_planned"),
        (PartnershipAgreement, "beneficiaries_reached"),
        (AidDistribution, "beneficiaries"),
        (AgreementComponent, "quantity"),
    ):
        assert not model.objects.filter(**{f"{column}__isnull": False}).exists()


def test_no_amount_is_invented():
    agreements = PartnershipAgreement.objects.filter(amount__isnull=False)
    commitments = Commitment.objects.filter(amount__isnull=False)

    assert list(agreements.values_list("reference", "amount")) == [
        ("AG-2022-0005", Decimal(26_000_000))
    ]
    assert list(commitments.values_list("meeting__slug", "amount")) == [
        ("2022-01-28-fes-meknes", Decimal(26_000_000)),
        ("2022-01-28-fes-meknes", Decimal(4_000_000)),
    ]
    for model, column in (
        (AgreementParty, "contribution"),
        (AgreementComponent, "amount"),
        (AidDistribution, "amount"),
    ):
        assert not model.objects.filter(**{f"{column}__isnull": False}).exists()


def test_no_term_and_no_follow_up_is_invented():
    assert Progress.objects.count() == 0
    assert Correction.objects.count() == 0
    assert set(Commitment.objects.values_list("state", "due_on")) == {
        ("announced", None)
    }
    assert set(
        Expectation.objects.values_list("state", "answer_ar", "answered_on")
    ) == {("noted", "", None)}
    periods = PartnershipAgreement.objects.values_list(
        "period_starts_on", "period_ends_on"
    )
    assert set(periods) == {(None, None)}


def test_signatories_are_those_whom_a_source_names():
    found = set(
        AgreementParty.objects.exclude(
            signed_by__isnull=True, signatory_office__isnull=True
        ).values_list(
            "agreement__reference", "signed_by__name_ar", "signatory_office__code"
        )
    )

    assert found == {
        ("AG-2022-0001", "معاذ الجامعي", "wali"),
        ("AG-2022-0001", "عواطف حيار", "minister"),
        ("AG-2022-0002", "معاذ الجامعي", "wali"),
        ("AG-2022-0002", "عواطف حيار", "minister"),
        ("AG-2022-0007", "عواطف حيار", "minister"),
        ("AG-2022-0007", None, "governor_province"),
    }


def test_oujda_has_three_chairs_two_signed_agreements_and_the_basis_of_the_aid():
    oujda = Meeting.objects.get(slug="2022-01-12-oriental")

    chairs = [row.public_person for row in oujda.participations.all() if row.chairs]

    assert chairs == ["معاذ الجامعي", "عواطف حيار", "عبد النبي بعيوي"]
    signed = PartnershipAgreement.objects.filter(steps__meeting=oujda)
    assert [one.reference for one in signed.order_by("reference")] == [
        "AG-2022-0001",
        "AG-2022-0002",
    ]
    assert oujda.aid_distributions.get().legal_basis.reference == "AG-2022-0003"
    components = AgreementComponent.objects.filter(
        agreement__reference="AG-2022-0002"
    ).values_list("kind", flat=True)
    assert list(components) == ["equipment", *["purchase"] * 3, *["operation"] * 2]


def test_everything_is_published_with_its_sources():
    records = [*Meeting.objects.all(), *PartnershipAgreement.objects.all()]

    assert {record.publication for record in records} == {Publication.PUBLISHED}
    assert all(record.published_at for record in records)
    assert all(record.sources.exists() for record in records)
    assert {record.pk for record in Meeting.objects.all()} == set(
        MeetingDocument.objects.values_list("record", flat=True)
    )
    assert not Source.objects.filter(key="").exists()


def test_everything_has_history_from_its_first_save():
    # Steps and links are no states of the record.
    for model in set(own_models()) - {PublicationStep, PreviewLink}:
        history = model.history.model.objects
        first = dict(history.filter(history_type="+").values_list("id", "pk"))
        assert sorted(first) == sorted(model.objects.values_list("pk", flat=True))
    loaded = Meeting.history.filter(history_type="+").values_list(
        "history_change_reason", flat=True
    )
    assert sorted(loaded) == sorted(
        f"Loaded from meetings/{slug}.yaml" for slug in MEETINGS
    )
    last = [meeting.history.first() for meeting in Meeting.objects.all()]
    assert {row.history_change_reason for row in last} == {"published"}


def test_every_text_stands_in_three_languages():
    missing = []
    for model in own_models():
        names = {field.name for field in model._meta.fields}
        stems = [
            name.removesuffix("_ar")
            for name in names
            if {f"{name.removesuffix('_ar')}_{code}" for code in LANGUAGES} <= names
        ]
        for row, stem in itertools.product(model.objects.all(), stems):
            texts = [getattr(row, f"{stem}_{code}") for code in LANGUAGES]
            lines = {len(text.splitlines()) for text in texts}
            # The feminine of an office has no English form of its own.
            if len(lines) > 1 and stem != "feminine":
                missing.append((row, stem, texts))

    assert missing == []


@pytest.mark.parametrize(
    "word", ["وعود", "ديسمبر", "نوفمبر", "أغسطس", "كانون", "عمالة الفحص", "والتى"]
)
def test_words_that_the_ministry_does_not_use_are_absent(word):
    found = [
        (row, column)
        for row, column, text in written_texts()
        if word in text and column not in ("other_names",)
    ]

    assert found == []


def test_royal_patronage_is_verbatim_and_the_king_no_participant():
    fair = Meeting.objects.get(slug="2025-05-30-oriental")

    assert (
        fair.patronage
        == "تحت الرعاية السامية لصاحب الجلالة الملك محمد السادس نصره الله"
    )
    assert fair.patronage in fair.summary_ar
    assert not Person.objects.filter(name_ar__contains="محمد السادس").exists()


def test_stakeholders_are_those_that_the_records_name():
    named = yaml.safe_load((FOLDER / "stakeholders.yaml").read_text(encoding="utf-8"))

    assert Organisation.objects.count() == len(named["organisations"])
    assert Person.objects.count() == len(named["persons"])
    assert not Person.objects.filter(gender="").exists()
    assert not Person.objects.exclude(email="", telephone="").exists()


def test_every_leaf_stands_where_the_table_says():
    table = leaves.read_table()
    record = leaves.Record()

    faults = [
        f"{path}: {fault}"
        for path, leaf in leaves.read_leaves()
        for rule in table[path]
        if "left_out" not in rule and (fault := leaves.fault(leaf, rule, record))
    ]

    assert faults == []


@pytest.mark.parametrize(
    ("leaf", "rule"),
    [
        ("2022-01-13", {"is": "2022-01-12-oriental starts_on"}),
        ("ولاية جهة فاس", {"holds": "2022-01-12-oriental venue_ar"}),
        ("وجدة / Ouarzazate", {"within": "2022-01-12-oriental city_fr"}),
        ("إقليم وجدة-أنجاد", {"place": "2022-01-12-oriental provinces 1"}),
        ("عمالة فاس", {"place": "2022-01-12-oriental provinces 1"}),
        ("media", {"code": "2022-01-12-oriental participations 1 category"}),
        ("signed", {"code": "AG-2022-0005 status", "as": "signed"}),
        (
            "running the centre",
            {"prose": "AG-2022-0002 components 1 description_en", "terms": ["running"]},
        ),
        ("a", {"prose": "2022-01-12-oriental summary_en", "terms": [""]}),
        ("speech", {"renders": "2022-01-12-oriental title_ar", "as": "كلمة"}),
        ("unnamed", {"empty": "2022-01-12-oriental participations 1 person"}),
        ("2022", {"is": "2022-01-12-oriental ends_on"}),
        ("", {"holds": "2022-02-04-tanger-tetouan-al-hoceima venue_ar"}),
        ("x", {"somewhere": "2022-01-12-oriental title_ar"}),
    ],
)
def test_a_leaf_that_is_not_there_is_noticed(leaf, rule):
    assert leaves.fault(leaf, rule, leaves.Record()) != ""
