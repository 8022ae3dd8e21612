from django.db.models import (
    Case,
    CharField,
    Count,
    F,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.fields import IntegerField
from django.db.models.functions import Coalesce, Concat
from django.utils.translation import gettext_lazy as _

from consultations.exports.columns import Column, Dataset, Datatype, Scope
from consultations.exports.expressions import (
    Joined,
    first_filled,
    known_record,
    office_held,
    page_path,
    person_if_public,
    standing,
)
from consultations.forms.filters import MeetingFilterForm
from consultations.models import (
    Meeting,
    Participation,
    PartnershipAgreement,
    Source,
    Theme,
)
from consultations.status import StepKind
from regions.models import Province


def chairs(scope: Scope) -> Joined:
    """Those in the chair: person (office), or as much of it as is known and public."""
    person = first_filled(person_if_public("ar"), person_if_public("fr"))
    office = first_filled(office_held("ar"), office_held("fr"))
    return Joined(
        Participation.objects.filter(
            meeting=OuterRef("pk"), capacity__in=Participation.CHAIRING
        )
        .annotate(person_shown=person, office_shown=office)
        .order_by("order", "pk"),
        first_filled(
            Case(
                When(
                    ~Q(person_shown="") & ~Q(office_shown=""),
                    then=Concat(
                        "person_shown", Value(" ("), "office_shown", Value(")")
                    ),
                ),
                output_field=CharField(),
            ),
            "person_shown",
            "office_shown",
            "organisation__name_ar",
            "organisation__name_fr",
            "description_ar",
            "description_fr",
            "description_en",
            "category__name_ar",
        ),
    )


def agreements_signed(scope: Scope) -> Coalesce:
    """How many agreements of the register were signed there.

    Without one in the register it is zero only where a source says that there was
    none; else it is unknown.
    """
    signed = (
        scope.visible(PartnershipAgreement.objects)
        .filter(steps__meeting=OuterRef("pk"), steps__kind=StepKind.SIGNED)
        .order_by()
        .values("steps__meeting")
    )
    return Coalesce(
        Subquery(signed.values(number=Count("pk", distinct=True))),
        Case(When(agreements_reported=0, then=Value(0)), output_field=IntegerField()),
    )


def sources_count(scope: Scope) -> Coalesce:
    counted = Source.objects.filter(meeting=OuterRef("pk")).order_by().values("meeting")
    return Coalesce(Subquery(counted.values(number=Count("pk"))), 0)


MEETINGS = Dataset(
    name="meetings",
    title=_("Meetings"),
    description=_("One row a meeting, held or announced."),
    model=Meeting,
    published=Meeting.objects.published,
    filters=MeetingFilterForm,
    annotate=lambda rows, scope: rows.with_people_present(),
    publication=Column("publication", standing(), label=_("publication")),
    primary_key=("slug",),
    columns=(
        Column(
            "slug",
            label=_("identifier"),
            description=_("Identifies the meeting in every file."),
        ),
        Column(
            "url",
            page_path("consultations:meeting_detail", "slug", like="2022-01-12-like"),
            Datatype.URL,
            label=_("page"),
            description=_("Address of the meeting's page."),
        ),
        Column(
            "series",
            F("series__code"),
            label=_("series"),
            description=_("Code of the series; empty for a meeting of its own."),
            references="series.code",
        ),
        Column("order_in_series", datatype=Datatype.INTEGER),
        Column(
            "type",
            F("type__code"),
            label=_("type of meeting"),
            description=_("Code of the type."),
        ),
        Column("state"),
        Column("mode"),
        Column(
            "region_code",
            F("region__iso_code"),
            label=_("region (ISO code)"),
            description=_("Empty for a national meeting."),
            references="regions.region_code",
        ),
        Column("region_ar", F("region__name_ar"), label=_("region (Arabic)")),
        Column("region_fr", F("region__name_fr"), label=_("region (French)")),
        Column(
            "province_codes",
            lambda scope: Joined(
                Province.objects.filter(meetings=OuterRef("pk")).order_by("iso_code"),
                "iso_code",
            ),
            Datatype.LIST,
            label=_("prefectures and provinces"),
            description=_("Their ISO codes."),
        ),
        Column(
            "city",
            first_filled("city_ar", "city_fr", "city_en"),
            label=_("city"),
            description=_("In Arabic; in another language where Arabic is missing."),
        ),
        Column(
            "venue",
            first_filled("venue_ar", "venue_fr", "venue_en"),
            label=_("venue"),
            description=_("In Arabic; in another language where Arabic is missing."),
        ),
        Column(
            "starts_on",
            datatype=Datatype.DATE,
            description=_(
                "Empty if unknown. Where date_precision says that only the month or the "
                "year is known, it is the first day of it."
            ),
        ),
        Column(
            "ends_on",
            datatype=Datatype.DATE,
            description=_("Empty for a meeting of one day."),
        ),
        Column(
            "date_precision",
            description=_("How much of the date is known."),
        ),
        Column(
            "date_basis",
            Case(
                When(date_precision="unknown", then=Value("")),
                default=F("date_basis"),
                output_field=CharField(),
            ),
            label=_("basis of the date"),
            description=_("Empty without a date."),
            codes=Meeting.Basis,
        ),
        Column("title_ar", description=""),
        Column("title_fr", description=""),
        Column("title_en", description=""),
        Column("summary_ar", description=""),
        Column(
            "chairs",
            chairs,
            Datatype.LIST,
            label=_("chairs"),
            description=_(
                "Those who chaired: the person and, in brackets, the office held that "
                "day, or as much of it as is known and public."
            ),
        ),
        Column(
            "themes",
            lambda scope: Joined(
                Theme.objects.filter(meetings=OuterRef("pk")).order_by("order", "code"),
                "code",
            ),
            Datatype.LIST,
            label=_("themes"),
            description=_("Their codes."),
        ),
        Column(
            "people_present",
            F("people_present"),
            Datatype.INTEGER,
            label=_("people present"),
            description=_(
                "Sum over the participant categories whose number is known; empty if "
                "none is."
            ),
        ),
        Column(
            "agreements_signed",
            agreements_signed,
            Datatype.INTEGER,
            label=_("agreements signed"),
            description=_(
                "Agreements of the register that were signed at the meeting. Empty if "
                "the register has none: 0 only where a source says that there was none."
            ),
        ),
        Column(
            "sources_count",
            sources_count,
            Datatype.INTEGER,
            label=_("number of sources"),
            description=_("How many sources the record names."),
        ),
        Column("published_at", datatype=Datatype.DATETIME, description=_("In UTC.")),
        Column("updated_at", datatype=Datatype.DATETIME, description=_("In UTC.")),
        Column("coverage"),
        Column("coverage_note"),
        Column("order_basis"),
        Column("date_note"),
        Column("type_note"),
        Column("summary_fr", description=""),
        Column("summary_en", description=""),
        Column("is_official_summary", datatype=Datatype.BOOLEAN),
        Column("city_fr"),
        Column("venue_fr"),
        Column("scope_note"),
        Column("agreements_reported", datatype=Datatype.INTEGER),
        Column("stated_total", datatype=Datatype.INTEGER),
        Column("stated_total_unit"),
        Column("announced_on", datatype=Datatype.DATE),
        Column("first_announced_for", datatype=Datatype.DATE),
        Column("slogan"),
        Column("patronage"),
        Column("notes_language", F("language")),
        Column(
            "part_of",
            known_record(Meeting, "part_of", "slug"),
            label=_("part of"),
            description=_("Identifier of the wider event."),
            references="meetings.slug",
        ),
        Column(
            "follows",
            known_record(Meeting, "follows", "slug"),
            label=_("follows"),
            description=_("Identifier of the earlier meeting that this one continues."),
            references="meetings.slug",
        ),
    ),
)
