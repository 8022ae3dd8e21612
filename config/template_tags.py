"""Tags and filters that every template has without loading them.

Numbers and amounts as each language writes them, texts marked when they are not in the
reader's language, and links to the same page in another language or selection.
"""

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from html import unescape
from urllib.parse import quote, urlsplit, urlunsplit

from django import template
from django.conf import settings
from django.template.defaultfilters import date as plain_date
from django.urls import Resolver404, resolve, reverse, translate_url
from django.utils.formats import number_format
from django.utils.html import escape, format_html, format_html_join, strip_tags
from django.utils.translation import gettext

from config import linked_data, qr
from config.dates import day_in_words
from config.excerpts import excerpt, with_marks
from config.localization import (
    DIRECTIONS,
    LANGUAGES,
    LocalizedText,
    current_language,
    in_its_script,
)
from config.search_text import Query, read_query

register = template.Library()

# How a language writes an amount in dirhams and a share (CLDR, ar-MA and fr-MA). They
# are formats, not sentences: a translator should not be able to lose a no-break space.
MONEY = {"ar": "{}\u00a0درهم", "fr": "{}\u00a0DH", "en": "MAD\u00a0{}"}
PERCENT = {"ar": "{}%", "fr": "{}\u202f%", "en": "{}%"}


# Numbers


def _as_decimal(value):
    """Return the number as a Decimal, or None for an unknown one (None or "")."""
    return None if value is None or value == "" else Decimal(str(value))


def _grouped(number: Decimal, places: int) -> str:
    return number_format(number, decimal_pos=places, force_grouping=True)


@register.filter
def quantity(value):
    """Return a number grouped in thousands; unknown is empty, never 0."""
    number = _as_decimal(value)
    if number is None:
        return ""
    places = max(0, -number.normalize().as_tuple().exponent)
    return _grouped(number, places)


@register.filter
def money(value):
    """Return an amount of dirhams with its unit, isolated; cents only where there are any."""
    number = _as_decimal(value)
    if number is None:
        return ""
    places = 0 if number == number.to_integral_value() else 2
    return format_html(
        "<bdi>{}</bdi>", MONEY[current_language()].format(_grouped(number, places))
    )


@register.filter
def percent(value):
    """Return 36.4 as “36,4 %” in the reader's way, to one decimal at most, isolated."""
    number = _as_decimal(value)
    if number is None:
        return ""
    rounded = number.quantize(Decimal("0.1"), ROUND_HALF_UP)
    places = 0 if rounded == rounded.to_integral_value() else 1
    return format_html(
        "<bdi>{}</bdi>", PERCENT[current_language()].format(_grouped(rounded, places))
    )


# Dates


@register.filter(expects_localtime=True)
def date(value, form=None):
    """Return what Django's ``date`` does, in French with «1er» for the first of a month.

    It takes the place of that filter, so that no template has to think of it.
    """
    if isinstance(value, datetime.date):
        return day_in_words(value, form or "DATE_FORMAT")
    return plain_date(value, form)


# Texts


@register.filter
def isolate(value, direction=""):
    """Wrap a text in <bdi> so that it cannot reorder its neighbours, Arabic named as such.

    ``direction`` is "ltr" for codes, addresses and telephone numbers.
    """
    if value is None or value == "":
        return ""
    if direction:
        return format_html('<bdi dir="{}">{}</bdi>', direction, value)
    attributes = language_attributes(in_its_script(str(value)))
    return format_html("<bdi{}>{}</bdi>", attributes, value)


def _language_mark(language: str):
    """Return the small tag that names the language of a text, in the reader's language."""
    names = {
        "ar": gettext("in Arabic"),
        "fr": gettext("in French"),
        "en": gettext("in English"),
    }
    return format_html('<small class="lang-mark">{}</small>', names[language])


# Words in Arabic letters, and what stands between two of them.
_LETTERS = (
    "\\u0620-\\u065f\\u066e-\\u06ef\\u06fa-\\u06ff\\u0750-\\u077f"
    "\\ufb50-\\ufdff\\ufe70-\\ufeff"
)
_IN_A_ROW = rf"[{_LETTERS}]+(?:[^{_LETTERS}\w<>«»“”()]+[{_LETTERS}]+)*"
_ARABIC_WORDS = re.compile(
    rf"{_IN_A_ROW}(?:[^{_LETTERS}\w<>«»“”()]*\({_IN_A_ROW}\)"
    rf"(?:[^{_LETTERS}\w<>«»“”()]*{_IN_A_ROW})?)*"
)


def _with_arabic_named(text: str):
    """Return a text of the reader's language escaped, the Arabic that it quotes as such."""
    if current_language() == "ar" or not _ARABIC_WORDS.search(text):
        return escape(text)
    pieces, place = [], 0
    for quoted in _ARABIC_WORDS.finditer(text):
        pieces.append(text[place : quoted.start()])
        pieces.append(format_html('<span lang="ar" dir="rtl">{}</span>', quoted[0]))
        place = quoted.end()
    pieces.append(text[place:])
    return format_html_join("", "{}", ((piece,) for piece in pieces))


