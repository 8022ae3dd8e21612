"""The page of a record's history, and the way back to a past state."""

import datetime
import re

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db.transaction import get_connection
from django.urls import get_resolver, reverse
from django.utils import translation

from config.change_sets import ATTRIBUTE
from config.history import Past, has_history, states_now
from config.models import DataVersion
from consultations import services
from consultations.models import (
    Attendance,
    Expectation,
    Meeting,
    Participation,
    PartnershipAgreement,
    Source,
)
from consultations.search import refresh_search_text
from stakeholders.models import Person
from tests.factories.accounts import UserFactory
from tests.factories.consultations import (
    AgreementPartyFactory,
    AgreementStepFactory,
    AttendanceFactory,
    CommitmentFactory,
    CorrectionFactory,
    DatedMeetingFactory,
    ExpectationFactory,
    MeetingFactory,
    MeetingSeriesFactory,
    ParticipationFactory,
    PartnershipAgreementFactory,
    ProgressFactory,
    SourceFactory,
    ThemeFactory,
)
from tests.factories.regions import RegionFactory
from tests.factories.stakeholders import OrganisationFactory, PersonFactory
from tests.forms import form_data

pytestmark = pytest.mark.django_db


NOTE = {"correction_what": "صيغة سابقة", "correction_why": "خطأ في الإدخال"}


def page(thing, name, *args):
    model = f"{thing._meta.app_label}_{thing._meta.model_name}"
    with translation.override("ar"):  # whatever page was asked for last
        return reverse(f"admin:{model}_{name}", args=[thing.pk, *args])


def commit():
    """End the change that the test itself is making: its transaction goes on."""
    vars(get_connection()).pop(ATTRIBUTE, None)


def save(client, thing, fill, prefix=""):
    """Fill in the page of ``thing`` and save it, as one request."""
    commit()
    address = page(thing, "change")
    data = form_data(client.get(address), f"{thing._meta.model_name}_form")
    fill(data)
    response = client.post(prefix + address, data)
    assert response.status_code == 302, response.context["stated_errors"]


def type_in(**values):
    return lambda data: data.type_in(**values)


def told(client, thing, prefix=""):
    """Return the entries of the history of ``thing``, newest first."""
    response = client.get(prefix + page(thing, "history"))
    assert response.status_code == 200
    return [entry["change"] for entry in response.context["entries"]]


def marked(column):
    marks = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
    return "".join(marks[one.mark].format(one.text) for one in column.pieces)


def in_short(change):
    """Return what an entry says: kind, part, name, and each column with its marks."""
    return [
        (
            row.kind,
            row.part,
            row.name,
            {column.label: marked(column) for column in row.columns},
        )
        for row in change.rows
    ]


def changes_of(thing):
    return Past(type(thing), thing.pk).changes


def restore(client, thing, change, **extra):
    commit()
    address = page(thing, "restore", change.key)
    asked = client.get(address).context
    note = NOTE if asked["form"] is not None else {}
    return client.post(address, {"seen": asked["seen"]} | note | extra)


def take(client, thing, step, **values):
    """Take a step of publication, as the page that confirms it asks."""
    commit()
    address = page(thing, step)
    data = form_data(client.get(address), "step_form")
    data.type_in(**values)
    client.post(address, data)


def content(thing):
    """Return the record and its parts, but for counters and time stamps."""
    stamps = {"version", "updated_at"}
    return {
        key: (
            {name: value for name, value in state.values.items() if name not in stamps},
            state.links,
        )
        for key, state in states_now(type(thing), thing.pk).items()
    }


# What an entry says


