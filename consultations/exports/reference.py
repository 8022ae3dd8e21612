"""What the records are told in: organisations, categories, series, provinces."""

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from consultations.exports.columns import Column, Dataset, Datatype, Scope
from consultations.exports.expressions import identifier, page_path
from consultations.exports.parts import category
from consultations.forms.filters import NoFilterForm
from consultations.models import (
    AgreementParty,
    Attendance,
    Commitment,
    Expectation,
    Meeting,
    MeetingSeries,
    Participation,
    PartnershipAgreement,
    is_public,
)
from regions.models import Province
from stakeholders.models import Organisation, ParticipantCategory


def number_of(rows: QuerySet, key: str, counted: str = "pk") -> Coalesce:
    """Return how many different ``counted`` of ``rows`` lead to the row by ``key``."""
    found = rows.filter(**{key: OuterRef("pk")}).order_by().values(key)
    number = Count(counted, distinct=counted != "pk")
    return Coalesce(Subquery(found.values(number=number)), 0)


def region_code(description) -> Column:
    return Column(
        "region_code",
        F("region__iso_code"),
        label=_("region (ISO code)"),
        description=description,
        references="regions.region_code",
    )


def named_in_public() -> QuerySet:
    """Return the organisations that have a page: a published record names them."""
    named = Q()
    for rows, key in (
        (Participation.objects.filter(is_public("meeting")), "organisation"),
        (AgreementParty.objects.filter(is_public("agreement")), "organisation"),
        (Commitment.objects.published(), "owner"),
        (Expectation.objects.published(), "organisation"),
    ):
        named |= Q(Exists(rows.filter(**{key: OuterRef("pk")})))
    return Organisation.objects.filter(named)


def meetings_attended(scope: Scope) -> Coalesce:
    rows = Participation.objects.filter(meeting__in=scope.visible(Meeting.objects))
    return number_of(rows, "organisation", "meeting")


def agreements_of(scope: Scope) -> Coalesce:
    known = scope.visible(PartnershipAgreement.objects)
    rows = AgreementParty.objects.filter(agreement__in=known)
    return number_of(rows, "organisation", "agreement")


def commitments_of(scope: Scope) -> Coalesce:
    rows = Commitment.objects.filter(meeting__in=scope.visible(Meeting.objects))
    return number_of(rows, "owner")


def expectations_of(scope: Scope) -> Coalesce:
    rows = Expectation.objects.filter(meeting__in=scope.visible(Meeting.objects))
    return number_of(rows, "organisation")


ORGANISATIONS = Dataset(
    name="organisations",
    title=_("Organisations"),
    description=_("One row for each organisation that a published record names."),
    model=Organisation,
    published=named_in_public,
    filters=NoFilterForm,
    primary_key=("organisation_id",),
    columns=(
        Column(
            "organisation_id",
            identifier("ORG"),
            label=_("number of the organisation"),
            description=_("Identifies the organisation in every file."),
        ),
        Column(
            "url",
            page_path("consultations:organisation_detail", "pk", like="1000000001"),
            Datatype.URL,
            label=_("page"),
            description=_("Address of the organisation's page."),
        ),
        Column("name_ar"),
        Column("name_fr"),
        Column("name_en"),
        category(),
        Column(
            "kind",
            F("kind__code"),
            label=_("kind of organisation"),
            description=_("Its code."),
        ),
        region_code(_("Empty for a national or foreign body.")),
        Column("country", description=_("ISO 3166-1, of a foreign body only.")),
        Column("website", description=""),
        Column(
            "meetings",
            meetings_attended,
            Datatype.INTEGER,
            label=_("meetings"),
            description=_("Records of meetings that name it as taking part."),
        ),
        Column(
            "agreements",
            agreements_of,
            Datatype.INTEGER,
            label=_("partnership agreements"),
            description=_("Agreements of the register that it is party to."),
        ),
        Column(
            "commitments",
            commitments_of,
            Datatype.INTEGER,
            label=_("commitments"),
            description=_("Commitments that it undertook."),
        ),
        Column(
            "expectations",
            expectations_of,
            Datatype.INTEGER,
            label=_("expectations and recommendations"),
            description=_("Those that it raised."),
        ),
    ),
)


