"""Who took part in a meeting, how many of each category came, what happened."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from config.change_sets import History
from config.localization import in_three_languages, listed, localized
from consultations.models.source_reference import Sourced


class Participation(Sourced):
    """Somebody who took part: a category at least, often no more than that."""

    record_keys = ("meeting",)

    class Capacity(models.TextChoices):
        CHAIR = "chair", pgettext_lazy("capacity", "chair")
        CO_CHAIR = "co_chair", pgettext_lazy("capacity", "co-chair")
        HOST = "host", pgettext_lazy("capacity", "host")
        ORGANISER = "organiser", pgettext_lazy("capacity", "organiser")
        IN_COORDINATION = (
            "in_coordination",
            pgettext_lazy("capacity", "in coordination with"),
        )
        SUPERVISING = "supervising", pgettext_lazy("capacity", "supervising body")
        PARTNER = "partner", pgettext_lazy("capacity", "partner")
        SPEAKER = "speaker", pgettext_lazy("capacity", "speaker")
        PARTICIPANT = "participant", pgettext_lazy("capacity", "participant")

    CHAIRING = (Capacity.CHAIR, Capacity.CO_CHAIR)

    meeting = models.ForeignKey(
        "consultations.Meeting",
        on_delete=models.CASCADE,
        related_name="participations",
        verbose_name=_("meeting"),
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    category = models.ForeignKey(
        "stakeholders.ParticipantCategory",
        on_delete=models.PROTECT,
        related_name="participations",
        verbose_name=_("participant category"),
    )
    capacity = models.CharField(
        _("capacity"), max_length=20, choices=Capacity, default=Capacity.PARTICIPANT
    )
    organisation = models.ForeignKey(
        "stakeholders.Organisation",
        on_delete=models.PROTECT,
        related_name="participations",
        null=True,
        blank=True,
        verbose_name=_("organisation"),
    )
    person = models.ForeignKey(
        "stakeholders.Person",
        on_delete=models.PROTECT,
        related_name="participations",
        null=True,
        blank=True,
        verbose_name=_("person"),
    )
    office = models.ForeignKey(
        "stakeholders.Office",
        on_delete=models.PROTECT,
        related_name="participations",
        null=True,
        blank=True,
        verbose_name=_("office held that day"),
    )
    office_stated_ar, office_stated_fr, office_stated_en = in_three_languages(
        models.CharField,
        _("office as stated"),
        max_length=300,
        help_text=_("In full, as on that day: “والي جهة الشرق عامل عمالة وجدة-أنجاد”."),
    )
    description_ar, description_fr, description_en = in_three_languages(
        models.CharField,
        _("description"),
        max_length=500,
        help_text=_("As the source names them: “رؤساء المجالس الإقليمية”."),
    )
    on_behalf_of = models.ForeignKey(
        "stakeholders.Person",
        on_delete=models.PROTECT,
        related_name="represented_in",
        null=True,
        blank=True,
        verbose_name=_("on behalf of"),
    )
    on_behalf_of_office = models.CharField(
        _("office of the one represented"), max_length=300, blank=True
    )
    history = History()

    office_stated = localized("office_stated")
    description = localized("description")

    class Meta:
        verbose_name = _("participation")
        verbose_name_plural = _("participations")
        ordering = ["order", "pk"]
        # By far the longest table: what is counted of it stands in these alone.
        indexes = [
            models.Index(fields=["meeting", "category"], name="participation_heard_at"),
            models.Index(fields=["category", "meeting"], name="participation_category"),
            models.Index(
                fields=["organisation", "meeting"], name="participation_took_part"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(on_behalf_of=F("person")),
                name="participation_is_not_on_ones_own_behalf",
                violation_error_message=_(
                    "“On behalf of” names another person than “person”."
                ),
            ),
        ]

    def __str__(self):
        parts = [
            str(part)
            for part in (self.public_person, self.public_office, self.organisation)
            if part
        ]
        return listed(parts) or str(self.description or self.category)

    @property
    def public_office(self):
        """The office in the reader's language, in the form that fits its holder."""
        if self.office_stated:
            return self.office_stated
        if self.office_id:
            return self.office.name_for(self.person.gender if self.person_id else "")
        return ""

    @property
    def public_person(self):
        """The person's name where it may be public: in an office, or with consent."""
        if not self.person_id:
            return ""
        if self.public_office or self.person.consents_to_be_named:
            return self.person.name
        return ""

    @property
    def public_on_behalf_of(self):
        """The name of the one represented, where it may be public."""
        if not self.on_behalf_of_id:
            return ""
        if self.on_behalf_of_office or self.on_behalf_of.consents_to_be_named:
            return self.on_behalf_of.name
        return ""

    @property
    def chairs(self):
        return self.capacity in self.CHAIRING


