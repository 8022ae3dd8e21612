import datetime
import json
import re

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.messages import get_messages
from django.forms.models import modelform_factory
from django.urls import reverse
from django.utils import timezone, translation

from config.models import DataVersion
from consultations.forms.meeting_admin import MeetingAdminForm
from consultations.models import (
    Attendance,
    Meeting,
    Participation,
    Publication,
    Source,
)
from regions.models import Region
from tests.consultations.admin.test_words import spoken_in
from tests.factories.consultations import (
    AgendaItemFactory,
    AgreementStepFactory,
    AttendanceFactory,
    CommitmentFactory,
    DatedMeetingFactory,
    DocumentFactory,
    ExpectationFactory,
    MeetingFactory,
    MeetingSeriesFactory,
    MeetingTypeFactory,
    ParticipationFactory,
    SourceFactory,
    ThemeFactory,
)
from tests.factories.regions import ProvinceFactory, RegionFactory
from tests.factories.stakeholders import (
    OfficeFactory,
    OrganisationFactory,
    ParticipantCategoryFactory,
    PersonFactory,
)
from tests.forms import form_data

# What a change of facts in a published record asks for.
NOTE = {"correction_what": "تصحيح", "correction_why": "خطأ في المصدر"}
pytestmark = pytest.mark.django_db

LIST = reverse("admin:consultations_meeting_changelist")
ADD = reverse("admin:consultations_meeting_add")


def change_page(meeting):
    return reverse("admin:consultations_meeting_change", args=[meeting.pk])


def sent(client, page, **values):
    """Return what the page's form sends once ``values`` were typed into it."""
    data = form_data(client.get(page), "meeting_form")
    data.type_in(**values)
    return data


@pytest.fixture
def facts():
    return {
        "title_ar": "اللقاء التشاوري الجهوي",
        "type": MeetingTypeFactory().pk,
        "state": "held",
        "starts_on": "12/01/2022",
    }


def test_add_page_follows_the_order_of_a_report(staff_client):
    response = staff_client.get(ADD)

    inlines = [one.formset.prefix for one in response.context["inline_admin_formsets"]]
    collapsed = [
        one.formset.prefix
        for one in response.context["inline_admin_formsets"]
        if one.is_collapsible
    ]
    assert inlines == [
        "participations",
        "attendances",
        "agenda_items",
        "sources",
        "discrepancies",
        "documents",
        "aid_distributions",
    ]
    assert collapsed == inlines[4:]


def test_sources_are_put_away_once_there_are_some(staff_client):
    meeting = MeetingFactory()
    SourceFactory(meeting=meeting)

    response = staff_client.get(change_page(meeting))

    [sources] = [
        one
        for one in response.context["inline_admin_formsets"]
        if one.formset.prefix == "sources"
    ]
    assert sources.is_collapsible


def test_add_stores_a_draft_of_whoever_entered_it(staff_client, staff, facts):
    response = staff_client.post(ADD, sent(staff_client, ADD, **facts))

    meeting = Meeting.objects.get()
    assert (response.status_code, response.url) == (302, LIST)
    assert meeting.publication == Publication.DRAFT
    assert meeting.created_by == staff
    assert meeting.slug == "2022-01-12-national"
    assert list(Meeting.objects.search("التشاورى")) == [meeting]
    assert DataVersion.current() == 0


def test_attendance_has_a_row_for_each_category_in_use(staff_client, facts):
    categories = [ParticipantCategoryFactory(order=order) for order in (2, 1)]
    ParticipantCategoryFactory(is_active=False)

    response = staff_client.get(ADD)
    data = form_data(response, "meeting_form")

    assert data["attendances-TOTAL_FORMS"] == ["2"]
    assert [data[f"attendances-{row}-category"] for row in (0, 1)] == [
        [str(categories[1].pk)],
        [str(categories[0].pk)],
    ]
    assert categories[0].name_ar in response.content.decode()


