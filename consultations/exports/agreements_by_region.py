from django.db.models import Count, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from consultations.choices import NATIONAL
from consultations.exports.columns import Column, Dataset, Datatype
from consultations.exports.expressions import TotalAmount
from consultations.forms.filters import AgreementFilterForm
from consultations.models import PartnershipAgreement
from consultations.models.followup import AmountNote, has_own_amount


def by_region(agreements: QuerySet) -> QuerySet:
    """Return the regions that these agreements cover, and national ones at the end.

    An agreement of two regions is in both: the rows are not to be added.
    """
    return (
        PartnershipAgreement.objects.filter(pk__in=agreements.order_by().values("pk"))
        .order_by(F("regions__iso_code").asc(nulls_last=True))
        .values("regions__iso_code")
        .annotate(
            agreements=Count("pk"),
            agreements_with_amount=Count("pk", filter=has_own_amount()),
            amount_mad=TotalAmount("amount", filter=has_own_amount()),
            programme_totals=Count(
                "pk", filter=Q(amount_note=AmountNote.PROGRAMME_TOTAL)
            ),
        )
    )


AGREEMENTS_BY_REGION = Dataset(
    name="agreements_by_region",
    title=_("Agreements by region"),
    description=_(
        "One row a region that the selected agreements cover, and one for national "
        "agreements. An agreement of two regions is counted in both: rows are not to "
        "be added."
    ),
    model=PartnershipAgreement,
    published=PartnershipAgreement.objects.published,
    filters=AgreementFilterForm,
    rows_of=by_region,
    primary_key=("region",),
    columns=(
        Column(
            "region",
            Coalesce("regions__slug", Value(NATIONAL)),
            label=_("region"),
            description=_(
                "As the filter has it; national for agreements of no region."
            ),
        ),
        Column(
            "region_code",
            F("regions__iso_code"),
            label=_("region (ISO code)"),
            description=_("Empty for national agreements."),
            references="regions.region_code",
        ),
        Column(
            "region_ar",
            F("regions__name_ar"),
            label=_("region (Arabic)"),
            description="",
        ),
        Column(
            "region_fr",
            F("regions__name_fr"),
            label=_("region (French)"),
            description="",
        ),
        Column(
            "region_en",
            F("regions__name_en"),
            label=_("region (English)"),
            description="",
        ),
        Column(
            "agreements",
            F("agreements"),
            Datatype.INTEGER,
            label=_("partnership agreements"),
            description=_("At whatever step they are."),
        ),
        Column(
            "agreements_with_amount",
            F("agreements_with_amount"),
            Datatype.INTEGER,
            label=_("agreements with an amount"),
            description=_("Those whose own amount is known."),
        ),
        Column(
            "amount_mad",
            F("amount_mad"),
            Datatype.DECIMAL,
            label=_("amount in dirhams"),
            description=_(
                "Sum of the amounts known; empty if none is. Read it together with "
                "agreements_with_amount."
            ),
        ),
        Column(
            "programme_totals",
            F("programme_totals"),
            Datatype.INTEGER,
            label=_("agreements with the total of a programme only"),
            description=_("Their amounts are in no sum."),
        ),
    ),
)
