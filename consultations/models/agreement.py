from django.core.validators import RegexValidator
from django.db import IntegrityError, models, transaction
from django.db.models import Exists, F, Max, Min, OuterRef, Q, Subquery
from django.db.models.functions import Length
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from config.change_sets import History
from config.links import RestrictedLinks
from config.localization import (
    Language,
    LocalizedText,
    current_language,
    in_three_languages,
    localized,
    written_in,
)
from consultations.models.followup import AmountNote
from consultations.models.publication import (
    Published,
    PublishedQuerySet,
    permissions_on,
)
from consultations.models.source_reference import Sourced
from consultations.status import (
    Status,
    Step,
    StepKind,
    deciding_step_expression,
    derive_status,
    status_expression,
)


class PartnershipAgreementQuerySet(PublishedQuerySet):
    document_model = "consultations.AgreementDocument"

    def of_regions(self, keys):
        """Agreements all of whose regions are among ``keys``; national ones have none."""
        territory = PartnershipAgreement.regions.through.objects.filter(
            partnershipagreement=OuterRef("pk")
        )
        return self.filter(
            Exists(territory.filter(region__in=keys)),
            ~Exists(territory.exclude(region__in=keys)),
        )

    def with_status(self, today=None):
        """Annotate ``current_status``, where the agreement stands on ``today``."""
        today = today or timezone.localdate()
        return self.annotate(
            deciding_step=deciding_step_expression(today, AgreementStep.objects.all())
        ).annotate(current_status=status_expression(today))

    def with_signature(self):
        """Annotate ``signed_on``: the date of the first signature, None if unknown."""
        signed = (
            AgreementStep.objects.filter(
                agreement=OuterRef("pk"), kind=StepKind.SIGNED, date__isnull=False
            )
            .order_by()
            .values("agreement")
        )
        return self.annotate(signed_on=Subquery(signed.values(day=Min("date"))))

    def with_decided_on(self):
        """Annotate ``decided_on``: the date of the latest dated step."""
        dated = (
            AgreementStep.objects.filter(agreement=OuterRef("pk"), date__isnull=False)
            .order_by()
            .values("agreement")
        )
        return self.annotate(decided_on=Subquery(dated.values(day=Max("date"))))

    def with_steps(self):
        """Bring the steps along, from which ``status`` and ``signed_on`` then follow.

        For the rows of a page: Django takes longer to write the expression of
        ``with_status`` than the database to find the steps of many agreements.
        """
        steps = AgreementStep.objects.order_by().only("agreement", "kind", "date")
        return self.prefetch_related(models.Prefetch("steps", steps))

    def for_list(self):
        """What a row of the register shows, without a query a row."""
        return (
            self.with_steps()
            .select_related("instrument", "programme")
            .prefetch_related("regions")
        )


