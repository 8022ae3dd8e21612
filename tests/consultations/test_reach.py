"""What a role reaches: the answer about one row and the rows that SQL selects."""

import itertools

import pytest
from django.apps import apps
from django.db import transaction
from django.utils import timezone

from accounts.roles import TABLE, permission
from config.reach import is_bound, record_of
from consultations.models import (
    AgreementStep,
    Expectation,
    Meeting,
    PartnershipAgreement,
    Progress,
    Publication,
    Source,
)
from tests.factories.accounts import UserFactory
from tests.factories.consultations import (
    AgreementStepFactory,
    CommitmentFactory,
    ExpectationFactory,
    MeetingFactory,
    PartnershipAgreementFactory,
    ProgressFactory,
    SourceFactory,
)
from tests.factories.regions import RegionFactory

pytestmark = pytest.mark.django_db

STATES = {
    Publication.DRAFT: {"publication": "draft", "published_at": None},
    Publication.IN_REVIEW: {"publication": "in_review", "published_at": None},
    Publication.PUBLISHED: {},
    Publication.WITHDRAWN: {
        "publication": "withdrawn",
        "withdrawal_reason": "سجل مكرر",
        "published_at": timezone.now(),
    },
}
MODELS = [Meeting, PartnershipAgreement, Expectation, Progress, Source, AgreementStep]
ACTIONS = ("view", "add", "change", "delete", "submit", "publish", "withdraw", "export")


@pytest.fixture(scope="module")
def shared(django_db_setup, django_db_blocker):
    """Records of every territory in every state, made once for the tests here."""
    with django_db_blocker.unblock(), transaction.atomic():
        regions = RegionFactory.create_batch(3)
        make_rows(regions)
        yield regions
        transaction.set_rollback(True)


@pytest.fixture
def regions(shared, db):
    return shared


@pytest.fixture
def rows(shared, db):
    """Records of every territory in every state, and parts of each."""


def make_rows(regions):
    territories = [
        chosen for size in range(4) for chosen in itertools.combinations(regions, size)
    ]
    for state, territory in itertools.product(STATES.values(), territories):
        agreement = PartnershipAgreementFactory(**state)
        agreement.regions.set(territory)
        ProgressFactory(agreement=agreement)
        SourceFactory(agreement=agreement)
        AgreementStepFactory(agreement=agreement)
        if len(territory) < 2:
            meeting = MeetingFactory(
                region=territory[0] if territory else None, **state
            )
            ExpectationFactory(meeting=meeting)
            SourceFactory(meeting=meeting)
            ProgressFactory(meeting=meeting)
            ProgressFactory(commitment=CommitmentFactory(meeting=meeting))


@pytest.mark.parametrize(
    ("roles", "own"),
    [
        (["regional_editor"], 1),
        (["regional_editor"], 2),
        (["regional_editor"], 0),
        (["publisher"], 0),
        (["analyst"], 1),
        (["administrator"], 1),
        (["regional_editor", "analyst"], 1),
        ([], 1),
    ],
)
def test_sql_selects_the_rows_that_one_by_one_are_allowed(rows, regions, roles, own):
    user = UserFactory(ordinary=True, roles=roles, regions=regions[:own])

    for model, action in itertools.product(MODELS, ACTIONS):
        name = permission(model._meta.label_lower, action)
        allowed = {row for row in model.objects.all() if user.has_perm(name, row)}

        assert set(user.within_reach(action, model.objects.all())) == allowed, name


def test_editor_of_two_regions_reaches_what_lies_in_both(rows, regions):
    user = UserFactory(roles=["regional_editor"], regions=regions[:2])
    one, two, other = regions

    changed = user.within_reach("change", PartnershipAgreement.objects.all())

    assert sorted(sorted(agreement.region_ids()) for agreement in changed) == sorted(
        [[one.pk], [two.pk], sorted([one.pk, two.pk])]
    )
    assert {agreement.publication for agreement in changed} == {"draft"}
    assert other.pk not in {key for one in changed for key in one.region_ids()}


def test_national_records_are_no_regional_editors(rows, regions):
    user = UserFactory(roles=["regional_editor"], regions=regions)

    changed = user.within_reach("change", Meeting.objects.all())
    seen = user.within_reach("view", Meeting.objects.filter(region=None))

    assert {meeting.region for meeting in changed} == set(regions)
    assert {meeting.publication for meeting in seen} == {"published"}


def test_one_query_selects(rows, regions, django_assert_num_queries):
    user = UserFactory(roles=["regional_editor"], regions=regions[:1])
    user.has_perm("consultations.view_progress")  # reads the permissions
    user.within_reach("view", Meeting.objects.all())  # and the roles and regions

    with django_assert_num_queries(1):
        list(user.within_reach("view", Progress.objects.all()))


@pytest.mark.parametrize(
    ("keys", "may"), [([0], True), ([0, 1], True), ([0, 2], False), ([], False)]
)
def test_editor_places_drafts_in_own_regions_only(regions, keys, may):
    user = UserFactory(roles=["regional_editor"], regions=regions[:2])
    keys = [regions[number].pk for number in keys]

    assert user.may_place("consultations.add_meeting", keys) is may
    assert not user.may_place("consultations.publish_meeting", keys)


def test_part_is_asked_about_with_the_record_it_will_belong_to(regions):
    user = UserFactory(roles=["regional_editor"], regions=regions[:1])
    own = MeetingFactory(region=regions[0], draft=True)
    other = MeetingFactory(region=regions[1], draft=True)
    name = "consultations.add_participation"

    assert (user.has_perm(name, own), user.has_perm(name, other)) == (True, False)


def test_every_part_leads_to_a_record():
    parts = {
        model
        for model in (Expectation, Progress, Source, AgreementStep)
        if is_bound(model)
    }
    meeting = MeetingFactory()
    report = ProgressFactory(commitment=CommitmentFactory(meeting=meeting))

    assert parts == {Expectation, Progress, Source, AgreementStep}
    assert record_of(report) == meeting
    assert record_of(meeting) == meeting
    assert record_of(Progress()) is None
    assert record_of(UserFactory()) is None


def test_regions_bound_only_what_is_bound_to_regions():
    wrong = {
        name
        for grant in TABLE
        if grant.reach.name.startswith("OWN")
        for name in grant.models
        if not is_bound(apps.get_model(name))
    }

    assert wrong == set()