def test_attendance_stores_the_rows_that_hold_a_number(staff_client, facts):
    none, some = (
        ParticipantCategoryFactory(order=1),
        ParticipantCategoryFactory(order=2),
    )
    ParticipantCategoryFactory(order=3)
    data = sent(staff_client, ADD, **facts)
    data["attendances-0-present"] = ["0"]
    data["attendances-1-invited"] = ["40"]

    staff_client.post(ADD, data)

    rows = Attendance.objects.values_list("category", "invited", "present")
    assert list(rows) == [(none.pk, None, 0), (some.pk, 40, None)]


def test_attendance_of_a_category_is_mended(staff_client):
    counted = AttendanceFactory(present=5, category__order=1)
    other = AttendanceFactory(meeting=counted.meeting, present=7, category__order=2)
    data = sent(staff_client, change_page(counted.meeting), **NOTE)
    data["attendances-0-present"] = [""]

    staff_client.post(change_page(counted.meeting), data)

    counted.refresh_from_db()
    other.refresh_from_db()
    assert (counted.present, other.present) == (None, 7)
    assert [row.history.count() for row in (counted, other)] == [2, 1]


def test_attendance_offers_the_categories_that_a_meeting_has_no_row_of(staff_client):
    recorded = AttendanceFactory(present=5, category__order=1)
    missing = ParticipantCategoryFactory(order=2)

    data = form_data(staff_client.get(change_page(recorded.meeting)), "meeting_form")

    assert data["attendances-TOTAL_FORMS"] == ["2"]
    assert data["attendances-0-category"] == [str(recorded.category_id)]
    assert data["attendances-1-category"] == [str(missing.pk)]


def test_change_of_a_published_meeting_dates_the_record(staff_client):
    meeting = MeetingFactory()
    data = sent(staff_client, change_page(meeting), title_ar="لقاء بركان", **NOTE)

    staff_client.post(change_page(meeting), data)

    assert list(Meeting.objects.search("بركان")) == [meeting]
    assert DataVersion.current() == 1


def test_participation_keeps_its_office_of_that_day(staff_client, facts):
    category, office = ParticipantCategoryFactory(), OfficeFactory()
    person, organisation = PersonFactory(), OrganisationFactory()
    data = sent(staff_client, ADD, **facts)
    data.add_row(
        "participations",
        category=category.pk,
        capacity="chair",
        person=person.pk,
        office=office.pk,
        organisation=organisation.pk,
        office_stated_ar="والي جهة الشرق",
        order=0,
    )

    staff_client.post(ADD, data)

    row = Participation.objects.get()
    assert (row.category, row.capacity, row.person) == (category, "chair", person)
    assert (row.office, row.organisation) == (office, organisation)
    assert row.office_stated_ar == "والي جهة الشرق"


# What is wrong, each with what was typed still there


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"ends_on": "11/01/2022"}, "The last day is before the first day."),
        (
            {"date_precision": "unknown"},
            "Give the first day (or the last), or set the precision of the date to "
            "“unknown”.",
        ),
        (
            {"date_basis": "inferred"},
            "Say in the note on the date how it was inferred.",
        ),
        (
            {"starts_at": "11:00", "ends_at": "10:00"},
            "The end time is before the start time.",
        ),
        (
            {"stated_total": "90"},
            "Give the stated total together with its unit.",
        ),
        (
            {"order_in_series": "6"},
            "An order in the series needs the series, and the basis of the order.",
        ),
    ],
)
@pytest.mark.parametrize("language", ["ar", "fr", "en"])
def test_constraint_is_told_and_nothing_lost(
    staff_client, facts, typed, message, language
):
    page = ADD if language == "ar" else f"/{language}{ADD}"
    data = sent(staff_client, page, **facts, **typed)
    data.add_row("agenda_items", kind="speech", title_ar="كلمة الافتتاح", order=0)

    response = staff_client.post(page, data)

    with translation.override(language):
        told = [error.message for error in response.context["stated_errors"]]
        assert told == [translation.gettext(message)]
        for error in response.context["stated_errors"]:
            assert error.field
            assert error.anchor.removeprefix("id_") in data
    assert re.search(r'aria-invalid="true"', response.text)
    assert form_data(response, "meeting_form") == data
    assert not Meeting.objects.exists()


