"""Every constraint is broken once: in the form, and past the form in the database."""

import datetime

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone, translation

from accounts.models import KeptForm
from config.localization import LANGUAGES
from config.models import DataVersion
from config.search_index import SearchDocument
from consultations.models import Instrument, MeetingType, Programme, TargetGroup, Theme
from stakeholders.models import Office, OrganisationKind, ParticipantCategory
from tests.factories.accounts import UserFactory
from tests.factories.consultations import (
    AgendaItemFactory,
    AgreementComponentFactory,
    AgreementPartyFactory,
    AidDistributionFactory,
    AttendanceFactory,
    CommitmentFactory,
    CorrectionFactory,
    DatedMeetingFactory,
    DiscrepancyFactory,
    DocumentFactory,
    ExpectationFactory,
    InstrumentFactory,
    MeetingSeriesFactory,
    MeetingTypeFactory,
    ParticipationFactory,
    PartnershipAgreementFactory,
    PreviewLinkFactory,
    ProgrammeFactory,
    ProgressFactory,
    PublicationStepFactory,
    SourceFactory,
    TargetGroupFactory,
    ThemeFactory,
)
from tests.factories.regions import ProvinceFactory, RegionFactory
from tests.factories.stakeholders import (
    OfficeFactory,
    OrganisationFactory,
    OrganisationKindFactory,
    ParticipantCategoryFactory,
    PersonFactory,
)

pytestmark = pytest.mark.django_db

OUR_APPS = {"config", "regions", "accounts", "stakeholders", "consultations"}
JANUARY_12 = datetime.date(2022, 1, 12)
JANUARY_11 = datetime.date(2022, 1, 11)
BEFORE_THE_PORTAL = datetime.datetime(2021, 1, 1, tzinfo=datetime.UTC)
TERMS = {
    ParticipantCategory: ParticipantCategoryFactory,
    OrganisationKind: OrganisationKindFactory,
    Office: OfficeFactory,
    MeetingType: MeetingTypeFactory,
    Theme: ThemeFactory,
    TargetGroup: TargetGroupFactory,
    Programme: ProgrammeFactory,
    Instrument: InstrumentFactory,
}


def data_version():
    DataVersion.raise_by_one()
    return DataVersion.objects.get()


def of_meeting(factory):
    return lambda: factory(meeting=DatedMeetingFactory())


def second_in_series():
    series = MeetingSeriesFactory()
    DatedMeetingFactory(series=series, order_in_series=1, order_basis="stated")
    return DatedMeetingFactory(series=series, order_in_series=2, order_basis="stated")


def second_source(owner, factory):
    first = SourceFactory(key="zanka20", **{owner: factory()})
    return SourceFactory(**{owner: getattr(first, owner)})


def second_attendance():
    first = AttendanceFactory()
    return AttendanceFactory(meeting=first.meeting)


def second_kept_form():
    sent = {"browser": "a" * 64, "user": UserFactory(), "kept_at": timezone.now()}
    KeptForm.objects.create(page="/admin/", content="{}", **sent)
    return KeptForm.objects.create(page="/fr/admin/", content="{}", **sent)


def represented_participation():
    return ParticipationFactory(person=PersonFactory())


