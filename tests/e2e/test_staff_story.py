"""Staff enter the Oujda meeting of 12 January 2022 and publish it.

Once from nothing, once from the last meeting of its series, submitted for review.

What they do is counted, and printed: a change of the pages that makes the work longer
shows here.
"""

import re
import shutil

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from consultations import services
from consultations.models import Meeting, PartnershipAgreement
from consultations.records.loader import FOLDER, load_records
from tests.factories.accounts import UserFactory

TITLE = "اللقاء التشاوري الجهوي لجهة الشرق حول استراتيجية 2021-2026"
MINISTRY = "وزارة التضامن والإدماج الاجتماعي والأسرة"
COMPONENTS = [
    ("equipment", "تجهيز مركز لاستقبال الأشخاص بدون مأوى والمختلين عقليا بدون مأوى"),
    ("purchase", "اقتناء وحدة متنقلة مجهزة للإسعاف الاجتماعي (SAMU SOCIAL)"),
    ("purchase", "اقتناء وحدة متنقلة للتحسيس والرصد لفائدة النساء في وضعية هشاشة"),
    ("purchase", "اقتناء وحدة متنقلة للتمكين الاقتصادي للنساء في وضعية صعبة"),
    ("operation", "تسيير مركز الاستقبال"),
    ("operation", "تسيير مراكز الاستقبال الاجتماعي"),
]
# What the whole entry takes: no change may make it longer unseen.
MOST = {"fields": 83, "clicks": 48, "pages": 16}
# The same from the last meeting of the series; what is typed is not counted.
MOST_FROM_THE_LAST = {"clicks": 30, "choices": 20, "pages": 9}
# The meetings of the series before it.
BEFORE = (
    "undated-dakhla-oued-ed-dahab",
    "2021-12-20-laayoune-sakia-el-hamra",
    "2021-12-29-draa-tafilalet",
    "2022-01-05-marrakech-safi",
    "2022-01-07-souss-massa",
)


class Hands:
    """Types and clicks as somebody would, and counts it."""

    def __init__(self, page: Page):
        self.page = page
        self.fields = self.clicks = self.choices = self.pages = 0
        # What a new record's page opens with, until it is used.
        self.open_rows = {"agenda_items", "sources", "discrepancies", "components"}
        # A window that opens to add a person counts as one page, whatever it loads.
        page.on("framenavigated", self._count_page)
        page.on("popup", self._count_page)

    def _count_page(self, _opened):
        self.pages += 1

    def fill(self, name, value, *, page=None):
        (page or self.page).locator(f"[name='{name}']").fill(value)
        self.fields += 1

    def choose(self, name, value):
        """Choose from a short list, by what is written in it or by its value."""
        self.page.locator(f"[name='{name}']").select_option(value)
        self.fields += 1
        self.choices += 1

    def click(self, selector, *, page=None):
        (page or self.page).locator(selector).first.click()
        self.clicks += 1

    def search(self, name, text):
        """Choose what an autocomplete finds first."""
        box = self.page.locator(f"#id_{name} + .select2")
        box.click()
        self.page.locator(".select2-container--open .select2-search__field").fill(text)
        found = self.page.locator(".select2-results__option--highlighted")
        expect(found).to_contain_text(text.split()[0])
        found.click()
        self.fields += 1
        self.clicks += 2

    def add_on_the_spot(self, name, **values):
        """Add what an autocomplete does not find yet, in the window that opens."""
        with self.page.expect_popup() as opened:
            self.click(f"#add_id_{name}")
        window = opened.value
        for field, value in values.items():
            control = window.locator(f"[name='{field}']")
            if control.evaluate("node => node.tagName") == "SELECT":
                control.select_option(value)
                self.choices += 1
            else:
                control.fill(value)
            self.fields += 1
        with window.expect_event("close"):
            self.click("[name=_save]", page=window)

    def add_row(self, prefix) -> str:
        """Return the beginning of the names of one more row, which may be open already."""
        number = self.page.locator(f"[name='{prefix}-TOTAL_FORMS']").input_value()
        if number == "1" and prefix in self.open_rows:
            self.open_rows.remove(prefix)
            return f"{prefix}-0"
        self.click(f"#{prefix}-group .add-row a")
        return f"{prefix}-{number}"

    def unfold(self, prefix):
        self.click(f"#{prefix}-group > fieldset > details > summary")


@pytest.fixture
def portal(live_server):
    """A portal as it is installed: reference data, an account, and no record."""
    call_command("load_reference_data", verbosity=0)
    UserFactory(username="oujda", password="correct horse battery")


