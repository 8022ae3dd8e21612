"""Every page of the administration that there is, in three languages."""

import pytest
from django.contrib import admin
from django.urls import reverse

from consultations.models import Discrepancy, Progress
from tests.factories.accounts import UserFactory
from tests.factories.consultations import (
    CommitmentFactory,
    CorrectionFactory,
    DiscrepancyFactory,
    DocumentFactory,
    ExpectationFactory,
    InstrumentFactory,
    MeetingFactory,
    MeetingSeriesFactory,
    MeetingTypeFactory,
    PartnershipAgreementFactory,
    ProgrammeFactory,
    ProgressFactory,
    PublicationStepFactory,
    SourceFactory,
    TargetGroupFactory,
    ThemeFactory,
)
from tests.factories.regions import ProvinceFactory, RegionFactory
from tests.factories.stakeholders import (
    OfficeFactory,
    OrganisationFactory,
    OrganisationKindFactory,
    ParticipantCategoryFactory,
    PersonFactory,
)

pytestmark = pytest.mark.django_db

FACTORIES = {
    "accounts_user": UserFactory,
    "consultations_commitment": CommitmentFactory,
    "consultations_correction": lambda: CorrectionFactory(meeting=MeetingFactory()),
    "consultations_expectation": ExpectationFactory,
    "consultations_instrument": InstrumentFactory,
    "consultations_meeting": MeetingFactory,
    "consultations_meetingseries": MeetingSeriesFactory,
    "consultations_meetingtype": MeetingTypeFactory,
    "consultations_partnershipagreement": PartnershipAgreementFactory,
    "consultations_programme": ProgrammeFactory,
    "consultations_progress": lambda: ProgressFactory(meeting=MeetingFactory()),
    "consultations_publicationstep": lambda: PublicationStepFactory(
        meeting=MeetingFactory()
    ),
    "consultations_targetgroup": TargetGroupFactory,
    "consultations_theme": ThemeFactory,
    "regions_province": ProvinceFactory,
    "regions_region": RegionFactory,
    "stakeholders_office": OfficeFactory,
    "stakeholders_organisation": OrganisationFactory,
    "stakeholders_organisationkind": OrganisationKindFactory,
    "stakeholders_participantcategory": ParticipantCategoryFactory,
    "stakeholders_person": PersonFactory,
}
# Written by the steps themselves: nobody adds one.
READ_ONLY = {"consultations_publicationstep"}


def pages_of(name, row):
    """Return the list of a model, the page that adds a row, and that of a row."""
    address = reverse(f"admin:{name}_changelist")
    added = [] if name in READ_ONLY else [f"{address}add/"]
    return [address, *added, f"{address}{row.pk}/change/"]


def test_every_page_is_tested():
    registered = {
        f"{model._meta.app_label}_{model._meta.model_name}"
        for model in admin.site._registry
    }

    assert registered == set(FACTORIES)


@pytest.mark.parametrize("name", FACTORIES)
def test_list_add_and_change_page_open(staff_client, name):
    row = FACTORIES[name]()
    address = reverse(f"admin:{name}_changelist")

    for page in pages_of(name, row):
        response = staff_client.get(page)

        assert response.status_code == 200
        html = response.content.decode()
        assert '<html lang="ar" dir="rtl"' in html
        assert " object (" not in html

    nothing = staff_client.get(address, {"q": "قرن"})
    assert nothing.context["cl"].result_count == 0


@pytest.mark.parametrize(("language", "direction"), [("fr", "ltr"), ("en", "ltr")])
def test_pages_open_in_the_other_languages(staff_client, language, direction):
    meeting = MeetingFactory()
    address = f"/{language}" + reverse("admin:consultations_meeting_changelist")

    for page in (f"/{language}/admin/", address, f"{address}{meeting.pk}/change/"):
        response = staff_client.get(page)

        assert response.status_code == 200
        assert f'<html lang="{language}" dir="{direction}"' in response.content.decode()


def test_strangers_are_led_to_the_sign_in(client):
    for name in FACTORIES:
        for page in ("changelist", "add"):
            response = client.get(reverse(f"admin:{name}_{page}"))

            assert response.status_code == 302
            assert response.url.startswith(reverse("admin:login"))


def test_readers_with_an_account_are_no_staff(client):
    client.force_login(UserFactory(is_staff=False, ordinary=True))

    for name in FACTORIES:
        response = client.get(reverse(f"admin:{name}_changelist"))

        assert response.status_code == 302
        assert response.url.startswith(reverse("admin:login"))


def test_staff_without_a_role_are_offered_nothing(client):
    client.force_login(UserFactory(ordinary=True))

    assert client.get(reverse("admin:index")).context["app_list"] == []


def test_publishers_are_offered_all_that_they_may_add(client):
    client.force_login(UserFactory(roles=["publisher"]))

    response = client.get(reverse("admin:index"))

    offered = {
        f"{model['model']._meta.app_label}_{model['model']._meta.model_name}"
        for app in response.context["app_list"]
        for model in app["models"]
        if model["add_url"]
    }
    assert offered == (
        set(FACTORIES)
        - {"accounts_user", "regions_region", "regions_province"}
        - READ_ONLY
    )


def test_parts_name_themselves():
    meeting = MeetingFactory()
    parts = [
        SourceFactory(meeting=meeting),
        DiscrepancyFactory(meeting=meeting),
        DocumentFactory(meeting=meeting),
        Progress(meeting=meeting, spent=5),
        Progress(meeting=meeting, beneficiaries=5),
    ]

    assert [str(part) for part in parts] == [
        "جريدة",
        Discrepancy.Matter.CHAIR.label,
        "محضر",
        str(Progress._meta.verbose_name),
        str(Progress._meta.verbose_name),
    ]
