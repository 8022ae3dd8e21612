"""The index on the database at hand: what it answers, and that it follows the record."""

import datetime
import random
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from config.models import SearchWord
from config.search_index import (
    HIGHEST_POSITION,
    PK_MASK,
    PUBLISHED,
    index_rows,
    key_of,
    query_of,
)
from config.search_text import is_found_by
from consultations import services
from consultations.models import (
    AgreementDocument,
    CommitmentDocument,
    ExpectationDocument,
    Meeting,
    MeetingDocument,
    PartnershipAgreement,
)
from consultations.search import rebuild, refresh_search_text
from regions.models import Region
from stakeholders.models import Organisation, OrganisationDocument, Person
from tests.factories.consultations import (
    CommitmentFactory,
    ExpectationFactory,
    MeetingFactory,
    PartnershipAgreementFactory,
    SourceFactory,
)
from tests.factories.regions import ProvinceFactory, RegionFactory
from tests.factories.stakeholders import OrganisationFactory, PersonFactory

pytestmark = pytest.mark.django_db

WORDS = [
    "وجدة",
    "بوجدة",
    "ووجدة",
    "جدة",
    "لقاء",
    "للقاء",
    "اللقاءات",
    "والي",
    "الوالي",
    "ورزازات",
    "رزازات",
    "فاس",
    "بفاس",
    "فاسو",
    "جمعية",
    "الجمعيات",
    "وجمعيات",
    "اجتماع",
    "اجتماعي",
    "اجتماعية",
    "مسنون",
    "المسنين",
    "femmes",
    "femme",
    "social",
    "sociale",
    "régionaux",
    "Oujda",
    "l’Oriental",
    "12",
    "2022",
    "يناير",
    "12/01/2022",
    "AG-2022-0003",
    "AG-2022",
    "O'Neil",
    'a"b',
    "%_\\",
    "§",
    "٢٠٢٢",
    "*",
    "و",
    "ف",
]


@pytest.mark.walk
def test_index_answers_as_the_rules_of_matching_say():
    pick = random.Random(12)
    texts = [" ".join(pick.choices(WORDS, k=pick.randint(1, 6))) for _text in range(60)]
    keys = {MeetingFactory(title_ar=text).pk: text for text in texts}

    for _query in range(250):
        query = " ".join(pick.choices(WORDS, k=pick.randint(1, 3)))
        expected = {
            key
            for key, text in keys.items()
            if is_found_by(query_of(query), [text, "ط"])
        }
        found = set(Meeting.objects.search(query).values_list("pk", flat=True))
        assert found == expected, query


@pytest.mark.parametrize(
    "query",
    [
        "'",
        '"',
        "\\",
        "a' | 'b",
        'x" OR "y',
        "(",
        ":*",
        "NEAR(a b)",
        "لقاء\x00",
        "§m01",
        "*",
    ],
)
def test_no_query_is_taken_for_the_language_of_a_database(query):
    meeting = MeetingFactory(title_ar="لقاء")

    assert set(Meeting.objects.search(query)) <= {meeting}


def test_text_without_a_word_selects_everything():
    meeting = MeetingFactory()

    assert list(Meeting.objects.search(" !")) == [meeting]


def test_keys_order_the_published_by_position():
    keys = [
        key_of(7, 0, is_published=False),
        key_of(PK_MASK, HIGHEST_POSITION, is_published=False),
        key_of(1, 0, is_published=True),
        key_of(2, 0, is_published=True),
        key_of(1, 9, is_published=True),
        key_of(1, HIGHEST_POSITION + 5, is_published=True),
    ]

    assert keys == sorted(keys)
    assert [key >= PUBLISHED for key in keys] == [False, False, True, True, True, True]
    assert max(keys) < 2**63
    for pk in (0, PK_MASK + 1):
        with pytest.raises(ValueError, match="no primary key"):
            key_of(pk, 1, is_published=True)


