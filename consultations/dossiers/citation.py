"""How a record is cited: in words of each language, and for a list of references."""

from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from config.dates import day_in_words
from config.localization import DIRECTIONS, current_language
from consultations.models import Meeting, PartnershipAgreement

# What BibTeX reads as commands, as it prints them.
BIBTEX_SIGNS = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{sign: f"\\{sign}" for sign in "{}%&#_$"},
    }
)
BIBTEX_LANGUAGES = {"ar": "arabic", "fr": "french", "en": "english"}


@dataclass(frozen=True)
class Citation:
    """A record cited in one language; ``name`` is what that language calls itself."""

    language: str
    name: str
    direction: str
    words: SafeString
    address: str


def reference_of(record: Meeting | PartnershipAgreement) -> str:
    """Return what names the record once and for all."""
    return getattr(record, "reference", "") or record.slug


def citations_of(
    record: Meeting | PartnershipAgreement, base_url: str
) -> list[Citation]:
    """Return how to cite a record, in the reader's language first."""
    mine = current_language()
    names = dict(settings.LANGUAGES)
    return [
        _citation(record, language, names[language], base_url)
        for language in sorted(names, key=lambda one: one != mine)
    ]


def _citation(record, language: str, name: str, base_url: str) -> Citation:
    with translation.override(language):
        title = record.title
        words = format_html(
            _("{ministry}, “{title}”, {portal}, {reference}, {version}, {day}."),
            ministry=_("Ministry of Solidarity, Social Integration and Family"),
            title=format_html(
                '<bdi lang="{}">{}</bdi>', title.language, title or _("Untitled")
            ),
            portal=_("Portal of regional consultation meetings"),
            reference=format_html('<bdi dir="ltr">{}</bdi>', reference_of(record)),
            version=_("version %(number)s") % {"number": record.version},
            day=_("state of %(day)s")
            % {"day": day_in_words(timezone.localtime(record.updated_at))},
        )
        address = base_url + record.get_absolute_url()
    return Citation(language, name, DIRECTIONS[language], words, address)


def bibtex_of(record: Meeting | PartnershipAgreement, base_url: str) -> str:
    """Return the record as an entry of a BibTeX file, in the reader's language."""
    changed = timezone.localtime(record.updated_at)
    title = " ".join(str(record.title).split()) or _("Untitled")
    author = _("Ministry of Solidarity, Social Integration and Family")
    fields = {
        # In braces of their own: a body is not a first and a last name, and the
        # capitals of a title stay as they are.
        "author": f"{{{_in_bibtex(author)}}}",
        "title": f"{{{_in_bibtex(title)}}}",
        "howpublished": _in_bibtex(_("Portal of regional consultation meetings")),
        "year": f"{changed:%Y}",
        "month": f"{changed.month}",
        "note": _in_bibtex(
            # The words come last: a date after Arabic words is drawn reversed.
            f"{reference_of(record)}, {changed:%Y-%m-%d}, "
            + _("version %(number)s") % {"number": record.version}
        ),
        "url": base_url + record.get_absolute_url(),
        "language": BIBTEX_LANGUAGES[current_language()],
    }
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
    return f"@misc{{{reference_of(record)},\n{lines}\n}}"


def _in_bibtex(text: str) -> str:
    return text.translate(BIBTEX_SIGNS)
