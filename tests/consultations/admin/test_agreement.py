import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from consultations.models import AgreementStep, PartnershipAgreement
from tests.factories.consultations import (
    AgreementComponentFactory,
    AgreementPartyFactory,
    AgreementStepFactory,
    CommitmentFactory,
    DatedMeetingFactory,
    MeetingFactory,
    PartnershipAgreementFactory,
    SourceFactory,
)
from tests.factories.regions import ProvinceFactory, RegionFactory
from tests.factories.stakeholders import OrganisationFactory
from tests.forms import form_data

pytestmark = pytest.mark.django_db

LIST = reverse("admin:consultations_partnershipagreement_changelist")
ADD = reverse("admin:consultations_partnershipagreement_add")
FORM = "partnershipagreement_form"
# What a change of facts in a published record asks for.
NOTE = {"correction_what": "تصحيح", "correction_why": "خطأ في المصدر"}


def change_page(agreement):
    return reverse(
        "admin:consultations_partnershipagreement_change", args=[agreement.pk]
    )


def test_add_gives_a_reference_of_the_year_asked_for(staff_client):
    data = form_data(staff_client.get(ADD), FORM)
    assert data["reference_year"] == [str(timezone.localdate().year)]
    data.type_in(title_ar="اتفاقية", reference_year=2022)

    staff_client.post(ADD, data)

    assert PartnershipAgreement.objects.get().reference == "AG-2022-0001"


@pytest.mark.parametrize("year", ["1900", "2999", "abc"])
def test_add_refuses_a_year_that_cannot_be(staff_client, year):
    data = form_data(staff_client.get(ADD), FORM)
    data.type_in(title_ar="اتفاقية", reference_year=year)

    response = staff_client.post(ADD, data)

    assert [error.anchor for error in response.context["stated_errors"]] == [
        "id_reference_year"
    ]
    assert not PartnershipAgreement.objects.exists()


def test_add_from_a_meeting_begins_with_what_the_meeting_says(staff_client):
    region = RegionFactory(oriental=True)
    meeting = DatedMeetingFactory(region=region, city_ar="وجدة", city_fr="Oujda")
    SourceFactory(meeting=meeting, publisher="زنقة 20", key="zanka20")

    response = staff_client.get(ADD, {"meeting": meeting.pk})

    data = form_data(response, FORM)
    assert data["reference_year"] == ["2022"]
    assert data["regions"] == [str(region.pk)]
    assert {
        name: data[f"steps-0-{name}"]
        for name in ("kind", "date", "meeting", "place_ar", "place_fr")
    } == {
        "kind": ["signed"],
        "date": ["12/01/2022"],
        "meeting": [str(meeting.pk)],
        "place_ar": ["وجدة"],
        "place_fr": ["Oujda"],
    }
    assert data["sources-0-publisher"] == ["زنقة 20"]
    [sources] = [
        one
        for one in response.context["inline_admin_formsets"]
        if one.formset.prefix == "sources"
    ]
    assert not sources.is_collapsible


def test_add_from_a_meeting_stores_what_was_left_as_it_was(staff_client):
    meeting = DatedMeetingFactory(city_ar="وجدة")
    SourceFactory(meeting=meeting, publisher="زنقة 20")
    back = reverse("admin:consultations_meeting_change", args=[meeting.pk])
    address = f"{ADD}?meeting={meeting.pk}&_return={back}"
    data = form_data(staff_client.get(address), FORM)
    data.type_in(short_label_ar="الإسعاف الاجتماعي", title_ar="اتفاقية")

    response = staff_client.post(address, data)

    agreement = PartnershipAgreement.objects.get()
    assert response.url == back
    assert agreement.reference == "AG-2022-0001"
    step = AgreementStep.objects.get()
    assert (step.kind, step.date, step.meeting, step.place_ar) == (
        "signed",
        datetime.date(2022, 1, 12),
        meeting,
        "وجدة",
    )
    assert [source.publisher for source in agreement.sources.all()] == ["زنقة 20"]


def test_add_from_a_meeting_of_an_unknown_day_leaves_the_date_out(staff_client):
    meeting = MeetingFactory(
        starts_on=datetime.date(2022, 1, 1), date_precision="month"
    )

    data = form_data(staff_client.get(ADD, {"meeting": meeting.pk}), FORM)

    assert data["steps-0-date"] == [""]


@pytest.mark.parametrize("meeting", ["999", "abc", "9" * 30])
def test_add_from_no_meeting_is_an_ordinary_add(staff_client, meeting):
    data = form_data(staff_client.get(ADD, {"meeting": meeting}), FORM)

    assert data["steps-TOTAL_FORMS"] == ["0"]


def test_add_suggests_the_one_region_of_the_reader(staff_client, staff):
    region = RegionFactory()
    staff.regions.add(region)

    data = form_data(staff_client.get(ADD), FORM)

    assert data["regions"] == [str(region.pk)]


def test_status_is_shown_and_never_typed(staff_client):
    agreement = AgreementStepFactory(kind="initialled").agreement
    response = staff_client.get(f"/en{change_page(agreement)}")
    data = form_data(response, FORM)
    data.type_in(current_status="completed", status="completed", reference="AG-1-1")

    staff_client.post(change_page(agreement), data)

    agreement.refresh_from_db()
    assert "initialled" in response.content.decode()
    assert agreement.status == "initialled"
    assert agreement.reference != "AG-1-1"


