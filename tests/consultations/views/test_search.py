import datetime
import re

import pytest
from django.utils import translation

from consultations.search import refresh_search_text, search_words_apart, site
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


def test_what_was_said_leads_to_its_place_on_the_page_of_its_meeting(client):
    meeting = MeetingFactory(title_ar="محطة")
    for part in (ExpectationFactory, CommitmentFactory):
        part(meeting=meeting, order=2, text_ar="حضانة قريبة")
        part(meeting=meeting, order=1, text_ar="مدرسة")
        part(meeting=meeting, order=2, text_ar="حضانة أخرى")
    refresh_search_text(meeting)

    response = client.get(PAGE, {"q": "حضانة"})
    page = client.get(meeting.get_absolute_url()).content.decode()

    for kind, name in (("expectations", "expectation"), ("commitments", "commitment")):
        group = groups_of(response)[kind]
        assert {hit.title: hit.url for hit in group.hits} == {
            "حضانة قريبة": f"{meeting.get_absolute_url()}#{name}-2",
            "حضانة أخرى": f"{meeting.get_absolute_url()}#{name}-3",
        }
        assert {hit.details[0] for hit in group.hits} == {"محطة"}
        for hit in group.hits:
            place = page.split(f'<li id="{hit.url.split("#")[1]}">')[1]
            assert hit.title in place.split("</li>")[0]
    assert "/follow-up/?q=%D8%AD" in response.content.decode()


@pytest.mark.parametrize(
    ("prefix", "said"),
    [
        ("", "يجب أن ترد الكلمات كلها في بطاقة واحدة. نتائج كل منها على حدة:"),
        (
            "/fr",
            "Tous les mots doivent figurer dans une même fiche. Chacun d’eux seul "
            "donne\u00a0:",
        ),
        (
            "/en",
            "All words must stand in one record. Each of them alone finds:",
        ),
    ],
)
def test_words_of_different_records_are_offered_alone_with_their_counts(
    client, prefix, said
):
    MeetingFactory(title_ar="لقاء وَجدة")
    meeting = MeetingFactory(title_ar="محطة")
    ExpectationFactory(meeting=meeting, text_ar="حضانة")
    refresh_search_text(meeting)

    response = client.get(prefix + PAGE, {"q": "حضانة في وَجدة غطغط"})

    assert response.context["words_apart"] == [("حضانة", "2"), ("وَجدة", "1")]
    html = response.content.decode()
    assert said in html
    assert f'href="{prefix}/search/?q=%D8%AD%D8%B6%D8%A7%D9%86%D8%A9"' in html


def test_one_word_and_words_found_together_are_not_taken_apart(client):
    MeetingFactory(title_ar="لقاء وجدة")

    alone = client.get(PAGE, {"q": "غطغط"})
    together = client.get(PAGE, {"q": "لقاء وجدة"})

    assert alone.context["words_apart"] == together.context["words_apart"] == []


@pytest.mark.parametrize(
    ("words", "advice"),
    [
        ("zzqq", "Try another word, or another spelling."),
        ("zzqq xxqq", "All words must stand in one record. Try fewer words"),
    ],
)
def test_advice_goes_with_the_number_of_words(client, words, advice):
    assert advice in client.get("/en" + PAGE, {"q": words}).text


def test_looking_for_words_alone_is_bounded(
    client, monkeypatch, django_assert_num_queries
):
    monkeypatch.setattr(site, "MOST_COUNTED_APART", 2)
    words = [f"كلمة{letter}" for letter in "ابجدهوز"]
    for word in words:
        MeetingFactory.create_batch(3, title_ar=word)

    # Five words of seven: what is known of each, and one kind that has enough of it.
    with django_assert_num_queries(15):
        apart = search_words_apart(" ".join(words))

    assert apart == [(word, "2+") for word in words[:5]]


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
