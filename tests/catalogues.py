"""The catalogues of locale/, kept without GNU gettext, which a fresh machine lacks.

    python -m tests.catalogues update     take new messages up, drop unused ones, compile
    python -m tests.catalogues compile    write every .mo from its .po

``update`` leaves new messages empty: translate them in the .po, then compile. A message
of Django or of another package that a catalogue words anew is marked there with the
package that it belongs to, ``#. Belongs to django.contrib.admin``.
"""

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import polib

BASE = Path(__file__).resolve().parent.parent
LANGUAGES = ("ar", "fr")
DOMAINS = ("django", "djangojs")
APPS = ("config", "regions", "accounts", "stakeholders", "consultations")
BELONGS_TO = "Belongs to "
# As in Django's own catalogues, so that one rule holds for its messages and for ours.
PLURAL_FORMS = {
    "ar": "nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 "
    "? 3 : n%100>=11 && n%100<=99 ? 4 : 5;",
    "fr": "nplurals=3; plural=(n == 0 || n == 1) ? 0 : n != 0 && n % 1000000 == 0 ? 1 : 2;",
}

# Where each function has its context, its singular and its plural.
ARGUMENTS = {
    "gettext": (None, 0, None),
    "gettext_noop": (None, 0, None),
    "ngettext": (None, 0, 1),
    "pgettext": (0, 1, None),
    "npgettext": (0, 1, 2),
}
ARGUMENTS |= {
    f"{name}_lazy": places for name, places in ARGUMENTS.items() if "noop" not in name
}


class Message(NamedTuple):
    """What a catalogue is asked for; ``plural`` is empty where nothing is counted."""

    context: str | None
    singular: str
    plural: str = ""


# From the source


def messages_in_python(source: str, where: str = "") -> Iterator[Message]:
    """Yield the messages of Django's translation functions, by whatever name imported.

    Raise ValueError for a message that is not written out: nobody could translate it.
    """
    tree = ast.parse(source)
    names = {}
    modules = set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.ImportFrom):
            continue
        for alias in node.names:
            name = alias.asname or alias.name
            if node.module == "django.utils.translation" and alias.name in ARGUMENTS:
                names[name] = alias.name
            elif node.module == "django.utils" and alias.name == "translation":
                modules.add(name)
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    for node in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        called = node.func
        if isinstance(called, ast.Name):
            function = names.get(called.id)
        elif isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name):
            function = called.attr if called.value.id in modules else None
        else:
            function = None
        if function in ARGUMENTS:
            yield _message(node, function, f"{where}:{node.lineno}")


def _message(call: ast.Call, function: str, where: str) -> Message:
    texts = []
    for place in ARGUMENTS[function]:
        if place is None:
            texts.append(None)
            continue
        argument = call.args[place] if place < len(call.args) else None
        if not isinstance(argument, ast.Constant) or not isinstance(
            argument.value, str
        ):
            raise ValueError(f"{where}: a message of {function}() is not written out")
        texts.append(argument.value)
    context, singular, plural = texts
    return Message(context, singular, plural or "")


