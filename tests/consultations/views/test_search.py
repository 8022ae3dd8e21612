import datetime
import re

import pytest
from django.utils import translation

from consultations.search import refresh_search_text, site
from consultations.search.site import Group
from tests.consultations.search.records import make_records
from tests.consultations.views.records import full_agreement, full_meeting
from tests.factories.consultations import (
    AgreementPartyFactory,
    CommitmentFactory,
    ExpectationFactory,
    MeetingFactory,
    ParticipationFactory,
    PartnershipAgreementFactory,
)
from tests.factories.regions import RegionFactory
from tests.factories.stakeholders import OrganisationFactory

pytestmark = pytest.mark.django_db
PAGE = "/search/"


def groups_of(response):
    return {group.kind: group for group in response.context["groups"]}


def titles(response, kind):
    return [hit.title for hit in groups_of(response)[kind].hits]


def test_everything_is_found_at_once_by_kind(client, reference_data):
    make_records()

    response = client.get(PAGE, {"q": "فاس"})

    assert {kind: group.found for kind, group in groups_of(response).items()} == {
        "meetings": 2,
        "commitments": 1,
        "regions": 1,
    }
    assert titles(response, "commitments") == ["إحداث مركز للمسنين بتازة"]
    assert titles(response, "regions") == ["فاس-مكناس"]
    assert "مسودة" not in response.content.decode()


def test_hit_is_shown_in_its_context_with_marks(client):
    MeetingFactory(
        title_ar="محطة",
        summary_ar=f"{'كلام كثير ' * 60}وشارك وفد من بوجْدة في اللقاء {'ثم كلام ' * 60}",
    )

    html = client.get(PAGE, {"q": "وجدة"}).content.decode()

    (shown,) = re.findall(r'class="hit__excerpt">(.*?)</p>', html)
    assert "<mark>بوجْدة</mark>" in shown
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert len(shown) < 300


def test_hit_in_the_title_is_marked_there(client):
    MeetingFactory(title_ar="لقاء بركان", summary_ar="ملخص")

    html = client.get(PAGE, {"q": "بركان"}).content.decode()

    assert "لقاء <mark>بركان</mark></a>" in html
    assert "hit__excerpt" not in html


def test_hit_in_another_language_is_marked_as_such(client):
    MeetingFactory(title_ar="محطة", title_fr="Étape", city_fr="Oujda")

    html = client.get(PAGE, {"q": "oujda"}).content.decode()

    assert '<span lang="fr" dir="ltr"><mark>Oujda</mark></span>' in html


def test_hostile_text_is_escaped_around_the_marks(client):
    MeetingFactory(title_ar="لقاء <script>alert(1)</script> وجدة & <mark>")

    html = client.get(PAGE, {"q": "وجدة"}).content.decode()

    assert (
        "لقاء &lt;script&gt;alert(1)&lt;/script&gt; <mark>وجدة</mark> &amp; &lt;mark&gt;"
    ) in html


@pytest.mark.parametrize(
    ("prefix", "count"), [("", "1.000+"), ("/fr", "1\u202f000+"), ("/en", "1,000+")]
)
def test_count_is_capped_in_the_readers_numbers(client, prefix, count, monkeypatch):
    monkeypatch.setattr(site, "MOST_COUNTED", 2)
    MeetingFactory.create_batch(3)

    (group,) = client.get(f"{prefix}{PAGE}", {"q": "لقاء"}).context["groups"]
    many = Group("meetings", "", found=1001, hits=[])

    assert (group.found, group.count) == (3, "2+")
    monkeypatch.setattr(site, "MOST_COUNTED", 1000)
    with translation.override(prefix.strip("/") or "ar"):
        assert many.count == count


def test_first_hits_are_the_newest_and_lead_to_the_whole_list(client):
    for day in range(1, 8):
        MeetingFactory(title_ar=f"لقاء {day}", starts_on=datetime.date(2022, 1, day))

    response = client.get(PAGE, {"q": "لقاء"})

    assert titles(response, "meetings") == [f"لقاء {day}" for day in (7, 6, 5, 4, 3)]
    assert groups_of(response)["meetings"].count == "7"
    assert "/meetings/?q=%D9%84%D9%82%D8%A7%D8%A1" in response.content.decode()


