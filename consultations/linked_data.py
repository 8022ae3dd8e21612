"""A meeting and an agreement in the words of schema.org, as far as they are known.

Nothing stands here that the page does not show: no person, and no date more precise than
the record's.
"""

import datetime

from django.urls import reverse

from config.linked_data import ministry, page_of_record, without_unknown
from consultations.dossiers.agreement import AgreementDossier
from consultations.dossiers.description import state_in_words
from consultations.dossiers.meeting import MeetingDossier
from consultations.models import (
    Meeting,
    Participation,
    PartnershipAgreement,
)
from consultations.status import StepKind

DATE_LENGTHS = {"day": 10, "month": 7, "year": 4}  # of YYYY-MM-DD
MODES = {
    Meeting.Mode.IN_PERSON: "https://schema.org/OfflineEventAttendanceMode",
    Meeting.Mode.REMOTE: "https://schema.org/OnlineEventAttendanceMode",
    Meeting.Mode.HYBRID: "https://schema.org/MixedEventAttendanceMode",
}


def event_status(meeting: Meeting) -> str:
    """Return the address of the meeting's state among schema.org's.

    There is none for “took place”: by its definition EventScheduled is “taking place or
    has taken place on the startDate as scheduled”, and is also what an announced event
    has. ``disambiguatingDescription`` says which, and whether a report was found.
    """
    if meeting.state == Meeting.State.CANCELLED:
        status = "EventCancelled"
    elif meeting.state != Meeting.State.POSTPONED:
        status = "EventScheduled"
    elif _has_new_date(meeting):
        status = "EventRescheduled"
    else:
        status = "EventPostponed"
    return f"https://schema.org/{status}"


def _has_new_date(meeting: Meeting) -> bool:
    first = meeting.first_announced_for
    return None not in (first, meeting.starts_on) and first != meeting.starts_on


def _day(date: datetime.date | None, precision: str) -> str:
    """Return a date to its precision in ISO 8601, empty when it is not known."""
    length = DATE_LENGTHS.get(precision)
    return date.isoformat()[:length] if date and length else ""


def _moment(meeting: Meeting) -> str:
    """Return when the meeting began, to the minute where a source says it."""
    day = _day(meeting.starts_on, meeting.date_precision)
    if len(day) == DATE_LENGTHS["day"] and meeting.starts_at:
        # Without an offset: schema.org takes it for the time of the place.
        return f"{day}T{meeting.starts_at:%H:%M}"
    return day


def _place(meeting: Meeting) -> dict | None:
    """Return where it was, None when neither venue, city nor region is known."""
    region = meeting.region.name if meeting.region else ""
    if not (meeting.venue or meeting.city or region):
        return None
    return without_unknown(
        {
            "@type": "Place",
            "name": str(meeting.venue or meeting.city or region),
            "address": without_unknown(
                {
                    "@type": "PostalAddress",
                    "addressLocality": str(meeting.city),
                    "addressRegion": str(region),
                    "addressCountry": "MA",
                }
            ),
        }
    )


def _linked(kind: str, name, url: str) -> dict:
    return {"@type": kind, "name": str(name), "url": url}


def _things(terms) -> list[dict]:
    return [{"@type": "Thing", "name": str(term.name)} for term in terms]


def _sources(evidence) -> list[dict]:
    return [
        without_unknown(
            {
                "@type": "CreativeWork",
                "name": source.title,
                "url": source.link,
                "inLanguage": source.language,
                "datePublished": _day(source.published_on, source.date_precision),
                "publisher": {"@type": "Organization", "name": source.publisher},
            }
        )
        for source in evidence.sources
    ]


def _page(base_url: str, record: Meeting | PartnershipAgreement) -> dict:
    return page_of_record(
        base_url, record.get_absolute_url(), record.published_at, record.updated_at
    )


