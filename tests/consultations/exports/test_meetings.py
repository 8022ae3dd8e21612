import datetime

import pytest

from consultations.exports import DATASETS
from consultations.models import Meeting, Participation
from tests.factories.consultations import (
    AgreementStepFactory,
    AttendanceFactory,
    DatedMeetingFactory,
    MeetingFactory,
    ParticipationFactory,
    PartnershipAgreementFactory,
    SourceFactory,
    ThemeFactory,
)
from tests.factories.regions import ProvinceFactory, RegionFactory
from tests.factories.stakeholders import (
    OfficeFactory,
    OrganisationFactory,
    PersonFactory,
)

pytestmark = pytest.mark.django_db

PROMISED = [
    "slug",
    "url",
    "series",
    "order_in_series",
    "type",
    "state",
    "mode",
    "region_code",
    "region_ar",
    "region_fr",
    "province_codes",
    "city",
    "venue",
    "starts_on",
    "ends_on",
    "date_precision",
    "date_basis",
    "title_ar",
    "title_fr",
    "title_en",
    "summary_ar",
    "chairs",
    "themes",
    "people_present",
    "agreements_signed",
    "sources_count",
    "published_at",
    "updated_at",
]


def test_meetings_begin_with_the_promised_columns_in_their_order():
    keys = DATASETS["meetings"].keys

    assert list(keys[: len(PROMISED)]) == PROMISED


def test_meetings_are_the_published_ones_newest_first(read_rows):
    older = MeetingFactory(starts_on=datetime.date(2021, 12, 18))
    newer = MeetingFactory(starts_on=datetime.date(2022, 2, 4))
    undated = MeetingFactory(undated=True)
    MeetingFactory(draft=True)
    MeetingFactory(withdrawn=True)

    slugs = [row["slug"] for row in read_rows("meetings")]

    assert slugs == [newer.slug, older.slug, undated.slug]


def test_meetings_have_the_address_of_their_arabic_page(read_rows):
    meeting = DatedMeetingFactory(region=RegionFactory(oriental=True))

    (row,) = read_rows("meetings")

    assert row["url"] == "https://portal.example/meetings/2022-01-12-oriental/"
    assert row["url"] == f"https://portal.example{meeting.get_absolute_url()}"


def test_meetings_leave_what_is_unknown_empty(read_rows):
    MeetingFactory(undated=True)

    (row,) = read_rows("meetings")

    unknown = {key for key, cell in row.items() if cell in (None, "")}
    assert unknown == set(row) - {
        "slug",
        "url",
        "type",
        "state",
        "mode",
        "date_precision",
        "title_ar",
        "sources_count",
        "published_at",
        "updated_at",
        "coverage",
        "is_official_summary",
        "notes_language",
    }


def test_meetings_add_up_the_people_of_known_categories(read_rows):
    meeting = MeetingFactory()
    AttendanceFactory(meeting=meeting, present=30)
    AttendanceFactory(meeting=meeting, present=0)
    AttendanceFactory(meeting=meeting, present=None, invited=200)
    ParticipationFactory.create_batch(2, meeting=meeting)
    SourceFactory.create_batch(3, meeting=meeting)

    (row,) = read_rows("meetings")

    assert (row["people_present"], row["sources_count"]) == (30, 3)


@pytest.mark.parametrize(("present", "total"), [([None], None), ([0], 0), ([], None)])
def test_meetings_tell_nobody_present_from_unknown(read_rows, present, total):
    meeting = MeetingFactory()
    for number in present:
        AttendanceFactory(meeting=meeting, present=number)

    (row,) = read_rows("meetings")

    assert row["people_present"] == total