def test_entry_says_what_one_save_changed_in_the_words_of_the_form(staff_client):
    meeting = MeetingFactory(draft=True, venue_ar="مقر الولاية بوجدة")
    source = SourceFactory(meeting=meeting, publisher="زنقة 20")

    def fill(data):
        data.type_in(
            venue_ar="مقر الجهة بوجدة",
            state="postponed",
            starts_on="2022-01-12",
            date_precision="day",
            is_official_summary="on",
        )
        data["sources-0-publisher"] = ["هسبريس"]

    save(staff_client, meeting, fill)

    assert in_short(told(staff_client, meeting, "/fr")[0]) == [
        (
            "changed",
            "",
            "",
            {
                "Lieu (arabe)": "مقر [-الولاية-]{+الجهة+} بوجدة",
                "État": "[-a eu lieu-]{+reportée+}",
                "Adresse": "[-undated-national-]{+2022-01-12-national+}",
                "Premier jour": "{+12 janvier 2022+}",
                "Précision de la date": "[-inconnue-]{+au jour+}",
                "Le ministère a lui-même publié ce résumé": "[-non-]{+oui+}",
            },
        ),
        ("changed", "Source", "هسبريس", {"Éditeur": "[-زنقة 20-]{+هسبريس+}"}),
    ]
    assert [row.kind_in_words for row in told(staff_client, meeting)[0].rows] == [
        "تغيير",
        "تغيير",
    ]
    assert source.history.count() == 2


def test_entry_names_who_and_when_in_casablanca(client):
    author = UserFactory(first_name="سعاد", last_name="العلوي")
    client.force_login(author)
    meeting = MeetingFactory(draft=True)
    save(client, meeting, type_in(title_ar="عنوان"))
    Meeting.history.filter(history_user=author).update(
        history_date=datetime.datetime(2027, 7, 1, 23, 30, tzinfo=datetime.UTC)
    )

    change, first = told(client, meeting, "/fr")
    html = client.get("/fr" + page(meeting, "history")).text

    assert (change.author, first.author) == ("سعاد العلوي", "")
    assert "2 juillet 2027 00:30" in html
    assert "par une commande, sans compte" in html


def test_differences_in_a_text_are_marked_for_eyes_and_for_ears(staff_client):
    meeting = MeetingFactory(draft=True, summary_ar="ترأسه والي الجهة.")
    save(staff_client, meeting, type_in(summary_ar="ترأسه عامل الجهة."))

    html = staff_client.get(page(meeting, "history")).text

    line = re.search(r'<dd lang="ar" dir="rtl">(.*?)</dd>', html)[1]
    assert line == (
        "ترأسه "
        '<del><span class="visually-hidden" lang="ar" dir="rtl">[حُذف: </span>والي'
        '<span class="visually-hidden">]</span></del>'
        '<ins><span class="visually-hidden" lang="ar" dir="rtl">[أضيف: </span>عامل'
        '<span class="visually-hidden">]</span></ins>'
        " الجهة."
    )


def test_text_that_looks_like_markup_is_shown_as_text(staff_client):
    meeting = MeetingFactory(draft=True, slogan="قبل")
    save(staff_client, meeting, type_in(slogan="<script>alert(1)</script>"))

    html = staff_client.get(page(meeting, "history")).text

    assert "&lt;script&gt;alert" in html
    assert "<script>alert" not in html


def test_one_save_is_one_entry_with_its_links_and_parts(staff_client):
    family, child = ThemeFactory(), ThemeFactory()
    meeting = MeetingFactory(draft=True)
    meeting.themes.add(family)
    gone = ParticipationFactory(meeting=meeting, description_ar="رؤساء المجالس")
    before = len(told(staff_client, meeting))

    def fill(data):
        data["themes"] = [str(child.pk)]
        data["participations-0-DELETE"] = ["on"]
        data.add_row("agenda_items", kind="debate", title_ar="نقاش مفتوح")

    save(staff_client, meeting, fill)

    entries = told(staff_client, meeting, "/en")
    assert len(entries) == before + 1
    assert in_short(entries[0]) == [
        ("changed", "", "", {"Themes": f"[-{family.name_en}-], {{+{child.name_en}+}}"}),
        (
            "removed",
            "Participation",
            "رؤساء المجالس",
            {
                "Participant category": str(gone.category),
                "Description (Arabic)": "رؤساء المجالس",
            },
        ),
        (
            "added",
            "Agenda item",
            "نقاش مفتوح",
            {"Kind": "debate", "Title (Arabic)": "نقاش مفتوح"},
        ),
    ]