class PartnershipAgreement(Published):
    """What the ministry and its partners agreed on, and what came of it."""

    regions_field = "regions"
    address_field = "reference"
    translated_parts = ("steps", "parties", "components", "discrepancies")

    reference = models.CharField(
        _("reference"),
        max_length=16,
        unique=True,
        editable=False,
        validators=[RegexValidator(r"\AAG-[0-9]{4}-[0-9]{4,}\Z")],
        help_text=_("Given once, never reused."),
    )
    title_ar, title_fr, title_en = in_three_languages(
        models.CharField, _("title"), max_length=500
    )
    is_formal_title = models.BooleanField(
        _("the title is the formal one"),
        default=False,
        help_text=_("Not so where the sources only describe the agreement."),
    )
    short_label_ar, short_label_fr, short_label_en = in_three_languages(
        models.CharField, _("short label"), max_length=200
    )
    instrument = models.ForeignKey(
        "consultations.Instrument",
        on_delete=models.PROTECT,
        related_name="agreements",
        null=True,
        blank=True,
        verbose_name=_("legal instrument"),
        help_text=_("Leave empty if the sources do not say."),
    )
    amends = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        related_name="amendments",
        null=True,
        blank=True,
        verbose_name=_("amends"),
    )
    based_on = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        related_name="applications",
        null=True,
        blank=True,
        verbose_name=_("based on"),
    )
    regions = RestrictedLinks(
        "regions.Region",
        related_name="agreements",
        blank=True,
        verbose_name=_("regions"),
        help_text=_("Leave empty for a national agreement."),
    )
    provinces = RestrictedLinks(
        "regions.Province",
        related_name="agreements",
        blank=True,
        verbose_name=_("prefectures and provinces"),
        help_text=_("If it covers a part of the region only."),
    )
    territory_note = models.CharField(
        _("note on the territory"), max_length=500, blank=True
    )
    programme = models.ForeignKey(
        "consultations.Programme",
        on_delete=models.PROTECT,
        related_name="agreements",
        null=True,
        blank=True,
        verbose_name=_("programme"),
    )
    themes = RestrictedLinks(
        "consultations.Theme",
        related_name="agreements",
        blank=True,
        verbose_name=_("themes"),
    )
    target_groups = RestrictedLinks(
        "consultations.TargetGroup",
        related_name="agreements",
        blank=True,
        verbose_name=_("target groups"),
    )
    purpose_ar, purpose_fr, purpose_en = in_three_languages(
        models.TextField, _("purpose"), help_text=_("One object a line.")
    )
    beneficiaries_planned = models.PositiveIntegerField(
        _("beneficiaries planned"), null=True, blank=True
    )
    beneficiaries_reached = models.PositiveIntegerField(
        _("beneficiaries reached"), null=True, blank=True
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
    period_starts_on = models.DateField(_("period from"), null=True, blank=True)
    period_ends_on = models.DateField(_("period to"), null=True, blank=True)
    note = models.TextField(
        _("further note"), blank=True, help_text=_("Public. What fits nowhere else.")
    )
    language = models.CharField(
        _("language of the notes"),
        max_length=2,
        choices=Language,
        default=Language.ARABIC,
    )
    history = History(
        m2m_fields=["regions", "provinces", "themes", "target_groups"],
    )

    # The year that a new reference carries; empty: the year in which it is recorded.
    reference_year: int | None = None

    title = localized("title")
    short_label = localized("short_label")
    purpose = localized("purpose")
    territory_note_text = written_in("territory_note")
    note_text = written_in("note")
    objects = PartnershipAgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("partnership agreement")
        verbose_name_plural = _("partnership agreements")
        permissions = permissions_on("partnershipagreement")
        ordering = ["-reference"]
        indexes = [
            models.Index(
                fields=["publication", "-reference", "publish_at"],
                name="agreement_public_newest",
            ),
            models.Index(
                fields=["publication", "updated_at", "publish_at"],
                name="agreement_public_changed",
            ),
            models.Index(
                fields=["publish_at"],
                condition=Q(publish_at__isnull=False),
                name="agreement_scheduled",
            ),
            # Of the few that are tied to another, as with meetings.
            *(
                models.Index(
                    fields=[tie],
                    condition=Q(**{f"{tie}__isnull": False}),
                    name=f"agreement_{tie}_tied",
                )
                for tie in ("amends", "based_on")
            ),
        ]
        constraints = [
            *Published.Meta.constraints,
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gte=0),
                name="partnershipagreement_amount_is_not_negative",
                violation_error_message=_("The amount is below zero."),
            ),
            models.CheckConstraint(
                condition=(Q(amount__isnull=True) & Q(amount_note="unknown"))
                | (Q(amount__isnull=False) & ~Q(amount_note="unknown")),
                name="partnershipagreement_amount_has_its_note",
                violation_error_message=_(
                    "Enter the amount, or choose “unknown” in the note on it; with an "
                    "amount, the note says how it is meant."
                ),
            ),
            models.CheckConstraint(
                condition=Q(period_starts_on__isnull=True)
                | Q(period_ends_on__isnull=True)
                | Q(period_ends_on__gte=F("period_starts_on")),
                name="partnershipagreement_period_ends_after_it_starts",
                violation_error_message=_("“Period to” is before “period from”."),
            ),
        ]

    def __str__(self):
        label = self.short_label or self.title
        return f"{self.reference} – {label}" if label else self.reference

    def save(self, *args, **kwargs):
        if self.reference:
            super().save(*args, **kwargs)
            return
        # Two agreements may be entered at once: the second takes the next number.
        for _attempt in range(5):
            self.reference = self._next_reference()
            try:
                with transaction.atomic():
                    super().save(*args, **kwargs)
            except IntegrityError:
                taken = PartnershipAgreement.objects.filter(reference=self.reference)
                if not taken.exists():
                    raise
            else:
                return
        raise IntegrityError(f"No free reference found for {self.reference}")

    def get_absolute_url(self):
        return reverse("consultations:agreement_detail", args=[self.reference])

    def regions_in_order(self) -> list:
        """Return its regions; none for a national agreement."""
        return list(self.regions.all())

    def region_ids(self) -> frozenset[int]:
        """Return the keys of its regions; none for a national agreement."""
        if self.pk is None:
            return frozenset()
        return frozenset(region.pk for region in self.regions.all())

    @property
    def label(self):
        """The title, or the short label where the sources give no more."""
        return self.title or self.short_label

    def status_on(self, today, steps=None):
        """Return the status on ``today``; ``steps`` spares the query for them."""
        rows = self.steps.all() if steps is None else steps
        return derive_status(
            [Step(step.kind, step.date, step.pk) for step in rows],
            period_starts_on=self.period_starts_on,
            period_ends_on=self.period_ends_on,
            today=today,
        )

    @property
    def status(self):
        """Where it stands today, from ``with_status()`` where that was asked for."""
        if "current_status" in self.__dict__:
            return Status(self.current_status)
        return self.status_on(timezone.localdate())

    @cached_property
    def signed_on(self):
        """The date of the first signature, None if unknown; as ``with_signature()``."""
        return min(
            (
                step.date
                for step in self.steps.all()
                if step.kind == StepKind.SIGNED and step.date is not None
            ),
            default=None,
        )

    @property
    def is_before_signature(self):
        """Whether its amount is one that was proposed, not yet one that was signed."""
        return self.status in {Status.PROPOSED, Status.APPROVED, Status.INITIALLED}

    def _next_reference(self) -> str:
        prefix = f"AG-{self.reference_year or timezone.localdate().year}-"
        # History remembers references of drafts that were deleted: none comes twice.
        last = (
            self.history.model.objects.filter(reference__startswith=prefix)
            .order_by(Length("reference").desc(), "-reference")
            .values_list("reference", flat=True)
            .first()
        )
        return f"{prefix}{int(last.removeprefix(prefix)) + 1 if last else 1:04d}"