def test_order_taken_in_the_series_is_told(staff_client, facts):
    series = MeetingSeriesFactory()
    MeetingFactory(series=series, order_in_series=6, order_basis="stated")
    order = {"series": series.pk, "order_in_series": 6, "order_basis": "stated"}
    data = sent(staff_client, ADD, **facts, **order)

    response = staff_client.post(ADD, data)

    [error] = response.context["stated_errors"]
    assert error.message == translation.gettext(
        "Another meeting has this order in the series."
    )
    assert form_data(response, "meeting_form") == data
    assert Meeting.objects.count() == 1


def test_second_meeting_of_a_region_is_told(staff_client, facts):
    series = MeetingSeriesFactory(one_per_region=True)
    region = RegionFactory(oriental=True)
    DatedMeetingFactory(series=series, region=region, title_ar="لقاء وجدة")
    data = sent(staff_client, ADD, **facts, series=series.pk, region=region.pk)

    response = staff_client.post(ADD, data)

    [error] = response.context["stated_errors"]
    assert "لقاء وجدة (2022-01-12-oriental)" in error.message
    assert Meeting.objects.count() == 1


def test_province_of_another_region_is_told(staff_client, facts):
    region, elsewhere = RegionFactory(oriental=True), ProvinceFactory(name_ar="العيون")
    data = sent(staff_client, ADD, **facts, region=region.pk, provinces=elsewhere.pk)

    response = staff_client.post(ADD, data)

    [error] = response.context["stated_errors"]
    assert "العيون" in error.message
    assert form_data(response, "meeting_form") == data
    assert not Meeting.objects.exists()


def test_row_that_is_wrong_is_named(staff_client, facts):
    ParticipantCategoryFactory(order=1)
    category = ParticipantCategoryFactory(order=2, name_ar="الجمعيات")
    person = PersonFactory()
    data = sent(staff_client, ADD, **facts)
    data["attendances-1-present"], data["attendances-1-women"] = ["5"], ["6"]
    right = {"category": category.pk, "capacity": "chair", "order": 0}
    data.add_row("participations", **right)
    data.add_row("participations", **right)
    data.add_row("participations", **right, person=person.pk, on_behalf_of=person.pk)
    data.add_row("sources", kind="press_report", publisher="زنقة 20", order=0)

    response = staff_client.post(f"/en{ADD}", data)

    assert [
        (error.place, error.field) for error in response.context["stated_errors"]
    ] == [
        ("Participations, row 3", "Person, On behalf of"),
        (f"Attendance, row 2 ({category.name_en})", "Present, Women among them"),
        ("Sources, row 1", "Address, Site"),
    ]
    assert "Participations, row 3" in response.content.decode()
    assert form_data(response, "meeting_form") == data
    assert not Meeting.objects.exists()


def test_short_name_of_a_source_given_twice_is_told(staff_client, facts):
    data = sent(staff_client, ADD, **facts)
    for _number in range(2):
        data.add_row(
            "sources",
            kind="press_report",
            publisher="زنقة 20",
            site="example.org",
            key="zanka20",
            language="ar",
            date_precision="day",
            order=0,
        )

    response = staff_client.post(ADD, data)

    [error] = response.context["stated_errors"]
    assert error.anchor == "id_sources-1-key"
    assert not Meeting.objects.exists()


def test_source_of_another_record_is_told(staff_client):
    meeting, elsewhere = MeetingFactory(), SourceFactory(meeting=MeetingFactory())
    data = sent(staff_client, change_page(meeting), **NOTE)
    data.add_row(
        "participations",
        category=ParticipantCategoryFactory().pk,
        capacity="chair",
        order=0,
        source=elsewhere.pk,
    )

    response = staff_client.post(change_page(meeting), data)

    [error] = response.context["stated_errors"]
    assert str(elsewhere.meeting) in error.message
    assert not Participation.objects.exists()


def test_title_of_a_published_meeting_cannot_be_taken_away(staff_client):
    meeting = MeetingFactory(title_fr="Rencontre")
    data = sent(staff_client, change_page(meeting), title_ar="", **NOTE)

    response = staff_client.post(change_page(meeting), data)

    assert len(response.context["stated_errors"]) == 1
    meeting.refresh_from_db()
    assert meeting.title_ar == "لقاء"