def test_steps_of_the_publication_are_told_with_the_reason(staff_client, staff):
    meeting = MeetingFactory(draft=True)
    SourceFactory(meeting=meeting)
    take(staff_client, meeting, "publish", override_reason="لا مراجع")
    take(staff_client, meeting, "withdraw", reason="سجل مكرر")

    withdrawn, published = told(staff_client, meeting, "/en")[:2]

    assert in_short(withdrawn)[0][3] == {
        "Publication": "[-published-]{+withdrawn+}",
        "Reason of the withdrawal": "{+سجل مكرر+}",
    }
    assert in_short(published)[0][3]["Publication"] == "[-draft-]{+published+}"
    assert (withdrawn.reasons, published.reasons) == ([], [])


def test_save_that_changed_nothing_says_so(staff_client):
    meeting = MeetingFactory(draft=True)
    vars(get_connection()).pop(ATTRIBUTE, None)
    meeting.save()

    html = staff_client.get("/en" + page(meeting, "history")).text

    assert html.count("Saved without a change.") == 1


def test_form_in_which_nothing_was_changed_leaves_no_entry(staff_client):
    meeting = MeetingFactory(draft=True)
    SourceFactory(meeting=meeting)
    before = meeting.history.count(), LogEntry.objects.count()

    save(staff_client, meeting, lambda data: None)

    assert (meeting.history.count(), LogEntry.objects.count()) == before


def test_part_that_moves_is_told_in_both_records_with_what_belongs_to_it(staff_client):
    old, new = MeetingFactory.create_batch(2, draft=True)
    commitment = CommitmentFactory(meeting=old, text_ar="إحداث مركز")
    ProgressFactory(commitment=commitment, note="انطلاق الأشغال")

    save(staff_client, commitment, type_in(meeting=new.pk))
    save(staff_client, commitment, type_in(text_ar="إحداث مركزين"))

    def kinds(record):
        return [
            [(row.kind, row.name) for row in change.rows]
            for change in told(staff_client, record)
        ]

    assert kinds(old)[0] == [
        ("moved_away", "إحداث مركز"),
        ("moved_away", "انطلاق الأشغال"),
    ]
    assert kinds(new)[:2] == [
        [("changed", "إحداث مركزين")],
        [("moved_here", "إحداث مركز"), ("moved_here", "انطلاق الأشغال")],
    ]


def test_what_was_deleted_since_keeps_its_name(staff_client):
    organisation = OrganisationFactory(name_ar="جمعية الأمل")
    meeting = MeetingFactory(draft=True)
    part = ParticipationFactory(meeting=meeting, organisation=organisation)
    commit()
    part.delete()
    organisation.delete()

    gone, came = told(staff_client, meeting, "/en")

    assert [in_short(one)[-1][:3] for one in (gone, came)] == [
        ("removed", "Participation", "جمعية الأمل"),
        ("added", "Participation", "جمعية الأمل"),
    ]
    assert in_short(gone)[-1][3]["Organisation"] == "جمعية الأمل"


def test_history_of_reference_data_and_of_parts_has_its_pages(staff_client):
    things = [
        MeetingSeriesFactory(),
        OrganisationFactory(),
        PersonFactory(),
        ThemeFactory(),
        RegionFactory(),
        ExpectationFactory(),
        CommitmentFactory(),
        ProgressFactory(meeting=MeetingFactory()),
        CorrectionFactory(meeting=MeetingFactory()),
        PartnershipAgreementFactory(),
    ]

    for thing in things:
        [change] = told(staff_client, thing)
        assert [row.kind for row in change.rows] == ["added"]


def test_contact_data_are_told_to_those_alone_whose_page_shows_them(
    staff_client, monkeypatch
):
    person = PersonFactory(email="a@example.org")
    model_admin = admin.site._registry[Person]

    assert "a@example.org" in staff_client.get(page(person, "history")).text
    monkeypatch.setattr(model_admin, "fieldsets", model_admin.fieldsets[:1])
    assert "a@example.org" not in staff_client.get(page(person, "history")).text


# How much it costs


