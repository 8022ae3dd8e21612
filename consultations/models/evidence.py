"""What the record rests on, where sources disagree, and what came after."""

from django.core.validators import (
    FileExtensionValidator,
    MaxValueValidator,
    RegexValidator,
    URLValidator,
)
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from config.change_sets import History
from config.localization import Language, in_three_languages, localized, written_in
from consultations.models.source_reference import (
    OfMeetingOrAgreement,
    Sourced,
    of_meeting_or_agreement,
)


class Source(OfMeetingOrAgreement):
    """A report, a press article or an announcement that the record rests on."""

    meeting, agreement = of_meeting_or_agreement("sources")

    class Kind(models.TextChoices):
        OFFICIAL_REPORT = "official_report", _("official report")
        PRESS_REPORT = "press_report", _("press report")
        ANNOUNCEMENT = "announcement", _("announcement")

    class DatePrecision(models.TextChoices):
        DAY = "day", pgettext_lazy("precision", "day")
        MONTH = "month", pgettext_lazy("precision", "month")
        YEAR = "year", pgettext_lazy("precision", "year")

    key = models.SlugField(
        _("short name"),
        max_length=60,
        blank=True,
        help_text=_("To name the source in a file of records, for example “zanka20”."),
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    publisher = models.CharField(_("publisher"), max_length=200)
    title = models.CharField(_("title"), max_length=500, blank=True)
    language = models.CharField(
        _("language of the source"),
        max_length=2,
        choices=Language,
        default=Language.ARABIC,
    )
    url = models.URLField(
        _("address"),
        max_length=1000,
        blank=True,
        validators=[URLValidator(schemes=["http", "https"])],
    )
    site = models.CharField(
        _("site"),
        max_length=300,
        blank=True,
        help_text=_("If the exact address is not known."),
    )
    via = models.CharField(
        _("read at"),
        max_length=200,
        blank=True,
        help_text=_("The collection it was read in, for example maghress."),
    )
    published_on = models.DateField(_("date"), null=True, blank=True)
    date_precision = models.CharField(
        _("precision of the date"), max_length=5, choices=DatePrecision, default="day"
    )
    published_time = models.TimeField(_("time"), null=True, blank=True)
    note = models.CharField(
        _("note"),
        max_length=500,
        blank=True,
        help_text=_(
            "For example that the date is the event's, or how the slug begins."
        ),
    )
    history = History()

    title_text = written_in("title")

    class Meta(OfMeetingOrAgreement.Meta):
        abstract = False
        verbose_name = pgettext_lazy("model", "source")
        verbose_name_plural = _("sources")
        ordering = ["order", "pk"]
        constraints = [
            *OfMeetingOrAgreement.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(url="") | ~Q(site=""),
                name="source_has_an_address_or_a_site",
                violation_error_message=_(
                    "Give the address of the source, or at least its site."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(publisher=""),
                name="source_has_a_publisher",
                violation_error_message=_("Name the publisher of the source."),
            ),
            models.UniqueConstraint(
                fields=["meeting", "key"],
                condition=~Q(key=""),
                name="source_key_is_unique_in_its_meeting",
                violation_error_message=_(
                    "Another source of this meeting has the same short name."
                ),
            ),
            models.UniqueConstraint(
                fields=["agreement", "key"],
                condition=~Q(key=""),
                name="source_key_is_unique_in_its_agreement",
                violation_error_message=_(
                    "Another source of this agreement has the same short name."
                ),
            ),
        ]

    def __str__(self):
        return f"{self.publisher}: {self.title}" if self.title else self.publisher


class Discrepancy(OfMeetingOrAgreement):
    """A matter on which sources disagree, what each says, what the record settled on."""

    meeting, agreement = of_meeting_or_agreement("discrepancies")

    class Matter(models.TextChoices):
        CHAIR = "chair", _("who chaired")
        PERSON = "person", _("persons and offices")
        PARTICIPANTS = "participants", _("participants")
        ORGANISER = "organiser", _("organiser")
        DATE = "date", _("date")
        PLACE = "place", _("place")
        TERRITORY = "territory", _("prefecture or province")
        ORDER = "order", _("order in the series")
        WINDOW = "window", _("announced period")
        PROGRAMME = "programme", _("period of the strategy")
        AGREEMENTS = "agreements", _("number of agreements")
        STATUS = "status", _("status of the agreement")
        AMOUNT = "amount", _("amount")
        BENEFICIARIES = "beneficiaries", _("beneficiaries")
        OTHER = "other", _("other matter")

    order = models.PositiveSmallIntegerField(_("order"), default=0)
    matter = models.CharField(_("matter"), max_length=15, choices=Matter)
    statements_ar, statements_fr, statements_en = in_three_languages(
        models.TextField,
        _("what each source says"),
        help_text=_("One source a line, beginning with its name."),
    )
    settled_ar, settled_fr, settled_en = in_three_languages(
        models.TextField,
        _("what the record settled on, and why"),
        help_text=_("Leave empty if it could not be settled."),
    )
    history = History()

    statements = localized("statements")
    settled = localized("settled")

    class Meta(OfMeetingOrAgreement.Meta):
        abstract = False
        verbose_name = _("discrepancy between sources")
        verbose_name_plural = _("discrepancies between sources")
        ordering = ["order", "pk"]
        constraints = [
            *OfMeetingOrAgreement.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(statements_ar="") | ~Q(statements_fr=""),
                name="discrepancy_says_what_the_sources_say",
                violation_error_message=_(
                    "Say in Arabic or in French what each source says."
                ),
            ),
        ]

    def __str__(self):
        return self.get_matter_display()


