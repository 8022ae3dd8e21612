"""Every step from every state, allowed or refused, and what it leaves behind."""

import datetime
import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from config.models import DataVersion
from consultations import services
from consultations.models import PublicationStep
from tests.factories.accounts import UserFactory
from tests.factories.consultations import (
    MeetingFactory,
    PartnershipAgreementFactory,
    SourceFactory,
)

pytestmark = pytest.mark.django_db

TOMORROW = datetime.timedelta(days=1)
# SQLite lets one write at a time, and the threads of a test share its memory.
two_at_once = pytest.mark.skipif(
    connection.vendor == "sqlite", reason="threads cannot share a database in memory"
)
STATES = ["draft", "in_review", "scheduled", "published", "withdrawn"]
TAKE = {
    "submit": lambda record, by: services.submit(record, by=by),
    "send_back": lambda record, by: services.send_back(record, by=by, remark="ناقصة"),
    "publish": lambda record, by: services.publish(record, by=by),
    "schedule": lambda record, by: services.publish(
        record, by=by, at=timezone.now() + TOMORROW
    ),
    "call_off": lambda record, by: services.call_off(record, by=by),
    "withdraw": lambda record, by: services.withdraw(record, by=by, reason="مكرر"),
    "return_to_draft": lambda record, by: services.return_to_draft(record, by=by),
}
# What each step makes of a record in each state; what is not here is refused.
ALLOWED = {
    ("submit", "draft"): "in_review",
    ("send_back", "in_review"): "draft",
    ("publish", "draft"): "published",
    ("publish", "in_review"): "published",
    ("publish", "scheduled"): "published",
    ("publish", "published"): "published",  # again changes nothing
    ("schedule", "draft"): "scheduled",
    ("schedule", "in_review"): "scheduled",
    ("schedule", "scheduled"): "scheduled",
    ("call_off", "scheduled"): "in_review",
    ("withdraw", "published"): "withdrawn",
    ("return_to_draft", "in_review"): "draft",
    ("return_to_draft", "withdrawn"): "draft",
}


@pytest.fixture(params=["meeting", "agreement"])
def make(request):
    """Return a function that makes a record with a source, in a state."""
    factory = {"meeting": MeetingFactory, "agreement": PartnershipAgreementFactory}

    def make(state="draft", **values):
        trait = {} if state == "published" else {state: True}
        record = factory[request.param](**trait, **values)
        SourceFactory(**{request.param: record})
        return record

    return make


def state_of(record):
    record = type(record).objects.get(pk=record.pk)
    return "scheduled" if record.is_scheduled else record.publication


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("step", TAKE)
def test_step_is_taken_or_refused(make, staff, step, state):
    record = make(state)
    steps, version = PublicationStep.objects.count(), record.version

    if expected := ALLOWED.get((step, state)):
        TAKE[step](record, staff)
        assert state_of(record) == expected
        return
    with pytest.raises(ValidationError):
        TAKE[step](record, staff)
    record.refresh_from_db()
    assert (state_of(record), record.version) == (state, version)
    assert PublicationStep.objects.count() == steps


@pytest.mark.parametrize("step", ["submit", "publish", "schedule"])
@pytest.mark.parametrize("lacking", ["title", "source"])
def test_what_is_not_complete_goes_no_further(make, staff, step, lacking):
    record = make()
    if lacking == "title":
        record.title_ar = ""
        record.save()
    else:
        record.sources.all().delete()

    with pytest.raises(ValidationError):
        TAKE[step](record, staff)

    assert state_of(record) == "draft"


def test_steps_are_kept_with_who_when_and_why(make, staff):
    author = UserFactory()
    record = make(created_by=author)
    services.submit(record, by=author)
    services.send_back(record, by=staff, remark=" أضيفوا عدد الحاضرين ")
    services.submit(record, by=author)
    services.publish(record, by=staff)
    services.withdraw(record, by=staff, reason="سجل مكرر")

    kept = [
        (step.kind, step.by, step.remark, step.is_override)
        for step in record.publication_steps.order_by("pk")
    ]

    assert kept == [
        ("submitted", author, "", False),
        ("returned", staff, "أضيفوا عدد الحاضرين", False),
        ("submitted", author, "", False),
        ("published", staff, "", False),
        ("withdrawn", staff, "سجل مكرر", False),
    ]


