"""What staff are asked before a record changes its publication."""

from django import forms
from django.utils.translation import gettext_lazy as _


class WithdrawalForm(forms.Form):
    """The reason that the page of a withdrawn record states."""

    reason = forms.CharField(
        label=_("Reason of the withdrawal"),
        help_text=_("Publicly displayed in the place of the record."),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )
