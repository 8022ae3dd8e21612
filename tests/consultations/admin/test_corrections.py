"""A change of facts in a published record asks for a public note."""

import pytest
from django.urls import reverse

from consultations.facts import is_fact
from consultations.models import (
    AgreementStep,
    Commitment,
    Expectation,
    Meeting,
    PartnershipAgreement,
    Progress,
    Source,
)
from tests.factories.consultations import (
    AttendanceFactory,
    CommitmentFactory,
    DocumentFactory,
    ExpectationFactory,
    MeetingFactory,
    PartnershipAgreementFactory,
    SourceFactory,
)
from tests.forms import form_data

pytestmark = pytest.mark.django_db

NOTE = {"correction_what": "تصحيح العدد", "correction_why": "خطأ في التقرير"}


def change_page(record):
    name = record._meta.model_name
    return reverse(f"admin:consultations_{name}_change", args=[record.pk])


def save(client, record, *, row=None, **values):
    """Open the page of ``record``, type ``values`` and save."""
    address = change_page(record)
    data = form_data(client.get(address), f"{record._meta.model_name}_form")
    data.type_in(**values)
    if row:
        prefix, cells = row
        data.add_row(prefix, **cells)
    return client.post(address, data)


def errors_of(response):
    return list(response.context["adminform"].form.errors)


@pytest.mark.parametrize("factory", [MeetingFactory, PartnershipAgreementFactory])
def test_changed_fact_of_a_published_record_needs_its_note(staff_client, factory):
    record = factory()

    refused = save(staff_client, record, title_ar="عنوان آخر")
    done = save(staff_client, record, title_ar="عنوان آخر", **NOTE)

    assert errors_of(refused) == ["correction_what", "correction_why"]
    assert done.status_code == 302
    [note] = record.corrections.all()
    assert (note.what, note.why, note.language) == (*NOTE.values(), "ar")


@pytest.mark.parametrize("factory", [MeetingFactory, PartnershipAgreementFactory])
def test_note_stands_on_the_public_page_at_once(staff_client, client, factory):
    record = factory()
    save(staff_client, record, title_ar="عنوان آخر", **NOTE)

    page = client.get(record.get_absolute_url()).text

    section = page.split('id="corrections"')[1]
    assert all(words in section for words in NOTE.values())


@pytest.mark.parametrize("half", NOTE)
def test_half_a_note_is_none(staff_client, half):
    meeting = MeetingFactory()

    response = save(staff_client, meeting, title_ar="عنوان آخر", **{half: NOTE[half]})

    assert errors_of(response) == [name for name in NOTE if name != half]
    assert not meeting.corrections.exists()


@pytest.mark.parametrize(
    "state", [{"draft": True}, {"in_review": True}, {"scheduled": True}]
)
def test_what_is_not_public_yet_needs_none(staff_client, state):
    meeting = MeetingFactory(**state)

    response = save(staff_client, meeting, title_ar="عنوان آخر")

    assert response.status_code == 302
    assert not meeting.corrections.exists()


@pytest.mark.parametrize(
    "values",
    [
        {"state": "cancelled"},
        {"title_fr": "Rencontre"},
        {"summary_en": "Summary"},
        {},
    ],
)
def test_follow_up_and_translations_need_none(staff_client, values):
    meeting = MeetingFactory()

    assert save(staff_client, meeting, **values).status_code == 302


def test_changed_number_in_a_row_is_a_fact(staff_client):
    row = AttendanceFactory(present=40)

    refused = save(staff_client, row.meeting, **{"attendances-0-present": "50"})

    row.refresh_from_db()
    assert errors_of(refused) == ["correction_what", "correction_why"]
    assert row.present == 40


def test_row_that_goes_is_a_fact(staff_client):
    row = AttendanceFactory(present=40)
    meeting = row.meeting

    refused = save(staff_client, meeting, **{"attendances-0-DELETE": "on"})
    save(staff_client, meeting, **{"attendances-0-DELETE": "on"}, **NOTE)

    assert errors_of(refused) == ["correction_what", "correction_why"]
    assert not meeting.attendances.exists()
    assert meeting.corrections.count() == 1


