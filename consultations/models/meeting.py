import calendar
import datetime

from django.db import IntegrityError, models, transaction
from django.db.models import Exists, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from config.change_sets import History
from config.links import RestrictedLinks
from config.localization import (
    Language,
    in_three_languages,
    localized,
    written_in,
)
from consultations.models.agreement import AgreementStep, PartnershipAgreement
from consultations.models.participation import Attendance, Participation
from consultations.models.publication import (
    Publication,
    Published,
    PublishedQuerySet,
    has_come,
    is_public,
    permissions_on,
)


def _first_of(meetings, meeting, order, *, backwards=False) -> Q:
    """Return the condition to be the first of ``meetings`` after ``meeting``.

    ``order`` is one column, or the date and the key, that both are compared by;
    ``backwards`` takes the last one before it.
    """
    side, sign = ("lt", "-") if backwards else ("gt", "")
    column, value = order[0], getattr(meeting, order[0])
    beyond = Q(**{f"{column}__{side}": value})
    if len(order) == 2:
        # The first of the three conditions is what an index can be entered by.
        beyond = Q(**{f"{column}__{side}e": value}) & (
            beyond | Q(**{f"{order[1]}__{side}": meeting.pk})
        )
    nearest = meetings.filter(beyond).order_by(*(f"{sign}{name}" for name in order))
    # One value, not a list of them: an index finds it, whatever stands beside it.
    return Q(pk=Subquery(nearest.values("pk")[:1]))


def widened(day: datetime.date, precision: str) -> tuple[datetime.date, datetime.date]:
    """Return the first and last day of what ``day`` stands for: itself, a month, a year."""
    if precision == "year":
        return day.replace(month=1, day=1), day.replace(month=12, day=31)
    if precision == "month":
        last = calendar.monthrange(day.year, day.month)[1]
        return day.replace(day=1), day.replace(day=last)
    return day, day


def extent(
    starts_on: datetime.date | None, ends_on: datetime.date | None, precision: str
) -> tuple[datetime.date, datetime.date] | None:
    """Return the first and last day on which a meeting may have been, None if unknown.

    A meeting of which only the month is known may have been on any day of it.
    """
    first, last = starts_on or ends_on, ends_on or starts_on
    if first is None:
        return None
    return widened(first, precision)[0], widened(last, precision)[1]


def _may_last_until(day: datetime.date) -> Q:
    lasting = Q()
    for precision in ("day", "month", "year"):
        first = widened(day, precision)[0]
        lasting |= Q(date_precision=precision, ends_on__gte=first) | Q(
            date_precision=precision, ends_on__isnull=True, starts_on__gte=first
        )
    return lasting


# Announced, be it for a day past, and known neither as held nor as cancelled. What is
# known of the meeting does not matter: an announcement may be well reported.
ANNOUNCED = Q(state__in=["announced", "postponed"])