def meetings_heard(scope: Scope) -> Coalesce:
    """How many meetings held a category was heard at, as its page says."""
    here = {"meeting": OuterRef("pk"), "category": OuterRef(OuterRef("pk"))}
    heard = (
        scope.visible(Meeting.objects)
        .held()
        .filter(
            Exists(Participation.objects.filter(**here))
            | Exists(Attendance.objects.filter(**here, present__gt=0))
        )
        .order_by()
        .values("state")
    )
    return Coalesce(Subquery(heard.values(number=Count("pk"))), 0)


PARTICIPANT_CATEGORIES = Dataset(
    name="participant_categories",
    title=_("Participant categories"),
    description=_("One row for each category that participants are counted by."),
    model=ParticipantCategory,
    published=ParticipantCategory.objects.all,
    filters=NoFilterForm,
    primary_key=("code",),
    columns=(
        Column("code", description=_("Identifies the category in every file.")),
        Column(
            "url",
            page_path("consultations:participant_detail", "code", like="any_category"),
            Datatype.URL,
            label=_("page"),
            description=_("Address of the category's page."),
        ),
        Column("name_ar"),
        Column("name_fr"),
        Column("name_en"),
        Column("order", datatype=Datatype.INTEGER),
        Column("is_active", datatype=Datatype.BOOLEAN),
        Column(
            "meetings_heard",
            meetings_heard,
            Datatype.INTEGER,
            label=_("meetings at which it was heard"),
            description=_(
                "Meetings held whose report names a participant of it or counts some "
                "present."
            ),
        ),
    ),
)


def meetings_recorded(condition: Q):
    """Return how many records of meetings of a series meet ``condition``."""
    return lambda scope: number_of(
        scope.visible(Meeting.objects).filter(condition), "series"
    )


SERIES = Dataset(
    name="series",
    title=_("Series of meetings"),
    description=_("One row for each series of which a meeting is published."),
    model=MeetingSeries,
    published=MeetingSeries.objects.with_a_public_meeting,
    filters=NoFilterForm,
    rows_of=lambda rows: rows.order_by(
        F("announced_from").desc(nulls_last=True), "code"
    ),
    primary_key=("code",),
    columns=(
        Column("code", description=_("Identifies the series in every file.")),
        Column("title_ar"),
        Column("title_fr"),
        Column("title_en"),
        Column("slogan_ar"),
        Column("slogan_fr"),
        Column("slogan_en"),
        Column("programme_starts_year", datatype=Datatype.INTEGER),
        Column("programme_ends_year", datatype=Datatype.INTEGER),
        Column("announced_from", datatype=Datatype.DATE),
        Column("announced_to", datatype=Datatype.DATE),
        Column("planned_number", datatype=Datatype.INTEGER),
        Column("one_per_region", datatype=Datatype.BOOLEAN, description=""),
        Column(
            "meetings_recorded",
            meetings_recorded(Q()),
            Datatype.INTEGER,
            label=_("meetings recorded"),
            description=_("Records of its meetings, announced ones included."),
        ),
        Column(
            "meetings_held",
            meetings_recorded(Q(state=Meeting.State.HELD)),
            Datatype.INTEGER,
            label=_("meetings held"),
            description=_("Records of meetings that took place."),
        ),
    ),
)

PROVINCES = Dataset(
    name="provinces",
    title=_("Prefectures and provinces"),
    description=_("One row for each prefecture or province."),
    model=Province,
    published=Province.objects.all,
    filters=NoFilterForm,
    primary_key=("province_code",),
    columns=(
        Column(
            "province_code",
            F("iso_code"),
            description=_("Identifies the prefecture or province in every file."),
        ),
        region_code(""),
        Column("kind"),
        Column("name_ar"),
        Column("name_fr"),
        Column("name_en"),
        Column("population_2014", datatype=Datatype.INTEGER),
        Column("population_2024", datatype=Datatype.INTEGER),
    ),
)
