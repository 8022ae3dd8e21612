import csv
import datetime
import io
import json
from decimal import Decimal

import openpyxl
import pytest
from django.utils import timezone, translation
from django.utils.translation import gettext

from consultations.exports import DATASETS
from consultations.exports.formula_guard import unguard
from consultations.models import (
    Commitment,
    Expectation,
    Meeting,
    Participation,
    PartnershipAgreement,
)
from consultations.search import refresh_search_text
from consultations.services import record_changed
from tests.consultations.exports.whole_record import make_record
from tests.factories.consultations import (
    AgreementPartyFactory,
    AgreementStepFactory,
    AttendanceFactory,
    CommitmentFactory,
    ExpectationFactory,
    InstrumentFactory,
    MeetingFactory,
    MeetingSeriesFactory,
    ParticipationFactory,
    PartnershipAgreementFactory,
    SourceFactory,
    ThemeFactory,
)
from tests.factories.regions import RegionFactory
from tests.factories.stakeholders import (
    OrganisationFactory,
    ParticipantCategoryFactory,
    PersonFactory,
)

pytestmark = pytest.mark.django_db

NAMES = ("meetings", "agreements", "participations", "regions")
CSV_FORMS = ("csv", "excel.csv")
CONTENT_TYPES = dict.fromkeys(CSV_FORMS, "text/csv; charset=utf-8; header=present") | {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}
FORMS = tuple(CONTENT_TYPES)
ADDRESSES = [f"/data/{name}.{form}" for name in NAMES for form in FORMS]


def fetch(client, address, query=None):
    response = client.get(address, query)
    assert response.status_code == 200
    return response.getvalue()


def rows_of(content: bytes, delimiter=","):
    return list(
        csv.DictReader(
            io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=delimiter
        )
    )


def read(form: str, content: bytes) -> list[dict]:
    """Return the rows of a file of any form, each as {key: cell}."""
    if form == "json":
        return json.loads(content)
    if form == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(content))
        keys, *rows = book.worksheets[0].iter_rows(values_only=True)
        return [dict(zip(keys, row, strict=True)) for row in rows]
    return rows_of(content, "," if form == "csv" else ";")


@pytest.fixture
def agreement():
    """An agreement of which every kind of cell is known, its times included."""
    agreement = PartnershipAgreementFactory(
        reference="AG-2022-0001",
        title_ar="=اتفاقية شراكة",
        title_fr='Convention; dite "SAMU", et\nplus',
        instrument=InstrumentFactory(code="partnership_agreement"),
        is_formal_title=True,
        amount=Decimal("2868844.83"),
        amount_note="exact",
        beneficiaries_planned=0,
    )
    PartnershipAgreement.objects.filter(pk=agreement.pk).update(
        published_at=datetime.datetime(2022, 1, 12, 9, 0, 0, 123, tzinfo=datetime.UTC),
        updated_at=datetime.datetime(2022, 4, 1, 23, 30, tzinfo=datetime.UTC),
    )
    agreement.regions.set([RegionFactory(code="12"), RegionFactory(code="02")])
    AgreementStepFactory(agreement=agreement, date=datetime.date(2022, 1, 12))
    for order, name in enumerate(("التعاون الوطني", "+جمعية")):
        AgreementPartyFactory(
            agreement=agreement,
            order=order,
            organisation=OrganisationFactory(name_ar=name),
        )
    return agreement


def test_export_csv_is_exactly_this(client, agreement):
    assert fetch(client, "/data/agreements.csv").decode() == (
        "reference,url,instrument,title_ar,title_fr,status,signed_on,meeting_slug,"
        "region_codes,parties,amount_mad,amount_note,period_starts_on,period_ends_on,"
        "title_en,is_formal_title,short_label_ar,short_label_fr,purpose_ar,purpose_fr,"
        "meeting_slugs,province_codes,territory_note,programme,themes,target_groups,"
        "beneficiaries_planned,beneficiaries_reached,amends,based_on,sources_count,"
        "published_at,updated_at\r\n"
        "AG-2022-0001,http://testserver/agreements/AG-2022-0001/,partnership_agreement,"
        '\'=اتفاقية شراكة,"Convention; dite ""SAMU"", et\nplus",signed,2022-01-12,,'
        "MA-02 | MA-12,التعاون الوطني | +جمعية,2868844.83,exact,,,"
        ",true,,,,,"
        ",,,,,,"
        "0,,,,0,"
        "2022-01-12T09:00:00Z,2022-04-01T23:30:00Z\r\n"
    )


