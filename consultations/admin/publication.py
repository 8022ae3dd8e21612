"""What meetings and agreements share in the administration: the way to the public."""

from urllib.parse import urlencode

from django.contrib import admin, messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext
from django.views.decorators.http import require_POST

from config.admin import RETURN_PARAMETER, StaffModelAdmin
from config.admin_filters import UncountedFilter
from config.localization import LANGUAGE_NAMES, listed
from config.translations import coverage_of
from consultations import services
from consultations.exports import DATASETS, stream
from consultations.forms.publication_admin import WithdrawalForm
from consultations.models import Publication
from consultations.views.record import base_url_of

PUBLICATION_FIELDS = (
    "publication",
    "published_at",
    "withdrawal_reason",
    "created_by",
    "created_at",
    "updated_at",
    "version",
)


class UntranslatedFilter(UncountedFilter):
    """The records of which some text lacks a language."""

    title = gettext_lazy("texts not translated")
    parameter_name = "untranslated"

    def lookups(self, request, model_admin):
        return list(LANGUAGE_NAMES.items())

    def queryset(self, request, queryset):
        if self.value() in LANGUAGE_NAMES:
            return queryset.untranslated(self.value())
        return queryset


class RecordChangeList(ChangeList):
    """A page of records, each with the number of its texts that lack a language."""

    def get_results(self, request):
        super().get_results(request)
        # Counted for the page alone, in one query: not for all that the filters find.
        records = list(self.result_list)
        counted = self.model.objects.filter(
            pk__in=[record.pk for record in records]
        ).with_untranslated()
        names = [f"untranslated_{language}" for language in LANGUAGE_NAMES]
        found = {row["pk"]: row for row in counted.order_by().values("pk", *names)}
        for record in records:
            for name in names:
                setattr(record, name, found[record.pk][name])
        self.result_list = records


