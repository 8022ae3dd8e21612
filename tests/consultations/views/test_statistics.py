"""Page, file and SQL hold the same numbers; the SQL here is written by hand."""

import csv
import datetime
import io
import random
import re
from decimal import Decimal
from html import unescape

import pytest
from django.db import connection
from django.utils import timezone, translation
from django.utils.html import strip_tags

from consultations.exports import REPORTS
from consultations.models import Commitment, Hearing
from tests.factories.consultations import (
    AttendanceFactory,
    CommitmentFactory,
    MeetingFactory,
    MeetingSeriesFactory,
    ParticipationFactory,
    PartnershipAgreementFactory,
)
from tests.factories.regions import RegionFactory
from tests.factories.stakeholders import ParticipantCategoryFactory

pytestmark = pytest.mark.django_db

PAGES = {
    "attendance_by_category": "/statistics/attendance/",
    "coverage": "/statistics/coverage/",
    "agreements_by_region": "/statistics/agreements/",
    "commitments_by_state": "/statistics/commitments/",
}


@pytest.fixture
def record():
    """A generated record in which every state, silence and draft occurs."""
    chance = random.Random(5)
    regions = [
        RegionFactory(code=f"{number:02}", name_en=f"Region {number}")
        for number in range(1, 5)
    ]
    categories = [
        ParticipantCategoryFactory(
            code=f"category_{number}", name_en=f"Category {number}", order=number
        )
        for number in range(4)
    ]
    for number in range(24):
        meeting = MeetingFactory(
            region=chance.choice([*regions[:3], None]),
            state=chance.choice(["held", "held", "held", "cancelled"]),
            coverage=chance.choice(["report", "report", "partial"]),
            draft=number % 6 == 0,
        )
        for category in chance.sample(categories[:3], 2):
            AttendanceFactory(
                meeting=meeting,
                category=category,
                present=chance.choice([None, 0, 0, 12, 1200]),
            )
            if chance.random() < 0.3:
                ParticipationFactory.create_batch(2, meeting=meeting, category=category)
        for _commitment in range(chance.randrange(3)):
            CommitmentFactory(
                meeting=meeting,
                state=chance.choice(Commitment.State.values),
                due_on=chance.choice(
                    [None, datetime.date(2022, 1, 1), datetime.date(2099, 1, 1)]
                ),
            )
    for number in range(12):
        note = chance.choice(["exact", "about", "programme_total", "unknown"])
        PartnershipAgreementFactory(
            amount=None
            if note == "unknown"
            else Decimal(chance.randrange(10**9)) / 100,
            amount_note=note,
            draft=number % 5 == 0,
        ).regions.set(chance.sample(regions[:3], chance.randrange(3)))


def rows_of_the_file(client, name, query=None):
    content = client.get(f"/data/{name}.csv", query).getvalue().decode()
    return list(csv.DictReader(io.StringIO(content, newline="")))


def cells_of_the_page(client, name, query=None):
    """Return the cells of the rows of the report's table, without tags."""
    html = client.get(f"/en{PAGES[name]}", query).content.decode()
    body = html.split("<tbody>")[1].split("</tbody>")[0]
    return [
        [
            " ".join(
                unescape(strip_tags(re.sub(r"<small.*?</small>", "", cell))).split()
            )
            for cell in re.findall(r"<t[hd].*?</t[hd]>", row, flags=re.S)
        ]
        for row in body.split("</tr>")[:-1]
    ]


def rows_of_sql(sql, parameters=()):
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return [list(row) for row in cursor.fetchall()]


def written(number):
    return "" if number is None else f"{number:,}"


HELD = "m.publication = 'published' AND m.state = 'held'"
# A meeting and a category: named, and the number present.
MET = f"""
    SELECT m.id AS meeting, m.region_id AS region, c.id AS category,
        EXISTS (SELECT 1 FROM consultations_participation p
            WHERE p.meeting_id = m.id AND p.category_id = c.id) AS named,
        (SELECT a.present FROM consultations_attendance a
            WHERE a.meeting_id = m.id AND a.category_id = c.id) AS present
    FROM consultations_meeting m CROSS JOIN stakeholders_participantcategory c
    WHERE {HELD}
"""  # noqa: S608 -- constants


