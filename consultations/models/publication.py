"""What meetings and agreements have in common: who made them, who may read them."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, ProtectedError, Q
from django.utils import timezone
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


# States of the history at which a record was withdrawn, told by their reason: a moment
# that came by itself left no state of its own.
WITHDRAWALS = Q(publication=Publication.WITHDRAWN, history_change_reason="withdrawn")


def is_public(of: str = "", *, now=None) -> Q:
    """Return the condition that a record may be read by anyone now.

    ``of`` is the relation that leads to the record, empty for the record itself. Nothing
    else asks whether a record is public: what was set for a later moment is published
    too, but waits. ``now`` is an expression of the moment, for a condition that is kept.
    """
    way = f"{of}__" if of else ""
    return Q(**{f"{way}publication": Publication.PUBLISHED}) & has_come(of, now=now)


def has_come(of: str = "", *, now=None) -> Q:
    """Return the condition that a record's moment, if it waits for one, has come."""
    way = f"{of}__" if of else ""
    return Q(**{f"{way}publish_at__isnull": True}) | Q(
        **{f"{way}publish_at__lte": timezone.now() if now is None else now}
    )


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
        return self.filter(is_public())

    def scheduled(self):
        """Records that are to be public at a later moment, and are not yet."""
        return self.filter(
            publication=Publication.PUBLISHED, publish_at__gt=timezone.now()
        )

    def with_last_step(self):
        """Annotate the latest step of publication: ``last_step``, ``last_remark``."""
        return self.annotate(
            last_step=models.Subquery(self._steps().values("kind")[:1]),
            last_remark=models.Subquery(self._steps().values("remark")[:1]),
        )

    def with_last_saver(self):
        """Annotate ``last_saved_by``: who saved the record itself last, or None."""
        states = self.model.history.model
        return self.annotate(
            last_saved_by=models.Subquery(
                states.objects.filter(id=models.OuterRef("pk"))
                .order_by("-history_id")
                .values("history_user")[:1]
            )
        )

    def published_by_an_author(self):
        """Records that an author once published without a second person."""
        steps = self.model._meta.get_field("publication_steps").related_model
        overrides = steps.objects.filter(is_override=True)
        return self.filter(pk__in=overrides.values(steps.key_of(self.model)))

    def _steps(self):
        """Return the steps of each record, the latest first."""
        steps = self.model._meta.get_field("publication_steps").related_model
        return steps.objects.filter(
            **{steps.key_of(self.model): models.OuterRef("pk")}
        ).order_by("-pk")

    def returned(self):
        """Drafts that review sent back and that were not submitted again since."""
        return (
            self.filter(publication=Publication.DRAFT)
            .with_last_step()
            .filter(last_step="returned")
        )

    def drafts(self):
        """Records that are being written, those that review has returned included."""
        return self.filter(publication=Publication.DRAFT)

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
    # The column that its public address is made of.
    address_field = ""

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
    publish_at = models.DateTimeField(
        _("to be published at"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("Empty where it was published at once."),
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
                condition=Q(publish_at__isnull=True)
                | Q(publication="published", published_at__lte=F("publish_at")),
                name="%(class)s_waits_only_to_be_published",
                violation_error_message=_(
                    "Only what is to be published has a moment of publication."
                ),
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
        self._keep_its_address()
        # In the database, so that two savers never arrive at the same number.
        self.version = 1 if self._is_new() else F("version") + 1
        if (update_fields := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*update_fields, "version", "updated_at"}
        super().save(*args, **kwargs)
        self._address = getattr(self, self.address_field)

    @classmethod
    def from_db(cls, db, field_names, values, **options):
        record = super().from_db(db, field_names, values, **options)
        record._address = record.__dict__.get(cls.address_field)
        return record

    def _is_new(self) -> bool:
        """Whether no row is there yet; a past state that is restored has its row."""
        if self.pk is None or not self._state.adding:
            return self.pk is None
        return not type(self)._base_manager.filter(pk=self.pk).exists()

    def _keep_its_address(self) -> None:
        """Refuse another address than that under which the public knows the record."""
        known = getattr(self, "_address", None)
        is_other = known and getattr(self, self.address_field) != known
        if is_other and self.was_ever_published:
            raise ValidationError(
                _("The address of what was published is never changed.")
            )

    def delete(self, *args, **kwargs):
        refuse_to_delete([self] if self.published_at else [])
        return super().delete(*args, **kwargs)

    @property
    def is_draft(self):
        return self.publication == Publication.DRAFT

    @property
    def is_published(self):
        """Whether anyone may read it now, as ``is_public`` asks the database."""
        return self.publication == Publication.PUBLISHED and not self.is_scheduled

    @property
    def is_scheduled(self):
        """Whether it is to be public at a moment that has not come."""
        return self.publish_at is not None and self.publish_at > timezone.now()

    @property
    def was_ever_published(self):
        """Whether its address is already known to the public, and so fixed."""
        return self.published_at is not None and self.published_at <= timezone.now()

    @property
    def standing(self):
        """How far it is, in words: its publication, or that it waits for its moment."""
        return _("scheduled") if self.is_scheduled else self.get_publication_display()

    def last_withdrawal(self):
        """Return its state of the history when it was last withdrawn, None if never."""
        states = self.history.order_by("history_id")
        if withdrawn := states.filter(WITHDRAWALS).last():
            return withdrawn
        last_public = states.filter(publication=Publication.PUBLISHED).last()
        return states.filter(
            publication=Publication.WITHDRAWN,
            history_id__gt=last_public.history_id if last_public else 0,
        ).first()
