import csv
import re

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import translation

from config.models import DataVersion
from consultations import services
from consultations.admin.steps import STEPS
from consultations.models import Meeting, Publication
from tests.factories.accounts import UserFactory
from tests.factories.consultations import (
    AgreementStepFactory,
    CommitmentFactory,
    DiscrepancyFactory,
    ExpectationFactory,
    MeetingFactory,
    PartnershipAgreementFactory,
    SourceFactory,
)
from tests.factories.regions import RegionFactory
from tests.factories.stakeholders import ParticipantCategoryFactory
from tests.forms import form_data

pytestmark = pytest.mark.django_db

KINDS = [
    (MeetingFactory, "meeting", {"meeting": None}),
    (PartnershipAgreementFactory, "partnershipagreement", {"agreement": None}),
]


@pytest.fixture(params=["meeting", "partnershipagreement"])
def kind(request):
    return request.param


@pytest.fixture
def make(kind):
    return MeetingFactory if kind == "meeting" else PartnershipAgreementFactory


@pytest.fixture
def with_source(kind):
    def add(record):
        owner = "meeting" if kind == "meeting" else "agreement"
        SourceFactory(**{owner: record})
        return record

    return add


def page(kind, step, *args):
    return reverse(f"admin:consultations_{kind}_{step}", args=args)


