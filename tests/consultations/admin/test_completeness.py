import re

import pytest
from django.urls import reverse
from django.utils import translation

from consultations.completeness import RULES
from tests.factories.consultations import (
    CommitmentFactory,
    ExpectationFactory,
    MeetingFactory,
    ParticipationFactory,
    PartnershipAgreementFactory,
    SourceFactory,
    ThemeFactory,
)
from tests.forms import form_data

pytestmark = pytest.mark.django_db

FACTORIES = [
    MeetingFactory,
    PartnershipAgreementFactory,
    ExpectationFactory,
    CommitmentFactory,
]


def page_of(model, page, *args):
    return reverse(f"admin:consultations_{model._meta.model_name}_{page}", args=args)


def said_to_be_missing(html):
    said = re.search(r'<p class="missing.*?</p>', html, re.DOTALL)[0]
    return re.findall(r'<a href="#([\w-]+)">([^<]+)</a>', said)


def test_form_names_what_is_missing_and_leads_to_it(staff_client):
    meeting = MeetingFactory(state="announced", title_fr="Rencontre")

    html = staff_client.get(f"/en{page_of(type(meeting), 'change', meeting.pk)}").text

    assert said_to_be_missing(html) == [
        ("id_coverage", "report"),
        ("sources-group", "sources"),
    ]


def test_form_says_that_nothing_is_missing(staff_client):
    meeting = MeetingFactory(state="cancelled", title_fr="Rencontre")
    SourceFactory(meeting=meeting)

    html = staff_client.get(f"/en{page_of(type(meeting), 'change', meeting.pk)}").text

    assert said_to_be_missing(html) == []
    assert "Nothing that the record should have is missing." in html


@pytest.mark.parametrize("factory", FACTORIES)
def test_every_rule_leads_to_a_place_of_the_form(staff_client, factory):
    record = factory()

    html = staff_client.get(page_of(type(record), "change", record.pk)).text

    ids = set(re.findall(r'\bid="([^"]+)"', html))
    anchors = {rule.anchor for rule in RULES[type(record)]}
    assert anchors - ids == set()


def test_form_of_a_new_record_asks_for_nothing(staff_client):
    for factory in FACTORIES:
        model = factory._meta.model
        html = staff_client.get(page_of(model, "add")).text
        assert 'class="missing' not in html


def test_what_is_missing_keeps_nobody_from_saving(staff_client):
    meeting = MeetingFactory(draft=True, title_ar="")
    page = page_of(type(meeting), "change", meeting.pk)
    data = form_data(staff_client.get(page), "meeting_form")
    data.type_in(city_ar="وجدة")

    response = staff_client.post(page, data)

    meeting.refresh_from_db()
    assert response.status_code == 302
    assert meeting.city_ar == "وجدة"


def test_list_says_and_sorts_by_how_much_is_missing(staff_client):
    little = MeetingFactory(state="cancelled", title_fr="Rencontre")
    nothing = MeetingFactory(state="cancelled", title_fr="Rencontre")
    SourceFactory(meeting=nothing)
    much = MeetingFactory()
    ParticipationFactory(meeting=much)
    listing = page_of(type(little), "changelist")
    cl = staff_client.get(f"/en{listing}").context["cl"]
    [column] = [
        number
        for number, name in enumerate(cl.list_display)
        if getattr(name, "__name__", "") == "missing"
    ]
    show = cl.list_display[column]

    up = staff_client.get(f"/en{listing}?o={column}").context["cl"]
    down = staff_client.get(f"/en{listing}?o=-{column}").context["cl"]

    assert list(up.result_list) == [nothing, little, much]
    assert list(down.result_list) == [much, little, nothing]
    with translation.override("en"):
        told = [re.sub(r"<[^>]+>", "", str(show(row))) for row in up.result_list]
    assert told == [
        "–",
        "1 sources",
        "7 number of people present, expectations …",
    ]


@pytest.mark.parametrize("factory", FACTORIES)
def test_list_is_filtered_by_one_missing_thing_or_any(staff_client, factory):
    model = factory._meta.model
    some = {"theme": ThemeFactory()} if factory is ExpectationFactory else {}
    record = factory(**some)
    listing = page_of(model, "changelist")
    missing = {
        rule.key: [record] if model.objects.filter(rule.lacks).exists() else []
        for rule in RULES[model]
    }

    found = {
        key: list(staff_client.get(listing, {"missing": key}).context["cl"].result_list)
        for key in missing
    }
    anything = staff_client.get(listing, {"missing": "any"}).context["cl"]
    unknown = staff_client.get(listing, {"missing": "perhaps"}).context["cl"]

    assert found == missing
    assert {bool(rows) for rows in found.values()} == {True, False}
    assert anything.result_count == 1
    assert unknown.result_count == model.objects.count()
