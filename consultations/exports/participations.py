from django.db.models import F
from django.utils.translation import gettext_lazy as _

from consultations.exports.columns import Column, Dataset, Datatype
from consultations.exports.expressions import (
    first_filled,
    office_held,
    page_path,
    person_if_public,
    represented_if_public,
    standing,
)
from consultations.exports.parts import (
    category,
    meeting_slug,
    organisation_id,
    parts_of,
    publicly,
    row_id,
    source_id,
)
from consultations.forms.filters import MeetingFilterForm
from consultations.models import Meeting, Participation

PARTICIPATIONS = Dataset(
    name="participations",
    title=_("Participations"),
    description=_(
        "One row for everybody whom a report names as taking part: a category at least, "
        "often no more."
    ),
    model=Participation,
    published=Meeting.objects.published,
    filters=MeetingFilterForm,
    rows_of=parts_of(Participation),
    annotate=publicly("meeting"),
    publication=Column("publication", standing("meeting"), label=_("publication")),
    primary_key=("participation_id",),
    columns=(
        meeting_slug(),
        Column(
            "meeting_url",
            page_path(
                "consultations:meeting_detail", "meeting__slug", like="2022-01-12-like"
            ),
            Datatype.URL,
            label=_("page of the meeting"),
            description=_("Address of the meeting's page."),
        ),
        Column(
            "order",
            datatype=Datatype.INTEGER,
            description=_("Place in the list of the meeting's participants."),
        ),
        category(),
        Column("capacity"),
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
        Column(
            "person_ar",
            person_if_public("ar"),
            label=_("person (Arabic)"),
            description=_("Named in an office or with consent only."),
        ),
        Column(
            "person_fr",
            person_if_public("fr"),
            label=_("person (French)"),
            description=_("Named in an office or with consent only."),
        ),
        Column(
            "office_ar",
            office_held("ar"),
            label=_("office held that day (Arabic)"),
            description=_("As the source states it, or else its usual name."),
        ),
        Column(
            "office_fr",
            office_held("fr"),
            label=_("office held that day (French)"),
            description=_("As the source states it, or else its usual name."),
        ),
        Column(
            "on_behalf_of",
            first_filled(represented_if_public("ar"), represented_if_public("fr")),
            label=_("on behalf of"),
            description=_("Named in an office or with consent only."),
        ),
        Column("on_behalf_of_office"),
        Column("description_ar", description=_("As the source names them.")),
        Column("description_fr", description=_("As the source names them.")),
        Column(
            "source",
            first_filled("source__url", "source__site"),
            label=_("source"),
            description=_(
                "Address or site of the source of this row; empty if it rests on the "
                "sources of the meeting as a whole."
            ),
        ),
        row_id("participation_id", "PAR"),
        organisation_id(),
        source_id(),
    ),
)