@pytest.mark.parametrize("region", ["", "region-01"])
def test_attendance_is_the_same_on_the_page_in_the_file_and_in_sql(
    client, record, region
):
    query = {"region": region} if region else {}
    expected = rows_of_sql(
        f"""
        WITH met AS ({MET})
        SELECT c.code,
            COUNT(CASE WHEN met.named OR met.present > 0 THEN 1 END),
            COUNT(DISTINCT CASE WHEN met.named OR met.present > 0 THEN r.id END),
            SUM(met.present),
            COUNT(CASE WHEN NOT met.named AND met.present = 0 THEN 1 END)
        FROM stakeholders_participantcategory c
        LEFT JOIN met ON met.category = c.id AND (
            %s = '' OR met.region = (SELECT id FROM regions_region WHERE slug = %s))
        LEFT JOIN regions_region r ON r.id = met.region
        GROUP BY c.code, c."order" ORDER BY c."order"
        """,  # noqa: S608 -- constants
        [region, region],
    )
    assert {row[4] > 0 for row in expected} == {True, False}

    rows = rows_of_the_file(client, "attendance_by_category", query)
    cells = cells_of_the_page(client, "attendance_by_category", query)

    assert [
        [
            row["category"],
            *(int(row[key]) for key in ("meetings_heard", "regions_heard")),
            int(row["people_present"]) if row["people_present"] else None,
            int(row["meetings_recorded_absent"]),
        ]
        for row in rows
    ] == expected
    for (code, heard, regions, present, absent), shown in zip(
        expected, cells, strict=True
    ):
        tag = f"recorded absent: {absent}" if absent else ""
        silence = "not mentioned in the sources"
        number = written(heard) if heard else "" if absent else silence
        assert shown == [
            code.replace("category_", "Category "),
            " ".join(filter(None, (number, tag))),
            "",
            written(regions) if regions else "",
            silence if present is None else written(present),
        ]


def test_recorded_absence_alone_is_zero_people_and_no_silence(client):
    category = ParticipantCategoryFactory(name_en="Absent")
    AttendanceFactory(meeting=MeetingFactory(), category=category, present=0)

    html = client.get("/en/statistics/attendance/").content.decode()

    assert cells_of_the_page(client, "attendance_by_category") == [
        ["Absent", "recorded absent: 1", "", "", "0"]
    ]
    assert "they add up to 0 people present." in html
    assert "not mentioned in the sources" not in html.split('class="provenance"')[0]


@pytest.mark.parametrize("category", ["", "category_1"])
def test_coverage_is_the_same_on_the_page_in_the_file_and_in_sql(
    client, record, category
):
    MeetingFactory(region=RegionFactory(code="09"), coverage="no_report")
    query = {"category": category} if category else {}
    expected = rows_of_sql(
        f"""
        WITH met AS ({MET})
        SELECT r.iso_code, c.code,
            CASE WHEN COUNT(CASE WHEN met.named OR met.present > 0 THEN 1 END) > 0
                    THEN 'heard'
                WHEN COUNT(CASE WHEN met.present = 0 THEN 1 END) > 0 THEN 'absent'
                WHEN EXISTS (SELECT 1 FROM consultations_meeting m WHERE {HELD}
                    AND m.coverage <> 'no_report' AND m.region_id = r.id)
                    THEN 'not_mentioned'
                ELSE 'no_report' END,
            COUNT(CASE WHEN met.named OR met.present > 0 THEN 1 END)
        FROM regions_region r CROSS JOIN stakeholders_participantcategory c
        LEFT JOIN met ON met.category = c.id AND met.region = r.id
        WHERE %s = '' OR c.code = %s
        GROUP BY r.id, r.iso_code, c.code, c."order" ORDER BY r.iso_code, c."order"
        """,  # noqa: S608 -- constants
        [category, category],
    )

    rows = rows_of_the_file(client, "coverage", query)
    cells = cells_of_the_page(client, "coverage", query)

    assert [
        [
            row["region_code"],
            row["category"],
            row["hearing"],
            int(row["meetings_heard"]),
        ]
        for row in rows
    ] == expected
    with translation.override("en"):
        labels = {state.value: str(state.label) for state in Hearing}
    if not category:
        assert {row[2] for row in expected} == set(labels)
    shown = {}
    for _region, code, state, meetings in expected:
        number = f" ({meetings} meeting{'s'[: meetings != 1]})" if meetings else ""
        shown.setdefault(code.replace("category_", "Category "), []).append(
            labels[state] + number
        )
    assert cells == [[name, *states] for name, states in shown.items()]


