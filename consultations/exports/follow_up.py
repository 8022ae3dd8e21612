"""What was expected, what was committed to, what was paid out, what was done."""

from django.db.models import CharField, F, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _

from consultations.exports.columns import Column, Dataset, Datatype, Scope
from consultations.exports.expressions import (
    Joined,
    identifier,
    known_record,
    standing,
)
from consultations.exports.parts import (
    NEWEST_MEETING,
    NEWEST_RECORD,
    agreement_reference,
    category,
    meeting_slug,
    of_public_records,
    organisation_id,
    parts_of,
    publicly,
    row_id,
    source_id,
    theme,
)
from consultations.forms.filters import (
    FollowUpFilterForm,
    MeetingFilterForm,
    NoFilterForm,
)
from consultations.models import (
    AidDistribution,
    Commitment,
    Expectation,
    Meeting,
    PartnershipAgreement,
    Progress,
)


def in_order(rows: QuerySet) -> QuerySet:
    """Put rows in the order of the page: the newest meeting first, then their own."""
    return rows.order_by(*NEWEST_MEETING, "order", "pk")


def answered(scope: Scope) -> Joined:
    return Joined(
        Expectation.objects.filter(commitments=OuterRef("pk")).order_by("order", "pk"),
        Concat(Value("EXP-"), Cast(F("pk"), CharField()), output_field=CharField()),
    )


def agreement_known(relation: str, label) -> Column:
    return Column(
        "agreement_reference",
        known_record(PartnershipAgreement, relation, "reference"),
        label=label,
        description=_("Reference of the agreement."),
        references="agreements.reference",
    )


EXPECTATIONS = Dataset(
    name="expectations",
    title=_("Expectations and recommendations"),
    description=_("One row for each expectation, difficulty or recommendation."),
    model=Expectation,
    published=Expectation.objects.published,
    filters=FollowUpFilterForm,
    rows_of=in_order,
    publication=Column("publication", standing("meeting"), label=_("publication")),
    primary_key=("expectation_id",),
    columns=(
        row_id("expectation_id", "EXP"),
        meeting_slug(),
        Column(
            "order",
            datatype=Datatype.INTEGER,
            description=_("Place among those of the meeting."),
        ),
        Column("kind"),
        Column("text_ar"),
        Column("text_fr"),
        Column("text_en"),
        category(label=_("category that raised it")),
        organisation_id(label=_("organisation that raised it")),
        theme(),
        Column("state"),
        Column("answer_ar"),
        Column("answer_fr"),
        Column("answer_en"),
        Column("answered_on", datatype=Datatype.DATE),
        source_id(),
        Column("updated_at", datatype=Datatype.DATETIME, description=_("In UTC.")),
    ),
)


COMMITMENTS = Dataset(
    name="commitments",
    title=_("Commitments"),
    description=_("One row for each commitment, with where it stands."),
    model=Commitment,
    published=Commitment.objects.published,
    filters=FollowUpFilterForm,
    rows_of=in_order,
    publication=Column("publication", standing("meeting"), label=_("publication")),
    primary_key=("commitment_id",),
    columns=(
        row_id("commitment_id", "COM"),
        meeting_slug(),
        Column(
            "order",
            datatype=Datatype.INTEGER,
            description=_("Place among those of the meeting."),
        ),
        Column("text_ar"),
        Column("text_fr"),
        Column("text_en"),
        organisation_id("owner_id", "owner", label=_("owner")),
        theme(),
        Column(
            "amount_mad",
            F("amount"),
            Datatype.DECIMAL,
            description=_("Empty if unknown. Read it together with amount_note."),
        ),
        Column("amount_note"),
        Column("due_on", datatype=Datatype.DATE),
        Column("state"),
        Column(
            "expectation_ids",
            answered,
            Datatype.LIST,
            label=_("expectations it answers"),
            description=_("Their numbers in expectations."),
        ),
        agreement_known("agreement", _("agreement it led to")),
        source_id(),
        Column("updated_at", datatype=Datatype.DATETIME, description=_("In UTC.")),
    ),
)

AID = Dataset(
    name="aid",
    title=_("Aid paid out"),
    description=_("One row for each payment of aid on the occasion of a meeting."),
    model=AidDistribution,
    published=Meeting.objects.published,
    filters=MeetingFilterForm,
    rows_of=parts_of(AidDistribution, "pk"),
    annotate=publicly("meeting"),
    publication=Column("publication", standing("meeting"), label=_("publication")),
    primary_key=("aid_id",),
    columns=(
        row_id("aid_id", "AID"),
        meeting_slug(),
        Column(
            "programme",
            F("programme__code"),
            label=_("programme"),
            description=_("Its code."),
        ),
        Column("description_ar"),
        Column("description_fr"),
        Column("description_en"),
        Column(
            "amount_mad",
            F("amount"),
            Datatype.DECIMAL,
            description=_("Empty if unknown."),
        ),
        Column("beneficiaries", datatype=Datatype.INTEGER),
        agreement_known("legal_basis", _("legal basis")),
        Column("note"),
        Column("note_language", F("language")),
        source_id(),
    ),
)


def progress_in_order(rows: QuerySet) -> QuerySet:
    return rows.order_by(F("reported_on").desc(nulls_last=True), *NEWEST_RECORD, "-pk")


PROGRESS = Dataset(
    name="progress",
    title=_("Progress"),
    description=_(
        "One row for each report of what was done, of a meeting, an agreement or a "
        "commitment: one of the three is named."
    ),
    model=Progress,
    published=of_public_records(
        Progress, "meeting", "agreement", "commitment__meeting"
    ),
    filters=NoFilterForm,
    rows_of=progress_in_order,
    publication=Column(
        "publication",
        standing("meeting", "agreement", "commitment__meeting"),
        label=_("publication"),
    ),
    primary_key=("progress_id",),
    columns=(
        row_id("progress_id", "PRO"),
        meeting_slug(),
        agreement_reference(),
        Column(
            "commitment_id",
            identifier("COM", "commitment_id"),
            label=_("commitment"),
            description=_("Its number in commitments."),
            references="commitments.commitment_id",
        ),
        Column("reported_on", datatype=Datatype.DATE),
        Column("percent", datatype=Datatype.INTEGER),
        Column("note"),
        Column("note_language", F("language")),
        Column(
            "spent_mad",
            F("spent"),
            Datatype.DECIMAL,
            description=_("Empty if unknown."),
        ),
        Column("beneficiaries", datatype=Datatype.INTEGER),
        Column("verified_by"),
        source_id(),
    ),
)
