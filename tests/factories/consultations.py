import datetime

import factory
from django.utils import timezone

from consultations.models import (
    AgendaItem,
    AgreementComponent,
    AgreementParty,
    AgreementStep,
    AidDistribution,
    Attendance,
    Commitment,
    Correction,
    Discrepancy,
    Document,
    Expectation,
    Instrument,
    Meeting,
    MeetingSeries,
    MeetingType,
    Participation,
    PartnershipAgreement,
    PreviewLink,
    Programme,
    Progress,
    Publication,
    PublicationStep,
    Source,
    TargetGroup,
    Theme,
)
from consultations.search import refresh_search_text
from tests.factories.accounts import UserFactory
from tests.factories.stakeholders import (
    OrganisationFactory,
    ParticipantCategoryFactory,
    TermFactory,
)


class MeetingTypeFactory(TermFactory):
    class Meta:
        model = MeetingType


class ThemeFactory(TermFactory):
    class Meta:
        model = Theme


class TargetGroupFactory(TermFactory):
    class Meta:
        model = TargetGroup


class ProgrammeFactory(TermFactory):
    class Meta:
        model = Programme


class InstrumentFactory(TermFactory):
    class Meta:
        model = Instrument


class MeetingSeriesFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = MeetingSeries

    code = factory.Sequence(lambda n: f"series-{n}")
    title_ar = factory.Sequence(lambda n: f"سلسلة {n}")


class PublishedFactory(factory.django.DjangoModelFactory):
    """A published record, unless asked for as a draft; its index is kept."""

    class Meta:
        abstract = True
        skip_postgeneration_save = True

    publication = Publication.PUBLISHED
    published_at = factory.LazyFunction(lambda: timezone.now())

    class Params:
        draft = factory.Trait(publication=Publication.DRAFT, published_at=None)
        in_review = factory.Trait(publication=Publication.IN_REVIEW, published_at=None)
        scheduled = factory.Trait(
            publish_at=factory.LazyFunction(
                lambda: timezone.now() + datetime.timedelta(days=1)
            ),
            published_at=factory.SelfAttribute("publish_at"),
        )
        withdrawn = factory.Trait(
            publication=Publication.WITHDRAWN, withdrawal_reason="سجل مكرر"
        )

    @factory.post_generation
    def index(self, create, extracted, **kwargs):
        if create:
            refresh_search_text(self)


class MeetingFactory(PublishedFactory):
    """A published national meeting, with nothing that a search could hit but its title.

    Undated, as a date is something to be found by; with ``starts_on`` known to its day.
    """

    class Meta:
        model = Meeting

    title_ar = "لقاء"
    type = factory.SubFactory(MeetingTypeFactory)
    state = Meeting.State.HELD
    starts_on = None
    ends_on = None
    date_precision = factory.LazyAttribute(
        lambda meeting: (
            Meeting.DatePrecision.DAY
            if meeting.starts_on or meeting.ends_on
            else Meeting.DatePrecision.UNKNOWN
        )
    )

    class Params:
        undated = factory.Trait(starts_on=None, ends_on=None)
        announced_only = factory.Trait(
            state=Meeting.State.ANNOUNCED, coverage=Meeting.Coverage.NO_REPORT
        )


class DatedMeetingFactory(MeetingFactory):
    """A meeting of 12 January 2022."""

    starts_on = datetime.date(2022, 1, 12)


class PartnershipAgreementFactory(PublishedFactory):
    class Meta:
        model = PartnershipAgreement

    title_ar = "اتفاقية"


class ParticipationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Participation

    meeting = factory.SubFactory(MeetingFactory)
    category = factory.SubFactory(ParticipantCategoryFactory)


class AttendanceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Attendance

    meeting = factory.SubFactory(MeetingFactory)
    category = factory.SubFactory(ParticipantCategoryFactory)


class AgendaItemFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = AgendaItem

    meeting = factory.SubFactory(MeetingFactory)
    kind = AgendaItem.Kind.PRESENTATION
    title_ar = "عرض"


class ExpectationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Expectation

    meeting = factory.SubFactory(MeetingFactory)
    text_ar = "انتظار"


class CommitmentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Commitment
        skip_postgeneration_save = True

    meeting = factory.SubFactory(MeetingFactory)
    text_ar = "التزام"


class AidDistributionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = AidDistribution

    meeting = factory.SubFactory(MeetingFactory)
    description_ar = "دعم"


class AgreementStepFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = AgreementStep

    agreement = factory.SubFactory(PartnershipAgreementFactory)
    kind = "signed"


class AgreementPartyFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = AgreementParty

    agreement = factory.SubFactory(PartnershipAgreementFactory)
    organisation = factory.SubFactory(OrganisationFactory)


class AgreementComponentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = AgreementComponent

    agreement = factory.SubFactory(PartnershipAgreementFactory)
    kind = AgreementComponent.Kind.PURCHASE
    description_ar = "اقتناء وحدة متنقلة"


class SourceFactory(factory.django.DjangoModelFactory):
    """A source of ``meeting`` or of ``agreement``: name one."""

    class Meta:
        model = Source

    kind = Source.Kind.PRESS_REPORT
    publisher = "جريدة"
    site = "example.org"


class DiscrepancyFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Discrepancy

    matter = Discrepancy.Matter.CHAIR
    statements_ar = "جريدة: ترأسه الوالي"


class DocumentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Document

    kind = Document.Kind.MINUTES
    title = "محضر"
    url = "https://example.org/minutes.pdf"
    is_public = True


class CorrectionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Correction

    corrected_on = datetime.date(2022, 3, 1)
    what = "تصحيح المكان"
    why = "خطأ في المصدر"


class PublicationStepFactory(factory.django.DjangoModelFactory):
    """A step of ``meeting`` or of ``agreement``: name one."""

    class Meta:
        model = PublicationStep

    kind = PublicationStep.Kind.PUBLISHED
    by = factory.SubFactory(UserFactory)


class PreviewLinkFactory(factory.django.DjangoModelFactory):
    """A link to ``meeting`` or to ``agreement``: name one."""

    class Meta:
        model = PreviewLink

    made_by = factory.SubFactory(UserFactory)


class ProgressFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Progress

    note = "انطلاق الأشغال"
