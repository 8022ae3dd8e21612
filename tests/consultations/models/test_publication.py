"""What every record carries: its version, and the history of it and of its parts."""

from functools import partial

import pytest
from django.apps import apps
from django.db.models import ProtectedError

from config.search_index import SearchDocument
from consultations.models import AgreementStep, Meeting, PartnershipAgreement
from tests.consultations.models.test_constraints import CASES, OUR_APPS, our_constraints
from tests.factories.consultations import (
    AgreementStepFactory,
    CommitmentFactory,
    ExpectationFactory,
    MeetingFactory,
    PartnershipAgreementFactory,
    TargetGroupFactory,
    ThemeFactory,
)
from tests.factories.regions import ProvinceFactory, RegionFactory

pytestmark = pytest.mark.django_db

RECORDS = pytest.mark.parametrize(
    "factory", [MeetingFactory, PartnershipAgreementFactory]
)
# One way of making a row of every model that may be deleted again.
MAKERS = {
    our_constraints()[name][0]: make
    for name, (make, _change) in CASES.items()
    if hasattr(our_constraints()[name][0], "history")
} | {
    AgreementStep: AgreementStepFactory,
    Meeting: partial(MeetingFactory, draft=True),
    PartnershipAgreement: partial(PartnershipAgreementFactory, draft=True),
}


@RECORDS
def test_version_rises_with_every_save(factory):
    record = factory()
    versions = [record.version]

    for _change in range(2):
        record.save()
        versions.append(record.version)

    assert versions == [1, 2, 3]
    assert [row.version for row in record.history.all()] == [3, 2, 1]


@RECORDS
def test_version_rises_where_only_some_fields_are_saved(factory):
    record = factory()
    before = record.updated_at
    record.title_fr = "Titre"

    record.save(update_fields=["title_fr"])

    record.refresh_from_db()
    assert (record.version, record.title_fr) == (2, "Titre")
    assert record.updated_at > before


@RECORDS
def test_versions_of_two_who_save_at_once_differ(factory):
    record = factory()
    mine, theirs = (type(record).objects.get(pk=record.pk) for _copy in range(2))

    mine.save()
    theirs.save()

    assert (mine.version, theirs.version) == (2, 3)


@RECORDS
def test_restored_state_is_a_new_version(factory):
    record = factory(title_ar="لقاء")
    record.title_ar = "خطأ"
    record.save()

    past = record.history.last().instance
    past.save()

    record.refresh_from_db()
    assert (record.title_ar, record.version) == ("لقاء", 3)


@RECORDS
def test_deleted_draft_can_be_restored_under_its_key(factory):
    record = factory(draft=True)
    key, name = record.pk, str(record)
    record.delete()

    restored = type(record).history.filter(id=key).last().instance
    restored.save()

    assert (restored.pk, str(restored), restored.version) == (key, name, 1)


def test_every_model_keeps_its_history_but_for_what_follows_from_others():
    without = {
        model._meta.label
        for model in apps.get_models()
        if model._meta.app_label in OUR_APPS
        and not hasattr(model._meta, "simple_history_manager_attribute")
        and not model.__name__.startswith("Historical")
        and not issubclass(model, SearchDocument)
    }

    # Steps are written once and never changed; links are leave, not record;
    # a kept form is of a day.
    assert without == {
        "config.DataVersion",
        "config.SearchWord",
        "accounts.User",
        "accounts.KeptForm",
        "consultations.PublicationStep",
        "consultations.PreviewLink",
    }


def test_history_of_every_model_is_tested_here():
    kept = {
        model
        for model in apps.get_models()
        if model._meta.app_label in OUR_APPS
        and hasattr(model._meta, "simple_history_manager_attribute")
    }

    assert set(MAKERS) == kept


@pytest.mark.parametrize("model", MAKERS, ids=lambda model: model.__name__)
def test_history_is_kept_from_the_first_save_to_the_deletion(model):
    row = MAKERS[model]()
    key = row.pk

    row.save()
    row.delete()

    kept = model.history.filter(**{model._meta.pk.attname: key})
    assert [past.history_type for past in kept] == ["-", "~", "+"]


@pytest.mark.parametrize(
    ("factory", "field", "other"),
    [
        (MeetingFactory, "provinces", ProvinceFactory),
        (MeetingFactory, "themes", ThemeFactory),
        (PartnershipAgreementFactory, "regions", RegionFactory),
        (PartnershipAgreementFactory, "provinces", ProvinceFactory),
        (PartnershipAgreementFactory, "themes", ThemeFactory),
        (PartnershipAgreementFactory, "target_groups", TargetGroupFactory),
        (CommitmentFactory, "answers", ExpectationFactory),
    ],
)
def test_history_holds_what_a_record_was_linked_to(factory, field, other):
    record, linked = factory(), other()

    getattr(record, field).add(linked)
    getattr(record, field).clear()

    past = [getattr(row, field).count() for row in record.history.all()]
    assert past == [0, 1, 0]
    assert record.history.first().diff_against(
        record.history.all()[1]
    ).changed_fields == [field]


def test_past_state_of_a_record_can_be_read():
    meeting = MeetingFactory(title_ar="لقاء")
    meeting.title_ar = "اللقاء التشاوري"
    meeting.save()

    assert [row.title_ar for row in meeting.history.all()] == [
        "اللقاء التشاوري",
        "لقاء",
    ]


@pytest.mark.parametrize(
    ("traits", "is_published", "was_ever_published"),
    [
        ({}, True, True),
        ({"draft": True}, False, False),
        ({"withdrawn": True}, False, True),
    ],
)
def test_address_is_known_once_a_record_was_published(
    traits, is_published, was_ever_published
):
    meeting = MeetingFactory(**traits)

    assert meeting.is_published is is_published
    assert meeting.was_ever_published is was_ever_published
    assert Meeting.objects.published().exists() is is_published


@pytest.mark.parametrize("factory", [MeetingFactory, PartnershipAgreementFactory])
@pytest.mark.parametrize("state", [{}, {"withdrawn": True}])
def test_what_was_published_is_never_deleted(factory, state):
    record = factory(**state)
    draft = factory(draft=True)

    with pytest.raises(ProtectedError):
        record.delete()
    with pytest.raises(ProtectedError):
        type(record).objects.all().delete()

    assert set(type(record).objects.all()) == {record, draft}
    draft.delete()
    assert list(type(record).objects.all()) == [record]
