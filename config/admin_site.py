"""The administration: Django's own, with the portal's name and Arabic as default."""

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class PortalAdminSite(AdminSite):
    site_header = _("Administration of the consultation portal")
    site_title = _("Administration of the consultation portal")
    index_title = _("Records and reference data")


class PortalAdminConfig(AdminConfig):
    default_site = "config.admin_site.PortalAdminSite"
