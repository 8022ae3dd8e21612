import pytest
from django.db.models import RestrictedError
from django.urls import reverse

from consultations.models import Meeting, PartnershipAgreement
from tests.factories.consultations import (
    CommitmentFactory,
    ExpectationFactory,
    MeetingFactory,
    ParticipationFactory,
    PartnershipAgreementFactory,
    SourceFactory,
    TargetGroupFactory,
    ThemeFactory,
)
from tests.factories.regions import ProvinceFactory, RegionFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("record", "links", "target"),
    [
        (MeetingFactory, "themes", ThemeFactory),
        (MeetingFactory, "provinces", ProvinceFactory),
        (PartnershipAgreementFactory, "themes", ThemeFactory),
        (PartnershipAgreementFactory, "target_groups", TargetGroupFactory),
        (PartnershipAgreementFactory, "regions", RegionFactory),
        (PartnershipAgreementFactory, "provinces", ProvinceFactory),
    ],
)
def test_target_of_a_link_cannot_be_deleted(record, links, target):
    thing = target()
    linked = record(draft=True)
    getattr(linked, links).add(thing)

    with pytest.raises(RestrictedError):
        thing.delete()
    with pytest.raises(RestrictedError):
        type(thing).objects.filter(pk=thing.pk).delete()

    assert list(getattr(linked, links).all()) == [thing]


def test_target_without_links_can_be_deleted():
    assert ThemeFactory().delete()[0] == 1


def test_draft_goes_with_its_links_sources_and_parts():
    meeting = MeetingFactory(draft=True)
    meeting.themes.add(ThemeFactory())
    source = SourceFactory(meeting=meeting)
    ParticipationFactory(meeting=meeting, source=source)
    commitment = CommitmentFactory(meeting=meeting)
    commitment.answers.add(ExpectationFactory(meeting=meeting))

    meeting.delete()

    assert Meeting.objects.count() == 0


def test_answered_expectation_cannot_be_deleted_alone():
    expectation = ExpectationFactory()
    CommitmentFactory(meeting=expectation.meeting).answers.add(expectation)

    with pytest.raises(RestrictedError):
        expectation.delete()


def test_source_that_a_part_rests_on_cannot_be_deleted_alone():
    agreement = PartnershipAgreementFactory()
    source = SourceFactory(agreement=agreement)
    agreement.steps.create(kind="signed", source=source)

    with pytest.raises(RestrictedError):
        source.delete()

    assert PartnershipAgreement.objects.get().sources.count() == 1


@pytest.mark.parametrize(
    ("prefix", "said"),
    [
        ("", "لقاء تشاوري: لقاء جهة الشرق"),
        ("/fr", "Rencontre de concertation: لقاء جهة الشرق"),
    ],
)
def test_page_that_confirms_a_deletion_names_what_holds_the_link(
    staff_client, prefix, said
):
    theme = ThemeFactory()
    MeetingFactory(draft=True, title_ar="لقاء جهة الشرق").themes.add(theme)

    page = staff_client.get(
        prefix + reverse("admin:consultations_theme_delete", args=[theme.pk])
    )

    assert said in page.text
    assert "object (" not in page.text
