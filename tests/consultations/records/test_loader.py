"""Loading is done once, whole or not at all, and says where a file is wrong."""

import io
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from config.models import DataVersion
from consultations.models import (
    Commitment,
    Meeting,
    MeetingSeries,
    Participation,
    PartnershipAgreement,
)
from consultations.records.loader import RecordError, load_records
from stakeholders.models import Organisation, Person
from tests.factories.consultations import (
    InstrumentFactory,
    MeetingTypeFactory,
    ThemeFactory,
)
from tests.factories.regions import ProvinceFactory, RegionFactory
from tests.factories.stakeholders import (
    OfficeFactory,
    OrganisationFactory,
    ParticipantCategoryFactory,
    PersonFactory,
)

pytestmark = pytest.mark.django_db

SERIES = "title: {ar: سلسلة}\none_per_region: true\n"
STAKEHOLDERS = """
organisations:
  council:
    name: {ar: مجلس الجهة, fr: Conseil de la région}
    category: regional_council
  ministry:
    name: {ar: وزارة}
    category: regional_council
persons:
  president:
    name_ar: رئيسة
    gender: f
    other_names: [الرئيسة, La présidente]
"""
MEETING = """
series: spring
order_in_series: 1
order_basis: stated
type: consultation
region: north
provinces: [MA-AAA]
starts_on: 2022-01-12
state: held
title: {ar: لقاء}
themes: [family]
objectives:
- {ar: أول, fr: Un}
- {ar: ثان, fr: Deux}
sources:
- key: daily
  kind: press_report
  publisher: اليومية
  published_time: "21:05"
  site: daily.example
participations:
- category: regional_council
  capacity: chair
  organisation: council
  person: president
  office: president
  source: daily
expectations:
- text: {ar: انتظار}
commitments:
- text: {ar: التزام}
  amount: 1000
  amount_note: exact
  answers: [1]
  agreement: AG-2022-0001
"""
AGREEMENT = """
title: {ar: اتفاقية}
instrument: protocol
regions: [north]
provinces: [MA-AAA]
amount: 100
amount_note: exact
sources:
- {key: daily, kind: press_report, publisher: اليومية, site: daily.example}
parties:
- {organisation: council, contribution: 60}
- {organisation: ministry, contribution: "40.00"}
steps:
- {kind: signed, date: 2022-01-12, meeting: 2022-01-12-north}
"""


@pytest.fixture
def folder(tmp_path):
    """A record of one series, one meeting and one agreement, and the terms it needs."""
    north = RegionFactory(slug="north")
    ProvinceFactory(iso_code="MA-AAA", region=north)
    ProvinceFactory(iso_code="MA-ZZZ", region=RegionFactory(slug="south"))
    MeetingTypeFactory(code="consultation")
    ThemeFactory(code="family")
    InstrumentFactory(code="protocol")
    ParticipantCategoryFactory(code="regional_council")
    OfficeFactory(code="president")
    for name, text in (
        ("stakeholders", STAKEHOLDERS),
        ("series/spring", SERIES),
        ("meetings/2022-01-12-north", MEETING),
        ("agreements/AG-2022-0001", AGREEMENT),
    ):
        write(tmp_path, name, text)
    return tmp_path


def write(folder: Path, name: str, text: str) -> None:
    file = folder / f"{name}.yaml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")


def load(folder: Path, *options) -> str:
    output = io.StringIO()
    call_command("load_records", "--folder", folder, *options, stdout=output)
    return output.getvalue()


def every_row() -> dict:
    """Return every row of every table, history included, as the database has it."""
    return {
        model._meta.label: list(model.objects.order_by("pk").values())
        for label in ("config", "regions", "stakeholders", "consultations")
        for model in apps.get_app_config(label).get_models(include_auto_created=True)
    }