# constraint: a function that makes a valid row, and what then breaks the constraint;
# where that depends on the row, a function of it
CASES = {
    "kept_form_once_a_browser_and_page": (second_kept_form, {"page": "/admin/"}),
    "data_version_has_one_row": (data_version, {"id": 2}),
    "region_has_its_three_names": (RegionFactory, {"name_en": ""}),
    "province_has_its_three_names": (ProvinceFactory, {"name_fr": ""}),
    "province_kind_is_known": (ProvinceFactory, {"kind": "district"}),
    **{
        f"{model._meta.model_name}_has_an_arabic_name": (factory, {"name_ar": ""})
        for model, factory in TERMS.items()
    },
    "organisation_has_a_name": (OrganisationFactory, {"name_ar": ""}),
    "organisation_is_regional_or_foreign": (
        lambda: OrganisationFactory(region=RegionFactory()),
        {"country": "BF"},
    ),
    "person_has_a_name": (PersonFactory, {"name_ar": ""}),
    "person_gender_is_known_or_empty": (PersonFactory, {"gender": "x"}),
    "meetingseries_has_an_arabic_title": (MeetingSeriesFactory, {"title_ar": ""}),
    "meetingseries_window_ends_after_it_starts": (
        MeetingSeriesFactory,
        {"announced_from": JANUARY_12, "announced_to": JANUARY_11},
    ),
    "meetingseries_programme_ends_after_it_starts": (
        MeetingSeriesFactory,
        {"programme_starts_year": 2026, "programme_ends_year": 2021},
    ),
    "meeting_has_an_arabic_title_once_published": (
        DatedMeetingFactory,
        {"title_ar": ""},
    ),
    "meeting_says_why_it_was_withdrawn": (
        DatedMeetingFactory,
        {"publication": "withdrawn"},
    ),
    "meeting_waits_only_to_be_published": (
        DatedMeetingFactory,
        {"publish_at": BEFORE_THE_PORTAL},
    ),
    "meeting_publication_is_known": (DatedMeetingFactory, {"publication": "printed"}),
    "meeting_order_is_unique_in_its_series": (
        second_in_series,
        {"order_in_series": 1},
    ),
    "meeting_order_has_series_and_basis": (
        DatedMeetingFactory,
        {"order_in_series": 3, "order_basis": "stated"},
    ),
    "meeting_ends_after_it_starts": (DatedMeetingFactory, {"ends_on": JANUARY_11}),
    "meeting_precision_fits_its_date": (
        DatedMeetingFactory,
        {"date_precision": "unknown"},
    ),
    "meeting_inferred_date_says_how": (DatedMeetingFactory, {"date_basis": "inferred"}),
    "meeting_end_time_is_after_start_time": (
        DatedMeetingFactory,
        {"starts_at": datetime.time(10), "ends_at": datetime.time(9)},
    ),
    "meeting_stated_total_has_its_unit": (DatedMeetingFactory, {"stated_total": 0}),
    "meeting_does_not_follow_itself": (
        DatedMeetingFactory,
        lambda meeting: {"follows": meeting},
    ),
    "participation_is_not_on_ones_own_behalf": (
        represented_participation,
        lambda participation: {"on_behalf_of": participation.person},
    ),
    "attendance_has_one_row_a_category": (
        second_attendance,
        lambda row: {"category": row.meeting.attendances.order_by("pk")[0].category},
    ),
    **{
        f"attendance_{part}_are_among_those_present": (
            lambda: AttendanceFactory(present=10),
            {part: 11},
        )
        for part in ("women", "youth", "with_disabilities")
    },
    "agendaitem_has_a_title_unless_a_visit": (AgendaItemFactory, {"title_ar": ""}),
    "expectation_has_a_text": (ExpectationFactory, {"text_ar": ""}),
    "expectation_answer_date_has_an_answer": (
        ExpectationFactory,
        {"answered_on": JANUARY_12},
    ),
    "commitment_has_a_text": (CommitmentFactory, {"text_ar": ""}),
    "commitment_amount_is_not_negative": (
        CommitmentFactory,
        {"amount": -1, "amount_note": "exact"},
    ),
    "commitment_amount_has_its_note": (CommitmentFactory, {"amount": 5}),
    "aiddistribution_amount_is_not_negative": (AidDistributionFactory, {"amount": -1}),
    "aiddistribution_says_what_it_is": (
        AidDistributionFactory,
        {"description_ar": ""},
    ),
    "partnershipagreement_has_an_arabic_title_once_published": (
        PartnershipAgreementFactory,
        {"title_ar": ""},
    ),
    "partnershipagreement_says_why_it_was_withdrawn": (
        PartnershipAgreementFactory,
        {"publication": "withdrawn"},
    ),
    "partnershipagreement_waits_only_to_be_published": (
        PartnershipAgreementFactory,
        {"publish_at": BEFORE_THE_PORTAL},
    ),
    "partnershipagreement_publication_is_known": (
        PartnershipAgreementFactory,
        {"publication": "printed"},
    ),
    "partnershipagreement_amount_is_not_negative": (
        PartnershipAgreementFactory,
        {"amount": -1, "amount_note": "exact"},
    ),
    "partnershipagreement_amount_has_its_note": (
        PartnershipAgreementFactory,
        {"amount_note": "exact"},
    ),
    "partnershipagreement_period_ends_after_it_starts": (
        PartnershipAgreementFactory,
        {"period_starts_on": JANUARY_12, "period_ends_on": JANUARY_11},
    ),
    "agreementparty_is_named_or_described": (
        AgreementPartyFactory,
        {"organisation": None},
    ),
    "agreementparty_contribution_is_not_negative": (
        AgreementPartyFactory,
        {"contribution": -1},
    ),
    "agreementcomponent_has_a_description": (
        AgreementComponentFactory,
        {"description_ar": ""},
    ),
    "agreementcomponent_amount_is_not_negative": (
        AgreementComponentFactory,
        {"amount": -1},
    ),
    "source_belongs_to_a_meeting_or_an_agreement": (
        of_meeting(SourceFactory),
        {"meeting": None},
    ),
    "source_has_an_address_or_a_site": (of_meeting(SourceFactory), {"site": ""}),
    "source_has_a_publisher": (of_meeting(SourceFactory), {"publisher": ""}),
    "source_key_is_unique_in_its_meeting": (
        lambda: second_source("meeting", DatedMeetingFactory),
        {"key": "zanka20"},
    ),
    "source_key_is_unique_in_its_agreement": (
        lambda: second_source("agreement", PartnershipAgreementFactory),
        {"key": "zanka20"},
    ),
    "discrepancy_belongs_to_a_meeting_or_an_agreement": (
        of_meeting(DiscrepancyFactory),
        lambda row: {"agreement": PartnershipAgreementFactory()},
    ),
    "discrepancy_says_what_the_sources_say": (
        of_meeting(DiscrepancyFactory),
        {"statements_ar": ""},
    ),
    "document_belongs_to_a_meeting_or_an_agreement": (
        of_meeting(DocumentFactory),
        {"meeting": None},
    ),
    "document_has_a_file_or_an_address": (of_meeting(DocumentFactory), {"url": ""}),
    "correction_belongs_to_a_meeting_or_an_agreement": (
        of_meeting(CorrectionFactory),
        lambda row: {"agreement": PartnershipAgreementFactory()},
    ),
    "publicationstep_belongs_to_a_meeting_or_an_agreement": (
        of_meeting(PublicationStepFactory),
        {"meeting": None},
    ),
    "publicationstep_override_says_why": (
        of_meeting(PublicationStepFactory),
        {"is_override": True},
    ),
    "publicationstep_refusal_says_why": (
        lambda: PublicationStepFactory(
            meeting=DatedMeetingFactory(), kind="returned", remark="أضيفوا المصدر"
        ),
        {"remark": ""},
    ),
    "previewlink_belongs_to_a_meeting_or_an_agreement": (
        of_meeting(PreviewLinkFactory),
        {"meeting": None},
    ),
    "progress_belongs_to_one_thing": (
        of_meeting(ProgressFactory),
        lambda row: {"commitment": CommitmentFactory(meeting=row.meeting)},
    ),
    "progress_percent_is_at_most_100": (of_meeting(ProgressFactory), {"percent": 101}),
    "progress_spent_is_not_negative": (of_meeting(ProgressFactory), {"spent": -1}),
    "progress_says_something": (of_meeting(ProgressFactory), {"note": ""}),
}
# A field's own check speaks first here: the choices, or the greatest number.
REFUSED_BY_THE_FIELD = {
    "province_kind_is_known",
    "person_gender_is_known_or_empty",
    "progress_percent_is_at_most_100",
    "source_has_a_publisher",
}


