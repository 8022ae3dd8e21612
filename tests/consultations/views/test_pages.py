"""What holds for every public page: language, what is left out, hostile texts."""

import itertools
import re
from html import unescape

import pytest
from django.core.cache import caches
from django.db import models
from django.utils import translation
from django.utils.html import strip_tags
from django.utils.translation import gettext

from config.models import DataVersion
from consultations.exports import DATASETS
from tests.config.test_linked_data import read_blocks
from tests.consultations.views.records import full_agreement, full_meeting
from tests.factories.consultations import (
    AgreementPartyFactory,
    CommitmentFactory,
    ExpectationFactory,
    MeetingFactory,
    MeetingSeriesFactory,
    ParticipationFactory,
    PartnershipAgreementFactory,
    ThemeFactory,
)
from tests.factories.regions import ProvinceFactory, RegionFactory
from tests.factories.stakeholders import (
    OfficeFactory,
    OrganisationFactory,
    OrganisationKindFactory,
    PersonFactory,
)

pytestmark = pytest.mark.django_db

DIRECTIONS = {"ar": "rtl", "fr": "ltr", "en": "ltr"}
PREFIXES = {"ar": "", "fr": "/fr", "en": "/en"}


@pytest.fixture
def paths():
    """The path of one page of every type, without the prefix of a language."""
    region = RegionFactory(oriental=True)
    meeting = MeetingFactory(region=region)
    agreement = PartnershipAgreementFactory()
    organisation = OrganisationFactory()
    category = ParticipationFactory(meeting=meeting, organisation=organisation).category
    return {
        "home": "/",
        "meetings": "/meetings/",
        "meeting": f"/meetings/{meeting.slug}/",
        "agreements": "/agreements/",
        "agreement": f"/agreements/{agreement.reference}/",
        "follow-up": "/follow-up/",
        "regions": "/regions/",
        "region": "/regions/oriental/",
        "participants": "/participants/",
        "participant": f"/participants/{category.code}/",
        "organisation": f"/organisations/{organisation.pk}/",
        "statistics": "/statistics/",
        "report of attendance": "/statistics/attendance/",
        "report of coverage": "/statistics/coverage/",
        "report of agreements": "/statistics/agreements/",
        "report of commitments": "/statistics/commitments/",
        "data": "/data/",
        "dataset": f"/data/{next(iter(DATASETS))}/",
        "about": "/about/",
        "accessibility": "/accessibility/",
        "privacy": "/privacy/",
        "search": "/search/",
    }


@pytest.mark.parametrize("language", DIRECTIONS)
def test_every_page_is_in_its_language_whatever_the_browser_asks(
    client, paths, language
):
    for path in paths.values():
        html = client.get(
            PREFIXES[language] + path, headers={"accept-language": "en, fr;q=0.5"}
        ).content.decode()

        assert f'<html lang="{language}" dir="{DIRECTIONS[language]}">' in html, path
        assert html.count("<h1") == 1, path
        assert html.count('rel="canonical"') == 1, path
        for other, prefix in PREFIXES.items():
            assert (
                f'<link rel="alternate" hreflang="{other}" '
                f'href="http://testserver{prefix}{path}">'
            ) in html, path


@pytest.mark.parametrize("language", DIRECTIONS)
def test_every_page_tells_machines_where_it_stands_as_it_tells_readers(
    client, paths, language
):
    for name, path in paths.items():
        html = client.get(PREFIXES[language] + path).content.decode()

        blocks = read_blocks(html)
        trails = [one for one in blocks if one.get("@type") == "BreadcrumbList"]
        if name == "home":
            kinds = {one["@type"] for one in blocks[0]["@graph"]}
            assert kinds == {"GovernmentOrganization", "WebSite"}
            assert trails == []
            continue
        [trail] = trails
        crumbs = html.split('<ol class="crumbs__list">')[1].split("</ol>")[0]
        seen = [unescape(strip_tags(one)) for one in crumbs.split("<li")[1:]]
        seen = [text.partition(">")[2].strip() for text in seen]
        told = [one["name"] for one in trail["itemListElement"]]
        assert told == seen, path
        links = re.findall(r'<a href="([^"]+)"', crumbs)
        assert [one["item"] for one in trail["itemListElement"]] == [
            f"http://testserver{link}" for link in (*links, PREFIXES[language] + path)
        ], path


