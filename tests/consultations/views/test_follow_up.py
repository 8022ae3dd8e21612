import datetime
from decimal import Decimal
from urllib.parse import quote

import pytest

from consultations.search import refresh_search_text
from tests.factories.consultations import (
    CommitmentFactory,
    ExpectationFactory,
    MeetingFactory,
    PartnershipAgreementFactory,
    ProgressFactory,
    ThemeFactory,
)
from tests.factories.regions import RegionFactory
from tests.factories.stakeholders import (
    OrganisationFactory,
    ParticipantCategoryFactory,
)

pytestmark = pytest.mark.django_db

PATH = "/follow-up/"
PAST = datetime.date(2022, 6, 1)


@pytest.mark.parametrize("count", [1, 3])
def test_follow_up_shows_what_is_public_in_the_same_queries(
    client, count, django_assert_num_queries
):
    public = []
    for _number in range(count):
        meeting = MeetingFactory(region=RegionFactory())
        asked = ExpectationFactory(
            meeting=meeting,
            category=ParticipantCategoryFactory(),
            organisation=OrganisationFactory(),
            theme=ThemeFactory(),
        )
        made = CommitmentFactory(
            meeting=meeting,
            owner=OrganisationFactory(),
            theme=ThemeFactory(),
            agreement=PartnershipAgreementFactory(),
        )
        made.answers.add(asked)
        ProgressFactory(commitment=made)
        public = [asked, made, *public]
    secret = MeetingFactory(draft=True)
    ExpectationFactory(meeting=secret, text_ar="سر")
    CommitmentFactory(meeting=secret, text_ar="سر")

    # facets 8, names of regions, categories, owners, themes; rows of both kinds with
    # what answers and what was done; date of the data
    with django_assert_num_queries(17):
        response = client.get(PATH)

    assert [item.record for item in response.context["items"]] == public
    assert "سر<" not in response.content.decode()


def test_follow_up_is_searched_as_the_other_lists_are(client):
    oriental = RegionFactory(oriental=True)
    meeting, elsewhere = MeetingFactory(region=oriental), MeetingFactory()
    asked = ExpectationFactory(meeting=meeting, text_ar="حضانة <قريبة>\nمن المعمل")
    made = CommitmentFactory(
        meeting=meeting,
        text_ar="بناء مقر",
        owner=OrganisationFactory(name_ar="جمعية الحضانات"),
    )
    other = ExpectationFactory(meeting=elsewhere, text_ar="الحضانة")
    ExpectationFactory(meeting=meeting, text_ar="مدرسة")
    hidden = ExpectationFactory(meeting=MeetingFactory(draft=True), text_ar="حضانة")
    for one in (meeting, elsewhere, hidden.meeting):
        refresh_search_text(one)

    everywhere = client.get(PATH, {"q": "حضانة"})
    response = client.get(f"/en{PATH}", {"q": "حضانة", "region": "oriental"})

    assert {item.record for item in everywhere.context["items"]} == {asked, made, other}
    assert [item.record for item in response.context["items"]] == [asked, made]
    filters = response.context["filters"]
    assert [(chip.name, chip.label, chip.query_without) for chip in filters.chips] == [
        ("q", "حضانة", "region=oriental"),
        ("region", "Oriental", f"q={quote('حضانة')}"),
    ]
    html = response.content.decode()
    assert "<mark>حضانة</mark> &lt;قريبة&gt;<br>" in html
    assert "جمعية <mark>الحضانات</mark>" in html
    assert html.index('name="q"') < html.index('name="region"')


def test_search_of_the_follow_up_that_finds_nothing_offers_ways_out(client):
    meeting = MeetingFactory()
    ExpectationFactory(meeting=meeting, text_ar="حضانة بوجدة")
    CommitmentFactory(meeting=meeting, text_ar="بناء مدرسة")
    refresh_search_text(meeting)

    misspelt = client.get(f"/en{PATH}", {"q": "حضانث"})
    apart = client.get(f"/en{PATH}", {"q": "حضانة مدرسة", "kind": "expectation"})

    assert misspelt.context["advice"].spelling == "حضانة"
    words = apart.context["advice"].words
    assert [(way.label, way.count) for way in words] == [("حضانة", 1)]
    html = apart.content.decode()
    assert "Each of the words alone, with the other filters kept:" in html
    query = f"q={quote('حضانة')}&amp;kind=expectation"
    assert (
        f'href="/en{PATH}?{query}"><bdi lang="ar" dir="rtl">حضانة</bdi> (1)</a>' in html
    )
    assert f'href="/en/search/?q={quote("حضانة مدرسة")}"' in html


@pytest.mark.parametrize("count", [1, 3])
def test_search_of_the_follow_up_costs_the_same_queries_with_any_number(
    client, count, django_assert_num_queries
):
    meeting = MeetingFactory()
    ExpectationFactory.create_batch(count, meeting=meeting, text_ar="حضانة")
    CommitmentFactory.create_batch(count, meeting=meeting, text_ar="حضانة")
    refresh_search_text(meeting)

    # as without words, and for each of the two kinds what is known of them and the keys
    with django_assert_num_queries(21):
        response = client.get(PATH, {"q": "حضانة"})

    assert len(response.context["items"]) == 2 * count


