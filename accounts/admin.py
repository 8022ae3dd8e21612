from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _

from accounts.forms import AccountForm, NewAccountForm
from accounts.models import User
from accounts.roles import Role
from config.admin_permissions import PermittedModelOptions
from config.localization import listed

# Roles are groups that the project itself makes: there is nothing to edit here.
admin.site.unregister(Group)

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
        "last_login",
    ]
    list_filter = [RoleFilter, "is_active", "is_superuser", "regions"]
    show_facets = admin.ShowFacets.ALWAYS
    list_per_page = 50
    filter_horizontal = []
    autocomplete_fields = ["regions"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (_("Person"), {"fields": [("first_name", "last_name"), "email", "language"]}),
        (_("Roles"), {"fields": ["groups", "regions"]}),
        (_("Access"), {"fields": ["is_active", "is_staff", "is_superuser"]}),
        (_("Dates"), {"fields": [("last_login", "date_joined")]}),
    ]
    add_fieldsets = [
        (
            None,
            {
                "classes": ["wide"],
                "fields": ["username", "usable_password", "password1", "password2"],
            },
        ),
        (_("Roles"), {"fields": ["groups", "regions"]}),
        (_("Access"), {"fields": ["is_staff", "is_superuser"]}),
    ]
    readonly_fields = ["last_login", "date_joined"]

    def get_queryset(self, request):
        accounts = super().get_queryset(request)
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