def test_coverage_claims_no_silence_of_what_was_filtered_out(client):
    ParticipantCategoryFactory(name_en="Silent")
    MeetingFactory(region=RegionFactory(), starts_on=datetime.date(2022, 1, 12))

    shown = [
        cells_of_the_page(client, "coverage", query)[0][1]
        for query in ({}, {"year": "2022"}, {"year": "2023"})
    ]

    assert shown == [
        "not mentioned in the sources",
        "not mentioned in the sources",
        "no report in this selection",
    ]
    page = client.get("/en/statistics/coverage/?year=2023").content.decode()
    assert "no report found" not in page.split('id="results"')[1]


@pytest.mark.parametrize(
    ("name", "left_out"),
    [
        # Those held, those held in a region, all.
        ("attendance_by_category", "2 meetings without a known date are"),
        ("coverage", "1 meeting without a known date is"),
        ("commitments_by_state", "3 meetings without a known date are"),
        ("agreements_by_region", "1 agreement without any dated step is"),
    ],
)
def test_report_says_what_a_filter_of_time_leaves_out(client, name, left_out):
    region = RegionFactory()
    dated = MeetingFactory(region=region, starts_on=datetime.date(2022, 1, 12))
    AttendanceFactory(meeting=dated)
    CommitmentFactory(meeting=dated)
    MeetingFactory(region=region, undated=True)
    MeetingFactory(undated=True)
    MeetingFactory(region=region, announced_only=True, undated=True)
    PartnershipAgreementFactory()

    html = client.get(f"/en{PAGES[name]}?year=2022").content.decode()
    whole = client.get(f"/en{PAGES[name]}").content.decode()

    assert f"{left_out} left out by the " in html
    assert "left out by the" not in whole


@pytest.mark.parametrize("region", ["", "national"])
def test_agreements_are_the_same_on_the_page_in_the_file_and_in_sql(
    client, record, region
):
    query = {"region": region} if region else {}
    expected = rows_of_sql(
        """
        SELECT COALESCE(r.iso_code, ''), COUNT(*),
            COUNT(CASE WHEN g.amount_note IN ('exact', 'about') THEN 1 END),
            SUM(CASE WHEN g.amount_note IN ('exact', 'about') THEN g.amount END),
            COUNT(CASE WHEN g.amount_note = 'programme_total' THEN 1 END)
        FROM consultations_partnershipagreement g
        LEFT JOIN consultations_partnershipagreement_regions l
            ON l.partnershipagreement_id = g.id
        LEFT JOIN regions_region r ON r.id = l.region_id
        WHERE g.publication = 'published' AND (%s = '' OR r.id IS NULL)
        GROUP BY r.iso_code ORDER BY r.iso_code IS NULL, r.iso_code
        """,
        [region],
    )
    expected = [
        [*row[:3], None if row[3] is None else Decimal(str(round(row[3], 2))), row[4]]
        for row in expected
    ]

    rows = rows_of_the_file(client, "agreements_by_region", query)
    cells = cells_of_the_page(client, "agreements_by_region", query)

    assert [
        [
            row["region_code"],
            int(row["agreements"]),
            int(row["agreements_with_amount"]),
            Decimal(row["amount_mad"]) if row["amount_mad"] else None,
            int(row["programme_totals"]),
        ]
        for row in rows
    ] == expected
    assert [[shown[0], shown[1], shown[3]] for shown in cells] == [
        [
            f"Region {int(code[3:])}" if code else "National",
            written(agreements),
            written(with_amount),
        ]
        for code, agreements, with_amount, _amount, _programmes in expected
    ]
    assert [shown[4] for shown in cells] == [
        "not mentioned in the sources" if amount is None else f"MAD {amount:,.2f}"
        for _code, _agreements, _with_amount, amount, _programmes in expected
    ]