def test_retired_terms_are_refused_for_a_new_record_and_kept_on_an_old_one(
    staff_client, facts
):
    retired = MeetingTypeFactory(is_active=False)
    old = MeetingFactory(type=retired)

    new = staff_client.post(
        ADD, sent(staff_client, ADD, **facts | {"type": retired.pk})
    )
    kept = staff_client.post(
        change_page(old), sent(staff_client, change_page(old), slogan="جسر", **NOTE)
    )

    assert [error.field for error in new.context["stated_errors"]] == ["نوع اللقاء"]
    assert kept.status_code == 302
    old.refresh_from_db()
    assert (old.type, old.slogan) == (retired, "جسر")


# Hostile input


@pytest.mark.parametrize(
    "text",
    [
        "</script><script>alert(1)</script>",
        "100 %s %(x)s",
        "\u202e\u2066\u200f",
        "م" * 1_000_000,
    ],
    ids=["script", "percent", "bidi", "megabyte"],
)
def test_hostile_text_is_stored_as_it_is(staff_client, facts, text):
    staff_client.post(ADD, sent(staff_client, ADD, **facts, summary_ar=text))

    meeting = Meeting.objects.get()
    assert meeting.summary_ar == text
    page = staff_client.get(change_page(meeting)).content.decode()
    assert "<script>alert" not in page


@pytest.mark.parametrize("name", ["title_ar", "summary_ar", "venue_note", "note"])
def test_nul_is_told(staff_client, facts, name):
    data = sent(staff_client, ADD, **facts | {name: "أ\x00ب"})

    response = staff_client.post(ADD, data)

    assert len(response.context["stated_errors"]) == 1
    assert not Meeting.objects.exists()


def test_half_characters_are_told(facts):
    form_class = modelform_factory(
        Meeting, form=MeetingAdminForm, fields=["title_ar", "type", "note"]
    )

    form = form_class({"title_ar": "لقاء", "type": facts["type"], "note": "\ud800"})

    assert "note" in form.errors


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("starts_on", "30/02/2022"),
        ("starts_at", "25:00"),
        ("stated_total", "9" * 30),
        ("stated_total", "-1"),
        ("title_ar", "م" * 301),
        ("region", "abc"),
        ("region", "9" * 30),
        ("provinces", "abc"),
        ("type", "abc"),
    ],
)
def test_impossible_value_is_told(staff_client, facts, name, value):
    data = sent(staff_client, ADD, **facts | {name: value})

    response = staff_client.post(ADD, data)

    label = Meeting._meta.get_field(name).verbose_name
    assert str(label) in {error.field for error in response.context["stated_errors"]}
    assert not Meeting.objects.exists()


@pytest.mark.parametrize("typed", ["مائة", "1 50", "1,5", "12 شخصا"])
def test_number_that_cannot_be_read_is_told_and_kept(staff_client, facts, typed):
    typed_in = {"stated_total": typed, "stated_total_unit": "participants"}
    data = sent(staff_client, ADD, **facts, **typed_in)

    response = staff_client.post(ADD, data)

    [error] = response.context["stated_errors"]
    assert (error.anchor, typed in error.message) == ("id_stated_total", True)
    assert form_data(response, "meeting_form") == data
    assert not Meeting.objects.exists()


def test_number_may_be_typed_as_pages_print_it(staff_client, facts):
    typed_in = {"stated_total": "١٬٥٠٠", "stated_total_unit": "visitors"}

    staff_client.post(ADD, sent(staff_client, ADD, **facts, **typed_in))

    assert Meeting.objects.get().stated_total == 1500


def test_lines_are_kept_as_they_are_whatever_ends_them(staff_client):
    meeting = MeetingFactory(
        draft=True, summary_ar="سطر\nسطر", objectives_ar="هدف\nهدف"
    )
    data = sent(staff_client, change_page(meeting), venue_ar="مقر الولاية")
    for name in ("summary_ar", "objectives_ar"):
        data[name] = [data[name][0].replace("\n", "\r\n")]

    staff_client.post(change_page(meeting), data)

    meeting.refresh_from_db()
    assert (meeting.summary_ar, meeting.venue_ar) == ("سطر\nسطر", "مقر الولاية")
    [entry] = LogEntry.objects.all()
    assert json.loads(entry.change_message) == [
        {"changed": {"fields": ["Venue (Arabic)"]}}
    ]