@pytest.mark.parametrize(
    ("prefix", "cells"),
    [
        ("sources", {"kind": "press_report", "publisher": "جريدة", "site": "a.org"}),
        ("documents", {"kind": "minutes", "title": "محضر", "url": "https://a.org/a"}),
    ],
)
def test_added_source_or_document_needs_none(staff_client, prefix, cells):
    meeting = MeetingFactory()

    response = save(staff_client, meeting, row=(prefix, cells))

    assert response.status_code == 302
    assert getattr(meeting, prefix).count() == 1


def test_changed_source_is_a_fact_and_a_changed_document_none(staff_client):
    meeting = MeetingFactory()
    SourceFactory(meeting=meeting)
    DocumentFactory(meeting=meeting)

    source = save(staff_client, meeting, **{"sources-0-publisher": "وكالة"})
    document = save(staff_client, meeting, **{"documents-0-title": "محضر اللقاء"})

    assert errors_of(source) == ["correction_what", "correction_why"]
    assert document.status_code == 302


def test_step_and_progress_of_a_published_agreement_need_none(staff_client):
    agreement = PartnershipAgreementFactory()

    step = save(
        staff_client, agreement, row=("steps", {"kind": "signed", "date": "01/02/2022"})
    )
    progress = save(
        staff_client, agreement, row=("progress_reports", {"note": "انطلاق الأشغال"})
    )

    assert (step.status_code, progress.status_code) == (302, 302)
    assert (agreement.steps.count(), agreement.progress_reports.count()) == (1, 1)


@pytest.mark.parametrize("factory", [ExpectationFactory, CommitmentFactory])
def test_part_with_a_page_of_its_own_follows_its_meeting(staff_client, factory):
    part, draft = factory(), factory(meeting=MeetingFactory(draft=True))

    state = save(staff_client, part, state="done")
    refused = save(staff_client, part, text_ar="نص آخر")
    save(staff_client, part, text_ar="نص آخر", **NOTE)
    free = save(staff_client, draft, text_ar="نص آخر")

    assert (state.status_code, free.status_code) == (302, 302)
    assert errors_of(refused) == ["correction_what", "correction_why"]
    assert [note.what for note in part.meeting.corrections.all()] == ["تصحيح العدد"]
    assert not draft.meeting.corrections.exists()


def test_part_of_a_published_record_is_deleted_with_a_note_only(staff_client):
    part = ExpectationFactory()
    address = reverse("admin:consultations_expectation_delete", args=[part.pk])

    asked = staff_client.get(address)
    refused = staff_client.post(address, {"post": "yes"})
    there = Expectation.objects.count()
    staff_client.post(address, {"post": "yes", **NOTE})

    assert 'name="correction_what"' in asked.text
    assert list(refused.context["correction_form"].errors) == list(NOTE)
    assert (there, Expectation.objects.count()) == (1, 0)
    assert part.meeting.corrections.count() == 1


def test_ticked_parts_of_published_records_are_not_deleted(staff_client):
    public = ExpectationFactory()
    draft = ExpectationFactory(meeting=MeetingFactory(draft=True))

    response = staff_client.post(
        reverse("admin:consultations_expectation_changelist"),
        {
            "action": "delete_selected",
            "_selected_action": [public.pk, draft.pk],
            "post": "yes",
        },
    )

    assert len(response.context["protected"]) == 1
    assert Expectation.objects.count() == 2


@pytest.mark.parametrize(
    ("model", "field", "expected"),
    [
        (Meeting, "starts_on", True),
        (Meeting, "state", False),
        (Meeting, "title_fr", False),
        (PartnershipAgreement, "amount", True),
        (PartnershipAgreement, "beneficiaries_reached", False),
        (AgreementStep, "date", False),
        (Progress, "percent", False),
        (Expectation, "answer_ar", False),
        (Expectation, "text_ar", True),
        (Commitment, "due_on", True),
        (Commitment, "state", False),
        (Source, "url", True),
        (Source, "order", False),
    ],
)
def test_what_is_a_fact(model, field, expected):
    assert is_fact(model, field) is expected