def told(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def run(client, kind, action, *records, **values):
    return client.post(
        page(kind, "changelist"),
        {
            "action": action,
            "_selected_action": [record.pk for record in records],
            **values,
        },
    )


def confirm(client, asked, **values):
    """Send the page that confirms a step, with ``values`` typed in."""
    data = form_data(asked, "step_form")
    data.type_in(**values)
    return client.post(asked.request["PATH_INFO"], data)


def carry_out(client, kind, action, *records, **values):
    """Tick records in the list, choose an action and confirm it."""
    return confirm(client, run(client, kind, action, *records), **values)


# From the list


def test_publish_publishes_what_is_complete_and_names_the_rest(
    staff_client, kind, make, with_source
):
    ready, lacking = with_source(make(draft=True)), make(draft=True)

    response = carry_out(staff_client, kind, "publish_selected", ready, lacking)

    ready.refresh_from_db()
    lacking.refresh_from_db()
    assert response.url == page(kind, "changelist")
    assert (ready.publication, lacking.publication) == ("published", "draft")
    assert len(told(response)) == 1
    assert DataVersion.current() == 1


def test_publish_of_several_counts_them(staff_client, kind, make, with_source):
    records = [with_source(make(draft=True)) for _number in range(3)]

    response = carry_out(staff_client, kind, "publish_selected", *records)

    [message] = told(response)
    assert message.startswith("3")
    assert type(records[0]).objects.published().count() == 3


def test_withdraw_asks_for_the_reason_first(staff_client, kind, make):
    record = make()

    asked = run(staff_client, kind, "withdraw_selected", record)
    refused = confirm(staff_client, asked, reason=" ")
    record.refresh_from_db()
    still = record.publication
    done = confirm(staff_client, refused, reason="سجل مكرر")

    record.refresh_from_db()
    assert asked.template_name == "admin/consultations/step.html"
    assert list(refused.context_data["form"].errors) == ["reason"]
    assert still == Publication.PUBLISHED
    assert done.url == page(kind, "changelist")
    assert record.publication == Publication.WITHDRAWN
    assert record.withdrawal_reason == "سجل مكرر"


def test_return_to_draft_takes_up_what_was_withdrawn(staff_client, kind, make):
    withdrawn, published = make(withdrawn=True), make()

    asked = run(staff_client, kind, "return_selected_to_draft", withdrawn, published)
    response = confirm(staff_client, asked)

    withdrawn.refresh_from_db()
    published.refresh_from_db()
    assert withdrawn.publication == Publication.DRAFT
    assert published.publication == Publication.PUBLISHED
    assert [one.record for one in asked.context_data["refused"]] == [published]
    assert len(told(response)) == 1


@pytest.mark.parametrize(
    ("action", "delimiter"), [("export_as_csv", ","), ("export_for_excel", ";")]
)
def test_export_holds_what_was_ticked_drafts_flagged(
    staff_client, kind, make, action, delimiter
):
    draft, published = make(draft=True), make()
    make()

    response = run(staff_client, kind, action, draft, published)

    text = b"".join(response.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(text.splitlines(), delimiter=delimiter))
    key = "slug" if kind == "meeting" else "reference"
    assert {row[key]: row["publication"] for row in rows} == {
        getattr(draft, key): "draft",
        getattr(published, key): "published",
    }


# Deleting


def test_draft_may_be_deleted(staff_client, kind, make):
    record = make(draft=True)

    staff_client.post(page(kind, "delete", record.pk), {"post": "yes"})

    assert not type(record).objects.exists()
    assert DataVersion.current() == 0


@pytest.mark.parametrize("state", ["published", "withdrawn", "taken up again"])
def test_what_was_ever_public_is_not_deleted(staff_client, staff, kind, make, state):
    record = make(withdrawn=state == "withdrawn")
    if state == "taken up again":
        type(record).objects.filter(pk=record.pk).update(publication="draft")

    response = staff_client.post(page(kind, "delete", record.pk), {"post": "yes"})

    assert response.status_code == 403
    assert type(record).objects.exists()


@pytest.mark.parametrize(
    ("prefix", "language"), [("", "ar"), ("/fr", "fr"), ("/en", "en")]
)
def test_refusal_is_told_in_the_readers_language(
    staff_client, kind, make, prefix, language
):
    response = staff_client.get(prefix + page(kind, "delete", make().pk))

    assert response.status_code == 403
    assert f'<html lang="{language}"' in response.text
    with translation.override(language):
        heading = translation.gettext("You may not open this page")
    assert f"<h1>{heading}</h1>" in response.text
    assert f'href="{prefix}/admin/"' in response.text


def test_ticked_records_are_all_kept_when_one_was_public(staff_client, kind, make):
    draft, published = make(draft=True), make(title_ar="منشور")

    response = run(staff_client, kind, "delete_selected", draft, published, post="yes")

    assert "منشور" in str(response.context_data["protected"])
    assert type(draft).objects.count() == 2


def test_ticked_drafts_are_deleted(staff_client, kind, make):
    drafts = [make(draft=True), make(draft=True)]

    run(staff_client, kind, "delete_selected", *drafts, post="yes")

    assert not type(drafts[0]).objects.exists()


def test_used_term_is_protected(staff_client):
    meeting = MeetingFactory()
    address = reverse("admin:consultations_meetingtype_delete", args=[meeting.type_id])

    response = staff_client.post(address, {"post": "yes"})

    assert response.status_code == 200
    assert meeting.title_ar in str(response.context_data["protected"])
    assert Meeting.objects.filter(type=meeting.type_id).exists()


def test_meeting_that_an_agreement_names_is_protected(staff_client):
    step = AgreementStepFactory(meeting=MeetingFactory(draft=True))

    response = staff_client.post(
        page("meeting", "delete", step.meeting_id), {"post": "yes"}
    )

    assert response.status_code == 200
    assert Meeting.objects.exists()


def test_deleting_an_expectation_takes_it_out_of_its_meeting(staff_client):
    meeting = MeetingFactory()
    expectation = ExpectationFactory(meeting=meeting, text_ar="دعم الجمعيات")
    note = {"correction_what": "حذف انتظار", "correction_why": "سُجل مرتين"}

    staff_client.post(
        page("expectation", "delete", expectation.pk), {"post": "yes", **note}
    )

    assert not Meeting.objects.search("الجمعيات").exists()
    assert DataVersion.current() == 1
    assert [one.what for one in meeting.corrections.all()] == ["حذف انتظار"]


# From the page of one record


def test_save_and_publish_publishes_what_was_just_typed(
    staff_client, kind, make, with_source
):
    record = with_source(make(draft=True))
    address = page(kind, "change", record.pk)
    data = form_data(staff_client.get(address), f"{kind}_form")
    data.type_in(title_ar="عنوان جديد", _publish="1")

    saved = staff_client.post(address, data)
    record.refresh_from_db()
    before = record.publication
    asked = staff_client.get(saved.url)
    response = confirm(staff_client, asked, override_reason="لا ناشر غيري اليوم")

    record.refresh_from_db()
    assert saved.url == page(kind, "publish", record.pk)
    assert before == "draft"
    assert response.url == address
    assert (record.publication, record.title_ar) == ("published", "عنوان جديد")


def test_save_and_publish_without_a_source_keeps_the_draft(staff_client, kind, make):
    record = make(draft=True)
    address = page(kind, "change", record.pk)
    data = form_data(staff_client.get(address), f"{kind}_form")
    data.type_in(title_ar="عنوان جديد", _publish="1")

    response = staff_client.post(address, data)

    record.refresh_from_db()
    assert response.url == address
    assert (record.publication, record.title_ar) == ("draft", "عنوان جديد")
    assert len(told(response)) == 2


def test_publish_names_the_agreements_that_stay_hidden(staff_client):
    meeting = MeetingFactory(draft=True)
    SourceFactory(meeting=meeting)
    signed = PartnershipAgreementFactory(draft=True, title_ar="اتفاقية موقعة")
    led_to = PartnershipAgreementFactory(draft=True, title_ar="اتفاقية لاحقة")
    AgreementStepFactory(meeting=meeting, agreement=signed)
    AgreementStepFactory(meeting=meeting, agreement=signed, kind="approved")
    AgreementStepFactory(meeting=meeting)
    CommitmentFactory(meeting=meeting, agreement=led_to)
    AgreementStepFactory(agreement=PartnershipAgreementFactory(draft=True))

    response = carry_out(staff_client, "meeting", "publish_selected", meeting)

    assert Meeting.objects.published().count() == 1
    _published, warning = told(response)
    assert re.findall(r'href="([^"]+)">([^<]+)<', warning) == [
        (page("partnershipagreement", "change", one.pk), str(one))
        for one in (signed, led_to)
    ]


def test_preview_shows_the_agreements_that_are_drafts_too(staff_client, client):
    meeting = MeetingFactory()
    for state in ({}, {"draft": True}, {"withdrawn": True}):
        AgreementStepFactory(
            meeting=meeting, agreement=PartnershipAgreementFactory(**state)
        )

    shown = {
        address: [
            link.agreement.publication
            for link in staff_client.get(address).context["dossier"].chain.agreements
        ]
        for address in (
            page("meeting", "preview", meeting.pk),
            "/meetings/" + meeting.slug + "/",
        )
    }

    assert list(shown.values()) == [["published", "draft"], ["published"]]


def test_preview_leads_back_to_editing(staff_client, kind, make):
    record = make(draft=True)

    html = staff_client.get(page(kind, "preview", record.pk)).text

    assert f'href="{page(kind, "change", record.pk)}"' in html


@pytest.mark.parametrize(
    ("state", "told", "warned"),
    [
        ({"draft": True}, "Draft Never published; last saved on", False),
        ({}, "Published First published on", True),
        ({"withdrawn": True}, "Withdrawn Withdrawn on", False),
    ],
)
def test_page_says_where_the_record_stands(
    staff_client, kind, make, state, told, warned
):
    record = make(**state)

    html = staff_client.get("/en" + page(kind, "change", record.pk)).text

    line = re.search(r'<div class="record-state .*?</p>', html, re.DOTALL)[0]
    words = " ".join(re.sub(r"<[^>]+>", " ", line).split())
    assert words.startswith(told)
    assert ("Saving changes the public page at once." in html) is warned


def test_page_of_a_record_taken_up_again_says_what_the_public_sees(
    staff_client, staff, kind, make
):
    record = services.withdraw(make(), by=staff, reason="سجل مكرر")
    services.return_to_draft(record, by=staff)

    html = staff_client.get("/en" + page(kind, "change", record.pk)).text

    assert "its public page says so, and why." in html


def test_withdraw_page_withdraws_for_a_reason(staff_client, kind, make):
    record = make()
    address = page(kind, "withdraw", record.pk)

    asked = staff_client.get(address)
    refused = confirm(staff_client, asked, reason="")
    done = confirm(staff_client, refused, reason="سجل مكرر")

    record.refresh_from_db()
    assert asked.status_code == 200
    assert list(refused.context_data["form"].errors) == ["reason"]
    assert done.url == page(kind, "change", record.pk)
    assert record.publication == Publication.WITHDRAWN


def test_nothing_happens_before_it_is_confirmed(staff_client, kind, make):
    record = make(withdrawn=True)

    asked = staff_client.get(page(kind, "return_to_draft", record.pk))
    staff_client.post(page(kind, "return_to_draft", record.pk))
    record.refresh_from_db()
    before = record.publication
    confirm(staff_client, asked)

    record.refresh_from_db()
    assert (before, record.publication) == ("withdrawn", "draft")


def test_preview_shows_a_draft_as_the_public_will_see_it(staff_client, kind, make):
    record = make(draft=True, title_ar="لقاء لم ينشر بعد")

    response = staff_client.get(page(kind, "preview", record.pk))

    assert response.status_code == 200
    assert "لقاء لم ينشر بعد" in response.content.decode()
    assert response.context_data["is_preview"] is True
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.parametrize("step", ["preview", "preview_links", *STEPS])
def test_page_of_no_record_leads_back(staff_client, kind, step):
    for number in ("999", "abc"):
        response = staff_client.post(page(kind, step, number))

        assert response.url == reverse("admin:index")


@pytest.mark.parametrize("step", ["preview", "preview_links", *STEPS])
def test_strangers_may_not_publish_or_preview(client, kind, make, step):
    record = make()

    response = client.post(page(kind, step, record.pk), {"reason": "سبب"})

    assert response.url.startswith(reverse("admin:login"))
    record.refresh_from_db()
    assert record.is_published


@pytest.mark.parametrize(
    ("state", "tools"),
    [
        ({"draft": True}, ["preview"]),
        ({}, ["preview", "withdraw", "site"]),
        ({"withdrawn": True}, ["preview", "return-to-draft"]),
    ],
)
def test_page_offers_what_may_be_done(staff_client, kind, make, state, tools):
    record = make(**state)

    html = staff_client.get(page(kind, "change", record.pk)).content.decode()

    address = page(kind, "change", record.pk).removesuffix("change/")
    offered = {
        "preview": f"{address}preview/" in html,
        "withdraw": f"{address}withdraw/" in html,
        "return-to-draft": f"{address}return-to-draft/" in html,
        "site": f'href="{record.get_absolute_url()}"' in html,
    }
    assert [name for name, is_there in offered.items() if is_there] == tools
    assert ('name="_publish"' in html) is (record.publication == "draft")
    assert ('name="_submit"' in html) is (record.publication == "draft")


@pytest.mark.parametrize("make", [MeetingFactory, PartnershipAgreementFactory])
def test_list_says_how_many_texts_lack_each_language(staff_client, make):
    make(title_fr="Rencontre", draft=True)
    make(title_fr="Rencontre", title_en="Meeting", draft=True)
    page = reverse(
        f"admin:consultations_{make._meta.model._meta.model_name}_changelist"
    )

    html = staff_client.get(f"/en{page}").content.decode()

    column = re.findall(r'<td class="field-not_translated">([^<]*)</td>', html)
    assert sorted(column) == ["English: 1", "–"]


@pytest.mark.parametrize("make", [MeetingFactory, PartnershipAgreementFactory])
def test_filter_leaves_the_records_that_lack_a_language(staff_client, make):
    lacking = make(draft=True)
    make(title_fr="a", draft=True)
    page = reverse(
        f"admin:consultations_{make._meta.model._meta.model_name}_changelist"
    )

    found = staff_client.get(page + "?untranslated=fr").context["cl"].result_list
    nonsense = staff_client.get(page + "?untranslated=de").context["cl"].result_count

    assert list(found) == [lacking]
    assert nonsense == 2


@pytest.mark.parametrize("make", [MeetingFactory, PartnershipAgreementFactory])
def test_form_names_the_texts_that_lack_a_language(staff_client, make):
    record = make(title_fr="a", draft=True)
    owner = record._meta.model_name.removeprefix("partnership")
    DiscrepancyFactory.create_batch(2, **{owner: record})
    page = reverse(
        f"admin:consultations_{record._meta.model_name}_change", args=[record.pk]
    )

    html = staff_client.get(f"/en{page}").content.decode()

    panel = html.split('<details class="translations">')[1].split("</details>")[0]
    words = " ".join(re.sub(r"<[^>]+>", " ", panel).split())
    assert words == (
        "Languages: Arabic 3 of 3 · French 1 of 3 · English 0 of 3 "
        "Not written in French: discrepancies between sources (2) "
        "Not written in English: title (English) discrepancies between sources (2)"
    )


@pytest.mark.parametrize("make", [MeetingFactory, PartnershipAgreementFactory])
def test_form_of_a_new_record_says_nothing_of_languages(staff_client, make):
    page = reverse(f"admin:consultations_{make._meta.model._meta.model_name}_add")

    assert 'class="translations"' not in staff_client.get(page).content.decode()


def test_source_added_with_the_button_that_submits_is_seen(staff_client):
    meeting = MeetingFactory(draft=True)
    address = page("meeting", "change", meeting.pk)
    data = form_data(staff_client.get(address), "meeting_form")
    data.add_row(
        "sources",
        kind="press_report",
        publisher="هسبريس",
        url="https://example.org/1",
        order=1,
    )

    staff_client.post(address, {**data, "_submit": "1"})

    meeting.refresh_from_db()
    assert meeting.publication == Publication.IN_REVIEW


@pytest.mark.parametrize(
    ("button", "what"), [("submit", "submitted"), ("publish", "published")]
)
def test_step_that_is_refused_says_that_the_record_was_saved(
    staff_client, button, what
):
    meeting = MeetingFactory(draft=True, title_ar="لقاء")
    address = page("meeting", "change", meeting.pk)
    data = form_data(staff_client.get(address), "meeting_form")
    data.type_in(city_ar="وجدة")

    with translation.override("en"):
        response = staff_client.post(f"/en{address}", {**data, f"_{button}": "1"})

    assert any(f"saved, but not {what}" in text for text in told(response))
    meeting.refresh_from_db()
    assert (meeting.city_ar, meeting.publication) == ("وجدة", Publication.DRAFT)


def test_agreements_that_stay_behind_are_named_before_and_after_a_submission(
    staff_client,
):
    meeting = SourceFactory(meeting=MeetingFactory(draft=True)).meeting
    draft = PartnershipAgreementFactory(draft=True)
    AgreementStepFactory(agreement=draft, meeting=meeting)

    asked = staff_client.get(page("meeting", "submit", meeting.pk))
    done = confirm(staff_client, asked)

    assert draft.reference in asked.text
    assert any(draft.reference in text for text in told(done))


def test_page_that_is_only_read_offers_nothing_that_would_be_lost(client):
    region = RegionFactory()
    meeting = MeetingFactory(region=region)
    ParticipantCategoryFactory()
    client.force_login(UserFactory(roles=["regional_editor"], regions=[region]))

    html = client.get(page("meeting", "change", meeting.pk)).text

    assert "attendances-0-present" not in html
    assert "_saveasnew" not in html
    assert "goes-public" not in html