def test_load_brings_in_a_record_with_its_parts(folder):
    output = load(folder)

    meeting = Meeting.objects.get()
    assert meeting.slug == "2022-01-12-north"
    assert meeting.is_published
    assert (meeting.objectives_ar, meeting.objectives_fr) == ("أول\nثان", "Un\nDeux")
    assert [theme.code for theme in meeting.themes.all()] == ["family"]
    chair = meeting.participations.get()
    assert chair.person.other_names == "الرئيسة\nLa présidente"
    assert chair.source.published_time.isoformat() == "21:05:00"
    commitment = meeting.commitments.get()
    assert commitment.answers.get() == meeting.expectations.get()
    assert commitment.agreement == PartnershipAgreement.objects.get()
    assert commitment.agreement.is_published
    assert "MeetingSeries: 1 added, 0 kept\nMeeting: 1 added, 0 kept\n" in output


def test_load_again_changes_nothing(folder):
    load(folder)
    before = every_row()

    output = load(folder)

    assert every_row() == before
    assert output == (
        "MeetingSeries: 0 added, 1 kept\n"
        "Meeting: 0 added, 1 kept\n"
        "PartnershipAgreement: 0 added, 1 kept\n"
    )


def test_load_of_the_shipped_record_again_asks_for_three_keys_only(
    reference_data, django_assert_num_queries
):
    load_records()
    before = every_row()

    with django_assert_num_queries(5):  # three, and the transaction's two
        outcome = load_records()

    assert every_row() == before
    assert outcome.added.total() == 0
    assert outcome.kept["Meeting"] == 15
    assert outcome.kept["PartnershipAgreement"] == 7


def test_load_leaves_what_staff_made_of_a_record(folder):
    load(folder)
    meeting = Meeting.objects.get()
    meeting.title_ar = "عنوان جديد"
    meeting.save()
    meeting.participations.all().delete()
    Organisation.objects.filter(name_ar="مجلس الجهة").update(name_ar="اسم جديد")

    load(folder)

    meeting.refresh_from_db()
    assert meeting.title_ar == "عنوان جديد"
    assert Participation.objects.count() == 0
    assert Organisation.objects.count() == 2


def test_load_adds_a_record_that_came_later(folder):
    load(folder)
    write(
        folder,
        "meetings/2023-03-north",
        "type: consultation\nregion: north\nstarts_on: 2023-03-01\n"
        "date_precision: month\nstate: held\ntitle: {ar: لقاء}\n"
        "participations: [{category: regional_council, organisation: council}]\n"
        "sources: [{kind: press_report, publisher: اليومية, site: daily.example}]\n",
    )

    output = load(folder)

    assert "Meeting: 1 added, 1 kept\n" in output
    assert "Organisation: 0 added, 1 kept\n" in output
    assert Meeting.objects.get(slug="2023-03-north").is_published
    assert DataVersion.current() == 3


def test_load_takes_stakeholders_by_any_of_their_names(folder):
    council = OrganisationFactory(name_ar="المجلس", other_names="x\nمجلس الجهة")
    OrganisationFactory(other_names="مجلس الجهة الأخرى\nوزارة الصحة")
    president = PersonFactory(name_ar="رئيسة")

    load(folder)

    chair = Participation.objects.get()
    assert (chair.organisation, chair.person) == (council, president)
    assert Organisation.objects.count() == 3


def test_dry_run_writes_nothing_and_says_what_it_would(folder):
    before = every_row()

    output = load(folder, "--dry-run")

    assert every_row() == before
    assert "Meeting: 1 added, 0 kept\n" in output
    assert output.endswith("Nothing was written.\n")


def test_load_is_silent_when_asked(folder):
    output = io.StringIO()

    call_command("load_records", "--folder", folder, verbosity=0, stdout=output)

    assert output.getvalue() == ""
    assert Meeting.objects.count() == 1


