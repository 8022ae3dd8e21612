"""What was expected, what was committed to, what was paid out."""

from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from config.change_sets import History
from config.links import RestrictedLinks
from config.localization import Language, in_three_languages, localized, written_in
from config.search_index import SearchableQuerySet
from consultations.models.publication import is_public
from consultations.models.source_reference import Sourced


class AmountNote(models.TextChoices):
    """How an amount is meant; without a note, nothing is known of it."""

    EXACT = "exact", pgettext_lazy("amount", "exact")
    ABOUT = "about", pgettext_lazy("amount", "about")
    PROGRAMME_TOTAL = (
        "programme_total",
        pgettext_lazy("amount", "total of the programme"),
    )
    UNKNOWN = "unknown", pgettext_lazy("amount", "unknown")

    @classmethod
    def own(cls) -> tuple["AmountNote", ...]:
        """Those of what one record is worth, which the total of a programme is not."""
        return cls.EXACT, cls.ABOUT


def has_own_amount() -> Q:
    """Return the condition of records whose own amount is known: what sums add up."""
    return Q(amount_note__in=AmountNote.own())


class PartOfMeetingQuerySet(SearchableQuerySet):
    """Rows that a meeting holds in an order, each with its number on its page."""

    def published(self):
        """What was said at published meetings."""
        return self.filter(is_public("meeting"))

    def with_number(self):
        """Annotate ``number``: the place of the row in its meeting, from 1."""
        up_to = (
            self.model.objects.filter(meeting=OuterRef("meeting"))
            .filter(
                Q(order__lt=OuterRef("order"))
                | Q(order=OuterRef("order"), pk__lte=OuterRef("pk"))
            )
            .order_by()
            .values("meeting")
        )
        return self.annotate(number=Subquery(up_to.values(number=Count("pk"))))


class PartOfMeeting(models.Model):
    """What the page of a meeting gives a number and a place of its own."""

    place_name = ""  # what the addresses of its places begin with

    class Meta:
        abstract = True

    def url_of_place(self, number: int) -> str:
        """Return the address of the row on the page of its meeting."""
        return f"{self.meeting.get_absolute_url()}#{self.place_name}-{number}"


class ExpectationQuerySet(PartOfMeetingQuerySet):
    document_model = "consultations.ExpectationDocument"


class Expectation(PartOfMeeting, Sourced):
    """What a category of participants expected, found difficult or recommended."""

    place_name = "expectation"
    record_keys = ("meeting",)

    class Kind(models.TextChoices):
        EXPECTATION = "expectation", _("expectation")
        DIFFICULTY = "difficulty", _("difficulty")
        RECOMMENDATION = "recommendation", _("recommendation")

    class State(models.TextChoices):
        NOTED = "noted", pgettext_lazy("expectation", "noted")
        ACCEPTED = "accepted", pgettext_lazy("expectation", "accepted")
        IN_PROGRESS = "in_progress", pgettext_lazy("expectation", "in progress")
        DONE = "done", pgettext_lazy("expectation", "done")
        DECLINED = "declined", pgettext_lazy("expectation", "declined")

    meeting = models.ForeignKey(
        "consultations.Meeting",
        on_delete=models.CASCADE,
        related_name="expectations",
        verbose_name=_("meeting"),
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    kind = models.CharField(
        _("kind"), max_length=15, choices=Kind, default=Kind.EXPECTATION
    )
    text_ar, text_fr, text_en = in_three_languages(models.TextField, _("text"))
    category = models.ForeignKey(
        "stakeholders.ParticipantCategory",
        on_delete=models.PROTECT,
        related_name="expectations",
        null=True,
        blank=True,
        verbose_name=_("category that raised it"),
    )
    organisation = models.ForeignKey(
        "stakeholders.Organisation",
        on_delete=models.PROTECT,
        related_name="expectations",
        null=True,
        blank=True,
        verbose_name=_("organisation that raised it"),
    )
    theme = models.ForeignKey(
        "consultations.Theme",
        on_delete=models.PROTECT,
        related_name="expectations",
        null=True,
        blank=True,
        verbose_name=_("theme"),
    )
    state = models.CharField(
        _("state"), max_length=15, choices=State, default=State.NOTED
    )
    answer_ar, answer_fr, answer_en = in_three_languages(
        models.TextField, _("the ministry's answer")
    )
    answered_on = models.DateField(_("answered on"), null=True, blank=True)
    updated_at = models.DateTimeField(_("last change"), auto_now=True)
    history = History()

    text = localized("text")
    answer = localized("answer")
    objects = ExpectationQuerySet.as_manager()

    class Meta:
        verbose_name = _("expectation or recommendation")
        verbose_name_plural = _("expectations and recommendations")
        permissions = [("export_expectation", "Can export with drafts")]
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text_ar="") | ~Q(text_fr=""),
                name="expectation_has_a_text",
                violation_error_message=_("Give the text in Arabic or in French."),
            ),
            models.CheckConstraint(
                condition=Q(answered_on__isnull=True)
                | ~Q(answer_ar="")
                | ~Q(answer_fr=""),
                name="expectation_answer_date_has_an_answer",
                violation_error_message=_("“Answered on” needs the ministry's answer."),
            ),
        ]

    def __str__(self):
        return str(self.text)


def late_on(today=None) -> Q:
    """Return the condition that ``Commitment.is_late`` states of one."""
    return Q(due_on__lt=today or timezone.localdate(), state__in=Commitment.OPEN)


