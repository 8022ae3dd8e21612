"""The administration: Django's own, with the portal's name and Arabic as default."""

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _
from django.views.i18n import JavaScriptCatalog

LAST = 100


class PortalAdminSite(AdminSite):
    site_header = _("Administration of the consultation portal")
    site_title = _("Administration of the consultation portal")
    index_title = _("The day's work")
    # Put in by the app that knows what waits for whom.
    waiting_for = None

    def index(self, request, extra_context=None):
        """Show what waits for the person who signed in, above what there is."""
        waiting = self.waiting_for(request) if self.waiting_for else []
        return super().index(request, {"waiting": waiting, **(extra_context or {})})

    def get_app_list(self, request, app_label=None):
        """Return what staff work on in the order of the work, not of the alphabet.

        Pages say their ``position``; the first of an app stands for the app.
        """
        apps = super().get_app_list(request, app_label)
        for app in apps:
            app["models"].sort(key=lambda one: self._position(one["model"]))
        return sorted(apps, key=lambda app: self._position(app["models"][0]["model"]))

    def _position(self, model) -> int:
        return getattr(self.get_model_admin(model), "position", LAST)

    def i18n_javascript(self, request, extra_context=None):
        """Serve the texts of the scripts, those that Django's own catalogue lacks too."""
        return JavaScriptCatalog.as_view()(request)


class PortalAdminConfig(AdminConfig):
    default_site = "config.admin_site.PortalAdminSite"
