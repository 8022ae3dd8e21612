"""Whatever an address holds, the portal answers, and says what it left out.

Requests are generated for every public address: parameters unknown, empty, repeated,
huge, of the wrong type, wrongly encoded, hostile. ``BAD_REQUESTS`` says how many.
"""

import os
import re
import string
from urllib.parse import quote_from_bytes

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import config.urls
import consultations.machine_urls
import consultations.urls
from config.search_text import TRIED_ALONE
from consultations.forms.search import SearchForm

REQUESTS = int(os.environ.get("BAD_REQUESTS") or "500")

# The most queries that any request of an address may cost: a little above the most that
# 5,000 requests cost (52 for a list of agreements, 35 of meetings, 59 for a search).
# A page that takes no parameters has no form: it passes over whatever stands behind "?".
BOUNDS = {
    "home": 15,
    # Tests keep no facets, so that every list reads all of them anew; where nothing is
    # found, the nearest spelling of up to a few words is looked for in every index.
    "meeting_list": 40,
    "meeting_detail": 20,
    "agreement_list": 55,
    "follow_up": 55,
    "agreement_detail": 20,
    "region_list": 15,
    "region_detail": 22,
    "participant_list": 15,
    "participant_detail": 24,
    "organisation_detail": 16,
    "statistics": 20,
    # The facets, read anew as for a list, and the rows in one query.
    "report_attendance": 40,
    "report_coverage": 40,
    "report_agreements": 55,
    "report_commitments": 40,
    "preview": 3,
    # Twelve for the whole text, and as many for each of the first words of one that finds
    # nothing: two a kind, fewer where a kind is small or enough is found.
    "search": 12 * (1 + TRIED_ALONE) + 3,
    "about": 3,
    "accessibility": 3,
    "privacy": 3,
    "robots": 0,
    # Of the figures that say which organisations and categories have a page.
    "sitemap": 25,
    "sitemap_section": 25,
    "document_file": 2,
    "export": 8,
    # Counted and dated once a state of the record, two queries a table.
    "data_index": 60,
    "dataset_detail": 60,
    # Every table is read once a state.
    "portal_zip": 80,
    "datapackage": 80,
    "catalog": 60,
    "release": 3,
    "described_table": 4,
    # What there is not is answered by a page.
    "table_schema": 3,
    "csv_metadata": 3,
}
ANSWERS = {200, 301, 400, 404, 410}


def public_patterns() -> dict[str, URLPattern]:
    """Return every public address by its name, as the URLconfs declare them."""
    patterns = [
        *consultations.urls.urlpatterns,
        *consultations.machine_urls.urlpatterns,
    ]
    named = {pattern.name: pattern for pattern in patterns}
    home = next(
        pattern
        for resolver in config.urls.urlpatterns
        for pattern in getattr(resolver, "url_patterns", [])
        if getattr(pattern, "name", "") == "home"
    )
    return {"home": home} | named


PATTERNS = public_patterns()
LOCALIZED = {"home", *(pattern.name for pattern in consultations.urls.urlpatterns)}


def test_every_public_address_has_its_bound():
    assert set(PATTERNS) == set(BOUNDS)


hostile_text = st.sampled_from(
    [
        "",
        " ",
        "0",
        "-1",
        "1e309",
        "99999999999999999999",
        "NaN",
        "null",
        "oriental",
        "2022",
        "2022-02-31",
        "31/02/2022",
        "0000-00-00",
        "9999-12-31",
        "٢٠٢٢",
        "وجدة",
        "ال",
        "newest",
        "held",
        "true",
        "' OR 1=1 --",
        '" NEAR( * ^ : AND OR NOT "',
        "a* OR b:c",
        "{}[]()\\&|!<->",
        "%' ESCAPE '\\",
        "</script><script>alert(1)</script>",
        "{{ 7|add:7 }}{% debug %}",
        "../../etc/passwd",
        "javascript:alert(1)",
        "\x00",
        "\r\nSet-Cookie: x=1",
        "\u202e\u2066",
        "\ufdfa\U0001f600",
        "ـ" * 50,
        "x" * 10_000,
        "لقاء " * 2_000,
    ]
)
raw_bytes = st.sampled_from([b"\xff", b"\xed\xa0\x80", b"\xc3", b"%zz", b"\xfe\xff=1"])
value = st.one_of(
    hostile_text.map(lambda text: quote_from_bytes(text.encode())),
    st.text(max_size=30).map(
        lambda text: quote_from_bytes(text.encode(errors="surrogatepass"))
    ),
    raw_bytes.map(quote_from_bytes),
    st.integers(-(2**70), 2**70).map(str),
    st.dates().map(str),
)
unknown_name = st.one_of(
    st.sampled_from(["nosuch", "utm_source", "region[]", "q ", "%00", "%FF", "", "id"]),
    st.text(string.ascii_letters + "_-.[]%", max_size=12).map(
        lambda text: quote_from_bytes(text.encode())
    ),
)