def test_newest_come_first_and_drafts_never():
    day = datetime.date(2022, 1, 12)
    old = MeetingFactory(starts_on=datetime.date(2020, 1, 1))
    first, second = MeetingFactory(starts_on=day), MeetingFactory(starts_on=day)
    undated = MeetingFactory()
    draft = MeetingFactory(draft=True)
    MeetingFactory(withdrawn=True)
    query = query_of("لقاء")

    newest = MeetingDocument.newest_pks(query, 10)

    assert newest == [second.pk, first.pk, old.pk, undated.pk]
    assert MeetingDocument.newest_pks(query, 2) == newest[:2]
    assert sorted(Meeting.objects.search_pks("لقاء")) == sorted(newest)
    assert draft in Meeting.objects.search("لقاء")


def test_agreements_come_by_their_number_not_its_digits():
    late = PartnershipAgreementFactory(reference="AG-2022-10000")
    early = PartnershipAgreementFactory(reference="AG-2022-9999")

    found = AgreementDocument.newest_pks(query_of("اتفاقية"), 10)

    assert found == [late.pk, early.pk]


def test_organisations_come_by_folded_name():
    second, third, first = (
        OrganisationFactory(name_ar=name)
        for name in ("جمعية ب", "جَمعية ت", "الجمعية أ")
    )

    found = OrganisationDocument.first_pks(query_of("جمعية"), 10)

    assert found == [first.pk, second.pk, third.pk]


def test_index_and_record_stand_or_fall_together():
    meeting = MeetingFactory(title_ar="لقاء بركان")

    def change_and_fail():
        with transaction.atomic():
            meeting.title_ar = "لقاء الناظور"
            meeting.save()
            services.record_changed(meeting)
            raise IntegrityError

    with pytest.raises(IntegrityError):
        change_and_fail()

    assert list(Meeting.objects.search("بركان")) == [meeting]
    assert not Meeting.objects.search("الناظور").exists()


def test_publication_moves_what_was_said_at_a_meeting_into_the_public_part(staff):
    meeting = MeetingFactory(draft=True)
    SourceFactory(meeting=meeting)
    need = ExpectationFactory(meeting=meeting, text_ar="حضانة")
    promise = CommitmentFactory(meeting=meeting, text_ar="حضانة")
    refresh_search_text(meeting)
    query = query_of("حضانة")
    assert ExpectationDocument.newest_pks(query, 5) == []

    services.publish(meeting, by=staff)
    assert ExpectationDocument.newest_pks(query, 5) == [need.pk]
    assert CommitmentDocument.newest_pks(query, 5) == [promise.pk]

    services.withdraw(meeting, by=staff, reason="مكرر")
    assert CommitmentDocument.newest_pks(query, 5) == []
    assert MeetingDocument.newest_pks(query, 5) == []


@pytest.mark.parametrize(
    "factory",
    [MeetingFactory, PartnershipAgreementFactory, OrganisationFactory, PersonFactory],
)
def test_documents_go_with_their_row(factory):
    traits = {} if factory in (OrganisationFactory, PersonFactory) else {"draft": True}
    row = factory(**traits)
    documents = type(row).objects.all().documents()
    assert documents.objects.count() == 1
    name = getattr(row, "title_ar", "") or row.name_ar

    row.delete()

    assert documents.objects.count() == 0
    assert documents.all_pks(query_of(name), published_only=False) == []


def test_region_is_found_by_its_provinces_as_they_are_now():
    region = RegionFactory(name_ar="الشرق")
    province = ProvinceFactory(region=region, name_ar="بركان", other_names="أبركان")

    assert list(Region.objects.search("أبركان")) == [region]

    province.delete()
    assert not Region.objects.search("بركان").exists()


def test_indexing_many_takes_no_more_queries_than_one():
    for _meeting in range(3):
        ExpectationFactory(meeting=MeetingFactory())
    MeetingDocument.objects.all().delete()
    with CaptureQueriesContext(connection) as three:
        index_rows(MeetingDocument, Meeting.objects.all())
    MeetingDocument.objects.all().delete()
    first = Meeting.objects.first()
    with CaptureQueriesContext(connection) as one:
        index_rows(MeetingDocument, Meeting.objects.filter(pk=first.pk))

    assert len(three) == len(one)
    assert MeetingDocument.objects.count() == 1