def test_returned_are_the_drafts_that_were_not_submitted_again(make, staff):
    returned, again, fresh = make(), make(), make()
    for record in (returned, again):
        services.submit(record, by=staff)
        services.send_back(record, by=staff, remark="ناقصة")
    services.submit(again, by=staff)

    found = type(fresh).objects.returned()

    assert [(one.pk, one.last_remark) for one in found] == [(returned.pk, "ناقصة")]


@pytest.mark.parametrize("remark", ["", "  "])
def test_nothing_is_returned_without_a_remark(make, staff, remark):
    record = make("in_review")

    with pytest.raises(ValidationError):
        services.send_back(record, by=staff, remark=remark)

    assert state_of(record) == "in_review"


# Four eyes


@pytest.mark.parametrize("who", ["maker", "submitter", "last saver of a draft"])
@pytest.mark.parametrize("reason", ["", " "])
def test_author_does_not_publish_alone_without_a_reason(make, staff, who, reason):
    record = make()
    if who == "maker":
        record.created_by = staff
        record.save()
    elif who == "submitter":
        services.submit(record, by=staff)
    else:
        record._history_user = staff
        record.save()

    with pytest.raises(ValidationError):
        services.publish(record, by=staff, override_reason=reason)
    services.publish(record, by=staff, override_reason="لا ناشر غيري اليوم")

    step = record.publication_steps.first()
    assert (step.is_override, step.remark, step.by) == (
        True,
        "لا ناشر غيري اليوم",
        staff,
    )
    assert list(type(record).objects.published_by_an_author()) == [record]


def test_reviewer_who_mends_a_word_is_no_author(make, staff):
    author = UserFactory()
    record = make(created_by=author)
    services.submit(record, by=author)
    record = type(record).objects.get(pk=record.pk)
    record._history_user = staff
    record.title_fr = "Titre"
    record.save()

    services.publish(record, by=staff)

    assert record.publication_steps.first().is_override is False
    assert not type(record).objects.published_by_an_author().exists()


def test_command_without_a_user_is_nobodys_own(make):
    record = make()

    services.publish(record, by=None)

    assert record.publication_steps.first().is_override is False


# A later day and hour


def test_scheduled_record_becomes_public_by_itself(make, staff, clock):
    record = make()
    moment = timezone.now() + TOMORROW
    services.publish(record, by=staff, at=moment)
    records = type(record).objects

    before = (list(records.published()), list(records.scheduled()))
    clock.move_to(moment)
    after = (list(records.published()), list(records.scheduled()))

    assert (before, after) == (([], [record]), ([record], []))
    record = records.get()
    assert (record.is_published, record.published_at) == (True, moment)


def test_scheduled_record_is_nowhere_public_before_its_moment(make, staff):
    record = services.publish(make(), by=staff, at=timezone.now() + TOMORROW)

    assert not record.is_published
    assert not record.was_ever_published
    assert record.standing != record.get_publication_display()
    assert DataVersion.current() == 0


@pytest.mark.parametrize("ago", [datetime.timedelta(0), TOMORROW])
def test_moment_that_has_passed_is_refused(make, staff, ago):
    record = make()

    with pytest.raises(ValidationError):
        services.publish(record, by=staff, at=timezone.now() - ago)

    assert state_of(record) == "draft"


def test_publication_that_was_called_off_never_happened(make, staff, clock):
    record = make("in_review")
    services.publish(record, by=staff, at=timezone.now() + TOMORROW)
    services.call_off(record, by=staff)
    clock.move(2 * TOMORROW)

    record.refresh_from_db()

    assert not type(record).objects.published().exists()
    assert (record.published_at, record.publish_at) == (None, None)


