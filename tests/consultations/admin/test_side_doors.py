"""Ways past the page: forged rows, addresses, choices and files."""

import pytest
from django.db.transaction import get_connection
from django.urls import reverse

from config.change_sets import ATTRIBUTE
from config.reach import OUT_OF_SIGHT
from consultations.models import (
    AgreementStep,
    Expectation,
    Meeting,
    PartnershipAgreement,
    Publication,
    Source,
)
from tests.factories.accounts import UserFactory
from tests.factories.consultations import (
    AgreementStepFactory,
    AidDistributionFactory,
    CommitmentFactory,
    ExpectationFactory,
    MeetingFactory,
    PartnershipAgreementFactory,
    SourceFactory,
)
from tests.factories.regions import RegionFactory
from tests.factories.stakeholders import PersonFactory
from tests.forms import form_data

pytestmark = pytest.mark.django_db

SECRET = "سرهم"


@pytest.fixture
def own():
    return RegionFactory()


@pytest.fixture
def other():
    return RegionFactory()


@pytest.fixture
def editor(client, own):
    user = UserFactory(roles=["regional_editor"], regions=[own])
    client.force_login(user)
    return user


@pytest.fixture
def draft(own):
    meeting = MeetingFactory(region=own, draft=True)
    SourceFactory(meeting=meeting)
    return meeting


@pytest.fixture
def foreign(other):
    """A draft of another region, which nobody of this region may know of."""
    meeting = MeetingFactory(region=other, draft=True, title_ar=SECRET)
    SourceFactory(meeting=meeting, publisher=SECRET)
    ExpectationFactory(meeting=meeting, text_ar=SECRET)
    return meeting


@pytest.fixture
def foreign_agreement(other, own):
    agreement = PartnershipAgreementFactory(draft=True, title_ar=SECRET)
    agreement.regions.set([own, other])
    AgreementStepFactory(agreement=agreement)
    return agreement


def page(row, name="change"):
    stem = f"admin:{row._meta.app_label}_{row._meta.model_name}"
    return reverse(f"{stem}_{name}", args=[row.pk])


def add_page(name, query=""):
    return f"{reverse(f'admin:consultations_{name}_add')}{query}"


def errors_of(response):
    return set(response.context["adminform"].form.errors)


# Rows on a page


def test_row_of_another_record_is_not_written_over(client, editor, draft, foreign):
    source = foreign.sources.get()
    data = form_data(client.get(page(draft)), "meeting_form")
    data.type_in(**{"sources-0-id": source.pk, "sources-0-publisher": "مزور"})

    client.post(page(draft), data)

    source.refresh_from_db()
    assert (source.publisher, source.meeting) == (SECRET, foreign)


def test_row_is_not_added_to_another_record(client, editor, draft, foreign):
    data = form_data(client.get(page(draft)), "meeting_form")
    data.type_in(**{"sources-0-meeting": foreign.pk, "sources-0-publisher": "مزور"})

    client.post(page(draft), data)

    assert not Source.objects.filter(meeting=foreign, publisher="مزور").exists()


@pytest.mark.parametrize(
    ("state", "why"),
    [
        (
            Publication.IN_REVIEW,
            "لم تعد هذه البطاقة مسودة (قيد المراجعة): لتعديلها اطلبوا من مسؤول النشر "
            "إرجاعها إليكم.",
        ),
        (Publication.PUBLISHED, "هذه البطاقة منشورة: لا يغيرها إلا مسؤول النشر."),
    ],
)
def test_page_that_is_only_read_says_why_and_takes_nothing(
    client, own, editor, state, why
):
    meeting = MeetingFactory(region=own, title_ar="قبل")
    Meeting.objects.filter(pk=meeting.pk).update(publication=state)

    response = client.get(page(meeting))
    refused = client.post(page(meeting), {"title_ar": "بعد"})

    meeting.refresh_from_db()
    assert response.context["why_read_only"] == why
    assert response.context["why_read_only"] in response.text
    assert 'name="_save"' not in response.text
    assert 'name="_publish"' not in response.text
    assert (refused.status_code, meeting.title_ar) == (403, "قبل")


@pytest.mark.parametrize(
    ("where", "why"),
    [
        ("other", "ليست كل جهاتها من جهاتكم"),
        ("national", "البطاقات الوطنية يتولاها مسؤولو النشر"),
    ],
)
def test_published_record_of_others_says_whose_it_is(client, editor, other, where, why):
    meeting = MeetingFactory(region=other if where == "other" else None)

    assert why in client.get(page(meeting)).context["why_read_only"]


