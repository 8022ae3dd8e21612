"""The page that confirms a step, and who gets to see it."""

import re

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from consultations import services
from consultations.admin import steps as steps_module
from consultations.admin.steps import STEPS
from consultations.models import Meeting
from tests.factories.accounts import UserFactory
from tests.factories.consultations import (
    MeetingFactory,
    PartnershipAgreementFactory,
    SourceFactory,
)
from tests.factories.regions import RegionFactory
from tests.forms import form_data

pytestmark = pytest.mark.django_db

LIST = reverse("admin:consultations_meeting_changelist")


def ready(**values):
    """Return a meeting that has what publication demands."""
    meeting = MeetingFactory(**values)
    SourceFactory(meeting=meeting)
    return meeting


def page(step, meeting):
    return reverse(f"admin:consultations_meeting_{step}", args=[meeting.pk])


def tick(client, action, *meetings):
    keys = [meeting.pk for meeting in meetings]
    return client.post(LIST, {"action": action, "_selected_action": keys})


def confirm(client, asked, **values):
    data = form_data(asked, "step_form")
    data.type_in(**values)
    return client.post(asked.request["PATH_INFO"], data)


def told(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def states(*meetings):
    found = dict(Meeting.objects.values_list("pk", "publication"))
    return [found[meeting.pk] for meeting in meetings]


ACTIONS = {
    "submit_selected": ({"draft": True}, {}, "in_review"),
    "publish_selected": ({"in_review": True}, {}, "published"),
    "send_back_selected": ({"in_review": True}, {"remark": "ناقصة"}, "draft"),
    "call_off_selected": ({"scheduled": True}, {}, "in_review"),
    "withdraw_selected": ({}, {"reason": "مكرر"}, "withdrawn"),
    "return_selected_to_draft": ({"withdrawn": True}, {}, "draft"),
}


@pytest.mark.parametrize("action", ACTIONS)
def test_bulk_step_says_what_will_happen_to_which_and_then_does_it(
    staff_client, action
):
    state, typed, after = ACTIONS[action]
    fits = [ready(**state), ready(**state)]
    other = ready(withdrawn=True) if state == {"draft": True} else ready(draft=True)
    if action == "publish_selected":
        other = ready()
    before = states(*fits, other)

    asked = tick(staff_client, action, *fits, other)
    between = states(*fits, other)
    confirm(staff_client, asked, **typed)

    assert {one.record for one in asked.context_data["taken"]} == set(fits)
    assert [one.record for one in asked.context_data["refused"]] == [other]
    assert all(one.refusal for one in asked.context_data["refused"])
    assert between == before
    assert states(*fits, other) == [after, after, before[2]]


def test_confirmation_says_of_which_regions_each_record_is(staff_client):
    oriental = RegionFactory(name_ar="الشرق")
    national = ready(draft=True, region=None)
    regional = ready(draft=True, region=oriental)
    refused = ready(region=oriental)
    agreement = PartnershipAgreementFactory(draft=True)
    agreement.regions.set([oriental, RegionFactory(name_ar="فاس-مكناس")])
    SourceFactory(agreement=agreement)

    meetings = tick(staff_client, "publish_selected", national, regional, refused)
    one = staff_client.get(
        reverse("admin:consultations_partnershipagreement_submit", args=[agreement.pk])
    )

    assert territories(meetings) == [
        "الجهة: الشرق",
        "بطاقة وطنية، بلا جهة",
        "الجهة: الشرق",
    ]
    assert territories(one) == ["الجهتان: الشرق · فاس-مكناس"]


def territories(page):
    """Return what a page that confirms a step says of the regions of each record."""
    found = re.findall(r'<span class="territory">(.*?)</span>', page.text)
    return [re.sub(r"<[^>]+>", "", one) for one in found]


@pytest.mark.parametrize(
    ("action", "one", "two"),
    [
        ("submit_selected", "أُحيلت على المراجعة", "أُحيلتا على المراجعة"),
        ("publish_selected", "نُشرت", "نُشرتا"),
        ("send_back_selected", "أُعيدت مع ملاحظة", "أُعيدتا مع ملاحظة"),
        ("call_off_selected", "أُلغي نشرها المقرر", "أُلغي نشرهما المقرر"),
        ("withdraw_selected", "سُحبت", "سُحبتا"),
        ("return_selected_to_draft", "أُرجعت إلى المسودة", "أُرجعتا إلى المسودة"),
    ],
)
def test_message_says_what_was_done_to_one_record_and_to_two(
    staff_client, action, one, two
):
    state, typed, _after = ACTIONS[action]
    [first, *others] = [ready(**state) for _number in range(3)]

    alone = confirm(staff_client, tick(staff_client, action, first), **typed)
    both = confirm(staff_client, tick(staff_client, action, *others), **typed)

    assert told(alone) == [f"{first}: {one}."]
    assert f"بطاقتان: {two}." in told(both)


def test_message_writes_a_title_as_it_was_typed(staff_client):
    meeting = MeetingFactory(draft=True, title_fr="« le temps des régions »")
    address = "/fr" + reverse("admin:consultations_meeting_change", args=[meeting.pk])
    data = form_data(staff_client.get(address), "meeting_form")
    data.type_in(title_fr="le temps des régions", _submit="1")

    page = staff_client.post(address, data, follow=True).text

    said = re.search(r'<li class="error">(.*?)</li>', page)[1]
    assert said.startswith("le temps des régions\xa0: enregistrée, mais pas soumise.")


@pytest.mark.parametrize("count", [1, 3])
def test_confirmation_asks_a_number_of_queries_that_does_not_grow(
    staff_client, count, django_assert_num_queries
):
    meetings = [ready(draft=True) for _number in range(count)]

    with django_assert_num_queries(29):
        asked = tick(staff_client, "publish_selected", *meetings)

    assert len(asked.context_data["taken"]) == count


def test_record_that_was_saved_meanwhile_is_left_alone(staff_client):
    changed, same = ready(in_review=True), ready(in_review=True)
    asked = tick(staff_client, "publish_selected", changed, same)
    changed.title_fr = "Titre"
    changed.save()

    response = confirm(staff_client, asked)

    assert states(changed, same) == ["in_review", "published"]
    assert len(told(response)) == 2


def test_forged_confirmation_of_what_was_not_shown_is_refused(staff_client):
    meeting = ready(in_review=True)

    staff_client.post(page("publish", meeting), {"_confirmed": "1"})

    assert states(meeting) == ["in_review"]


def test_too_many_at_once_are_refused(staff_client, monkeypatch):
    monkeypatch.setattr(steps_module, "MOST_AT_ONCE", 1)

    response = tick(staff_client, "publish_selected", ready(), ready())

    assert response.url == LIST
    assert len(told(response)) == 1


def test_publication_is_set_for_a_later_hour(staff_client):
    meeting = ready(in_review=True)
    asked = staff_client.get(page("publish", meeting))

    confirm(staff_client, asked, publish_at="2031-07-01T09:30")

    meeting.refresh_from_db()
    assert meeting.is_scheduled
    assert meeting.publish_at.isoformat() == "2031-07-01T08:30:00+00:00"
    form = staff_client.get(
        "/en" + reverse("admin:consultations_meeting_change", args=[meeting.pk])
    ).text
    assert "Everybody can read this record from 1 July 2031" in form
    assert 'name="_publish"' not in form


def test_own_record_asks_for_a_reason_and_is_listed(staff_client, staff):
    meeting = ready(draft=True, created_by=staff)
    asked = staff_client.get(page("publish", meeting))

    refused = confirm(staff_client, asked, override_reason=" ")
    before = states(meeting)
    confirm(staff_client, refused, override_reason="لا ناشر غيري اليوم")

    listed = staff_client.get(
        reverse("admin:consultations_publicationstep_changelist"),
        {"is_override__exact": "1"},
    ).context["cl"]
    own = staff_client.get(LIST, {"standing": "own"}).context["cl"]
    assert list(refused.context_data["form"].errors) == ["override_reason"]
    assert (before, states(meeting)) == (["draft"], ["published"])
    assert [step.remark for step in listed.result_list] == ["لا ناشر غيري اليوم"]
    assert list(own.result_list) == [meeting]


def test_record_of_somebody_else_asks_for_no_reason(staff_client):
    meeting = ready(in_review=True, created_by=UserFactory())

    asked = staff_client.get(page("publish", meeting))

    assert list(asked.context_data["form"].fields) == ["publish_at"]


def test_author_sees_the_remark_on_the_form_and_in_the_list(staff_client, staff):
    meeting = ready(in_review=True)
    services.send_back(meeting, by=staff, remark="أضيفوا عدد الحاضرين")
    fresh = ready(draft=True)

    form = staff_client.get(
        reverse("admin:consultations_meeting_change", args=[meeting.pk])
    ).text
    listed = staff_client.get(LIST, {"standing": "returned"})

    returned = re.search(r'<div class="returned">.*?</div>', form, re.DOTALL)[0]
    assert "أضيفوا عدد الحاضرين" in returned
    assert staff.username in returned
    assert list(listed.context["cl"].result_list) == [meeting]
    assert "أضيفوا عدد الحاضرين" in listed.text
    services.submit(meeting, by=staff)
    again = staff_client.get(
        reverse("admin:consultations_meeting_change", args=[meeting.pk])
    ).text
    assert '<div class="returned">' not in again
    assert fresh.publication == "draft"


def test_save_and_submit_hands_over_what_was_just_typed(staff_client):
    meeting = ready(draft=True)
    address = reverse("admin:consultations_meeting_change", args=[meeting.pk])
    data = form_data(staff_client.get(address), "meeting_form")
    data.type_in(title_ar="عنوان جديد", _submit="1")

    response = staff_client.post(address, data)

    meeting.refresh_from_db()
    assert response.url == LIST
    assert (meeting.publication, meeting.title_ar) == ("in_review", "عنوان جديد")


def test_agreement_that_is_published_leads_back_to_its_meeting(staff_client):
    meeting, agreement = ready(draft=True), PartnershipAgreementFactory(draft=True)
    SourceFactory(agreement=agreement)
    name = "admin:consultations_partnershipagreement_change"
    back = reverse("admin:consultations_meeting_change", args=[meeting.pk])
    address = f"{reverse(name, args=[agreement.pk])}?_return={back}"
    data = form_data(staff_client.get(address), "partnershipagreement_form")
    data.type_in(_publish="1")

    asked = staff_client.get(staff_client.post(address, data).url)
    data = form_data(asked, "step_form")
    data.type_in(override_reason="عاجل")
    done = staff_client.post(
        f"{asked.request['PATH_INFO']}?{asked.request['QUERY_STRING']}", data
    )

    agreement.refresh_from_db()
    assert done.url == back
    assert agreement.is_published


# Permissions


@pytest.mark.parametrize("step", STEPS)
def test_step_takes_its_permission(client, step):
    states_of = {
        "submit": {"draft": True},
        "publish": {"in_review": True},
        "send_back": {"in_review": True},
        "call_off": {"scheduled": True},
        "withdraw": {},
        "return_to_draft": {"withdrawn": True},
    }
    meeting = ready(**states_of[step])
    client.force_login(UserFactory(roles=["analyst"]))
    before = states(meeting)

    looked = client.get(page(step, meeting))
    sent = client.post(
        page(step, meeting),
        {"_confirmed": "1", f"_version_{meeting.pk}": meeting.version, "reason": "x"},
    )

    assert (looked.status_code, sent.status_code) == (403, 403)
    assert states(meeting) == before


def test_form_and_list_offer_nothing_that_takes_a_permission(client):
    meeting = ready(draft=True)
    client.force_login(UserFactory(roles=["analyst"]))

    form = client.get(
        reverse("admin:consultations_meeting_change", args=[meeting.pk])
    ).text
    listed = client.get(LIST).text

    assert not re.search(r'name="_(submit|publish)"|/(submit|publish)/"', form)
    assert not set(re.findall(r'<option value="(\w+)"', listed)) & set(ACTIONS)


def test_button_past_the_permission_publishes_nothing(client):
    meeting = ready(draft=True)
    client.force_login(UserFactory(roles=["analyst"]))
    address = reverse("admin:consultations_meeting_change", args=[meeting.pk])

    response = client.post(address, {"_submit": "1"})

    assert response.status_code == 403
    assert states(meeting) == ["draft"]


def test_steps_are_read_by_permission_and_changed_by_nobody(client, staff_client):
    address = reverse("admin:consultations_publicationstep_changelist")
    meeting = services.publish(ready(draft=True), by=UserFactory())
    step = meeting.publication_steps.get()
    superuser = {
        name: staff_client.get(
            reverse(f"admin:consultations_publicationstep_{name}", args=args)
        ).status_code
        for name, args in (("add", []), ("delete", [step.pk]))
    }
    client.force_login(UserFactory(roles=["regional_editor"]))
    refused = client.get(address).status_code
    client.force_login(UserFactory(roles=["analyst"]))

    shown = client.get(address)

    assert superuser == {"add": 403, "delete": 403}
    assert refused == 403
    assert list(shown.context["cl"].result_list) == [step]