@pytest.mark.parametrize("language", DIRECTIONS)
def test_every_page_says_what_it_is_to_whoever_gets_its_address(
    client, paths, language
):
    titles, descriptions = [], []
    for path in paths.values():
        html = client.get(PREFIXES[language] + path).content.decode()

        properties = dict(
            re.findall(r'<meta (?:property|name)="([\w:]+)" content="([^"]*)"', html)
        )
        assert properties["og:locale"][:2] == language
        assert html.count('"og:locale:alternate"') == 2
        assert properties["og:image"].endswith(f"/static/img/share.{language}.png")
        assert properties["og:image:alt"] == properties["og:site_name"]
        assert properties["twitter:card"] == "summary_large_image"
        assert properties["og:description"] == properties["description"]
        titles.append(html.split("<title>")[1].split("</title>")[0])
        descriptions.append(properties["description"])

    assert len(set(titles)) == len(titles)
    assert "" not in descriptions


@pytest.mark.parametrize("language", DIRECTIONS)
def test_every_page_is_printed_under_the_letterhead_of_the_ministry(
    client, paths, language
):
    with translation.override(language):
        ministry = gettext("Ministry of Solidarity, Social Integration and Family")
    for name, path in paths.items():
        html = client.get(PREFIXES[language] + path).content.decode()

        head = html.split('<div class="letterhead print-only">')[1].split("<main")[0]
        assert ministry in unescape(head), path
        assert f"http://testserver{PREFIXES[language]}{path}</bdi>" in head, path
        assert ('class="qr"' in head) or name not in {"meeting", "agreement"}


def test_no_page_sets_a_cookie_for_its_readers(client, paths):
    answers = {path: dict(client.get(path).cookies) for path in paths.values()}

    assert {path for path, cookies in answers.items() if cookies} == set()


@pytest.mark.parametrize("language", DIRECTIONS)
def test_navigation_leads_everywhere_and_marks_where_one_is(client, paths, language):
    prefix = PREFIXES[language]
    entries = {
        f"{prefix}{paths[name]}": name
        for name in (
            "home",
            "meetings",
            "agreements",
            "regions",
            "participants",
            "follow-up",
            "statistics",
            "data",
            "about",
        )
    }
    marks = {}
    for name, path in paths.items():
        html = client.get(prefix + path).content.decode()
        links = re.findall(
            r'<a href="([^"]*)"(?: aria-current="(\w+)")?>',
            html.split('class="nav__list"')[1].split("</ul>")[0],
        )
        assert [href for href, _mark in links] == list(entries), path
        marks[name] = [(entries[href], mark) for href, mark in links if mark]

    assert marks == {
        **{name: [(name, "page")] for name in entries.values()},
        "meeting": [("meetings", "true")],
        "agreement": [("agreements", "true")],
        "region": [("regions", "true")],
        "participant": [("participants", "true")],
        "organisation": [],
        **{
            f"report of {name}": [("statistics", "true")]
            for name in ("attendance", "coverage", "agreements", "commitments")
        },
        "dataset": [("data", "true")],
        "accessibility": [],
        "privacy": [],
        "search": [],
    }


def test_language_switch_keeps_page_and_filters(client, paths):
    for path in paths.values():
        html = client.get(f"{path}?year=2022&q=%D9%84").content.decode()

        assert f'href="/fr{path}?year=2022&amp;q=%D9%84"' in html
        assert f'href="/en{path}?year=2022&amp;q=%D9%84"' in html


