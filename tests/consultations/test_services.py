import pytest
from django.core.exceptions import ValidationError

from config.models import DataVersion
from consultations import services
from consultations.models import Meeting, PartnershipAgreement, Publication
from tests.factories.consultations import (
    MeetingFactory,
    ParticipationFactory,
    PartnershipAgreementFactory,
    SourceFactory,
)
from tests.factories.stakeholders import OrganisationFactory

pytestmark = pytest.mark.django_db


def test_publish_dates_the_record_and_raises_the_data_version(staff):
    meeting = MeetingFactory(draft=True)
    SourceFactory(meeting=meeting)

    published = services.publish(meeting, by=staff)

    assert published.publication == Publication.PUBLISHED
    assert published.published_at is not None
    assert DataVersion.current() == 1
    last = published.history.first()
    assert (last.history_user, last.history_change_reason) == (staff, "published")


def test_publish_again_changes_nothing(staff):
    meeting = MeetingFactory(draft=True)
    SourceFactory(meeting=meeting)
    published = services.publish(meeting, by=staff)

    again = services.publish(published, by=staff)

    assert again.version == published.version
    assert DataVersion.current() == 1


@pytest.mark.parametrize(
    ("factory", "field"),
    [(MeetingFactory, "title_ar"), (PartnershipAgreementFactory, "title_ar")],
)
def test_publish_demands_an_arabic_title(staff, factory, field):
    record = factory(draft=True, title_ar="", title_fr="Rencontre")

    with pytest.raises(ValidationError) as refusal:
        services.publish(record, by=staff)

    assert list(refusal.value.message_dict) == [field]
    record.refresh_from_db()
    assert record.publication == Publication.DRAFT
    assert DataVersion.current() == 0


def test_publish_demands_a_source(staff):
    meeting = MeetingFactory(draft=True)

    with pytest.raises(ValidationError):
        services.publish(meeting, by=staff)

    assert not Meeting.objects.published().exists()


def test_publish_takes_the_ministrys_own_summary_as_its_source(staff):
    meeting = MeetingFactory(draft=True, is_official_summary=True)

    assert services.publish(meeting, by=staff).is_published


def test_withdraw_keeps_the_address_and_the_reason(staff):
    meeting = MeetingFactory()
    slug = meeting.slug

    withdrawn = services.withdraw(meeting, by=staff, reason=" سجل مكرر ")

    assert withdrawn.publication == Publication.WITHDRAWN
    assert withdrawn.withdrawal_reason == "سجل مكرر"
    assert withdrawn.slug == slug
    assert DataVersion.current() == 1


@pytest.mark.parametrize("reason", ["", "  "])
def test_withdraw_demands_a_reason(staff, reason):
    meeting = MeetingFactory()

    with pytest.raises(ValidationError):
        services.withdraw(meeting, by=staff, reason=reason)

    meeting.refresh_from_db()
    assert meeting.is_published


def test_withdraw_refuses_a_draft(staff):
    with pytest.raises(ValidationError):
        services.withdraw(MeetingFactory(draft=True), by=staff, reason="خطأ")


def test_return_to_draft_refuses_a_published_record(staff):
    agreement = PartnershipAgreementFactory()

    with pytest.raises(ValidationError):
        services.return_to_draft(agreement, by=staff)

    assert PartnershipAgreement.objects.published().count() == 1


def test_return_to_draft_takes_up_a_withdrawn_record(staff):
    meeting = MeetingFactory(withdrawn=True)

    draft = services.return_to_draft(meeting, by=staff)

    assert draft.publication == Publication.DRAFT
    assert draft.was_ever_published
    assert draft.withdrawal_reason == meeting.withdrawal_reason


def test_record_changed_refreshes_what_the_record_is_found_by():
    meeting = MeetingFactory(title_ar="لقاء")
    ParticipationFactory(
        meeting=meeting, organisation=OrganisationFactory(name_ar="التعاون الوطني")
    )
    version = meeting.version

    services.record_changed(meeting)

    assert list(Meeting.objects.search("التعاون الوطنى")) == [meeting]
    meeting.refresh_from_db()
    assert meeting.version == version
    assert DataVersion.current() == 1


def test_record_changed_of_a_draft_leaves_the_data_version():
    services.record_changed(MeetingFactory(draft=True))

    assert DataVersion.current() == 0