def test_source_is_not_deleted_while_a_row_of_the_page_is_given_it(staff_client):
    meeting = MeetingFactory()
    source = SourceFactory(meeting=meeting)
    item = AgendaItemFactory(meeting=meeting)
    page = f"/en{change_page(meeting)}"
    data = sent(
        staff_client,
        page,
        **{"sources-0-DELETE": "on", "agenda_items-0-source": source.pk},
        **NOTE,
    )

    response = staff_client.post(page, data)

    assert [
        (error.place, error.field, error.message)
        for error in response.context["stated_errors"]
    ] == [
        (
            f"Agenda, row 1 ({item})",
            "Source",
            "You delete this on the same page. Keep it, or choose another here.",
        )
    ]
    assert Source.objects.get() == source


@pytest.mark.parametrize("value", ["abc", "9" * 30, "-1", "1%00", "1,x"])
def test_address_that_suggests_nonsense_is_passed_over(staff_client, value):
    response = staff_client.get(f"{ADD}?region={value}&provinces={value}&type={value}")

    assert response.status_code == 200


@pytest.mark.parametrize("name", ["q", "state__exact", "region__id__exact", "mine"])
def test_list_refuses_nul(staff_client, name):
    response = staff_client.get(LIST, {name: "\x00"}, follow=True)

    assert (
        response.redirect_chain
        == [(f"{LIST}?e=1", 302), (LIST, 302)][: len(response.redirect_chain)]
    )
    assert response.status_code == 200


# What has a page of its own


def test_children_are_listed_with_links_that_come_back(staff_client):
    meeting = MeetingFactory()
    expectation = ExpectationFactory(meeting=meeting, text_ar="دعم الجمعيات")
    commitment = CommitmentFactory(meeting=meeting)
    agreement = AgreementStepFactory(meeting=meeting).agreement
    AgreementStepFactory(meeting=meeting, agreement=agreement, kind="approved")
    ExpectationFactory()

    groups = staff_client.get(change_page(meeting)).context["children"]

    back = f"?_return={change_page(meeting)}".replace("/", "%2F")
    assert {
        group["word"]: [row["url"] for row in group["rows"]] for group in groups
    } == {
        "expectation": [
            f"/admin/consultations/expectation/{expectation.pk}/change/{back}"
        ],
        "commitment": [
            f"/admin/consultations/commitment/{commitment.pk}/change/{back}"
        ],
        "agreement": [
            f"/admin/consultations/partnershipagreement/{agreement.pk}/change/{back}"
        ],
        "progress": [],
        "correction": [],
    }


def test_button_saves_the_meeting_and_goes_on_to_a_new_expectation(staff_client, facts):
    data = sent(staff_client, ADD, **facts, _add_child="expectation")

    response = staff_client.post(ADD, data, follow=True)

    meeting = Meeting.objects.get()
    form = form_data(response, "expectation_form")
    assert form["meeting"] == [str(meeting.pk)]
    address = response.redirect_chain[-1][0]
    saved = staff_client.post(address, form | {"text_ar": ["دعم الجمعيات"]})
    assert saved.url == change_page(meeting)
    assert [one.text_ar for one in meeting.expectations.all()] == ["دعم الجمعيات"]


# The next meeting of a series


@pytest.fixture
def old_meeting():
    """The sixth meeting of a series, with a fact in every place that has one."""
    old = DatedMeetingFactory(
        series=MeetingSeriesFactory(),
        order_in_series=6,
        order_basis="stated",
        order_note="السادس",
        region=RegionFactory(),
        title_ar="لقاء وجدة",
        title_fr="Rencontre d’Oujda",
        city_ar="وجدة",
        summary_ar="ملخص\nفي سطرين",
        objectives_fr="Écouter",
        mode="hybrid",
        coverage="partial",
        coverage_note="خبر قصير",
        date_note="من العنوان",
        agreements_reported=2,
        stated_total=90,
        stated_total_unit="participants",
        is_official_summary=True,
        note="ملاحظة",
    )
    old.themes.add(ThemeFactory())
    source = SourceFactory(meeting=old)
    DocumentFactory(meeting=old)
    AgendaItemFactory(meeting=old, title_ar="كلمة الافتتاح")
    AttendanceFactory(meeting=old, present=40)
    ParticipationFactory(
        meeting=old,
        capacity="chair",
        person=PersonFactory(),
        office=OfficeFactory(),
        organisation=OrganisationFactory(),
        office_stated_ar="والي جهة الشرق",
        description_ar="رؤساء المجالس",
        source=source,
    )
    return old