def our_constraints():
    return {
        constraint.name: (model, constraint)
        for model in apps.get_models()
        if model._meta.app_label in OUR_APPS
        for constraint in model._meta.constraints
    }


def break_row(name):
    make, change = CASES[name]
    row = make()
    row.refresh_from_db()
    return row, change(row) if callable(change) else change


def test_every_constraint_has_its_case():
    assert set(CASES) == set(our_constraints())


def test_every_constraint_has_a_message_of_its_own():
    default = models.CheckConstraint(condition=models.Q(), name="default")

    for name, (_model, constraint) in our_constraints().items():
        assert constraint.violation_error_message, name
        assert (
            constraint.violation_error_message
            != default.default_violation_error_message
        ), name


@pytest.mark.parametrize("name", CASES)
def test_valid_row_passes(name):
    row, _change = break_row(name)

    row.full_clean()


@pytest.mark.parametrize("name", CASES)
def test_form_is_told_in_the_readers_language(name):
    row, change = break_row(name)
    constraint = our_constraints()[name][1]
    for field, value in change.items():
        setattr(row, field, value)

    messages = set()
    for language in LANGUAGES:
        with translation.override(language):
            expected = str(constraint.violation_error_message)
            with pytest.raises(ValidationError) as refusal:
                row.full_clean()
            told = refusal.value.messages
            if name in REFUSED_BY_THE_FIELD:
                assert [*refusal.value.error_dict] == [*change]
                with pytest.raises(ValidationError) as refusal:
                    row.validate_constraints()
                told = refusal.value.messages

        assert told == [expected]
        messages.add(expected)
    assert len(messages) == len(LANGUAGES)


