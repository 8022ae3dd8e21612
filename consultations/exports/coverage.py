"""Regions times categories: every pair has a row, also those that nothing is known of."""

from django.db.models import (
    Case,
    CharField,
    F,
    QuerySet,
    Value,
    When,
)
from django.db.models.expressions import Col
from django.utils.translation import gettext_lazy as _

from consultations.choices import NATIONAL
from consultations.exports.columns import Column, Dataset, Datatype
from consultations.exports.hearings import (
    by_pair,
    heard_figures,
    held,
    in_use,
    pair,
)
from consultations.forms.filters import FacetField, MeetingFilterForm, Option
from consultations.models import Hearing, Meeting
from regions.models import Region
from stakeholders.models import ParticipantCategory


def of_region(name: str) -> Col:
    """Return a column of the region that stands beside the category of a pair."""
    return Col(Region._meta.db_table, Region._meta.get_field(name))


def pairs(meetings: QuerySet) -> QuerySet:
    """Return each region with each category in use, and what these meetings say of it.

    Rows of ParticipantCategory; a retired category stays as long as the meetings name it.
    """
    reported = held(meetings).exclude(coverage=Meeting.Coverage.NO_REPORT)
    return (
        ParticipantCategory.objects.filter(in_use(meetings))
        # No relation leads from a category to every region: the tables side by side.
        .extra(tables=[Region._meta.db_table])  # noqa: S610 -- a name of our own
        .annotate(
            region_key=of_region("id"),
            region_slug=of_region("slug"),
            region_code=of_region("iso_code"),
        )
        .annotate(pair_key=pair("region_key", "pk"))
        .annotate(**heard_figures(meetings, by_pair, "pair_key"))
        .annotate(
            hearing=Case(
                When(meetings_heard__gt=0, then=Value(Hearing.HEARD)),
                When(meetings_recorded_absent__gt=0, then=Value(Hearing.ABSENT)),
                When(
                    region_key__in=reported.filter(region__isnull=False).values(
                        "region"
                    ),
                    then=Value(Hearing.NOT_MENTIONED),
                ),
                default=Value(Hearing.NO_REPORT),
                output_field=CharField(),
            )
        )
        .order_by("region_code", "order", "code")
    )


class CoverageFilterForm(MeetingFilterForm):
    """The filters of meetings, of which region and category select rows.

    A meeting left out because it does not name the category would turn “not mentioned”
    into “no report found”.
    """

    of_report = ("category",)

    category = FacetField(
        MeetingFilterForm.base_fields["category"].label,
        MeetingFilterForm.base_fields["category"].anything,
        vocabulary="category",
    )

    def apply(self, queryset):
        """Return the pairs asked for, counted anew over the meetings asked for."""
        rows = pairs(super().apply(Meeting.objects.published()))
        if region := self.selection.get("region"):
            rows = rows.filter(region_slug=region)
        if category := self.selection.get("category"):
            rows = rows.filter(code=category)
        return rows

    @property
    def counts_a_part(self) -> bool:
        """Whether some filter leaves meetings of the pairs asked for uncounted."""
        return bool(self.selection.keys() - {"region", "category"})

    def known(self, name):
        """Return what a filter may be set to; national meetings are in no pair."""
        known = super().known(name)
        if name != "region":
            return known
        return {key: region for key, region in known.items() if key != NATIONAL}

    def _filter_region(self, queryset, value):
        return queryset

    def _filter_category(self, queryset, value):
        return queryset

    def options(self, name):
        """Return every region and category: those never heard are what is looked for."""
        if name not in ("region", "category"):
            return super().options(name)
        chosen = self.selection.get(name, "")
        return [
            Option("", str(self.fields[name].anything)),
            *(
                Option(value, str(known.name), is_chosen=value == chosen)
                for value, known in self.known(name).items()
            ),
        ]


COVERAGE = Dataset(
    name="coverage",
    title=_("Regions and categories heard"),
    description=_(
        "One row for each region with each participant category, and what the selected "
        "meetings say of the two."
    ),
    model=ParticipantCategory,
    published=lambda: pairs(Meeting.objects.published()),
    filters=CoverageFilterForm,
    primary_key=("region_code", "category"),
    columns=(
        Column(
            "region_code",
            F("region_code"),
            label=_("region (ISO code)"),
            references="regions.region_code",
        ),
        Column(
            "region",
            F("region_slug"),
            label=_("region"),
            description=_("As it stands in addresses."),
        ),
        Column("region_ar", of_region("name_ar"), label=_("region (Arabic)")),
        Column("region_fr", of_region("name_fr"), label=_("region (French)")),
        Column("region_en", of_region("name_en"), label=_("region (English)")),
        Column(
            "category",
            F("code"),
            label=_("participant category"),
            description=_("Code of the category."),
            references="participant_categories.code",
        ),
        Column("category_ar", F("name_ar"), label=_("category (Arabic)")),
        Column("category_fr", F("name_fr"), label=_("category (French)")),
        Column("category_en", F("name_en"), label=_("category (English)")),
        Column(
            "hearing",
            F("hearing"),
            label=_("heard"),
            description=_(
                "What is known of the category in the region. Not mentioned does not "
                "say that nobody came; without a report nothing is known. Where filters "
                "select meetings it is said of these alone: no_report then means that "
                "none of them has a report."
            ),
            codes=Hearing,
        ),
        Column(
            "meetings_heard",
            F("meetings_heard"),
            Datatype.INTEGER,
            label=_("meetings where it was heard"),
            description=_(
                "Meetings held that name a participant of it or count somebody of it "
                "as present."
            ),
        ),
        Column(
            "meetings_recorded_absent",
            F("meetings_recorded_absent"),
            Datatype.INTEGER,
            label=_("meetings where it is recorded absent"),
            description=_("A source says that nobody of it came."),
        ),
        Column(
            "people_present",
            F("people_present"),
            Datatype.INTEGER,
            label=_("people present"),
            description=_(
                "Sum of the numbers known, with the 0 of a recorded absence; empty if "
                "there is none."
            ),
        ),
    ),
)
