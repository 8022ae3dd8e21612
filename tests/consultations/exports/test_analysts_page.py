"""The page for analysts says what the files hold, and cannot fall behind them."""

import re

import pytest
from django.conf import settings
from django.utils import translation
from hypothesis import given
from hypothesis import settings as hypothesis_settings

from consultations.exports import DATASETS, FORMS
from consultations.exports.formula_guard import guard
from tests.consultations.exports.test_formula_guard import texts

PAGE = (settings.BASE_DIR / "docs/analysts.md").read_text()


def described(dataset):
    """Return the table that the page has to hold, a line a column."""
    yield "| column | holds | meaning |"
    yield "|---|---|---|"
    for column in dataset.columns:
        codes = ", ".join(f"`{code}`" for code in column.values)
        label = column.label[0].upper() + column.label[1:]
        meaning = " ".join(
            filter(
                None, (f"{label}.", column.description, codes and f"One of {codes}.")
            )
        )
        yield f"| `{column.key}` | {column.datatype} | {meaning} |"


def section(heading: str) -> str:
    """Return what stands under a heading, up to the next of its rank or above."""
    return re.split(r"^#{2,3} ", PAGE.split(f"\n### {heading}\n")[1], flags=re.M)[0]


@pytest.mark.parametrize("dataset", DATASETS.values(), ids=lambda dataset: dataset.name)
def test_page_describes_every_column(dataset):
    with translation.override("en"):
        expected = list(described(dataset))

    lines = section(f"{dataset.name}.csv").splitlines()

    assert [line for line in lines if line.startswith("|")] == expected


def test_page_lists_every_address():
    listed = set(re.findall(r"`/data/([a-z_]+)\.([a-z.]+)`", PAGE))

    assert listed == {(name, form) for name in DATASETS for form in FORMS}


def test_page_describes_every_filter():
    table = PAGE.split("\n## Filters\n")[1].split("\n## ")[0]
    described = {
        (name, dataset)
        for names, datasets in re.findall(r"^\| (`.*?`) \| (.*?) \|", table, flags=re.M)
        for name in re.findall(r"`(\w+)`", names)
        for dataset in datasets.split(", ")
    }

    assert described == {
        (name, dataset)
        for dataset in ("meetings", "agreements", "expectations", "commitments")
        for name in DATASETS[dataset].filters(is_export=True).fields
    }


@hypothesis_settings(deadline=None)
@given(texts)
def test_reader_on_the_page_takes_off_the_apostrophe(text):
    (source,) = re.findall(r"```python\n(import re\n.*?)```", PAGE, flags=re.S)
    page: dict = {}
    exec(source, page)  # noqa: S102 -- what analysts are told to run

    assert page["original"](guard(text)) == text
