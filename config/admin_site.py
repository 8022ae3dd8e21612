"""The administration: Django's own, with the portal's name and Arabic as default."""

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _
from django.views.i18n import JavaScriptCatalog


class PortalAdminSite(AdminSite):
    site_header = _("Administration of the consultation portal")
    site_title = _("Administration of the consultation portal")
    index_title = _("Records and reference data")

    def i18n_javascript(self, request, extra_context=None):
        """Serve the texts of the scripts, those that Django's own catalogue lacks too."""
        return JavaScriptCatalog.as_view()(request)


class PortalAdminConfig(AdminConfig):
    default_site = "config.admin_site.PortalAdminSite"
