import datetime
import threading

import pytest
from django.db import connection
from django.utils import timezone

from consultations.exports import DATASETS, stream
from consultations.exports.columns import ROWS_A_CHUNK
from consultations.exports.copying import ROWS_AT_FIRST
from consultations.exports.responses import file_name
from consultations.models import Meeting, Participation
from tests.factories.consultations import MeetingFactory, ParticipationFactory

MEETINGS = DATASETS["meetings"]


@pytest.mark.parametrize(
    ("selection", "form", "name"),
    [
        ([], "csv", "meetings"),
        (
            [("region", "oriental"), ("year", "2022")],
            "csv",
            "meetings_region-oriental_year-2022",
        ),
        ([("from", "2022-01-01")], "csv", "meetings_from-2022-01-01"),
        ([("to", "2022-01-01")], "csv", "meetings_to-2022-01-01"),
        ([("q", "لقاء وجدة"), ("year", "2022")], "excel.csv", "meetings_q_year-2022"),
        ([("q", 'a"; b\\../c')], "csv", "meetings_q-a-b-c"),
        ([("q", "--")], "csv", "meetings_q"),
        ([("q", "a" * 200)], "csv", "meetings_q-" + "a" * 89),
    ],
)
def test_file_name_says_dataset_selection_and_day(selection, form, name):
    today = timezone.localdate().isoformat()

    assert file_name(MEETINGS, selection, form) == f"{name}_{today}.{form}"


@pytest.mark.django_db
def test_stream_for_staff_holds_drafts_and_says_so():
    published = MeetingFactory(starts_on=datetime.date(2022, 2, 1))
    draft = MeetingFactory(draft=True, starts_on=datetime.date(2022, 1, 1))

    response = stream(
        MEETINGS,
        Meeting.objects.all(),
        form="csv",
        base_url="https://portal.example",
        include_drafts=True,
    )

    lines = response.getvalue().decode().splitlines()
    cells = [line.split(",") for line in lines]
    assert [(row[0], row[-1]) for row in cells] == [
        ("slug", "publication"),
        (published.slug, "published"),
        (draft.slug, "draft"),
    ]
    assert response["Cache-Control"] == "private, no-store"


@pytest.mark.django_db
def test_stream_takes_what_a_list_has_prepared_for_its_page():
    """A queryset with relations to fetch, annotations and deferred columns."""
    meeting = MeetingFactory()

    response = stream(
        MEETINGS,
        Meeting.objects.for_list().prefetch_related("themes"),
        base_url="https://portal.example",
    )

    assert response.getvalue().decode().splitlines()[1].startswith(f"{meeting.slug},")


@pytest.mark.django_db
def test_stream_asks_nothing_before_it_is_read_and_once_then(
    django_assert_num_queries,
):
    meeting = MeetingFactory()
    row = ParticipationFactory(meeting=meeting)
    Participation.objects.bulk_create(
        Participation(meeting=meeting, category=row.category)
        for _number in range(ROWS_A_CHUNK)
    )

    with django_assert_num_queries(0):
        response = stream(
            DATASETS["participations"],
            Meeting.objects.all(),
            base_url="https://a.example",
        )
    with django_assert_num_queries(1):
        pieces = list(response.streaming_content)

    first = [1 + ROWS_A_CHUNK]
    if connection.vendor == "postgresql":
        first = [1 + ROWS_AT_FIRST, ROWS_A_CHUNK - ROWS_AT_FIRST]
    assert [piece.count(b"\r\n") for piece in pieces] == [*first, 1]


@pytest.mark.django_db(transaction=True)
def test_stream_that_is_closed_half_way_leaves_no_transaction_open():
    meeting = MeetingFactory()
    row = ParticipationFactory(meeting=meeting)
    Participation.objects.bulk_create(
        Participation(meeting=meeting, category=row.category)
        for _number in range(ROWS_A_CHUNK)
    )
    response = stream(
        DATASETS["participations"], Meeting.objects.all(), base_url="https://a.example"
    )
    next(iter(response))
    open_while_read = connection.in_atomic_block

    response.close()

    assert open_while_read == (connection.vendor == "postgresql")
    assert not connection.in_atomic_block
    assert Meeting.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_stream_of_drafts_published_meanwhile_stays_what_it_was_when_it_began():
    """All pieces of one file come from one state of the record."""
    meeting = MeetingFactory()
    row = ParticipationFactory(meeting=meeting)
    Participation.objects.bulk_create(
        Participation(meeting=meeting, category=row.category, order=1)
        for _number in range(ROWS_A_CHUNK)
    )
    response = stream(
        DATASETS["participations"],
        Meeting.objects.published(),
        base_url="https://a.example",
    )
    pieces = iter(response)
    read = next(pieces)

    def save():
        Participation.objects.filter(order=1).update(capacity="speaker")

    # A connection that sends a file on PostgreSQL answers nothing else meanwhile.
    if connection.vendor == "postgresql":
        with_a_connection_of_its_own(save)
    else:
        save()

    assert (read + b"".join(pieces)).count(b"speaker") == 0


def with_a_connection_of_its_own(function) -> None:
    def run():
        try:
            function()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
