"""What meetings and agreements have in common: who made them, who may read them."""

from django.conf import settings
from django.db import models
from django.db.models import F, ProtectedError, Q
from django.utils.translation import gettext_lazy as _

from config.localization import LANGUAGES
from config.search_index import SearchableQuerySet
from config.translations import count_lacking, lacks_any


class Publication(models.TextChoices):
    """How far a record is on its way to the public."""

    DRAFT = "draft", _("draft")
    IN_REVIEW = "in_review", _("in review")
    PUBLISHED = "published", _("published")
    WITHDRAWN = "withdrawn", _("withdrawn")


def refuse_to_delete(published) -> None:
    """Raise ProtectedError if ``published``, records that once were public, has any."""
    if records := set(published):
        raise ProtectedError(
            _("What was published is withdrawn, never deleted."), records
        )


# What roles may do with a record beside the four things that Django knows.
STEPS = (
    ("submit", "submit for review"),
    ("publish", "publish, refuse and schedule"),
    ("withdraw", "withdraw"),
    ("export", "export with drafts"),
)


def permissions_on(model_name: str) -> list[tuple[str, str]]:
    """Return the permissions of a record beside Django's own."""
    return [(f"{step}_{model_name}", f"Can {words}") for step, words in STEPS]


class PublishedQuerySet(SearchableQuerySet):
    def published(self):
        """Records that anyone may read; every public page and file starts here."""
        return self.filter(publication=Publication.PUBLISHED)

    def drafts(self):
        """Records that are being written, those that review has returned included."""
        return self.filter(publication=Publication.DRAFT)

    def of_regions(self, keys):
        """Records all of whose regions are among ``keys``; national ones have none."""
        raise NotImplementedError

    def with_untranslated(self):
        """Annotate ``untranslated_ar``, ``…_fr``, ``…_en``: how many texts lack it.

        Those of the record and of ``translated_parts``.
        """
        return self.annotate(
            **{
                f"untranslated_{language}": count_lacking(
                    self.model, self.model.translated_parts, language
                )
                for language in LANGUAGES
            }
        )

    def untranslated(self, language):
        """Records of which some text lacks ``language``."""
        return self.filter(lacks_any(self.model, self.model.translated_parts, language))

    def delete(self):
        refuse_to_delete(self.filter(published_at__isnull=False))
        return super().delete()


class Published(models.Model):
    """A record that is drafted, published and perhaps withdrawn, but never deleted.

    ``services`` alone changes ``publication``, so that one place dates the change.
    """

    # The column that holds its regions; ``config.reach`` says what follows from it.
    regions_field: str

    # The parts whose texts are written in three languages too, by their relations.
    translated_parts: tuple[str, ...] = ()

    publication = models.CharField(
        _("publication"),
        max_length=10,
        choices=Publication,
        default=Publication.DRAFT,
        editable=False,
    )
    published_at = models.DateTimeField(
        _("first published at"), null=True, blank=True, editable=False
    )
    withdrawal_reason = models.TextField(
        _("reason of the withdrawal"), blank=True, editable=False
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        editable=False,
        verbose_name=_("created by"),
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("last change"), auto_now=True)
    version = models.PositiveIntegerField(_("version"), default=0, editable=False)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(publication__in=["draft", "in_review"])
                | (~Q(title_ar="") & Q(published_at__isnull=False)),
                name="%(class)s_has_an_arabic_title_once_published",
                violation_error_message=_(
                    "A published record needs its title in Arabic."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(publication="withdrawn") | ~Q(withdrawal_reason=""),
                name="%(class)s_says_why_it_was_withdrawn",
                violation_error_message=_("Give the reason of the withdrawal."),
            ),
            models.CheckConstraint(
                condition=Q(
                    publication__in=["draft", "in_review", "published", "withdrawn"]
                ),
                name="%(class)s_publication_is_known",
                violation_error_message=_(
                    "The publication is draft, in review, published or withdrawn."
                ),
            ),
        ]

    def save(self, *args, **kwargs):
        # In the database, so that two savers never arrive at the same number.
        self.version = 1 if self._is_new() else F("version") + 1
        if (update_fields := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*update_fields, "version", "updated_at"}
        super().save(*args, **kwargs)

    def _is_new(self) -> bool:
        """Whether no row is there yet; a past state that is restored has its row."""
        if self.pk is None or not self._state.adding:
            return self.pk is None
        return not type(self)._base_manager.filter(pk=self.pk).exists()

    def delete(self, *args, **kwargs):
        refuse_to_delete([self] if self.was_ever_published else [])
        return super().delete(*args, **kwargs)

    def region_ids(self) -> frozenset[int]:
        """Return the keys of its regions; none for a national record."""
        raise NotImplementedError

    @property
    def is_draft(self):
        return self.publication == Publication.DRAFT

    @property
    def is_published(self):
        return self.publication == Publication.PUBLISHED

    @property
    def was_ever_published(self):
        """Whether its address is already known to the public, and so fixed."""
        return self.published_at is not None

    def last_withdrawal(self):
        """Return its state of the history when it was last withdrawn, None if never."""
        states = self.history.order_by("history_id")
        last_public = states.filter(publication=Publication.PUBLISHED).last()
        return states.filter(
            publication=Publication.WITHDRAWN,
            history_id__gt=last_public.history_id if last_public else 0,
        ).first()
