from django.db.models import Case, Count, F, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from consultations.exports.columns import Column, Dataset, Datatype, Scope
from consultations.forms.filters import MeetingFilterForm
from consultations.models import Commitment, Meeting
from consultations.models.followup import late_on

PLACE_OF_STATE = Case(
    *(
        When(state=state, then=Value(place))
        for place, state in enumerate(Commitment.State)
    )
)


def by_state(meetings: QuerySet) -> QuerySet:
    """Return the states of the commitments made at these meetings, in their order."""
    return (
        Commitment.objects.filter(meeting__in=meetings.order_by().values("pk"))
        .order_by(PLACE_OF_STATE)
        .values("state")
    )


def count_them(states: QuerySet, scope: Scope) -> QuerySet:
    """Annotate how many there are, and what is known of their due dates on the day."""
    return states.annotate(
        commitments=Count("pk"),
        meetings=Count("meeting", distinct=True),
        past_due=Count("pk", filter=late_on(scope.today)),
        without_due_date=Count("pk", filter=Q(due_on__isnull=True)),
    )


COMMITMENTS_BY_STATE = Dataset(
    name="commitments_by_state",
    title=_("Commitments by state"),
    description=_(
        "One row a state that commitments made at the selected meetings are in."
    ),
    model=Commitment,
    published=Meeting.objects.published,
    filters=MeetingFilterForm,
    rows_of=by_state,
    annotate=count_them,
    primary_key=("state",),
    columns=(
        Column("state"),
        Column(
            "commitments",
            F("commitments"),
            Datatype.INTEGER,
            label=_("commitments"),
        ),
        Column(
            "meetings",
            F("meetings"),
            Datatype.INTEGER,
            label=_("meetings"),
            description=_("Meetings at which they were made."),
        ),
        Column(
            "past_due",
            F("past_due"),
            Datatype.INTEGER,
            label=_("past their due date"),
            description=_(
                "On the day of the file: the date has passed and the commitment is "
                "neither done nor abandoned."
            ),
        ),
        Column(
            "without_due_date",
            F("without_due_date"),
            Datatype.INTEGER,
            label=_("without a due date"),
        ),
    ),
)