def filled(count):
    """Return a meeting with ``count`` of each part, and as many changes of them."""
    meeting = MeetingFactory(draft=True)
    for number in range(count):
        organisation, person = OrganisationFactory(), PersonFactory()
        source = SourceFactory(meeting=meeting, order=number)
        part = ParticipationFactory(
            meeting=meeting, organisation=organisation, person=person, source=source
        )
        part.description_ar = f"وصف {number}"
        part.save()
        AttendanceFactory(meeting=meeting)
        commitment = CommitmentFactory(meeting=meeting, owner=organisation)
        commitment.answers.add(ExpectationFactory(meeting=meeting))
        ProgressFactory(commitment=commitment)
        meeting.themes.add(ThemeFactory())
    return meeting


@pytest.mark.parametrize("count", [1, 3])
def test_queries_of_the_page_do_not_grow(
    staff_client, django_assert_num_queries, count
):
    meeting = filled(count)
    staff_client.get(page(meeting, "history"))

    with django_assert_num_queries(34):
        response = staff_client.get(page(meeting, "history"))

    assert len(response.context["entries"]) == 1


@pytest.mark.parametrize("count", [1, 3])
def test_queries_of_the_confirmation_do_not_grow(
    staff_client, django_assert_num_queries, count
):
    meeting = filled(count)
    save(staff_client, meeting, type_in(title_ar="جديد"))
    address = page(meeting, "restore", changes_of(meeting)[0].key)
    staff_client.get(address)

    with django_assert_num_queries(62):
        staff_client.get(address)


def test_list_is_paged_newest_first(staff_client):
    theme = ThemeFactory(name_ar="0")
    for number in range(1, 26):
        save(staff_client, theme, type_in(name_ar=str(number)))

    pages = [
        staff_client.get(page(theme, "history"), {"p": number}).context
        for number in (1, 2, 3)
    ]

    newest = [marked(one["entries"][0]["change"].rows[0].columns[0]) for one in pages]
    assert newest == ["[-24-]{+25+}", "[-4-]{+5+}", "[-4-]{+5+}"]
    assert [len(one["entries"]) for one in pages] == [20, 6, 6]
    assert pages[0]["entries"][0]["restore_url"] == ""
    assert all(entry["restore_url"] for entry in pages[1]["entries"])


# The way back


def test_record_is_restored_with_all_its_parts(staff_client, staff):
    meeting = DatedMeetingFactory(title_ar="لقاء وجدة", draft=True)
    organisation = OrganisationFactory()
    source = SourceFactory(meeting=meeting, key="a")
    kept = ParticipationFactory(
        meeting=meeting, organisation=organisation, source=source
    )
    gone = ParticipationFactory(meeting=meeting, description_ar="رؤساء المجالس")
    expectation = ExpectationFactory(meeting=meeting, source=source)
    commitment = CommitmentFactory(meeting=meeting)
    commitment.answers.add(expectation)
    ProgressFactory(commitment=commitment, note="انطلاق")
    meeting.themes.add(ThemeFactory())
    save(staff_client, meeting, lambda data: None)
    before, moment = content(meeting), changes_of(meeting)[-1]

    def fill(data):
        data.type_in(title_ar="خطأ", starts_on="2023-05-05")
        data["themes"] = [str(ThemeFactory().pk)]
        row = {data[f"participations-{n}-id"][0]: n for n in (0, 1)}[str(gone.pk)]
        data[f"participations-{row}-DELETE"] = ["on"]
        data.add_row("sources", kind="announcement", publisher="آخر", site="b.org")

    save(staff_client, meeting, fill)
    commitment.delete()
    expectation.delete()
    kept.source = None
    kept.save()
    source.delete()
    new = SourceFactory(meeting=meeting, key="a")
    kept.source = new
    kept.save()
    CommitmentFactory(meeting=meeting).answers.add(
        ExpectationFactory(meeting=meeting, source=new)
    )
    version = Meeting.objects.get(pk=meeting.pk).version

    response = restore(staff_client, meeting, moment)

    assert response.url == page(meeting, "change")
    assert content(meeting) == before
    meeting.refresh_from_db()
    assert meeting.version > version
    assert meeting.slug.startswith("2022-01-12")
    last = changes_of(meeting)[-1]
    assert last.author_id == staff.pk
    assert last.reasons == [f"restored to {moment.at.isoformat()}"]
    assert told(staff_client, meeting, "/fr")[0].reasons[0].startswith("Rétabli")
    assert Meeting.objects.search("وجدة").get() == meeting


