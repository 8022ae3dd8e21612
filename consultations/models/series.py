from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from config.change_sets import History
from config.localization import in_three_languages, localized


class MeetingSeriesQuerySet(models.QuerySet):
    def with_a_public_meeting(self):
        """Series of which anyone may read a meeting; no other is public, not even named."""
        meetings = self.model._meta.get_field("meetings").related_model.objects
        return self.filter(Exists(meetings.published().filter(series=OuterRef("pk"))))

    def with_meeting_count(self):
        """Annotate ``meeting_count``: how many of its meetings are recorded."""
        return self.annotate(meeting_count=models.Count("meetings"))


class MeetingSeries(models.Model):
    """Meetings announced as one undertaking, such as the twelve of 2021-22."""

    code = models.CharField(
        _("code"),
        max_length=60,
        unique=True,
        validators=[
            RegexValidator(
                r"\A[a-z0-9]+(-[a-z0-9]+)*\Z",
                _("Small Latin letters, digits and single hyphens."),
            )
        ],
        help_text=_("Stands in addresses, for example “regional-2021-2022”."),
    )
    title_ar, title_fr, title_en = in_three_languages(
        models.CharField, _("title"), max_length=300
    )
    slogan_ar, slogan_fr, slogan_en = in_three_languages(
        models.CharField, _("slogan"), max_length=300
    )
    programme_starts_year = models.PositiveSmallIntegerField(
        _("first year of the programme"), null=True, blank=True
    )
    programme_ends_year = models.PositiveSmallIntegerField(
        _("last year of the programme"), null=True, blank=True
    )
    announced_from = models.DateField(_("announced from"), null=True, blank=True)
    announced_to = models.DateField(_("announced to"), null=True, blank=True)
    planned_number = models.PositiveSmallIntegerField(
        _("planned number of meetings"), null=True, blank=True
    )
    one_per_region = models.BooleanField(
        _("one meeting a region"),
        default=False,
        help_text=_("A second meeting of the same region is then refused."),
    )
    summary_due_days = models.PositiveSmallIntegerField(
        _("days within which a summary is due"), null=True, blank=True
    )
    history = History()

    title = localized("title")
    slogan = localized("slogan")
    objects = MeetingSeriesQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("model", "series of meetings")
        verbose_name_plural = _("series of meetings")
        permissions = [("export_meetingseries", "Can export with drafts")]
        ordering = ["-announced_from", "code"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(title_ar=""),
                name="meetingseries_has_an_arabic_title",
                violation_error_message=_("Give the title in Arabic."),
            ),
            models.CheckConstraint(
                condition=Q(announced_from__isnull=True)
                | Q(announced_to__isnull=True)
                | Q(announced_to__gte=F("announced_from")),
                name="meetingseries_window_ends_after_it_starts",
                violation_error_message=_("“Announced to” is before “announced from”."),
            ),
            models.CheckConstraint(
                condition=Q(programme_starts_year__isnull=True)
                | Q(programme_ends_year__isnull=True)
                | Q(programme_ends_year__gte=F("programme_starts_year")),
                name="meetingseries_programme_ends_after_it_starts",
                violation_error_message=_(
                    "The last year of the programme is before its first year."
                ),
            ),
        ]

    def __str__(self):
        return self.title or self.code