def test_rows_that_did_not_change_are_not_written_again():
    meeting = MeetingFactory()
    meetings = Meeting.objects.filter(pk=meeting.pk)

    assert index_rows(MeetingDocument, meetings).count == 0

    Meeting.objects.update(title_ar="لقاء آخر")
    difference = index_rows(MeetingDocument, meetings)
    assert (difference.missing, difference.outdated) == ([], [meeting.pk])


def test_new_name_of_a_person_owns_its_first_letter():
    MeetingFactory(title_ar="لقاء مع وقاص بالمقر")
    assert Meeting.objects.search("قاصر").exists() is False
    meeting = MeetingFactory(title_ar="وقاصر")
    assert list(Meeting.objects.search("قاصر")) == [meeting]

    PersonFactory(name_ar="وقاصر")

    assert not Meeting.objects.search("قاصر").exists()
    assert list(Meeting.objects.search("وقاصر")) == [meeting]


# rebuild_search


def rebuilt(*options):
    output = StringIO()
    call_command("rebuild_search", *options, stdout=output)
    return output.getvalue()


def test_rebuild_finds_nothing_to_do_where_the_index_follows():
    ExpectationFactory(meeting=MeetingFactory())
    PartnershipAgreementFactory()
    refresh_search_text(Meeting.objects.get())
    rebuild()

    assert rebuilt("--check") == "The search index holds what the record says.\n"


def test_rebuild_says_what_differed_and_mends_it():
    meeting = MeetingFactory(title_ar="لقاء بركان")
    missing = MeetingFactory()
    rebuild()
    Meeting.objects.filter(pk=meeting.pk).update(title_ar="لقاء الناظور")
    MeetingDocument.objects.filter(record=missing).delete()
    SearchWord.objects.create(word="زائد", mirrored="دئاز", written="زائد")

    with pytest.raises(CommandError, match="differs"):
        rebuilt("--check")
    assert not Meeting.objects.search("الناظور").exists()

    said = rebuilt()
    assert said == (
        f"consultation meetings: 1 missing (keys {missing.pk})\n"
        f"consultation meetings: 1 outdated (keys {meeting.pk})\n"
        "search words: 1 missing, 2 no longer used\n"
    )
    assert list(Meeting.objects.search("الناظور")) == [meeting]
    assert rebuilt("--check") == "The search index holds what the record says.\n"


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="SQLite's index alone can")
def test_rebuild_mends_an_index_that_lost_its_rows():
    meeting = MeetingFactory()
    rebuild()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO consultations_meetingdocument_fts "
            "(consultations_meetingdocument_fts) VALUES ('delete-all')"
        )
    assert not Meeting.objects.search("لقاء").exists()

    assert rebuilt() == (
        "consultations_meetingdocument: its full-text index does not hold what the "
        "table does\n"
    )
    assert list(Meeting.objects.search("لقاء")) == [meeting]


def test_models_with_documents_find_by_them():
    person = PersonFactory(name_ar="معاذ الجامعي", other_names="معاد")
    organisation = OrganisationFactory(name_ar="ط", name_fr="Entraide nationale")
    agreement = PartnershipAgreementFactory(title_ar="تجهيز مركز")

    assert list(Person.objects.search("معاد")) == [person]
    assert list(Organisation.objects.search("entraide")) == [organisation]
    assert list(PartnershipAgreement.objects.search("المركز")) == [agreement]


def test_words_are_kept_for_every_term_that_may_be_asked_for():
    # Zero-width marks and presentation forms stand inside a word as it is written.
    for title in ("وج\u200cدة بالمقر", "ﻭﺟﺪﺓ", "وجـ\u200dـدة", "فـ\u00adاس"):
        meeting = MeetingFactory(title_ar=title)
        SearchWord.objects.filter(word="وجده").update(written="كما كانت")

        word = "فاس" if title.startswith("ف") else "وجدة"
        assert meeting in Meeting.objects.search(word), title


def test_asking_takes_one_query_and_leaves_out_what_nothing_holds(
    django_assert_num_queries,
):
    MeetingFactory(title_ar="لقاء بوجدة")

    with django_assert_num_queries(1):
        query = query_of("وجدة")

    assert query.asked_of_index() == [["بوجده"]]
    assert "لوجده" in query.conditions[0]