def test_commitments_are_the_same_on_the_page_in_the_file_and_in_sql(client, record):
    found = {
        row[0]: row[1:]
        for row in rows_of_sql(
            """
            SELECT k.state, COUNT(*), COUNT(DISTINCT k.meeting_id),
                COUNT(CASE WHEN k.due_on < %s AND k.state NOT IN ('done', 'abandoned')
                    THEN 1 END),
                COUNT(CASE WHEN k.due_on IS NULL THEN 1 END)
            FROM consultations_commitment k
            JOIN consultations_meeting m ON m.id = k.meeting_id
            WHERE m.publication = 'published' GROUP BY k.state
            """,
            [timezone.localdate()],
        )
    }
    keys = ("commitments", "meetings", "past_due", "without_due_date")

    rows = rows_of_the_file(client, "commitments_by_state")
    cells = cells_of_the_page(client, "commitments_by_state")

    assert {row["state"]: [int(row[key]) for key in keys] for row in rows} == found
    with translation.override("en"):
        labels = [
            str(Commitment.State(row["state"]).label).capitalize() for row in rows
        ]
    assert cells == [
        [label, numbers[0], "", *numbers[1:]]
        for label, numbers in zip(
            labels, [[row[key] for key in keys] for row in rows], strict=True
        )
    ]


@pytest.mark.parametrize("name", PAGES)
def test_page_leads_to_the_file_of_its_selection(client, name):
    RegionFactory(oriental=True)
    meeting = MeetingFactory(region=RegionFactory(code="01"))
    CommitmentFactory(meeting=meeting)
    ParticipantCategoryFactory()
    PartnershipAgreementFactory().regions.add(meeting.region)

    html = client.get(f"/en{PAGES[name]}?region=region-01").content.decode()

    for form in ("csv", "xlsx"):
        assert f'href="/data/{name}.{form}?region=region-01"' in html


@pytest.mark.parametrize("name", PAGES)
def test_refused_filter_is_named_on_the_page_and_refuses_the_file(client, name):
    page = client.get(f"/en{PAGES[name]}?sort=newest&region=atlantis")
    file = client.get(f"/data/{name}.csv?sort=newest&region=atlantis")

    left_out = page.content.decode().split('role="status"')[1].split("</ul>")[0]
    for parameter in ("sort=newest", "region=atlantis"):
        assert parameter in left_out
        assert file.content.decode().count(parameter) == 3
    assert file.status_code == 400


@pytest.mark.parametrize("name", PAGES)
def test_pages_are_kept_by_the_address_that_the_portal_writes(client, name):
    RegionFactory(oriental=True)

    kept = {
        query: client.get(f"{PAGES[name]}?{query}").is_cacheable_address
        for query in ("region=oriental", "region=oriental&year=", "q=1", "page=1")
    }

    assert kept == {
        "region=oriental": True,
        "region=oriental&year=": False,
        "q=1": False,
        "page=1": False,
    }


@pytest.mark.parametrize("name", PAGES)
def test_page_takes_the_same_queries_with_any_number_of_rows(
    client, name, django_assert_num_queries
):
    def one_more():
        meeting = MeetingFactory(region=RegionFactory())
        AttendanceFactory(meeting=meeting, present=3)
        state = Commitment.State.values[Commitment.objects.count() % 3]
        CommitmentFactory(meeting=meeting, state=state)
        PartnershipAgreementFactory().regions.add(meeting.region)
        return client.get(PAGES[name]).context["rows"]

    assert len(one_more()) == 1
    with connection.execute_wrapper(counter := Counter()):
        client.get(PAGES[name])
    few = counter.queries
    one_more()

    assert len(one_more()) == (9 if name == "coverage" else 3)
    with django_assert_num_queries(few):
        client.get(PAGES[name])


class Counter:
    """Counts what a connection is asked."""

    queries = 0

    def __call__(self, execute, *arguments):
        self.queries += 1
        return execute(*arguments)


@pytest.mark.parametrize("name", PAGES)
def test_empty_report_says_that_it_says_nothing(client, name):
    html = client.get(f"/en{PAGES[name]}").content.decode()

    assert "Nothing has been published yet" in html
    assert "That says nothing about what happened." in html