def test_export_excel_csv_is_exactly_this(client, agreement):
    assert fetch(client, "/data/agreements.excel.csv").decode() == (
        "\ufeffreference;url;instrument;title_ar;title_fr;status;signed_on;meeting_slug;"
        "region_codes;parties;amount_mad;amount_note;period_starts_on;period_ends_on;"
        "title_en;is_formal_title;short_label_ar;short_label_fr;purpose_ar;purpose_fr;"
        "meeting_slugs;province_codes;territory_note;programme;themes;target_groups;"
        "beneficiaries_planned;beneficiaries_reached;amends;based_on;sources_count;"
        "published_at;updated_at\r\n"
        "AG-2022-0001;http://testserver/agreements/AG-2022-0001/;partnership_agreement;"
        '\'=اتفاقية شراكة;"Convention; dite ""SAMU"", et\nplus";signed;2022-01-12;;'
        "MA-02 | MA-12;التعاون الوطني | +جمعية;2868844,83;exact;;;"
        ";true;;;;;"
        ";;;;;;"
        "0;;;;0;"
        "2022-01-12T09:00:00Z;2022-04-01T23:30:00Z\r\n"
    )


def test_export_forms_hold_the_same_rows(client, agreement):
    plain, excel, sheet, objects = (
        read(form, fetch(client, f"/data/agreements.{form}")) for form in FORMS
    )

    assert [row | {"amount_mad": "2868844,83"} for row in plain] == excel
    assert unguard(plain[0]["title_ar"]) == "=اتفاقية شراكة"
    known = {key for key, cell in plain[0].items() if cell}
    assert {key for key, cell in sheet[0].items() if cell is not None} == known
    assert {key for key, cell in objects[0].items() if cell not in (None, [])} == known
    assert [*sheet[0]] == [*objects[0]] == [*plain[0]]
    for row in (sheet[0], objects[0]):
        assert row["title_ar"] == "=اتفاقية شراكة"
        assert row["amount_mad"] == 2868844.83
        assert row["is_formal_title"] is True
        assert row["beneficiaries_planned"] == 0
    assert objects[0]["region_codes"] == ["MA-02", "MA-12"]
    assert sheet[0]["region_codes"] == "MA-02 | MA-12"
    assert objects[0]["updated_at"] == plain[0]["updated_at"]
    assert sheet[0]["updated_at"].isoformat() + "Z" == plain[0]["updated_at"]


