from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from config.admin import RelatedInUseFilter, StaffModelAdmin
from regions.models import Province, Region

NAMES = ("name_ar", "name_fr", "name_en", "other_names")


@admin.register(Region)
class RegionAdmin(StaffModelAdmin):
    list_display = ["code", "name_ar", "name_fr", "seat_ar", "population_2024"]
    list_display_links = ["name_ar"]
    search_fields = ["name_ar", "name_fr", "name_en", "other_names", "iso_code"]
    names_to_search = (*NAMES, "iso_code", "slug")
    autocomplete_fields = ["seat_province"]
    fieldsets = [
        (
            None,
            {"fields": ["name_ar", "name_fr", "name_en", "other_names"]},
        ),
        (_("Codes and address"), {"fields": [("code", "iso_code", "slug")]}),
        (
            _("Seat"),
            {"fields": [("seat_ar", "seat_fr", "seat_en"), "seat_province"]},
        ),
        (
            _("Numbers"),
            {"fields": [("population_2014", "population_2024"), "area_km2"]},
        ),
    ]

    def get_readonly_fields(self, request, obj=None):
        # They stand in addresses and files: never changed once they are there.
        return ["code", "iso_code", "slug"] if obj else []


@admin.register(Province)
class ProvinceAdmin(StaffModelAdmin):
    list_display = ["code", "full_name", "name_fr", "region", "population_2024"]
    list_display_links = ["full_name"]
    list_filter = ["kind", ("region", RelatedInUseFilter)]
    list_select_related = ["region"]
    search_fields = ["name_ar", "name_fr", "name_en", "other_names", "code"]
    names_to_search = (*NAMES, "code", "iso_code")
    autocomplete_fields = ["region"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("kind", "region"),
                    "name_ar",
                    "name_fr",
                    "name_en",
                    "other_names",
                ]
            },
        ),
        (_("Codes"), {"fields": [("code", "iso_code")]}),
        (_("Numbers"), {"fields": [("population_2014", "population_2024")]}),
    ]

    def get_readonly_fields(self, request, obj=None):
        return ["code", "iso_code"] if obj else []

    @admin.display(description=_("name"), ordering="name_ar")
    def full_name(self, province):
        return province.full_name
