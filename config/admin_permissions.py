"""What every page of the administration asks before it shows or does anything.

``user.has_perm`` decides, row by row: pages, parts on a page, lists, autocompletes, inputs,
actions and forms all follow from it here, so that no page has rules of its own. What each
role may do stands in ``accounts.roles``.
"""

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.forms.models import InlineForeignKeyField
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from config.admin_widgets import is_key
from config.reach import OUT_OF_SIGHT, is_record, may_see, record_keys, record_of


class Seen:
    """A relation on a page that is only read: names what the reader may see.

    Stands in fieldsets in the place of the name of the column.
    """

    def __init__(self, db_field, user):
        self.db_field = db_field
        self.user = user
        self.__name__ = db_field.name
        self.short_description = db_field.verbose_name

    def __eq__(self, other):
        return isinstance(other, Seen) and self.db_field == other.db_field

    def __hash__(self):
        return hash(self.db_field)

    def __call__(self, row):
        if self.db_field.many_to_many:
            found = getattr(row, self.db_field.name).all() if row.pk else []
        else:
            found = [one for one in [getattr(row, self.db_field.name)] if one]
        return (
            format_html_join(
                pgettext("between two names", ", "),
                "{}",
                ([one if may_see(self.user, one) else OUT_OF_SIGHT] for one in found),
            )
            or "-"
        )


class PermittedOptions:
    """What pages and inlines ask alike.

    The parts on the page of a record are asked about with the record: whether a
    participation may be added to *this* meeting.
    """

    def may(self, request, action: str, obj=None) -> bool:
        """Say whether the reader may do ``action`` with ``obj``, or with some row."""
        name = f"{self.opts.app_label}.{action}_{self.opts.model_name}"
        return request.user.has_perm(name, obj)

    def has_view_permission(self, request, obj=None):
        return self.may(request, "view", obj)

    def has_add_permission(self, request, obj=None):
        return self.may(request, "add", obj)

    def has_change_permission(self, request, obj=None):
        return self.may(request, "change", obj)

    def has_delete_permission(self, request, obj=None):
        return self.may(request, "delete", obj)

    # What relations offer and show

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        return self._offering_what_is_seen(field, request)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        return self._offering_what_is_seen(field, request)

    def _offering_what_is_seen(self, field, request):
        if field is not None and request.user.is_bounded("view", field.queryset.model):
            field.queryset = request.user.within_reach("view", field.queryset)
            field.reader = request.user
        return field

    def _hidden_in_part(self, request, obj) -> dict:
        """Return the relations whose rows the reader may not all see, by their columns.

        Only of a page that is read: where it is written, the inputs see to it.
        """
        if obj is None or self.has_change_permission(request, obj):
            return {}
        columns = [*self.opts.fields, *self.opts.many_to_many]
        return {
            column.name: Seen(column, request.user)
            for column in columns
            if column.is_relation
            and is_record(column.related_model)
            and column.name not in record_keys(self.model)
            and request.user.is_bounded("view", column.related_model)
        }

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        hidden = self._hidden_in_part(request, obj)
        if not hidden:
            return fieldsets
        return [
            (
                title,
                {
                    **options,
                    "fields": [
                        tuple(
                            hidden.get(name, name)
                            for name in ((line,) if isinstance(line, str) else line)
                        )
                        for line in options["fields"]
                    ],
                },
            )
            for title, options in fieldsets
        ]

    def get_readonly_fields(self, request, obj=None):
        return [
            *super().get_readonly_fields(request, obj),
            *self._hidden_in_part(request, obj).values(),
        ]


