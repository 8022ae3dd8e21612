"""N plausible meetings with all their parts, the same for the same seed.

Made for measuring pages and files: rows go in by the thousand, without history and
without the checks that a form makes. Frequencies follow what real reports state: most
participants are unnamed, one meeting in eight has attendance figures, one agreement in
five an amount.
"""

import datetime
import random
from decimal import Decimal

from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from config.models import DataVersion
from config.search_index import index_rows
from consultations.models import (
    AgendaItem,
    AgreementComponent,
    AgreementParty,
    AgreementStep,
    Attendance,
    Commitment,
    Discrepancy,
    Expectation,
    Instrument,
    Meeting,
    MeetingSeries,
    MeetingType,
    Participation,
    PartnershipAgreement,
    Progress,
    Publication,
    Source,
    Theme,
)
from consultations.search import index_records
from regions.models import Region
from stakeholders.models import (
    Office,
    Organisation,
    OrganisationDocument,
    ParticipantCategory,
    Person,
    PersonDocument,
)
from tests.bench.insertion import Insertion

BATCH = 1000
SUBJECTS = (
    ("الحماية الاجتماعية", "la protection sociale", "social protection"),
    ("التمكين الاقتصادي للنساء", "l’autonomisation des femmes", "women’s empowerment"),
    ("حماية الطفولة", "la protection de l’enfance", "child protection"),
    ("الأشخاص المسنين", "les personnes âgées", "older persons"),
    ("الأشخاص في وضعية إعاقة", "le handicap", "disability"),
    ("الإسعاف الاجتماعي المتنقل", "le SAMU social", "mobile social emergency aid"),
)
SENTENCES = (
    "عرضت الوزارة مجالات تدخل القطب الاجتماعي في الجهة.",
    "استمع المشاركون إلى تدخلات ممثلي المجالس المنتخبة والمصالح اللاممركزة.",
    "تركز النقاش على تقريب الخدمات من الأسر الهشة وتعبئة الشراكات.",
    "دعا الفاعلون الترابيون إلى ملاءمة البرامج مع خصوصيات كل إقليم.",
)
FAMILIES = ("العلوي", "بناني", "الإدريسي", "أمزيان", "التازي", "الريفي", "السوسي")
GIVEN = ("أحمد", "فاطمة", "يوسف", "خديجة", "عمر", "نادية", "حسن", "سعاد")
AID = ("تجهيز مركز استقبال", "اقتناء وحدة متنقلة", "تسيير مركز", "تكوين المستفيدات")


