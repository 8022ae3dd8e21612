"""The administration: Django's own, with the portal's name and Arabic as default."""

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.http import Http404
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.i18n import JavaScriptCatalog

from config.admin_widgets import is_key

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

    def get_urls(self):
        shortcut = path(
            "r/<path:content_type_id>/<path:object_id>/",
            self.admin_view(self.lead_to_the_site),
            name="view_on_site",
        )
        # Before Django's own, which leads anyone to the address of any row.
        return [shortcut, *super().get_urls()]

    def lead_to_the_site(self, request, content_type_id, object_id):
        """Lead to the public page of a row that the reader may see."""
        # This module is read before there are models.
        from django.contrib.contenttypes.models import ContentType
        from django.contrib.contenttypes.views import shortcut

        kind = is_key(content_type_id) and ContentType.objects.filter(
            pk=content_type_id
        )
        model = kind[0].model_class() if kind else None
        if model is None or not self.is_registered(model):
            raise Http404
        model_admin = self.get_model_admin(model)
        row = model_admin.get_object(request, object_id)
        if row is None or not model_admin.has_view_permission(request, row):
            raise Http404
        return shortcut(request, content_type_id, object_id)

    def _position(self, model) -> int:
        return getattr(self.get_model_admin(model), "position", LAST)

    def i18n_javascript(self, request, extra_context=None):
        """Serve the texts of the scripts, those that Django's own catalogue lacks too."""
        return JavaScriptCatalog.as_view()(request)


class PortalAdminConfig(AdminConfig):
    default_site = "config.admin_site.PortalAdminSite"