MEETING_FILE = "meetings/2022-01-12-north"
AGREEMENT_FILE = "agreements/AG-2022-0001"
IN_MEETING = f"{MEETING_FILE}.yaml, 2022-01-12-north"
IN_AGREEMENT = f"{AGREEMENT_FILE}.yaml, AG-2022-0001"


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        # Names of fields
        (
            MEETING_FILE,
            "state: held",
            "stat: held",
            f"{IN_MEETING}, stat: A consultation meeting has no such field.",
        ),
        (
            MEETING_FILE,
            "state: held",
            "state: held\nversion: 3",
            f"{IN_MEETING}, version: The portal makes this itself.",
        ),
        (
            MEETING_FILE,
            "capacity: chair",
            "capacity: chair\n  order: 4",
            f"{IN_MEETING}, participations 1, order: This follows from where the "
            "values stand.",
        ),
        # Names of things
        (
            MEETING_FILE,
            "type: consultation",
            "type: consultations",
            f"{IN_MEETING}, type: No type of meeting “consultations”.",
        ),
        (
            MEETING_FILE,
            "region: north",
            "region: [north]",
            f"{IN_MEETING}, region: “['north']” names nothing.",
        ),
        (
            MEETING_FILE,
            "office: president",
            "office: presidente",
            f"{IN_MEETING}, participations 1, office: No office “presidente”.",
        ),
        (
            MEETING_FILE,
            "person: president",
            "person: vice",
            f"{IN_MEETING}, participations 1, person: stakeholders.yaml has no “vice” "
            "under persons.",
        ),
        (
            MEETING_FILE,
            "source: daily",
            "source: weekly",
            f"{IN_MEETING}, participations 1, source: No source “weekly”.",
        ),
        (
            MEETING_FILE,
            "answers: [1]",
            "answers: [2]",
            f"{IN_MEETING}, commitments 1, answers: No expectation or recommendation "
            "“2”.",
        ),
        (
            MEETING_FILE,
            "agreement: AG-2022-0001",
            "agreement: AG-2022-0009",
            f"{IN_MEETING}, commitments 1, agreement: No partnership agreement "
            "“AG-2022-0009”.",
        ),
        (
            AGREEMENT_FILE,
            "meeting: 2022-01-12-north",
            "meeting: 2022-01-13-north",
            f"{IN_AGREEMENT}, steps 1, meeting: No consultation meeting "
            "“2022-01-13-north”.",
        ),
        (
            MEETING_FILE,
            "state: held",
            "state: held\ncreated_by: admin",
            f"{IN_MEETING}, created_by: The portal makes this itself.",
        ),
        (
            MEETING_FILE,
            "state: held",
            "state: held\nprogress_reports: [{commitment: 1, note: إنجاز}]",
            f"{IN_MEETING}, progress_reports 1, commitment: A file cannot name a "
            "commitment.",
        ),
        # Values
        (
            MEETING_FILE,
            "starts_on: 2022-01-12",
            "starts_on: 12 يناير 2022",
            f"{IN_MEETING}, starts_on: “12 يناير 2022” is not of the type expected here "
            "(date).",
        ),
        (
            MEETING_FILE,
            '"21:05"',
            "21:05",
            f"{IN_MEETING}, sources 1, published_time: “1265” is not of the type "
            "expected here (str).",
        ),
        (
            MEETING_FILE,
            "amount: 1000",
            "amount: 1000.5",
            f"{IN_MEETING}, commitments 1, amount: “1000.5” is not of the type expected "
            "here (int or str).",
        ),
        (
            MEETING_FILE,
            "order_in_series: 1",
            "order_in_series: true",
            f"{IN_MEETING}, order_in_series: “True” is not of the type expected here "
            "(int).",
        ),
        (
            MEETING_FILE,
            "state: held",
            "state: done",
            f"{IN_MEETING}, state: Value 'done' is not a valid choice.",
        ),
        (
            MEETING_FILE,
            "title: {ar: لقاء}",
            "title: {ar: لقاء, es: Encuentro}",
            f"{IN_MEETING}, title: Languages are expected: ar, fr, en.",
        ),
        (
            MEETING_FILE,
            "title: {ar: لقاء}",
            "title: لقاء",
            f"{IN_MEETING}, title: Languages are expected: ar, fr, en.",
        ),
        (
            MEETING_FILE,
            "title: {ar: لقاء}",
            "title: {ar: 2022}",
            f"{IN_MEETING}, title_ar: “2022” is not of the type expected here (str).",
        ),
        (
            MEETING_FILE,
            "themes: [family]",
            "themes: family",
            f"{IN_MEETING}, themes: A list is expected.",
        ),
        (
            MEETING_FILE,
            "expectations:\n- text: {ar: انتظار}",
            "expectations: {text: {ar: انتظار}}",
            f"{IN_MEETING}, expectations: A list is expected.",
        ),
        (
            MEETING_FILE,
            "expectations:\n- text: {ar: انتظار}",
            "expectations: [انتظار]",
            f"{IN_MEETING}, expectations 1: Fields with their values are expected.",
        ),
        # Rules
        (
            MEETING_FILE,
            "order_basis: stated\n",
            "",
            f"{IN_MEETING}: An order in the series needs the series, and the basis of "
            "the order.",
        ),
        (
            MEETING_FILE,
            "starts_on: 2022-01-12",
            "starts_on: 2022-01-13",
            f"{IN_MEETING}, starts_on: Date and region make the address "
            "“2022-01-13-north”; name the file so.",
        ),
        (
            MEETING_FILE,
            "title: {ar: لقاء}",
            "title: {fr: Rencontre}",
            f"{IN_MEETING}, title_ar: A published record needs its title in Arabic.",
        ),
        (
            AGREEMENT_FILE,
            "sources:\n- {key: daily, kind: press_report, publisher: اليومية, "
            "site: daily.example}\n",
            "",
            f"{IN_AGREEMENT}: A published record needs a source: add one under "
            "“sources”.",
        ),
        (
            AGREEMENT_FILE,
            "contribution: 60",
            "contribution: 61",
            f"{IN_AGREEMENT}: The contributions of the parties add up to 101 dirhams, "
            "more than the exact amount of 100.",
        ),
        (
            "stakeholders",
            "gender: f",
            "gender: x",
            "stakeholders.yaml, persons president, gender: Value 'x' is not a valid "
            "choice.",
        ),
    ],
)
def test_load_names_file_record_and_field_and_writes_nothing(
    folder, name, old, new, message
):
    text = (folder / f"{name}.yaml").read_text(encoding="utf-8")
    assert text.count(old) == 1
    write(folder, name, text.replace(old, new))
    before = every_row()

    with pytest.raises(CommandError) as refusal:
        load(folder)

    assert str(refusal.value) == message
    assert every_row() == before