@pytest.fixture
def portal_before(portal, tmp_path):
    """The portal as it stood before the meeting: those of the series held until then."""
    for kind, names in (("series", ["regional-2021-2022"]), ("meetings", BEFORE)):
        (tmp_path / kind).mkdir()
        for name in names:
            shutil.copy(FOLDER / kind / f"{name}.yaml", tmp_path / kind)
    (tmp_path / "agreements").mkdir()
    shutil.copy(FOLDER / "stakeholders.yaml", tmp_path)
    load_records(tmp_path)


def enter_meeting(hands):
    hands.fill("title_ar", TITLE)
    hands.choose("type", "لقاء تشاوري جهوي")
    hands.choose("state", "held")
    hands.add_on_the_spot(
        "series",
        code="regional-2021-2022",
        title_ar="اللقاءات التشاورية الجهوية حول الاستراتيجية الجديدة",
    )
    hands.fill("order_in_series", "6")
    hands.choose("order_basis", "stated")
    hands.fill("starts_on", "12/01/2022")
    hands.search("region", "الشرق")
    hands.search("provinces", "وجدة")
    enter_text(hands)


def enter_text(hands):
    hands.fill("city_ar", "وجدة")
    hands.fill("venue_ar", "مقر ولاية جهة الشرق بوجدة")
    hands.choose("mode", "hybrid")
    hands.fill(
        "summary_ar",
        "احتضن مقر ولاية جهة الشرق بوجدة، يوم 12 يناير 2022، اللقاء التشاوري الجهوي "
        "السادس، حضوريا وعن بعد، ووُقعت خلاله اتفاقيتان.",
    )
    hands.fill(
        "objectives_ar",
        "الإنصات إلى انتظارات الفاعلين الترابيين\n"
        "تقديم الخطوط العريضة لاستراتيجية 2021-2026",
    )
    hands.fill("agreements_reported", "2")


def enter_chairs(hands):
    chairs = [
        (
            "territorial_authority",
            "الولايات والعمالات والأقاليم",
            "معاذ الجامعي",
            "والي الجهة وعامل",
            "والي جهة الشرق عامل عمالة وجدة-أنجاد",
        ),
        (
            "government",
            "القطاعات الحكومية",
            "عواطف حيار",
            "وزير",
            "وزيرة التضامن والإدماج الاجتماعي والأسرة",
        ),
        (
            "regional_council",
            "المجالس الجهوية",
            "عبد النبي بعيوي",
            "رئيس مجلس الجهة",
            "رئيس مجلس جهة الشرق",
        ),
    ]
    for number, (_code, category, person, office, stated) in enumerate(chairs):
        row = hands.add_row("participations")
        hands.choose(f"{row}-category", category)
        hands.choose(f"{row}-capacity", "chair")
        gender = {"gender": "f" if person == "عواطف حيار" else "m"}
        hands.add_on_the_spot(f"{row}-person", name_ar=person, **gender)
        hands.search(f"{row}-office", office)
        hands.fill(f"{row}-office_stated_ar", stated)
        if number == 1:
            hands.add_on_the_spot(
                f"{row}-organisation", name_ar=MINISTRY, category="القطاعات الحكومية"
            )
    for category, description in (
        ("الولايات والعمالات والأقاليم", "عمال أقاليم الجهة"),
        ("مجالس العمالات والأقاليم", "رؤساء المجالس الإقليمية"),
        ("المصالح اللاممركزة للقطاعات الحكومية", "رؤساء المصالح الخارجية"),
        ("شخصيات وفعاليات أخرى", "عدد من المسؤولين والشخصيات"),
    ):
        row = hands.add_row("participations")
        hands.choose(f"{row}-category", category)
        hands.fill(f"{row}-description_ar", description)


def enter_agenda_and_evidence(hands):
    for title in (
        "الدراسة الجهوية للهشاشة",
        "إقليم بركان نموذجا للرقمنة في تدبير الشأن الاجتماعي",
    ):
        row = hands.add_row("agenda_items")
        hands.choose(f"{row}-kind", "presentation")
        hands.fill(f"{row}-title_ar", title)
    for publisher, title, kind, name, address in (
        (
            "زنقة 20",
            "مجلس جهة الشرق ينخرط في تنزيل أوراش الدولة الإجتماعية",
            "press_report",
            "site",
            "maghress.com",
        ),
        (
            "الصحيفة",
            "جهة الشرق توقع اتفاقيتين مع وزارة التضامن لفائدة النساء والإسعاف الاجتماعي",
            "press_report",
            "site",
            "https://www.assahifa.com/",
        ),
        (
            "الحدث الإفريقي",
            "الوزيرة حيار ترسم استراتيجية الإدماج الاجتماعي والأسرة",
            "announcement",
            "url",
            "https://alhadathlifriqui.com/?p=2564",
        ),
    ):
        row = hands.add_row("sources")
        hands.choose(f"{row}-kind", kind)
        hands.fill(f"{row}-publisher", publisher)
        hands.fill(f"{row}-title", title)
        hands.fill(f"{row}-{name}", address)
    hands.unfold("discrepancies")
    row = hands.add_row("discrepancies")
    hands.choose(f"{row}-matter", "chair")
    hands.fill(
        f"{row}-statements_ar",
        "تقرير صحفي: ترأسه الوالي والوزيرة ورئيس مجلس الجهة\n"
        "الحدث الإفريقي (قبل اللقاء): تترأسه الوزيرة",
    )


