"""The note that a change of facts in a published record asks for."""

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from config.admin_forms import is_marked_for_deletion
from config.admin_widgets import LinesTextarea
from config.localization import Language, listed
from consultations.facts import adds_facts, is_fact, states_facts

CORRECTION_FIELDS = ("correction_what", "correction_why", "correction_language")


class CorrectionFields(forms.Form):
    """What was corrected and why, in the words of the public page."""

    correction_what = forms.CharField(
        label=gettext_lazy("What was corrected"),
        required=False,
        widget=LinesTextarea(attrs={"rows": 2, "dir": "auto"}),
    )
    correction_why = forms.CharField(
        label=gettext_lazy("Why"),
        required=False,
        widget=LinesTextarea(attrs={"rows": 2, "dir": "auto"}),
    )
    correction_language = forms.ChoiceField(
        label=capfirst(gettext_lazy("language of the note")),
        required=False,
        choices=Language.choices,
        initial=Language.ARABIC,
    )

    @property
    def correction(self) -> dict | None:
        """The note that was typed, as the service takes it; None without."""
        what = self.cleaned_data.get("correction_what", "")
        why = self.cleaned_data.get("correction_why", "")
        if not (what and why):
            return None
        language = self.cleaned_data.get("correction_language") or Language.ARABIC
        return {"what": what, "why": why, "language": language}

    def ask_for_correction(self, facts: list[str]) -> None:
        """Add an error where a note is due, for ``facts``, or only half of it there."""
        what, why, _language = CORRECTION_FIELDS
        given = [name for name in (what, why) if self.cleaned_data.get(name)]
        if len(given) == 2 or not (given or facts):
            return
        if not given:
            message = ngettext(
                "This record is published, and a fact in it was changed (%(facts)s): "
                "say in public what was corrected, and why.",
                "This record is published, and facts in it were changed (%(facts)s): "
                "say in public what was corrected, and why.",
                len(facts),
            ) % {"facts": listed(facts)}
            self.add_error(what, message)
        missing = why if what in given or not given else what
        self.add_error(missing, _("A correction says what was corrected, and why."))


class CorrectionForm(CorrectionFields):
    """The note alone, for ``facts`` that are about to change: it says that it is due."""

    def __init__(self, *args, facts: list[str], **kwargs):
        super().__init__(*args, **kwargs)
        self.facts = facts
        for name in CORRECTION_FIELDS[:2]:
            field = self.fields[name]
            field.label = _("%(label)s (required)") % {"label": field.label}
            field.widget.attrs["aria-required"] = "true"

    def clean(self):
        cleaned = super().clean()
        self.ask_for_correction(self.facts)
        return cleaned


class FactsForm(CorrectionFields):
    """For a form of the administration whose record may be published.

    The admin gives the class the ``request``, which holds the formsets of the page.
    """

    request = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.is_public = any(one.is_published for one in self.records_concerned())
        if not self.is_public:
            for name in CORRECTION_FIELDS:
                del self.fields[name]

    def clean(self):
        cleaned = super().clean()
        if self.is_public and self.request is not None:
            formsets = getattr(self.request, "formsets_of_page", [])
            self.ask_for_correction(facts_changed(self, formsets))
        return cleaned

    def records_concerned(self) -> list:
        """Return the records on whose pages the form's row stands before the change."""
        return [self.instance]


class PartFactsForm(FactsForm):
    """The same for a part with a page of its own."""

    def records_concerned(self):
        return [self.instance.meeting] if self.instance.pk else []


def facts_changed(form, formsets) -> list[str]:
    """Return what was changed of the facts, in the words of the form."""
    changed = _facts_of(form)
    for formset in formsets:
        model = formset.model
        if not states_facts(model):
            continue
        part = str(model._meta.verbose_name)
        for row in formset.forms:
            if is_marked_for_deletion(row):
                is_fact_gone = row.instance.pk is not None
                changed += [part] if is_fact_gone else []
            elif row.has_changed():
                is_new = row.instance.pk is None
                if is_new and adds_facts(model):
                    changed.append(part)
                elif not is_new:
                    changed += [f"{part}: {fact}" for fact in _facts_of(row)]
    return list(dict.fromkeys(changed))


def facts_told(rows) -> list[str]:
    """Return what ``rows``, told by a history, change of the facts, in the same words."""
    changed = []
    for row in rows:
        if not states_facts(row.model):
            continue
        part = str(row.model._meta.verbose_name)
        if row.is_change:
            facts = [one.label for one in row.columns if is_fact(row.model, one.name)]
            changed += [f"{part}: {fact}" if row.part else fact for fact in facts]
        elif row.kind != "added" or adds_facts(row.model):
            changed.append(part)
    return list(dict.fromkeys(changed))


def _facts_of(form) -> list[str]:
    """Return the labels of the facts that were changed in one form."""
    model = form._meta.model
    if form.instance.pk is None:
        is_new_part = form.has_changed() and adds_facts(model)
        return [str(model._meta.verbose_name)] if is_new_part else []
    return [
        capfirst(str(form.fields[name].label))
        for name in form.changed_data
        if name not in CORRECTION_FIELDS and is_fact(model, name)
    ]
