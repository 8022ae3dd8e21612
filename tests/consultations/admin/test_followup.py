import datetime

import pytest
from django.urls import reverse

from config.models import DataVersion
from consultations.models import Commitment, Expectation, Meeting, Progress
from tests.factories.consultations import (
    CommitmentFactory,
    ExpectationFactory,
    MeetingFactory,
    PartnershipAgreementFactory,
    ProgressFactory,
    SourceFactory,
)
from tests.forms import form_data

pytestmark = pytest.mark.django_db


def page(model, step, *args):
    return reverse(f"admin:consultations_{model}_{step}", args=args)


def meeting_page(meeting):
    return page("meeting", "change", meeting.pk)


def test_expectation_is_stored_and_found_by_its_meeting(staff_client):
    meeting = MeetingFactory()
    address = f"{page('expectation', 'add')}?meeting={meeting.pk}"
    data = form_data(staff_client.get(address), "expectation_form")
    data.type_in(text_ar="دعم الجمعيات")

    response = staff_client.post(address, data)

    assert response.url == page("expectation", "changelist")
    assert list(Meeting.objects.search("الجمعيات")) == [meeting]
    assert DataVersion.current() == 1


@pytest.mark.parametrize(
    ("button", "lands"),
    [
        ("_save", "{back}"),
        (
            "_addanother",
            "/admin/consultations/expectation/add/?meeting={meeting}&_return={quoted}",
        ),
        (
            "_continue",
            "/admin/consultations/expectation/{pk}/change/"
            "?meeting={meeting}&_return={quoted}",
        ),
    ],
)
def test_way_back_is_kept(staff_client, button, lands):
    meeting = MeetingFactory()
    back = meeting_page(meeting)
    address = f"{page('expectation', 'add')}?meeting={meeting.pk}&_return={back}"
    data = form_data(staff_client.get(address), "expectation_form")

    wrong = staff_client.post(address, data | {button: "1"})
    right = staff_client.post(address, data | {"text_ar": ["دعم"], button: "1"})

    assert wrong.status_code == 200
    assert right.url == lands.format(
        back=back,
        quoted=back.replace("/", "%2F"),
        meeting=meeting.pk,
        pk=Expectation.objects.get().pk,
    )


@pytest.mark.parametrize("button", ["_save", "_addanother"])
def test_way_back_is_kept_from_a_change(staff_client, button):
    expectation = ExpectationFactory()
    back = meeting_page(expectation.meeting)
    address = f"{page('expectation', 'change', expectation.pk)}?_return={back}"
    data = form_data(staff_client.get(address), "expectation_form")

    response = staff_client.post(address, data | {button: "1"})

    quoted = back.replace("/", "%2F")
    another = f"_return={quoted}&meeting={expectation.meeting_id}"
    assert (
        response.url
        == {
            "_save": back,
            "_addanother": f"{page('expectation', 'add')}?{another}",
        }[button]
    )


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/admin/",
        "//evil.example/admin/",
        "/meetings/",
        "javascript:1",
    ],
)
def test_way_back_leads_nowhere_else(staff_client, target):
    expectation = ExpectationFactory()
    address = f"{page('expectation', 'change', expectation.pk)}?_return={target}"
    data = form_data(staff_client.get(address), "expectation_form")

    response = staff_client.post(address, data)

    assert response.url == page("expectation", "changelist")


def test_commitment_offers_the_expectations_of_its_meeting(staff_client):
    meeting = MeetingFactory()
    mine = ExpectationFactory(meeting=meeting, text_ar="من هذا اللقاء")
    ExpectationFactory(text_ar="من لقاء آخر")

    html = staff_client.get(
        f"{page('commitment', 'add')}?meeting={meeting.pk}"
    ).content.decode()
    without = staff_client.get(page("commitment", "add")).content.decode()

    assert f'name="answers" value="{mine.pk}"' in html
    assert "من لقاء آخر" not in html
    assert 'name="answers"' not in without


def test_commitment_to_another_meetings_expectation_is_told(staff_client):
    meeting, strange = MeetingFactory(), ExpectationFactory(text_ar="من لقاء آخر")
    address = f"{page('commitment', 'add')}?meeting={meeting.pk}"
    data = form_data(staff_client.get(address), "commitment_form")
    data.type_in(text_ar="التزام", answers=strange.pk)

    response = staff_client.post(address, data)

    [error] = response.context["stated_errors"]
    assert "من لقاء آخر" in error.message
    assert not Commitment.objects.exists()


@pytest.mark.parametrize(
    "typed",
    [
        {"text_ar": ""},
        {"amount": "-1", "amount_note": "exact"},
        {"amount": "5"},
        {"amount_note": "about"},
        {"due_on": "31/02/2022"},
    ],
)
def test_commitment_that_is_wrong_is_told_and_nothing_lost(staff_client, typed):
    address = f"{page('commitment', 'add')}?meeting={MeetingFactory().pk}"
    data = form_data(staff_client.get(address), "commitment_form")
    data.type_in(text_fr="")
    data.type_in(**{"text_ar": "التزام"} | typed)
    data.add_row("progress_reports", note="انطلاق الأشغال")

    response = staff_client.post(address, data)

    assert response.context["stated_errors"]
    assert form_data(response, "commitment_form") == data
    assert not Commitment.objects.exists()


