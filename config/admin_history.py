"""The page of a row's history in the administration, and the way back to a past state."""

from django.contrib import messages
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.contrib.admin.views.main import PAGE_VAR
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from config.admin_widgets import is_key
from config.dates import moment_in_words
from config.history import Past, row_as_it_was
from config.history_in_words import Teller
from config.restoring import Restoration

CHANGES_PER_PAGE = 20
SEEN = "seen"


class HistoryPages:
    """What a page of the administration says of a row's past, parts included.

    Reading it takes the permission to view the row, restoring the one to change it.
    """

    object_history_template = "admin/record_history.html"

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}_restore"
        view = self.admin_site.admin_view(self.restore_view)
        return [
            path("<path:object_id>/history/<uuid:change_key>/", view, name=name),
            *super().get_urls(),
        ]

    # The list of changes

    def history_view(self, request, object_id, extra_context=None):
        pk, obj, past = self._past_of(request, object_id)
        if past is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_or_change_permission(request, obj):
            if not self.has_view_or_change_permission(request):
                raise PermissionDenied
            # As the page of the record answers: what is out of sight is not there.
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        changes = past.changes[::-1]
        paginator = Paginator(changes, CHANGES_PER_PAGE)
        page = paginator.get_page(request.GET.get(PAGE_VAR))
        teller = Teller(self.model, request.user, self.hidden_in_history(request, obj))
        may_restore = self.has_change_permission(request, obj)
        context = {
            **self._page_of(request, obj, _("History: %(record)s") % {"record": obj}),
            "entries": [
                {
                    "change": told,
                    "restore_url": self._restore_url(pk, told.key)
                    if may_restore and told.is_there and told.key != changes[0].key
                    else "",
                }
                for told in teller.tell(list(page))
            ],
            "page": page,
            "page_range": paginator.get_elided_page_range(page.number),
            "page_var": PAGE_VAR,
            "is_deleted": not past.changes[-1].is_there if past.changes else False,
            **(extra_context or {}),
        }
        return TemplateResponse(request, self.object_history_template, context)

    def _past_of(self, request, object_id):
        """Return the key, the row and its past; the last state of a row that is gone.

        None for the past of what never was.
        """
        key = unquote(object_id)
        if not is_key(key):
            return None, None, None
        past = Past(self.model, int(key))
        obj = self.get_object(request, key)
        if obj is None:
            obj = row_as_it_was(self.model, int(key))
            if obj is None:
                return None, None, None
        return int(key), obj, past

    def hidden_in_history(self, request, obj) -> set[str]:
        """Return the columns that the page of ``obj`` does not show this reader."""
        shown = set(flatten_fieldsets(self.get_fieldsets(request, obj)))
        columns = {
            field.name for field in self.opts.get_fields() if not field.auto_created
        }
        return columns - shown

    def _page_of(self, request, obj, title) -> dict:
        request.current_app = self.admin_site.name
        return {
            **self.admin_site.each_context(request),
            "title": title,
            "subtitle": None,
            "object": obj,
            "opts": self.opts,
            "media": self.media,
        }

    def _history_url(self, pk) -> str:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_history"
        return reverse(name, args=[pk])

    def _restore_url(self, pk, change_key) -> str:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_restore"
        return reverse(name, args=[pk, change_key])

    # The way back

    def restore_view(self, request, object_id, change_key):
        """Say what will change, ask, and do it: all of it or nothing."""
        pk, obj, past = self._past_of(request, object_id)
        if past is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_change_permission(request, obj):
            raise PermissionDenied
        refusals = []
        restoration = self._restoration(request, obj, pk, change_key)
        form = self.restore_form(request, obj, restoration)
        if request.method == "POST" and (form is None or form.is_valid()):
            try:
                restored = self._restore(request, obj, pk, change_key)
            except ValidationError as error:
                refusals = error.messages
            else:
                self.message_user(
                    request,
                    _("%(record)s: restored.") % {"record": restored},
                    messages.SUCCESS,
                )
                return HttpResponseRedirect(self.change_url(restored))
            restoration = self._restoration(request, obj, pk, change_key)
        return TemplateResponse(
            request,
            "admin/restore.html",
            {
                **self._page_of(
                    request, obj, _("Restore: %(record)s") % {"record": obj}
                ),
                "form": form,
                "moment": moment_in_words(restoration.change.at),
                "rows": restoration.rows,
                "stays": restoration.stays,
                "refusals": refusals or restoration.obstacles,
                "can_restore": not restoration.obstacles,
                "seen": restoration.seen,
                "history_url": self._history_url(pk),
                "is_deleted": self.get_object(request, str(pk)) is None,
            },
        )

    def _restoration(self, request, obj, pk, change_key) -> Restoration:
        try:
            hidden = self.hidden_in_history(request, obj)
            return Restoration(self.model, pk, change_key, request.user, hidden)
        except KeyError as error:
            raise Http404 from error

    @transaction.atomic
    def _restore(self, request, obj, pk, change_key):
        before = self.model._base_manager.select_for_update().filter(pk=pk).first()
        restoration = self._restoration(request, obj, pk, change_key)
        if request.POST.get(SEEN) != restoration.seen:
            raise ValidationError(
                _(
                    "Somebody saved the record meanwhile. Look again at what will "
                    "change, then confirm."
                )
            )
        restored = restoration.carry_out()
        if not self.has_change_permission(request, restored):
            raise ValidationError(
                _("In that state the record is not one that you may change.")
            )
        self.validate_restored(restored)
        self.log_change(
            request, restored, [{"restored": restoration.change.at.isoformat()}]
        )
        self.after_restoring(request, before, restored)
        return restored

    def restore_form(self, request, obj, restoration):
        """Return the form of what else is asked before ``restoration``, or None."""
        return None

    def validate_restored(self, obj) -> None:
        """Raise ValidationError where a rule over several rows is against the state."""

    def after_restoring(self, request, before, obj) -> None:
        """Say that ``obj`` was saved; ``before`` is how it was, None if it was gone."""
        self.after_change(request, obj)