@pytest.mark.parametrize("name", CASES)
def test_database_refuses_what_never_saw_a_form(name):
    row, change = break_row(name)
    rows = type(row).objects.filter(pk=row.pk)
    before = rows.values().get()
    # SQLite names the columns of a unique constraint, not the constraint.
    is_unique = isinstance(our_constraints()[name][1], models.UniqueConstraint)
    said = f"{name}|UNIQUE constraint failed" if is_unique else name

    with pytest.raises(IntegrityError, match=said), transaction.atomic():
        rows.update(**change)

    assert rows.values().get() == before


@pytest.mark.parametrize(
    ("make", "change"),
    [
        (
            of_meeting(SourceFactory),
            lambda: {"agreement": PartnershipAgreementFactory()},
        ),
        (
            of_meeting(DocumentFactory),
            lambda: {"agreement": PartnershipAgreementFactory()},
        ),
        (of_meeting(DiscrepancyFactory), lambda: {"meeting": None}),
        (of_meeting(CorrectionFactory), lambda: {"meeting": None}),
        (of_meeting(ProgressFactory), lambda: {"meeting": None}),
        (DatedMeetingFactory, lambda: {"starts_on": None}),
        (DatedMeetingFactory, lambda: {"stated_total_unit": "visitors"}),
        (DatedMeetingFactory, lambda: {"published_at": None}),
        (
            lambda: DatedMeetingFactory(draft=True),
            lambda: {"publish_at": BEFORE_THE_PORTAL.replace(year=2100)},
        ),
        (
            DatedMeetingFactory,
            lambda: {"publication": "withdrawn", "withdrawal_reason": ""},
        ),
        (
            lambda: DatedMeetingFactory(series=MeetingSeriesFactory()),
            lambda: {"order_in_series": 3},
        ),
        (
            lambda: DatedMeetingFactory(ends_on=JANUARY_12),
            lambda: {"starts_at": datetime.time(10), "ends_at": datetime.time(9)},
        ),
        (PartnershipAgreementFactory, lambda: {"amount": 1}),
        (CommitmentFactory, lambda: {"amount_note": "about"}),
    ],
)
def test_other_ways_of_breaking_them_are_refused_as_well(make, change):
    row = make()
    values = change()

    with pytest.raises(IntegrityError), transaction.atomic():
        type(row).objects.filter(pk=row.pk).update(**values)


def test_part_of_itself_is_refused():
    meeting = DatedMeetingFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        type(meeting).objects.filter(pk=meeting.pk).update(part_of=meeting)