@pytest.mark.parametrize(
    ("asked", "is_right_to_left"),
    [(None, True), ("ar", True), ("fr-MA, ar;q=0.5", False), ("en", False)],
)
def test_export_for_spreadsheets_is_laid_out_for_the_readers_language(
    client, asked, is_right_to_left
):
    headers = {"Accept-Language": asked} if asked else {}

    response = client.get("/data/regions.xlsx", headers=headers)

    book = openpyxl.load_workbook(io.BytesIO(response.getvalue()))
    sheet = book.worksheets[0]
    assert bool(sheet.sheet_view.rightToLeft) is is_right_to_left
    assert "Accept-Language" in response["Vary"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_export_says_what_it_sends(client, address):
    response = client.get(address)

    name, form = address.removeprefix("/data/").split(".", 1)
    today = timezone.localdate().isoformat()
    assert response.streaming
    assert {
        header: response[header]
        for header in ("Content-Type", "Content-Disposition", "Content-Language")
    } == {
        "Content-Type": CONTENT_TYPES[form],
        "Content-Disposition": f'attachment; filename="{name}_{today}.{form}"',
        "Content-Language": "ar, fr, en",
    }
    assert "Content-Length" not in response


def test_address_without_a_form_leads_to_the_page_of_the_table(client):
    response = client.get("/data/meetings")

    assert (response.status_code, response["Location"]) == (301, "/data/meetings/")


def test_export_is_named_for_its_selection(client):
    RegionFactory(oriental=True)

    response = client.get("/data/meetings.csv", {"year": "2022", "region": "oriental"})

    today = timezone.localdate().isoformat()
    assert response["Content-Disposition"] == (
        f'attachment; filename="meetings_region-oriental_year-2022_{today}.csv"'
    )


@pytest.mark.parametrize("address", ADDRESSES)
def test_export_answers_head_without_a_body(client, address):
    MeetingFactory()

    response = client.head(address)

    assert response.status_code == 200
    assert response.getvalue() == b""
    assert response["Content-Type"] == CONTENT_TYPES[address.split(".", 1)[1]]


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_export_is_for_reading_only(client, method):
    response = getattr(client, method)("/data/meetings.csv")

    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD"


@pytest.mark.parametrize(
    "address",
    [
        "/data/persons.csv",
        "/data/meetings.tsv",
        "/fr/data/meetings.csv",
    ],
)
def test_export_of_what_there_is_not_is_not_found(client, address):
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("address", ADDRESSES)
def test_export_takes_one_query_and_the_state_at_any_size(
    client, address, count, django_assert_num_queries
):
    region = RegionFactory(oriental=True)
    for _number in range(count):
        meeting = MeetingFactory(region=region)
        AttendanceFactory(meeting=meeting, present=3)
        ParticipationFactory.create_batch(2, meeting=meeting, person=PersonFactory())
        agreement = PartnershipAgreementFactory()
        agreement.regions.add(region)
        AgreementStepFactory(agreement=agreement, meeting=meeting)
        AgreementPartyFactory(agreement=agreement)

    with django_assert_num_queries(2):
        content = fetch(client, address)

    rows = {"meetings": count, "agreements": count, "participations": 2 * count}
    name, form = address.removeprefix("/data/").split(".", 1)
    assert len(read(form, content)) == rows.get(name, 1)


@pytest.mark.parametrize("address", ADDRESSES)
def test_export_holds_nothing_that_is_not_public(client, address):
    region = RegionFactory(oriental=True)
    hidden = {"draft": True, "region": region, "title_ar": "سري-مسودة"}
    draft = MeetingFactory(**hidden, starts_on=datetime.date(2022, 1, 3))
    MeetingFactory(withdrawn=True, title_ar="سري-مسحوب", region=region)
    secret = PartnershipAgreementFactory(draft=True, title_ar="سري-اتفاقية")
    secret.regions.add(region)
    unnamed = PersonFactory(
        name_ar="سري-اسم", name_fr="secret-nom", email="secret@example.org"
    )
    official = PersonFactory(
        name_ar="وال", telephone="+212600000000", email="secret@example.org"
    )
    meeting = MeetingFactory(region=region, part_of=draft, follows=draft)
    for public in (meeting, draft):
        ParticipationFactory(meeting=public, person=unnamed, on_behalf_of=official)
        ParticipationFactory(
            meeting=public,
            person=official,
            office_stated_ar="والي الجهة",
            on_behalf_of=unnamed,
            capacity=Participation.Capacity.CHAIR,
        )
    agreement = PartnershipAgreementFactory(based_on=secret, amends=secret)
    AgreementStepFactory(agreement=agreement, meeting=draft)
    AgreementStepFactory(agreement=secret, meeting=meeting)
    AgreementPartyFactory(agreement=agreement, signed_by=unnamed)

    content = fetch(client, address)
    content = str(read(address.split(".", 1)[1], content))

    hidden = ["سري", "secret", "+212600000000", draft.slug, secret.reference]
    assert [text for text in hidden if text in content] == []


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"region": "oriental"},
        {"region": "national"},
        {"year": "2022"},
        {"region": "oriental", "year": "2023"},
        {"series": "regional"},
        {"q": "تشاوري"},
    ],
)
@pytest.mark.parametrize("form", FORMS)
def test_export_holds_what_the_page_shows_in_its_order(client, form, query):
    oriental = RegionFactory(oriental=True)
    series = MeetingSeriesFactory(code="regional")
    for number in range(1, 5):
        MeetingFactory(
            region=oriental if number % 2 else None,
            series=series if number < 4 else None,
            starts_on=datetime.date(2020 + number, 1, number),
            title_ar="لقاء تشاوري" if number > 2 else "اجتماع",
        )
    MeetingFactory(region=oriental, draft=True, title_ar="لقاء تشاوري", series=series)
    shown = client.get("/meetings/", query).context["meetings"]

    content = fetch(client, f"/data/meetings.{form}", query)

    slugs = [row["slug"] for row in read(form, content)]
    assert slugs == [meeting.slug for meeting in shown]
    assert slugs


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"region": "oriental"},
        {"region": "national"},
        {"status": "signed"},
        {"year": "2022"},
    ],
)
def test_export_of_agreements_holds_what_the_register_shows(client, query):
    oriental = RegionFactory(oriental=True)
    for number in range(4):
        agreement = PartnershipAgreementFactory()
        agreement.regions.set([oriental, RegionFactory()] if number % 2 else [])
        AgreementStepFactory(
            agreement=agreement,
            kind="signed" if number else "proposed",
            date=datetime.date(2021 + number % 2, 5, 1),
        )
    shown = client.get("/agreements/", query).context["agreements"]

    content = fetch(client, "/data/agreements.csv", query)

    references = [row["reference"] for row in rows_of(content)]
    assert references == [agreement.reference for agreement in shown]
    assert references