def messages_in_template(source: str, where: str = "") -> Iterator[Message]:
    """Yield the messages of ``translate``, ``blocktranslate`` and ``_("…")``."""
    # Not at the top: ``compile`` needs no Django.
    from django.utils.translation.template import templatize

    text = r"""u?(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
    call = re.compile(rf"\b(_|n?p?gettext)\(({text}(?:,\s*(?:{text}|count))*)\)")
    for match in call.finditer(templatize(source, where)):
        function = "gettext" if match[1] == "_" else match[1]
        node = ast.parse(f"f({match[2]})", mode="eval").body
        yield _message(node, function, where)


def messages_in_script(source: str, where: str = "") -> Iterator[Message]:
    """Yield the messages of ``gettext`` and its kin in JavaScript."""
    text = r"""(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
    call = re.compile(
        rf"(?<!\.)\b(n?p?gettext)\(\s*({text}(?:\s*,\s*{text})*)\s*[,)]", re.DOTALL
    )
    for match in call.finditer(source):
        node = ast.parse(f"f({match[2]})", mode="eval").body
        yield _message(node, match[1], where)


READERS = {
    ".py": messages_in_python,
    ".html": messages_in_template,
    ".txt": messages_in_template,
    ".xml": messages_in_template,
    ".js": messages_in_script,
}


def messages_in_folder(
    folder: Path, endings: tuple[str, ...]
) -> dict[Message, list[str]]:
    """Return the messages of the files below ``folder``, with the files that hold them."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.suffix not in endings or not path.is_file():
            continue
        where = str(path.relative_to(folder.parent))
        for message in READERS[path.suffix](path.read_text(encoding="utf-8"), where):
            found.setdefault(message, []).append(where)
    return found


@cache
def messages_of_portal(domain: str) -> dict[Message, list[str]]:
    """Return every message of the portal's own source, with the files that hold it."""
    if domain == "djangojs":
        return messages_in_folder(BASE / "static", (".js",))
    found = {}
    for name in APPS:
        found |= {
            message: found.get(message, []) + files
            for message, files in messages_in_folder(BASE / name, (".py",)).items()
        }
    for message, files in messages_in_folder(
        BASE / "templates", (".html", ".txt", ".xml")
    ).items():
        found[message] = found.get(message, []) + files
    return found


# From other packages


def folder_of(package: str) -> Path:
    return Path(find_spec(package).origin).parent


def locale_of(package: str) -> Path:
    folder = folder_of(package)
    return (folder / "conf" if package == "django" else folder) / "locale"


@cache
def messages_of_package(package: str, domain: str) -> set[Message]:
    """Return the messages of Django, of one of its apps, or of another package."""
    english = locale_of(package) / "en" / "LC_MESSAGES" / f"{domain}.po"
    if english.exists():
        return {message_of(entry) for entry in polib.pofile(str(english))}
    if package.startswith("django") or domain == "djangojs":
        return set()
    return set(messages_in_folder(folder_of(package), (".py", ".html")))


# Catalogues


def message_of(entry: polib.POEntry) -> Message:
    return Message(entry.msgctxt, entry.msgid, entry.msgid_plural)


def owner_of(entry: polib.POEntry) -> str:
    """Return the package that an entry words anew, "" for the portal's own messages."""
    comment = entry.comment or ""
    return comment.removeprefix(BELONGS_TO) if comment.startswith(BELONGS_TO) else ""


def catalogue_path(language: str, domain: str, ending: str = "po") -> Path:
    return BASE / "locale" / language / "LC_MESSAGES" / f"{domain}.{ending}"


def read_catalogue(language: str, domain: str) -> polib.POFile:
    return polib.pofile(str(catalogue_path(language, domain)), wrapwidth=88)


def compile_catalogue(language: str, domain: str) -> None:
    read_catalogue(language, domain).save_as_mofile(
        str(catalogue_path(language, domain, "mo"))
    )


def update_catalogue(language: str, domain: str) -> list[Message]:
    """Bring a .po to the source as it is and return what is still to translate."""
    path = catalogue_path(language, domain)
    old = read_catalogue(language, domain) if path.exists() else []
    known = {message_of(entry): entry for entry in old}
    new = polib.POFile(wrapwidth=88)
    new.metadata = {
        "Project-Id-Version": "consultation-portal",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": PLURAL_FORMS[language],
    }
    own = messages_of_portal(domain)
    for message in own:
        entry = known.get(message) or _empty_entry(message, language)
        entry.comment = ""
        entry.flags = _format_flags(message)
        new.append(entry)
    for message, entry in known.items():
        if message not in own and owner_of(entry):
            entry.flags = _format_flags(message)
            new.append(entry)
    path.parent.mkdir(parents=True, exist_ok=True)
    new.save(str(path))
    return [message_of(entry) for entry in new if not entry.translated()]


def _empty_entry(message: Message, language: str) -> polib.POEntry:
    entry = polib.POEntry(msgctxt=message.context, msgid=message.singular)
    if message.plural:
        number = int(re.search(r"nplurals=(\d+)", PLURAL_FORMS[language])[1])
        entry.msgid_plural = message.plural
        entry.msgstr_plural = dict.fromkeys(range(number), "")
    return entry


def _format_flags(message: Message) -> list[str]:
    text = message.singular + message.plural
    flags = []
    if re.search(r"%(\(\w+\))?[sdr]", text):
        flags.append("python-format")
    if re.search(r"\{\w*\}", text):
        flags.append("python-brace-format")
    return flags


def main(arguments: list[str]) -> int:
    if arguments not in (["update"], ["compile"]):
        sys.stderr.write(__doc__)
        return 2
    missing = 0
    for language in LANGUAGES:
        for domain in DOMAINS:
            if arguments == ["update"]:
                untranslated = update_catalogue(language, domain)
                missing += len(untranslated)
                for message in untranslated:
                    sys.stdout.write(f"{language} {domain}: {message.singular}\n")
            compile_catalogue(language, domain)
    if missing:
        sys.stdout.write(f"{missing} messages to translate\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
