import csv
import io

import openpyxl
import pytest
from django.contrib import admin
from django.urls import reverse

from consultations.exports import TABLES
from tests.consultations.exports.whole_record import make_all
from tests.factories.accounts import UserFactory
from tests.factories.consultations import ExpectationFactory, MeetingFactory
from tests.factories.regions import RegionFactory
from tests.factories.stakeholders import OrganisationFactory, PersonFactory

pytestmark = pytest.mark.django_db

LISTED = {
    name: dataset
    for name, dataset in TABLES.items()
    if admin.site.is_registered(dataset.model)
}
ACTIONS = {"export_as_csv", "export_for_excel", "export_as_workbook"}


def run(client, model, action, *rows):
    address = reverse(
        f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
    )
    return client.post(
        address, {"action": action, "_selected_action": [row.pk for row in rows]}
    )


def rows_of(response) -> list[dict]:
    text = response.getvalue().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_every_list_of_a_table_has_its_files(client):
    client.force_login(UserFactory(roles=["analyst"]))
    make_all()

    for name, dataset in LISTED.items():
        rows = dataset.model.objects.all()
        told = rows_of(run(client, dataset.model, "export_as_csv", *rows))
        assert (name, len(told)) == (name, rows.count())
        if dataset.publication:
            assert {"draft", "published"} <= {row["publication"] for row in told}
    assert set(LISTED) == {
        "meetings",
        "agreements",
        "expectations",
        "commitments",
        "progress",
        "corrections",
        "organisations",
        "participant_categories",
        "series",
        "regions",
        "provinces",
    }


def test_a_workbook_for_staff_says_what_its_columns_mean(client):
    client.force_login(UserFactory(roles=["analyst"]))
    expectation = ExpectationFactory(meeting=MeetingFactory(draft=True))

    response = run(client, type(expectation), "export_as_workbook", expectation)

    book = openpyxl.load_workbook(io.BytesIO(response.getvalue()))
    keys, row = book.worksheets[0].iter_rows(values_only=True)
    assert (keys[-1], row[-1]) == ("publication", "draft")
    assert book.worksheets[0].sheet_view.rightToLeft
    assert book.worksheets[1].cell(len(keys) + 1, 1).value == "publication"
    assert {"private", "no-store"} <= set(response["Cache-Control"].split(", "))


def test_an_editor_has_files_of_own_regions_and_of_what_is_published(client):
    own, other = RegionFactory(), RegionFactory()
    client.force_login(UserFactory(roles=["regional_editor"], regions=[own]))
    expectations = [
        ExpectationFactory(meeting=MeetingFactory(region=region, draft=draft))
        for region in (own, other)
        for draft in (True, False)
    ]

    told = rows_of(run(client, type(expectations[0]), "export_as_csv", *expectations))

    mine, published, foreign, theirs = (f"EXP-{one.pk}" for one in expectations)
    assert {row["expectation_id"] for row in told} == {mine, published, theirs}
    assert foreign not in {row["expectation_id"] for row in told}


@pytest.mark.parametrize("account", [{"roles": ["administrator"]}, {"ordinary": True}])
def test_no_file_without_a_role_that_exports(client, account):
    client.force_login(UserFactory(**account))
    region = RegionFactory()

    response = run(client, type(region), "export_as_csv", region)

    assert not response.streaming
    assert "region_code" not in str(response.content)


def test_persons_have_no_file(client):
    person = PersonFactory(name_ar="سري")
    client.force_login(UserFactory(is_superuser=True))

    offered = client.get(reverse("admin:stakeholders_person_changelist"))

    names = {
        name for name, _label in offered.context["action_form"].fields["action"].choices
    }
    assert names & ACTIONS == set()
    assert not run(client, type(person), "export_as_csv", person).streaming


def test_an_organisation_that_only_drafts_name_is_in_files_for_staff_alone(client):
    organisation = OrganisationFactory()
    client.force_login(UserFactory(roles=["publisher"]))

    (row,) = rows_of(run(client, type(organisation), "export_as_csv", organisation))

    assert row["organisation_id"] == f"ORG-{organisation.pk}"
    assert rows_of(client.get("/data/organisations.csv")) == []
