"""The second of two savers is shown what the first one saved, and loses nothing.

A page carries the states that it shows (``config.conflicts.Token``). A save that carries
others than those that are stored now is answered with a page that puts what was typed
beside what was saved, and saves what is chosen there.
"""

from urllib.parse import urlencode

from django.contrib.admin.options import IS_POPUP_VAR
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from config.admin_widgets import is_key
from config.conflicts import (
    MINE,
    THEIRS,
    Comparison,
    Token,
    deleted_rows,
    newest_token,
    page_state,
    stored_page,
    token_of,
    typed_in_words,
    with_saved_state,
)
from config.history import has_history, row_as_it_was

OPENED = "_version"
SEEN = "_seen"
ALL = "_choose_all"
IN_THE_FORM = "_to_the_form"
CONFLICT_STATUS = 409
# Buttons of the form that save and go on to a step; the page of a conflict names them.
GOING_ON = ("submit", "publish")


class VersionedInline:
    """Rows of a part that know which of their states they are."""

    # The column in which two new rows are about the same thing.
    identified_by = ""

    def get_queryset(self, request):
        return with_saved_state(super().get_queryset(request))


class ConflictOptions:
    """What a page of the administration does where two people save at once."""

    # Reading

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        match = request.resolver_match
        if has_history(self.model) and (match.url_name or "").endswith("_change"):
            # With the row, in one query: never newer than what the page shows.
            return with_saved_state(rows)
        return rows

    def get_form(self, request, obj=None, change=False, **kwargs):
        form_class = super().get_form(request, obj, change=change, **kwargs)
        if not getattr(request, "is_only_shown", False):
            return form_class
        # What was typed is back in the form, and nothing of it is saved yet.
        return type(
            form_class.__name__, (form_class,), {"is_valid": lambda form: False}
        )

    def render_change_form(self, request, context, *args, **kwargs):
        form, row = context["adminform"].form, context["original"]
        context["is_not_saved"] = getattr(request, "is_only_shown", False)
        context["draft"] = self._draft_key(request, row)
        if row is not None and form.is_bound:
            context["page_version"] = request.POST.get(OPENED, "")
        elif hasattr(row, "saved_state"):
            formsets = [
                one.formset
                for one in context["inline_admin_formsets"]
                if one.has_change_permission
            ]
            context["page_version"] = str(token_of(row, formsets))
        return super().render_change_form(request, context, *args, **kwargs)

    def _draft_key(self, request, row) -> str:
        """Return under which name a browser keeps what this person types on the page."""
        names = [str(request.user.pk), self.opts.label_lower]
        if row is not None and row.pk:
            return ":".join([*names, str(row.pk)])
        suggested = sorted(
            (name, value) for name, value in request.GET.items() if name[0:1] != "_"
        )
        return ":".join([*names, "add", urlencode(suggested)])

    # Saving

    def _changeform_view(self, request, object_id, form_url, extra_context):
        if request.method == "POST" and "_saveasnew" not in request.POST:
            if object_id is None:
                request.is_only_shown = IN_THE_FORM in request.POST
            elif answer := self._answer_to_conflict(request, unquote(object_id)):
                return answer
        elif request.method == "GET" and (kept := self._kept_form(request)):
            return self._show_kept_form(
                request, kept, object_id, form_url, extra_context
            )
        return super()._changeform_view(request, object_id, form_url, extra_context)

    # What was typed before the session ended

    def _kept_form(self, request):
        return getattr(request, "kept_form", None)

    def _show_kept_form(self, request, kept, object_id, form_url, extra_context):
        """Show the page as it was sent when nobody was signed in; nothing is saved."""
        row = None
        if object_id is not None:
            row = self.get_object(request, unquote(object_id))
        is_gone = object_id is not None and row is None
        may_save = (
            self.has_add_permission(request)
            if object_id is None
            else is_gone or self.has_change_permission(request, row)
        )
        if not may_save and row is None:
            return super()._changeform_view(request, object_id, form_url, extra_context)
        # Files first: Django would read them from the body, and what was sent with them.
        request._files = MultiValueDict()
        request.method, request.POST = "POST", kept.sent
        request.is_only_shown = True
        try:
            if is_gone:
                answer = self._answer_to_deleted(request, unquote(object_id))
            elif not may_save:
                answer = self._answer_to_locked(request, row)
            else:
                answer = None
            if answer:
                return answer
            return super()._changeform_view(
                request,
                object_id,
                form_url,
                {**(extra_context or {}), "kept_form": kept},
            )
        finally:
            request.method = "GET"

    # Two people

    def _answer_to_conflict(self, request, object_id):
        """Return the page of a conflict, None where there is none: then it is saved.

        The row stays locked until the save is done, so that nobody comes in between.
        """
        row = self.get_object(request, object_id)
        if row is None:
            return self._answer_to_deleted(request, object_id)
        if not self.has_change_permission(request, row):
            return self._answer_to_locked(request, row)
        list(
            self.model._base_manager.select_for_update()
            .filter(pk=row.pk)
            .values_list("pk")
        )
        row = self.get_object(request, object_id)
        if row is None:
            return self._answer_to_deleted(request, object_id)
        form, formsets = self._page_as_typed(request, row)
        newest = newest_token(row, formsets)
        before = Token.parse(request.POST.get(OPENED, "-"))
        seen = Token.parse(request.POST.get(SEEN, "-"))
        if before == newest:
            request.is_only_shown = IN_THE_FORM in request.POST
            return None
        if seen is not None:
            then = (
                stored_page(row, formsets)
                if seen == newest
                else page_state(row, formsets, seen)
            )
            comparison = self._compare(request, form, formsets, before, then)
            if comparison.undecided:
                if seen == newest:
                    return self._conflict_page(
                        request, row, comparison, before, newest, is_incomplete=True
                    )
            else:
                self._take(request, comparison, seen)
                if seen == newest:
                    return None
                # Somebody saved meanwhile: what was decided is what is typed now.
                before = seen
                row = self.get_object(request, object_id)
                form, formsets = self._page_as_typed(request, row)
        comparison = self._compare(
            request, form, formsets, before, stored_page(row, formsets), is_new=True
        )
        if not list(comparison.differences):
            self._take(request, comparison, newest)
            return None
        return self._conflict_page(request, row, comparison, before, newest)

    def _page_as_typed(self, request, row):
        form_class = self.get_form(
            request,
            row,
            change=True,
            fields=flatten_fieldsets(self.get_fieldsets(request, row)),
        )
        form = form_class(request.POST, request.FILES, instance=row)
        formsets, inlines = self._create_formsets(request, row, change=True)
        # Rows that the reader only reads are not sent along.
        return form, [
            formset
            for formset, inline in zip(formsets, inlines, strict=True)
            if inline.has_change_permission(request, row)
        ]

    def _compare(self, request, form, formsets, before, theirs, *, is_new=False):
        row = form.instance
        choices = {} if is_new and SEEN not in request.POST else request.POST.dict()
        comparison = self._comparison(request, form, formsets, before, theirs, choices)
        if (everywhere := request.POST.get(ALL)) in (MINE, THEIRS) and not is_new:
            choices = {
                **choices,
                **{one.input_name: everywhere for one in comparison.asked},
            }
            form, formsets = self._page_as_typed(request, row)
            comparison = self._comparison(
                request, form, formsets, before, theirs, choices
            )
        return comparison

    def _comparison(self, request, form, formsets, before, theirs, choices):
        row = form.instance
        gone = {}

        def who_deleted(formset):
            if formset.prefix not in gone:
                missing = set(before.parts.get(formset.prefix, {})) if before else set()
                missing -= set(theirs.parts[formset.prefix])
                gone[formset.prefix] = deleted_rows(formset, missing)
            return gone[formset.prefix]

        columns = {
            inline.model: getattr(inline, "identified_by", "")
            for inline in self.inlines
        }
        return Comparison(
            form,
            formsets,
            page_state(row, formsets, before),
            theirs,
            choices,
            {one.prefix: columns.get(one.model, "") for one in formsets},
            who_deleted,
            reader=request.user,
        )

    def _take(self, request, comparison, token):
        """Go on as if what was put together had been typed on a page just opened."""
        data = comparison.data
        for name in (SEEN, ALL):
            data.pop(name, None)
        data[OPENED] = str(token)
        request.is_only_shown = IN_THE_FORM in request.POST
        request.POST = data
        request._files = comparison.files

    def _conflict_page(
        self, request, row, comparison, before, newest, *, is_incomplete=False
    ):
        sent = {
            name: values
            for name, values in request.POST.lists()
            if name not in (SEEN, ALL, IN_THE_FORM, "csrfmiddlewaretoken")
            and not name.startswith("_choice-")
        }
        sent[OPENED] = [str(before) if before else ""]
        return self._answer(
            request,
            "admin/conflict.html",
            {
                "title": _("Somebody else saved this page meanwhile"),
                "subtitle": str(row),
                "original": row,
                "comparison": comparison,
                "savers": self._savers(row, comparison, before),
                "is_incomplete": is_incomplete,
                "sent": sent,
                "files": request.FILES,
                "seen": str(newest),
                "seen_input": SEEN,
                "all_input": ALL,
                "form_input": IN_THE_FORM,
                "goes_on": next(
                    (name for name in GOING_ON if f"_{name}" in request.POST), ""
                ),
            },
        )

    def _savers(self, row, comparison, before):
        """Return who saved since the page was opened, each once, the last one first."""
        states = row.history.order_by("-history_id").select_related("history_user")
        if before is not None and before.row:
            states = states.filter(history_id__gt=before.row)
        else:
            states = states[:1]
        found = [(one.history_date, one.history_user) for one in states]
        found += [
            (one.by.date, one.by.user)
            for one in comparison.differences
            if one.by is not None and one.by.date
        ]
        savers = {}
        for when, user in sorted(found, key=lambda one: one[0], reverse=True):
            savers.setdefault(user, when)
        return [(str(user or ""), when) for user, when in savers.items()]

    def _answer_to_locked(self, request, row):
        """Show what was typed on a page that its writer may not change any more.

        None where it was not opened to be changed, and where they may not read it now.
        """
        if OPENED not in request.POST or not self.has_view_permission(request, row):
            return None
        form, formsets = self._as_a_new_row(request)
        return self._answer(
            request,
            "admin/only_typed.html",
            {
                "title": _("You may no longer change this page"),
                "subtitle": str(row),
                "reason": self.why_read_only(request, row),
                "typed": typed_in_words(form, formsets, request.user),
                "row_url": request.path,
            },
        )

    def _as_a_new_row(self, request):
        """Return the form and its parts as if what was sent were to be added."""
        form = self.get_form(request, None, change=False)(request.POST)
        formsets, _inlines = self._create_formsets(request, form.instance, change=False)
        return form, formsets

    def _answer_to_deleted(self, request, object_id):
        """Show what was typed on a page whose row was deleted, to be entered anew.

        None where nobody deleted such a row: there never was one.
        """
        if not is_key(object_id) or not has_history(self.model):
            return None
        newest = self.model.history.filter(id=int(object_id))
        newest = newest.select_related("history_user").first()
        if newest is None or newest.history_type != "-":
            return None
        # Whoever could not have changed it is not told that it was there.
        row = row_as_it_was(self.model, int(object_id))
        if not self.has_change_permission(request, row):
            return None
        form, formsets = self._as_a_new_row(request)
        sent = dict(request.POST.lists())
        for name in (OPENED, SEEN, ALL, "csrfmiddlewaretoken"):
            sent.pop(name, None)
        for formset in formsets:
            sent[f"{formset.prefix}-INITIAL_FORMS"] = ["0"]
            for own in (formset.model._meta.pk.name, formset.fk.name):
                for name in list(sent):
                    if name.startswith(f"{formset.prefix}-") and name.endswith(
                        f"-{own}"
                    ):
                        del sent[name]
        return self._answer(
            request,
            "admin/only_typed.html",
            {
                "title": _("Somebody else deleted this page meanwhile"),
                "subtitle": None,
                "deleted_by": str(newest.history_user or ""),
                "deleted_at": newest.history_date,
                "typed": typed_in_words(form, formsets, request.user),
                "sent": sent,
                "form_input": IN_THE_FORM,
                "add_url": reverse(
                    f"admin:{self.opts.app_label}_{self.opts.model_name}_add"
                )
                if self.has_add_permission(request)
                else "",
            },
        )

    def _answer(self, request, template, context):
        request.current_app = self.admin_site.name
        return TemplateResponse(
            request,
            template,
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "is_popup": IS_POPUP_VAR in request.POST,
                "media": self.media,
                **context,
            },
            status=CONFLICT_STATUS,
        )
