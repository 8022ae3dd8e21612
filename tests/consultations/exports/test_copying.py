"""Files that PostgreSQL writes are those that Python writes, byte by byte."""

from dataclasses import replace
from itertools import product

import pytest
from django.db import DatabaseError, connection
from django.db.models import BigIntegerField, Case, Value, When
from django.db.models.functions import Abs
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from consultations.exports import DATASETS, FORMS, stream
from consultations.exports.columns import ROWS_A_CHUNK, Column, Datatype, Scope
from consultations.exports.formula_guard import PLAIN, would_run
from consultations.models import AgendaItem, Meeting, Participation
from tests.consultations.exports.conftest import BASE_URL
from tests.consultations.exports.test_formula_guard import texts as awkward
from tests.consultations.exports.test_round_trip import ROUND_TRIPS, TEXTS_A_FILE, texts
from tests.consultations.exports.whole_record import make_all
from tests.factories.consultations import MeetingFactory, ParticipationFactory

CSV_FORMS = ("csv", "excel.csv")


def sent(dataset, records, form, *, with_drafts=False) -> bytes:
    return stream(
        dataset, records, form=form, base_url=BASE_URL, include_drafts=with_drafts
    ).getvalue()


def written(dataset, records, form, *, with_drafts=False) -> bytes:
    """Return the file as the writer makes it of the cells that the dataset yields."""
    scope = Scope(BASE_URL, timezone.localdate(), with_drafts)
    columns = dataset.columns_in(with_drafts=with_drafts)
    return b"".join(FORMS[form].encode(columns, dataset.rows(records, scope)))


@pytest.mark.django_db
def test_every_file_is_the_writers():
    make_all()
    for name, dataset in DATASETS.items():
        selections = [(dataset.published(), False)]
        if dataset.publication:
            records = dataset.published().model.objects.all()
            selections.append((records, True))
        for form, (records, with_drafts) in product(CSV_FORMS, selections):
            file = sent(dataset, records, form, with_drafts=with_drafts)

            assert file == written(dataset, records, form, with_drafts=with_drafts), (
                name
            )
            assert file.count(b"\r\n") > 1, name


@pytest.mark.django_db
@pytest.mark.parametrize("form", CSV_FORMS)
def test_file_of_no_rows_is_the_writers(form):
    dataset = DATASETS["meetings"]
    for records in (Meeting.objects.all(), Meeting.objects.none()):
        file = sent(dataset, records, form)

        assert file == written(dataset, records, form)
        assert file.count(b"\r\n") == 1


@pytest.mark.django_db
@hypothesis_settings(
    max_examples=ROUND_TRIPS // TEXTS_A_FILE // 2,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(
    st.lists(
        st.one_of(texts, awkward.filter("\0".__ne__)),
        min_size=TEXTS_A_FILE,
        max_size=TEXTS_A_FILE,
    )
)
def test_generated_texts_are_guarded_and_quoted_as_the_writer_does(written_texts):
    AgendaItem.objects.all().delete()
    meeting = MeetingFactory()
    AgendaItem.objects.bulk_create(
        AgendaItem(
            meeting=meeting, order=order, kind="field_visit", sites_ar=storable(text)
        )
        for order, text in enumerate(written_texts)
    )
    dataset, records = DATASETS["agenda"], Meeting.objects.all()

    for form in CSV_FORMS:
        assert sent(dataset, records, form) == written(dataset, records, form)


def storable(text: str) -> str:
    """Return a text as a database takes it: without NUL and half surrogate pairs."""
    return text.replace("\0", "").encode(errors="ignore").decode()


def test_what_begins_plainly_never_runs():
    for first, last in PLAIN:
        for number in range(first, last + 1):
            assert not any(would_run(chr(number) + rest) for rest in ("", "=1", "\t=1"))


def many_participations() -> Meeting:
    meeting = MeetingFactory()
    row = ParticipationFactory(meeting=meeting)
    Participation.objects.bulk_create(
        Participation(meeting=meeting, category=row.category, order=order)
        for order in range(1, 5 * ROWS_A_CHUNK)
    )
    return meeting


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("form", FORMS)
def test_reader_who_goes_away_stops_the_query(form):
    many_participations()
    response = stream(
        DATASETS["participations"], Meeting.objects.all(), form=form, base_url=BASE_URL
    )
    next(iter(response))

    response.close()

    assert not connection.in_atomic_block
    assert queries_at_work() == []
    assert Meeting.objects.count() == 1


def queries_at_work() -> list[str]:
    """Return what the portal's connections to PostgreSQL are doing but for this question."""
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT query FROM pg_stat_activity WHERE state <> 'idle'"
            " AND datname = current_database() AND pid <> pg_backend_pid()"
        )
        return [query for (query,) in cursor]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("form", FORMS)
def test_query_that_fails_half_way_breaks_the_file(form):
    many_participations()
    least = Value(-(2**63), output_field=BigIntegerField())
    fails = Abs(Case(When(order=2 * ROWS_A_CHUNK, then=least), default=0))
    dataset = replace(
        DATASETS["participations"],
        columns=(
            Column("capacity"),
            Column("order", fails, Datatype.INTEGER, label="order"),
        ),
        rows_of=lambda meetings: Participation.objects.order_by(),
    )
    response = stream(
        dataset, Meeting.objects.all(), form=form, base_url="https://a.example"
    )
    pieces = iter(response)
    next(pieces)

    with pytest.raises(DatabaseError):
        list(pieces)
    response.close()
    assert not connection.in_atomic_block
    assert queries_at_work() == []
    assert Meeting.objects.count() == 1
