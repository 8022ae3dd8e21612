import datetime
from itertools import product

import pytest
from django.utils import translation

from consultations.models import Meeting, Participation
from tests.factories.consultations import (
    MeetingFactory,
    ParticipationFactory,
    SourceFactory,
)
from tests.factories.stakeholders import (
    OfficeFactory,
    OrganisationFactory,
    ParticipantCategoryFactory,
    PersonFactory,
)

pytestmark = pytest.mark.django_db


def test_participations_follow_the_order_of_their_meetings(read_rows):
    older = MeetingFactory(starts_on=datetime.date(2021, 12, 18))
    newer = MeetingFactory(starts_on=datetime.date(2022, 2, 4))
    ParticipationFactory(meeting=older, order=1)
    ParticipationFactory(meeting=newer, order=2)
    ParticipationFactory(meeting=newer, order=1)
    ParticipationFactory(meeting=MeetingFactory(draft=True))

    rows = read_rows("participations")

    assert [(row["meeting_slug"], row["order"]) for row in rows] == [
        (newer.slug, 1),
        (newer.slug, 2),
        (older.slug, 1),
    ]


def test_participations_of_two_alike_are_two_rows(read_rows):
    category = ParticipantCategoryFactory(code="associations")
    ParticipationFactory.create_batch(2, meeting=MeetingFactory(), category=category)

    assert [row["category"] for row in read_rows("participations")] == [
        "associations",
        "associations",
    ]


def test_participations_tell_what_is_known(read_rows):
    meeting = MeetingFactory()
    participation = ParticipationFactory(
        meeting=meeting,
        category=ParticipantCategoryFactory(code="regional_council"),
        capacity=Participation.Capacity.CHAIR,
        organisation=OrganisationFactory(name_ar="مجلس الجهة", name_fr="Conseil"),
        person=PersonFactory(
            name_ar="امباركة",
            name_fr="Mbarka",
            gender="f",
            email="mbarka@example.org",
            telephone="+212537684000",
        ),
        office=OfficeFactory(president=True),
        on_behalf_of=PersonFactory(name_ar="والٍ"),
        on_behalf_of_office="والي الجهة",
        source=SourceFactory(meeting=meeting, url="https://example.org/a", site=""),
    )

    (row,) = read_rows("participations")

    told = {key: cell for key, cell in row.items() if cell not in (None, "")}
    assert told == {
        "meeting_slug": meeting.slug,
        "meeting_url": f"https://portal.example{meeting.get_absolute_url()}",
        "order": 0,
        "category": "regional_council",
        "capacity": "chair",
        "organisation_ar": "مجلس الجهة",
        "organisation_fr": "Conseil",
        "person_ar": "امباركة",
        "person_fr": "Mbarka",
        "office_ar": "رئيسة مجلس الجهة",
        "office_fr": "Présidente du conseil régional",
        "on_behalf_of": "والٍ",
        "on_behalf_of_office": "والي الجهة",
        "source": "https://example.org/a",
        "participation_id": f"PAR-{participation.pk}",
        "organisation_id": f"ORG-{participation.organisation_id}",
        "source_id": f"SRC-{participation.source_id}",
    }


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_participations_name_whom_the_page_names(read_rows, language):
    """The expression and the property are one rule, over all its cases."""
    meeting = MeetingFactory()
    office = OfficeFactory(president=True)
    cases = product(
        [True, False],  # consent
        [office, None],
        [{}, *({f"office_stated_{code}": "صفة"} for code in ("ar", "fr", "en"))],
        [{"name_ar": "اسم", "name_fr": "Nom"}, {"name_ar": "", "name_fr": "Nom"}],
        ["f", ""],
    )
    for order, (consent, held, stated, names, gender) in enumerate(cases):
        person = PersonFactory(consents_to_be_named=consent, gender=gender, **names)
        ParticipationFactory(
            meeting=meeting, order=order, person=person, office=held, **stated
        )
    ParticipationFactory(meeting=meeting, order=64, office=office)
    for consent, represented in product([True, False], ["", "والي الجهة"]):
        ParticipationFactory(
            meeting=meeting,
            order=65,
            on_behalf_of=PersonFactory(consents_to_be_named=consent, name_fr="Nom"),
            on_behalf_of_office=represented,
        )

    rows = read_rows("participations")

    other = "fr" if language == "ar" else "ar"
    with translation.override(language):
        assert [
            row[f"person_{language}"] or row[f"person_{other}"] for row in rows
        ] == [
            participation.public_person
            for participation in meeting.participations.order_by("order", "pk")
        ]
    with translation.override("ar"):
        assert [row["on_behalf_of"] for row in rows] == [
            participation.public_on_behalf_of
            for participation in meeting.participations.order_by("order", "pk")
        ]


def test_participations_for_staff_tell_the_publication_of_the_meeting(read_rows):
    ParticipationFactory(meeting=MeetingFactory(draft=True))

    rows = read_rows("participations", Meeting.objects.all(), with_drafts=True)

    assert [row["publication"] for row in rows] == ["draft"]