class PermittedModelOptions(PermittedOptions):
    """A page of the administration, with its list and its actions."""

    def has_submit_permission(self, request, obj=None):
        return self.may(request, "submit", obj)

    def has_publish_permission(self, request, obj=None):
        return self.may(request, "publish", obj)

    def has_withdraw_permission(self, request, obj=None):
        return self.may(request, "withdraw", obj)

    def has_export_permission(self, request, obj=None):
        return self.may(request, "export", obj)

    def has_module_permission(self, request):
        return self.has_view_permission(request)

    def get_queryset(self, request):
        """Return what the reader may see: lists, pages, autocompletes start here."""
        return request.user.within_reach("view", super().get_queryset(request))

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        # The class is made for this request alone.
        form.user = request.user
        return form

    def get_changeform_initial_data(self, request):
        """Leave out what the address suggests but the reader may not see."""
        initial = super().get_changeform_initial_data(request)
        for column in [*self.opts.fields, *self.opts.many_to_many]:
            if column.name in initial and (
                column.is_relation
                and request.user.is_bounded("view", column.related_model)
            ):
                rows = column.related_model._default_manager.all()
                keys = initial[column.name]
                keys = set([keys] if isinstance(keys, str) else keys)
                rows = rows.filter(pk__in=filter(is_key, keys))
                if request.user.within_reach("view", rows).count() < len(keys):
                    del initial[column.name]
        return initial

    # Actions

    def response_action(self, request, queryset, **kwargs):
        """Carry an action out on those of the chosen rows that it is allowed on."""
        allowed = queryset
        for action in self._permissions_asked_for(request, **kwargs):
            allowed = request.user.within_reach(action, allowed)
        if allowed is not queryset:
            self._say_what_is_left_out(request, queryset, allowed)
        return super().response_action(request, allowed, **kwargs)

    def _permissions_asked_for(self, request, **kwargs) -> set[str]:
        """Return what the actions that the request names need, whichever is meant."""
        actions = self.get_actions(request, **kwargs)
        named = {
            name
            for key in request.POST
            if key == "action" or key.endswith("-action")
            for name in request.POST.getlist(key)
        }
        return {
            permission
            for name in named & actions.keys()
            for permission in getattr(actions[name].func, "allowed_permissions", ())
        }

    def _say_what_is_left_out(self, request, queryset, allowed):
        chosen = queryset
        if request.POST.get("select_across", "0") == "0":
            keys = request.POST.getlist("_selected_action")
            chosen = queryset.filter(pk__in=filter(is_key, keys))
        left_out = chosen.exclude(pk__in=allowed.order_by().values("pk")).count()
        if left_out:
            self.message_user(
                request,
                ngettext(
                    "%(count)d record was left out: your role does not allow this "
                    "with it.",
                    "%(count)d records were left out: your role does not allow this "
                    "with them.",
                    left_out,
                )
                % {"count": left_out},
                messages.WARNING,
            )

    # A page that is only read says why

    def why_read_only(self, request, obj) -> str:
        """Return why the reader may not change ``obj``, empty where they may."""
        if obj is None or self.has_change_permission(request, obj):
            return ""
        record = record_of(obj)
        if record is None or not self.has_change_permission(request):
            return _("You may read this page; your role does not change it.")
        if not request.user.may_place(
            f"{record._meta.app_label}.change_{record._meta.model_name}",
            record.region_ids(),
        ):
            return (
                _(
                    "You may read this record, not change it: not all of its regions "
                    "are yours."
                )
                if record.region_ids()
                else _(
                    "You may read this record; national ones are kept by publishers."
                )
            )
        if record.is_published:
            return _("This record is public: it is publishers who change it.")
        return _(
            "This record is no longer a draft (%(state)s): to change it, ask a publisher "
            "to return it to you."
        ) % {"state": record.standing}

    def render_change_form(self, request, context, *args, **kwargs):
        context["why_read_only"] = self.why_read_only(request, context.get("original"))
        return super().render_change_form(request, context, *args, **kwargs)


class PermittedForm(forms.ModelForm):
    """A form that leaves no row where its writer may not have put it.

    ``user`` is the writer, set by the page; None where no page is: rules of roles are
    for persons.
    """

    user = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if getattr(field, "reader", None) is not None and self.instance.pk:
                self._keep_what_is_saved(name, field)

    def _keep_what_is_saved(self, name, field):
        value = self.initial.get(name)
        if value is None:
            return
        saved = value if isinstance(value, list | tuple) else [value]
        rows = field.queryset.model._default_manager.all()
        field.queryset = rows.filter(
            Q(pk__in=field.queryset.order_by().values("pk"))
            | Q(pk__in=[getattr(one, "pk", one) for one in saved])
        )
        field.label_from_instance = lambda row: self.name_of(field, row)

    def name_of(self, field, row) -> str:
        """Return what the input shows of ``row``, which it has already."""
        reader = getattr(field, "reader", None)
        return str(row if reader is None or may_see(reader, row) else OUT_OF_SIGHT)

    def clean(self):
        cleaned = super().clean()
        if self.user is not None:
            self._stay_within_reach()
        return cleaned

    def _stay_within_reach(self):
        model = self._meta.model
        action = "add" if self.instance._state.adding else "change"
        permission = f"{model._meta.app_label}.{action}_{model._meta.model_name}"
        if is_record(model):
            self._check_regions(model.regions_field, permission)
        for key in record_keys(model):
            field = self.fields.get(key)
            if field is None or isinstance(field, InlineForeignKeyField):
                continue
            parent = self.cleaned_data.get(key)
            if parent is not None and not self.user.has_perm(permission, parent):
                self.add_error(key, _("This record is not yours to change."))

    def _check_regions(self, name, permission):
        if name not in self.cleaned_data or name not in self.fields:
            return
        typed = self.cleaned_data[name]
        if typed is None:
            typed = []
        regions = [typed] if hasattr(typed, "pk") else list(typed)
        if self.user.may_place(permission, [region.pk for region in regions]):
            return
        self.add_error(
            name,
            _("Choose regions of yours only: other regions have their own editors.")
            if regions
            else _("Choose one of your regions: publishers keep national records."),
        )
