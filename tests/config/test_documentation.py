import re
import tomllib

import pytest
from django.conf import settings

from consultations.exports import DATASETS

PAGES = [
    settings.BASE_DIR / "README.md",
    settings.BASE_DIR / "CHANGELOG.md",
    *sorted((settings.BASE_DIR / "docs").rglob("*.md")),
]


def normalized(requirement):
    """Return the package that a line of pyproject.toml asks for."""
    return re.match(r"[\w.-]+", requirement)[0].lower().replace("_", "-")


def test_every_dependency_is_justified_and_locked_with_hashes():
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())[
        "project"
    ]
    page = (settings.BASE_DIR / "docs" / "dependencies.md").read_text(encoding="utf-8")
    lock = (settings.BASE_DIR / "requirements.lock").read_text()

    asked = {
        "In production": project["dependencies"],
        "For tests and development only": project["optional-dependencies"]["dev"],
    }
    for heading, requirements in asked.items():
        section = page.split(f"## {heading}\n")[1].split("\n## ")[0]
        names = sorted(map(normalized, requirements))
        assert sorted(re.findall(r"^\| ([a-z-]+) \|", section, re.MULTILINE)[1:]) == (
            names
        )
        for name in names:
            pinned = rf"^{name}(?:\[\w+\])?==\S+[^\n]*\\\n    --hash=sha256:"
            assert re.search(pinned, lock, re.MULTILINE), name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page):
    text = page.read_text(encoding="utf-8")
    targets = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", text)

    missing = [
        target for target in targets if not (page.parent / target).resolve().exists()
    ]

    assert missing == []


def test_readme_counts_the_tables_that_there_are():
    readme = (settings.BASE_DIR / "README.md").read_text(encoding="utf-8")

    assert re.findall(r"download (\d+) tables", readme) == [str(len(DATASETS))]


@pytest.mark.parametrize("heading", ["## Run", "## Test"])
def test_readme_says_how_to_run_and_how_to_test(heading):
    readme = (settings.BASE_DIR / "README.md").read_text(encoding="utf-8")

    command = readme.split(f"\n{heading}\n")[1].split("```")[1].strip()

    assert (settings.BASE_DIR / command).stat().st_mode & 0o111