class Document(OfMeetingOrAgreement):
    """A file or an address that belongs to the record."""

    meeting, agreement = of_meeting_or_agreement("documents")

    class Kind(models.TextChoices):
        MINUTES = "minutes", _("minutes")
        PRESENTATION = "presentation", _("presentation")
        SPEECH = "speech", _("speech")
        AGREEMENT = "agreement", _("text of an agreement")
        REPORT = "report", _("report")
        PHOTOGRAPH = "photograph", _("photograph")
        OTHER = "other", _("other document")

    order = models.PositiveSmallIntegerField(_("order"), default=0)
    kind = models.CharField(_("kind"), max_length=15, choices=Kind)
    title = models.CharField(_("title"), max_length=300)
    language = models.CharField(
        _("language of the document"),
        max_length=2,
        choices=Language,
        default=Language.ARABIC,
    )
    file = models.FileField(
        _("file"),
        upload_to="documents/%Y/",
        blank=True,
        validators=[
            FileExtensionValidator(
                ["pdf", "docx", "xlsx", "pptx", "odt", "ods", "odp", "jpg", "png"]
            )
        ],
    )
    url = models.URLField(
        _("address"),
        max_length=1000,
        blank=True,
        validators=[URLValidator(schemes=["http", "https"])],
    )
    is_public = models.BooleanField(
        _("public"),
        default=False,
        help_text=_("Internal documents are never shown outside the administration."),
    )
    sha256 = models.CharField(
        _("SHA-256"),
        max_length=64,
        blank=True,
        editable=False,
        validators=[RegexValidator(r"\A[0-9a-f]{64}\Z")],
    )
    history = History()

    title_text = written_in("title")

    class Meta(OfMeetingOrAgreement.Meta):
        abstract = False
        verbose_name = pgettext_lazy("model", "document")
        verbose_name_plural = _("documents")
        ordering = ["order", "pk"]
        constraints = [
            *OfMeetingOrAgreement.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(file="") | ~Q(url=""),
                name="document_has_a_file_or_an_address",
                violation_error_message=_("Give the file or its address."),
            ),
        ]

    def __str__(self):
        return self.title


