"""Two people have the page of a record open at once, and both save it."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from consultations.models import AgendaItem, Attendance, Meeting
from tests.factories.accounts import UserFactory
from tests.factories.consultations import (
    AgendaItemFactory,
    AttendanceFactory,
    MeetingFactory,
    PartnershipAgreementFactory,
    ThemeFactory,
)
from tests.factories.regions import RegionFactory
from tests.factories.stakeholders import OrganisationFactory, ParticipantCategoryFactory
from tests.forms import form_data

pytestmark = pytest.mark.django_db


def signed_in(first_name):
    client = Client()
    client.force_login(UserFactory(first_name=first_name, last_name=""))
    return client


@pytest.fixture
def amina():
    """She opens the page first and saves it second."""
    return signed_in("Amina")


@pytest.fixture
def brahim():
    return signed_in("Brahim")


@pytest.fixture
def meeting():
    return MeetingFactory(draft=True, title_ar="لقاء وجدة", city_ar="وجدة")


def page(thing, prefix=""):
    model = f"{thing._meta.app_label}_{thing._meta.model_name}"
    with translation.override("ar"):
        return prefix + reverse(f"admin:{model}_change", args=[thing.pk])


def opened(client, thing, **typed):
    """Return the form as ``client`` sees it now, with ``typed`` typed in."""
    data = form_data(client.get(page(thing)), f"{thing._meta.model_name}_form")
    data.type_in(**typed)
    return data


def saved(client, thing, data):
    response = client.post(page(thing), data)
    assert response.status_code == 302, response.context.get("stated_errors")
    thing.refresh_from_db()


def shown(response):
    """Return what the page of a conflict shows, place by place."""
    assert response.status_code == 409
    return {
        one.name: (one.before, one.mine, one.theirs, one.choice)
        for one in response.context["comparison"].differences
    }


def chosen(response, choice="", **choices):
    """Return what the page of a conflict sends: ``choice`` wherever it asks for one."""
    data = form_data(response, "conflict_form")
    for one in response.context["comparison"].asked:
        if choice:
            data[one.input_name] = [choice]
    data.type_in(**{f"_choice-{name}": value for name, value in choices.items()})
    return data


# Fields


def test_second_saver_sees_what_both_did_and_nothing_is_saved(amina, brahim, meeting):
    mine = opened(amina, meeting, title_ar="لقاء وجدة الأول")
    saved(brahim, meeting, opened(brahim, meeting, title_ar="لقاء وجدة الثاني"))

    response = amina.post(page(meeting), mine)

    assert shown(response) == {
        "title_ar": ("لقاء وجدة", "لقاء وجدة الأول", "لقاء وجدة الثاني", "")
    }
    moment = meeting.history.first().history_date
    assert response.context["savers"] == [("Brahim", moment)]
    assert "Brahim" in response.text
    meeting.refresh_from_db()
    assert meeting.title_ar == "لقاء وجدة الثاني"
    assert meeting.history.count() == 2


@pytest.mark.parametrize(
    ("choice", "title", "saver"),
    [("mine", "لقاء الأول", "Amina"), ("theirs", "لقاء الثاني", "Brahim")],
)
def test_what_is_chosen_is_saved(amina, brahim, meeting, choice, title, saver):
    mine = opened(amina, meeting, title_ar="لقاء الأول")
    saved(brahim, meeting, opened(brahim, meeting, title_ar="لقاء الثاني"))
    response = amina.post(page(meeting), mine)

    saved(amina, meeting, chosen(response, choice))

    assert meeting.title_ar == title
    assert meeting.history.first().history_user.first_name == saver


@pytest.mark.parametrize(
    ("choice", "title"), [("mine", "لقاء الأول"), ("theirs", "لقاء الثاني")]
)
def test_one_button_chooses_everywhere(amina, brahim, meeting, choice, title):
    mine = opened(amina, meeting, title_ar="لقاء الأول", venue_ar="قاعة")
    saved(brahim, meeting, opened(brahim, meeting, title_ar="لقاء الثاني"))
    data = chosen(amina.post(page(meeting), mine))
    data.type_in(_choose_all=choice)

    saved(amina, meeting, data)

    assert (meeting.title_ar, meeting.venue_ar) == (title, "قاعة")


def test_without_a_choice_the_page_asks_again(amina, brahim, meeting):
    mine = opened(amina, meeting, title_ar="لقاء الأول", venue_ar="قاعة")
    saved(brahim, meeting, opened(brahim, meeting, title_ar="لقاء الثاني"))
    data = chosen(amina.post(page(meeting), mine), venue_ar="theirs")

    response = amina.post(page(meeting), data)

    assert response.context["is_incomplete"]
    assert [one[3] for one in shown(response).values()] == ["", "theirs"]
    meeting.refresh_from_db()
    assert meeting.title_ar == "لقاء الثاني"
    saved(amina, meeting, chosen(response, "mine"))
    assert (meeting.title_ar, meeting.venue_ar) == ("لقاء الأول", "")


def test_what_only_one_changed_is_put_together_and_told(amina, brahim, meeting):
    mine = opened(amina, meeting, venue_ar="قاعة الجهة")
    saved(brahim, meeting, opened(brahim, meeting, title_ar="لقاء بركان"))

    response = amina.post(page(meeting), mine)

    assert shown(response) == {
        "title_ar": ("لقاء وجدة", "لقاء وجدة", "لقاء بركان", "theirs"),
        "venue_ar": ("", "قاعة الجهة", "", "mine"),
    }
    assert response.context["comparison"].asked == []
    assert "لم يغيّر هذا الموضع سوى Brahim." in response.text
    assert "<bdi>Brahim</bdi>" in response.text
    saved(amina, meeting, chosen(response))
    assert (meeting.title_ar, meeting.venue_ar) == ("لقاء بركان", "قاعة الجهة")


def test_the_same_change_and_none_are_no_conflict(amina, brahim, meeting):
    mine = opened(amina, meeting, title_ar="لقاء بركان")
    saved(brahim, meeting, opened(brahim, meeting, title_ar="لقاء بركان"))

    saved(amina, meeting, mine)

    assert meeting.title_ar == "لقاء بركان"


def test_a_third_saver_in_between_is_shown_too(amina, brahim, meeting):
    chafik = signed_in("Chafik")
    mine = opened(amina, meeting, title_ar="لقاء الأول", venue_ar="قاعة")
    saved(brahim, meeting, opened(brahim, meeting, title_ar="لقاء الثاني"))
    first = amina.post(page(meeting), mine)
    saved(chafik, meeting, opened(chafik, meeting, title_ar="لقاء الثالث"))

    second = amina.post(page(meeting), chosen(first, "mine"))

    assert shown(second) == {
        "title_ar": ("لقاء الثاني", "لقاء الأول", "لقاء الثالث", ""),
        "venue_ar": ("", "قاعة", "", "mine"),
    }
    assert [name for name, _date in second.context["savers"]] == ["Chafik"]
    saved(amina, meeting, chosen(second, "mine"))
    assert (meeting.title_ar, meeting.venue_ar) == ("لقاء الأول", "قاعة")


def test_chosen_values_are_read_in_words(amina, brahim, meeting):
    old, new, other = (ThemeFactory(name_ar=name) for name in ("ماء", "صحة", "تعليم"))
    meeting.themes.add(old)
    mine = opened(amina, meeting)
    mine["themes"] = [str(old.pk), str(new.pk)]
    theirs = opened(brahim, meeting)
    theirs["themes"] = [str(other.pk)]
    saved(brahim, meeting, theirs)

    response = amina.post(page(meeting), mine)

    [(before, i, they, choice)] = shown(response).values()
    assert (before, they, choice) == ("ماء", "تعليم", "")
    assert "صحة" in i
    saved(amina, meeting, chosen(response, "theirs"))
    assert list(meeting.themes.all()) == [other]


def test_a_page_of_unknown_age_overwrites_nothing(amina, meeting):
    data = opened(amina, meeting, title_ar="لقاء بركان")
    for version in ("", "x;y:1.2", "99999999999999999999", ";agenda_items:1.x"):
        response = amina.post(page(meeting), data | {"_version": [version]})

        assert shown(response)["title_ar"][2:] == ("لقاء وجدة", "")
    meeting.refresh_from_db()
    assert meeting.title_ar == "لقاء وجدة"


def test_back_to_the_form_shows_the_choices_and_saves_nothing(amina, brahim, meeting):
    mine = opened(amina, meeting, title_ar="لقاء الأول")
    saved(brahim, meeting, opened(brahim, meeting, venue_ar="قاعة"))
    data = chosen(amina.post(page(meeting), mine))
    data.type_in(_to_the_form="1")

    response = amina.post(page(meeting), data)

    assert response.context["is_not_saved"]
    form = form_data(response, "meeting_form")
    assert (form["title_ar"], form["venue_ar"]) == (["لقاء الأول"], ["قاعة"])
    meeting.refresh_from_db()
    assert meeting.title_ar == "لقاء وجدة"
    saved(amina, meeting, form)
    assert (meeting.title_ar, meeting.venue_ar) == ("لقاء الأول", "قاعة")


def test_a_public_note_comes_along(amina, brahim):
    meeting = MeetingFactory(title_ar="لقاء وجدة")
    note = {"correction_what": "العنوان", "correction_why": "خطأ في النقل"}
    mine = opened(amina, meeting, title_ar="لقاء الأول", **note)
    saved(brahim, meeting, opened(brahim, meeting, title_ar="لقاء الثاني", **note))

    saved(amina, meeting, chosen(amina.post(page(meeting), mine), "mine"))

    assert meeting.title_ar == "لقاء الأول"
    assert meeting.corrections.count() == 2


def test_errors_after_a_conflict_keep_what_was_typed(amina, brahim, meeting):
    mine = opened(amina, meeting, title_ar="لقاء الأول", starts_on="غدا")
    saved(brahim, meeting, opened(brahim, meeting, title_ar="لقاء الثاني"))

    response = amina.post(
        page(meeting), chosen(amina.post(page(meeting), mine), "mine")
    )

    assert len(response.context["stated_errors"]) == 1
    form = form_data(response, "meeting_form")
    assert (form["title_ar"], form["starts_on"]) == (["لقاء الأول"], ["غدا"])
    form.type_in(starts_on="12/01/2022", date_precision="day")
    saved(amina, meeting, form)
    assert meeting.title_ar == "لقاء الأول"


# Rows of the parts


@pytest.fixture
def item(meeting):
    return AgendaItemFactory(meeting=meeting, title_ar="كلمة الافتتاح", place_ar="")


def test_a_row_that_both_changed_is_asked_about(amina, brahim, meeting, item):
    mine = opened(amina, meeting, **{"agenda_items-0-title_ar": "كلمة الوالي"})
    theirs = opened(brahim, meeting, **{"agenda_items-0-title_ar": "كلمة الوزيرة"})
    saved(brahim, meeting, theirs)

    response = amina.post(page(meeting), mine)

    assert list(shown(response).values()) == [
        ("كلمة الافتتاح", "كلمة الوالي", "كلمة الوزيرة", "")
    ]
    assert "<bdi>Brahim</bdi>" in response.text
    saved(amina, meeting, chosen(response, "mine"))
    assert meeting.agenda_items.get().title_ar == "كلمة الوالي"


def test_rows_that_each_added_both_stand(amina, brahim, meeting):
    mine, theirs = opened(amina, meeting), opened(brahim, meeting)
    mine.add_row("agenda_items", kind="speech", title_ar="كلمة الوالي", order=1)
    theirs.add_row("agenda_items", kind="speech", title_ar="كلمة الوزيرة", order=2)
    saved(brahim, meeting, theirs)

    response = amina.post(page(meeting), mine)

    assert [
        (bool(one.mine), bool(one.theirs), one.is_settled)
        for one in response.context["comparison"].differences
    ] == [(True, False, True), (False, True, True)]
    saved(amina, meeting, chosen(response))
    assert list(meeting.agenda_items.values_list("title_ar", flat=True)) == [
        "كلمة الوالي",
        "كلمة الوزيرة",
    ]


@pytest.mark.parametrize(("choice", "titles"), [("mine", ["جديد"]), ("theirs", [])])
def test_a_row_that_the_other_deleted_is_asked_about(
    amina, brahim, meeting, item, choice, titles
):
    mine = opened(amina, meeting, **{"agenda_items-0-title_ar": "جديد"})
    theirs = opened(brahim, meeting, **{"agenda_items-0-DELETE": "on"})
    saved(brahim, meeting, theirs)

    response = amina.post(page(meeting), mine)

    [one] = response.context["comparison"].asked
    assert one.by.saver == "Brahim"
    assert "جديد" in one.mine
    saved(amina, meeting, chosen(response, choice))
    assert [row.title_ar for row in meeting.agenda_items.all()] == titles


@pytest.mark.parametrize(("choice", "titles"), [("mine", []), ("theirs", ["جديد"])])
def test_a_row_that_i_delete_and_the_other_changed_is_asked_about(
    amina, brahim, meeting, item, choice, titles
):
    mine = opened(amina, meeting, **{"agenda_items-0-DELETE": "on"})
    saved(
        brahim, meeting, opened(brahim, meeting, **{"agenda_items-0-title_ar": "جديد"})
    )

    response = amina.post(page(meeting), mine)

    [one] = response.context["comparison"].asked
    assert "جديد" in one.theirs
    saved(amina, meeting, chosen(response, choice))
    assert [row.title_ar for row in meeting.agenda_items.all()] == titles


def test_a_row_that_i_alone_delete_is_said_to_be_mine(amina, brahim, meeting, item):
    mine = opened(amina, meeting, **{"agenda_items-0-DELETE": "on"})
    saved(brahim, meeting, opened(brahim, meeting, venue_ar="قاعة الندوات"))

    response = amina.post(page(meeting, "/en"), mine)

    row = response.text.split("<legend>The row</legend>")[1].split("</fieldset>")[0]
    assert "Only you changed this." in row
    assert "Brahim" not in row


def test_rows_keep_their_place_when_others_came_and_went(amina, brahim, meeting, item):
    second = AgendaItemFactory(meeting=meeting, title_ar="الثاني", order=5)
    mine = opened(amina, meeting, **{"agenda_items-1-title_ar": "الثاني معدلا"})
    mine.add_row("agenda_items", kind="speech", title_ar="مني", order=8)
    theirs = opened(brahim, meeting, **{"agenda_items-0-DELETE": "on"})
    theirs.add_row("agenda_items", kind="speech", title_ar="منه", order=9)
    saved(brahim, meeting, theirs)

    response = amina.post(page(meeting), mine)

    assert response.context["comparison"].asked == []
    saved(amina, meeting, chosen(response))
    rows = AgendaItem.objects.filter(meeting=meeting).order_by("order")
    assert [row.title_ar for row in rows] == ["الثاني معدلا", "مني", "منه"]
    assert rows[0].pk == second.pk


def test_the_same_category_counted_by_both_is_one_row(amina, brahim, meeting):
    category = ParticipantCategoryFactory()
    mine = opened(amina, meeting, **{"attendances-0-present": "40"})
    theirs = opened(brahim, meeting, **{"attendances-0-present": "44"})
    saved(brahim, meeting, theirs)

    response = amina.post(page(meeting), mine)

    assert [one[1:] for one in shown(response).values()] == [("40", "44", "")]
    saved(amina, meeting, chosen(response, "mine"))
    row = Attendance.objects.get()
    assert (row.category, row.present) == (category, 40)


# Deleted, other pages, languages


def test_what_was_typed_on_a_deleted_page_opens_a_new_one(amina, brahim, meeting, item):
    mine = opened(amina, meeting, title_ar="لقاء بركان")
    brahim.post(
        page(meeting).replace("/change/", "/delete/"), {"post": "yes"}, follow=True
    )
    assert not Meeting.objects.exists()

    response = amina.post(page(meeting), mine)

    assert response.status_code == 409
    assert "Brahim" in response.text
    assert "لقاء بركان" in response.text
    data = form_data(response, "deleted_form")
    data.type_in(_to_the_form="1")
    form = amina.post(response.context["add_url"], data)
    assert form.context["is_not_saved"]
    assert not Meeting.objects.exists()
    data = form_data(form, "meeting_form")
    assert amina.post(response.context["add_url"], data).status_code == 302
    assert Meeting.objects.get().title_ar == "لقاء بركان"
    assert Meeting.objects.get().agenda_items.get().title_ar == "كلمة الافتتاح"


def test_what_was_typed_is_shown_where_the_record_was_submitted_meanwhile(
    client, meeting, item
):
    meeting.region = RegionFactory()
    meeting.save()
    client.force_login(UserFactory(roles=["regional_editor"], regions=[meeting.region]))
    mine = opened(client, meeting, title_ar="لقاء بركان")
    mine.type_in(**{"agenda_items-0-title_ar": "كلمة الختام"})
    Meeting.objects.update(publication="in_review")

    response = client.post(f"/en{page(meeting)}", mine)

    assert response.status_code == 409
    assert [
        (one.label, one.mine)
        for part in response.context["typed"]
        for one in part.differences
        if one.mine in ("لقاء بركان", "كلمة الختام")
    ] == [("Title (Arabic)", "لقاء بركان"), ("Title (Arabic)", "كلمة الختام")]
    assert "ask a publisher to return it to you" in response.text
    meeting.refresh_from_db()
    assert meeting.title_ar != "لقاء بركان"


def test_what_never_was_is_not_found(amina, meeting):
    data = opened(amina, meeting)
    Meeting.objects.all().delete()
    Meeting.history.all().delete()

    response = amina.post(page(meeting), data)

    assert (response.status_code, response.url) == (302, reverse("admin:index"))


@pytest.mark.parametrize(
    ("factory", "column"),
    [
        (PartnershipAgreementFactory, "title_ar"),
        (OrganisationFactory, "name_ar"),
        (ThemeFactory, "name_ar"),
    ],
)
def test_every_page_is_protected(amina, brahim, factory, column):
    draft = {"draft": True} if factory is PartnershipAgreementFactory else {}
    thing = factory(**{column: "قديم"}, **draft)
    mine = opened(amina, thing, **{column: "الأول"})
    saved(brahim, thing, opened(brahim, thing, **{column: "الثاني"}))

    response = amina.post(page(thing), mine)

    assert list(shown(response).values()) == [("قديم", "الأول", "الثاني", "")]
    saved(amina, thing, chosen(response, "mine"))
    assert getattr(thing, column) == "الأول"


@pytest.mark.parametrize(
    ("prefix", "title"),
    [
        ("", "حفظ شخص آخر هذه الصفحة في هذه الأثناء"),
        ("/fr", "Une autre personne a enregistré cette page entre-temps"),
        ("/en", "Somebody else saved this page meanwhile"),
    ],
)
def test_page_speaks_the_language_of_its_reader(amina, brahim, meeting, prefix, title):
    mine = opened(amina, meeting, title_ar="لقاء الأول")
    saved(brahim, meeting, opened(brahim, meeting, title_ar="لقاء الثاني"))

    response = amina.post(page(meeting, prefix), mine)

    assert f"<h1>{title}</h1>" in response.text


def test_queries_do_not_grow_with_the_rows(
    amina, brahim, meeting, django_assert_max_num_queries
):
    counts = []
    for _round in range(2):
        for number in range(2):
            AgendaItemFactory(meeting=meeting, title_ar=f"كلمة {number}")
            AttendanceFactory(meeting=meeting, present=5)
        mine, theirs = opened(amina, meeting), opened(brahim, meeting)
        for number in range(meeting.agenda_items.count()):
            mine.type_in(**{f"agenda_items-{number}-title_ar": "مني"})
            theirs.type_in(**{f"agenda_items-{number}-title_ar": f"منه {_round}"})
        saved(brahim, meeting, theirs)
        with django_assert_max_num_queries(200) as queries:
            response = amina.post(page(meeting), mine)
        assert len(shown(response)) == 2 * (_round + 1)
        counts.append(len(queries))
    assert counts[0] == counts[1]
