from django.db.models import (
    BooleanField,
    Case,
    F,
    IntegerField,
    Q,
    Value,
    When,
)
from django.utils.translation import gettext_lazy as _

from consultations.exports.columns import Column, Dataset, Datatype
from consultations.exports.expressions import standing
from consultations.exports.parts import (
    category,
    meeting_slug,
    parts_of,
    publicly,
    source_id,
)
from consultations.forms.filters import MeetingFilterForm
from consultations.models import Attendance, Meeting

WITHHELD = Q()
for _part in Attendance.PARTS:
    WITHHELD |= Q(**{f"{_part}__gt": 0, f"{_part}__lt": Attendance.SMALLEST_SHOWN})


def part(name: str) -> Column:
    """Return the count of a part of those present, as far as the public may know it.

    The same rule as ``dossiers.attendance``, in files for staff too: they travel.
    """
    return Column(
        name,
        Case(When(WITHHELD, then=None), default=F(name), output_field=IntegerField()),
        Datatype.INTEGER,
        label=Attendance._meta.get_field(name).verbose_name,
        description=_("Empty if unknown or withheld; see parts_withheld."),
    )


ATTENDANCE = Dataset(
    name="attendance",
    title=_("Attendance"),
    description=_("One row for each category whose number at a meeting is recorded."),
    model=Attendance,
    published=Meeting.objects.published,
    filters=MeetingFilterForm,
    rows_of=parts_of(Attendance, "category__order", "pk"),
    annotate=publicly("meeting"),
    publication=Column("publication", standing("meeting"), label=_("publication")),
    primary_key=("meeting_slug", "category"),
    columns=(
        meeting_slug(),
        category(),
        Column("invited", datatype=Datatype.INTEGER),
        Column("present", datatype=Datatype.INTEGER),
        part("women"),
        part("youth"),
        part("with_disabilities"),
        Column(
            "parts_withheld",
            Case(
                When(WITHHELD, then=Value(True)),
                default=Value(False),
                output_field=BooleanField(),
            ),
            Datatype.BOOLEAN,
            label=_("parts withheld"),
            description=_(
                "The counts of women, youth and persons with disabilities of the row are "
                "withheld, because one of them is from 1 to 4."
            ),
        ),
        source_id(),
    ),
)
