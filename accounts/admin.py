from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _

from accounts.models import User

# Roles are groups that the project itself makes: there is nothing to edit here.
admin.site.unregister(Group)


@admin.register(User)
class StaffAdmin(UserAdmin):
    """Accounts; only those who may do everything open and change them."""

    list_display = ["username", "get_full_name", "email", "is_active", "last_login"]
    list_filter = ["is_active", "is_superuser", "regions"]
    show_facets = admin.ShowFacets.ALWAYS
    list_per_page = 50
    filter_horizontal = []
    autocomplete_fields = ["regions"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (
            _("Person"),
            {"fields": [("first_name", "last_name"), "email", "language", "regions"]},
        ),
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
        (_("Access"), {"fields": ["is_staff", "is_superuser"]}),
    ]
    readonly_fields = ["last_login", "date_joined"]

    def get_changeform_initial_data(self, request):
        return {"is_staff": True, **super().get_changeform_initial_data(request)}

    @admin.display(description=_("name"))
    def get_full_name(self, user):
        return user.get_full_name()
