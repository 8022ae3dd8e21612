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

    class Meta(AbstractUser.Meta):
        verbose_name = _("member of staff")
        verbose_name_plural = _("staff")

    # What roles allow, for those who know the account and not the table.

    def within_reach(self, action: str, queryset):
        """Return the rows of ``queryset`` that this person may do ``action`` with."""
        return roles.within_reach(self, action, queryset)

    def is_bounded(self, action: str, model) -> bool:
        """Say whether ``action`` is allowed on some rows of ``model`` and not on others."""
        return roles.is_bounded(self, action, model)

    def may_place(self, permission: str, region_keys) -> bool:
        """Say whether ``permission`` holds for a draft of these regions."""
        return roles.may_place(self, permission, region_keys)
