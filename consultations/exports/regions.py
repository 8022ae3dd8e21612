from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from consultations.exports.columns import Column, Dataset, Datatype, Scope
from consultations.exports.expressions import page_path
from consultations.forms.filters import NoFilterForm
from consultations.models import Meeting, PartnershipAgreement
from consultations.models.meeting import ANNOUNCED
from regions.models import Region


def meetings(condition: Q):
    """Return how many records of meetings of a region meet ``condition``."""

    def expression(scope: Scope) -> Coalesce:
        counted = (
            scope.visible(Meeting.objects)
            .filter(condition, region=OuterRef("pk"))
            .order_by()
            .values("region")
        )
        return Coalesce(Subquery(counted.values(number=Count("pk"))), 0)

    return expression


def agreements(scope: Scope) -> Coalesce:
    counted = (
        scope.visible(PartnershipAgreement.objects)
        .filter(regions=OuterRef("pk"))
        .order_by()
        .values("regions")
    )
    return Coalesce(Subquery(counted.values(number=Count("pk"))), 0)


REGIONS = Dataset(
    name="regions",
    title=_("Regions"),
    description=_("One row a region, with what is recorded of it."),
    model=Region,
    published=Region.objects.all,
    filters=NoFilterForm,
    primary_key=("region_code",),
    columns=(
        Column(
            "region_code",
            F("iso_code"),
            description=_("Identifies the region in every file."),
        ),
        Column("slug"),
        Column(
            "url",
            page_path("consultations:region_detail", "slug", like="oriental"),
            Datatype.URL,
            label=_("page"),
            description=_("Address of the region's page."),
        ),
        Column("name_ar"),
        Column("name_fr"),
        Column("name_en"),
        Column("seat_ar"),
        Column("seat_fr"),
        Column("population_2014", datatype=Datatype.INTEGER),
        Column("population_2024", datatype=Datatype.INTEGER),
        Column("area_km2", datatype=Datatype.INTEGER),
        Column(
            "meetings_held",
            meetings(Q(state=Meeting.State.HELD)),
            Datatype.INTEGER,
            label=_("meetings held"),
            description=_("Records of meetings that took place."),
        ),
        Column(
            "meetings_announced_only",
            meetings(ANNOUNCED),
            Datatype.INTEGER,
            label=_("meetings announced, not known to have been held"),
            description=_(
                "Announced or postponed, for a day past or to come: known neither as "
                "held nor as cancelled."
            ),
        ),
        Column(
            "agreements",
            agreements,
            Datatype.INTEGER,
            label=_("partnership agreements"),
            description=_("Agreements of the register that cover the region."),
        ),
    ),
)
