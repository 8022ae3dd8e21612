"""What a filter may be set to: the keys that stand in addresses, and their names.

Each vocabulary is read once a public state and process, in its own order. Names are
kept in all three languages, so that one copy serves every reader. Territories and terms
are known to the public whether a record uses them or not; a series, a party or an owner
only by a published record, so that no address can ask for the name of another.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from config.localization import LANGUAGES, LocalizedText, pick_language
from config.public_state import kept_per_state
from consultations.models import (
    AgreementParty,
    Commitment,
    Instrument,
    MeetingSeries,
    MeetingType,
    TargetGroup,
    Theme,
    is_public,
)
from regions.models import Province, Region
from stakeholders.models import Organisation, ParticipantCategory

NATIONAL = "national"  # beside the slugs of regions: records of no region


@dataclass(frozen=True)
class Choice:
    """A value of a filter; ``within`` is the key of what it is a part of, if anything.

    Its ``pk`` is None where it stands for having none of the others.
    """

    pk: int | None
    key: str
    names: dict[str, str]
    within: str = ""

    @property
    def name(self) -> LocalizedText:
        """The name in the reader's language, or else in Arabic, French, English."""
        return pick_language(self.names)


def _read(
    rows: QuerySet, key: str, name: str = "name", within: str = ""
) -> list[Choice]:
    columns = [f"{name}_{language}" for language in LANGUAGES]
    read = rows.values_list("pk", key, *columns, *([within] if within else []))
    return [
        Choice(
            pk,
            str(code),
            dict(zip(LANGUAGES, names[:3], strict=True)),
            names[3] if within else "",
        )
        for pk, code, *names in read
    ]


def _parties() -> QuerySet:
    return Organisation.objects.filter(
        Exists(
            AgreementParty.objects.filter(
                is_public("agreement"), organisation=OuterRef("pk")
            )
        )
    )


def _owners() -> QuerySet:
    return Organisation.objects.filter(
        Exists(Commitment.objects.published().filter(owner=OuterRef("pk")))
    )


def _regions() -> list[Choice]:
    names = {}
    for language in LANGUAGES:
        with translation.override(language):
            names[language] = _("National")
    return [*_read(Region.objects.all(), "slug"), Choice(None, NATIONAL, names)]


VOCABULARIES: dict[str, Callable[[], list[Choice]]] = {
    "region": _regions,
    "province": lambda: _read(
        Province.objects.all(), "iso_code", within="region__slug"
    ),
    "series": lambda: _read(
        MeetingSeries.objects.with_a_public_meeting(), "code", "title"
    ),
    "type": lambda: _read(MeetingType.objects.all(), "code"),
    "category": lambda: _read(ParticipantCategory.objects.all(), "code"),
    "theme": lambda: _read(Theme.objects.all(), "code"),
    "target_group": lambda: _read(TargetGroup.objects.all(), "code"),
    "instrument": lambda: _read(Instrument.objects.all(), "code"),
    "party": lambda: _read(_parties(), "pk"),
    "owner": lambda: _read(_owners(), "pk"),
}


@kept_per_state(entries=len(VOCABULARIES))
def vocabulary(name: str) -> dict[str, Choice]:
    """Return the choices of a filter by their keys, in their order."""
    return {choice.key: choice for choice in VOCABULARIES[name]()}
