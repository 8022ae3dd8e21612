from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from config.links import name_links


class PortalConfig(AppConfig):
    """Site-wide helpers, and the one number that says the public record changed."""

    name = "config"
    verbose_name = _("Portal")

    def ready(self):
        name_links()
