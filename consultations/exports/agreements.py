from django.db.models import Case, Count, F, OuterRef, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from consultations.exports.columns import Column, Dataset, Datatype, Scope
from consultations.exports.expressions import (
    Joined,
    first_filled,
    known_record,
    page_path,
    standing,
)
from consultations.forms.filters import AgreementFilterForm
from consultations.models import (
    AgreementParty,
    AgreementStep,
    Meeting,
    PartnershipAgreement,
    Source,
    TargetGroup,
    Theme,
)
from consultations.status import Status, StepKind
from regions.models import Province, Region


def meeting_slug(scope: Scope) -> Subquery:
    """The meeting at which it was first signed, or else where its latest known step was."""
    steps = AgreementStep.objects.filter(
        agreement=OuterRef("pk"), meeting__in=scope.visible(Meeting.objects)
    )
    signed_first = Case(When(kind=StepKind.SIGNED, then=Value(0)), default=Value(1))
    signed_on = Case(When(kind=StepKind.SIGNED, then=F("date")))
    order = (
        signed_first,
        signed_on.asc(nulls_last=True),
        F("date").desc(nulls_last=True),
        "-pk",
    )
    return Subquery(steps.order_by(*order).values("meeting__slug")[:1])


def meeting_slugs(scope: Scope) -> Joined:
    steps = AgreementStep.objects.filter(
        agreement=OuterRef(OuterRef("pk")), meeting__isnull=False
    )
    # By key: asked of every meeting whether it has such a step, a file takes for ever.
    meetings = scope.visible(Meeting.objects).filter(pk__in=steps.values("meeting"))
    return Joined(meetings.order_by("sorts_on", "pk"), "slug")


def sources_count(scope: Scope) -> Coalesce:
    counted = (
        Source.objects.filter(agreement=OuterRef("pk")).order_by().values("agreement")
    )
    return Coalesce(Subquery(counted.values(number=Count("pk"))), 0)


def codes(model, code: str = "code"):
    """Return the codes of the terms of ``model`` that an agreement has, in order."""
    order = ("order", "code") if code == "code" else (code,)
    return lambda scope: Joined(
        model.objects.filter(agreements=OuterRef("pk")).order_by(*order), code
    )


AGREEMENTS = Dataset(
    name="agreements",
    title=_("Partnership agreements"),
    description=_("One row an agreement, from the proposal on."),
    model=PartnershipAgreement,
    published=PartnershipAgreement.objects.published,
    filters=AgreementFilterForm,
    annotate=lambda rows, scope: rows.with_status(scope.today).with_signature(),
    publication=Column("publication", standing(), label=_("publication")),
    primary_key=("reference",),
    columns=(
        Column("reference"),
        Column(
            "url",
            page_path(
                "consultations:agreement_detail", "reference", like="AG-0000-0000"
            ),
            Datatype.URL,
            label=_("page"),
            description=_("Address of the agreement's page."),
        ),
        Column(
            "instrument",
            F("instrument__code"),
            label=_("legal instrument"),
            description=_("Its code; empty if the sources do not say."),
        ),
        Column("title_ar", description=""),
        Column("title_fr", description=""),
        Column(
            "status",
            F("current_status"),
            label=_("status"),
            description=_(
                "Where the agreement stands on the day of the file; it follows from the "
                "steps and the period."
            ),
            codes=Status,
        ),
        Column(
            "signed_on",
            F("signed_on"),
            Datatype.DATE,
            label=_("signed on"),
            description=_("Date of the first signature; empty if unknown."),
        ),
        Column(
            "meeting_slug",
            meeting_slug,
            label=_("meeting"),
            description=_(
                "Identifier of the meeting at which it was first signed, or else of the "
                "one of its latest step."
            ),
            references="meetings.slug",
        ),
        Column(
            "region_codes",
            codes(Region, "iso_code"),
            Datatype.LIST,
            label=_("regions"),
            description=_("Their ISO codes; empty for a national agreement."),
        ),
        Column(
            "parties",
            lambda scope: Joined(
                AgreementParty.objects.filter(agreement=OuterRef("pk")).order_by(
                    "order", "pk"
                ),
                first_filled(
                    "organisation__name_ar",
                    "organisation__name_fr",
                    "description_ar",
                    "description_fr",
                ),
            ),
            Datatype.LIST,
            label=_("parties"),
            description=_("In Arabic; in French where Arabic is missing."),
        ),
        Column(
            "amount_mad",
            F("amount"),
            Datatype.DECIMAL,
            description=_("Empty if unknown. Read it together with amount_note."),
        ),
        Column("amount_note"),
        Column("period_starts_on", datatype=Datatype.DATE),
        Column("period_ends_on", datatype=Datatype.DATE),
        Column("title_en", description=""),
        Column("is_formal_title", datatype=Datatype.BOOLEAN),
        Column("short_label_ar"),
        Column("short_label_fr"),
        Column("purpose_ar"),
        Column("purpose_fr"),
        Column(
            "meeting_slugs",
            meeting_slugs,
            Datatype.LIST,
            label=_("meetings"),
            description=_("Identifiers of all meetings at which a step was taken."),
        ),
        Column(
            "province_codes",
            codes(Province, "iso_code"),
            Datatype.LIST,
            label=_("prefectures and provinces"),
            description=_("Their ISO codes, if it covers a part of the region only."),
        ),
        Column("territory_note"),
        Column(
            "programme",
            F("programme__code"),
            label=_("programme"),
            description=_("Its code."),
        ),
        Column(
            "themes",
            codes(Theme),
            Datatype.LIST,
            label=_("themes"),
            description=_("Their codes."),
        ),
        Column(
            "target_groups",
            codes(TargetGroup),
            Datatype.LIST,
            label=_("target groups"),
            description=_("Their codes."),
        ),
        Column("beneficiaries_planned", datatype=Datatype.INTEGER),
        Column("beneficiaries_reached", datatype=Datatype.INTEGER),
        Column(
            "amends",
            known_record(PartnershipAgreement, "amends", "reference"),
            label=_("amends"),
            description=_("Reference of the agreement that this one amends."),
            references="agreements.reference",
        ),
        Column(
            "based_on",
            known_record(PartnershipAgreement, "based_on", "reference"),
            label=_("based on"),
            description=_("Reference of the agreement that this one applies."),
            references="agreements.reference",
        ),
        Column(
            "sources_count",
            sources_count,
            Datatype.INTEGER,
            label=_("number of sources"),
            description=_("How many sources the record names."),
        ),
        Column("published_at", datatype=Datatype.DATETIME, description=_("In UTC.")),
        Column("updated_at", datatype=Datatype.DATETIME, description=_("In UTC.")),
    ),
)