# Moving a record


@pytest.mark.parametrize("target", ["other", ""])
def test_record_is_not_moved_out_of_the_own_regions(
    client, editor, draft, other, own, target
):
    data = form_data(client.get(page(draft)), "meeting_form")
    data.type_in(region=other.pk if target else "")

    response = client.post(page(draft), data)

    draft.refresh_from_db()
    assert errors_of(response) == {"region"}
    assert draft.region == own


def test_record_is_not_made_in_another_region(client, editor, other):
    data = form_data(client.get(add_page("meeting")), "meeting_form")
    kind = MeetingFactory().type
    data.type_in(title_ar="لقاء جديد", type=kind.pk, state="held", region=other.pk)
    data.type_in(date_precision="unknown")

    response = client.post(add_page("meeting"), data)

    assert errors_of(response) == {"region"}
    assert not Meeting.objects.filter(title_ar="لقاء جديد").exists()


def test_copy_is_not_made_in_another_region(client, editor, draft, other):
    data = form_data(client.get(page(draft)), "meeting_form")
    data.type_in(region=other.pk, _saveasnew="1")

    client.post(page(draft), data)

    assert list(Meeting.objects.all()) == [draft]


def test_agreement_needs_all_its_regions(client, editor, own, other):
    data = form_data(
        client.get(add_page("partnershipagreement")), "partnershipagreement_form"
    )
    data.type_in(title_ar="اتفاقية")
    data["regions"] = [str(own.pk), str(other.pk)]

    response = client.post(add_page("partnershipagreement"), data)

    assert errors_of(response) == {"regions"}
    assert not PartnershipAgreement.objects.exists()


def test_part_is_not_moved_to_a_record_of_others(client, editor, draft, other):
    published = MeetingFactory(region=other)
    expectation = ExpectationFactory(meeting=draft)
    data = form_data(client.get(page(expectation)), "expectation_form")
    data.type_in(meeting=published.pk)

    response = client.post(page(expectation), data)

    expectation.refresh_from_db()
    assert errors_of(response) == {"meeting"}
    assert expectation.meeting == draft


def test_part_is_not_taken_out_of_a_record_of_others(client, editor, draft, foreign):
    expectation = foreign.expectations.get()

    response = client.post(
        page(expectation), {"meeting": draft.pk, "text_ar": "مسروق", "order": 0}
    )

    expectation.refresh_from_db()
    assert response.status_code == 302
    assert expectation.meeting == foreign
    assert not Expectation.objects.filter(text_ar="مسروق").exists()


# What inputs offer, and what an address suggests


@pytest.mark.parametrize(
    "name", ["expectation", "commitment", "progress", "correction"]
)
def test_address_does_not_open_another_record(client, editor, foreign, name):
    response = client.get(add_page(name, f"?meeting={foreign.pk}"))

    assert SECRET not in response.text


@pytest.mark.parametrize("name", ["expectation", "commitment", "progress"])
def test_typed_key_does_not_open_another_record(client, editor, foreign, name):
    response = client.post(
        add_page(name),
        {
            "meeting": foreign.pk,
            "progress_reports-TOTAL_FORMS": 0,
            "progress_reports-INITIAL_FORMS": 0,
        },
    )

    assert "meeting" in errors_of(response)
    assert SECRET not in response.text


def test_new_agreement_takes_nothing_from_a_meeting_of_others(client, editor, foreign):
    response = client.get(add_page("partnershipagreement", f"?meeting={foreign.pk}"))

    assert SECRET not in response.text


def test_draft_of_others_is_not_named_as_earlier_meeting(
    client, editor, draft, foreign
):
    data = form_data(client.get(page(draft)), "meeting_form")
    data.type_in(follows=foreign.pk)

    response = client.post(page(draft), data)

    assert errors_of(response) == {"follows"}
    assert SECRET not in response.text


def test_tie_to_a_draft_of_others_is_kept_and_not_named(client, editor, draft, foreign):
    draft.follows = foreign
    draft.save()
    response = client.get(page(draft))
    data = form_data(response, "meeting_form")
    data.type_in(title_ar="بعد")

    client.post(page(draft), data)

    draft.refresh_from_db()
    assert SECRET not in response.text
    assert (draft.title_ar, draft.follows) == ("بعد", foreign)


