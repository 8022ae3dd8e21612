"""Forms of an agreement's page."""

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.admin_forms import StaffInlineFormSet, StaffModelForm
from config.numbers import WholeNumberField
from consultations.forms.corrections import FactsForm
from consultations.validators import validate_contributions, validate_provinces_lie_in

FIRST_YEAR = 1956


class AgreementAdminForm(FactsForm, StaffModelForm):
    """An agreement; a new one is given its reference, in the year that is asked for."""

    reference_year = WholeNumberField(
        label=_("Year of the reference"),
        required=False,
        min_value=FIRST_YEAR,
        help_text=_(
            "The reference is made of it, for example AG-2022-0003, and never changes. "
            "Empty: this year."
        ),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["reference_year"]

    def clean_reference_year(self):
        year = self.cleaned_data["reference_year"]
        if year is not None and year > timezone.localdate().year + 1:
            raise ValidationError(_("The year of the reference is still to come."))
        return year

    def clean(self):
        cleaned = super().clean()
        try:
            validate_provinces_lie_in(
                self.cleaned_data.get("regions", []),
                self.cleaned_data.get("provinces", []),
            )
        except ValidationError as error:
            self.add_error(None, error)
        self.instance.reference_year = self.cleaned_data.get("reference_year")
        return cleaned


class AgreementPartyFormSet(StaffInlineFormSet):
    """The parties; what they bring is not more than an amount said to be exact."""

    def clean(self):
        super().clean()
        validate_contributions(
            self.instance.amount,
            self.instance.amount_note,
            [form.cleaned_data.get("contribution") for form in self.kept_forms()],
        )