@pytest.mark.parametrize("name", [MEETING_FILE, AGREEMENT_FILE])
def test_load_refuses_provinces_of_another_region(folder, name):
    text = (folder / f"{name}.yaml").read_text(encoding="utf-8")
    write(folder, name, text.replace("MA-AAA", "MA-ZZZ"))

    with pytest.raises(
        CommandError, match=rf"^{name}\.yaml, .*, provinces: Outside of"
    ):
        load(folder)

    assert Meeting.objects.count() == 0


def test_load_refuses_a_second_meeting_of_the_region(folder):
    second = MEETING.replace("2022-01-12", "2022-01-14").replace(
        "order_in_series: 1", "order_in_series: 2"
    )
    write(folder, "meetings/2022-01-14-north", second)

    with pytest.raises(CommandError) as refusal:
        load(folder)

    assert str(refusal.value).startswith(
        "meetings/2022-01-14-north.yaml, 2022-01-14-north, region: The series has one "
        "meeting a region"
    )
    assert MeetingSeries.objects.count() == 0
    assert Commitment.objects.count() == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("type: a\ntype: b\n", "“type” stands twice"),
        ("type: [a\n", "while parsing a flow sequence"),
        ("- type\n", "The file holds no record."),
        ("", "The file holds no record."),
    ],
)
def test_load_refuses_a_file_that_is_no_record(folder, text, message):
    write(folder, MEETING_FILE, text)

    with pytest.raises(CommandError) as refusal:
        load(folder)

    assert str(refusal.value).startswith(f"{IN_MEETING}: {message}")


def test_load_says_that_the_stakeholders_are_missing(folder):
    (folder / "stakeholders.yaml").unlink()

    with pytest.raises(RecordError, match=r"^stakeholders\.yaml: .*No such file"):
        load_records(folder)

    assert Person.objects.count() == 0