def test_commitment_keeps_its_progress_and_answers(staff_client):
    meeting = MeetingFactory()
    expectation = ExpectationFactory(meeting=meeting)
    source = SourceFactory(meeting=meeting)
    address = f"{page('commitment', 'add')}?meeting={meeting.pk}"
    data = form_data(staff_client.get(address), "commitment_form")
    data.type_in(text_ar="التزام", answers=expectation.pk, source=source.pk)
    data.add_row("progress_reports", note="انطلاق الأشغال", percent="10")

    staff_client.post(address, data)

    commitment = Commitment.objects.get()
    assert list(commitment.answers.all()) == [expectation]
    assert commitment.source == source
    assert [row.percent for row in commitment.progress_reports.all()] == [10]


def test_commitments_progress_rests_on_a_source_of_its_meeting(staff_client):
    commitment = CommitmentFactory()
    SourceFactory(meeting=commitment.meeting)
    strange = SourceFactory(meeting=MeetingFactory())
    address = page("commitment", "change", commitment.pk)
    data = form_data(staff_client.get(address), "commitment_form")
    data.add_row("progress_reports", note="تم", source=strange.pk)

    response = staff_client.post(address, data)

    assert len(response.context["stated_errors"]) == 1
    assert not Progress.objects.exists()


def test_list_tells_what_is_past_its_date(staff_client):
    CommitmentFactory(due_on=datetime.date(2022, 1, 1), state="done", order=1)
    CommitmentFactory(due_on=datetime.date(2022, 1, 1), order=2)

    cl = staff_client.get(page("commitment", "changelist")).context["cl"]

    told = {one.order: bool(cl.model_admin.lateness(one)) for one in cl.result_list}
    assert told == {1: False, 2: True}


def test_expectation_that_moves_leaves_its_old_meeting(staff_client):
    expectation = ExpectationFactory(text_ar="دعم الجمعيات")
    new = MeetingFactory()
    address = page("expectation", "change", expectation.pk)
    data = form_data(staff_client.get(address), "expectation_form")
    data.type_in(
        meeting=new.pk, correction_what="نقل انتظار", correction_why="قيل في لقاء آخر"
    )

    staff_client.post(address, data)

    assert list(Meeting.objects.search("الجمعيات")) == [new]


@pytest.mark.parametrize("owner", ["meeting", "agreement", "commitment"])
def test_progress_of_each_kind_of_record(staff_client, owner):
    factory = {
        "meeting": MeetingFactory,
        "agreement": PartnershipAgreementFactory,
        "commitment": CommitmentFactory,
    }[owner]
    record = factory()
    source = SourceFactory(
        **{
            "agreement" if owner == "agreement" else "meeting": (
                record.meeting if owner == "commitment" else record
            )
        }
    )
    address = f"{page('progress', 'add')}?{owner}={record.pk}"
    data = form_data(staff_client.get(address), "progress_form")
    data.type_in(note="انطلاق الأشغال", source=source.pk)

    response = staff_client.post(address, data | {"_addanother": "1"})

    progress = Progress.objects.get()
    assert (progress.record, progress.source) == (record, source)
    assert response.status_code == 302
    assert DataVersion.current() == 1
    listed = staff_client.get(page("progress", "changelist")).content.decode()
    model = record._meta.model_name
    assert f'href="{page(model, "change", record.pk)}"' in listed


@pytest.mark.parametrize("owners", [[], ["meeting", "agreement"]])
def test_progress_of_none_or_of_two_is_told(staff_client, owners):
    data = form_data(staff_client.get(page("progress", "add")), "progress_form")
    keys = {
        "meeting": MeetingFactory().pk,
        "agreement": PartnershipAgreementFactory().pk,
    }
    data.type_in(note="تم", **{owner: keys[owner] for owner in owners})

    response = staff_client.post(page("progress", "add"), data)

    assert len(response.context["stated_errors"]) == 1
    assert not Progress.objects.exists()


@pytest.mark.parametrize("owners", [[], ["meeting", "agreement"]])
def test_correction_of_none_or_of_both_is_told(staff_client, owners):
    address = page("correction", "add")
    data = form_data(staff_client.get(address), "correction_form")
    keys = {
        "meeting": MeetingFactory().pk,
        "agreement": PartnershipAgreementFactory().pk,
    }
    data.type_in(corrected_on="01/03/2022", what="المكان", why="خطأ")
    data.type_in(**{owner: keys[owner] for owner in owners})

    response = staff_client.post(address, data)

    assert len(response.context["stated_errors"]) == 1


def test_lists_are_searched_by_the_words_of_the_record(staff_client):
    meeting = MeetingFactory(title_ar="لقاء وجدة")
    ExpectationFactory(meeting=meeting)
    CommitmentFactory(meeting=meeting)
    ProgressFactory(meeting=meeting)
    ExpectationFactory()
    CommitmentFactory()
    ProgressFactory(agreement=PartnershipAgreementFactory())

    for model in ("expectation", "commitment", "progress"):
        response = staff_client.get(page(model, "changelist"), {"q": "وجدة"})

        assert response.context["cl"].result_count == 1
