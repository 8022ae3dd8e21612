import pytest
from django.db.models import F, Value

from consultations.exports.columns import Column, Dataset, Datatype
from consultations.forms.filters import NoFilterForm
from regions.models import Province, Region


@pytest.fixture
def places():
    """Two declared tables, one of which refers to the other and to itself."""
    regions = Dataset(
        name="areas",
        title="areas",
        description="One row an area.",
        model=Region,
        published=Region.objects.all,
        filters=NoFilterForm,
        primary_key=("code",),
        columns=(Column("code", F("iso_code"), label="code", description="Its code."),),
    )
    provinces = Dataset(
        name="parts",
        title="parts",
        description="One row a part.",
        model=Province,
        published=Province.objects.all,
        filters=NoFilterForm,
        primary_key=("code", "area"),
        columns=(
            Column("code", F("iso_code"), label="code", description=""),
            Column(
                "area",
                F("region__iso_code"),
                label="area",
                description="Where it lies.",
                references="areas.code",
            ),
            Column(
                "seat_of",
                Value(""),
                label="seat of",
                description="",
                references="parts.code",
            ),
            Column(
                "neighbours",
                Value(""),
                Datatype.LIST,
                label="neighbours",
                description="",
                references="parts.code",
            ),
            Column("kind", description=""),
            Column("elsewhere", Value(""), label="x", references="unknown.code"),
        ),
    )
    return {dataset.name: dataset for dataset in (regions, provinces)}