def _is_foreign(text) -> bool:
    return isinstance(text, LocalizedText) and text.is_fallback and bool(text)


@register.filter
def marked(text):
    """Return a line of text escaped, marked when it is not in the reader's language."""
    if text is None:
        return ""
    if not _is_foreign(text):
        return _with_arabic_named(str(text))
    return format_html(
        '<span lang="{}" dir="{}">{}</span> {}',
        text.language,
        text.direction,
        str(text),
        _language_mark(text.language),
    )


@register.filter
def marked_hits(text, words):
    """Return a line of text as ``marked`` does, with what ``words`` hit in ``mark``.

    ``words`` is a Query or the text of one; without words nothing is marked.
    """
    if not text or not words:
        return marked(text)
    query = words if isinstance(words, Query) else read_query(words)
    line = with_marks(str(text), query)
    if not _is_foreign(text):
        return line
    return format_html(
        '<span lang="{}" dir="{}">{}</span> {}',
        text.language,
        text.direction,
        line,
        _language_mark(text.language),
    )


@register.filter
def hits_in_context(text, words):
    """Return the piece of a longer text that ``words`` hit, in ``mark``; else its start."""
    query = words if isinstance(words, Query) else read_query(words)
    return with_marks(str(excerpt(text, query)), query)


@register.filter
def localized_block(text, words=""):
    """Return a longer text as escaped paragraphs, marked as ``marked_hits`` does.

    A blank line begins a paragraph, a single line break stays a line break.
    """
    if not text:
        return ""
    query = read_query(words) if words else None
    is_foreign = _is_foreign(text)

    def written(line: str):
        if query:
            return with_marks(line, query)
        return line if is_foreign else _with_arabic_named(line)

    parts = re.split(r"\n{2,}", re.sub(r"\r\n?", "\n", str(text)).strip())
    paragraphs = format_html_join(
        "\n",
        "<p>{}</p>",
        (
            (format_html_join("\n", "{}", _lines_with_breaks(part, written)),)
            for part in parts
        ),
    )
    if not is_foreign:
        return format_html('<div class="text">{}</div>', paragraphs)
    return format_html(
        '<div class="text"><div lang="{}" dir="{}">{}</div>{}</div>',
        text.language,
        text.direction,
        paragraphs,
        _language_mark(text.language),
    )


def _lines_with_breaks(paragraph: str, written: Callable):
    lines = paragraph.split("\n")
    for line in lines[:-1]:
        yield (format_html("{}<br>", written(line)),)
    yield (written(lines[-1]),)


@register.filter
def lines(text):
    """Return the lines of a text that holds one item a line, without empty ones."""
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


@register.filter
def by_its_script(text):
    """Return a text of no noted language as ``marked`` and its like can take it."""
    return in_its_script(str(text)) if text else ""


@register.filter
def language_mark(text):
    """Return the tag that names the language of a text, if it is not the reader's."""
    return _language_mark(text.language) if _is_foreign(text) else ""


@register.filter
def language_attributes(text):
    """Return ` lang="…" dir="…"` for an element that holds a text of another language."""
    if not _is_foreign(text):
        return ""
    return format_html(' lang="{}" dir="{}"', text.language, text.direction)


class CapturedNode(template.Node):
    def __init__(self, nodelist, name):
        self.nodelist = nodelist
        self.name = name

    def render(self, context):
        text = unescape(strip_tags(self.nodelist.render(context)))
        context[self.name] = re.sub(r"[ \t\r\n]+", " ", text).strip()
        return ""


@register.tag
def captured(parser, token):
    """Keep what a block prints as plain text, to print it more than once.

    ``{% captured as title %}{% block title %}{% endblock %}{% endcaptured %}`` leaves
    the title without tags or entities in ``title``; it is escaped again where it goes.
    """
    words = token.split_contents()
    if len(words) != 3 or words[1] != "as":
        raise template.TemplateSyntaxError("Write {% captured as name %}.")
    nodelist = parser.parse(("endcaptured",))
    parser.delete_first_token()
    return CapturedNode(nodelist, words[2])


# The same page in another language


@dataclass(frozen=True)
class PageInLanguage:
    """The address of the current page in one language, for the switch and hreflang."""

    code: str
    locale: str
    name: str
    short_name: str
    direction: str
    url: str
    absolute_url: str
    is_current: bool


SHORT_NAMES = {"ar": "ع", "fr": "FR", "en": "EN"}
# What Open Graph calls the languages: it asks for a territory with each.
LOCALES = {"ar": "ar_MA", "fr": "fr_MA", "en": "en_GB"}


def _in_language(url: str, language: str) -> str:
    """Return the address of the same page in another language, its query kept."""
    parts = urlsplit(url)
    try:
        resolve(parts.path)
    except Resolver404:
        # No such page in any language: at least its 404 page is in the language asked for.
        path = re.sub(rf"\A/(?:{'|'.join(LANGUAGES)})(?=/|\Z)", "", parts.path) or "/"
        prefix = "" if language == settings.LANGUAGE_CODE else f"/{language}"
        return urlunsplit(parts._replace(path=prefix + path))
    return translate_url(url, language)


