"""Every text of the portal has its Arabic and its French, and what is compiled is current.

Needs no GNU gettext; ``python -m tests.catalogues update`` mends what is missing.
"""

import datetime
import json
import re
from functools import cache
from html import unescape

import polib
import pytest
from django.apps import apps
from django.template import Context, Template
from django.urls import reverse
from django.utils import dates, translation
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext, npgettext, pgettext

from tests import catalogues
from tests.catalogues import DOMAINS, LANGUAGES, Message, message_of, owner_of
from tests.factories.consultations import MeetingFactory

BOTH = [(language, domain) for language in LANGUAGES for domain in DOMAINS]
COUNTS = (0, 1, 2, 3, 10, 11, 99, 100, 101, 103)
MONTHS = (
    *("يناير", "فبراير", "مارس", "أبريل", "ماي", "يونيو"),
    *("يوليوز", "غشت", "شتنبر", "أكتوبر", "نونبر", "دجنبر"),
)
PLACEHOLDER = re.compile(r"%\(\w+\)[sdr]|%[sdr]|\{\w*\}")


# Their pages and answers are the portal's own; a test of accounts holds them to that.
WITHOUT_TEXTS = {"axes"}


def _packages():
    """Return Django and the installed apps that are not the portal's own."""
    names = [config.name for config in apps.get_app_configs()]
    own = {*catalogues.APPS, *WITHOUT_TEXTS}
    return ["django", *(name for name in names if name not in own)]


@cache
def _catalogue(language, domain):
    return catalogues.read_catalogue(language, domain)


def _texts(entry):
    return [*entry.msgstr_plural.values()] if entry.msgid_plural else [entry.msgstr]


@cache
def _compiled(path):
    """Return what a .mo holds, none where there is no such file."""
    if not path.exists():
        return {}
    return {message_of(entry): _texts(entry) for entry in polib.mofile(str(path))}


# The files


@pytest.mark.parametrize(("language", "domain"), BOTH)
def test_catalogue_is_compiled_as_it_stands(language, domain):
    entries = _catalogue(language, domain)

    compiled = _compiled(catalogues.catalogue_path(language, domain, "mo"))

    assert compiled == {message_of(entry): _texts(entry) for entry in entries}


@pytest.mark.parametrize(("language", "domain"), BOTH)
def test_catalogue_leaves_nothing_open(language, domain):
    entries = _catalogue(language, domain)

    open_entries = [
        entry.msgid
        for entry in entries
        if entry.obsolete or entry.fuzzy or not all(map(str.strip, _texts(entry)))
    ]

    # A separator such as “، ” is a text too, but never only white space.
    assert open_entries == []


@pytest.mark.parametrize(("language", "domain"), BOTH)
def test_catalogue_has_each_message_once(language, domain):
    messages = [message_of(e) for e in _catalogue(language, domain)]

    assert sorted({m for m in messages if messages.count(m) > 1}, key=str) == []


@pytest.mark.parametrize(("language", "domain"), BOTH)
def test_catalogue_has_all_plural_forms_of_its_language(language, domain):
    catalogue = _catalogue(language, domain)
    number = {"ar": 6, "fr": 3}[language]

    wrong = [
        entry.msgid
        for entry in catalogue
        if entry.msgid_plural and sorted(entry.msgstr_plural) != [*range(number)]
    ]

    assert catalogue.metadata["Plural-Forms"] == catalogues.PLURAL_FORMS[language]
    assert wrong == []


@pytest.mark.parametrize(("language", "domain"), BOTH)
def test_catalogue_keeps_placeholders(language, domain):
    # Arabic has a word for none, one and two of a thing, French for at most one.
    wordy_forms = {"ar": 3, "fr": 1}[language]
    broken = []
    for entry in _catalogue(language, domain):
        asked = set(PLACEHOLDER.findall(entry.msgid + entry.msgid_plural))
        for form, text in enumerate(_texts(entry)):
            given = set(PLACEHOLDER.findall(text))
            left_out = 1 if entry.msgid_plural and form < wordy_forms else 0
            if given - asked or len(asked - given) > left_out:
                broken.append((entry.msgid, text))
            # One without a name must be there: Python refuses to fill in nothing.
            nameless = re.findall(r"%[sdr]", entry.msgid)
            if nameless != re.findall(r"%[sdr]", text):
                broken.append((entry.msgid, text))

    assert broken == []


# The source