class RecordAdmin(StaffModelAdmin):
    """A meeting or an agreement: drafted, published, withdrawn, never deleted once public."""

    actions = [
        "publish_selected",
        "withdraw_selected",
        "return_selected_to_draft",
        "export_as_csv",
        "export_for_excel",
    ]
    # The table of the data contract that an export of these records is.
    dataset_name = ""
    readonly_fields = PUBLICATION_FIELDS
    # Pages of what belongs to the record, by the word that the buttons send.
    children: dict[str, tuple[str, str]] = {}

    # Who may delete

    def has_delete_permission(self, request, obj=None):
        if obj is not None and obj.was_ever_published:
            return False
        return super().has_delete_permission(request, obj)

    def get_deleted_objects(self, objs, request):
        """Name published records among what is to be deleted as protected."""
        deleted, counts, perms_needed, protected = super().get_deleted_objects(
            objs, request
        )
        public = [
            _("%(record)s was published: it can be withdrawn, not deleted.")
            % {"record": record}
            for record in objs
            if record.was_ever_published
        ]
        if public:
            perms_needed = set(perms_needed) - {self.opts.verbose_name}
        return deleted, counts, perms_needed, [*protected, *public]

    def touched_by_deleting(self, obj):
        # A draft: nothing of it was public, and nothing is left to be found.
        return []

    def after_change(self, request, obj):
        services.record_changed(obj)

    # How far it is translated

    def get_changelist(self, request, **kwargs):
        return RecordChangeList

    @admin.display(description=gettext_lazy("texts not translated"))
    def not_translated(self, record):
        """How many texts of the record and its parts lack each language."""
        return (
            listed(
                f"{name}: {count}"
                for language, name in LANGUAGE_NAMES.items()
                if (count := getattr(record, f"untranslated_{language}"))
            )
            or "–"
        )

    # Publication, one record at a time

    def get_urls(self):
        wrap = self.admin_site.admin_view
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        return [
            path(
                "<path:object_id>/withdraw/",
                wrap(self.withdraw_view),
                name=f"{name}_withdraw",
            ),
            path(
                "<path:object_id>/return-to-draft/",
                wrap(self.return_to_draft_view),
                name=f"{name}_return_to_draft",
            ),
            path(
                "<path:object_id>/preview/",
                wrap(self.preview_view),
                name=f"{name}_preview",
            ),
            *super().get_urls(),
        ]

    def view_on_site(self, obj):
        return obj.get_absolute_url() if obj.is_published else None

    def preview_context(self, obj, base_url) -> dict:
        """Return what the public page of ``obj`` at ``base_url`` is made of."""
        raise NotImplementedError

    public_template = ""

    def preview_view(self, request, object_id):
        """Show the record as the public will see it, under a banner that says so."""
        obj = self.get_object(request, unquote(object_id))
        if not self.has_view_permission(request, obj):
            raise PermissionDenied
        if obj is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        return TemplateResponse(
            request,
            self.public_template,
            {
                **self.preview_context(obj, base_url_of(request)),
                "edit_url": self.change_url(obj),
            },
        )

    def withdraw_view(self, request, object_id):
        """Ask for the reason, then withdraw one record."""
        obj = self.get_object(request, unquote(object_id))
        if not self.has_change_permission(request, obj):
            raise PermissionDenied
        if obj is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        form = WithdrawalForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            self._carry_out(
                request,
                [obj],
                lambda record: services.withdraw(
                    record, by=request.user, reason=form.cleaned_data["reason"]
                ),
            )
            return HttpResponseRedirect(self.change_url(obj))
        return self._ask_for_reason(request, [obj], form)

    @method_decorator(require_POST)
    def return_to_draft_view(self, request, object_id):
        obj = self.get_object(request, unquote(object_id))
        if not self.has_change_permission(request, obj):
            raise PermissionDenied
        if obj is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        self._carry_out(
            request,
            [obj],
            lambda record: services.return_to_draft(record, by=request.user),
        )
        return HttpResponseRedirect(self.change_url(obj))

    # Publication of the records that were ticked in the list

    @admin.action(description=gettext_lazy("Publish"), permissions=["change"])
    def publish_selected(self, request, queryset):
        self._publish(request, queryset)

    @admin.action(description=gettext_lazy("Withdraw …"), permissions=["change"])
    def withdraw_selected(self, request, queryset):
        asked = "reason" in request.POST
        form = WithdrawalForm(request.POST if asked else None)
        if asked and form.is_valid():
            return self._carry_out(
                request,
                queryset,
                lambda record: services.withdraw(
                    record, by=request.user, reason=form.cleaned_data["reason"]
                ),
            )
        return self._ask_for_reason(request, queryset, form, action="withdraw_selected")

    @admin.action(description=gettext_lazy("Return to draft"), permissions=["change"])
    def return_selected_to_draft(self, request, queryset):
        self._carry_out(
            request,
            queryset,
            lambda record: services.return_to_draft(record, by=request.user),
        )

    @admin.action(description=gettext_lazy("Export as CSV"), permissions=["view"])
    def export_as_csv(self, request, queryset):
        return self._export(request, queryset, "csv")

    @admin.action(
        description=gettext_lazy("Export as CSV for Excel"), permissions=["view"]
    )
    def export_for_excel(self, request, queryset):
        return self._export(request, queryset, "excel.csv")

    def _export(self, request, queryset, form):
        """Return the file of the records that were ticked, drafts flagged as such."""
        return stream(
            DATASETS[self.dataset_name],
            self.model.objects.filter(pk__in=queryset.order_by().values("pk")),
            form=form,
            base_url=base_url_of(request),
            include_drafts=True,
        )

    def _publish(self, request, records):
        published = self._carry_out(
            request, records, lambda record: services.publish(record, by=request.user)
        )
        for record in published:
            drafts = self.left_unpublished(record)
            if not drafts:
                continue
            links = format_html_join(
                pgettext("between two names", ", "),
                '<a href="{}">{}</a>',
                ((self.change_url(draft), draft) for draft in drafts),
            )
            text = _("{record}: not shown, as they are not published: {agreements}")
            self.message_user(
                request,
                format_html(text, record=record, agreements=links),
                messages.WARNING,
            )

    def left_unpublished(self, record) -> list:
        """Return the records that ``record`` would show, were they public."""
        return []

    def _carry_out(self, request, records, change) -> list:
        """Apply ``change`` to each record, and say what was done and what was refused.

        Return the records that were changed.
        """
        done = []
        for record in records:
            try:
                with transaction.atomic():
                    changed = change(record)
                    self.log_change(request, changed, [self._step(changed)])
            except ValidationError as refusal:
                self.message_user(
                    request,
                    _("%(record)s: %(reason)s")
                    % {"record": record, "reason": " ".join(refusal.messages)},
                    messages.ERROR,
                )
            else:
                done.append(changed)
        state = done[0].get_publication_display() if done else ""
        if len(done) == 1:
            self.message_user(
                request,
                _("%(record)s: %(state)s.") % {"record": done[0], "state": state},
                messages.SUCCESS,
            )
        elif done:
            self.message_user(
                request,
                ngettext(
                    "%(count)d record: %(state)s.",
                    "%(count)d records: %(state)s.",
                    len(done),
                )
                % {"count": len(done), "state": state},
                messages.SUCCESS,
            )
        return done

    def _step(self, record) -> dict:
        """Return the entry of the log for the publication that ``record`` now has."""
        step = {"step": record.publication}
        if record.publication == Publication.WITHDRAWN:
            step["reason"] = record.withdrawal_reason
        return {"publication": step}

    def change_in_words(self, change, words):
        if "publication" not in change:
            return super().change_in_words(change, words)
        step = change["publication"]
        text = _("Publication: %(state)s.") % {"state": Publication(step["step"]).label}
        return f"{text} {step['reason']}" if "reason" in step else text

    def _ask_for_reason(self, request, records, form, action=""):
        return TemplateResponse(
            request,
            "admin/consultations/withdraw.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": _("Withdraw"),
                "records": records,
                "form": form,
                "action": action,
                "media": self.media,
            },
        )

    # The page of one record

    def render_change_form(
        self, request, context, add=False, change=False, form_url="", obj=None
    ):
        saves_a_copy = request.method == "POST" and "_saveasnew" in request.POST
        popup = IS_POPUP_VAR in request.GET or IS_POPUP_VAR in request.POST
        context["offers_to_publish"] = not popup and not saves_a_copy
        context["publishes"] = context["offers_to_publish"] and not (
            obj is not None and obj.is_published
        )
        context["children"] = [] if popup or saves_a_copy else self._children(obj)
        if obj is not None:
            context["record_urls"] = self._record_urls(obj)
            context["translations"] = coverage_of(obj, obj.translated_parts)
            if obj.was_ever_published and not obj.is_published:
                withdrawn = obj.last_withdrawal()
                context["withdrawn_at"] = withdrawn and withdrawn.history_date
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _record_urls(self, obj) -> dict[str, str]:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}"
        return {
            step: reverse(f"{name}_{step}", args=[obj.pk])
            for step in ("preview", "withdraw", "return_to_draft")
        }

    def _children(self, obj) -> list[dict]:
        """Return what has a page of its own, with the button that adds one."""
        return []

    def _rows(self, obj, parts) -> list[dict]:
        """Return what the page of ``obj`` prints of ``parts``, each with its own page."""
        rows = []
        for part in parts:
            page = f"admin:consultations_{part._meta.model_name}_change"
            back = urlencode({RETURN_PARAMETER: self.change_url(obj)})
            state = ""
            if hasattr(part, "get_publication_display"):
                state = part.get_publication_display()
            elif hasattr(part, "get_state_display"):
                state = part.get_state_display()
            rows.append(
                {
                    "label": str(part),
                    "url": f"{reverse(page, args=[part.pk])}?{back}",
                    "state": state,
                }
            )
        return rows

    def response_add(self, request, obj, post_url_continue=None):
        response = super().response_add(request, obj, post_url_continue)
        return self._go_on(request, obj, response)

    def response_change(self, request, obj):
        return self._go_on(request, obj, super().response_change(request, obj))

    def _go_on(self, request, obj, response):
        """Do what else the button that saved the record asked for."""
        if "_publish" in request.POST:
            self._publish(request, [obj])
            obj.refresh_from_db(fields=["publication"])
            if obj.publication != Publication.PUBLISHED:
                return HttpResponseRedirect(self.change_url(obj))
        child = self.children.get(request.POST.get("_add_child", ""))
        if child is not None:
            name, parent = child
            address = reverse(f"admin:consultations_{name}_add")
            query = urlencode({parent: obj.pk, RETURN_PARAMETER: self.change_url(obj)})
            return HttpResponseRedirect(f"{address}?{query}")
        return response
