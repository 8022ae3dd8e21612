import pytest
from django.urls import reverse

from config.models import DataVersion
from consultations.models import Theme
from stakeholders.models import Person
from tests.factories.consultations import MeetingFactory, ThemeFactory
from tests.factories.regions import ProvinceFactory, RegionFactory
from tests.factories.stakeholders import (
    OfficeFactory,
    OrganisationFactory,
    ParticipantCategoryFactory,
    PersonFactory,
)
from tests.forms import form_data

pytestmark = pytest.mark.django_db


def offered(client, model, field, term):
    response = client.get(
        reverse("admin:autocomplete"),
        {
            "app_label": "consultations",
            "model_name": model,
            "field_name": field,
            "term": term,
        },
    )
    return [row["text"] for row in response.json()["results"]]


# What an input is told of the text in it


def test_inputs_have_the_direction_of_their_language(staff_client):
    html = staff_client.get(reverse("admin:consultations_meeting_add")).content.decode()

    def attributes(name):
        start = html.index(f'name="{name}"')
        tag = html[html.rindex("<", 0, start) : html.index(">", start)]
        return [
            word
            for word in (
                'lang="ar"',
                'lang="fr"',
                'dir="rtl"',
                'dir="ltr"',
                'dir="auto"',
            )
            if word in tag
        ]

    assert attributes("title_ar") == ['lang="ar"', 'dir="rtl"']
    assert attributes("summary_fr") == ['lang="fr"', 'dir="ltr"']
    assert attributes("slogan") == ['dir="auto"']
    assert attributes("starts_on") == ['dir="ltr"']
    assert attributes("sources-__prefix__-url") == ['dir="ltr"']
    assert attributes("sources-__prefix__-key") == ['dir="ltr"']
    assert attributes("sources-__prefix__-title") == ['dir="auto"']


# What is too long for a column


@pytest.mark.parametrize("page", ["consultations_meeting", "accounts_user"])
def test_no_input_cuts_off_what_is_pasted(staff_client, page):
    response = staff_client.get(reverse(f"admin:{page}_add"))

    form = response.content.decode().partition("<form")[2]
    assert "maxlength" not in form


def test_text_that_is_too_long_is_refused_by_name_and_shown_whole(staff_client):
    meeting = MeetingFactory(draft=True, city_ar="وجدة")
    page = reverse("admin:consultations_meeting_change", args=[meeting.pk])
    data = form_data(staff_client.get(page), "meeting_form")
    pasted = "ناحية " * 40 + "طويلة"
    data.type_in(city_ar=pasted)

    response = staff_client.post(page, data)

    [error] = response.context["stated_errors"]
    assert error.anchor == "id_city_ar"
    assert str(len(pasted)) in error.message
    assert form_data(response, "meeting_form")["city_ar"] == [pasted]
    meeting.refresh_from_db()
    assert meeting.city_ar == "وجدة"


def test_list_of_what_is_wrong_is_punctuated_as_its_language_is(staff_client):
    address = "/fr" + reverse("admin:consultations_meeting_add")
    data = form_data(staff_client.get(address), "meeting_form")
    data.type_in(starts_on="99/99/2022")

    page = staff_client.post(address, data).text

    wrong = page.split('class="stated-errors"')[1].split("</ul>")[0]
    assert ">Premier jour\xa0:</a> Saisissez une date valide" in wrong


# Finding


@pytest.mark.parametrize(
    ("field", "term", "found"),
    [
        ("organisation", "تعاون وطنى", ["التعاون الوطني"]),
        ("person", "الجامعى", ["معاذ الجامعي"]),
        ("person", "معاد", ["معاذ الجامعي"]),
        ("office", "رئيسه", ["رئيس مجلس الجهة"]),
        ("person", "\x00", ["شخص آخر", "معاذ الجامعي"]),
        ("person", "قرن", []),
    ],
)
def test_autocomplete_finds_every_spelling(staff_client, field, term, found):
    OrganisationFactory(name_ar="التعاون الوطني")
    PersonFactory(name_ar="معاذ الجامعي", other_names="معاد الجامعي")
    PersonFactory(name_ar="شخص آخر")
    OfficeFactory(president=True)

    assert offered(staff_client, "participation", field, term) == found


@pytest.mark.parametrize(
    ("field", "term", "found"),
    [
        ("region", "oriental", ["الشرق"]),
        ("region", "جهه الشرق", ["الشرق"]),
        ("provinces", "وجدة انجاد", ["إقليم وجدة-أنجاد"]),
        ("provinces", "", ["إقليم وجدة-أنجاد"]),
    ],
)
def test_autocomplete_finds_places(staff_client, field, term, found):
    ProvinceFactory(region=RegionFactory(oriental=True), name_ar="وجدة-أنجاد")

    assert offered(staff_client, "meeting", field, term) == found


def test_autocomplete_does_not_offer_retired_terms(staff_client):
    ThemeFactory(name_ar="الأسرة")
    ThemeFactory(name_ar="الطفولة", is_active=False)

    listed = staff_client.get(reverse("admin:consultations_theme_changelist"))

    assert offered(staff_client, "meeting", "themes", "") == ["الأسرة"]
    assert listed.context["cl"].result_count == 2


def test_autocomplete_is_for_staff(client):
    response = client.get(reverse("admin:autocomplete"))

    assert response.status_code == 302


