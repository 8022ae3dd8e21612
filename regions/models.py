"""Morocco's twelve regions and their seventy-five prefectures and provinces."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from config.change_sets import History
from config.folding import fold
from config.localization import in_three_languages, localized
from config.other_names import OtherNamesField, names_of
from config.search_index import (
    Description,
    IndexedModel,
    NamedDocument,
    SearchableQuerySet,
    describes,
    index_rows,
    with_its_row,
)


class RegionQuerySet(SearchableQuerySet):
    document_model = "regions.RegionDocument"


class Region(IndexedModel):
    """One of the twelve regions of decree 2-15-40, named and counted as the HCP does."""

    iso_code = models.CharField(
        _("ISO code"), max_length=5, unique=True, help_text=_("For example MA-02.")
    )
    code = models.CharField(
        _("HCP code"),
        max_length=2,
        unique=True,
        help_text=_("Two digits, kept as text."),
    )
    slug = models.SlugField(
        _("address"), unique=True, help_text=_("Stands in addresses; never changed.")
    )
    name_ar, name_fr, name_en = in_three_languages(
        models.CharField, _("name"), max_length=100
    )
    seat_ar, seat_fr, seat_en = in_three_languages(
        models.CharField, _("seat"), max_length=100
    )
    seat_province = models.ForeignKey(
        "regions.Province",
        on_delete=models.PROTECT,
        related_name="regions_seated",
        null=True,
        blank=True,
        verbose_name=_("prefecture or province of the seat"),
    )
    population_2014 = models.PositiveIntegerField(
        _("legal population 2014"), null=True, blank=True
    )
    population_2024 = models.PositiveIntegerField(
        _("legal population 2024"), null=True, blank=True
    )
    area_km2 = models.PositiveIntegerField(
        _("official area in km²"), null=True, blank=True
    )
    other_names = OtherNamesField()
    history = History()

    name = localized("name")
    seat = localized("seat")
    objects = RegionQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("model", "region")
        verbose_name_plural = _("regions")
        permissions = [("export_region", "Can export with drafts")]
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name_ar="") & ~Q(name_fr="") & ~Q(name_en=""),
                name="region_has_its_three_names",
                violation_error_message=_("Give the name in all three languages."),
            )
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("consultations:region_detail", args=[self.slug])


class Province(IndexedModel):
    """A prefecture (عمالة) or a province (إقليم): never call one by the other's name."""

    class Kind(models.TextChoices):
        PREFECTURE = "prefecture", _("prefecture")
        PROVINCE = "province", _("province")

    code = models.CharField(
        _("HCP code"), max_length=6, unique=True, help_text=_("For example 02.411.")
    )
    iso_code = models.CharField(_("ISO code"), max_length=6, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    region = models.ForeignKey(
        Region,
        on_delete=models.PROTECT,
        related_name="provinces",
        verbose_name=_("region"),
    )
    name_ar, name_fr, name_en = in_three_languages(
        models.CharField, _("name"), max_length=100
    )
    population_2014 = models.PositiveIntegerField(
        _("legal population 2014"), null=True, blank=True
    )
    population_2024 = models.PositiveIntegerField(
        _("legal population 2024"), null=True, blank=True
    )
    other_names = OtherNamesField()
    history = History()

    name = localized("name")

    class Meta:
        verbose_name = pgettext_lazy("model", "prefecture or province")
        verbose_name_plural = _("prefectures and provinces")
        permissions = [("export_province", "Can export with drafts")]
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name_ar="") & ~Q(name_fr="") & ~Q(name_en=""),
                name="province_has_its_three_names",
                violation_error_message=_("Give the name in all three languages."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["prefecture", "province"]),
                name="province_kind_is_known",
                violation_error_message=_("The kind is prefecture or province."),
            ),
        ]

    def __str__(self):
        return self.full_name

    def index(self):
        # A province has no page of its own: it leads to its region.
        index_rows(RegionDocument, Region.objects.filter(pk=self.region_id))

    def delete(self, *args, **kwargs):
        outcome = super().delete(*args, **kwargs)
        self.index()
        return outcome

    @property
    def full_name(self):
        """The name with what it is: عمالة وجدة-أنجاد, province d’Azilal."""
        is_prefecture = self.kind == self.Kind.PREFECTURE
        # French alone asks: province de Berkane, but province d’Azilal.
        if fold(self.name)[:1] in {*"aeiou"}:
            pattern = (
                pgettext_lazy("before a vowel", "prefecture of %(name)s")
                if is_prefecture
                else pgettext_lazy("before a vowel", "province of %(name)s")
            )
        else:
            pattern = (
                _("prefecture of %(name)s")
                if is_prefecture
                else _("province of %(name)s")
            )
        return pattern % {"name": self.name}


class RegionDocument(NamedDocument):
    """What a region is found by: its names, its seat and its provinces; by code."""

    record = models.OneToOneField(
        Region, on_delete=with_its_row, related_name="+", verbose_name=_("region")
    )

    class Meta:
        verbose_name = _("search document of a region")
        verbose_name_plural = _("search documents of regions")


@describes(RegionDocument)
def describe_regions(regions):
    for region in regions.prefetch_related("provinces"):
        names = [*names_of(region), region.seat_ar, region.seat_fr, region.seat_en]
        for province in region.provinces.all():
            names += names_of(province)
        yield Description(
            region.pk,
            texts=[*names, region.iso_code],
            names=names,
            sorts_as=region.code,
        )
