from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from config.admin import ReferenceTermAdmin, RelatedInUseFilter, StaffModelAdmin
from stakeholders.models import (
    Office,
    Organisation,
    OrganisationKind,
    ParticipantCategory,
    Person,
)

CONTACT_DATA = ["email", "telephone"]

admin.site.register([ParticipantCategory, OrganisationKind], ReferenceTermAdmin)


@admin.register(Office)
class OfficeAdmin(ReferenceTermAdmin):
    list_display = ["name_ar", "feminine_ar", "name_fr", "feminine_fr", "is_active"]
    names_to_search = (
        *ReferenceTermAdmin.names_to_search,
        "feminine_ar",
        "feminine_fr",
    )
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("name_ar", "feminine_ar"),
                    ("name_fr", "feminine_fr"),
                    ("name_en", "feminine_en"),
                ]
            },
        ),
        (_("Use"), {"fields": ["code", "order", "is_active"]}),
    ]


@admin.register(Organisation)
class OrganisationAdmin(StaffModelAdmin):
    list_display = ["__str__", "category", "kind", "region", "country"]
    list_filter = [
        ("category", RelatedInUseFilter),
        ("kind", RelatedInUseFilter),
        ("region", RelatedInUseFilter),
    ]
    list_select_related = ["category", "kind", "region"]
    search_fields = ["name_ar", "name_fr"]
    autocomplete_fields = ["region"]
    fieldsets = [
        (
            None,
            {"fields": ["name_ar", ("category", "kind"), ("region", "country")]},
        ),
        (
            _("Other names and website"),
            {"fields": ["name_fr", "name_en", "other_names", "website"]},
        ),
    ]


@admin.register(Person)
class PersonAdmin(StaffModelAdmin):
    list_display = ["__str__", "name_fr", "gender", "consents_to_be_named"]
    list_filter = ["gender", "consents_to_be_named"]
    search_fields = ["name_ar", "name_fr"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "name_ar",
                    "name_fr",
                    "gender",
                    "consents_to_be_named",
                    "other_names",
                ]
            },
        ),
        (
            _("Contact data, seen by staff only"),
            {"classes": ["collapse"], "fields": CONTACT_DATA},
        ),
    ]

    # Contact data: only for roles that use it

    def has_contact_permission(self, request):
        return self.may(request, "contact")

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        return fieldsets if self.has_contact_permission(request) else fieldsets[:-1]

    def lookup_allowed(self, lookup, value, request):
        # A filter in the address would tell what the page does not show.
        is_contact = lookup.split("__")[0] in CONTACT_DATA
        if is_contact and not self.has_contact_permission(request):
            return False
        return super().lookup_allowed(lookup, value, request)