def test_export_of_participations_takes_the_filters_of_meetings(client):
    oriental = RegionFactory(oriental=True)
    inside = MeetingFactory(region=oriental)
    ParticipationFactory.create_batch(2, meeting=inside)
    national = ParticipationFactory(meeting=MeetingFactory()).meeting

    slugs = {
        region: [
            row["meeting_slug"]
            for row in rows_of(
                fetch(client, "/data/participations.csv", {"region": region})
            )
        ]
        for region in ("oriental", "national")
    }

    assert slugs == {"oriental": [inside.slug] * 2, "national": [national.slug]}


@pytest.mark.parametrize(
    ("address", "query", "named"),
    [
        ("/data/meetings.csv", {"region": "atlantis"}, ["region=atlantis"]),
        ("/data/meetings.csv", {"year": "22"}, ["year=22"]),
        ("/data/meetings.csv", {"regoin": "oriental"}, ["regoin=oriental"]),
        ("/data/meetings.csv", {"page": "2"}, ["page=2"]),
        ("/data/meetings.csv", {"sort": "oldest"}, ["sort=oldest"]),
        (
            "/data/meetings.excel.csv",
            {"type": "x", "a": "1"},
            ["a=1", "type=x"],
        ),
        ("/data/participations.csv", {"status": "signed"}, ["status=signed"]),
        ("/data/attendance.csv", {"late": "true"}, ["late=true"]),
        ("/data/commitments.csv", {"year": "2022"}, ["year=2022"]),
        ("/data/agreement_steps.csv", {"late": "true"}, ["late=true"]),
        ("/data/sources.csv", {"region": "oriental"}, ["region=oriental"]),
        ("/data/agreements.csv", {"status": "promised"}, ["status=promised"]),
        ("/data/regions.csv", {"region": "oriental"}, ["region=oriental"]),
        ("/data/regions.excel.csv", {"q": "وجدة"}, ["q=وجدة"]),
        ("/data/meetings.csv", {"series": "=1\r\nX: y"}, ["series==1��X: y"]),
    ],
)
@pytest.mark.parametrize("method", ["get", "head"])
def test_export_refuses_what_it_cannot_follow_in_three_languages(
    client, address, query, named, method
):
    response = getattr(client, method)(address, query)

    assert response.status_code == 400
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    if method == "head":
        return
    paragraphs = [part.splitlines() for part in response.text.split("\n\n")]
    opening = "This file was not made: its address cannot be followed."
    told = []
    for language in ("ar", "fr", "en"):
        with translation.override(language):
            told.append(gettext(opening))
    assert [paragraph[0] for paragraph in paragraphs] == told
    for paragraph in paragraphs:
        assert [line.rpartition(": ")[0].rstrip() for line in paragraph[1:]] == named


def test_export_refusal_names_the_reason(client):
    response = client.get("/data/meetings.csv", {"regoin": "oriental"})

    assert response.text.splitlines()[-1] == (
        "regoin=oriental: there is no such filter here"
    )


def test_export_refusal_names_both_days_that_do_not_go_together(client):
    response = client.get(
        "/data/meetings.csv", {"from": "2023-02-01", "to": "2022-01-12"}
    )

    assert response.status_code == 400
    assert response.text.splitlines()[1::3] == [
        "to=2022-01-12: اليوم في خانة «إلى تاريخ» يسبق اليوم في خانة «من تاريخ» "
        "(1 فبراير 2023)؛ بدلوا موضعيهما أو احذفوا أحدهما",
        "to=2022-01-12\u00a0: le jour du champ «\u202fau\u202f» précède celui du champ "
        "«\u202fdu\u202f» (1er février 2023)\u202f; échangez-les ou supprimez-en un",
        "to=2022-01-12: the day in “to (day)” is before that in “from (day)” (1 February "
        "2023); exchange the two or drop one",
    ]


def test_export_of_regions_tells_what_is_recorded(client):
    MeetingFactory(region=RegionFactory(oriental=True))
    SourceFactory(meeting=Meeting.objects.get())

    (row,) = rows_of(fetch(client, "/data/regions.csv"))

    assert (row["region_code"], row["meetings_held"], row["population_2024"]) == (
        "MA-02",
        "1",
        "",
    )