def test_contributions_above_an_exact_amount_are_told(staff_client):
    data = form_data(staff_client.get(ADD), FORM)
    data.type_in(title_ar="اتفاقية", amount="12000000", amount_note="exact")
    for contribution in ("6000000", "6000001"):
        data.add_row(
            "parties",
            organisation=OrganisationFactory().pk,
            contribution=contribution,
        )

    response = staff_client.post(f"/en{ADD}", data)

    [error] = response.context["stated_errors"]
    assert (error.place, error.anchor) == ("Parties", "parties-group")
    assert "12,000,001" in error.message
    assert form_data(response, FORM) == data
    assert not PartnershipAgreement.objects.exists()


def test_contribution_of_a_party_that_goes_is_not_counted(staff_client):
    agreement = PartnershipAgreementFactory(amount=10, amount_note="exact")
    for contribution in (6, 4):
        AgreementPartyFactory(agreement=agreement, contribution=contribution)
    data = form_data(staff_client.get(change_page(agreement)), FORM)
    data.type_in(**{"parties-0-DELETE": "on", "parties-1-contribution": "10"}, **NOTE)

    response = staff_client.post(change_page(agreement), data)

    assert response.status_code == 302
    assert [party.contribution for party in agreement.parties.all()] == [10]


def test_province_outside_the_regions_is_told(staff_client):
    data = form_data(staff_client.get(ADD), FORM)
    data.type_in(
        title_ar="اتفاقية",
        regions=RegionFactory().pk,
        provinces=ProvinceFactory(name_ar="بنسليمان").pk,
    )

    response = staff_client.post(ADD, data)

    [error] = response.context["stated_errors"]
    assert "بنسليمان" in error.message
    assert not PartnershipAgreement.objects.exists()


@pytest.mark.parametrize(
    ("prefix", "row"),
    [
        ("parties", {"role": "funder"}),
        ("components", {"kind": "purchase"}),
        ("progress_reports", {"percent": "101", "note": "تم"}),
        ("progress_reports", {"verified_by": "المنسقية"}),
        ("sources", {"kind": "press_report", "publisher": "زنقة 20"}),
        ("discrepancies", {"matter": "amount"}),
        ("documents", {"kind": "minutes", "title": "محضر"}),
    ],
)
def test_row_that_breaks_its_constraint_is_named(staff_client, prefix, row):
    data = form_data(staff_client.get(ADD), FORM)
    data.type_in(title_ar="اتفاقية")
    data.add_row(prefix, **row)

    response = staff_client.post(f"/en{ADD}", data)

    places = {error.place for error in response.context["stated_errors"]}
    assert len(places) == 1
    assert places.pop().endswith(", row 1")
    assert form_data(response, FORM) == data
    assert not PartnershipAgreement.objects.exists()


def test_page_lists_the_commitments_that_led_to_it(staff_client):
    commitment = CommitmentFactory(agreement=PartnershipAgreementFactory())

    response = staff_client.get(change_page(commitment.agreement))

    [commitments, corrections] = response.context["children"]
    assert [row["label"] for row in commitments["rows"]] == [commitment.text_ar]
    assert corrections["rows"] == []


def test_list_tells_where_each_stands(staff_client):
    region = RegionFactory(oriental=True)
    signed = PartnershipAgreementFactory()
    signed.regions.add(region)
    AgreementStepFactory(agreement=signed, date=datetime.date(2022, 1, 12))
    unknown = PartnershipAgreementFactory(short_label_ar="ملحق")

    cl = staff_client.get(LIST).context["cl"]
    told = {
        agreement.reference: (
            str(agreement.status),
            cl.model_admin.signed_on(agreement),
            cl.model_admin.region_names(agreement),
            str(cl.model_admin.name(agreement)),
        )
        for agreement in cl.result_list
    }

    assert told == {
        signed.reference: ("signed", datetime.date(2022, 1, 12), "الشرق", "اتفاقية"),
        unknown.reference: ("unknown", None, "", "ملحق"),
    }


def test_list_filters_by_status_and_counts_each(staff_client):
    for kind in ("signed", "signed", "approved"):
        AgreementStepFactory(kind=kind)

    cl = staff_client.get(f"{LIST}?status=signed").context["cl"]

    status = cl.filter_specs[0]
    counts = status.get_facet_queryset(cl)
    assert cl.result_count == 2
    assert [counts[f"{number}__c"] for number in (0, 1, 3)] == [0, 1, 2]


def test_list_filter_passes_over_a_status_that_there_is_none_of(staff_client):
    PartnershipAgreementFactory()

    cl = staff_client.get(f"{LIST}?status=lost").context["cl"]

    assert cl.result_count == 1


@pytest.mark.parametrize("count", [1, 3, 50])
def test_list_asks_the_same_number_of_queries(
    staff_client, count, django_assert_num_queries
):
    region = RegionFactory()
    for _number in range(count):
        agreement = PartnershipAgreementFactory()
        agreement.regions.add(region)
        AgreementStepFactory(agreement=agreement, date=datetime.date(2022, 1, 12))

    with django_assert_num_queries(18):
        response = staff_client.get(LIST)

    assert response.context["cl"].result_count == count


def test_list_is_searched_by_reference(staff_client):
    agreement = PartnershipAgreementFactory()
    PartnershipAgreementFactory()

    cl = staff_client.get(LIST, {"q": agreement.reference}).context["cl"]

    assert list(cl.result_list) == [agreement]


def test_components_keep_their_order(staff_client):
    agreement = PartnershipAgreementFactory()
    AgreementComponentFactory(agreement=agreement, description_ar="تسيير", order=2)
    data = form_data(staff_client.get(change_page(agreement)), FORM)
    data.add_row("components", kind="purchase", description_ar="اقتناء", order=1)
    data.type_in(**NOTE)

    staff_client.post(change_page(agreement), data)

    assert [one.description_ar for one in agreement.components.all()] == [
        "اقتناء",
        "تسيير",
    ]
