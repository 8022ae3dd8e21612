"""What staff are asked before a record changes its publication."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class StepForm(forms.Form):
    """A step that asks for nothing but to be confirmed."""

    def __init__(self, *args, asks_authors=False, **kwargs):
        """``asks_authors``: some of the records are the reader's own."""
        super().__init__(*args, **kwargs)
        self.asks_authors = asks_authors

    def values(self) -> dict:
        """Return what the service of the step takes beside the record and the user."""
        return self.cleaned_data


class RemarkForm(StepForm):
    """What the author is to change."""

    remark = forms.CharField(
        label=_("Remark for the author"),
        help_text=_("Shown to staff on the record's page and in the list."),
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )


class WithdrawalForm(StepForm):
    """The reason that the page of a withdrawn record states."""

    reason = forms.CharField(
        label=_("Reason of the withdrawal"),
        help_text=_("Publicly displayed in the place of the record."),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )


class PublicationForm(StepForm):
    """When, and why by the author alone."""

    publish_at = forms.DateTimeField(
        label=_("Day and hour"),
        required=False,
        help_text=_(
            "Leave empty to publish at once. Otherwise the time of Casablanca: the "
            "record is public from that moment on, without anybody doing anything."
        ),
        widget=forms.DateTimeInput(
            format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local", "dir": "ltr"}
        ),
    )
    override_reason = forms.CharField(
        label=_("Why without a second person"),
        help_text=_(
            "You made or submitted the record yourself, so somebody else should "
            "publish it. If that cannot wait, say why: it is recorded and listed."
        ),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.asks_authors:
            del self.fields["override_reason"]

    def clean_publish_at(self):
        moment = self.cleaned_data["publish_at"]
        if moment and moment <= timezone.now():
            raise forms.ValidationError(
                _("This moment has passed: leave it empty to publish at once.")
            )
        return moment

    def values(self):
        return {
            "at": self.cleaned_data["publish_at"],
            "override_reason": self.cleaned_data.get("override_reason", ""),
        }
