"""Pages on which a change of facts in a published record asks for a public note."""

from django.contrib.admin.utils import unquote
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consultations import services
from consultations.facts import states_facts
from consultations.forms.corrections import CorrectionForm, facts_told

CORRECTION_FIELDSET = (
    gettext_lazy("Correction"),
    {
        "description": gettext_lazy(
            "This record is published. Whoever changes a fact in it says here, for the "
            "public, what was corrected and why. States, steps, answers, progress, "
            "documents, translations, and expectations, commitments and sources that "
            "are added need no note."
        ),
        "fields": ["correction_what", "correction_why", "correction_language"],
    },
)


class CorrectionsAdmin:
    """Asks for the note on the form, and writes it in the transaction of the change."""

    def records_of(self, obj) -> list:
        """Return the records on whose public pages ``obj`` stands."""
        return [obj]

    def asks_for_correction(self, obj) -> bool:
        """Say whether the page of ``obj``, new if None, may need a note."""
        return (
            obj is not None
            and states_facts(self.model)
            and any(record.is_published for record in self.records_of(obj))
        )

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        form.request = request
        return form

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        if self.asks_for_correction(obj) and self.has_change_permission(request, obj):
            return [*fieldsets, CORRECTION_FIELDSET]
        return fieldsets

    def save_related(self, request, form, formsets, change):
        if note := getattr(form, "correction", None):
            self._correct(request, form.instance, note)
        super().save_related(request, form, formsets, change)

    def restore_form(self, request, obj, restoration):
        """Ask for the note where a past state takes facts back of what is published."""
        request.restoring = None
        if self.asks_for_correction(obj) and (facts := facts_told(restoration.rows)):
            request.restoring = CorrectionForm(request.POST or None, facts=facts)
        return request.restoring

    def after_restoring(self, request, before, obj):
        super().after_restoring(request, before, obj)
        if request.restoring is not None:
            self._correct(request, obj, request.restoring.correction)

    def _correct(self, request, obj, note: dict) -> None:
        for record in self.records_of(obj):
            if record.is_published:
                services.correct(record, by=request.user, **note)


class PartCorrectionsAdmin(CorrectionsAdmin):
    """The same for a part: to delete one that is public takes a fact back."""

    def delete_view(self, request, object_id, extra_context=None):
        obj = self.get_object(request, unquote(object_id))
        if not self.asks_for_correction(obj):
            return super().delete_view(request, object_id, extra_context)
        form = CorrectionForm(request.POST or None, facts=[str(obj)])
        if request.method == "POST" and not form.is_valid():
            # As if nothing had been confirmed: the page is shown again.
            request.POST = QueryDict()
        request.correction = form.correction if form.is_valid() else None
        context = {**(extra_context or {}), "correction_form": form}
        return super().delete_view(request, object_id, context)

    def delete_model(self, request, obj):
        if note := getattr(request, "correction", None):
            self._correct(request, obj, note)
        super().delete_model(request, obj)

    def get_deleted_objects(self, objs, request):
        """Leave what stands on a public page to its own page, where a note is asked for."""
        deleted, counts, perms_needed, protected = super().get_deleted_objects(
            objs, request
        )
        if not hasattr(request, "correction"):
            protected = [
                *protected,
                *(
                    _(
                        "%(part)s belongs to a published record: delete it on its own "
                        "page, with a public note."
                    )
                    % {"part": one}
                    for one in objs
                    if self.asks_for_correction(one)
                ),
            ]
        return deleted, counts, perms_needed, protected