def test_page_that_is_only_read_names_no_draft_of_others(
    client, editor, own, foreign, foreign_agreement
):
    meeting = MeetingFactory(region=own, follows=foreign)
    AidDistributionFactory(meeting=meeting, legal_basis=foreign_agreement)
    AgreementStep.objects.update(meeting=meeting)

    response = client.get(page(meeting))
    preview = client.get(page(meeting, "preview"))

    assert (response.status_code, preview.status_code) == (200, 200)
    assert "(بطاقة لا يحق لكم الاطلاع عليها)" in response.text
    assert SECRET not in response.text + preview.text


# Steps and files


def test_save_button_of_publishers_is_not_forged(client, editor, draft):
    data = form_data(client.get(page(draft)), "meeting_form")
    data.type_in(_publish="1")

    client.post(page(draft), data)

    draft.refresh_from_db()
    assert draft.publication == Publication.DRAFT


def test_action_says_what_it_left_out(client, own, editor):
    mine = MeetingFactory(region=own, draft=True)
    national = MeetingFactory(region=None)

    response = client.post(
        reverse("admin:consultations_meeting_changelist"),
        {
            "action": "delete_selected",
            "_selected_action": [mine.pk, national.pk],
            "post": "yes",
        },
        follow=True,
    )

    assert list(Meeting.objects.all()) == [national]
    assert "استُثنيت بطاقة واحدة: دوركم لا يسمح بهذا الإجراء عليها." in [
        str(message) for message in response.context["messages"]
    ]


def test_second_list_of_actions_is_no_way_around(client, editor):
    national = MeetingFactory(region=None)

    client.post(
        reverse("admin:consultations_meeting_changelist"),
        {
            "action": ["export_as_csv", "delete_selected"],
            "index": "1",
            "_selected_action": [national.pk],
            "post": "yes",
        },
    )

    assert list(Meeting.objects.all()) == [national]


def test_file_names_no_record_of_others(
    client, editor, own, foreign, foreign_agreement
):
    meeting = MeetingFactory(region=own, draft=True, follows=foreign)
    AgreementStep.objects.update(meeting=meeting)
    address = reverse("admin:consultations_meeting_changelist")

    response = client.post(
        address,
        {"action": "export_as_csv", "_selected_action": [meeting.pk, foreign.pk]},
    )

    file = b"".join(response.streaming_content).decode()
    assert meeting.slug in file
    assert foreign.slug not in file
    assert foreign_agreement.reference not in file


# Persons and pop-ups


def test_contact_data_is_for_roles_that_use_it(client):
    person = PersonFactory(email="secret@example.org", telephone="0612345678")
    shown = {}
    for role in ("publisher", "regional_editor", "analyst"):
        client.force_login(UserFactory(roles=[role]))
        shown[role] = "secret@example.org" in client.get(page(person)).text

    assert shown == {"publisher": True, "regional_editor": True, "analyst": False}


def test_contact_data_is_not_found_by_a_filter(client):
    PersonFactory(email="secret@example.org")
    address = reverse("admin:stakeholders_person_changelist")
    client.force_login(UserFactory(roles=["analyst"]))

    response = client.get(f"{address}?email__startswith=secret")

    assert response.status_code == 400


def test_editor_adds_a_person_on_the_spot(client, editor):
    address = f"{reverse('admin:stakeholders_person_add')}?_to_field=id&_popup=1"
    data = form_data(client.get(address), "person_form")
    data.type_in(name_ar="عبد النبي بعيوي")

    response = client.post(address, data)

    assert response.template_name[-1] == "admin/popup_response.html"


def test_popup_of_a_foreign_draft_opens_nothing(client, editor, foreign):
    response = client.get(f"{page(foreign)}?_to_field=id&_popup=1")

    assert (response.status_code, response.url) == (302, reverse("admin:index"))


def test_pencil_and_plus_stand_where_they_lead_somewhere(client, editor, draft):
    html = client.get(page(draft)).text

    assert 'id="add_id_participations-__prefix__-organisation"' in html
    assert 'id="change_id_participations-__prefix__-organisation"' not in html
    assert 'id="add_id_participations-__prefix__-office"' not in html


