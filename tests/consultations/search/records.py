"""A hand-made record to search in: each row is there for what finds it or must not."""

import datetime

from config.localization import LANGUAGES
from consultations.search import refresh_search_text
from regions.models import Province, Region
from tests.factories.consultations import (
    AgreementComponentFactory,
    AgreementPartyFactory,
    AgreementStepFactory,
    CommitmentFactory,
    ExpectationFactory,
    MeetingFactory,
    ParticipationFactory,
    PartnershipAgreementFactory,
)
from tests.factories.stakeholders import OrganisationFactory, PersonFactory


def _texts(name, *texts):
    return {
        f"{name}_{code}": text for code, text in zip(LANGUAGES, texts, strict=False)
    }


# By the key that pairs name them with: region, province, first day, then the texts.
MEETINGS = {
    "oujda": {
        "region": "oriental",
        "provinces": ["MA-OUJ"],
        "starts_on": datetime.date(2022, 1, 12),
        **_texts("title", "اللقاء التشاوري الجهوي السادس", "Sixième rencontre"),
        **_texts("city", "وجدة", "Oujda", "Oujda"),
        **_texts(
            "summary",
            "احتضن مقر الولاية بوجدة أشغال اللقاء، حضوريا وعن بعد، بمشاركة الجمعيات "
            "والتعاونيات. ووُقعت اتفاقيتان لفائدة النساء حاملات المشاريع.",
            "La wilaya a accueilli les associations et les coopératives ; deux "
            "conventions ont été signées au profit des femmes.",
        ),
    },
    "fes": {
        "region": "fes-meknes",
        "provinces": ["MA-FES", "MA-MEK"],
        "starts_on": datetime.date(2022, 1, 28),
        **_texts("title", "لقاء جهة فاس-مكناس", "Rencontre de Fès-Meknès"),
        "summary_ar": "اقترحت الوزارة اتفاقية إطار بمبلغ 26 مليون درهم، وحضره الكاتب العام "
        "للوزارة والمسنون والأشخاص في وضعية إعاقة.",
    },
    "guelmim": {
        "region": "guelmim-oued-noun",
        "starts_on": datetime.date(2022, 1, 15),
        **_texts("title", "محطة كلميم", "Étape de Guelmim", "The Guelmim stage"),
        "key_messages_ar": "الالتقائية والرقمنة والعدالة المجالية",
    },
    "ouarzazate": {
        "region": "draa-tafilalet",
        "provinces": ["MA-OUA"],
        "starts_on": datetime.date(2021, 12, 29),
        **_texts("title", "لقاء ورزازات", "Rencontre de Ouarzazate"),
    },
    "berkane": {
        "region": "oriental",
        "provinces": ["MA-BER"],
        "starts_on": datetime.date(2025, 5, 30),
        **_texts("title", "بركان نموذجا للرقمنة", "Berkane, modèle de digitalisation"),
    },
    "safi": {
        "region": "marrakech-safi",
        "starts_on": datetime.date(2023, 2, 13),
        **_texts("title", "يوم دراسي بآسفي", "Journée d’étude à Safi"),
    },
    "sale": {
        "region": "rabat-sale-kenitra",
        "starts_on": datetime.date(2022, 2, 3),
        **_texts("title", "اجتماع تنسيقي بسلا", "Réunion de coordination à Salé"),
    },
    "laayoune": {
        "region": "laayoune-sakia-el-hamra",
        "starts_on": datetime.date(2021, 12, 20),
        **_texts("title", "محطة العيون", "Étape de Laâyoune"),
    },
    "casablanca": {
        "region": "casablanca-settat",
        "provinces": ["MA-BES"],
        "starts_on": datetime.date(2022, 1, 31),
        **_texts("title", "محطة الدار البيضاء", "Étape de Casablanca"),
        "summary_ar": "وُقعت الاتفاقية بالأحرف الأولى، ووقع إقليم بنسليمان ملحقا.",
    },
    "meknes": {
        "region": "fes-meknes",
        "starts_on": datetime.date(2023, 1, 17),
        "ends_on": datetime.date(2023, 1, 19),
        "title_ar": "جولة من ثلاثة أيام",
    },
    "burkina": {
        "starts_on": datetime.date(2022, 9, 1),
        "date_precision": "month",
        "title_ar": "وفد من بوركينا فاسو بالمعرض",
        "title_fr": "Une délégation du Burkina Faso au salon",
    },
    "year": {
        "starts_on": datetime.date(2024, 1, 1),
        "date_precision": "year",
        "title_ar": "حملة وطنية",
    },
    "budget": {
        "undated": True,
        "title_ar": "تقديم الميزانية الفرعية أمام لجنة القطاعات الاجتماعية",
    },
    "dakhla": {
        "undated": True,
        "region": "dakhla-oued-ed-dahab",
        "title_ar": "محطة الداخلة",
        "summary_ar": "تستفيد 3200 امرأة من البرنامج.",
    },
    # Traps: they hold words and numbers that are nearly those of a query.
    "numbers": {"undated": True, "title_ar": "12 مركزا و1 وحدة، حصيلة سنة 2022"},
    "in-text": {
        "undated": True,
        "title_ar": "كما تقرر يوم 5 يناير 2022، والزيارة في 04/02/2022",
    },
    "march": {"undated": True, "title_ar": "مارس المستفيدون حقهم في فاتح مارس 2024"},
    "safety": {"undated": True, "title_ar": "السلامة الطرقية والكسل والمسلسل"},
    "destination": {"undated": True, "title_ar": "الرسالة وحدها والولد والورد"},
    "labour": {"undated": True, "title_ar": "عمال النظافة ومدرس بالجامع الكبير"},
    "university": {"undated": True, "title_ar": "الجامعات والمدارس ومكتبة العمالة"},
    "book": {"undated": True, "title_ar": "كتاب الفتاة وبرنامج الفريق"},
    "sunday": {"undated": True, "title_ar": "سوق الخميس والأحد"},
    "social": {"undated": True, "title_ar": "المساعدة الاجتماعية والتعاوني المتضامن"},
    "french": {
        "undated": True,
        "title_ar": "ط",
        "title_fr": "Les fonds régionaux et le bureau des réseaux sociaux",
        "title_en": "They may march on the women’s agencies",
    },
    "hidden": {"draft": True, "title_ar": "مسودة لقاء وجدة عن الأسرار"},
}
AGREEMENTS = {
    "AG-2022-0003": {
        **_texts(
            "title",
            "اتفاقية لدعم المقاولات الصغيرة جدا في إطار «الشرق مبادرة»",
            "Convention d’appui aux très petites entreprises",
        ),
        "regions": ["oriental"],
        "signed": datetime.date(2022, 1, 12),
    },
    "AG-2022-0013": {"title_ar": "بروتوكول لاقتناء وحدة متنقلة للإسعاف الاجتماعي"},
    "AG-2021-0003": {
        "title_ar": "ملحق تكميلي",
        "component": "تجهيز مركز للمكفوفين",
        "signed": datetime.date(2021, 11, 5),
    },
}