class AgreementStep(Sourced):
    """A dated or undated step of an agreement's life; the status follows from them."""

    record_keys = ("agreement",)

    agreement = models.ForeignKey(
        PartnershipAgreement,
        on_delete=models.CASCADE,
        related_name="steps",
        verbose_name=_("agreement"),
    )
    kind = models.CharField(_("step"), max_length=20, choices=StepKind)
    date = models.DateField(_("date"), null=True, blank=True)
    place_ar, place_fr, place_en = in_three_languages(
        models.CharField, _("place"), max_length=200
    )
    meeting = models.ForeignKey(
        "consultations.Meeting",
        on_delete=models.PROTECT,
        related_name="agreement_steps",
        null=True,
        blank=True,
        verbose_name=_("meeting"),
        help_text=_("The meeting at which it happened, if any."),
    )
    note = models.CharField(_("note"), max_length=500, blank=True)
    language = models.CharField(
        _("language of the note"),
        max_length=2,
        choices=Language,
        default=Language.ARABIC,
    )
    history = History()

    place = localized("place")
    note_text = written_in("note")

    class Meta:
        verbose_name = pgettext_lazy("model", "step")
        verbose_name_plural = _("steps")
        ordering = [F("date").asc(nulls_first=True), "pk"]

    def __str__(self):
        return self.get_kind_display()