@register.simple_tag(takes_context=True)
def canonical_url(context):
    """Return the absolute address to cite: no filters, the page of a whole list kept."""
    request = context["request"]
    return request.build_absolute_uri(_canonical_path(request))


def _canonical_path(request) -> str:
    page = request.GET.get("page", "")
    # Page 1 and nonsense are the list itself. A page of a selection holds other records
    # than that page of the list.
    is_page = re.fullmatch(r"[2-9]|[1-9][0-9]{1,5}", page) and len(request.GET) == 1
    return f"{request.path}?page={page}" if is_page else request.path


@register.simple_tag(takes_context=True)
def page_in_languages(context):
    """Return this page in each language of the portal, as PageInLanguage."""
    request = context["request"]
    active = current_language()
    here = request.get_full_path()
    canonical = _canonical_path(request)
    return [
        PageInLanguage(
            code=code,
            locale=LOCALES[code],
            name=name,
            short_name=SHORT_NAMES[code],
            direction=DIRECTIONS[code],
            url=_in_language(here, code),
            absolute_url=request.build_absolute_uri(_in_language(canonical, code)),
            is_current=code == active,
        )
        for code, name in settings.LANGUAGES
    ]


@register.simple_tag(takes_context=True)
def current_mark(context, view_name):
    """Return ` aria-current` for a navigation link to a view, or nothing.

    "page" on the view itself, "true" on the pages below it.
    """
    url = reverse(view_name)
    path = context["request"].path
    if path == url:
        return format_html(' aria-current="{}"', "page")
    if url != reverse("home") and path.startswith(url):
        return format_html(' aria-current="{}"', "true")
    return ""


# Where the page stands, in sight and for machines


@register.simple_tag
def crumb_trail(current, **parents):
    """Return the steps to a page as Crumbs, from the home page to ``current``.

    ``parent`` and ``second`` are the names of those between, each with its ``…_url``.
    """
    steps = [(gettext("Home"), reverse("home"))]
    steps += [
        (_plain(parents[name]), url)
        for name in ("parent", "second")
        if (url := parents.get(f"{name}_url"))
    ]
    return [linked_data.Crumb(*step) for step in (*steps, (_plain(current), ""))]


def _plain(text) -> str:
    """Return a text as it reads: a tag such as ``firstof`` hands over an escaped one."""
    return unescape(str(text)) if hasattr(text, "__html__") else str(text)


def _base_url(request) -> str:
    return f"{request.scheme}://{request.get_host()}"


@register.simple_tag(takes_context=True)
def breadcrumb_data(context, trail):
    """Return the steps of ``crumb_trail`` for machines, beside the ones to be seen."""
    # An include with ``only`` keeps the request, though not by its name.
    request = context.request
    return linked_data.breadcrumb_list(trail, _base_url(request), request.path)


@register.simple_tag(takes_context=True)
def portal_data(context):
    """Return what the portal is and who publishes it, for machines."""
    return linked_data.portal(
        _base_url(context["request"]),
        reverse("consultations:search"),
        context["portal"].data_changed_at,
    )


class DataBlockNode(template.Node):
    def __init__(self, data):
        self.data = data

    def render(self, context):
        data = self.data.resolve(context)
        return linked_data.as_data_block(data) if data else ""


@register.tag
def data_block(parser, token):
    """Print what a page says to machines; nothing where it says nothing.

    A tag of its own, because its output is escaped as JSON and not as HTML.
    """
    words = token.split_contents()
    if len(words) != 2:
        raise template.TemplateSyntaxError("Write {% data_block data %}.")
    return DataBlockNode(parser.compile_filter(words[1]))


@dataclass(frozen=True)
class ShareLinks:
    """Addresses that hand a page on, and what is said of it; nobody else is asked."""

    words: str
    mail: str
    whatsapp: str


@register.simple_tag
def share_links(title, address):
    """Return the ShareLinks of the page at ``address``."""
    portal = gettext("Portal of regional consultation meetings")
    words = f"{' '.join(_plain(title).split())} – {portal}"
    subject, body = quote(words, safe=""), quote(address, safe="")
    return ShareLinks(
        words=words,
        mail=f"mailto:?subject={subject}&body={body}",
        whatsapp=f"https://wa.me/?text={subject}%0A{body}",
    )


@register.simple_tag
def qr_code(address):
    """Return the QrCode of an address, for ``components/qr.html``."""
    return qr.qr_code(address)


# Other selections of the same list


def _address(path: str, query) -> str:
    encoded = query.urlencode()
    return f"{path}?{encoded}" if encoded else path


@register.simple_tag(takes_context=True)
def query_with(context, **values):
    """Return the current address with the values given, back on page 1.

    ``page=3`` goes to a page; a value of None or "" takes the parameter off. ``at``
    names another address that is to get the same query.
    """
    request = context["request"]
    path = values.pop("at", request.path)
    query = request.GET.copy()
    query.pop("page", None)
    for key, value in values.items():
        if value is None or value == "":
            query.pop(key, None)
        else:
            query[key] = value
    return _address(path, query)


@register.simple_tag
def elided_pages(page):
    """Return the page numbers to print around a Page, with the ellipsis between."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=1)