def test_person_is_added_on_the_spot(staff_client):
    address = f"{reverse('admin:stakeholders_person_add')}?_to_field=id&_popup=1"
    data = form_data(staff_client.get(address), "person_form")
    data.type_in(name_ar="عبد النبي بعيوي")

    response = staff_client.post(address, data)

    person = Person.objects.get()
    assert response.template_name[-1] == "admin/popup_response.html"
    assert f"&quot;value&quot;: &quot;{person.pk}&quot;" in response.content.decode()


# What a change means for the public


@pytest.mark.parametrize(
    ("name", "factory", "form"),
    [
        ("stakeholders_person", PersonFactory, "person_form"),
        ("stakeholders_organisation", OrganisationFactory, "organisation_form"),
        ("consultations_theme", ThemeFactory, "theme_form"),
        ("regions_region", RegionFactory, "region_form"),
    ],
)
def test_change_of_what_stands_on_public_pages_dates_the_record(
    staff_client, name, factory, form
):
    row = factory()
    address = reverse(f"admin:{name}_change", args=[row.pk])
    data = form_data(staff_client.get(address), form)

    staff_client.post(address, data)
    assert DataVersion.current() == 0  # nothing was changed
    data = form_data(staff_client.get(address), form)
    data.type_in(name_fr="Autre nom")
    staff_client.post(address, data)
    staff_client.post(address.replace("change", "delete"), {"post": "yes"})

    assert DataVersion.current() == 2
    assert not type(row).objects.exists()


def test_change_that_is_refused_dates_nothing(staff_client):
    person = PersonFactory()
    address = reverse("admin:stakeholders_person_change", args=[person.pk])
    data = form_data(staff_client.get(address), "person_form")
    data.type_in(name_ar="")

    response = staff_client.post(f"/en{address}", data)

    [error] = response.context["stated_errors"]
    assert error.message == "Give the name in Arabic or in French."
    assert DataVersion.current() == 0


# Vocabularies


def test_terms_are_retired_and_taken_up_again(staff_client):
    term, other = ThemeFactory(), ThemeFactory()
    address = reverse("admin:consultations_theme_changelist")

    staff_client.post(address, {"action": "retire", "_selected_action": [term.pk]})
    retired = list(Theme.objects.active())
    staff_client.post(
        address, {"action": "take_up_again", "_selected_action": [term.pk, other.pk]}
    )

    assert retired == [other]
    assert set(Theme.objects.active()) == {term, other}
    assert DataVersion.current() == 2


def test_code_of_a_term_is_fixed_once_it_is_there(staff_client):
    term = ParticipantCategoryFactory(code="associations")
    address = reverse("admin:stakeholders_participantcategory_change", args=[term.pk])
    data = form_data(staff_client.get(address), "participantcategory_form")
    data.type_in(code="ngo")

    staff_client.post(address, data)

    term.refresh_from_db()
    assert term.code == "associations"


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("Themes", "Small Latin letters, digits and underscores, a letter first."),
        ("taken", "Theme with this Code already exists."),
    ],
)
def test_code_of_a_new_term_is_checked(staff_client, code, message):
    ThemeFactory(code="taken")
    address = f"/en{reverse('admin:consultations_theme_add')}"
    data = form_data(staff_client.get(address), "theme_form")
    data.type_in(name_ar="الأسرة", code=code)

    response = staff_client.post(address, data)

    assert [error.message for error in response.context["stated_errors"]] == [message]
    assert Theme.objects.count() == 1


# Language of staff


@pytest.mark.parametrize("asked", ["fr", "en-GB,en;q=0.9", ""])
def test_administration_is_arabic_whatever_the_browser_asks(staff_client, asked):
    response = staff_client.get(
        reverse("admin:index"), headers={"accept-language": asked}
    )

    assert '<html lang="ar" dir="rtl"' in response.content.decode()


def test_language_is_chosen_on_the_page_and_remembered(staff_client, staff):
    meeting = MeetingFactory()
    page = reverse("admin:consultations_meeting_change", args=[meeting.pk])
    html = staff_client.get(f"{page}?_return=/admin/").content.decode()
    assert f'name="next" value="{page}?_return=/admin/"' in html

    chosen = staff_client.post(
        reverse("choose_language"),
        {"language": "fr", "next": f"{page}?_return=/admin/"},
    )
    later = staff_client.get(page)

    staff.refresh_from_db()
    assert chosen.url == f"/fr{page}?_return=/admin/"
    assert later.url == f"/fr{page}"
    assert staff.language == "fr"


def test_sign_in_page_offers_the_languages(client):
    html = client.get(reverse("admin:login")).content.decode()

    assert 'href="/fr/admin/login/" lang="fr"' in html
    assert 'href="/en/admin/login/" lang="en"' in html


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_scripts_have_the_portals_own_texts(staff_client, language):
    prefix = "" if language == "ar" else f"/{language}"

    response = staff_client.get(f"{prefix}/admin/jsi18n/")

    assert response.headers["Content-Type"] == 'text/javascript; charset="utf-8"'
    assert '"Today"' in response.content.decode()


def test_first_page_begins_with_the_work(staff_client):
    apps = staff_client.get(reverse("admin:index")).context["app_list"]

    assert apps[0]["app_label"] == "consultations"
    assert [model["object_name"] for model in apps[0]["models"][:7]] == [
        "Meeting",
        "PartnershipAgreement",
        "Expectation",
        "Commitment",
        "Progress",
        "Correction",
        "MeetingSeries",
    ]
    assert {app["app_label"] for app in apps[1:]} == {
        "accounts",
        "regions",
        "stakeholders",
    }