class Attendance(Sourced):
    """How many of one category were invited and came; empty is unknown, 0 is none."""

    record_keys = ("meeting",)

    meeting = models.ForeignKey(
        "consultations.Meeting",
        on_delete=models.CASCADE,
        related_name="attendances",
        verbose_name=_("meeting"),
    )
    category = models.ForeignKey(
        "stakeholders.ParticipantCategory",
        on_delete=models.PROTECT,
        related_name="attendances",
        verbose_name=_("participant category"),
    )
    invited = models.PositiveIntegerField(_("invited"), null=True, blank=True)
    present = models.PositiveIntegerField(
        _("present"),
        null=True,
        blank=True,
        help_text=_(
            "0 says that nobody of the category came; empty that it is unknown."
        ),
    )
    women = models.PositiveIntegerField(_("women among them"), null=True, blank=True)
    youth = models.PositiveIntegerField(_("youth among them"), null=True, blank=True)
    with_disabilities = models.PositiveIntegerField(
        _("persons with disabilities among them"), null=True, blank=True
    )
    history = History()

    PARTS = ("women", "youth", "with_disabilities")
    COUNTS = ("invited", "present", *PARTS)
    # A smaller part can be recognised: the public is told of none of the row's parts.
    SMALLEST_SHOWN = 5

    class Meta:
        verbose_name = pgettext_lazy("model", "attendance")
        verbose_name_plural = _("attendance")
        ordering = ["category__order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "category"],
                name="attendance_has_one_row_a_category",
                violation_error_message=_(
                    "The meeting has an attendance row of this category already."
                ),
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{part}__isnull": True})
                    | Q(present__isnull=True)
                    | Q(**{f"{part}__lte": F("present")}),
                    name=f"attendance_{part}_are_among_those_present",
                    violation_error_message=message,
                )
                for part, message in (
                    ("women", _("“Women” is more than “present”.")),
                    ("youth", _("“Youth” is more than “present”.")),
                    (
                        "with_disabilities",
                        _("“Persons with disabilities” is more than “present”."),
                    ),
                )
            ),
        ]

    def __str__(self):
        return str(self.category)


class AgendaItem(Sourced):
    """What was on the agenda, or a visit made on the occasion."""

    record_keys = ("meeting",)

    class Kind(models.TextChoices):
        SPEECH = "speech", _("speech")
        PRESENTATION = "presentation", _("presentation")
        WORKSHOP = "workshop", _("workshop")
        DEBATE = "debate", _("debate")
        FIELD_VISIT = "field_visit", _("field visit")

    meeting = models.ForeignKey(
        "consultations.Meeting",
        on_delete=models.CASCADE,
        related_name="agenda_items",
        verbose_name=_("meeting"),
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    kind = models.CharField(_("kind"), max_length=15, choices=Kind)
    title_ar, title_fr, title_en = in_three_languages(
        models.CharField, _("title"), max_length=300
    )
    presenter = models.ForeignKey(
        "stakeholders.Person",
        on_delete=models.PROTECT,
        related_name="agenda_items",
        null=True,
        blank=True,
        verbose_name=_("presenter"),
    )
    presenter_note = models.CharField(
        _("presenter as stated"), max_length=300, blank=True
    )
    date = models.DateField(_("date of the visit"), null=True, blank=True)
    place_ar, place_fr, place_en = in_three_languages(
        models.CharField, _("place of the visit"), max_length=200
    )
    sites_ar, sites_fr, sites_en = in_three_languages(
        models.TextField, _("sites visited")
    )
    history = History()

    title = localized("title")
    place = localized("place")
    sites = localized("sites")

    class Meta:
        verbose_name = _("agenda item")
        verbose_name_plural = _("agenda")
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="field_visit")
                | ~Q(title_ar="")
                | ~Q(title_fr="")
                | ~Q(title_en=""),
                name="agendaitem_has_a_title_unless_a_visit",
                violation_error_message=_(
                    "Give the title; a field visit alone may do without."
                ),
            ),
        ]

    def __str__(self):
        return str(self.title or self.place or self.get_kind_display())


class Hearing(models.TextChoices):
    """What the record says of one category in one region; four things, never one."""

    HEARD = "heard", _("heard")
    ABSENT = "absent", _("recorded absent")
    NOT_MENTIONED = "not_mentioned", _("not mentioned in the sources")
    NO_REPORT = "no_report", _("no report found")
