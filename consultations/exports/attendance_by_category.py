from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from consultations.exports.columns import Column, Dataset, Datatype
from consultations.exports.expressions import page_path
from consultations.exports.hearings import HEARD, counted, heard_figures, named
from consultations.forms.filters import MeetingFilterForm
from consultations.models import Meeting
from regions.models import Region
from stakeholders.models import ParticipantCategory


def regions_heard(meetings: QuerySet) -> Coalesce:
    """Return in how many regions the category of a row was heard."""
    of = {"category": OuterRef(OuterRef("pk")), "meeting__region": OuterRef("pk")}
    regions = Region.objects.order_by().filter(
        Exists(named(meetings, **of)) | Exists(counted(meetings, **of).filter(HEARD))
    )
    one_group = regions.annotate(all=F("pk") - F("pk")).values("all")
    return Coalesce(Subquery(one_group.annotate(found=Count("pk")).values("found")), 0)


def categories_at(meetings: QuerySet) -> QuerySet:
    """Return the categories in use, and retired ones that these meetings name."""
    of = {"category": OuterRef("pk")}
    return (
        ParticipantCategory.objects.filter(
            Q(is_active=True)
            | Exists(named(meetings, **of))
            | Exists(counted(meetings, **of))
        )
        .annotate(
            **heard_figures(meetings, **of), regions_heard=regions_heard(meetings)
        )
        .order_by("order", "code")
    )


ATTENDANCE_BY_CATEGORY = Dataset(
    name="attendance_by_category",
    title=_("Attendance by category"),
    description=_(
        "One row a participant category: how often it was heard at the selected "
        "meetings that took place, and how many people were counted."
    ),
    model=ParticipantCategory,
    published=Meeting.objects.published,
    filters=MeetingFilterForm,
    rows_of=categories_at,
    primary_key=("category",),
    columns=(
        Column(
            "category",
            F("code"),
            label=_("participant category"),
            description=_("Code of the category."),
        ),
        Column(
            "url",
            page_path("consultations:participant_detail", "code", like="media"),
            Datatype.URL,
            label=_("page"),
            description=_("Address of the category's page."),
        ),
        Column("category_ar", F("name_ar"), label=_("category (Arabic)")),
        Column("category_fr", F("name_fr"), label=_("category (French)")),
        Column("category_en", F("name_en"), label=_("category (English)")),
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
            "regions_heard",
            F("regions_heard"),
            Datatype.INTEGER,
            label=_("regions where it was heard"),
        ),
        Column(
            "meetings_counted",
            F("meetings_counted"),
            Datatype.INTEGER,
            label=_("meetings with a number"),
            description=_("Those of them of which the number present is known."),
        ),
        Column(
            "people_present",
            F("people_present"),
            Datatype.INTEGER,
            label=_("people present"),
            description=_(
                "Sum over the meetings with a number; empty if there is none. Read it "
                "together with meetings_counted."
            ),
        ),
        Column(
            "meetings_recorded_absent",
            F("meetings_recorded_absent"),
            Datatype.INTEGER,
            label=_("meetings where it is recorded absent"),
            description=_("A source says that nobody of it came."),
        ),
    ),
)
