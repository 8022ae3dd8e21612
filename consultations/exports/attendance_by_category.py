from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from consultations.exports.columns import Column, Dataset, Datatype
from consultations.exports.expressions import page_path
from consultations.exports.hearings import (
    by_category,
    heard_figures,
    in_use,
    regions_heard,
)
from consultations.forms.filters import MeetingFilterForm
from consultations.models import Meeting
from stakeholders.models import ParticipantCategory


def categories_at(meetings: QuerySet) -> QuerySet:
    """Return the categories in use, and retired ones that these meetings name."""
    return (
        ParticipantCategory.objects.filter(in_use(meetings))
        .annotate(**heard_figures(meetings, by_category, "pk"))
        .annotate(regions_heard=regions_heard(meetings, "pk"))
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
            references="participant_categories.code",
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
                "Sum of the numbers known, with the 0 of a recorded absence; empty if "
                "there is none. Read it together with meetings_counted."
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