@pytest.mark.parametrize("language", DIRECTIONS)
def test_every_page_is_the_same_for_everybody_and_so_kept(
    client, paths, language, settings, django_assert_num_queries
):
    settings.KEEP_PUBLIC_PAGES = True
    caches["pages"].clear()
    for path in paths.values():
        first = client.get(PREFIXES[language] + path)

        with django_assert_num_queries(1):
            again = client.get(PREFIXES[language] + path)

        html = first.content.decode()
        assert again.content == first.content, path
        assert "csrfmiddlewaretoken" not in html, path
        assert "nonce=" not in html, path
        assert not client.cookies, path
    caches["pages"].clear()


def test_unknown_page_is_not_found_in_its_language(client):
    for language, prefix in PREFIXES.items():
        response = client.get(f"{prefix}/no-such-page/")

        assert response.status_code == 404
        assert f'<html lang="{language}"' in response.content.decode()


BAD_QUERIES = [
    "region=atlantis",
    "region=%00",
    "region=a&region=b",
    "year=x",
    "year=0",
    "year=" + "9" * 10_000,
    "q=%00",
    "q=%FF",
    "q=%ED%A0%80",
    "q=" + "x" * 5000,
    "q=!!",
    "sort=x",
    "page=x",
    "page=999999999",
    "status=x&type=x&series=x",
    "nosuch=1",
    "region[]=a",
    "%00=1",
    "%FF=%FE",
]


@pytest.mark.parametrize("path", ["/meetings/", "/agreements/"])
@pytest.mark.parametrize("language", DIRECTIONS)
def test_list_names_a_bad_filter_leaves_it_out_and_changes_nothing(
    client, path, language
):
    meeting, agreement = MeetingFactory(), PartnershipAgreementFactory()
    version = DataVersion.current()

    for query in BAD_QUERIES:
        response = client.get(f"{PREFIXES[language]}{path}?{query}")

        html = response.content.decode()
        with translation.override(language):
            reasons = {str(p.reason) for p in response.context["filters"].problems}
        assert response.status_code == 200, query
        assert list(response.context["object_list"]) in ([meeting], [agreement]), query
        assert reasons, query
        assert all(reason in html for reason in reasons), query
    assert DataVersion.current() == version


@pytest.mark.parametrize(
    ("language", "reason"),
    [
        ("ar", "not one of the values known here"),
        ("fr", "not one of the values known here"),
    ],
)
def test_reason_is_said_in_the_language_of_the_page(client, language, reason):
    html = client.get(f"{PREFIXES[language]}/meetings/?region=x").content.decode()

    assert reason not in html


def test_a_long_list_of_bad_filters_is_cut(client):
    query = "&".join(f"x{number}=1" for number in range(300))

    html = client.get("/en/meetings/?" + query).content.decode()

    assert html.count("there is no such filter here") == 10


HOSTILE = "</script><b>%(x)s%s\u202e"
ESCAPED = "&lt;/script&gt;&lt;b&gt;%(x)s%s\u202e"
# Not of the public record: identifiers, staff's own columns, what the index holds.
UNSHOWN = {
    "Meeting.slug",
    "PartnershipAgreement.reference",
    "Source.key",
    "Document.sha256",
    "Person.email",
    "Person.telephone",
}
UNSHOWN_NAMES = {"code", "withdrawal_reason", "other_names", "language"}


def text_columns(model):
    """Return the columns of a model that hold a text which the public may read."""
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField)
        and not isinstance(field, models.URLField | models.FileField | models.SlugField)
        and not field.choices
        and (field.max_length is None or field.max_length >= 100)
        and field.name not in UNSHOWN_NAMES
        and f"{model.__name__}.{field.name}" not in UNSHOWN
    ]