def publish_alone(hands):
    """Save and publish what one has entered oneself, which takes a reason."""
    hands.click("[name=_publish]")
    hands.fill("override_reason", "لا ناشر غيري اليوم")
    hands.click("#step_form [type=submit]")


def submit(hands):
    """Save, and leave the publication to a second person."""
    hands.click("[name=_submit]")


def enter_agreement(hands, title, label, components=(), finish=publish_alone):
    """Enter what the meeting signed; date, place, region and sources are there already."""
    hands.click("[name=_add_child][value=agreement]")
    expect(hands.page.locator("[name='steps-0-date']")).to_have_value("12/01/2022")
    expect(hands.page.locator("[name='reference_year']")).to_have_value("2022")
    hands.fill("title_ar", title)
    hands.fill("short_label_ar", label)
    # The ministry chaired the meeting: it is there as a party, with who signed.
    party = hands.page.locator("#parties-0")
    expect(party.locator("[name$=organisation]")).to_contain_text(MINISTRY[:20])
    expect(party.locator("[name$=signed_by]")).to_contain_text("حيار")
    expect(party.locator("[name$=role]")).to_have_value("ministry")
    for kind, description in components:
        row = hands.add_row("components")
        hands.choose(f"{row}-kind", kind)
        hands.fill(f"{row}-description_ar", description)
    # The third source announced the meeting and does not speak of an agreement.
    hands.click("#sources-2 .inline-deletelink")
    finish(hands)


def test_staff_enter_a_meeting_from_nothing_and_publish_it(page, portal, capsys):
    hands = Hands(page)

    page.goto("/admin/")
    hands.fill("username", "oujda")
    hands.fill("password", "correct horse battery")
    hands.click("[type=submit]")
    hands.click(".model-meeting .addlink")
    enter_meeting(hands)
    enter_chairs(hands)
    enter_agenda_and_evidence(hands)
    enter_agreement(
        hands,
        "دعم الأنشطة المدرة للدخل لفائدة النساء في وضعية صعبة والأشخاص في وضعية إعاقة "
        "بعمالة وأقاليم جهة الشرق",
        "التمكين الاقتصادي للنساء",
    )
    enter_agreement(
        hands,
        "اتفاقية تهم خدمات الإسعاف الاجتماعي المتنقل بجهة الشرق",
        "خدمات الإسعاف الاجتماعي المتنقل",
        COMPONENTS,
    )
    expect(page.locator(".children")).to_contain_text(["", "", "AG-2022-0001", "", ""])
    publish_alone(hands)
    expect(page.locator(".messagelist .success").last).to_be_visible()

    counts = {"fields": hands.fields, "clicks": hands.clicks, "pages": hands.pages}
    with capsys.disabled():
        print(f"\nOujda, from nothing to published: {counts}")  # noqa: T201 -- the figure

    assert_entered(participants=7)
    assert counts == MOST

    page.goto("/meetings/2022-01-12-oriental/")
    expect(page.locator("h1")).to_have_text(TITLE)
    for name in ("معاذ الجامعي", "عواطف حيار", "عبد النبي بعيوي"):
        expect(page.get_by_text(re.compile(name)).first).to_be_visible()
    for reference in ("AG-2022-0001", "AG-2022-0002"):
        assert page.locator(f"a[href='/agreements/{reference}/']").count() > 0


def assert_entered(participants):
    meeting = Meeting.objects.published().get(slug="2022-01-12-oriental")
    assert {
        (row.person.name_ar, str(row.capacity))
        for row in meeting.participations.all()
        if row.chairs
    } == {
        ("معاذ الجامعي", "chair"),
        ("عواطف حيار", "chair"),
        ("عبد النبي بعيوي", "chair"),
    }
    assert meeting.participations.count() == participants
    assert meeting.sources.count() == 3
    assert not meeting.attendances.exists()
    agreements = PartnershipAgreement.objects.published().order_by("reference")
    assert [one.reference for one in agreements] == ["AG-2022-0001", "AG-2022-0002"]
    assert [one.status for one in agreements] == ["signed", "signed"]
    assert [one.sources.count() for one in agreements] == [2, 2]
    assert [
        (one.kind, one.description_ar) for one in agreements[1].components.all()
    ] == COMPONENTS


