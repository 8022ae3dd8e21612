import datetime

import pytest
from django.db import models
from django.utils import translation

from consultations.exports import DATASETS
from consultations.exports.columns import Column, Datatype, Scope

COLUMNS = [
    pytest.param(column, id=f"{dataset.name}.{column.key}")
    for dataset in DATASETS.values()
    for column in dataset.columns_in(with_drafts=True)
]


@pytest.mark.parametrize("column", COLUMNS)
def test_column_has_a_heading_in_every_language(column):
    for language in ("ar", "fr", "en"):
        with translation.override(language):
            assert column.label
            assert isinstance(column.description, str)


@pytest.mark.parametrize("dataset", DATASETS.values(), ids=lambda dataset: dataset.name)
def test_dataset_has_keys_that_stay_apart(dataset):
    keys = [column.key for column in dataset.columns_in(with_drafts=True)]

    assert len(keys) == len(set(keys))
    assert [key for key in keys if not key.isascii() or key != key.lower()] == []
    assert tuple(keys[: len(dataset.keys)]) == dataset.keys


def test_column_takes_heading_and_description_from_its_field():
    with translation.override("en"):
        column = next(
            c for c in DATASETS["meetings"].columns if c.key == "stated_total"
        )

        assert column.label == "stated total"
        assert (
            column.description
            == "A headcount that a source states for the whole event."
        )


def test_column_is_told_in_the_language_that_is_active_when_it_is_asked():
    column = Column("url", label=translation.gettext_lazy("Arabic"))

    told = []
    for language in ("en", "fr"):
        with translation.override(language):
            told.append((column.label, str(translation.gettext("Arabic"))))

    assert told[0][0] == "Arabic"
    assert told[1][0] == told[1][1]


def test_column_lists_the_codes_of_a_closed_list():
    by_key = {column.key: column for column in DATASETS["meetings"].columns}

    assert by_key["state"].values == ["announced", "held", "postponed", "cancelled"]
    assert by_key["date_basis"].values == ["stated", "inferred"]
    assert by_key["slug"].values == []
    assert by_key["people_present"].values == []


# In this order: a date-time field is a date field too.
HELD_BY = {
    models.BooleanField: {Datatype.BOOLEAN},
    models.DateTimeField: {Datatype.DATETIME},
    models.DateField: {Datatype.DATE},
    models.DecimalField: {Datatype.DECIMAL},
    models.IntegerField: {Datatype.INTEGER},
    models.CharField: {Datatype.STRING, Datatype.LIST, Datatype.URL},
    models.TextField: {Datatype.STRING},
}


@pytest.mark.parametrize("dataset", DATASETS.values(), ids=lambda dataset: dataset.name)
def test_columns_hold_what_their_expressions_give(dataset):
    scope = Scope("https://portal.example", datetime.date(2022, 6, 1), with_drafts=True)
    rows = dataset.annotate(dataset.rows_of(dataset.published()), scope)

    wrong = {}
    for column in dataset.columns_in(with_drafts=True):
        query = rows.annotate(cell=column.expression(scope)).query
        field = query.annotations["cell"].output_field
        allowed = next(
            datatypes for kind, datatypes in HELD_BY.items() if isinstance(field, kind)
        )
        if column.datatype not in allowed:
            wrong[column.key] = type(field)

    assert wrong == {}
