import csv
import datetime
import io
from decimal import Decimal

import pytest
from django.utils import timezone, translation
from django.utils.translation import gettext

from consultations.exports.formula_guard import unguard
from consultations.models import Meeting, Participation, PartnershipAgreement
from tests.factories.consultations import (
    AgreementPartyFactory,
    AgreementStepFactory,
    AttendanceFactory,
    InstrumentFactory,
    MeetingFactory,
    MeetingSeriesFactory,
    ParticipationFactory,
    PartnershipAgreementFactory,
    SourceFactory,
)
from tests.factories.regions import RegionFactory
from tests.factories.stakeholders import OrganisationFactory, PersonFactory

pytestmark = pytest.mark.django_db

NAMES = ("meetings", "agreements", "participations", "regions")
FORMS = ("csv", "excel.csv")
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
    plain = rows_of(fetch(client, "/data/agreements.csv"))
    excel = rows_of(fetch(client, "/data/agreements.excel.csv"), ";")

    assert [row | {"amount_mad": "2868844,83"} for row in plain] == excel
    assert unguard(plain[0]["title_ar"]) == "=اتفاقية شراكة"


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
        "Content-Type": "text/csv; charset=utf-8; header=present",
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
        f'attachment; filename="meetings_oriental_2022_{today}.csv"'
    )


@pytest.mark.parametrize("address", ADDRESSES)
def test_export_answers_head_without_a_body(client, address):
    MeetingFactory()

    response = client.head(address)

    assert response.status_code == 200
    assert response.getvalue() == b""
    assert response["Content-Type"] == "text/csv; charset=utf-8; header=present"


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
def test_export_takes_one_query_at_any_size(
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

    with django_assert_num_queries(1):
        content = fetch(client, address)

    rows = {"meetings": count, "agreements": count, "participations": 2 * count}
    name = address.removeprefix("/data/").split(".")[0]
    assert content.count(b"\r\n") == 1 + rows.get(name, 1)


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

    content = fetch(client, address).decode()

    hidden = ["مكتوم", "secret", "+212600000000", draft.slug, secret.reference]
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

    slugs = [row["slug"] for row in rows_of(content, "," if form == "csv" else ";")]
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