def make_records() -> dict[str, object]:
    """Write the record and return its rows by their keys."""
    made: dict[str, object] = {}
    for key, given in MEETINGS.items():
        made[key] = _meeting(**given)
    for reference, given in AGREEMENTS.items():
        made[reference] = _agreement(reference, **given)
    _people_and_parts(made)
    for key, row in made.items():
        if key in MEETINGS or key in AGREEMENTS:
            refresh_search_text(row)
    return made


def _meeting(*, region=None, provinces=(), starts_on=None, **given):
    if region:
        given["region"] = Region.objects.get(slug=region)
    if starts_on:
        given["starts_on"] = starts_on
    meeting = MeetingFactory(**given)
    meeting.provinces.set(Province.objects.filter(iso_code__in=provinces))
    return meeting


def _agreement(reference, *, regions=(), signed=None, component="", **given):
    agreement = PartnershipAgreementFactory(reference=reference, **given)
    agreement.regions.set(Region.objects.filter(slug__in=regions))
    if signed:
        AgreementStepFactory(agreement=agreement, date=signed)
    if component:
        AgreementComponentFactory(agreement=agreement, description_ar=component)
    return agreement


def _people_and_parts(made):
    entraide = OrganisationFactory(
        name_ar="التعاون الوطني",
        name_fr="Entraide nationale",
        other_names="المنسقية الجهوية للتعاون الوطني\nالتنسيقية الجهوية",
    )
    agency = OrganisationFactory(
        name_ar="وكالة التنمية الاجتماعية",
        name_fr="Agence de développement social (ADS)",
    )
    unheard = OrganisationFactory(name_ar="جمعية لم تشارك")
    wali = PersonFactory(
        name_ar="معاذ الجامعي", name_fr="Mouad Jamaï", other_names="معاد الجامعي"
    )
    silent = PersonFactory(name_ar="سعاد بلكبير")
    ParticipationFactory(
        meeting=made["oujda"], person=wali, office_stated_ar="والي جهة الشرق"
    )
    ParticipationFactory(meeting=made["oujda"], person=silent)
    ParticipationFactory(meeting=made["fes"], organisation=agency)
    AgreementPartyFactory(agreement=made["AG-2022-0013"], organisation=agency)
    made["need"] = ExpectationFactory(
        meeting=made["oujda"],
        text_ar="تقريب خدمات الحضانة من القرى",
        text_fr="Rapprocher les crèches des villages",
    )
    made["secret need"] = ExpectationFactory(
        meeting=made["hidden"], text_ar="تقريب خدمات الحضانة"
    )
    made["promise"] = CommitmentFactory(
        meeting=made["fes"], text_ar="إحداث مركز للمسنين بتازة", owner=entraide
    )
    made["entraide"], made["agency"], made["unheard"] = entraide, agency, unheard
    for slug in ("oriental", "casablanca-settat", "marrakech-safi", "fes-meknes"):
        made[f"region {slug}"] = Region.objects.get(slug=slug)