@pytest.mark.parametrize(
    ("make", "change"),
    [
        (DatedMeetingFactory, {"ends_on": JANUARY_12}),
        (
            DatedMeetingFactory,
            {
                "ends_on": datetime.date(2022, 1, 13),
                "starts_at": datetime.time(10),
                "ends_at": datetime.time(9),
            },
        ),
        (
            DatedMeetingFactory,
            {"starts_at": datetime.time(9), "ends_at": datetime.time(9)},
        ),
        (DatedMeetingFactory, {"starts_on": None, "ends_on": JANUARY_12}),
        (DatedMeetingFactory, {"stated_total": 0, "stated_total_unit": "visitors"}),
        (lambda: DatedMeetingFactory(draft=True), {"title_ar": ""}),
        (AttendanceFactory, {"women": 11}),
        (AttendanceFactory, {"present": 0, "women": 0}),
        (AttendanceFactory, {"invited": 3, "present": 10, "women": 10}),
        (AgendaItemFactory, {"kind": "field_visit", "title_ar": ""}),
        (PartnershipAgreementFactory, {"amount": 0, "amount_note": "exact"}),
        (of_meeting(ProgressFactory), {"percent": 100}),
        (of_meeting(ProgressFactory), {"note": "", "percent": 0}),
        (of_meeting(ProgressFactory), {"note": "", "beneficiaries": 0}),
        (OrganisationFactory, {"name_ar": "", "name_fr": "Entraide nationale"}),
        (OrganisationFactory, {"country": "BF"}),
    ],
)
def test_values_at_the_edge_pass(make, change):
    row = make()
    row.refresh_from_db()
    for field, value in change.items():
        setattr(row, field, value)

    row.full_clean()
    row.save()

    row.refresh_from_db()
    assert {field: getattr(row, field) for field in change} == change


def test_sources_without_a_short_name_do_not_collide():
    meeting = DatedMeetingFactory()

    SourceFactory.create_batch(2, meeting=meeting)

    assert meeting.sources.count() == 2


UNIQUE = [
    (RegionFactory, "code"),
    (RegionFactory, "iso_code"),
    (RegionFactory, "slug"),
    (ProvinceFactory, "code"),
    (ProvinceFactory, "iso_code"),
    (MeetingSeriesFactory, "code"),
    (DatedMeetingFactory, "slug"),
    (PartnershipAgreementFactory, "reference"),
    *((factory, "code") for factory in TERMS.values()),
]


@pytest.mark.parametrize(("factory", "field"), UNIQUE)
def test_natural_keys_come_once(factory, field):
    first, second = factory(), factory()

    with pytest.raises(IntegrityError), transaction.atomic():
        type(second).objects.filter(pk=second.pk).update(
            **{field: getattr(first, field)}
        )


def test_every_natural_key_has_its_case():
    unique = {
        (model._meta.label, field.name)
        for model in apps.get_models()
        if model._meta.app_label in OUR_APPS
        for field in model._meta.local_fields
        if field.unique and not field.primary_key
        if not issubclass(model, SearchDocument)
    }

    tested = {(factory._meta.model._meta.label, field) for factory, field in UNIQUE}
    assert unique - {("accounts.User", "username")} == tested


def test_what_is_referred_to_is_protected_and_only_parts_go_with_their_whole():
    wholes = {
        (field.model._meta.label, field.name)
        for model in apps.get_models()
        if model._meta.app_label in OUR_APPS and not hasattr(model, "history_object")
        for field in model._meta.local_fields
        if field.is_relation and field.remote_field.on_delete is models.CASCADE
    }
    parts = "Participation Attendance AgendaItem Expectation Commitment AidDistribution"
    steps = "AgreementStep AgreementParty AgreementComponent"
    either = (
        "Source Discrepancy Document Correction Progress PublicationStep PreviewLink"
    )

    assert wholes == {
        *((f"consultations.{part}", "meeting") for part in parts.split()),
        *((f"consultations.{part}", "agreement") for part in steps.split()),
        *((f"consultations.{part}", "meeting") for part in either.split()),
        *((f"consultations.{part}", "agreement") for part in either.split()),
        ("consultations.Progress", "commitment"),
        # Kept for a day, for its sender alone.
        ("accounts.KeptForm", "user"),
    }


def test_texts_are_never_null():
    nullable = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model._meta.app_label in OUR_APPS and not hasattr(model, "history_object")
        for field in model._meta.local_fields
        if isinstance(field, models.CharField | models.TextField) and field.null
    ]

    assert nullable == []
