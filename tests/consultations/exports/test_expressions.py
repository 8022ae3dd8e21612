import pytest
from django.db.models import OuterRef

from consultations.exports.expressions import Joined, first_filled
from consultations.models import Meeting, Participation
from tests.factories.consultations import MeetingFactory, ParticipationFactory

pytestmark = pytest.mark.django_db


def test_joined_keeps_the_order_of_its_rows_and_skips_empty_values():
    meeting = MeetingFactory()
    for order, text in ((3, "ج"), (1, "ب"), (2, ""), (4, "ب"), (0, "%s ' \\ {1,2}")):
        ParticipationFactory(meeting=meeting, order=order, description_ar=text)
    ParticipationFactory(description_ar="لقاء آخر")
    rows = Participation.objects.filter(meeting=OuterRef("pk"))

    ascending = Joined(rows.order_by("order"), "description_ar")
    descending = Joined(rows.order_by("-order"), "description_ar")

    assert Meeting.objects.filter(pk=meeting.pk).values_list(
        ascending, descending
    ).get() == ("%s ' \\ {1,2} | ب | ج | ب", "ب | ج | ب | %s ' \\ {1,2}")


def test_joined_keeps_a_value_that_holds_the_separator_one():
    meeting = MeetingFactory()
    for order, text in enumerate(("أ | ب", "ج|د")):
        ParticipationFactory(meeting=meeting, order=order, description_ar=text)
    rows = Participation.objects.filter(meeting=OuterRef("pk")).order_by("order")

    [(joined,)] = Meeting.objects.values_list(Joined(rows, "description_ar"))

    assert joined.split(" | ") == ["أ / ب", "ج|د"]


def test_joined_of_nothing_is_null():
    meeting = MeetingFactory()
    rows = Participation.objects.filter(meeting=OuterRef("pk")).order_by("order")

    assert Meeting.objects.values_list(Joined(rows, "description_ar")).get() == (None,)
    ParticipationFactory(meeting=meeting, description_ar="")
    assert Meeting.objects.values_list(Joined(rows, "description_ar")).get() == (None,)


@pytest.mark.parametrize(
    ("texts", "first"),
    [
        ({"city_ar": "وجدة", "city_fr": "Oujda"}, "وجدة"),
        ({"city_fr": "Oujda", "city_en": "Oujda!"}, "Oujda"),
        ({}, ""),
    ],
)
def test_first_filled_passes_over_what_is_empty(texts, first):
    MeetingFactory(**texts)

    filled = first_filled("city_ar", "city_fr", "city_en", "series__title_ar")

    assert Meeting.objects.values_list(filled).get() == (first,)