class MeetingQuerySet(PublishedQuerySet):
    document_model = "consultations.MeetingDocument"

    def of_regions(self, keys):
        """Meetings of the regions ``keys``; national ones have none."""
        return self.filter(region__in=keys)

    def held(self):
        """Meetings that took place, a report found or not."""
        return self.filter(state=Meeting.State.HELD)

    def announced(self):
        """Meetings that are not known to have been held, nor to have been cancelled."""
        return self.filter(ANNOUNCED)

    def upcoming(self, today=None):
        """Meetings announced or postponed for a day from ``today`` on, the next first."""
        return self.filter(self._is_upcoming(today)).order_by("sorts_on", "pk")

    def not_upcoming(self, today=None):
        """All others: held, cancelled, announced for a day past or for none known."""
        return self.exclude(self._is_upcoming(today))

    def _is_upcoming(self, today):
        return ANNOUNCED & Q(sorts_on__gte=today or timezone.localdate())

    def begun_by(self, day):
        """Meetings that may have begun on ``day`` or before; ``extent`` says the same."""
        begun = Q()
        for precision in ("day", "month", "year"):
            last = widened(day, precision)[1]
            begun |= Q(date_precision=precision, starts_on__lte=last) | Q(
                date_precision=precision, starts_on__isnull=True, ends_on__lte=last
            )
        return self.filter(begun)

    def not_over_before(self, day):
        """Meetings that may have lasted until ``day`` or later, as ``extent`` says."""
        return self.filter(_may_last_until(day))

    def over_before(self, day):
        """Dated meetings that were over before ``day`` for certain."""
        return self.exclude(date_precision="unknown").exclude(_may_last_until(day))

    def with_category(self, code):
        """Meetings at which a category took part: it is named, or was counted present."""
        rows = {"meeting": OuterRef("pk"), "category__code": code}
        return self.filter(
            Exists(Participation.objects.filter(**rows))
            | Exists(Attendance.objects.filter(**rows, present__gt=0))
        )

    def with_agreements(self, has_any=True):
        """Meetings at which a published agreement made a step, or those without one."""
        steps = AgreementStep.objects.filter(
            is_public("agreement"), meeting=OuterRef("pk")
        )
        return self.filter(Exists(steps) if has_any else ~Exists(steps))

    def with_people_present(self):
        """Annotate ``people_present``: the sum over categories, None when unknown."""
        # A subquery, because two joined sums would multiply each other.
        # No Coalesce: unknown is not zero.
        counted = (
            Attendance.objects.filter(meeting=OuterRef("pk"), present__isnull=False)
            .order_by()
            .values("meeting")
        )
        return self.annotate(
            people_present=Subquery(counted.values(total=Sum("present")))
        )

    def with_agreement_count(self):
        """Annotate ``agreement_count``: published agreements with a step here."""
        agreements = (
            PartnershipAgreement.objects.published()
            .filter(steps__meeting=OuterRef("pk"))
            .order_by()
            .values("steps__meeting")
        )
        return self.annotate(
            agreement_count=Coalesce(
                Subquery(agreements.values(n=models.Count("pk", distinct=True))), 0
            )
        )

    def for_list(self):
        """What a line or a card of a meeting shows, without a query a row."""
        return (
            self.select_related("region", "type", "series")
            .with_people_present()
            .with_agreement_count()
        )

    def around(self, meeting):
        """Published meetings that the page of ``meeting`` leads to, in one query.

        Those right before and after it in its series and in its region, which
        ``place_in_series`` and ``place_in_region`` tell apart, and those that it is
        tied to.
        """
        others = self.published().order_by()
        key = meeting.pk
        tied = Q(follows=key) | Q(part_of=key)
        for other in (meeting.follows_id, meeting.part_of_id):
            if other:
                tied |= Q(pk=other)
        rows = []
        if meeting.series_id and meeting.order_in_series is not None:
            rows.append((Q(series=meeting.series_id), ("order_in_series",)))
        elif meeting.series_id:
            rows.append((Q(series=meeting.series_id), ("sorts_on", "pk")))
        if meeting.region_id and meeting.date_is_known:
            dated = Q(region=meeting.region_id, sorts_on__gt=datetime.date.min)
            rows.append((dated, ("sorts_on", "pk")))
        for row, order in rows:
            tied |= _first_of(others.filter(row), meeting, order)
            tied |= _first_of(others.filter(row), meeting, order, backwards=True)
        # Said by what they are not, or SQLite would read all that is published instead
        # of the few rows that the indexes of the ties find.
        hidden = set(Publication) - {Publication.PUBLISHED}
        return (
            self.filter(tied)
            .exclude(publication__in=sorted(hidden))
            .filter(has_come())
            .exclude(pk=key)
            .order_by("sorts_on", "pk")
        )

    def with_agreements_recorded(self):
        """Annotate ``agreements_recorded``: those with a step here, drafts included."""
        agreements = (
            PartnershipAgreement.objects.filter(steps__meeting=OuterRef("pk"))
            .order_by()
            .values("steps__meeting")
            .values(n=models.Count("pk", distinct=True))
        )
        return self.annotate(agreements_recorded=Coalesce(Subquery(agreements), 0))