def mark_every_text(*objects):
    """Put a hostile text that names its column into every text of the objects."""
    marked = set()
    for thing in objects:
        for field in text_columns(type(thing)):
            name = f"{type(thing).__name__}.{field.name}"
            setattr(thing, field.name, name + HOSTILE)
            marked.add(name)
        thing.save()
    return marked


def parts_of(record, *names):
    return itertools.chain.from_iterable(getattr(record, name).all() for name in names)


EVIDENCE = ("sources", "discrepancies", "documents", "corrections")


def assert_whole_and_escaped(client, path, marked, language, left_out=()):
    html = client.get(PREFIXES[language] + path).content.decode()

    expected = {
        name
        for name in marked
        if name[-3:] not in {"_ar", "_fr", "_en"} or name.endswith(f"_{language}")
    } - set(left_out)
    assert {name for name in expected if name + ESCAPED not in html} == set()
    assert HOSTILE not in html


@pytest.mark.parametrize("language", DIRECTIONS)
def test_page_shows_the_whole_meeting_and_escapes_it(client, language):
    meeting = full_meeting(1)
    meeting.stated_total, meeting.stated_total_unit = 7, "visitors"
    participation = meeting.participations.last()
    by_office = meeting.participations.first()
    visit = meeting.agenda_items.get(kind="field_visit")
    expectation, commitment = meeting.expectations.get(), meeting.commitments.get()
    agreement = commitment.agreement
    marked = mark_every_text(
        meeting,
        meeting.series,
        meeting.region,
        meeting.type,
        *parts_of(meeting, "themes", "provinces", *EVIDENCE),
        participation,
        participation.category,
        participation.organisation,
        participation.person,
        participation.on_behalf_of,
        visit,
        expectation,
        commitment,
        *parts_of(commitment, "progress_reports"),
        *parts_of(meeting, "aid_distributions"),
        agreement,
    )
    by_office.office.name_ar = by_office.office.name_fr = "Office.name" + HOSTILE
    by_office.office.name_en = by_office.office.name_ar
    by_office.office.save()

    assert_whole_and_escaped(
        client,
        f"/meetings/{meeting.slug}/",
        marked | {"Office.name"},
        language,
        # Shown on the pages of the region and of the agreement.
        left_out={
            *(f"Region.seat_{code}" for code in DIRECTIONS),
            *(
                f"PartnershipAgreement.{name}"
                for code in DIRECTIONS
                for name in (f"short_label_{code}", f"purpose_{code}")
            ),
            "PartnershipAgreement.territory_note",
            "PartnershipAgreement.note",
        },
    )


@pytest.mark.parametrize("language", DIRECTIONS)
def test_page_shows_the_whole_agreement_and_escapes_it(client, language):
    agreement = full_agreement(1)
    party = agreement.parties.get()
    step = agreement.steps.get()
    marked = mark_every_text(
        agreement,
        agreement.instrument,
        agreement.programme,
        *parts_of(
            agreement, "themes", "target_groups", "components", "progress_reports"
        ),
        *parts_of(agreement, *EVIDENCE),
        party,
        party.organisation,
        party.signed_by,
        step,
    )

    # Stated in Arabic only: others read the office's own name.
    left_out = set() if language == "ar" else {"AgreementParty.signatory_office_stated"}
    assert_whole_and_escaped(
        client, f"/agreements/{agreement.reference}/", marked, language, left_out
    )


@pytest.mark.parametrize("language", DIRECTIONS)
def test_lists_and_regions_escape_what_they_show(client, language):
    region = RegionFactory(oriental=True)
    meeting = MeetingFactory(region=region, series=MeetingSeriesFactory())
    agreement = PartnershipAgreementFactory()
    agreement.regions.add(region)
    mark_every_text(meeting, meeting.series, meeting.type, agreement)
    region.name_ar = region.name_fr = region.name_en = "Region.name" + HOSTILE
    region.seat_ar = "Region.seat" + HOSTILE
    region.save()

    for path, shown in {
        "/": {f"Meeting.title_{language}", "Region.name"},
        "/meetings/": {
            f"Meeting.title_{language}",
            f"Meeting.summary_{language}",
            f"MeetingSeries.title_{language}",
            f"MeetingType.name_{language}",
        },
        "/agreements/": {f"PartnershipAgreement.title_{language}"},
        "/regions/": {"Region.name"},
        "/regions/oriental/": {"Region.name", "Region.seat"},
    }.items():
        html = client.get(PREFIXES[language] + path).content.decode()
        assert {name for name in shown if name + ESCAPED not in html} == set(), path
        assert HOSTILE not in html, path


