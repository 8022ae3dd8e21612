"""Addresses that machines ask for: the same in every language."""

from django.contrib.sitemaps import views as sitemap_views
from django.urls import path, re_path

from consultations.sitemaps import SITEMAPS
from consultations.views import dataset, document, export, robots

urlpatterns = [
    path("robots.txt", robots.robots, name="robots"),
    path(
        "sitemap.xml",
        sitemap_views.index,
        {"sitemaps": SITEMAPS, "sitemap_url_name": "sitemap_section"},
        name="sitemap",
    ),
    path(
        "sitemap-<slug:section>.xml",
        sitemap_views.sitemap,
        {"sitemaps": SITEMAPS},
        name="sitemap_section",
    ),
    path("documents/<int:pk>/", document.document_file, name="document_file"),
    path("data/portal.zip", dataset.portal_zip, name="portal_zip"),
    re_path(
        r"^data/(?P<name>dictionary|withdrawn)\.(?P<form>csv|excel\.csv)$",
        dataset.table,
        name="described_table",
    ),
    path("data/catalog.jsonld", dataset.dcat, name="catalog"),
    re_path(
        r"^data/releases/(?P<day>\d{4}-\d{2}-\d{2})/"
        r"(?P<name>portal\.zip|datapackage\.json|SHA256SUMS)$",
        dataset.release,
        name="release",
    ),
    path("data/datapackage.json", dataset.datapackage, name="datapackage"),
    path("data/<slug:name>.schema.json", dataset.schema, name="table_schema"),
    path("data/<slug:name>.csv-metadata.json", dataset.metadata, name="csv_metadata"),
    path("data/<slug:name>.<str:form>", export.export, name="export"),
]