def test_save_as_new_leaves_the_facts_of_the_old_meeting_behind(
    staff_client, staff, old_meeting
):
    old, next_region = old_meeting, RegionFactory(oriental=True)
    data = sent(
        staff_client,
        change_page(old),
        _saveasnew="1",
        order_in_series=7,
        region=next_region.pk,
        starts_on="15/01/2022",
    )

    response = staff_client.post(change_page(old), data)

    copy = Meeting.objects.latest("pk")
    assert response.url == change_page(copy)
    assert copy.slug == "2022-01-15-oriental"
    assert (copy.publication, copy.published_at) == (Publication.DRAFT, None)
    assert copy.created_by == staff
    carried = ("series", "type", "title_ar", "city_ar", "state", "language")
    assert {name: getattr(copy, name) for name in carried} == {
        name: getattr(old, name) for name in carried
    }
    assert (copy.order_in_series, copy.order_basis) == (7, "stated")
    empty = Meeting()
    left = ("title_fr", "order_note", "summary_ar", "objectives_fr", "mode")
    left += ("coverage", "coverage_note", "date_note", "agreements_reported", "note")
    left += ("stated_total", "stated_total_unit", "is_official_summary")
    assert {name: getattr(copy, name) for name in left} == {
        name: getattr(empty, name) for name in left
    }
    assert not copy.themes.exists()
    [row], [old_row] = copy.participations.all(), old.participations.all()
    carried = ("category", "capacity", "person", "office", "organisation")
    assert [getattr(row, name) for name in carried] == [
        getattr(old_row, name) for name in carried
    ]
    assert (row.source, row.office_stated_ar, row.description_ar) == (None, "", "")
    for parts in ("attendances", "agenda_items", "sources", "documents"):
        assert not getattr(copy, parts).exists()
        assert getattr(old, parts).count() == 1
    old.refresh_from_db()
    assert old.is_published


def test_save_as_new_says_what_is_to_be_checked(staff_client, old_meeting):
    data = sent(staff_client, change_page(old_meeting), _saveasnew="1")
    data.type_in(starts_on="15/01/2022", title_ar="لقاء بركان")

    response = staff_client.post(f"/en{change_page(old_meeting)}", data)

    assert str(next(iter(get_messages(response.wsgi_request)))) == (
        "Taken over from “لقاء وجدة”, to be checked: series, type of meeting, region, "
        "city (Arabic), state, language of the notes, participations (1). "
        "Everything else of it was left out."
    )


def test_save_as_new_keeps_what_was_typed_before_it_was_pressed(
    staff_client, old_meeting
):
    page = change_page(old_meeting)
    data = sent(staff_client, page, _saveasnew="1", starts_on="15/01/2022")
    data.type_in(summary_ar="ملخص جديد", title_fr="Rencontre de Berkane")
    data["attendances-0-present"] = ["30"]
    data["sources-0-publisher"] = ["جريدة أخرى"]
    data.add_row("agenda_items", kind="debate", title_ar="نقاش")
    data.add_row(
        "sources", kind="press_report", publisher="زنقة 20", site="zanka20.com"
    )

    staff_client.post(page, data)

    copy = Meeting.objects.latest("pk")
    assert (copy.summary_ar, copy.title_fr) == ("ملخص جديد", "Rencontre de Berkane")
    assert [row.present for row in copy.attendances.all()] == [30]
    assert [row.title_ar for row in copy.agenda_items.all()] == ["نقاش"]
    assert {row.publisher for row in copy.sources.all()} == {"جريدة أخرى", "زنقة 20"}
    assert [row.publisher for row in old_meeting.sources.all()] == ["جريدة"]
    assert [row.present for row in old_meeting.attendances.all()] == [40]