def test_republication_for_later_keeps_the_notice_until_then(
    make, staff, clock, client
):
    record = make("published", title_ar="عنوان")
    url = record.get_absolute_url()
    services.withdraw(record, by=staff, reason="رقم خاطئ")
    services.return_to_draft(record, by=staff)
    moment = timezone.now() + TOMORROW
    services.publish(record, by=staff, at=moment, override_reason="عاجل")

    before = client.get(url)
    clock.move_to(moment)
    after = client.get(url)

    assert (before.status_code, after.status_code) == (410, 200)
    assert "رقم خاطئ" in before.text


def test_withdrawal_after_a_scheduled_publication_states_its_own_reason(
    make, staff, clock, client
):
    record = make("published")
    services.withdraw(record, by=staff, reason="السبب الأول")
    services.return_to_draft(record, by=staff)
    moment = timezone.now() + TOMORROW
    services.publish(record, by=staff, at=moment, override_reason="عاجل")
    clock.move_to(moment + TOMORROW)
    services.withdraw(record, by=staff, reason="السبب الثاني")

    page = client.get(record.get_absolute_url()).text

    assert "السبب الثاني" in page
    assert "السبب الأول" not in page


# Addresses


def test_address_of_what_was_published_is_never_changed(make):
    record = type(make("published")).objects.get()
    before = getattr(record, record.address_field)
    setattr(record, record.address_field, "another")

    with pytest.raises(ValidationError):
        record.save()

    record = type(record).objects.get()
    assert getattr(record, record.address_field) == before


def test_database_refuses_another_address_of_what_was_published(make):
    published, draft = make("published"), make("draft")
    column = published.address_field

    def rename(record):
        rows = type(record).objects.filter(pk=record.pk)
        rows.update(**{column: f"x-{record.pk}"})

    rename(draft)
    with pytest.raises(IntegrityError, match="address_is_fixed"), transaction.atomic():
        rename(published)

    draft.refresh_from_db()
    assert getattr(draft, column) == f"x-{draft.pk}"


def test_meeting_keeps_its_address_though_its_date_is_corrected():
    meeting = MeetingFactory(starts_on=datetime.date(2022, 1, 12))
    meeting.starts_on = datetime.date(2022, 1, 13)

    meeting.save()

    assert meeting.slug == "2022-01-12-national"


def test_address_follows_the_date_until_the_moment_comes(staff):
    meeting = MeetingFactory(scheduled=True, starts_on=datetime.date(2022, 1, 12))
    meeting.starts_on = datetime.date(2022, 1, 13)

    meeting.save()

    assert meeting.slug == "2022-01-13-national"


# Two at once


@two_at_once
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("factory", [MeetingFactory, PartnershipAgreementFactory])
def test_two_who_publish_at_once_publish_once(factory):
    users = [UserFactory(), UserFactory()]
    record = factory(draft=True)
    owner = "meeting" if factory is MeetingFactory else "agreement"
    SourceFactory(**{owner: record})
    start = threading.Barrier(2)
    failures = []

    def publish(user):
        try:
            start.wait()
            services.publish(record, by=user)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=publish, args=[user]) for user in users]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert [step.kind for step in record.publication_steps.all()] == ["published"]
    assert record.history.filter(history_change_reason="published").count() == 1
    assert DataVersion.current() == 1


@two_at_once
@pytest.mark.django_db(transaction=True)
def test_of_a_withdrawal_twice_at_once_one_is_refused():
    meeting = MeetingFactory()
    start = threading.Barrier(2)
    told = []

    def withdraw(user):
        try:
            start.wait()
            services.withdraw(meeting, by=user, reason="سجل مكرر")
            told.append("taken")
        except ValidationError:
            told.append("refused")
        finally:
            connection.close()

    threads = [
        threading.Thread(target=withdraw, args=[user])
        for user in (UserFactory(), UserFactory())
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(told) == ["refused", "taken"]
    assert meeting.publication_steps.count() == 1