class AgreementParty(Sourced):
    """Who is party to an agreement, what they bring, and who signed for them."""

    record_keys = ("agreement",)

    class Role(models.TextChoices):
        MINISTRY = "ministry", _("ministry")
        AUTHORITY = "authority", _("authority")
        COUNCIL = "council", _("elected council")
        FUNDER = "funder", _("funder")
        IMPLEMENTER = "implementer", _("implementer")
        BENEFICIARY_BODY = "beneficiary_body", _("beneficiary body")
        PROGRAMME = "programme", _("programme")
        NOT_STATED = "not_stated", _("role not stated")

    agreement = models.ForeignKey(
        PartnershipAgreement,
        on_delete=models.CASCADE,
        related_name="parties",
        verbose_name=_("agreement"),
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    organisation = models.ForeignKey(
        "stakeholders.Organisation",
        on_delete=models.PROTECT,
        related_name="agreement_parties",
        null=True,
        blank=True,
        verbose_name=_("organisation"),
    )
    description_ar, description_fr, description_en = in_three_languages(
        models.CharField,
        _("description"),
        max_length=300,
        help_text=_("Where the sources do not name the organisation."),
    )
    role = models.CharField(
        _("role"), max_length=20, choices=Role, default=Role.NOT_STATED
    )
    contribution = models.DecimalField(
        _("contribution in dirhams"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
    )
    signed_by = models.ForeignKey(
        "stakeholders.Person",
        on_delete=models.PROTECT,
        related_name="signatures",
        null=True,
        blank=True,
        verbose_name=_("signed by"),
    )
    signatory_office = models.ForeignKey(
        "stakeholders.Office",
        on_delete=models.PROTECT,
        related_name="signatures",
        null=True,
        blank=True,
        verbose_name=_("office of the signatory"),
    )
    signatory_office_stated = models.CharField(
        _("office as stated"), max_length=300, blank=True
    )
    signed_on_behalf_of = models.CharField(
        _("signed on behalf of"), max_length=300, blank=True
    )
    history = History()

    description = localized("description")

    class Meta:
        verbose_name = pgettext_lazy("model", "party")
        verbose_name_plural = _("parties")
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(organisation__isnull=False)
                | ~Q(description_ar="")
                | ~Q(description_fr=""),
                name="agreementparty_is_named_or_described",
                violation_error_message=_(
                    "Name the organisation or describe the party."
                ),
            ),
            models.CheckConstraint(
                condition=Q(contribution__isnull=True) | Q(contribution__gte=0),
                name="agreementparty_contribution_is_not_negative",
                violation_error_message=_("The contribution is below zero."),
            ),
        ]

    def __str__(self):
        return str(self.organisation or self.description)

    @property
    def name(self):
        """The organisation's name, or how the sources describe the party."""
        return self.organisation.name if self.organisation_id else self.description

    @property
    def public_signatory_office(self):
        """The signatory's office, in the form that fits its holder.

        As the sources state it, in Arabic; readers of another language get the office's
        name in theirs where the office is known.
        """
        stated = self.signatory_office_stated
        if stated and (current_language() == "ar" or not self.signatory_office_id):
            return LocalizedText(stated, "ar", is_fallback=current_language() != "ar")
        if self.signatory_office_id:
            gender = self.signed_by.gender if self.signed_by_id else ""
            return self.signatory_office.name_for(gender)
        return ""

    @property
    def public_signatory(self):
        """The signatory's name where it may be public: in an office, or with consent."""
        if not self.signed_by_id:
            return ""
        if self.public_signatory_office or self.signed_by.consents_to_be_named:
            return self.signed_by.name
        return ""


class AgreementComponent(Sourced):
    """One of the things that an agreement is to bring about."""

    record_keys = ("agreement",)

    class Kind(models.TextChoices):
        EQUIPMENT = "equipment", _("equipment")
        PURCHASE = "purchase", _("purchase")
        CONSTRUCTION = "construction", _("construction")
        OPERATION = "operation", _("operation")
        TRAINING = "training", _("training")
        SUPPORT = "support", _("support")
        OTHER = "other", _("other")

    agreement = models.ForeignKey(
        PartnershipAgreement,
        on_delete=models.CASCADE,
        related_name="components",
        verbose_name=_("agreement"),
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    kind = models.CharField(_("kind"), max_length=15, choices=Kind)
    description_ar, description_fr, description_en = in_three_languages(
        models.CharField, _("description"), max_length=500
    )
    quantity = models.PositiveIntegerField(_("quantity"), null=True, blank=True)
    amount = models.DecimalField(
        _("amount in dirhams"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    history = History()

    description = localized("description")

    class Meta:
        verbose_name = pgettext_lazy("model", "component")
        verbose_name_plural = _("components")
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(description_ar="") | ~Q(description_fr=""),
                name="agreementcomponent_has_a_description",
                violation_error_message=_(
                    "Describe the component in Arabic or in French."
                ),
            ),
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gte=0),
                name="agreementcomponent_amount_is_not_negative",
                violation_error_message=_("The amount is below zero."),
            ),
        ]

    def __str__(self):
        return str(self.description)
