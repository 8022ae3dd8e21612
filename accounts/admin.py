from axes.handlers.proxy import AxesProxyHandler
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db.models import Exists, OuterRef
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_static import admin as otp_static_admin
from django_otp.plugins.otp_totp import admin as otp_totp_admin
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import second_factor
from accounts.admin_forms import AccountForm, NewAccountForm
from accounts.forms import GivenPasswordForm
from accounts.models import User
from accounts.roles import Role
from accounts.security_log import log_event
from config.admin_forms import let_all_be_typed, stated_errors
from config.admin_permissions import PermittedModelOptions
from config.localization import listed

# Roles are groups that the project itself makes: there is nothing to edit here.
admin.site.unregister(Group)
# Their pages show the secrets of apps; whoever administers accounts needs none of them.
admin.site.unregister([otp_totp_admin.TOTPDevice, otp_static_admin.StaticDevice])

# What decides over what an account may do.
RIGHTS = ("groups", "regions", "is_active", "is_staff", "is_superuser")


class RoleFilter(admin.SimpleListFilter):
    title = _("roles")
    parameter_name = "role"

    def lookups(self, request, model_admin):
        return [*Role.choices, ("none", _("no role"))]

    def queryset(self, request, queryset):
        if self.value() == "none":
            return queryset.exclude(groups__name__in=Role.values)
        if self.value() in Role.values:
            return queryset.filter(groups__name=self.value())
        return queryset


@admin.register(User)
class StaffAdmin(PermittedModelOptions, UserAdmin):
    """Accounts and the roles they have.


    An account is closed, never deleted: history names it. Whoever is no superuser makes
    none, changes none, and does not decide over their own account.
    """

    form = AccountForm
    add_form = NewAccountForm
    list_display = [
        "username",
        "get_full_name",
        "role_names",
        "region_names",
        "email",
        "is_active",
        "has_second_factor",
        "last_login",
    ]
    list_filter = [RoleFilter, "is_active", "is_superuser", "regions"]
    show_facets = admin.ShowFacets.ALWAYS
    list_per_page = 50
    filter_horizontal = []
    autocomplete_fields = ["regions"]
    actions = ["end_sessions", "let_try_again", "remove_second_factor"]
    change_password_form = GivenPasswordForm
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (_("Person"), {"fields": [("first_name", "last_name"), "email", "language"]}),
        (_("Roles"), {"fields": ["groups", "regions"]}),
        (
            _("Access"),
            {
                "fields": [
                    "is_active",
                    "is_staff",
                    "is_superuser",
                    "must_change_password",
                ]
            },
        ),
        (_("Dates"), {"fields": [("last_login", "date_joined")]}),
    ]
    add_fieldsets = [
        (
            None,
            {
                "classes": ["wide"],
                "fields": ["username", "password1", "password2"],
            },
        ),
        (_("Roles"), {"fields": ["groups", "regions"]}),
        (_("Access"), {"fields": ["is_staff", "is_superuser"]}),
    ]
    readonly_fields = ["last_login", "date_joined"]

    def get_queryset(self, request):
        apps = TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True)
        accounts = super().get_queryset(request).annotate(has_app=Exists(apps))
        if request.resolver_match.url_name.endswith("_changelist"):
            return accounts.prefetch_related("groups", "regions")
        return accounts

    def has_delete_permission(self, request, obj=None):
        return False

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        if request.user.is_superuser:
            return fields
        if obj is not None and obj.pk == request.user.pk:
            return [*fields, *RIGHTS]
        return [*fields, "is_superuser"]

    def get_changeform_initial_data(self, request):
        return {"is_staff": True, **super().get_changeform_initial_data(request)}

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None:
            let_all_be_typed(field)
        return field

    @admin.display(description=_("name"))
    def get_full_name(self, user):
        return user.get_full_name()

    @admin.display(description=_("roles"))
    def role_names(self, user):
        if user.is_superuser:
            return _("superuser")
        held = {group.name for group in user.groups.all()}
        return listed(role.label for role in Role if role.value in held) or "–"

    @admin.display(description=_("regions"))
    def region_names(self, user):
        return listed(user.regions.all()) or "–"

    @admin.display(description=_("second step"), boolean=True, ordering="has_app")
    def has_second_factor(self, user):
        return user.has_app

    def render_change_form(self, request, context, *args, **kwargs):
        form = context["adminform"].form
        if form.is_bound:
            context["stated_errors"] = stated_errors(form, [])
        return super().render_change_form(request, context, *args, **kwargs)

    # Changes

    def save_model(self, request, obj, form, change):
        if not change:
            obj.must_change_password = True
        super().save_model(request, obj, form, change)
        if change and "is_active" in form.changed_data and not obj.is_active:
            # For good: a session does not come back with the account.
            obj.end_sessions()
        log_event(
            "account_changed" if change else "account_opened",
            user=obj.pk,
            by=request.user.pk,
            fields=sorted({*form.changed_data} - {"password1", "password2"}),
        )

    def user_change_password(self, request, id, form_url=""):  # noqa: A002 -- Django's
        user = self.get_object(request, unquote(id))
        if user == request.user:
            # One's own is changed where the present one is asked for.
            return HttpResponseRedirect(reverse("admin:password_change"))
        response = super().user_change_password(request, id, form_url)
        if user is not None:
            before = user.password
            user.refresh_from_db(fields=["password"])
            if user.password != before:
                log_event("password_given", user=user.pk, by=request.user.pk)
        return response

    # Actions

    @admin.action(
        description=_("Sign out everywhere: end the sessions"), permissions=["change"]
    )
    def end_sessions(self, request, queryset):
        for user in queryset:
            user.end_sessions()
            log_event("sessions_ended", user=user.pk, by=request.user.pk)
        self.message_user(request, _("Done."))

    @admin.action(
        description=_("Let them try again: forget wrong tries at signing in"),
        permissions=["change"],
    )
    def let_try_again(self, request, queryset):
        for user in queryset:
            AxesProxyHandler.reset_attempts(username=user.get_username())
            log_event("tries_forgotten", user=user.pk, by=request.user.pk)
        self.message_user(request, _("Done."))

    @admin.action(
        description=_("Remove the second step, when telephone and codes are lost"),
        permissions=["change"],
    )
    def remove_second_factor(self, request, queryset):
        if queryset.filter(pk=request.user.pk).exists():
            # It asks for a code, and whether one is demanded of everybody.
            self.message_user(
                request,
                _("Turn your own second step off on the page “My account”."),
                messages.WARNING,
            )
        others = queryset.filter(has_app=True).exclude(pk=request.user.pk)
        if not others:
            return
        for user in others:
            second_factor.remove(user)
            user.end_sessions()
            log_event("second_factor_removed", user=user.pk, by=request.user.pk)
            self.log_change(request, user, [{"changed": {"fields": ["second step"]}}])
        self.message_user(
            request,
            _("Done. Make sure that it was they who asked: call them back."),
            messages.WARNING,
        )
