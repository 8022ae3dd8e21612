"""Forms of expectations and commitments."""

from django.core.exceptions import ValidationError

from consultations.forms.corrections import PartFactsForm
from consultations.forms.evidence_admin import SourcedPageForm
from consultations.models import Expectation
from consultations.validators import validate_expectations_of_meeting


class ExpectationAdminForm(PartFactsForm, SourcedPageForm):
    """An expectation, which is a fact of its meeting."""


class CommitmentAdminForm(PartFactsForm, SourcedPageForm):
    """A commitment answers expectations of its own meeting: those alone are offered."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "answers" not in self.fields:  # a page that is only read has no inputs
            return
        meeting = self._value("meeting")
        offered = Expectation.objects.filter(meeting=meeting) if meeting else []
        self.fields["answers"].choices = [(one.pk, str(one)) for one in offered]

    def clean(self):
        cleaned = super().clean()
        meeting = self.cleaned_data.get("meeting")
        try:
            validate_expectations_of_meeting(
                meeting and meeting.pk, self.cleaned_data.get("answers", [])
            )
        except ValidationError as error:
            self.add_error(None, error)
        return cleaned