@pytest.mark.parametrize("language", DIRECTIONS)
def test_dossiers_show_their_records_whole_and_escape_them(client, language):
    region = RegionFactory(oriental=True)
    province = ProvinceFactory(region=region)
    meeting = MeetingFactory(region=region)
    agreement = PartnershipAgreementFactory()
    agreement.regions.add(region)
    organisation = OrganisationFactory(kind=OrganisationKindFactory(), region=region)
    participation = ParticipationFactory(
        meeting=meeting,
        category=organisation.category,
        organisation=organisation,
        person=PersonFactory(),
        office=OfficeFactory(),
    )
    AgreementPartyFactory(agreement=agreement, organisation=organisation)
    theme = ThemeFactory()
    expectation = ExpectationFactory(
        meeting=meeting,
        category=organisation.category,
        organisation=organisation,
        theme=theme,
    )
    commitment = CommitmentFactory(meeting=meeting, owner=organisation, theme=theme)
    marked = mark_every_text(
        meeting,
        agreement,
        organisation,
        organisation.kind,
        organisation.category,
        participation,
        participation.person,
        theme,
        expectation,
        commitment,
        province,
    )
    organisation.other_names = "Organisation.other_names" + HOSTILE
    organisation.save()
    follow_up = {
        f"Meeting.title_{language}",
        f"Theme.name_{language}",
        f"Expectation.text_{language}",
        f"Expectation.answer_{language}",
        f"Commitment.text_{language}",
        f"PartnershipAgreement.title_{language}",
    }
    names = {f"ParticipantCategory.name_{language}", f"Organisation.name_{language}"}
    person = "Person.name_ar" if language == "ar" else "Person.name_fr"

    for path, shown in {
        "/regions/oriental/": follow_up | names | {f"Province.name_{language}"},
        "/participants/": {f"ParticipantCategory.name_{language}"},
        "/statistics/attendance/": {f"ParticipantCategory.name_{language}"},
        "/statistics/coverage/": {f"ParticipantCategory.name_{language}"},
        organisation.category.get_absolute_url(): names
        | {f"Meeting.title_{language}", f"Expectation.text_{language}"},
        organisation.get_absolute_url(): (follow_up | names)
        | {
            f"OrganisationKind.name_{language}",
            f"Participation.office_stated_{language}",
            person,
            "Organisation.other_names",
        },
    }.items():
        assert shown - marked <= {"Organisation.other_names"}
        html = client.get(PREFIXES[language] + path).content.decode()
        assert {name for name in shown if name + ESCAPED not in html} == set(), path
        assert HOSTILE not in html, path


def test_a_text_of_a_megabyte_is_shown(client):
    meeting = MeetingFactory(
        summary_ar="كلمة " * 200_000, objectives_ar="سطر\n" * 9_000
    )

    answers = [
        client.get(path).status_code
        for path in (meeting.get_absolute_url(), "/meetings/", "/")
    ]

    assert answers == [200, 200, 200]


def test_hostile_filter_values_are_escaped(client):
    html = client.get(
        "/en/meetings/?q=%3C/script%3E%3Cb%3E1&region=%3Cb%3E&%3Cb%3E=%3Cb%3E"
    ).content.decode()

    assert "<b>1" not in html
    assert "<b>=" not in html
    assert 'value="&lt;/script&gt;&lt;b&gt;1"' in html