def test_restoring_can_itself_be_taken_back(staff_client):
    agreement = PartnershipAgreementFactory(draft=True, title_ar="أول")
    AgreementPartyFactory(agreement=agreement)
    save(staff_client, agreement, type_in(title_ar="ثان"))
    AgreementStepFactory(agreement=agreement)
    save(staff_client, agreement, lambda data: None)
    first, *_others, last = changes_of(agreement)
    after = content(agreement)

    restore(staff_client, agreement, first)
    assert agreement.steps.count() == 0
    restore(staff_client, agreement, last)

    assert content(agreement) == after
    assert agreement.parties.count() == 1


def test_confirmation_says_what_will_change_and_changes_nothing(staff_client):
    meeting = MeetingFactory(draft=True, title_ar="لقاء وجدة")
    save(staff_client, meeting, type_in(title_ar="لقاء بركان"))
    SourceFactory(meeting=meeting, publisher="هسبريس")
    save(staff_client, meeting, lambda data: None)
    before, rows = content(meeting), Meeting.history.count()

    response = staff_client.get(page(meeting, "restore", changes_of(meeting)[0].key))

    assert [(row.kind, row.name) for row in response.context["rows"]] == [
        ("changed", ""),
        ("removed", "هسبريس"),
    ]
    assert [marked(one) for one in response.context["rows"][0].columns] == [
        "لقاء [-بركان-]{+وجدة+}"
    ]
    assert (content(meeting), Meeting.history.count()) == (before, rows)


def test_publication_address_and_corrections_stay(staff_client, staff):
    meeting = DatedMeetingFactory(draft=True, title_ar="أول")
    SourceFactory(meeting=meeting)
    save(staff_client, meeting, type_in(title_ar="ثان"))
    meeting.refresh_from_db()
    services.publish(meeting, by=UserFactory())
    correction = CorrectionFactory(meeting=meeting)
    facts = {"title_ar": "ثالث", "starts_on": "2024-04-04"}
    save(staff_client, meeting, type_in(**facts, **NOTE))
    meeting.refresh_from_db()
    fixed = (meeting.slug, meeting.publication, meeting.published_at)
    number = DataVersion.current()

    restore(staff_client, meeting, changes_of(meeting)[1])

    meeting.refresh_from_db()
    assert (meeting.title_ar, meeting.starts_on) == (
        "ثان",
        datetime.date(2022, 1, 12),
    )
    assert (meeting.slug, meeting.publication, meeting.published_at) == fixed
    # Those that were there, and one that says that facts were taken back.
    *before, of_the_change, of_going_back = meeting.corrections.order_by("pk")
    assert before == [correction]
    assert (of_the_change.what, of_going_back.what) == (NOTE["correction_what"],) * 2
    assert DataVersion.current() > number


def test_going_back_in_a_published_record_asks_for_a_public_note(staff_client):
    meeting = MeetingFactory(title_ar="أول")
    SourceFactory(meeting=meeting)
    commit()
    save(staff_client, meeting, type_in(title_ar="ثان", **NOTE))
    first = changes_of(meeting)[-2]

    response = restore(staff_client, meeting, first, correction_why="")

    meeting.refresh_from_db()
    assert list(response.context["form"].errors) == ["correction_why"]
    assert (meeting.title_ar, meeting.corrections.count()) == ("ثان", 1)