@pytest.mark.parametrize("count", [1, 3])
def test_export_of_every_table_takes_one_query_and_the_state_at_any_size(
    client, count, django_assert_num_queries
):
    for _number in range(count):
        make_record("ظاهر", region=RegionFactory())
    twice = dict.fromkeys(("sources", "discrepancies", "corrections"), 2 * count)
    states = Commitment.objects.values("state").distinct().count()
    expected = {
        "progress": 3 * count,
        "provinces": 0,
        "coverage": count * count,
        "commitments_by_state": states,
        **twice,
    }

    for name in DATASETS:
        with django_assert_num_queries(2):
            content = fetch(client, f"/data/{name}.csv")
        rows = content.count(b"\r\n") - 1
        assert (name, rows) == (name, expected.get(name, count))


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"kind": "difficulty"},
        {"kind": "commitment"},
        {"region": "oriental"},
        {"region": "national"},
        {"state": "done"},
        {"state": "abandoned"},
        {"late": "true"},
        {"theme": "housing"},
        {"category": "associations"},
        {"owner": "{owner}"},
        {"q": "مركز"},
        {"region": "oriental", "state": "done"},
    ],
)
def test_exports_of_the_follow_up_hold_what_its_page_shows(client, query, followed):
    query = {
        name: value.format(owner=followed.owner_id) for name, value in query.items()
    }
    shown = [item.record for item in client.get("/follow-up/", query).context["items"]]

    told = [
        row[key]
        for name, key in (
            ("expectations", "expectation_id"),
            ("commitments", "commitment_id"),
        )
        for row in rows_of(fetch(client, f"/data/{name}.csv", query))
    ]

    assert told == [
        f"EXP-{one.pk}" for one in shown if isinstance(one, Expectation)
    ] + [f"COM-{one.pk}" for one in shown if isinstance(one, Commitment)]
    assert told


@pytest.fixture
def followed():
    """Return a commitment among several that the filters of the follow-up tell apart."""
    oriental = RegionFactory(oriental=True)
    theme = ThemeFactory(code="housing")
    category = ParticipantCategoryFactory(code="associations")
    late = datetime.date(2022, 6, 1)
    meetings = [
        MeetingFactory(region=oriental, starts_on=datetime.date(2022, 1, 12)),
        MeetingFactory(starts_on=datetime.date(2023, 1, 12)),
        MeetingFactory(draft=True, region=oriental),
    ]
    for meeting in meetings:
        for order in (2, 1):
            ExpectationFactory(
                meeting=meeting,
                order=order,
                kind="difficulty" if order == 1 else "recommendation",
                state="done" if order == 1 else "noted",
                theme=theme if order == 1 else None,
                category=category if order == 2 else None,
                text_ar="إحداث مركز" if order == 1 else "انتظار",
            )
            commitment = CommitmentFactory(
                meeting=meeting,
                order=order,
                state="abandoned" if order == 1 else "announced",
                due_on=late,
                owner=OrganisationFactory(name_ar="هيئة"),
                theme=theme if order == 2 else None,
                text_ar="بناء مركز" if order == 2 else "التزام",
            )
            if meeting is meetings[0]:
                kept = commitment
        CommitmentFactory(meeting=meeting, order=3, state="done", due_on=late)
        refresh_search_text(meeting)
    return kept


@pytest.mark.parametrize("form", FORMS)
def test_export_is_sent_again_only_after_a_public_change(client, form):
    meeting = MeetingFactory()
    address = f"/data/meetings.{form}"
    first = client.get(address)
    seen = {"If-None-Match": first["ETag"]}

    unchanged = client.get(address, headers=seen)
    elsewhere = client.get(address, {"state": "held"}, headers=seen)
    record_changed(meeting)
    changed = client.get(address, headers=seen)

    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert unchanged["ETag"] == first["ETag"]
    assert (elsewhere.status_code, changed.status_code) == (200, 200)
    assert len({first["ETag"], elsewhere["ETag"], changed["ETag"]}) == 3
    assert first["Cache-Control"] == "no-cache"


def test_export_in_another_language_is_another_file(client):
    tags = {
        form: {
            client.get(f"/data/regions.{form}", headers={"Accept-Language": language})[
                "ETag"
            ]
            for language in ("ar", "fr")
        }
        for form in FORMS
    }

    assert {form: len(found) for form, found in tags.items()} == {
        "csv": 1,
        "excel.csv": 1,
        "xlsx": 2,
        "json": 1,
    }


def test_refused_export_has_no_tag(client):
    assert "ETag" not in client.get("/data/meetings.csv", {"year": "22"})