@pytest.mark.parametrize("count", [1, 3])
def test_page_of_an_editor_asks_as_often_for_many_rows(
    client, own, editor, count, django_assert_max_num_queries
):
    meeting = MeetingFactory(region=own)
    SourceFactory.create_batch(count, meeting=meeting)
    for _number in range(count):
        agreement = PartnershipAgreementFactory()
        agreement.regions.set([own])
        AgreementStepFactory(agreement=agreement, meeting=meeting)
        AidDistributionFactory(meeting=meeting, legal_basis=agreement)

    with django_assert_max_num_queries(45):
        client.get(page(meeting))


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("expectation", "meeting"),
        ("commitment", "meeting"),
        ("progress", "commitment"),
        ("progress", "agreement"),
        ("correction", "meeting"),
    ],
)
def test_part_is_offered_what_it_may_belong_to(client, own, other, name, column):
    rows = {}
    for region in (own, other):
        for state in ({"draft": True}, {}):
            row = MeetingFactory(region=region, **state)
            if column == "commitment":
                row = CommitmentFactory(meeting=row)
            elif column == "agreement":
                row = PartnershipAgreementFactory(**state)
                row.regions.set([region])
            rows[region, bool(state)] = row.pk
    asked = {
        "app_label": "consultations",
        "model_name": name,
        "field_name": column,
        "term": "",
    }
    offered = {}
    for role in ("regional_editor", "publisher"):
        client.force_login(UserFactory(roles=[role], regions=[own]))
        found = client.get(reverse("admin:autocomplete"), asked).json()["results"]
        offered[role] = {int(one["id"]) for one in found}

    assert offered == {
        "regional_editor": {rows[own, True]},
        "publisher": set(rows.values()),
    }


def test_regions_of_others_are_not_offered_for_a_record(client):
    own, other = RegionFactory(), RegionFactory()
    client.force_login(UserFactory(roles=["regional_editor"], regions=[own]))

    def offered(model, field):
        response = client.get(
            reverse("admin:autocomplete"),
            {
                "app_label": "consultations"
                if model != "organisation"
                else "stakeholders",
                "model_name": model,
                "field_name": field,
                "term": "",
            },
        )
        return {int(one["id"]) for one in response.json()["results"]}

    assert offered("meeting", "region") == {own.pk}
    assert offered("partnershipagreement", "regions") == {own.pk}
    assert offered("organisation", "region") == {own.pk, other.pk}


# What a record says of others


def test_page_of_two_people_names_no_record_out_of_sight(
    client, editor, draft, foreign
):
    typed = form_data(client.get(page(draft)), "meeting_form")
    typed.type_in(title_ar="لقاء المحررة", follows=foreign.pk)
    Meeting.objects.get(pk=draft.pk).save()

    response = client.post(page(draft), typed)

    assert response.status_code == 409
    assert SECRET not in response.text
    assert str(OUT_OF_SIGHT) in response.text


def test_history_names_no_record_out_of_sight(client, editor, draft, foreign):
    draft.follows = foreign
    draft.save()
    step = AgreementStepFactory(
        agreement=PartnershipAgreementFactory(draft=True), meeting=foreign
    )
    step.agreement.regions.set(editor.regions.all())

    pages = [client.get(page(row, "history")).text for row in (draft, step.agreement)]

    assert SECRET not in "".join(pages)
    assert [str(OUT_OF_SIGHT) in html for html in pages] == [True, True]


def test_restoring_names_no_record_out_of_sight(client, editor, draft, foreign):
    first = draft.history.first().change_set
    vars(get_connection()).pop(ATTRIBUTE, None)
    draft.follows = foreign
    draft.save()
    address = reverse("admin:consultations_meeting_restore", args=[draft.pk, first])

    html = client.get(address).text

    assert SECRET not in html
    assert str(OUT_OF_SIGHT) in html


def test_deleted_draft_of_others_is_not_told_of(client, editor, draft, foreign):
    typed = form_data(client.get(page(draft)), "meeting_form")
    gone = page(foreign)
    foreign.delete()

    response = client.post(gone, typed)

    assert response.status_code == 302
    assert response.url == reverse("admin:index")


@pytest.mark.parametrize("kind", ["meeting", "agreement"])
def test_editor_brings_a_deleted_draft_of_their_own_back(client, editor, own, kind):
    if kind == "meeting":
        record = MeetingFactory(region=own, draft=True)
    else:
        record = PartnershipAgreementFactory(draft=True)
        record.regions.set([own])
    history = page(record, "history")
    client.post(page(record, "delete"), {"post": "yes"})
    assert not type(record).objects.exists()

    [*_others, entry] = client.get(history).context["entries"]
    form = form_data(client.get(entry["restore_url"]), "restore_form")
    client.post(entry["restore_url"], form)

    assert type(record).objects.get().region_ids() == {own.pk}