def _organisers(dossier: MeetingDossier, base_url: str) -> list[dict] | dict:
    """Return the bodies recorded as organisers, else the ministry, whose meetings they are."""
    bodies = [
        {"@type": "Organization", "name": str(name)}
        for heard in dossier.heard
        for row in heard.participations
        if row.capacity == Participation.Capacity.ORGANISER
        and (name := row.organisation.name if row.organisation else row.description)
    ]
    return bodies or ministry(base_url)


def meeting_data(meeting: Meeting, dossier: MeetingDossier, base_url: str) -> dict:
    """Return a meeting as an Event."""
    tied = {"part_of": [], "has_part": []}
    for tie, other in dossier.related:
        if tie in tied:
            tied[tie].append(
                _linked("Event", other.title, base_url + other.get_absolute_url())
            )
    wider = tied["part_of"]
    if meeting.series:
        address = (
            f"{reverse('consultations:meeting_list')}?series={meeting.series.code}"
        )
        wider.append(_linked("EventSeries", meeting.series.title, base_url + address))
    return without_unknown(
        {
            "@type": "Event",
            "@id": base_url + meeting.get_absolute_url(),
            "url": base_url + meeting.get_absolute_url(),
            "mainEntityOfPage": _page(base_url, meeting),
            "identifier": meeting.slug,
            "name": str(meeting.title),
            "description": dossier.description,
            "disambiguatingDescription": state_in_words(meeting),
            "startDate": _moment(meeting),
            "endDate": _day(meeting.ends_on, meeting.date_precision),
            "previousStartDate": _day(meeting.first_announced_for, "day")
            if _has_new_date(meeting)
            else "",
            "eventStatus": event_status(meeting),
            "eventAttendanceMode": MODES.get(meeting.mode),
            "location": _place(meeting),
            "organizer": _organisers(dossier, base_url),
            "about": _things(meeting.themes.all()),
            "superEvent": wider,
            "subEvent": tied["has_part"],
            "subjectOf": _sources(dossier.evidence),
        }
    )


def agreement_data(
    agreement: PartnershipAgreement, dossier: AgreementDossier, base_url: str
) -> dict:
    """Return an agreement as a CreativeWork: the text that the parties signed.

    schema.org knows no contract; Legislation is made by an authority, and a
    GovernmentService is what an agreement may bring about, not what it is.
    """
    signed = [
        step.date
        for step in dossier.steps
        if step.kind == StepKind.SIGNED and step.date
    ]
    period = [
        _day(day, "day") or ".."
        for day in (agreement.period_starts_on, agreement.period_ends_on)
    ]
    return without_unknown(
        {
            "@type": "CreativeWork",
            "@id": base_url + agreement.get_absolute_url(),
            "url": base_url + agreement.get_absolute_url(),
            "mainEntityOfPage": _page(base_url, agreement),
            "identifier": agreement.reference,
            "name": str(agreement.label or agreement.reference),
            "alternateName": str(agreement.short_label)
            if agreement.title and agreement.short_label
            else "",
            "description": dossier.description,
            "genre": str(agreement.instrument.name) if agreement.instrument else "",
            "creativeWorkStatus": str(agreement.status.label),
            "dateCreated": _day(min(signed), "day") if signed else "",
            "temporalCoverage": "" if period == ["..", ".."] else "/".join(period),
            "spatialCoverage": [
                {
                    "@type": "AdministrativeArea",
                    "name": str(region.name),
                    "identifier": region.iso_code,
                }
                for region in agreement.regions.all()
            ],
            "contributor": [
                {"@type": "Organization", "name": str(party.name)}
                for party in dossier.parties
            ],
            "about": _things(agreement.themes.all()),
            "audience": [
                {"@type": "Audience", "audienceType": str(group.name)}
                for group in agreement.target_groups.all()
            ],
            "isBasedOn": [
                _linked(
                    "CreativeWork", other.label, base_url + other.get_absolute_url()
                )
                for tie, other in dossier.related
                if tie in ("based_on", "amends")
            ],
            "mentions": [
                _linked("Event", one.title, base_url + one.get_absolute_url())
                for one in dossier.meetings
            ],
            "subjectOf": _sources(dossier.evidence),
        }
    )
