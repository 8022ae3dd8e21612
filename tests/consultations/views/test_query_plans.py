"""How the databases find what the pages ask them for: never by reading everything.

Figures over the whole record are computed once a change and are not asked for here.
"""

import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consultations.models import Meeting, PartnershipAgreement
from tests.bench.generator import Generator, analyse

pytestmark = [pytest.mark.django_db, pytest.mark.walk]

MEETINGS = 2000
FEW = 300  # rows that may be read or sorted at once
# Columns by which a database finds a large part of a table.
BROAD = {"publication", "region_id", "state", "kind", "category_id", "owner_id"}


def paths():
    meeting = Meeting.objects.published().exclude(series=None).first()
    agreement = PartnershipAgreement.objects.published().first()
    return [
        "/",
        "/meetings/",
        "/meetings/?page=50",
        "/meetings/?sort=oldest&page=80",
        "/meetings/?region=oriental&year=2020",
        "/agreements/",
        "/agreements/?page=30",
        "/agreements/?status=signed&region=oriental",
        "/follow-up/",
        "/regions/",
        "/regions/oriental/",
        "/participants/",
        meeting.get_absolute_url(),
        agreement.get_absolute_url(),
    ]


def asked_by(client, path):
    """Return what one request asks, once what is kept was computed."""
    assert client.get(path).status_code == 200
    return queries_of(lambda: client.get(path))


def large_tables():
    """Return the tables with many rows."""
    large = set()
    for table in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT COUNT(*) FROM {connection.ops.quote_name(table)}"  # noqa: S608 -- names of tables
            )
            if cursor.fetchone()[0] > FEW:
                large.add(table)
    return large


def faults_on_sqlite(sql, large):
    """Return the steps of the plan that read or sort much, as SQLite tells them."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        steps = [row[3] for row in cursor.fetchall()]
    names = {alias: table for table, alias in re.findall(r'"(\w+)" (U\d+)\b', sql)}
    faults, broad = [], []
    for step in steps:
        if found := re.match(r"(SCAN|SEARCH) (\w+)(?:.*\((.*)\))?", step):
            columns = set(re.findall(r"(\w+)[=<>]", found[3] or ""))
            if names.get(found[2], found[2]) in large and columns <= BROAD:
                broad.append(step)
                # In the order of an index, as far as the page reaches, is no fault.
                if "USING" not in step:
                    faults.append(step)
        elif "TEMP B-TREE FOR ORDER BY" in step and broad:
            faults.append(step)
    if broad and " LIMIT " not in sql:
        faults += broad
    return faults


def faults_on_postgresql(sql, large):
    """Return the steps of the plan that read or sort much, as PostgreSQL tells them.

    Tables of this size it may read whole all the same: only that an index would do is
    asked here.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}")
        plan = cursor.fetchone()[0]
    plan = json.loads(plan) if isinstance(plan, str) else plan
    faults = []

    def walk(node, is_limited):
        kind, rows = node["Node Type"], node["Plan Rows"]
        is_limited = is_limited or kind == "Limit"
        if kind == "Seq Scan" and node["Relation Name"] in large:
            faults.append(f"Seq Scan on {node['Relation Name']}")
        elif "Scan" in kind and rows > FEW and not is_limited:
            faults.append(f"{kind} of {rows} rows")
        if "Sort" in kind and node["Plans"][0]["Plan Rows"] > FEW:
            faults.append(f"{kind} of {node['Plans'][0]['Plan Rows']} rows")
        for part in node.get("Plans", []):
            walk(part, is_limited)

    walk(plan[0]["Plan"], False)
    return faults


def queries_of(function):
    with CaptureQueriesContext(connection) as queries:
        function()
    return [query["sql"] for query in queries if query["sql"].startswith("SELECT")]


def test_no_page_reads_or_sorts_everything(client, settings):
    settings.KEEP_PUBLIC_FIGURES = True
    Generator().generate(MEETINGS)
    analyse()
    large = large_tables()
    find_faults = (
        faults_on_sqlite if connection.vendor == "sqlite" else faults_on_postgresql
    )

    # It finds what it looks for.
    published = Meeting.objects.published()
    for read_much in (
        published.count,
        lambda: list(published.order_by("title_ar")[:20]),
        lambda: list(published.order_by("city_ar")[:20]),
    ):
        assert [sql for sql in queries_of(read_much) if find_faults(sql, large)]

    found = {
        (path, sql): faults
        for path in paths()
        for sql in asked_by(client, path)
        if (faults := find_faults(sql, large))
    }

    assert "consultations_meeting" in large
    assert found == {}
