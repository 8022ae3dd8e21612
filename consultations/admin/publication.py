"""What meetings and agreements share in the administration: the way to the public."""

from urllib.parse import urlencode

from django.contrib import admin, messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.admin import RETURN_PARAMETER, RelatedInUseFilter, StaffModelAdmin
from config.admin_filters import UncountedFilter
from config.dates import moment_in_words
from config.localization import LANGUAGE_NAMES, listed
from config.translations import coverage_of
from consultations import services
from consultations.admin.corrections import CorrectionsAdmin
from consultations.admin.preview_links import PreviewLinksAdmin
from consultations.admin.steps import STEPS, StepsAdmin
from consultations.models import (
    Meeting,
    PartnershipAgreement,
    Publication,
    PublicationStep,
)
from consultations.views.record import base_url_of

PUBLICATION_FIELDS = (
    "publication",
    "published_at",
    "publish_at",
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


class StandingFilter(admin.SimpleListFilter):
    """What the publication alone does not tell: returned, waiting, without review."""

    title = gettext_lazy("way to the public")
    parameter_name = "standing"

    def lookups(self, request, model_admin):
        return [
            ("returned", _("returned with a remark")),
            ("scheduled", _("scheduled")),
            ("own", _("published by an author")),
        ]

    def queryset(self, request, queryset):
        selected = {
            "returned": queryset.returned,
            "scheduled": queryset.scheduled,
            "own": queryset.published_by_an_author,
        }
        return selected.get(self.value(), queryset.all)()


class RecordChangeList(ChangeList):
    """A page of records, with what is counted and looked up for its rows alone.

    The number of texts that lack a language, and the latest step of publication.
    """

    def get_results(self, request):
        super().get_results(request)
        # Counted for the page alone, in one query: not for all that the filters find.
        records = list(self.result_list)
        counted = self.model.objects.filter(
            pk__in=[record.pk for record in records]
        ).with_untranslated()
        counted = counted.with_last_step()
        names = [f"untranslated_{language}" for language in LANGUAGE_NAMES]
        names += ["last_step", "last_remark"]
        found = {row["pk"]: row for row in counted.order_by().values("pk", *names)}
        for record in records:
            for name in names:
                setattr(record, name, found[record.pk][name])
        self.result_list = records


class RecordAdmin(CorrectionsAdmin, StepsAdmin, PreviewLinksAdmin, StaffModelAdmin):
    """A meeting or an agreement: drafted, published, withdrawn, never deleted once public."""

    actions = [
        "submit_selected",
        "publish_selected",
        "send_back_selected",
        "call_off_selected",
        "withdraw_selected",
        "return_selected_to_draft",
    ]
    readonly_fields = PUBLICATION_FIELDS
    # Pages of what belongs to the record, by the word that the buttons send.
    children: dict[str, tuple[str, str]] = {}

    # Who may delete

    def has_delete_permission(self, request, obj=None):
        if obj is not None and obj.published_at:
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
            if record.published_at
        ]
        # The steps of a draft go with it; nobody deletes one by itself.
        perms_needed = set(perms_needed) - {PublicationStep._meta.verbose_name}
        if public:
            perms_needed -= {self.opts.verbose_name}
        return deleted, counts, perms_needed, [*protected, *public]

    def touched_by_deleting(self, obj):
        # A draft: nothing of it was public, and nothing is left to be found.
        return []

    def after_change(self, request, obj):
        services.record_changed(obj)

    def validate_restored(self, obj):
        """Refuse to leave a public record without what it took to publish it."""
        if obj.is_published:
            services.validate_publishable(obj)

    # How far it is translated

    def get_changelist(self, request, **kwargs):
        return RecordChangeList

    @admin.display(description=gettext_lazy("publication"), ordering="publication")
    def standing(self, record):
        """How far the record is; of one that was returned, what is to be changed."""
        if record.is_scheduled:
            moment = moment_in_words(record.publish_at)
            return format_html(
                '{} <span class="remark">{}</span>', record.standing, moment
            )
        if (
            record.publication == Publication.DRAFT
            and record.last_step == PublicationStep.Kind.RETURNED
        ):
            return format_html(
                '{} <span class="remark" dir="auto">{}</span>',
                _("returned"),
                Truncator(record.last_remark).chars(120),
            )
        return record.standing

    @admin.display(description=gettext_lazy("texts not translated"))
    def not_translated(self, record):
        """How many texts of the record and its parts lack each language."""
        return (
            listed(
                _("%(label)s: %(value)s") % {"label": name, "value": count}
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
            *self.step_urls(),
            *self.preview_link_urls(),
            path(
                "<path:object_id>/preview/",
                wrap(self.preview_view),
                name=f"{name}_preview",
            ),
            *super().get_urls(),
        ]

    def view_on_site(self, obj):
        return obj.get_absolute_url() if obj.is_published else None

    def preview_context(self, request, obj, base_url) -> dict:
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
                **self.preview_context(request, obj, base_url_of(request)),
                "edit_url": self.change_url(obj),
            },
        )

    # Publication of the records that were ticked in the list

    @admin.action(
        description=gettext_lazy("Submit for review …"), permissions=["submit"]
    )
    def submit_selected(self, request, queryset):
        return self.confirm(request, STEPS["submit"], queryset, "submit_selected")

    @admin.action(description=gettext_lazy("Publish …"), permissions=["publish"])
    def publish_selected(self, request, queryset):
        return self.confirm(request, STEPS["publish"], queryset, "publish_selected")

    @admin.action(
        description=gettext_lazy("Return with a remark …"), permissions=["publish"]
    )
    def send_back_selected(self, request, queryset):
        return self.confirm(request, STEPS["send_back"], queryset, "send_back_selected")

    @admin.action(
        description=gettext_lazy("Call off the publication …"), permissions=["publish"]
    )
    def call_off_selected(self, request, queryset):
        return self.confirm(request, STEPS["call_off"], queryset, "call_off_selected")

    @admin.action(description=gettext_lazy("Withdraw …"), permissions=["withdraw"])
    def withdraw_selected(self, request, queryset):
        return self.confirm(request, STEPS["withdraw"], queryset, "withdraw_selected")

    @admin.action(
        description=gettext_lazy("Take up again as a draft …"), permissions=["publish"]
    )
    def return_selected_to_draft(self, request, queryset):
        return self.confirm(
            request, STEPS["return_to_draft"], queryset, "return_selected_to_draft"
        )

    # The page of one record

    def render_change_form(
        self, request, context, add=False, change=False, form_url="", obj=None
    ):
        saves_a_copy = request.method == "POST" and "_saveasnew" in request.POST
        popup = IS_POPUP_VAR in request.GET or IS_POPUP_VAR in request.POST
        offers = not popup and not saves_a_copy
        context["submits"] = offers and self._is_offered(request, "submit", obj)
        context["publishes"] = offers and self._is_offered(request, "publish", obj)
        context["children"] = (
            [] if popup or saves_a_copy else self._children(request, obj)
        )
        if obj is not None:
            if not self.has_change_permission(request, obj):
                # The button that adds one would save the record first.
                context["children"] = [
                    group | {"add": ""} for group in context["children"]
                ]
            context["record_urls"] = self._record_urls(request, obj)
            context["record_steps"] = self.steps_offered(request, obj)
            context["last_steps"] = self.last_steps(obj)
            context["is_read_only"] = not self.has_change_permission(request, obj)
            context["translations"] = coverage_of(obj, obj.translated_parts)
            if obj.was_ever_published and not obj.is_published:
                withdrawn = obj.last_withdrawal()
                context["withdrawn_at"] = withdrawn and withdrawn.history_date
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _is_offered(self, request, name: str, obj) -> bool:
        """Say whether saving ``obj``, new if None, may go on to the step ``name``."""
        step = STEPS[name]
        is_offered = obj is None or (step.offered(obj) and not obj.is_scheduled)
        return is_offered and self.may(request, step.permission, obj)

    def _record_urls(self, request, obj) -> dict[str, str]:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}"
        urls = {"preview": reverse(f"{name}_preview", args=[obj.pk])}
        if self.may_give_preview_links(request, obj):
            urls["preview_links"] = reverse(f"{name}_preview_links", args=[obj.pk])
        return urls

    def _children(self, request, obj) -> list[dict]:
        """Return what has a page of its own, with the button that adds one."""
        return []

    def _rows(self, request, obj, parts) -> list[dict]:
        """Return what the page of ``obj`` prints of ``parts``, each with its own page."""
        rows = []
        for part in request.user.within_reach("view", parts) if obj else []:
            page = f"admin:consultations_{part._meta.model_name}_change"
            back = urlencode({RETURN_PARAMETER: self.change_url(obj)})
            state = ""
            if hasattr(part, "standing"):
                state = part.standing
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
        for name in ("submit", "publish"):
            if f"_{name}" in request.POST:
                return self._go_on_to(request, STEPS[name], obj) or response
        child = self.children.get(request.POST.get("_add_child", ""))
        if child is not None:
            name, parent = child
            address = reverse(f"admin:consultations_{name}_add")
            query = urlencode({parent: obj.pk, RETURN_PARAMETER: self.change_url(obj)})
            return HttpResponseRedirect(f"{address}?{query}")
        return response

    def _go_on_to(self, request, step, obj):
        """Return the page that takes ``step`` with what was just saved.

        None where the step is to be taken later: what is missing is said, or nobody
        has to confirm anything.
        """
        if not self.may(request, step.permission, obj):
            raise PermissionDenied
        # As it was saved: ``obj`` remembers the parts that it had before.
        obj = self.model.objects.get(pk=obj.pk)
        address = self.change_url(obj)
        try:
            step.check(obj)
        except ValidationError as refusal:
            self.message_user(
                request,
                (
                    _("%(record)s: saved, but not submitted. %(reason)s")
                    if step.name == "submit"
                    else _("%(record)s: saved, but not published. %(reason)s")
                )
                % {"record": obj, "reason": " ".join(refusal.messages)},
                messages.ERROR,
            )
            return HttpResponseRedirect(address)
        if step.name == "publish":
            name = f"admin:{self.opts.app_label}_{self.opts.model_name}_publish"
            way_back = self.return_url(request)
            query = f"?{urlencode({RETURN_PARAMETER: way_back})}" if way_back else ""
            return HttpResponseRedirect(reverse(name, args=[obj.pk]) + query)
        self.take_one(request, step, obj)
        return None