class Generator:
    """Write meetings, one list of objects a model, in an order that keys allow."""

    def __init__(self, seed: int = 20221112):
        self.random = random.Random(seed)
        self.insertion = Insertion()
        self.insert = self.insertion.insert

    @transaction.atomic
    def generate(self, meetings: int, offset: int = 0) -> None:
        """Add ``meetings`` meetings, with an agreement for one in two of them.

        ``offset`` tells how many earlier calls have made, so that no address or code
        comes twice.
        """
        call_command("load_reference_data", verbosity=0)
        self._read_reference_data()
        self._make_stakeholders()
        self._make_series(meetings, offset)
        for first in range(0, meetings, BATCH):
            written = [last_key(model) for model in (Meeting, PartnershipAgreement)]
            self._batch(offset + first, min(BATCH, meetings - first))
            index_after(*written)
        self.insertion.finish()
        DataVersion.raise_by_one()

    def _read_reference_data(self):
        self.regions = list(Region.objects.prefetch_related("provinces"))
        self.categories = list(ParticipantCategory.objects.all())
        self.types = list(MeetingType.objects.all())
        self.themes = list(Theme.objects.all())
        self.offices = list(Office.objects.all())
        self.instruments = list(Instrument.objects.all())

    def _make_stakeholders(self):
        self.organisations = []
        for number in range(200):
            category = self.random.choice(self.categories)
            region = self.random.choice(self.regions)
            name = f"{category.name_ar} – {region.name_ar} {number + 1}"
            self.organisations.append(
                Organisation(
                    name_ar=name,
                    name_fr=f"{category.name_fr} – {region.name_fr} {number + 1}",
                    category=category,
                    region=region,
                )
            )
        self.insert(Organisation, self.organisations)
        index_rows(OrganisationDocument, Organisation.objects.all())
        self.persons = []
        for number in range(300):
            name = (
                f"{self.random.choice(GIVEN)} {self.random.choice(FAMILIES)} {number}"
            )
            self.persons.append(
                Person(
                    name_ar=name,
                    gender=self.random.choice("fm"),
                )
            )
        self.insert(Person, self.persons)
        index_rows(PersonDocument, Person.objects.all())

    def _make_series(self, meetings, offset):
        self.series = [
            MeetingSeries(
                code=f"generated-{offset + number}",
                title_ar=f"سلسلة اللقاءات التشاورية رقم {number + 1}",
                title_fr=f"Série de rencontres n° {number + 1}",
            )
            for number in range(max(1, meetings // 500))
        ]
        self.insert(MeetingSeries, self.series)

    def _batch(self, first: int, count: int):
        meetings = [self._meeting(first + index) for index in range(count)]
        self.insert(Meeting, meetings)
        self._add_links(meetings)
        parts = {
            model: []
            for model in (
                Participation,
                Attendance,
                AgendaItem,
                Expectation,
                Commitment,
                Discrepancy,
            )
        }
        sources = []
        for meeting in meetings:
            self._add_parts(meeting, parts)
            sources += self._sources(meeting=meeting)
        for model, rows in parts.items():
            self.insert(model, rows)
        for commitment in parts[Commitment]:
            commitment_progress = self._progress(commitment)
            if commitment_progress:
                parts.setdefault(Progress, []).append(commitment_progress)
        self.insert(Progress, parts.get(Progress, []))
        sources += self._add_agreements(first, meetings)
        self.insert(Source, sources)

    def _meeting(self, number: int) -> Meeting:
        pick = self.random
        region = pick.choice(self.regions)
        day = datetime.date(2012, 1, 1) + datetime.timedelta(days=pick.randrange(5000))
        ar, fr, en = pick.choice(SUBJECTS)
        kind = pick.choice(self.types)
        now = timezone.now()
        return Meeting(
            slug=f"{day.isoformat()}-{region.slug}-g{number}",
            series=pick.choice(self.series) if pick.random() < 0.6 else None,
            type=kind,
            region=region,
            city_ar=region.seat_ar,
            city_fr=region.seat_fr,
            city_en=region.seat_en,
            venue_ar=f"مقر ولاية جهة {region.name_ar}",
            starts_on=day,
            sorts_on=day,
            mode=pick.choice(Meeting.Mode.values),
            part_of_day=pick.choice(["", *Meeting.PartOfDay.values]),
            state=pick.choices(Meeting.State.values, [1, 17, 1, 1])[0],
            title_ar=f"لقاء تشاوري حول {ar} بجهة {region.name_ar} ({number})",
            title_fr=f"Rencontre sur {fr}, région {region.name_fr} ({number})",
            title_en=f"Meeting on {en}, region {region.name_en} ({number})",
            summary_ar=" ".join(pick.choices(SENTENCES, k=6)),
            objectives_ar="\n".join(pick.sample(SENTENCES, 2)),
            publication=Publication.PUBLISHED if number % 20 else Publication.DRAFT,
            published_at=now if number % 20 else None,
            version=1,
        )

    def _add_links(self, meetings):
        themes, provinces = [], []
        for meeting in meetings:
            for theme in self.random.sample(self.themes, self.random.randint(1, 3)):
                themes.append(Meeting.themes.through(meeting=meeting, theme=theme))
            province = self.random.choice(meeting.region.provinces.all())
            provinces.append(
                Meeting.provinces.through(meeting=meeting, province=province)
            )
        self.insert(Meeting.themes.through, themes)
        self.insert(Meeting.provinces.through, provinces)

    def _add_parts(self, meeting, parts):
        pick = self.random
        for order in range(pick.randint(4, 12)):
            is_named = pick.random() < 0.3
            parts[Participation].append(
                Participation(
                    meeting=meeting,
                    order=order,
                    category=pick.choice(self.categories),
                    capacity="chair" if order == 0 else "participant",
                    organisation=(
                        pick.choice(self.organisations) if pick.random() < 0.6 else None
                    ),
                    person=pick.choice(self.persons) if is_named else None,
                    office=pick.choice(self.offices) if is_named else None,
                    description_ar="" if is_named else "ممثلو الهيئات المعنية",
                )
            )
        if pick.random() < 0.125:
            for category in pick.sample(self.categories, 9):
                present = pick.randint(0, 60)
                parts[Attendance].append(
                    Attendance(
                        meeting=meeting,
                        category=category,
                        present=present,
                        women=pick.randint(0, present),
                    )
                )
        for order in range(pick.randint(0, 3)):
            parts[AgendaItem].append(
                AgendaItem(
                    meeting=meeting,
                    order=order,
                    kind=AgendaItem.Kind.PRESENTATION,
                    title_ar="عرض حول برامج القطب الاجتماعي",
                )
            )
        for order in range(pick.randint(0, 4)):
            parts[Expectation].append(
                Expectation(
                    meeting=meeting,
                    order=order,
                    kind=pick.choice(Expectation.Kind.values),
                    text_ar=pick.choice(SENTENCES),
                    category=pick.choice(self.categories),
                    state=pick.choice(Expectation.State.values),
                )
            )
        for order in range(pick.randint(0, 2)):
            parts[Commitment].append(
                Commitment(
                    meeting=meeting,
                    order=order,
                    text_ar="العمل على " + pick.choice(AID),
                    owner=pick.choice(self.organisations),
                    state=pick.choice(Commitment.State.values),
                    due_on=(
                        meeting.starts_on + datetime.timedelta(days=365)
                        if pick.random() < 0.5
                        else None
                    ),
                )
            )
        if pick.random() < 0.37:
            parts[Discrepancy].append(
                Discrepancy(
                    meeting=meeting,
                    matter=pick.choice(Discrepancy.Matter.values),
                    statements_ar="الجريدة الأولى: رواية\nالجريدة الثانية: رواية أخرى",
                )
            )

    def _sources(self, **record) -> list[Source]:
        return [
            Source(
                **record,
                order=order,
                kind=self.random.choice(Source.Kind.values),
                publisher=f"جريدة {self.random.randrange(40)}",
                title="تقرير عن اللقاء",
                site="example.org",
            )
            for order in range(self.random.randint(1, 4))
        ]

    def _progress(self, commitment) -> Progress | None:
        if self.random.random() < 0.7:
            return None
        return Progress(
            commitment=commitment,
            reported_on=commitment.meeting.starts_on + datetime.timedelta(days=90),
            percent=self.random.randrange(101),
            note="انطلاق الأشغال",
        )

    def _add_agreements(self, first, meetings) -> list[Source]:
        agreements = [
            self._agreement(first + index, meeting)
            for index, meeting in enumerate(meetings)
            if (first + index) % 2
        ]
        self.insert(PartnershipAgreement, agreements)
        territory, steps, parties, components, sources = [], [], [], [], []
        for agreement in agreements:
            meeting = agreement.led_by
            territory.append(
                PartnershipAgreement.regions.through(
                    partnershipagreement=agreement, region=meeting.region
                )
            )
            steps.append(
                AgreementStep(
                    agreement=agreement,
                    kind=self.random.choice(["signed", "initialled", "proposed"]),
                    date=meeting.starts_on,
                    meeting=meeting,
                )
            )
            for order, organisation in enumerate(
                self.random.sample(self.organisations, 3)
            ):
                parties.append(
                    AgreementParty(
                        agreement=agreement,
                        order=order,
                        organisation=organisation,
                        role=self.random.choice(AgreementParty.Role.values),
                    )
                )
            for order in range(self.random.randint(0, 4)):
                components.append(
                    AgreementComponent(
                        agreement=agreement,
                        order=order,
                        kind=AgreementComponent.Kind.OTHER,
                        description_ar=self.random.choice(AID),
                    )
                )
            sources += self._sources(agreement=agreement)
        self.insert(PartnershipAgreement.regions.through, territory)
        for model, rows in (
            (AgreementStep, steps),
            (AgreementParty, parties),
            (AgreementComponent, components),
        ):
            self.insert(model, rows)
        return sources

    def _agreement(self, number, meeting) -> PartnershipAgreement:
        has_amount = self.random.random() < 0.2
        agreement = PartnershipAgreement(
            reference=f"AG-{meeting.starts_on.year}-{900000 + number}",
            title_ar=f"اتفاقية شراكة من أجل {self.random.choice(AID)} ({number})",
            instrument=self.random.choice(self.instruments),
            amount=Decimal(self.random.randrange(1, 400) * 50000)
            if has_amount
            else None,
            amount_note="exact" if has_amount else "unknown",
            publication=meeting.publication,
            published_at=meeting.published_at,
            version=1,
        )
        agreement.led_by = meeting
        return agreement


def last_key(model) -> int:
    return model.objects.aggregate(last=Max("pk"))["last"] or 0


def index_after(meeting: int, agreement: int) -> None:
    """Write what the records behind these keys are found by, which bulk writes left out."""
    index_records(
        meetings=Meeting.objects.filter(pk__gt=meeting),
        agreements=PartnershipAgreement.objects.filter(pk__gt=agreement),
    )


def analyse() -> None:
    """Let the database's planner see the new rows, as its own upkeep would."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
