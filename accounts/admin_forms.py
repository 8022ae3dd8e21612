"""Forms of an account: its roles are chosen among those that the project has."""

from django import forms
from django.contrib.auth.forms import UserChangeForm, UserCreationForm
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role


class RolesField(forms.ModelMultipleChoiceField):
    """The groups of the roles, in the order and the words of the table."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **options):
        super().__init__(
            Group.objects.filter(name__in=Role.values).order_by("pk"),
            required=False,
            label=_("roles"),
            **options,
        )

    def label_from_instance(self, group):
        return Role(group.name).label


ROLES_HELP = _(
    "A regional editor also needs regions. Without a role nothing can be seen or changed."
)


class EditorsHaveRegions:
    """Refuses an account whose role could do nothing without regions."""

    def clean(self):
        cleaned = super().clean()
        roles = {group.name for group in self.cleaned_data.get("groups") or []}
        if Role.REGIONAL_EDITOR in roles and not self.cleaned_data.get("regions"):
            self.add_error("regions", _("Choose the regions of the regional editor."))
        return cleaned


class AccountForm(EditorsHaveRegions, UserChangeForm):
    groups = RolesField(help_text=ROLES_HELP)


class NewAccountForm(EditorsHaveRegions, UserCreationForm):
    groups = RolesField(help_text=ROLES_HELP)
