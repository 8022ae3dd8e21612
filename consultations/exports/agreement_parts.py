"""The steps, the parties and the components of agreements."""

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from consultations.exports.columns import Column, Dataset, Datatype
from consultations.exports.expressions import (
    known_record,
    signatory_if_public,
    signatory_office,
    standing,
)
from consultations.exports.parts import (
    agreement_reference,
    organisation_id,
    parts_of_agreements,
    row_id,
    source_id,
)
from consultations.forms.filters import AgreementFilterForm
from consultations.models import (
    AgreementComponent,
    AgreementParty,
    AgreementStep,
    Meeting,
    PartnershipAgreement,
)

AGREEMENT_STEPS = Dataset(
    name="agreement_steps",
    title=_("Steps of agreements"),
    description=_(
        "One row for each step of an agreement; its status follows from them."
    ),
    model=AgreementStep,
    published=PartnershipAgreement.objects.published,
    filters=AgreementFilterForm,
    rows_of=parts_of_agreements(AgreementStep, F("date").asc(nulls_first=True), "pk"),
    publication=Column("publication", standing("agreement"), label=_("publication")),
    primary_key=("step_id",),
    columns=(
        row_id("step_id", "STE"),
        agreement_reference(),
        Column("kind"),
        Column("date", datatype=Datatype.DATE, description=_("Empty if unknown.")),
        Column("place_ar"),
        Column("place_fr"),
        Column("place_en"),
        Column(
            "meeting_slug",
            known_record(Meeting, "meeting", "slug"),
            label=_("meeting"),
            description=_("Identifier of the meeting at which it happened, if any."),
            references="meetings.slug",
        ),
        Column("note"),
        Column("note_language", F("language")),
        source_id(),
    ),
)

AGREEMENT_PARTIES = Dataset(
    name="agreement_parties",
    title=_("Parties to agreements"),
    description=_("One row for each party, with its part and who signed for it."),
    model=AgreementParty,
    published=PartnershipAgreement.objects.published,
    filters=AgreementFilterForm,
    rows_of=parts_of_agreements(AgreementParty, "order", "pk"),
    publication=Column("publication", standing("agreement"), label=_("publication")),
    primary_key=("party_id",),
    columns=(
        row_id("party_id", "PTY"),
        agreement_reference(),
        Column(
            "order",
            datatype=Datatype.INTEGER,
            description=_("Place among the parties of the agreement."),
        ),
        organisation_id(),
        Column(
            "organisation_ar",
            F("organisation__name_ar"),
            label=_("organisation (Arabic)"),
        ),
        Column(
            "organisation_fr",
            F("organisation__name_fr"),
            label=_("organisation (French)"),
        ),
        Column("description_ar"),
        Column("description_fr"),
        Column("description_en"),
        Column("role"),
        Column(
            "contribution_mad",
            F("contribution"),
            Datatype.DECIMAL,
            description=_("Empty if unknown."),
        ),
        Column(
            "signed_by_ar",
            signatory_if_public("ar"),
            label=_("signed by (Arabic)"),
            description=_("Named in an office or with consent only."),
        ),
        Column(
            "signed_by_fr",
            signatory_if_public("fr"),
            label=_("signed by (French)"),
            description=_("Named in an office or with consent only."),
        ),
        Column(
            "signatory_office_ar",
            signatory_office("ar"),
            label=_("office of the signatory (Arabic)"),
            description=_("As the source states it, or else its usual name."),
        ),
        Column(
            "signatory_office_fr",
            signatory_office("fr"),
            label=_("office of the signatory (French)"),
            description=_("Its usual name."),
        ),
        Column("signed_on_behalf_of"),
        source_id(),
    ),
)

AGREEMENT_COMPONENTS = Dataset(
    name="agreement_components",
    title=_("Components of agreements"),
    description=_("One row for each thing that an agreement is to bring about."),
    model=AgreementComponent,
    published=PartnershipAgreement.objects.published,
    filters=AgreementFilterForm,
    rows_of=parts_of_agreements(AgreementComponent, "order", "pk"),
    publication=Column("publication", standing("agreement"), label=_("publication")),
    primary_key=("component_id",),
    columns=(
        row_id("component_id", "CMP"),
        agreement_reference(),
        Column(
            "order",
            datatype=Datatype.INTEGER,
            description=_("Place among the components of the agreement."),
        ),
        Column("kind"),
        Column("description_ar"),
        Column("description_fr"),
        Column("description_en"),
        Column("quantity", datatype=Datatype.INTEGER),
        Column(
            "amount_mad",
            F("amount"),
            Datatype.DECIMAL,
            description=_("Empty if unknown."),
        ),
        source_id(),
    ),
)
