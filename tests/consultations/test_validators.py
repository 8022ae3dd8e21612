from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from config.template_tags import quantity
from consultations.validators import (
    validate_contributions,
    validate_expectations_of_meeting,
    validate_one_meeting_a_region,
    validate_provinces_lie_in,
    validate_source_of_record,
)
from tests.factories.consultations import (
    ExpectationFactory,
    MeetingFactory,
    MeetingSeriesFactory,
    PartnershipAgreementFactory,
    SourceFactory,
)
from tests.factories.regions import ProvinceFactory, RegionFactory

pytestmark = pytest.mark.django_db


def test_provinces_of_the_regions_pass():
    first, second = ProvinceFactory.create_batch(2)

    validate_provinces_lie_in([first.region, second.region], [first, second])
    validate_provinces_lie_in([first.region], [])


def test_national_record_may_name_any_province():
    validate_provinces_lie_in([], [ProvinceFactory()])


def test_province_outside_its_region_is_named():
    region = RegionFactory(oriental=True)
    inside = ProvinceFactory(region=region)
    outside = ProvinceFactory(name_ar="تازة")

    with pytest.raises(ValidationError) as refusal:
        validate_provinces_lie_in([region], [inside, outside])

    [(field, [message])] = refusal.value.message_dict.items()
    assert field == "provinces"
    assert "تازة" in message
    assert "الشرق" in message
    assert inside.name not in message


def test_second_meeting_of_a_region_is_refused_with_the_first_named():
    series = MeetingSeriesFactory(one_per_region=True)
    region = RegionFactory(oriental=True)
    first = MeetingFactory(series=series, region=region, title_ar="لقاء وجدة")

    with pytest.raises(ValidationError) as refusal:
        validate_one_meeting_a_region(
            MeetingFactory.build(series=series, region=region, type=first.type)
        )

    [(field, [message])] = refusal.value.message_dict.items()
    assert field == "region"
    assert "لقاء وجدة" in message
    assert first.slug in message


def test_second_meeting_of_a_region_passes_where_the_series_allows_it():
    region = RegionFactory()
    series = MeetingSeriesFactory(one_per_region=True)
    first = MeetingFactory(series=series, region=region)
    free = MeetingFactory(series=MeetingSeriesFactory(), region=region)

    for meeting in (
        first,
        free,
        MeetingFactory(series=free.series, region=region),
        MeetingFactory(region=region),
        MeetingFactory(series=series),
        MeetingFactory(series=series, region=RegionFactory()),
        MeetingFactory(series=series, region=region, state="cancelled"),
    ):
        validate_one_meeting_a_region(meeting)


def test_meeting_in_place_of_a_cancelled_one_passes():
    series = MeetingSeriesFactory(one_per_region=True)
    region = RegionFactory()
    MeetingFactory(series=series, region=region, state="cancelled")

    validate_one_meeting_a_region(MeetingFactory(series=series, region=region))


@pytest.mark.parametrize(
    ("amount", "note", "contributions"),
    [
        (12, "exact", [6, 6]),
        (12, "exact", [6, None]),
        (12, "exact", []),
        (0, "exact", [0, None]),
        (12, "about", [6, 7]),
        (12, "programme_total", [13]),
        (None, "unknown", [6, 6]),
    ],
)
def test_contributions_within_the_amount_pass(amount, note, contributions):
    validate_contributions(amount, note, contributions)


@pytest.mark.parametrize(
    ("amount", "contributions"),
    [
        (12, [6, 7]),
        (0, [1]),
        (Decimal("0.30"), [Decimal("0.10")] * 3 + [Decimal("0.01")]),
    ],
)
def test_contributions_above_an_exact_amount_are_refused(amount, contributions):
    with pytest.raises(ValidationError) as refusal:
        validate_contributions(Decimal(amount), "exact", map(Decimal, contributions))

    [message] = refusal.value.messages
    assert quantity(sum(map(Decimal, contributions))) in message
    assert quantity(amount) in message


def test_expectations_of_the_meeting_pass():
    expectation = ExpectationFactory()

    validate_expectations_of_meeting(expectation.meeting_id, [expectation])
    validate_expectations_of_meeting(None, [])


def test_expectation_of_another_meeting_is_named():
    own, other = ExpectationFactory(), ExpectationFactory(text_ar="دعم الجمعيات")

    with pytest.raises(ValidationError) as refusal:
        validate_expectations_of_meeting(own.meeting_id, [own, other])

    [(field, [message])] = refusal.value.message_dict.items()
    assert field == "answers"
    assert "دعم الجمعيات" in message


@pytest.mark.parametrize("factory", [MeetingFactory, PartnershipAgreementFactory])
def test_source_of_the_record_passes(factory):
    record = factory()
    name = "meeting" if factory is MeetingFactory else "agreement"

    validate_source_of_record(SourceFactory(**{name: record}), record)
    validate_source_of_record(None, record)


def test_source_of_another_record_is_refused():
    meeting, other = MeetingFactory(), MeetingFactory(title_ar="لقاء العيون")

    with pytest.raises(ValidationError) as refusal:
        validate_source_of_record(SourceFactory(meeting=other), meeting)

    [(field, [message])] = refusal.value.message_dict.items()
    assert field == "source"
    assert "لقاء العيون" in message


def test_source_of_an_agreement_is_not_that_of_the_meeting_of_the_same_number():
    meeting = MeetingFactory()
    agreement = PartnershipAgreementFactory(pk=meeting.pk)

    with pytest.raises(ValidationError):
        validate_source_of_record(SourceFactory(agreement=agreement), meeting)