def _names_of(name: str) -> st.SearchStrategy:
    """Return the parameters that an address knows, and now and then another."""
    known = KNOWN_PARAMETERS.get(name, ())
    return st.one_of(st.sampled_from(known), unknown_name) if known else unknown_name


def _form_of(name: str):
    view = PATTERNS[name].callback
    return getattr(getattr(view, "view_class", view), "form_class", None)


FORMS = {name: form for name in PATTERNS if (form := _form_of(name))} | {
    "search": SearchForm
}
KNOWN_PARAMETERS = {name: sorted(form.base_fields) for name, form in FORMS.items()} | {
    "export": ["region", "year", "q", "series", "status", "from", "to", "page"],
    "sitemap_section": ["p"],
}
path_part = st.one_of(
    st.sampled_from(
        ["oriental", "2022-01-12-oriental", "AG-2022-0001", "meetings", "csv", "1"]
    ),
    st.sampled_from(["0", "99999999999999999999", "-1", "a" * 300, "%00", "%FF", ".."]),
    st.sampled_from(["excel.csv", "CSV", "json", "pages", "associations"]),
    st.sampled_from(["dictionary", "portal.zip", "2022-01-12", "2022-02-31"]),
    st.text(string.ascii_letters + string.digits + "-_.%", min_size=1, max_size=20),
)


def _shape_of(name: str) -> str:
    """Return an address with ``<…>`` where something is to be put in."""
    shape = str(PATTERNS[name].pattern)
    if shape.startswith("^"):
        shape = re.sub(r"\(\?P(<\w+>).*?\)(?=[./$\\])", r"\1", shape)
    return shape.strip("^$").replace("\\", "")


@st.composite
def requests(draw):
    """Return the name of an address and a request for it: path and query as sent."""
    name = draw(st.sampled_from(sorted(PATTERNS)))
    path = "/"
    for piece in _shape_of(name).split("<"):
        converter, closed, rest = piece.rpartition(">")
        path += (draw(path_part) if converter or closed else "") + rest
    if name in LOCALIZED:
        path = draw(st.sampled_from(["", "/fr", "/en"])) + path
    pairs = draw(st.lists(st.tuples(_names_of(name), value, st.booleans()), max_size=6))
    parts = []
    for key, one, is_repeated in pairs:
        parts += [f"{key}={one}"] * (2 if is_repeated else 1)
    return name, path, "&".join(parts)


@pytest.fixture(scope="module")
def portal(django_db_setup, django_db_blocker):
    """The record as it ships, loaded once: the requests change nothing."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_reference_data", verbosity=0)
        call_command("load_records", verbosity=0)
        yield Client(raise_request_exception=True)
        transaction.set_rollback(True)


@pytest.mark.walk
@pytest.mark.django_db  # without it, this file alone is given no database
@settings(
    max_examples=REQUESTS,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)
@given(request=requests())
def test_no_request_fails_or_costs_more_than_its_page(portal, request):
    name, path, query = request

    connection.queries_log.clear()  # it holds no more than 9000
    with CaptureQueriesContext(connection) as queries:
        response = portal.get(f"{path}?{query}" if query else path)
        if response.streaming:
            list(response.streaming_content)

    assert response.status_code in ANSWERS
    assert len(queries) <= BOUNDS[name]
    assert response.cookies == {}
    if response.status_code == 200 and name in FORMS:
        page = response.content.decode()
        form = response.context.get("filters") or response.context["form"]
        problems = form.problems
        assert all(str(problem.reason) in page for problem in problems[:10])