def test_note_on_going_back_names_the_facts_as_a_save_does(staff_client):
    meeting = MeetingFactory(starts_on=datetime.date(2022, 1, 12), mode="hybrid")
    AttendanceFactory(meeting=meeting, present=40)
    commit()
    save(
        staff_client,
        meeting,
        type_in(starts_on="13/01/2022", **{"attendances-0-DELETE": "on"} | NOTE),
    )
    address = page(meeting, "restore", changes_of(meeting)[-2].key)

    asked = staff_client.get(address).context
    refused = staff_client.post(address, {"seen": asked["seen"]}).context

    assert refused["form"].errors["correction_what"] == [
        "هذه البطاقة منشورة، وقد تغير معطيان فيها (اليوم الأول، حضور فئة): بيّنوا "
        "للعموم ما صُوِّب ولماذا."
    ]
    assert [str(field.label) for field in asked["form"]][:2] == [
        "ما صُوِّب (إلزامي)",
        "السبب (إلزامي)",
    ]


def test_going_back_in_what_is_no_fact_asks_for_no_note(staff_client):
    meeting = MeetingFactory(title_fr="Premier")
    SourceFactory(meeting=meeting)
    commit()
    save(staff_client, meeting, type_in(title_fr="Second"))

    restore(staff_client, meeting, changes_of(meeting)[-2])

    meeting.refresh_from_db()
    assert (meeting.title_fr, meeting.corrections.count()) == ("Premier", 0)


def test_public_record_is_not_left_without_its_source(staff_client):
    meeting = MeetingFactory()
    first = changes_of(meeting)[0]
    save(
        staff_client,
        meeting,
        lambda data: data.add_row(
            "sources", kind="announcement", publisher="هسبريس", site="a.org"
        ),
    )
    before = content(meeting)

    response = restore(staff_client, meeting, first)

    with translation.override("ar"):
        message = translation.gettext(
            "A published record needs a source: add one under “sources”."
        )
    assert response.context["refusals"] == [message]
    assert content(meeting) == before


def test_state_that_names_what_is_gone_is_refused_by_name(staff_client):
    meeting = MeetingFactory(draft=True)
    organisation = OrganisationFactory(name_ar="جمعية الأمل")
    part = ParticipationFactory(meeting=meeting, organisation=organisation)
    save(staff_client, meeting, type_in(title_ar="أول"))
    moment = changes_of(meeting)[-1]
    save(
        staff_client,
        meeting,
        lambda data: data.update({"participations-0-DELETE": ["on"]}),
    )
    organisation.delete()
    before = content(meeting)

    address = "/en" + page(meeting, "restore", moment.key)
    asked = staff_client.get(address)
    response = staff_client.post(address, {"seen": asked.context["seen"]})

    refusal = [
        "participation “جمعية الأمل”, organisation: “جمعية الأمل” is no longer there."
    ]
    assert asked.context["refusals"] == response.context["refusals"] == refusal
    assert "Restore this state</" not in asked.text
    assert 'value="Restore this state"' not in asked.text
    assert content(meeting) == before
    assert not Participation.objects.filter(pk=part.pk).exists()


def test_rule_over_other_records_is_held(staff_client):
    series = MeetingSeriesFactory(one_per_region=True)
    region = RegionFactory()
    meeting = MeetingFactory(draft=True, series=series, region=region)
    first = changes_of(meeting)[0]
    save(staff_client, meeting, type_in(region=""))
    other = MeetingFactory(series=series, region=region)
    before = content(meeting)

    response = restore(staff_client, meeting, first)

    [refusal] = response.context["refusals"]
    assert str(other.slug) in refusal
    assert content(meeting) == before


def test_constraint_with_another_record_is_told(staff_client):
    series = MeetingSeriesFactory()
    order = {"series": series, "order_in_series": 3, "order_basis": "stated"}
    meeting = MeetingFactory(draft=True, **order)
    first = changes_of(meeting)[0]
    save(staff_client, meeting, type_in(order_in_series="", order_basis=""))
    MeetingFactory(draft=True, **order)

    response = restore(staff_client, meeting, first)

    with translation.override("ar"):
        [rule] = [
            one
            for one in Meeting._meta.constraints
            if getattr(one, "fields", ()) == ("series", "order_in_series")
        ]
        message = rule.get_violation_error_message()
    assert response.context["refusals"] == [message]


