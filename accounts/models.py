"""The people who enter and publish the record."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import roles
from config.localization import Language


class User(AbstractUser):
    """A member of staff, who signs in by user name."""

    email = models.EmailField(_("email address"), blank=True)
    regions = models.ManyToManyField(
        "regions.Region",
        related_name="editors",
        blank=True,
        verbose_name=_("regions"),
        help_text=_("The regions whose record this person may edit."),
    )
    language = models.CharField(
        _("language of the administration"),
        max_length=2,
        choices=Language,
        blank=True,
        help_text=_("Empty: the language of the address, Arabic at first."),
    )
    must_change_password = models.BooleanField(
        _("must choose a new password"),
        default=False,
        help_text=_(
            "At the next sign-in, before anything else. Set by the portal whenever "
            "somebody else has chosen the password."
        ),
    )
    sessions_ended = models.PositiveIntegerField(default=0, editable=False)

    class Meta(AbstractUser.Meta):
        verbose_name = _("account")
        verbose_name_plural = _("accounts")

    def __str__(self):
        return self.get_full_name() or self.get_username()

    # What roles allow, for those who know the account and not the table.

    def within_reach(self, action: str, queryset, part=None):
        """Return the rows of ``queryset`` that this person may do ``action`` with.

        Or, with ``part``, that they may do it with a part of.
        """
        return roles.within_reach(self, action, queryset, part)

    def is_bounded(self, action: str, model) -> bool:
        """Say whether ``action`` is allowed on some rows of ``model`` and not on others."""
        return roles.is_bounded(self, action, model)

    def may_place(self, permission: str, region_keys) -> bool:
        """Say whether ``permission`` holds for a draft of these regions."""
        return roles.may_place(self, permission, region_keys)

    def get_session_auth_hash(self):
        return self._of_this_count(super().get_session_auth_hash())

    def get_session_auth_fallback_hash(self):
        for one in super().get_session_auth_fallback_hash():
            yield self._of_this_count(one)

    def _of_this_count(self, session_hash: str) -> str:
        return f"{session_hash}.{self.sessions_ended}"

    def end_sessions(self) -> None:
        """End every session of this person, wherever it was opened; saves the number.

        Whoever wants to go on in the session at hand calls Django's
        ``update_session_auth_hash`` afterwards.
        """
        self.sessions_ended += 1
        self.save(update_fields=["sessions_ended"])


class KeptForm(models.Model):
    """A form that was sent after its sender's session was over, until they sign in."""

    # The digest of the key that the browser has in a cookie.
    browser = models.CharField(_("browser"), max_length=64)
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="+", verbose_name=_("sender")
    )
    page = models.CharField(_("page"), max_length=500)
    content = models.TextField(_("what was sent"))
    kept_at = models.DateTimeField(_("kept at"), db_index=True)

    class Meta:
        verbose_name = _("kept form")
        verbose_name_plural = _("kept forms")
        constraints = [
            models.UniqueConstraint(
                fields=["browser", "user", "page"],
                name="kept_form_once_a_browser_and_page",
                violation_error_message=_("This form is kept already."),
            )
        ]

    def __str__(self):
        return self.page