class Meeting(Published):
    """A meeting held, or announced, in one region or nationally, on one or more days."""

    class State(models.TextChoices):
        ANNOUNCED = "announced", pgettext_lazy("meeting", "announced")
        HELD = "held", pgettext_lazy("meeting", "held")
        POSTPONED = "postponed", pgettext_lazy("meeting", "postponed")
        CANCELLED = "cancelled", pgettext_lazy("meeting", "cancelled")

    class Coverage(models.TextChoices):
        REPORT = "report", _("a report of the meeting is known")
        PARTIAL = "partial", _("partly reported")
        NO_REPORT = "no_report", _("no report found")

    class Mode(models.TextChoices):
        IN_PERSON = "in_person", _("in person")
        REMOTE = "remote", _("remote")
        HYBRID = "hybrid", _("in person and remote")
        NOT_STATED = "not_stated", _("not stated")

    class PartOfDay(models.TextChoices):
        MORNING = "morning", _("in the morning")
        AFTERNOON = "afternoon", _("in the afternoon")
        EVENING = "evening", _("in the evening")

    class DatePrecision(models.TextChoices):
        DAY = "day", pgettext_lazy("precision", "day")
        MONTH = "month", pgettext_lazy("precision", "month")
        YEAR = "year", pgettext_lazy("precision", "year")
        UNKNOWN = "unknown", pgettext_lazy("precision", "unknown")

    class Basis(models.TextChoices):
        STATED = "stated", _("stated by a source")
        INFERRED = "inferred", _("inferred")

    class TotalUnit(models.TextChoices):
        PARTICIPANTS = "participants", pgettext_lazy("unit", "participants")
        VISITORS = "visitors", pgettext_lazy("unit", "visitors")
        REGISTRATIONS = "registrations", pgettext_lazy("unit", "registrations")

    regions_field = "region"
    address_field = "slug"
    translated_parts = (
        "participations",
        "agenda_items",
        "expectations",
        "commitments",
        "aid_distributions",
        "discrepancies",
    )

    slug = models.SlugField(
        _("address"),
        max_length=80,
        unique=True,
        editable=False,
        help_text=_("Made of the date and the region; fixed once published."),
    )
    series = models.ForeignKey(
        "consultations.MeetingSeries",
        on_delete=models.PROTECT,
        related_name="meetings",
        null=True,
        blank=True,
        verbose_name=_("series"),
    )
    order_in_series = models.PositiveSmallIntegerField(
        _("order in the series"), null=True, blank=True
    )
    order_basis = models.CharField(
        _("basis of the order"), max_length=10, choices=Basis, blank=True
    )
    order_note = models.CharField(_("note on the order"), max_length=500, blank=True)
    type = models.ForeignKey(
        "consultations.MeetingType",
        on_delete=models.PROTECT,
        related_name="meetings",
        verbose_name=_("type of meeting"),
    )
    type_note = models.CharField(
        _("what the sources call it"),
        max_length=300,
        blank=True,
        help_text=_("If they use another word, for example “اجتماع تنسيقي”."),
    )
    region = models.ForeignKey(
        "regions.Region",
        on_delete=models.PROTECT,
        related_name="meetings",
        null=True,
        blank=True,
        verbose_name=_("region"),
        help_text=_("Leave empty for a national meeting."),
    )
    provinces = RestrictedLinks(
        "regions.Province",
        related_name="meetings",
        blank=True,
        verbose_name=_("prefectures and provinces"),
        help_text=_("Those where it took place or that it was about."),
    )
    scope_note = models.CharField(
        _("note on the territory"),
        max_length=500,
        blank=True,
        help_text=_("If it was about a part of the region only."),
    )
    city_ar, city_fr, city_en = in_three_languages(
        models.CharField, _("city"), max_length=100
    )
    venue_ar, venue_fr, venue_en = in_three_languages(
        models.CharField, _("venue"), max_length=300
    )
    venue_note = models.CharField(_("note on the venue"), max_length=500, blank=True)
    starts_on = models.DateField(_("first day"), null=True, blank=True)
    ends_on = models.DateField(
        _("last day"),
        null=True,
        blank=True,
        help_text=_("Leave empty for a meeting of one day."),
    )
    sorts_on = models.DateField(_("date"), editable=False)
    date_precision = models.CharField(
        _("precision of the date"),
        max_length=10,
        choices=DatePrecision,
        default=DatePrecision.DAY,
        help_text=_("“Month”: enter the first of the month. “Unknown”: leave empty."),
    )
    date_basis = models.CharField(
        _("basis of the date"),
        max_length=10,
        choices=Basis,
        default=Basis.STATED,
    )
    date_note = models.CharField(
        _("note on the date"),
        max_length=500,
        blank=True,
        help_text=_("How an inferred date was found, or what is known of it."),
    )
    starts_at = models.TimeField(_("start time"), null=True, blank=True)
    ends_at = models.TimeField(_("end time"), null=True, blank=True)
    part_of_day = models.CharField(
        _("part of the day"), max_length=10, choices=PartOfDay, blank=True
    )
    mode = models.CharField(
        _("mode"), max_length=10, choices=Mode, default=Mode.NOT_STATED
    )
    state = models.CharField(_("state"), max_length=10, choices=State)
    coverage = models.CharField(
        _("what is known of it"),
        max_length=10,
        choices=Coverage,
        default=Coverage.REPORT,
    )
    coverage_note = models.CharField(
        _("note on what is known"), max_length=500, blank=True
    )
    first_announced_for = models.DateField(
        _("date first announced"),
        null=True,
        blank=True,
        help_text=_("Stays when a meeting is postponed."),
    )
    announced_on = models.DateField(_("announced on"), null=True, blank=True)
    announcement_note = models.TextField(
        _("note on the announcement"),
        blank=True,
        help_text=_("Where and by whom it was announced."),
    )
    title_ar, title_fr, title_en = in_three_languages(
        models.CharField,
        _("title"),
        max_length=300,
        help_text=_("For example “اللقاء التشاوري الجهوي لجهة الشرق”."),
    )
    slogan = models.CharField(
        _("slogan"), max_length=300, blank=True, help_text=_("Verbatim.")
    )
    patronage = models.CharField(
        _("patronage"),
        max_length=500,
        blank=True,
        help_text=_("Verbatim, with its formula."),
    )
    themes = RestrictedLinks(
        "consultations.Theme",
        related_name="meetings",
        blank=True,
        verbose_name=_("themes"),
    )
    summary_ar, summary_fr, summary_en = in_three_languages(
        models.TextField,
        _("summary"),
        help_text=_("Publicly displayed. Say no more than the sources do."),
    )
    objectives_ar, objectives_fr, objectives_en = in_three_languages(
        models.TextField, _("objectives"), help_text=_("One a line.")
    )
    key_messages_ar, key_messages_fr, key_messages_en = in_three_languages(
        models.TextField, _("key messages"), help_text=_("One a line.")
    )
    is_official_summary = models.BooleanField(
        _("the ministry published this summary itself"),
        default=False,
        help_text=_("If not, the page says that it was compiled from the sources."),
    )
    agreements_reported = models.PositiveIntegerField(
        _("number of agreements reported"),
        null=True,
        blank=True,
        help_text=_("As the sources say, also if not all of them are recorded here."),
    )
    stated_total = models.PositiveIntegerField(
        _("stated total"),
        null=True,
        blank=True,
        help_text=_("A headcount that a source states for the whole event."),
    )
    stated_total_unit = models.CharField(
        _("unit of the stated total"), max_length=15, choices=TotalUnit, blank=True
    )
    stated_total_note = models.CharField(
        _("note on the stated total"), max_length=500, blank=True
    )
    note = models.TextField(
        _("further note"), blank=True, help_text=_("Public. What fits nowhere else.")
    )
    language = models.CharField(
        _("language of the notes"),
        max_length=2,
        choices=Language,
        default=Language.ARABIC,
        help_text=_("Of the slogan, the patronage and all notes of this record."),
    )
    follows = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        related_name="followed_by",
        null=True,
        blank=True,
        verbose_name=_("follows"),
        help_text=_("An earlier meeting that this one continues."),
    )
    part_of = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        related_name="parts",
        null=True,
        blank=True,
        verbose_name=_("part of"),
        help_text=_("A wider event or a tour of several cities."),
    )
    history = History(m2m_fields=["provinces", "themes"])

    title = localized("title")
    city = localized("city")
    venue = localized("venue")
    summary = localized("summary")
    objectives = localized("objectives")
    key_messages = localized("key_messages")
    slogan_text = written_in("slogan")
    patronage_text = written_in("patronage")
    order_note_text = written_in("order_note")
    type_note_text = written_in("type_note")
    scope_note_text = written_in("scope_note")
    venue_note_text = written_in("venue_note")
    date_note_text = written_in("date_note")
    coverage_note_text = written_in("coverage_note")
    announcement_note_text = written_in("announcement_note")
    stated_total_note_text = written_in("stated_total_note")
    note_text = written_in("note")
    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("consultation meeting")
        verbose_name_plural = _("consultation meetings")
        permissions = permissions_on("meeting")
        ordering = ["-sorts_on", "-pk"]
        indexes = [
            models.Index(
                fields=["publication", "-sorts_on", "-id", "publish_at"],
                name="meeting_public_newest",
            ),
            models.Index(
                fields=["publication", "updated_at", "publish_at"],
                name="meeting_public_changed",
            ),
            models.Index(
                fields=["region", "publication", "-sorts_on", "-id", "publish_at"],
                name="meeting_region_newest",
            ),
            models.Index(
                fields=["series", "publication", "-sorts_on", "-id", "publish_at"],
                name="meeting_series_newest",
            ),
            models.Index(
                fields=["publication", "state", "-sorts_on", "-id", "publish_at"],
                name="meeting_state_newest",
            ),
            # What figures count by, beside the long texts of a record.
            models.Index(
                fields=[
                    "publication",
                    "state",
                    "region",
                    "coverage",
                    "date_precision",
                    "sorts_on",
                    "publish_at",
                ],
                name="meeting_public_figures",
            ),
            models.Index(
                fields=["publish_at"],
                condition=Q(publish_at__isnull=False),
                name="meeting_scheduled",
            ),
            # Few meetings are tied to another. An index that held the many that are not
            # would look useless to SQLite, which then reads all of them.
            *(
                models.Index(
                    fields=[tie],
                    condition=Q(**{f"{tie}__isnull": False}),
                    name=f"meeting_{tie}_tied",
                )
                for tie in ("follows", "part_of")
            ),
        ]
        constraints = [
            *Published.Meta.constraints,
            models.UniqueConstraint(
                fields=["series", "order_in_series"],
                name="meeting_order_is_unique_in_its_series",
                violation_error_message=_(
                    "Another meeting has this order in the series."
                ),
            ),
            models.CheckConstraint(
                condition=Q(order_in_series__isnull=True)
                | (Q(series__isnull=False) & ~Q(order_basis="")),
                name="meeting_order_has_series_and_basis",
                violation_error_message=_(
                    "An order in the series needs the series, and the basis of the order."
                ),
            ),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True)
                | Q(ends_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                name="meeting_ends_after_it_starts",
                violation_error_message=_("The last day is before the first day."),
            ),
            models.CheckConstraint(
                condition=(
                    Q(date_precision="unknown")
                    & Q(starts_on__isnull=True)
                    & Q(ends_on__isnull=True)
                )
                | (
                    ~Q(date_precision="unknown")
                    & (Q(starts_on__isnull=False) | Q(ends_on__isnull=False))
                ),
                name="meeting_precision_fits_its_date",
                violation_error_message=_(
                    "Give the first day (or the last), or set the precision of the "
                    "date to “unknown”."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(date_basis="inferred") | ~Q(date_note=""),
                name="meeting_inferred_date_says_how",
                violation_error_message=_(
                    "Say in the note on the date how it was inferred."
                ),
            ),
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True)
                | Q(ends_at__isnull=True)
                | Q(
                    starts_on__isnull=False,
                    ends_on__isnull=False,
                    ends_on__gt=F("starts_on"),
                )
                | Q(ends_at__gte=F("starts_at")),
                name="meeting_end_time_is_after_start_time",
                violation_error_message=_("The end time is before the start time."),
            ),
            models.CheckConstraint(
                condition=(Q(stated_total__isnull=True) & Q(stated_total_unit=""))
                | (Q(stated_total__isnull=False) & ~Q(stated_total_unit="")),
                name="meeting_stated_total_has_its_unit",
                violation_error_message=_(
                    "Give the stated total together with its unit."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(follows=F("pk")) & ~Q(part_of=F("pk")),
                name="meeting_does_not_follow_itself",
                violation_error_message=_(
                    "“Follows” and “part of” name another meeting."
                ),
            ),
        ]

    def __str__(self):
        # An address reads from the left, whatever stands around it.
        return self.title or f"\u2066{self.slug}\u2069"

    def save(self, *args, **kwargs):
        self.sorts_on = self.starts_on or self.ends_on or datetime.date.min
        if (update_fields := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*update_fields, "sorts_on", "slug"}
        if self.was_ever_published and self.slug:
            super().save(*args, **kwargs)
            return
        # Two drafts of one region and day may be saved at once: the second to
        # arrive takes the next number instead of failing.
        for _attempt in range(5):
            self.slug = self._free_slug()
            try:
                with transaction.atomic():
                    super().save(*args, **kwargs)
            except IntegrityError:
                if not self._slug_is_taken(self.slug):
                    raise
            else:
                return
        raise IntegrityError(f"No free address found for {self.slug}")

    def get_absolute_url(self):
        return reverse("consultations:meeting_detail", args=[self.slug])

    def regions_in_order(self) -> list:
        """Return its region; none for a national meeting."""
        return [self.region] if self.region_id else []

    def region_ids(self) -> frozenset[int]:
        """Return the key of its region; none for a national meeting."""
        return frozenset([self.region_id] if self.region_id else [])

    @property
    def date_is_known(self):
        return self.date_precision != self.DatePrecision.UNKNOWN

    @property
    def is_announced_only(self):
        """Known from an announcement alone: neither nothing nor held."""
        return (
            self.state == self.State.ANNOUNCED
            and self.coverage == self.Coverage.NO_REPORT
        )

    def place_in_series(self, other):
        """Return where ``other`` stands among the meetings of this one's series.

        By the order in the series where this one has one, else by the dates; None for
        a meeting that has no place there.
        """
        if not self.series_id or other.series_id != self.series_id:
            return None
        if self.order_in_series is None:
            return (other.sorts_on, other.pk)
        return other.order_in_series

    def place_in_region(self, other):
        """Return where ``other`` stands among the dates of this one's region, or None.

        An undated meeting has no place there.
        """
        if not self.region_id or other.region_id != self.region_id:
            return None
        return (other.sorts_on, other.pk) if other.date_is_known else None

    def _slug_stem(self) -> str:
        date = self.starts_on or self.ends_on
        length = {"day": 10, "month": 7, "year": 4}.get(self.date_precision)
        day = date.isoformat()[:length] if date and length else "undated"
        return f"{day}-{self.region.slug if self.region_id else 'national'}"

    def _slug_is_taken(self, slug: str) -> bool:
        return Meeting.objects.filter(slug=slug).exclude(pk=self.pk).exists()

    def _free_slug(self) -> str:
        stem = self._slug_stem()
        others = Meeting.objects.filter(slug__startswith=stem).exclude(pk=self.pk)
        taken = set(others.values_list("slug", flat=True))
        if stem not in taken:
            return stem
        numbers = range(2, len(taken) + 3)
        return next(
            slug for number in numbers if (slug := f"{stem}-{number}") not in taken
        )