def test_save_as_new_without_a_date_is_told_and_keeps_what_was_typed(
    staff_client, old_meeting
):
    page = change_page(old_meeting)
    data = sent(staff_client, page, _saveasnew="1", title_ar="لقاء بركان")
    data.add_row(
        "sources", kind="press_report", publisher="زنقة 20", site="zanka20.com"
    )

    refused = staff_client.post(page, data)
    again = form_data(refused, "meeting_form")
    again.type_in(starts_on="15/01/2022", summary_ar="ملخص", _saveasnew="1")
    staff_client.post(page, again)

    assert len(refused.context["stated_errors"]) == 1
    assert "None" not in spoken_in(refused.text)
    copy = Meeting.objects.latest("pk")
    assert (copy.title_ar, copy.summary_ar) == ("لقاء بركان", "ملخص")
    assert [row.publisher for row in copy.sources.all()] == ["زنقة 20"]
    assert Meeting.objects.count() == 2


def test_save_as_new_with_an_order_that_is_taken_is_told(staff_client, old_meeting):
    DatedMeetingFactory(
        series=old_meeting.series, order_in_series=7, order_basis="stated"
    )
    data = sent(staff_client, change_page(old_meeting), _saveasnew="1")
    data.type_in(order_in_series=7, starts_on="15/01/2022")

    response = staff_client.post(change_page(old_meeting), data)

    assert len(response.context["stated_errors"]) == 1
    assert Meeting.objects.count() == 2


# Lists


def test_list_tells_what_each_record_has(staff_client):
    known = DatedMeetingFactory(summary_ar="ملخص", summary_fr="Résumé")
    AttendanceFactory(meeting=known, present=10)
    AttendanceFactory(meeting=known, present=5)
    ParticipationFactory(meeting=known)
    ParticipationFactory(meeting=known)
    agreement = AgreementStepFactory(meeting=known).agreement
    AgreementStepFactory(meeting=known, agreement=agreement, kind="approved")
    unknown = DatedMeetingFactory(undated=True, draft=True)

    cl = staff_client.get(f"/en{LIST}").context["cl"]

    with translation.override("en"):
        told = {
            meeting: (
                cl.model_admin.when(meeting),
                meeting.people_present,
                meeting.agreements_recorded,
            )
            for meeting in cl.result_list
        }
    assert told == {
        known: ("12 January 2022", 15, 1),
        unknown: ("date not stated", None, 0),
    }


@pytest.mark.parametrize(
    ("precision", "first", "last", "shown"),
    [
        ("day", "2023-01-17", "2023-01-19", "17 janvier 2023 – 19 janvier 2023"),
        ("day", "2023-01-17", None, "17 janvier 2023"),
        ("month", "2023-01-01", None, "janvier 2023"),
        ("year", "2023-01-01", None, "2023"),
        ("day", None, "2023-01-19", "jusqu’au 19 janvier 2023"),
    ],
)
def test_list_shows_a_date_as_precise_as_it_is_known(
    staff_client, precision, first, last, shown
):
    MeetingFactory(
        date_precision=precision,
        starts_on=first and datetime.date.fromisoformat(first),
        ends_on=last and datetime.date.fromisoformat(last),
    )

    cl = staff_client.get(f"/fr{LIST}").context["cl"]

    with translation.override("fr"):
        [meeting] = cl.result_list
        assert cl.model_admin.when(meeting) == shown


