"""Addresses: Arabic without prefix, French and English with theirs."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from config import views
from consultations.views import home

handler500 = "config.views.server_error"

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("staff-language/", views.choose_language, name="choose_language"),
    # Arabic has no prefix: one address for one page. What is left must not begin with
    # a slash, or it would be the address of another host.
    re_path(
        r"^ar/+(?P<rest>(?:[^/\\].*)?)$",
        RedirectView.as_view(url="/%(rest)s", permanent=True, query_string=True),
    ),
    path("", include("consultations.machine_urls")),
    *i18n_patterns(
        path("", home.home, name="home"),
        # Before Django's own: signing in and passwords are ours.
        path("admin/", include("accounts.urls")),
        path("admin/", admin.site.urls),
        path("", include("consultations.urls")),
        prefix_default_language=False,
    ),
]
