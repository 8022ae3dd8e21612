"""Forms of what rests on sources, and of the sources themselves."""

from django.core.exceptions import ValidationError
from django.forms.models import InlineForeignKeyField
from django.utils.translation import gettext as _

from config.admin_forms import StaffInlineFormSet, StaffModelForm
from config.admin_widgets import is_key
from consultations.models import Commitment, Source
from consultations.validators import validate_source_of_record


def record_of(thing):
    """Return the record that ``thing`` is or belongs to: for a commitment its meeting."""
    if isinstance(thing, Commitment):
        return thing.meeting if thing.meeting_id else None
    return thing


class SourcedPartForm(StaffModelForm):
    """A part of a record; the source that it rests on is one of the record's own."""

    def clean(self):
        cleaned = super().clean()
        if source := self.cleaned_data.get("source"):
            try:
                validate_source_of_record(source, self.record)
            except ValidationError as error:
                self.add_error(None, error)
        return cleaned

    @property
    def record(self):
        """The record that the part belongs to: the page's own, or the one named."""
        for field in self.fields.values():
            if isinstance(field, InlineForeignKeyField):
                return record_of(field.parent_instance)
        for name in ("meeting", "agreement", "commitment"):
            if named := self.cleaned_data.get(name):
                return record_of(named)
        return None


class SourcedPageForm(SourcedPartForm):
    """A part with a page of its own: offers the sources of the record it belongs to."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "source" not in self.fields:  # a page that is only read has no inputs
            return
        field = self.fields["source"]
        field.choices = [("", field.empty_label)] + [
            (source.pk, str(source)) for source in self._sources()
        ]

    def _sources(self):
        record = self._value("meeting") or self._value("agreement")
        if commitment := self._value("commitment"):
            return Source.objects.filter(meeting__commitments=commitment)
        if not record:
            return Source.objects.none()
        column = "meeting" if self._value("meeting") else "agreement"
        return Source.objects.filter(**{column: record})

    def _value(self, name):
        """Return the key that is typed, suggested or saved in ``name``, None without."""
        if name not in self.fields:
            return None
        value = self[name].value()
        if not value or not is_key(value):
            return None
        field = self.fields[name]
        if getattr(field, "reader", None) is not None:
            # What is typed may be a record that its writer does not see.
            return value if field.queryset.filter(pk=value).exists() else None
        return value


class SourceFormSet(StaffInlineFormSet):
    """The sources of one record: the short name of each is its own."""

    def clean(self):
        super().clean()
        seen = set()
        for form in self.kept_forms():
            key = form.cleaned_data.get("key")
            if key and key in seen:
                form.add_error(
                    "key", _("Another source on this page has the same short name.")
                )
            seen.add(key)
