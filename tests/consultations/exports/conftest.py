import datetime

import pytest

from consultations.exports import DATASETS
from consultations.exports.columns import Scope

BASE_URL = "https://portal.example"


@pytest.fixture
def read_rows(db):
    """Return the public rows of a dataset, each as {key: cell}, cells as the database gives them."""

    def read(name, records=None, *, with_drafts=False, today=datetime.date(2022, 6, 1)):
        dataset = DATASETS[name]
        scope = Scope(BASE_URL, today, with_drafts)
        records = dataset.published() if records is None else records
        keys = [column.key for column in dataset.columns_in(with_drafts=with_drafts)]
        return [
            dict(zip(keys, row, strict=True)) for row in dataset.rows(records, scope)
        ]

    return read
