"""Forms of a meeting's page, and of the rows of those who came."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst

from config.admin_forms import StaffModelForm
from consultations.forms.corrections import FactsForm
from consultations.forms.evidence_admin import SourcedPartForm
from consultations.models import Meeting
from consultations.validators import (
    validate_held_is_past,
    validate_one_meeting_a_region,
    validate_provinces_lie_in,
)


class MeetingAdminForm(FactsForm, StaffModelForm):
    """A meeting with the rules that look at other rows."""

    def clean(self):
        cleaned = super().clean()
        region = self.cleaned_data.get("region")
        try:
            validate_provinces_lie_in(
                [region] if region else [], self.cleaned_data.get("provinces", [])
            )
        except ValidationError as error:
            self.add_error(None, error)
        try:
            validate_one_meeting_a_region(
                Meeting(
                    pk=self.instance.pk,
                    series=self.cleaned_data.get("series"),
                    region=region,
                    state=self.cleaned_data.get("state", ""),
                )
            )
        except ValidationError as error:
            self.add_error(None, error)
        try:
            validate_held_is_past(
                self.cleaned_data.get("state"), self.cleaned_data.get("starts_on")
            )
        except ValidationError as error:
            self.add_error(None, error)
        return cleaned


class TermLabel(forms.HiddenInput):
    """Prints the name of a term and sends its key: there is nothing to choose."""

    template_name = "admin/widgets/term_label.html"
    # Django would put a hidden input aside, without its heading.
    is_hidden = False

    def __init__(self, attrs=None):
        super().__init__(attrs)
        self.choices = []

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        names = {str(key): label for key, label in self.choices}
        context["widget"]["label"] = names.get(str(value), "")
        return context


class AttendanceForm(SourcedPartForm):
    """The row of one category; a new row that holds nothing else is not saved."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # The table has its labels as headings: each input says its column and its row.
        row = self.row_label
        for name, field in self.fields.items():
            if name != "category" and row:
                widget = getattr(field.widget, "widget", field.widget)
                widget.attrs["aria-label"] = f"{capfirst(str(field.label))}: {row}"

    def has_changed(self):
        if not super().has_changed():
            return False
        if self.instance.pk:
            return True
        return any(name != "category" for name in self.changed_data)

    @property
    def row_label(self):
        chosen = str(self["category"].value())
        names = {str(key): label for key, label in self.fields["category"].choices}
        return names.get(chosen, "")
