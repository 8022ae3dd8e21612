"""The form behind every page of the administration, and how it names what is wrong."""

from dataclasses import dataclass

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Model, Q
from django.forms.formsets import DELETION_FIELD_NAME
from django.forms.models import BaseInlineFormSet, InlineForeignKeyField
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from config.admin_permissions import PermittedForm
from config.localization import listed
from config.models import ReferenceTerm


def holds_half_characters(text: str) -> bool:
    """Say whether ``text`` has lone surrogates, which no database and no file can hold."""
    return any("\ud800" <= character <= "\udfff" for character in text)


def let_all_be_typed(field: forms.Field) -> None:
    """Leave it to the server to say that a text is too long.

    A browser cuts off what is pasted beyond ``maxlength``, without a word.
    """
    field.widget.attrs.pop("maxlength", None)


class StaffModelForm(PermittedForm):
    """A model form that offers terms in use, and lets every constraint speak.

    Retired terms are offered only where the row has them already.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # The inputs that an error which stands at none of them speaks of, by message.
        self.concerned: dict[str, list[str]] = {}
        for name, field in self.fields.items():
            if isinstance(field, InlineForeignKeyField) or not isinstance(
                field, forms.ModelChoiceField
            ):
                continue
            if issubclass(field.queryset.model, ReferenceTerm):
                self._offer_terms_in_use(name, field)
            self._show_what_is_known(name, field)

    def clean(self):
        cleaned = super().clean()
        for name, value in list(self.cleaned_data.items()):
            if isinstance(value, str) and holds_half_characters(value):
                self.add_error(name, _("The text holds characters that are damaged."))
        return cleaned

    def validate_constraints(self):
        # Django leaves out each constraint that names a column without an input, such as
        # "publication": the database would then refuse what the form let pass.
        exclude = set(self._errors) | {
            name
            for name, field in self.fields.items()
            if isinstance(field, InlineForeignKeyField)
            and field.parent_instance.pk is None
        }
        errors = {}
        for model, constraints in self.instance.get_constraints():
            for constraint in constraints:
                try:
                    constraint.validate(model, self.instance, exclude=exclude)
                except ValidationError as error:
                    error.update_error_dict(errors)
                    self._mark(error, constraint)
        if errors:
            self._update_errors(ValidationError(errors))

    def _mark(self, error, constraint):
        """Keep which inputs ``constraint`` speaks of, and mark them as those to mend."""
        columns = set(getattr(constraint, "fields", ()))
        if condition := getattr(constraint, "condition", None):
            columns |= condition.referenced_base_fields
        names = [name for name in self.fields if name in columns]
        for name in names:
            widget = self.fields[name].widget
            getattr(widget, "widget", widget).attrs["aria-invalid"] = "true"
        for message in error.messages:
            self.concerned.setdefault(message, names)

    def _chosen(self, name: str) -> list:
        """Return what the row has in ``name`` so far, as primary keys or objects."""
        value = self.initial.get(name)
        if value is None:
            return []
        return list(value) if isinstance(value, list | tuple) else [value]

    def _offer_terms_in_use(self, name, field):
        chosen = {str(getattr(one, "pk", one)) for one in self._saved(name)}
        field.queryset = field.queryset.model.objects.filter(
            Q(is_active=True) | Q(pk__in=chosen)
        )
        if (terms := getattr(field, "terms", None)) is not None:
            blank = [] if field.empty_label is None else [("", field.empty_label)]
            field.choices = blank + [
                (term.pk, str(term))
                for term in terms
                if term.is_active or str(term.pk) in chosen
            ]

    def _saved(self, name: str) -> list:
        """Return what the saved row has in ``name``: nothing for a new row."""
        return self._chosen(name) if self.instance.pk else []

    def _show_what_is_known(self, name, field):
        widget = getattr(field.widget, "widget", field.widget)
        known = getattr(widget, "known", None)
        if known is None:
            return
        model_field = self.instance._meta.get_field(name)
        if not model_field.many_to_many and model_field.is_cached(self.instance):
            known |= {
                str(one.pk): self.name_of(field, one)
                for one in [getattr(self.instance, name)]
                if one
            }
        known |= {
            str(one.pk): self.name_of(field, one)
            for one in self._chosen(name)
            if hasattr(one, "pk")
        }


def is_marked_for_deletion(form) -> bool:
    """Say whether the row goes when the page is saved; its errors do not matter then."""
    return (
        DELETION_FIELD_NAME in form.fields
        and form.add_prefix(DELETION_FIELD_NAME) in form.data
    )


class StaffInlineFormSet(BaseInlineFormSet):
    """Parts of a record, of which more than one may be wrong at once."""

    # All of the page, which the page sets: a row may name a row of another part.
    of_page: list[BaseInlineFormSet] = []

    def clean(self):
        super().clean()
        for form in self.kept_forms():
            self._refuse_what_is_deleted(form)

    def _refuse_what_is_deleted(self, form):
        """Mark each choice of a row that goes when this page is saved."""
        for name, value in list(form.cleaned_data.items()):
            if not isinstance(value, Model):
                continue
            for formset in self.of_page:
                if isinstance(value, formset.model) and any(
                    row.instance.pk == value.pk and is_marked_for_deletion(row)
                    for row in formset.initial_forms
                ):
                    form.add_error(
                        name,
                        _(
                            "You delete this on the same page. Keep it, or choose another "
                            "here."
                        ),
                    )

    def kept_forms(self):
        """Yield the forms of the rows that will stand when this is saved."""
        for form in self.forms:
            if not hasattr(form, "cleaned_data") or is_marked_for_deletion(form):
                continue
            if form.has_changed() or form.instance.pk:
                yield form


@dataclass(frozen=True)
class StatedError:
    """One thing that is wrong: where (part and row), in which input, and why."""

    place: str
    field: str
    message: str
    anchor: str


def _errors_of_form(form, place: str, fallback_anchor: str):
    for name, messages in form.errors.items():
        for message in messages:
            names = [name]
            if name == NON_FIELD_ERRORS:
                names = getattr(form, "concerned", {}).get(message, [])
            inputs = [form[name] for name in names if name in form.fields]
            yield StatedError(
                place,
                listed(capfirst(str(one.label)) for one in inputs),
                message,
                inputs[0].id_for_label if inputs else fallback_anchor,
            )


def stated_errors(form, inline_admin_formsets) -> list[StatedError]:
    """Return every error of a page, each with the part and the row that it stands in."""
    errors = list(_errors_of_form(form, "", form[next(iter(form.fields))].id_for_label))
    for inline in inline_admin_formsets:
        formset = inline.formset
        part = capfirst(str(inline.opts.verbose_name_plural))
        group = f"{formset.prefix}-group"
        if not formset.is_bound:
            continue
        errors += [
            StatedError(part, "", message, group)
            for message in formset.non_form_errors()
        ]
        for number, row in enumerate(formset.forms, start=1):
            if is_marked_for_deletion(row):
                continue
            label = getattr(row, "row_label", "") or (
                str(row.instance) if row.instance.pk else ""
            )
            pattern = (
                _("%(part)s, row %(number)d (%(label)s)")
                if label
                else _("%(part)s, row %(number)d")
            )
            place = pattern % {"part": part, "number": number, "label": label}
            errors += _errors_of_form(row, place, row.prefix)
    return errors
