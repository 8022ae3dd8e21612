"""docs/ is held to the code: the data model, the decisions, the pictures."""

import re
from xml.etree import ElementTree

import pytest
from django.apps import apps
from django.conf import settings
from django.utils.functional import partition

from config.search_index import SearchDocument

APPS = ("config", "regions", "accounts", "stakeholders", "consultations")
DOCS = settings.BASE_DIR / "docs"
DECISIONS = sorted((DOCS / "decisions").glob("[0-9]*.md"))
# Every part or record has them; the page says so once instead of drawing them.
NOT_DRAWN = {"source", "created_by"}


def models():
    """Return the models of the portal, those with a history, and those of history."""
    every = [model for app in APPS for model in apps.get_app_config(app).get_models()]
    own, historical = partition(
        lambda model: model.__name__.startswith("Historical"), every
    )
    return own, historical


def cardinality(field):
    if field.many_to_many:
        return "}o--o{"
    return "}o--o|" if field.null else "}o--||"


def test_data_model_names_every_table():
    page = (DOCS / "data-model.md").read_text(encoding="utf-8")
    own, _historical = models()

    named = set(re.findall(r"`(\w+)`", page))

    assert [model.__name__ for model in own if model.__name__ not in named] == []


def test_data_model_draws_every_key_as_it_is():
    page = (DOCS / "data-model.md").read_text(encoding="utf-8")
    own, _historical = models()
    keys = sorted(
        f"{model.__name__} {cardinality(field)} {field.related_model.__name__} : {field.name}"
        for model in own
        for field in model._meta.get_fields()
        if field.is_relation
        if not field.auto_created
        if field.related_model in own
        if field.name not in NOT_DRAWN
    )

    diagrams = re.findall(r"```mermaid\nerDiagram\n(.*?)```", page, re.DOTALL)
    drawn = sorted(line.strip() for text in diagrams for line in text.splitlines())

    assert drawn == keys


def test_data_model_says_which_tables_have_no_history():
    page = (DOCS / "data-model.md").read_text(encoding="utf-8")
    own, historical = models()
    kept = {model.__name__.removeprefix("Historical") for model in historical}

    stated = re.search(
        r"Every table but ((?:`\w+`, )*`\w+`) and the search documents has one", page
    )

    assert sorted(re.findall(r"\w+", stated[1])) == sorted(
        model.__name__
        for model in own
        if model.__name__ not in kept and not issubclass(model, SearchDocument)
    )


def test_decisions_are_numbered_without_a_gap_and_listed():
    index = (DOCS / "decisions" / "README.md").read_text(encoding="utf-8")

    assert [page.name[:4] for page in DECISIONS] == [
        f"{number:04d}" for number in range(1, len(DECISIONS) + 1)
    ]
    assert re.findall(r"\]\((\d{4}-[\w-]+\.md)\)", index) == [
        page.name for page in DECISIONS
    ]


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.stem)
def test_decision_has_its_parts_on_one_page(page):
    lines = page.read_text(encoding="utf-8").splitlines()

    assert [line for line in lines if line.startswith("## ")] == [
        "## Context",
        "## Decision",
        "## Consequences",
    ]
    assert re.fullmatch(rf"# {int(page.name[:4])}\. .+", lines[0])
    assert re.fullmatch(
        r"(Accepted|Superseded by \[\d{4}\]\(.+\)), \d{4}-\d\d-\d\d\.", lines[2]
    )
    assert len(lines) <= 60


@pytest.mark.parametrize(
    "picture", sorted((DOCS / "img").glob("*.svg")), ids=lambda picture: picture.name
)
def test_picture_says_what_it_shows(picture):
    root = ElementTree.parse(picture).getroot()  # noqa: S314 -- a file of the project
    svg = "{http://www.w3.org/2000/svg}"

    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == root.find(f"{svg}title").get("id")
    assert len(root.findall(f".//{svg}text")) > 0