def test_statistics_lead_to_every_report_and_its_files(client):
    html = client.get("/en/statistics/").content.decode()

    reports = html.split('id="reports"')[1].split("</section>")[0]
    assert re.findall(r'href="(/[^"]+)"', reports) == [
        address
        for name, page in PAGES.items()
        for address in (
            f"/en{page}",
            f"/data/{name}.xlsx",
            f"/data/{name}.csv",
        )
    ]
    assert list(REPORTS) == list(PAGES)


@pytest.mark.parametrize("count", [1, 3])
def test_statistics_take_the_same_queries_with_any_number_of_records(
    client, count, django_assert_num_queries
):
    for _number in range(count):
        series = MeetingSeriesFactory(
            announced_from=datetime.date(2021, 12, 18),
            announced_to=datetime.date(2022, 1, 15),
        )
        MeetingFactory(region=RegionFactory(), series=series)

    # The reports of the regions in ten, the months once more where nothing is kept;
    # the series in two; the date of the data.
    with django_assert_num_queries(13):
        response = client.get("/statistics/")

    assert len(response.context["series"]) == count
    assert len(response.context["rows"]) == count


def test_statistics_compare_meetings_with_people_and_months(client):
    small = RegionFactory(code="10", name_en="Small", population_2024=448685)
    RegionFactory(code="12", name_en="Silent", population_2024=219965)
    for day in (datetime.date(2022, 1, 12), datetime.date(2022, 3, 1)):
        MeetingFactory(region=small, starts_on=day)
    MeetingFactory(region=small, undated=True)

    html = client.get("/en/statistics/").content.decode()

    table = html.split('id="months"')[1].split("<tbody>")[2].split("</tbody>")[0]
    assert [
        [
            " ".join(unescape(strip_tags(cell)).split())
            for cell in re.findall(r"<t[hd].*?</t[hd]>", row, flags=re.S)
        ]
        for row in table.split("</tr>")[:-1]
    ] == [
        ["Small", "", "3 month unknown: 1", "448,685", "6.7", ""],
        ["Silent", "", "none known", "219,965", "unknown", ""],
    ]
    numbers = html.split('<details class="card">')[1].split("</details>")[0]
    assert [strip_tags(cell) for cell in re.findall(r"<td.*?</td>", numbers)] == [
        "January 2022",
        "1",
        "March 2022",
        "1",
    ]


def test_statistics_give_the_numbers_of_a_single_month(client):
    region = RegionFactory(name_en="Oriental")
    for day in (12, 20):
        MeetingFactory(region=region, starts_on=datetime.date(2022, 1, day))

    html = client.get("/en/statistics/").content.decode()

    numbers = html.split('<details class="card">')[1].split("</details>")[0]
    assert re.findall(r"<t[hd][^>]*>([^<]*)</t[hd]>", numbers)[3:] == [
        "Oriental",
        "January 2022",
        "2",
    ]
    assert '<svg class="spark' not in html


def test_statistics_tell_what_was_announced_from_what_happened(client):
    series = MeetingSeriesFactory(
        title_en="Twelve meetings",
        announced_from=datetime.date(2021, 12, 18),
        announced_to=datetime.date(2022, 1, 15),
        planned_number=12,
    )
    for day in ("2021-12-18", "2022-01-15", "2022-01-16"):
        MeetingFactory(series=series, starts_on=datetime.date.fromisoformat(day))
    MeetingFactory(series=series, announced_only=True, undated=True)
    MeetingFactory(
        series=series, starts_on=datetime.date(2022, 1, 1), date_precision="month"
    )

    html = client.get("/en/statistics/").content.decode()

    section = html.split('id="windows"')[1].split("</section>")[0]
    words = " ".join(unescape(strip_tags(section)).split())
    assert (
        "The series was announced for the time from 18 December 2021 to 15 January 2022. "
        "12 meetings were planned. 4 meetings are known to have been held, 2 of them "
        "within that time." in words
    )
    assert [
        re.findall(r"\d", strip_tags(row))
        for row in section.split("<tbody>")[1].split("</tr>")[:-1]
    ] == [["0", "0"], ["2", "0"], ["1", "0"], ["1", "0"], ["0", "1"]]
    assert "Date not known exactly enough" in words
    assert "not drawn, the day being unknown: 2" in words