@admin.register(PublicationStep)
class PublicationStepAdmin(StaffModelAdmin):
    """Every step of every record, to be read: who published without a second person."""

    position = 8
    list_display = ["at", "kind", "record_link", "by", "is_override", "remark"]
    list_display_links = None
    list_filter = ["is_override", "kind", "at", ("by", RelatedInUseFilter)]
    list_select_related = ["by", "meeting", "agreement"]
    search_fields = ["remark"]
    search_help_text = gettext_lazy("Words of the meeting or the agreement")
    date_hierarchy = "at"
    actions = None

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm("consultations.view_publicationstep", obj)

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_urls(self):
        # A step is never changed: it has no past state to go back to.
        urls = super().get_urls()
        return [one for one in urls if not (one.name or "").endswith("_restore")]

    def history_view(self, request, object_id, extra_context=None):
        """Lead to the history of the record, of which the step is a part."""
        step = self.get_object(request, unquote(object_id))
        if step is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_permission(request, step):
            raise PermissionDenied
        name = step.record._meta.label_lower.replace(".", "_")
        return HttpResponseRedirect(
            reverse(f"admin:{name}_history", args=[step.record.pk])
        )

    def search(self, queryset, text):
        return queryset.filter(
            Q(meeting__in=Meeting.objects.search(text))
            | Q(agreement__in=PartnershipAgreement.objects.search(text))
        )

    @admin.display(description=gettext_lazy("record"))
    def record_link(self, step):
        return format_html(
            '<a href="{}">{}</a>', self.change_url(step.record), step.record
        )