def test_expectation_leads_to_its_meeting(client):
    meeting = MeetingFactory(title_ar="محطة")
    ExpectationFactory(meeting=meeting, text_ar="حضانة قريبة")
    refresh_search_text(meeting)

    group = groups_of(client.get(PAGE, {"q": "حضانة"}))["expectations"]

    assert [(hit.title, hit.url) for hit in group.hits] == [
        ("حضانة قريبة", meeting.get_absolute_url())
    ]
    assert group.hits[0].details[0] == "محطة"


def test_organisation_is_found_once_the_public_record_names_it(client):
    heard, drafted, signed, owner, raised = (
        OrganisationFactory(name_ar=f"جمعية {name}") for name in "أبجده"
    )
    OrganisationFactory(name_ar="جمعية لم تُذكر")
    ParticipationFactory(organisation=heard)
    ParticipationFactory(organisation=drafted, meeting=MeetingFactory(draft=True))
    AgreementPartyFactory(organisation=signed, agreement=PartnershipAgreementFactory())
    CommitmentFactory(owner=owner)
    ExpectationFactory(organisation=raised)

    found = titles(client.get(PAGE, {"q": "جمعية"}), "organisations")

    assert found == ["جمعية أ", "جمعية ج", "جمعية د", "جمعية ه"]


def test_nothing_found_offers_the_nearest_spelling(client):
    MeetingFactory(title_ar="لقاء ورزازات")

    response = client.get(PAGE, {"q": "ورزازاث"})

    assert response.context["nearest"] == "ورزازات"
    assert (
        'href="/search/?q=%D9%88%D8%B1%D8%B2%D8%A7%D8%B2%D8%A7%D8%AA"'
        in response.content.decode()
    )


def test_page_without_words_asks_for_them(client, django_assert_num_queries):
    MeetingFactory()

    with django_assert_num_queries(1):  # the date of the data, in the footer
        response = client.get(PAGE)

    assert (response.context["groups"], response.context["nearest"]) == ([], "")


@pytest.mark.parametrize(
    ("query", "parameter", "code"),
    [
        ("q=" + "%D8%A3" * 201, "q", "too_long"),
        ("q=%FF", "q", "encoding"),
        ("q=!!", "q", "no_word"),
        ("q=a&q=b", "q", "repeated"),
        ("region=oriental", "region", "unknown_parameter"),
        ("page=2", "page", "unknown_parameter"),
        ("sort=newest", "sort", "unknown_parameter"),
    ],
)
def test_bad_parameter_is_named(client, query, parameter, code):
    response = client.get(f"{PAGE}?{query}")

    problems = response.context["form"].problems
    assert [(one.name, one.code) for one in problems] == [(parameter, code)]
    assert response.context["words"] == ""


def test_page_is_for_readers_not_for_search_engines(client):
    MeetingFactory()

    html = client.get("/en/search/", {"q": "لقاء"}).content.decode()

    assert '<meta name="robots" content="noindex">' in html
    assert "<title>“لقاء” – search – Portal" in html


@pytest.mark.parametrize("count", [1, 3])
def test_number_of_queries_is_that_of_the_kinds_not_of_the_hits(
    client, count, django_assert_num_queries
):
    region = RegionFactory(oriental=True)
    for _meeting in range(count):
        meeting = full_meeting(2)
        meeting.region = region
        meeting.save()
        ParticipationFactory(
            meeting=meeting, organisation=OrganisationFactory(name_ar="هيئة الشرق")
        )
        refresh_search_text(meeting)
        agreement = full_agreement(2)
        agreement.regions.add(region)
        refresh_search_text(agreement)

    # Six kinds: each is asked once, and the parts of what is shown are read once; and
    # whether anything waits for its moment, which a page that is kept has asked already.
    with django_assert_num_queries(30):
        response = client.get(PAGE, {"q": "الشرق"})

    found = {kind: group.found for kind, group in groups_of(response).items()}
    assert found == {
        "meetings": count,
        "agreements": count,
        "expectations": 2 * count,
        "commitments": 2 * count,
        "organisations": count,
        "regions": 1,
    }