class Correction(OfMeetingOrAgreement):
    """A public note that facts of a published record were changed."""

    # What the public was told is not taken back with the state it was told of.
    stays_when_restored = True

    meeting, agreement = of_meeting_or_agreement("corrections")
    corrected_on = models.DateField(_("corrected on"))
    what = models.TextField(_("what was corrected"))
    why = models.TextField(_("why"))
    language = models.CharField(
        _("language of the note"),
        max_length=2,
        choices=Language,
        default=Language.ARABIC,
    )
    history = History()

    what_text = written_in("what")
    why_text = written_in("why")

    class Meta(OfMeetingOrAgreement.Meta):
        abstract = False
        verbose_name = pgettext_lazy("model", "correction")
        verbose_name_plural = _("corrections")
        permissions = [("export_correction", "Can export with drafts")]
        ordering = ["-corrected_on", "-pk"]

    def __str__(self):
        return self.what


class Progress(Sourced):
    """What was done, on a date: of a meeting, an agreement or a commitment."""

    record_keys = ("meeting", "agreement", "commitment")

    meeting = models.ForeignKey(
        "consultations.Meeting",
        on_delete=models.CASCADE,
        related_name="progress_reports",
        null=True,
        blank=True,
        verbose_name=_("meeting"),
    )
    agreement = models.ForeignKey(
        "consultations.PartnershipAgreement",
        on_delete=models.CASCADE,
        related_name="progress_reports",
        null=True,
        blank=True,
        verbose_name=_("agreement"),
    )
    commitment = models.ForeignKey(
        "consultations.Commitment",
        on_delete=models.CASCADE,
        related_name="progress_reports",
        null=True,
        blank=True,
        verbose_name=_("commitment"),
    )
    reported_on = models.DateField(_("date"), null=True, blank=True)
    percent = models.PositiveSmallIntegerField(
        _("percent done"), null=True, blank=True, validators=[MaxValueValidator(100)]
    )
    note = models.TextField(_("what was done"), blank=True)
    language = models.CharField(
        _("language of the note"),
        max_length=2,
        choices=Language,
        default=Language.ARABIC,
    )
    spent = models.DecimalField(
        _("spent, in dirhams"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    beneficiaries = models.PositiveIntegerField(
        _("number of beneficiaries"), null=True, blank=True
    )
    verified_by = models.CharField(_("verified by"), max_length=200, blank=True)
    history = History()

    note_text = written_in("note")

    class Meta:
        verbose_name = _("progress report")
        verbose_name_plural = _("progress")
        permissions = [("export_progress", "Can export with drafts")]
        ordering = [models.F("reported_on").asc(nulls_first=True), "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    meeting__isnull=False,
                    agreement__isnull=True,
                    commitment__isnull=True,
                )
                | Q(
                    meeting__isnull=True,
                    agreement__isnull=False,
                    commitment__isnull=True,
                )
                | Q(
                    meeting__isnull=True,
                    agreement__isnull=True,
                    commitment__isnull=False,
                ),
                name="progress_belongs_to_one_thing",
                violation_error_message=_(
                    "Name one meeting, one agreement or one commitment."
                ),
            ),
            models.CheckConstraint(
                condition=Q(percent__isnull=True) | Q(percent__lte=100),
                name="progress_percent_is_at_most_100",
                violation_error_message=_("“Percent done” is more than 100."),
            ),
            models.CheckConstraint(
                condition=Q(spent__isnull=True) | Q(spent__gte=0),
                name="progress_spent_is_not_negative",
                violation_error_message=_("“Spent” is below zero."),
            ),
            models.CheckConstraint(
                condition=Q(percent__isnull=False)
                | ~Q(note="")
                | Q(spent__isnull=False)
                | Q(beneficiaries__isnull=False),
                name="progress_says_something",
                violation_error_message=_(
                    "Give a note, a percentage, what was spent or the beneficiaries."
                ),
            ),
        ]

    def __str__(self):
        if self.note:
            return self.note
        if self.percent is not None:
            return f"{self.percent} %"
        return str(self._meta.verbose_name)

    @property
    def record(self):
        """The meeting, agreement or commitment that was reported on."""
        return self.meeting or self.agreement or self.commitment
