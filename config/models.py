"""What every app builds on: reference terms, and the number that dates the record."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.change_sets import History
from config.localization import in_three_languages, localized


class DataVersion(models.Model):
    """One row: a number that rises with every public change.

    Caches and ETags are keys of it, so that nothing has to be thrown away.
    """

    number = models.PositiveBigIntegerField(_("number"), default=0)
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)

    class Meta:
        verbose_name = _("data version")
        verbose_name_plural = _("data versions")
        constraints = [
            models.CheckConstraint(
                condition=Q(pk=1),
                name="data_version_has_one_row",
                violation_error_message=_("The data version is a single row."),
            )
        ]

    def __str__(self):
        return str(self.number)

    @classmethod
    def current(cls) -> int:
        """Return the number, 0 before the first public change."""
        return cls.objects.filter(pk=1).values_list("number", flat=True).first() or 0

    @classmethod
    def make_anew(cls) -> None:
        """Let what is kept be made anew, though nothing of the record changed."""
        if not cls.objects.filter(pk=1).update(number=F("number") + 1):
            cls.objects.create(pk=1, number=1)

    @classmethod
    def raise_by_one(cls) -> None:
        """Say that something public changed; call inside the change's transaction."""
        raised = cls.objects.filter(pk=1).update(
            number=F("number") + 1, changed_at=timezone.now()
        )
        if not raised:
            cls.objects.create(pk=1, number=1)


class SearchWord(models.Model):
    """A word that something in the record is found by, from which spellings are guessed.

    Words of names own their first letter, whatever letters alone would say. Words are
    added as the record is written; ``rebuild_search`` takes off what it no longer holds.
    """

    word = models.CharField(_("folded word"), max_length=100, primary_key=True)
    mirrored = models.CharField(_("the word backwards"), max_length=100, db_index=True)
    written = models.CharField(_("as it is written"), max_length=100)
    is_name = models.BooleanField(_("stands in a name"), default=False)

    class Meta:
        verbose_name = _("search word")
        verbose_name_plural = _("search words")

    def __str__(self):
        return self.written


class ReferenceTermQuerySet(models.QuerySet):
    def active(self):
        """Terms offered for new records; retired ones stay on the old ones."""
        return self.filter(is_active=True)


class ReferenceTerm(models.Model):
    """A word of a vocabulary that staff extend and retire but never delete in use."""

    code = models.CharField(
        _("code"),
        max_length=60,
        unique=True,
        validators=[
            RegexValidator(
                r"\A[a-z][a-z0-9_]*\Z",
                _("Small Latin letters, digits and underscores, a letter first."),
            )
        ],
        help_text=_(
            "Stable identifier in addresses and files, for example "
            "“regional_council”. It is never changed once in use."
        ),
    )
    name_ar, name_fr, name_en = in_three_languages(
        models.CharField, _("name"), max_length=200
    )
    order = models.PositiveSmallIntegerField(_("order"), default=1000)
    is_active = models.BooleanField(
        _("in use"),
        default=True,
        help_text=_("Retired terms stay on old records and are not offered for new."),
    )
    history = History(inherit=True)

    name = localized("name")
    objects = ReferenceTermQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["order", "code"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name_ar=""),
                name="%(class)s_has_an_arabic_name",
                violation_error_message=_("Give the name in Arabic."),
            )
        ]

    def __str__(self):
        return self.name or self.code