@pytest.mark.parametrize(("language", "domain"), BOTH)
def test_every_message_of_the_source_is_in_the_catalogue(language, domain):
    known = {message_of(e) for e in _catalogue(language, domain)}

    missing = {
        message.singular: files
        for message, files in catalogues.messages_of_portal(domain).items()
        if message not in known
    }

    assert missing == {}


@pytest.mark.parametrize(("language", "domain"), BOTH)
def test_every_message_of_the_catalogue_is_in_the_source(language, domain):
    own = catalogues.messages_of_portal(domain)
    packages = {
        name: catalogues.messages_of_package(name, domain) for name in _packages()
    }

    unused = [
        (message_of(entry), owner_of(entry))
        for entry in _catalogue(language, domain)
        if message_of(entry) not in (packages.get(owner_of(entry), set()) or own)
    ]

    assert unused == []


@pytest.mark.parametrize(("language", "domain"), BOTH)
@pytest.mark.parametrize("package", _packages())
def test_no_message_of_a_package_is_left_in_english(package, language, domain):
    compiled = catalogues.locale_of(package) / language / "LC_MESSAGES" / f"{domain}.mo"
    known = {*_compiled(compiled)}
    known |= {message_of(e) for e in _catalogue(language, domain)}
    # What a package shares with the admin, as “Home”, it need not translate itself.
    admin = catalogues.locale_of("django.contrib.admin") / language / "LC_MESSAGES"
    known |= {*_compiled(admin / f"{domain}.mo")}

    assert catalogues.messages_of_package(package, domain) - known == set()


def test_messages_in_python_follow_every_name_and_form():
    source = """
from django.utils import translation
from django.utils.translation import gettext_lazy as _, ngettext, pgettext as p
from elsewhere import gettext

_("one " "two")
ngettext("a thing", "things", n)
p("month", "May")
translation.gettext("by module")
gettext("not Django's")
"""

    assert [*catalogues.messages_in_python(source)] == [
        Message(None, "one two"),
        Message(None, "a thing", "things"),
        Message("month", "May"),
        Message(None, "by module"),
    ]


@pytest.mark.parametrize("argument", ['f"of {name}"', "name", '"of " + name', ""])
def test_message_that_is_not_written_out_is_refused(argument):
    source = f"from django.utils.translation import gettext as _\n_({argument})"

    with pytest.raises(ValueError, match=r"x\.py:2: a message of gettext"):
        [*catalogues.messages_in_python(source, "x.py")]


def test_messages_in_template_know_every_tag():
    source = """{% load i18n %}
{% translate "50% done" %}{% translate 'Next' context "page" %}
{% include "x.html" with label=_("a label") only %}{{ value|default:_("nothing") }}
{% blocktranslate trimmed with name=person %}
  Dear
  {{ name }}
{% endblocktranslate %}
{% blocktranslate count n=rows context "list" %}{{ n }} row{% plural %}{{ n }} rows{% endblocktranslate %}
{# {% translate "in a comment" %} #}
"""

    assert [*catalogues.messages_in_template(source)] == [
        Message(None, "50%% done"),
        Message("page", "Next"),
        Message(None, "a label"),
        Message(None, "nothing"),
        Message(None, "Dear %(name)s"),
        Message("list", "%(n)s row", "%(n)s rows"),
    ]


def test_messages_in_script_know_every_function():
    source = """
gettext("Choose"); ngettext('%s row', '%s rows', n); pgettext("page", "Next");
object.gettext("not ours"); gettext(variable);
"""

    assert [*catalogues.messages_in_script(source)] == [
        Message(None, "Choose"),
        Message(None, "%s row", "%s rows"),
        Message("page", "Next"),
    ]


# What is shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_own_words_go_before_those_of_packages(language):
    shown = {}
    wanted = {}
    with translation.override(language):
        for entry in _catalogue(language, "django"):
            message = message_of(entry)
            if entry.msgid_plural:
                wanted[message] = entry.msgstr_plural[0]
                shown[message] = (
                    npgettext(message.context, message.singular, message.plural, 0)
                    if message.context
                    else ngettext(message.singular, message.plural, 0)
                )
            else:
                wanted[message] = entry.msgstr
                shown[message] = (
                    pgettext(message.context, message.singular)
                    if message.context
                    else gettext(message.singular)
                )

    assert shown == wanted


