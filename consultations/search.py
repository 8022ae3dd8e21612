"""What a record can be found by: every name and spelling of it, folded."""

import datetime

from django.db import models
from django.utils import translation
from django.utils.formats import date_format

from config.localization import LANGUAGES
from config.other_names import split_other_names
from config.search_text import search_text
from consultations.models import (
    Instrument,
    Meeting,
    MeetingSeries,
    MeetingType,
    PartnershipAgreement,
    Programme,
    TargetGroup,
    Theme,
)
from regions.models import Province, Region
from stakeholders.models import Organisation, ParticipantCategory, Person

# Month names that Morocco does not use, but readers and other press do.
OTHER_MONTHS = {
    5: "مايو",
    7: "يوليو",
    8: "أغسطس",
    9: "سبتمبر",
    11: "نوفمبر",
    12: "ديسمبر",
}
MEETING_COLUMNS = ("title", "city", "venue", "summary", "objectives", "key_messages")
AGREEMENT_COLUMNS = ("title", "short_label", "purpose")


def _in_all_languages(thing, names) -> list[str]:
    return [getattr(thing, f"{name}_{code}") for name in names for code in LANGUAGES]


def _names(thing) -> list[str]:
    """Return every name of a region, province, organisation, person or term."""
    names = [getattr(thing, f"name_{code}", "") for code in LANGUAGES]
    return names + split_other_names(getattr(thing, "other_names", ""))


def _dates(*dates: datetime.date | None, form: str = "j F Y") -> list[str]:
    """Return each date as readers of the three languages may ask for it.

    ``form`` is Django's date format, as long as the date is precise.
    """
    texts = []
    for date in filter(None, dates):
        for language in LANGUAGES:
            with translation.override(language):
                texts.append(date_format(date, form))
        if "F" in form:
            texts += [OTHER_MONTHS.get(date.month, ""), f"{date:%m} {date.month}"]
        if "j" in form:
            texts.append(f"{date:%d} {date.day}")
    return texts


DATE_FORMS = {"day": "j F Y", "month": "F Y", "year": "Y"}


def meeting_text(meeting: Meeting) -> str:
    """Return the folded text that ``meeting`` is found by."""
    texts = [meeting.slug, meeting.slogan, meeting.type_note, meeting.scope_note]
    texts += _in_all_languages(meeting, MEETING_COLUMNS)
    if meeting.date_is_known:
        form = DATE_FORMS[meeting.date_precision]
        texts += _dates(meeting.starts_on, meeting.ends_on, form=form)
    texts += _names(meeting.type)
    if meeting.region_id:
        texts += _names(meeting.region)
    if meeting.series_id:
        texts += _in_all_languages(meeting.series, ["title"])
    for related in (meeting.provinces, meeting.themes):
        for thing in related.all():
            texts += _names(thing)
    rows = meeting.participations.select_related(
        "organisation", "person", "category", "office"
    )
    for row in rows:
        texts += _names(row.category)
        texts += _in_all_languages(row, ["office_stated", "description"])
        if row.organisation_id:
            texts += _names(row.organisation)
        if row.public_person:
            texts += _names(row.person)
    for model in (meeting.expectations, meeting.commitments):
        for row in model.all():
            texts += _in_all_languages(row, ["text"])
    return search_text(texts)


def agreement_text(agreement: PartnershipAgreement) -> str:
    """Return the folded text that ``agreement`` is found by."""
    texts = [agreement.reference, agreement.territory_note]
    texts += _in_all_languages(agreement, AGREEMENT_COLUMNS)
    for term in (agreement.instrument, agreement.programme):
        if term:
            texts += _names(term)
    for related in (
        agreement.regions,
        agreement.provinces,
        agreement.themes,
        agreement.target_groups,
    ):
        for thing in related.all():
            texts += _names(thing)
    for party in agreement.parties.select_related(
        "organisation", "signed_by", "signatory_office"
    ):
        texts += _in_all_languages(party, ["description"])
        if party.organisation_id:
            texts += _names(party.organisation)
        if party.public_signatory:
            texts += _names(party.signed_by)
    for step in agreement.steps.all():
        texts += [*_in_all_languages(step, ["place"]), *_dates(step.date)]
    for component in agreement.components.all():
        texts += _in_all_languages(component, ["description"])
    return search_text(texts)


# How a meeting, and an agreement, come to hold the names of something.
NAMED_BY = {
    Region: ("region", "regions"),
    Province: ("provinces", "provinces"),
    Organisation: ("participations__organisation", "parties__organisation"),
    Person: ("participations__person", "parties__signed_by"),
    ParticipantCategory: ("participations__category", None),
    MeetingSeries: ("series", None),
    MeetingType: ("type", None),
    Theme: ("themes", "themes"),
    Instrument: (None, "instrument"),
    Programme: (None, "programme"),
    TargetGroup: (None, "target_groups"),
}


def refresh_records_naming(thing: models.Model) -> None:
    """Write the ``search_text`` of every record that holds a name of ``thing`` anew."""
    if thing.pk is None:  # deleted, so nothing named it
        return
    ways = NAMED_BY.get(type(thing), ())
    for model, way in zip((Meeting, PartnershipAgreement), ways, strict=False):
        if way:
            for record in model.objects.filter(**{way: thing}).distinct().iterator():
                refresh_search_text(record)


def refresh_search_text(record: Meeting | PartnershipAgreement) -> None:
    """Write ``search_text`` anew; no new version, for no fact has changed."""
    text = meeting_text if isinstance(record, Meeting) else agreement_text
    record.search_text = text(record)
    type(record).objects.filter(pk=record.pk).update(search_text=record.search_text)