class CommitmentQuerySet(PartOfMeetingQuerySet):
    document_model = "consultations.CommitmentDocument"

    def late(self, today=None):
        """Commitments whose date has passed and that are neither done nor abandoned."""
        return self.filter(late_on(today))


class Commitment(PartOfMeeting, Sourced):
    """What somebody undertook to do, and what became of it."""

    place_name = "commitment"
    record_keys = ("meeting",)

    class State(models.TextChoices):
        ANNOUNCED = "announced", pgettext_lazy("commitment", "announced")
        IN_PROGRESS = "in_progress", pgettext_lazy("commitment", "in progress")
        DONE = "done", pgettext_lazy("commitment", "done")
        ABANDONED = "abandoned", pgettext_lazy("commitment", "abandoned")
        UNKNOWN = "unknown", pgettext_lazy("commitment", "unknown")

    OPEN = (State.ANNOUNCED, State.IN_PROGRESS, State.UNKNOWN)

    meeting = models.ForeignKey(
        "consultations.Meeting",
        on_delete=models.CASCADE,
        related_name="commitments",
        verbose_name=_("meeting"),
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    text_ar, text_fr, text_en = in_three_languages(models.TextField, _("text"))
    owner = models.ForeignKey(
        "stakeholders.Organisation",
        on_delete=models.PROTECT,
        related_name="commitments",
        null=True,
        blank=True,
        verbose_name=_("owner"),
        help_text=_("The organisation that undertook it."),
    )
    theme = models.ForeignKey(
        "consultations.Theme",
        on_delete=models.PROTECT,
        related_name="commitments",
        null=True,
        blank=True,
        verbose_name=_("theme"),
    )
    amount = models.DecimalField(
        _("amount in dirhams"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    amount_note = models.CharField(
        _("note on the amount"),
        max_length=15,
        choices=AmountNote,
        default=AmountNote.UNKNOWN,
    )
    due_on = models.DateField(_("due on"), null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=15, choices=State, default=State.ANNOUNCED
    )
    answers = RestrictedLinks(
        Expectation,
        related_name="commitments",
        blank=True,
        verbose_name=_("expectations it answers"),
    )
    agreement = models.ForeignKey(
        "consultations.PartnershipAgreement",
        on_delete=models.PROTECT,
        related_name="commitments",
        null=True,
        blank=True,
        verbose_name=_("agreement it led to"),
    )
    updated_at = models.DateTimeField(_("last change"), auto_now=True)
    history = History(m2m_fields=["answers"])

    text = localized("text")
    objects = CommitmentQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("model", "commitment")
        verbose_name_plural = _("commitments")
        permissions = [("export_commitment", "Can export with drafts")]
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text_ar="") | ~Q(text_fr=""),
                name="commitment_has_a_text",
                violation_error_message=_("Give the text in Arabic or in French."),
            ),
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gte=0),
                name="commitment_amount_is_not_negative",
                violation_error_message=_("The amount is below zero."),
            ),
            models.CheckConstraint(
                condition=(Q(amount__isnull=True) & Q(amount_note="unknown"))
                | (Q(amount__isnull=False) & ~Q(amount_note="unknown")),
                name="commitment_amount_has_its_note",
                violation_error_message=_(
                    "Enter the amount, or choose “unknown” in the note on it; with an "
                    "amount, the note says how it is meant."
                ),
            ),
        ]

    def __str__(self):
        return str(self.text)

    def is_late(self, today=None):
        """Whether the due date has passed without the commitment being closed."""
        return (
            self.due_on is not None
            and self.due_on < (today or timezone.localdate())
            and self.state in self.OPEN
        )


class AidDistribution(Sourced):
    """Aid paid out on the occasion of a meeting."""

    record_keys = ("meeting",)

    meeting = models.ForeignKey(
        "consultations.Meeting",
        on_delete=models.CASCADE,
        related_name="aid_distributions",
        verbose_name=_("meeting"),
    )
    programme = models.ForeignKey(
        "consultations.Programme",
        on_delete=models.PROTECT,
        related_name="aid_distributions",
        null=True,
        blank=True,
        verbose_name=_("programme"),
    )
    description_ar, description_fr, description_en = in_three_languages(
        models.CharField, _("description"), max_length=500
    )
    amount = models.DecimalField(
        _("amount in dirhams"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    beneficiaries = models.PositiveIntegerField(
        _("number of beneficiaries"), null=True, blank=True
    )
    legal_basis = models.ForeignKey(
        "consultations.PartnershipAgreement",
        on_delete=models.PROTECT,
        related_name="aid_distributions",
        null=True,
        blank=True,
        verbose_name=_("legal basis"),
        help_text=_("The agreement that the aid was paid under."),
    )
    note = models.CharField(_("note"), max_length=500, blank=True)
    language = models.CharField(
        _("language of the note"),
        max_length=2,
        choices=Language,
        default=Language.ARABIC,
    )
    history = History()

    description = localized("description")
    note_text = written_in("note")

    class Meta:
        verbose_name = _("aid distribution")
        verbose_name_plural = _("aid distributions")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gte=0),
                name="aiddistribution_amount_is_not_negative",
                violation_error_message=_("The amount is below zero."),
            ),
            models.CheckConstraint(
                condition=Q(programme__isnull=False)
                | ~Q(description_ar="")
                | ~Q(description_fr=""),
                name="aiddistribution_says_what_it_is",
                violation_error_message=_("Name the programme or describe the aid."),
            ),
        ]

    def __str__(self):
        return str(self.description or self.programme)