def test_arabic_counts_meetings_in_six_ways():
    shown = [
        ngettext("%(count)s meeting", "%(count)s meetings", n) % {"count": n}
        for n in COUNTS
    ]

    assert shown == [
        "لا لقاءات",
        "لقاء واحد",
        "لقاءان",
        "3 لقاءات",
        "10 لقاءات",
        "11 لقاءً",
        "99 لقاءً",
        "100 لقاء",
        "101 لقاء",
        "103 لقاءات",
    ]


def test_arabic_counts_agreements_of_a_selection_in_six_ways():
    template = Template(
        "{% load i18n %}{% blocktranslate count counter=n with number=n all=total %}"
        "{{ number }} agreement of {{ all }}{% plural %}{{ number }} agreements of "
        "{{ all }}{% endblocktranslate %}"
    )

    shown = [template.render(Context({"n": n, "total": 200})) for n in COUNTS]

    assert shown == [
        "لا اتفاقية من أصل 200",
        "اتفاقية واحدة من أصل 200",
        "اتفاقيتان من أصل 200",
        "3 اتفاقيات من أصل 200",
        "10 اتفاقيات من أصل 200",
        "11 اتفاقية من أصل 200",
        "99 اتفاقية من أصل 200",
        "100 اتفاقية من أصل 200",
        "101 اتفاقية من أصل 200",
        "103 اتفاقيات من أصل 200",
    ]


@pytest.mark.parametrize("letter", ["F", "E", "N", "M"])
def test_months_are_those_of_morocco_in_every_format(letter):
    shown = [
        date_format(datetime.date(2022, month, 1), letter) for month in range(1, 13)
    ]

    assert shown == [*MONTHS]


def test_months_are_those_of_morocco_in_every_table_of_django():
    tables = (dates.MONTHS, dates.MONTHS_3, dates.MONTHS_AP, dates.MONTHS_ALT)

    assert [tuple(map(str, table.values())) for table in tables] == [MONTHS] * 4


def test_months_of_the_lists_in_the_admin_are_those_of_morocco(staff_client):
    for month in (8, 11, 12):
        MeetingFactory(starts_on=datetime.date(2022, month, 4))
    address = reverse("admin:consultations_meeting_changelist")

    page = staff_client.get(f"{address}?sorts_on__year=2022").text

    hierarchy = re.search(r'<nav class="toplinks.*?</nav>', page, re.DOTALL)[0]
    shown = [unescape(" ".join(w.split())) for w in re.findall(r">([^<]+)<", hierarchy)]
    assert [words for words in shown if words] == [
        "تصفية حسب التاريخ",
        "‹ كل التواريخ",
        "غشت 2022",
        "نونبر 2022",
        "دجنبر 2022",
    ]


def test_month_in_a_french_page_is_french():
    with translation.override("fr"):
        shown = date_format(datetime.date(2022, 8, 4), "j F Y")

    assert shown == "4 août 2022"


def _script_catalogue(client, prefix=""):
    """Return the words that the admin's scripts are handed."""
    response = client.get(f"{prefix}{reverse('admin:jsi18n')}")
    text = re.search(r"newcatalog = (\{.*?\});\n", response.text, re.DOTALL)[1]
    return json.loads(text)


def test_scripts_of_the_admin_speak_arabic(staff_client):
    words = _script_catalogue(staff_client)

    assert [words[f"abbrev. month {name}\u0004{name[:3]}"] for name in ("August",)] == [
        "غشت"
    ]
    assert words["%(month)s %(day)s, %(year)s"] == "%(day)s %(month)s %(year)s"
    assert {
        m.singular
        for m in catalogues.messages_of_package("django.contrib.admin", "djangojs")
    } <= {key.split("\u0004")[-1] for key in words}


def _words(text):
    return re.sub(r"%\(\w+\)[sdr]|<[^>]*>|\{\w*\}", "", text)


def test_french_is_set_as_french_is():
    """Narrow no-break spaces inside « » and before ; ! ?, curved apostrophes."""
    ill_set = [
        text
        for domain in DOMAINS
        for entry in _catalogue("fr", domain)
        for text in _texts(entry)
        if re.search(r"'|\"|« | »|[^\u202f][!?;]|[^\u00a0\d]:(?!//)", _words(text))
    ]

    assert ill_set == []


def test_arabic_is_set_as_arabic_is():
    """Arabic commas and question marks, « », Western digits, none of the words shunned."""
    ill_set = [
        text
        for domain in DOMAINS
        for entry in _catalogue("ar", domain)
        for text in _texts(entry)
        if re.search(r"[?;\"'“”]|[٠-٩]|\w,|وعود|وعد\b", _words(text))
    ]

    assert ill_set == []