def enter_participants_from_the_last(hands):
    """Enter who came, in the rows that the last meeting left: all of its categories."""
    for row, person, stated in (
        (1, "معاذ الجامعي", "والي جهة الشرق عامل عمالة وجدة-أنجاد"),
        (2, "عبد النبي بعيوي", "رئيس مجلس جهة الشرق"),
    ):
        name = f"participations-{row}"
        hands.choose(f"{name}-capacity", "chair")
        hands.add_on_the_spot(f"{name}-person", name_ar=person, gender="m")
        hands.fill(f"{name}-office_stated_ar", stated)
    minister = "وزيرة التضامن والإدماج الاجتماعي والأسرة"
    hands.fill("participations-0-office_stated_ar", minister)
    for row, description in (
        (3, "رؤساء المجالس الإقليمية"),
        (6, "رؤساء المصالح الخارجية"),
        (11, "عدد من المسؤولين والشخصيات"),
    ):
        hands.fill(f"participations-{row}-description_ar", description)
    row = hands.add_row("participations")
    hands.choose(f"{row}-category", "الولايات والعمالات والأقاليم")
    hands.fill(f"{row}-description_ar", "عمال أقاليم الجهة")
    # Communes, parliament, the two bodies of the social pole, associations, media.
    for row in (10, 9, 8, 7, 5, 4):
        hands.click(f"#participations-{row} .inline-deletelink")


def test_staff_enter_a_meeting_from_the_last_of_its_series_and_submit_it(
    page, portal_before, capsys
):
    last = Meeting.objects.get(slug=BEFORE[-1])
    page.goto("/admin/")
    page.locator("[name=username]").fill("oujda")
    page.locator("[name=password]").fill("correct horse battery")
    page.locator("[type=submit]").click()
    expect(page.locator("#worklist")).to_be_visible()
    hands = Hands(page)

    page.goto(f"/admin/consultations/meeting/{last.pk}/change/")
    hands.fill("_on", "2022-01-12")
    hands.choose("_region", "الشرق")
    hands.click(".next-meeting button")
    expect(page.locator("[name=region]")).to_contain_text("الشرق")
    hands.fill("title_ar", TITLE)
    hands.fill("order_in_series", "6")
    hands.choose("order_basis", "stated")
    hands.search("provinces", "وجدة")
    enter_text(hands)
    enter_participants_from_the_last(hands)
    enter_agenda_and_evidence(hands)
    enter_agreement(
        hands,
        "دعم الأنشطة المدرة للدخل لفائدة النساء في وضعية صعبة والأشخاص في وضعية إعاقة "
        "بعمالة وأقاليم جهة الشرق",
        "التمكين الاقتصادي للنساء",
        finish=submit,
    )
    enter_agreement(
        hands,
        "اتفاقية تهم خدمات الإسعاف الاجتماعي المتنقل بجهة الشرق",
        "خدمات الإسعاف الاجتماعي المتنقل",
        COMPONENTS,
        finish=submit,
    )
    expect(page.locator(".children")).to_contain_text(["", "", "AG-2022-0001", "", ""])
    submit(hands)
    expect(page.locator(".messagelist .success").last).to_be_visible()

    counts = {"clicks": hands.clicks, "choices": hands.choices, "pages": hands.pages}
    with capsys.disabled():
        print(f"\nOujda, from the last of the series: {counts}")  # noqa: T201 -- the figure

    second_person = UserFactory()
    for model in (PartnershipAgreement, Meeting):
        for record in model.objects.filter(publication="in_review"):
            services.publish(record, by=second_person)
    assert_entered(participants=7)
    assert Meeting.objects.get(slug="2022-01-12-oriental").series == last.series
    assert counts == MOST_FROM_THE_LAST


def test_page_with_unsaved_text_is_not_left_unasked(page, portal):
    page.goto("/admin/")
    page.locator("[name=username]").fill("oujda")
    page.locator("[name=password]").fill("correct horse battery")
    page.locator("[type=submit]").click()
    page.locator(".model-meeting .addlink").click()
    asked = []

    def stay(dialog):
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)

    page.locator("[name=title_ar]").fill(TITLE)
    page.locator(".staff-languages [value=fr]").click(no_wait_after=True)
    page.wait_for_timeout(500)
    kept = page.locator("[name=title_ar]").input_value()
    page.locator("[name=title_ar]").fill("")
    page.locator(".staff-languages [value=fr]").click()
    page.wait_for_url("**/fr/admin/**")

    assert asked == ["beforeunload"]
    assert kept == TITLE