def test_meetings_count_published_agreements_signed_there(read_rows):
    meeting = MeetingFactory()
    signed_twice = PartnershipAgreementFactory()
    AgreementStepFactory.create_batch(2, agreement=signed_twice, meeting=meeting)
    AgreementStepFactory(meeting=meeting)
    AgreementStepFactory(meeting=meeting, kind="initialled")
    AgreementStepFactory(
        meeting=meeting, agreement=PartnershipAgreementFactory(draft=True)
    )

    (row,) = read_rows("meetings")
    (row_for_staff,) = read_rows("meetings", with_drafts=True)

    assert row["agreements_signed"] == 2
    assert row_for_staff["agreements_signed"] == 3


@pytest.mark.parametrize(("reported", "signed"), [(None, None), (9, None), (0, 0)])
def test_meetings_know_of_no_signature_only_from_a_source(read_rows, reported, signed):
    MeetingFactory(agreements_reported=reported)

    (row,) = read_rows("meetings")

    assert row["agreements_signed"] == signed


def test_meetings_list_provinces_and_themes_in_a_stable_order(read_rows):
    meeting = MeetingFactory()
    meeting.provinces.set(
        [ProvinceFactory(iso_code=code) for code in ("MA-TAI", "MA-BER")]
    )
    meeting.themes.set(
        [ThemeFactory(code="family", order=2), ThemeFactory(code="disability", order=1)]
    )
    MeetingFactory()

    row = next(row for row in read_rows("meetings") if row["slug"] == meeting.slug)

    assert row["province_codes"] == "MA-BER | MA-TAI"
    assert row["themes"] == "disability | family"


def test_meetings_name_those_in_the_chair_as_far_as_they_are_public(read_rows):
    meeting = MeetingFactory()
    chairs = [
        {
            "person": PersonFactory(name_ar="معاذ الجامعي"),
            "office_stated_ar": "والي جهة الشرق",
        },
        {
            "person": PersonFactory(name_ar="", name_fr="Aawatif Hayar", gender="f"),
            "office": OfficeFactory(
                name_ar="وزير التضامن", feminine_ar="وزيرة التضامن"
            ),
        },
        {"office": OfficeFactory(president=True)},
        {"person": PersonFactory(name_ar="زهرة", consents_to_be_named=True)},
        {
            "person": PersonFactory(name_ar="بلا صفة"),
            "organisation": OrganisationFactory(name_ar="التعاون الوطني"),
        },
        {
            "person": PersonFactory(name_ar="بلا موافقة"),
            "description_ar": "فاعلة جمعوية",
        },
    ]
    for order, chair in enumerate(chairs):
        ParticipationFactory(
            meeting=meeting,
            order=order,
            capacity=Participation.Capacity.CO_CHAIR,
            **chair,
        )
    ParticipationFactory(
        meeting=meeting,
        person=PersonFactory(name_ar="متدخل"),
        office_stated_ar="مدير",
        capacity=Participation.Capacity.SPEAKER,
    )

    (row,) = read_rows("meetings")

    assert row["chairs"] == (
        "معاذ الجامعي (والي جهة الشرق) | Aawatif Hayar (وزيرة التضامن) | رئيس مجلس الجهة"
        " | زهرة | التعاون الوطني | فاعلة جمعوية"
    )


def test_meetings_refer_to_published_meetings_only(read_rows):
    event = MeetingFactory(starts_on=datetime.date(2022, 1, 1))
    draft = MeetingFactory(draft=True, starts_on=datetime.date(2022, 1, 2))
    MeetingFactory(part_of=event, follows=draft, starts_on=datetime.date(2022, 3, 1))

    row = read_rows("meetings")[0]
    row_for_staff = read_rows("meetings", with_drafts=True)[0]

    assert (row["part_of"], row["follows"]) == (event.slug, None)
    assert row_for_staff["follows"] == draft.slug


def test_meetings_for_staff_end_with_their_publication(read_rows):
    MeetingFactory(draft=True, title_ar="")

    rows = read_rows("meetings", Meeting.objects.all(), with_drafts=True)

    assert list(rows[0].items())[-1] == ("publication", "draft")
    assert "publication" not in DATASETS["meetings"].keys