def test_unique_columns_that_were_swapped_are_swapped_back(staff_client):
    meeting = MeetingFactory(draft=True)
    rows = [AttendanceFactory(meeting=meeting, present=n) for n in (1, 2)]
    save(staff_client, meeting, type_in(title_ar="أول"))
    moment, before = changes_of(meeting)[-1], content(meeting)
    one, other = (row.category for row in rows)
    Attendance.objects.get(pk=rows[0].pk).delete()
    rows[1].category = one
    rows[1].save()
    rows[0].category = other
    rows[0].save(force_insert=True)
    save(staff_client, meeting, type_in(title_ar="ثان"))

    restore(staff_client, meeting, moment)

    assert content(meeting) == before


def test_part_that_belongs_to_another_record_now_is_left_there(staff_client):
    old, new = MeetingFactory(draft=True), MeetingFactory(draft=True)
    expectation = ExpectationFactory(meeting=old, text_ar="تحسين الولوج")
    save(staff_client, old, type_in(title_ar="أول"))
    moment = changes_of(old)[-1]
    save(staff_client, expectation, type_in(meeting=new.pk))
    save(staff_client, old, type_in(title_ar="ثان"))

    asked = staff_client.get(page(old, "restore", moment.key))
    restore(staff_client, old, moment)

    assert [str(one) for one in asked.context["stays"]] == [
        f"{Expectation._meta.verbose_name} «تحسين الولوج»"
    ]
    old.refresh_from_db()
    expectation.refresh_from_db()
    assert (old.title_ar, expectation.meeting) == ("أول", new)


def test_record_with_rows_that_history_does_not_know_is_not_restored(staff_client):
    meeting = MeetingFactory(draft=True, title_ar="أول")
    save(staff_client, meeting, type_in(title_ar="ثان"))
    first = changes_of(meeting)[0]
    Source.objects.bulk_create(
        [Source(meeting=meeting, kind="announcement", publisher="ملف", site="a.org")]
    )

    response = restore(staff_client, meeting, first)

    assert len(response.context["refusals"]) == 1
    assert meeting.sources.count() == 1
    meeting.refresh_from_db()
    assert meeting.title_ar == "ثان"


def test_who_confirms_what_somebody_changed_meanwhile_is_asked_again(staff_client):
    meeting = MeetingFactory(draft=True, title_ar="أول")
    save(staff_client, meeting, type_in(title_ar="ثان"))
    address = page(meeting, "restore", changes_of(meeting)[0].key)
    seen = staff_client.get(address).context["seen"]
    save(staff_client, meeting, type_in(title_ar="ثالث"))

    refused = staff_client.post(address, {"seen": seen})
    meeting.refresh_from_db()
    assert (len(refused.context["refusals"]), meeting.title_ar) == (1, "ثالث")

    staff_client.post(address, {"seen": refused.context["seen"]})
    meeting.refresh_from_db()
    assert meeting.title_ar == "أول"


def test_commitment_taken_back_to_its_meeting_refreshes_both(staff_client):
    old, new = MeetingFactory.create_batch(2, draft=True)
    commitment = CommitmentFactory(meeting=old, text_ar="إحداث حضانة")
    refresh_search_text(old)
    save(staff_client, commitment, type_in(meeting=new.pk))
    assert Meeting.objects.search("حضانة").get() == new

    restore(staff_client, commitment, changes_of(commitment)[0])

    assert Meeting.objects.search("حضانة").get() == old


def test_unknown_moment_and_unknown_record_are_not_found(staff_client):
    meeting = MeetingFactory()
    commit()
    foreign = changes_of(MeetingFactory())[0].key

    unknown = staff_client.get(page(meeting, "restore", foreign))
    nobody = staff_client.get(
        reverse("admin:consultations_meeting_history", args=[10**7])
    )
    strange = staff_client.get(
        reverse("admin:consultations_meeting_history", args=["x"])
    )

    assert unknown.status_code == 404
    assert [nobody.url, strange.url] == [reverse("admin:index")] * 2


# Drafts that were deleted


