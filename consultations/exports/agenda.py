from django.utils.translation import gettext_lazy as _

from consultations.exports.columns import Column, Dataset, Datatype
from consultations.exports.expressions import presenter_if_public, standing
from consultations.exports.parts import (
    meeting_slug,
    parts_of,
    publicly,
    row_id,
    source_id,
)
from consultations.forms.filters import MeetingFilterForm
from consultations.models import AgendaItem, Meeting

AGENDA = Dataset(
    name="agenda",
    title=_("Agenda"),
    description=_("One row for each item of a meeting's agenda and each field visit."),
    model=AgendaItem,
    published=Meeting.objects.published,
    filters=MeetingFilterForm,
    rows_of=parts_of(AgendaItem),
    annotate=publicly("meeting"),
    publication=Column("publication", standing("meeting"), label=_("publication")),
    primary_key=("agenda_item_id",),
    columns=(
        row_id("agenda_item_id", "AGI"),
        meeting_slug(),
        Column(
            "order",
            datatype=Datatype.INTEGER,
            description=_("Place in the agenda of the meeting."),
        ),
        Column("kind"),
        Column("title_ar"),
        Column("title_fr"),
        Column("title_en"),
        Column(
            "presenter_ar",
            presenter_if_public("ar"),
            label=_("presenter (Arabic)"),
            description=_("Named with consent only."),
        ),
        Column(
            "presenter_fr",
            presenter_if_public("fr"),
            label=_("presenter (French)"),
            description=_("Named with consent only."),
        ),
        Column("presenter_note"),
        Column("date", datatype=Datatype.DATE),
        Column("place_ar"),
        Column("place_fr"),
        Column("place_en"),
        Column("sites_ar"),
        Column("sites_fr"),
        Column("sites_en"),
        source_id(),
    ),
)