def test_items_lead_to_their_place_in_the_chain_of_their_meeting(client):
    meeting = MeetingFactory()
    for order in (2, 1):
        ExpectationFactory(meeting=meeting, order=order, text_ar=f"انتظار {order}")
        CommitmentFactory(meeting=meeting, order=order, text_ar=f"التزام {order}")

    items = client.get(PATH).context["items"]
    page = client.get(meeting.get_absolute_url()).content.decode()

    assert [(str(item.record.text), item.url) for item in items] == [
        ("انتظار 1", f"{meeting.get_absolute_url()}#expectation-1"),
        ("انتظار 2", f"{meeting.get_absolute_url()}#expectation-2"),
        ("التزام 1", f"{meeting.get_absolute_url()}#commitment-1"),
        ("التزام 2", f"{meeting.get_absolute_url()}#commitment-2"),
    ]
    for item in items:
        target = page.split(f'id="{item.url.split("#")[1]}"')[1]
        assert str(item.record.text) in target.split("</li>")[0]


def test_commitments_past_their_date_are_in_plain_sight(client):
    late = CommitmentFactory(due_on=PAST, state="in_progress")
    CommitmentFactory(due_on=PAST, state="done")
    CommitmentFactory(due_on=datetime.date(2999, 1, 1))
    CommitmentFactory()

    whole = client.get("/en" + PATH)
    alone = client.get(f"/en{PATH}?late=true")

    html = whole.content.decode()
    assert "1 commitment of this selection is past its due date." in html
    assert 'href="/en/follow-up/?late=true"' in html
    assert html.count('<span class="tag tag--late">past its due date</span>') == 1
    assert [item.record for item in alone.context["items"]] == [late]
    assert "of this selection is past" not in alone.content.decode()


def test_late_is_said_in_the_words_of_the_ministry(client):
    CommitmentFactory(due_on=PAST)

    html = client.get(PATH).content.decode()

    assert "التزام واحد من هذه النتائج تجاوز الأجل المحدد." in html
    assert "وعود" not in html


def test_answer_of_the_ministry_is_shown_with_its_date(client):
    ExpectationFactory(answer_ar="سيُحدث المركز", answered_on=PAST, state="accepted")
    ExpectationFactory()

    html = client.get("/en" + PATH).content.decode()

    assert "The ministry’s answer (1 June 2022)" in html
    assert "سيُحدث المركز" in html
    assert html.count("The ministry’s answer:") == 1


def test_what_followed_from_a_commitment_is_shown_where_it_is_public(client):
    public = PartnershipAgreementFactory(title_ar="اتفاقية منشورة")
    draft = PartnershipAgreementFactory(title_ar="اتفاقية سرية", draft=True)
    done = CommitmentFactory(
        agreement=public, amount=Decimal(5000), amount_note="about", state="done"
    )
    ProgressFactory(commitment=done, note="فتح المركز", percent=40, reported_on=PAST)
    CommitmentFactory(agreement=draft)

    html = client.get("/en" + PATH).content.decode()

    assert f'href="/en/agreements/{public.reference}/"' in html
    assert "<bdi>40%</bdi> " in html
    assert html.split("فتح المركز")[1].split("</dd>")[0].endswith(" (1 June 2022)")
    assert "(about)" in html
    assert draft.reference not in html
    assert "اتفاقية سرية" not in html


def test_commitment_of_a_hidden_meeting_is_not_told_as_an_answer(client):
    asked = ExpectationFactory()
    hidden = CommitmentFactory(meeting=MeetingFactory(draft=True), text_ar="سر مكتوم")
    hidden.answers.add(asked)
    shown = CommitmentFactory(meeting=asked.meeting, text_ar="التزام معلن")
    shown.answers.add(asked)

    response = client.get(PATH)

    [item] = [one for one in response.context["items"] if not one.is_commitment]
    assert item.commitments == [shown]
    assert "سر مكتوم" not in response.content.decode()


def test_summary_counts_the_states_of_the_selection(client):
    region = RegionFactory(oriental=True)
    inside = MeetingFactory(region=region)
    ExpectationFactory.create_batch(2, meeting=inside, state="done")
    CommitmentFactory(meeting=inside, state="done")
    CommitmentFactory(meeting=inside, state="announced")
    ExpectationFactory()

    context = client.get(f"{PATH}?region=oriental").context

    assert [(state.value, number) for state, number in context["asked"]] == [
        ("done", 2)
    ]
    assert [(state.value, number) for state, number in context["made"]] == [
        ("announced", 1),
        ("done", 1),
    ]
    assert (context["selected"], context["total"]) == (4, 5)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "No expectation or commitment has been published yet"),
        ("?late=true", "Nothing matches all of these filters"),
    ],
)
def test_empty_follow_up_says_why_it_is_empty(client, query, said):
    MeetingFactory()

    assert said in client.get(f"/en{PATH}{query}").content.decode()


def test_national_and_unknown_are_said_in_words(client):
    CommitmentFactory()
    ExpectationFactory()

    html = client.get("/en" + PATH).content.decode()

    main = html.split('id="results"')[1].split("</main>")[0]
    assert main.count("<dd>National</dd>") == 2
    # Owner, due date, what was done; who raised it, the answer.
    assert main.count("not mentioned in the sources") == 5


def test_follow_up_leads_to_both_files_of_the_same_selection(client):
    ExpectationFactory(meeting=MeetingFactory(region=RegionFactory(oriental=True)))

    page = client.get(PATH, {"region": "oriental"}).text

    for name in ("expectations", "commitments"):
        for form in ("xlsx", "csv"):
            assert f'href="/data/{name}.{form}?region=oriental"' in page