def test_deleted_draft_keeps_its_history_and_comes_back_with_its_parts(staff_client):
    agreement = PartnershipAgreementFactory(draft=True, title_ar="دعم التمدرس")
    AgreementStepFactory(agreement=agreement)
    save(staff_client, agreement, lambda data: None)
    before, moment = content(agreement), changes_of(agreement)[-1]
    staff_client.post(page(agreement, "delete"), {"post": "yes"})
    assert not PartnershipAgreement.objects.exists()

    entries = staff_client.get(page(agreement, "history")).context["entries"]
    restore(staff_client, agreement, moment)

    assert [row.kind for row in entries[0]["change"].rows] == ["removed", "removed"]
    assert entries[0]["restore_url"] == ""
    assert entries[1]["restore_url"] != ""
    stamps = {"created_at"}
    (values, links), *parts = content(agreement).values()
    (values_before, links_before), *parts_before = before.values()
    assert values.keys() == values_before.keys()
    assert {n for n in values if values[n] != values_before[n]} <= stamps
    assert (links, parts) == (links_before, parts_before)
    assert PartnershipAgreement.objects.search("التمدرس").get() == agreement


# Who may


def test_history_is_for_those_who_may_view_and_restoring_for_those_who_may_change(
    staff_client, monkeypatch
):
    meeting = MeetingFactory(draft=True, title_ar="أول")
    save(staff_client, meeting, type_in(title_ar="ثان"))
    restore_page = page(meeting, "restore", changes_of(meeting)[0].key)
    model_admin = admin.site._registry[Meeting]
    refuse = lambda request, obj=None: False  # noqa: E731

    monkeypatch.setattr(model_admin, "has_change_permission", refuse)
    shown = staff_client.get(page(meeting, "history"))
    answers = [
        staff_client.get(restore_page).status_code,
        staff_client.post(restore_page, {"seen": "x"}).status_code,
    ]
    monkeypatch.setattr(model_admin, "has_view_permission", refuse)
    hidden = staff_client.get(page(meeting, "history"))

    assert [entry["restore_url"] for entry in shown.context["entries"]] == ["", ""]
    assert answers == [403, 403]
    assert hidden.status_code == 403
    meeting.refresh_from_db()
    assert meeting.title_ar == "ثان"


def test_state_that_staff_may_not_change_is_not_restored(staff_client, monkeypatch):
    region, other = RegionFactory(), RegionFactory()
    meeting = MeetingFactory(draft=True, region=other)
    save(staff_client, meeting, type_in(region=region.pk))
    model_admin = admin.site._registry[Meeting]
    monkeypatch.setattr(
        model_admin,
        "has_change_permission",
        lambda request, obj=None: obj is None or obj.region_id == region.pk,
    )

    response = restore(staff_client, meeting, changes_of(meeting)[0])

    assert len(response.context["refusals"]) == 1
    meeting.refresh_from_db()
    assert meeting.region == region


def test_strangers_are_led_to_the_sign_in(client):
    meeting = MeetingFactory()
    change = changes_of(meeting)[0]

    for address in (page(meeting, "history"), page(meeting, "restore", change.key)):
        response = client.get(address)
        assert response.url.startswith(reverse("admin:login"))


# Nothing edits history


def historical_models():
    tables = [model for model in apps.get_models() if has_history(model)]
    histories = [model.history.model for model in tables]
    return histories + [
        getattr(history, relation.name).model
        for history in histories
        for relation in history._history_m2m_fields
    ]


def test_no_page_of_the_administration_is_about_history_itself():
    registered = set(admin.site._registry)

    assert registered.isdisjoint(historical_models())
    assert [
        one
        for one in admin.site._registry.values()
        if "simple_history" in one.__module__
    ] == []
    assert [
        name
        for name in get_resolver().reverse_dict
        if isinstance(name, str) and "simple_history" in name
    ] == []


def test_no_deletion_takes_history_along_or_empties_its_columns():
    """Keys of history are without consequence, but that authors are kept."""
    effects = {
        field.remote_field.on_delete.__name__
        for model in historical_models()
        for field in model._meta.fields
        if field.is_relation
    }

    assert effects == {"DO_NOTHING", "keep_authors"}