def test_list_finds_a_meeting_by_its_last_day_and_the_undated(staff_client):
    DatedMeetingFactory(title_ar="day")
    DatedMeetingFactory(
        title_ar="last", starts_on=None, ends_on=datetime.date(2023, 1, 19)
    )
    DatedMeetingFactory(title_ar="undated", undated=True)

    offered = staff_client.get(f"/en{LIST}")
    found = {
        year: [
            meeting.title_ar
            for meeting in staff_client.get(f"/en{LIST}", {"sorts_on__year": year})
            .context["cl"]
            .result_list
        ]
        for year in (1, 2022, 2023)
    }

    assert found == {1: ["undated"], 2022: ["day"], 2023: ["last"]}
    years = re.findall(r'href="\?sorts_on__year=(\d+)">([^<]+)<', offered.text)
    assert years == [("1", "date not stated"), ("2022", "2022"), ("2023", "2023")]
    undated = staff_client.get(f"/en{LIST}", {"sorts_on__year": 1}).text
    assert re.search(r'<nav class="toplinks.*?</nav>', undated, re.DOTALL)[0].count(
        "date not stated"
    )
    assert "0001" not in undated


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("with_agreements=yes", ["with"]),
        ("with_agreements=no", ["without"]),
        ("without_summary=fr", ["without", "with"]),
        ("without_summary=ar", ["without"]),
        ("with_agreements=perhaps", ["without", "with"]),
        ("without_summary=es", ["without", "with"]),
    ],
)
def test_list_filters(staff_client, query, found):
    AgreementStepFactory(meeting=MeetingFactory(title_ar="with", summary_ar="ملخص"))
    MeetingFactory(title_ar="without")

    cl = staff_client.get(f"{LIST}?{query}").context["cl"]

    assert [meeting.title_ar for meeting in cl.result_list] == found


def test_list_offers_the_regions_of_the_reader(staff_client, staff):
    mine, other = RegionFactory(), RegionFactory()
    meeting = MeetingFactory(region=mine)
    MeetingFactory(region=other)

    without = staff_client.get(f"{LIST}?mine=yes").context["cl"]
    staff.regions.add(mine)
    with_region = staff_client.get(f"{LIST}?mine=yes").context["cl"]

    assert without.result_count == 2
    assert list(with_region.result_list) == [meeting]


def test_add_suggests_the_one_region_of_the_reader(staff_client, staff):
    region = RegionFactory()
    staff.regions.add(region)

    one = form_data(staff_client.get(ADD), "meeting_form")
    staff.regions.add(RegionFactory())
    two = form_data(staff_client.get(ADD), "meeting_form")

    assert one["region"] == [str(region.pk)]
    assert two["region"] == [""]


def test_search_folds(staff_client):
    meeting = MeetingFactory(region=RegionFactory(oriental=True))
    MeetingFactory()

    cl = staff_client.get(LIST, {"q": "جهه الشّرق"}).context["cl"]

    assert list(cl.result_list) == [meeting]


# Queries


@pytest.mark.parametrize("count", [1, 3, 50])
def test_list_asks_the_same_number_of_queries(
    staff_client, count, django_assert_num_queries
):
    series, region, kind = MeetingSeriesFactory(), RegionFactory(), MeetingTypeFactory()
    for _number in range(count):
        meeting = MeetingFactory(series=series, region=region, type=kind)
        ParticipationFactory(meeting=meeting)
        AgreementStepFactory(meeting=meeting)
    assert Region.objects.count() == 1

    with django_assert_num_queries(21):
        response = staff_client.get(LIST)

    assert response.context["cl"].result_count == count


@pytest.mark.parametrize("count", [1, 30])
def test_form_asks_the_same_number_of_queries(
    staff_client, count, django_assert_num_queries
):
    meeting = MeetingFactory(region=RegionFactory())
    for _number in range(3):
        ParticipationFactory(
            meeting=meeting,
            person=PersonFactory(),
            office=OfficeFactory(),
            organisation=OrganisationFactory(),
        )
    for _number in range(count - 1):
        ParticipationFactory(person=PersonFactory())
        ExpectationFactory()

    ContentType.objects.get_for_model(Meeting)  # kept from then on

    with django_assert_num_queries(34):
        response = staff_client.get(change_page(meeting))

    assert response.status_code == 200


def test_meeting_of_a_day_to_come_is_not_held(staff_client, clock):
    data = form_data(staff_client.get(ADD), "meeting_form")
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    data.type_in(
        title_ar="لقاء",
        type=MeetingTypeFactory().pk,
        state="held",
        starts_on=tomorrow.isoformat(),
        date_precision="day",
    )

    refused = staff_client.post(ADD, data)
    errors = refused.context["adminform"].form.errors
    data.type_in(state="announced")
    staff_client.post(ADD, data)

    assert "state" in errors
    assert Meeting.objects.get().state == "announced"
