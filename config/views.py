"""Pages that belong to no app: health, the language of staff, errors without a base."""

import sys

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.template import loader
from django.urls import translate_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe


@never_cache
@require_safe
def healthz(request):
    """Say that the process answers; never touches the database."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@never_cache
@require_safe
def readyz(request):
    """Say whether the database answers and is migrated: 503 and why when not."""
    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return _not_ready("database unreachable")
    if pending:
        return _not_ready(f"{len(pending)} migrations pending")
    return HttpResponse("ready\n", content_type="text/plain; charset=utf-8")


def _not_ready(reason: str) -> HttpResponse:
    return HttpResponse(
        f"{reason}\n",
        status=503,
        content_type="text/plain; charset=utf-8",
        headers={"Retry-After": "10"},
    )


@require_POST
@login_required
def choose_language(request):
    """Remember the language in which the signed-in person wants the administration."""
    language = request.POST.get("language", "")
    if language not in dict(settings.LANGUAGES):
        return HttpResponseBadRequest("language", content_type="text/plain")
    request.user.language = language
    request.user.save(update_fields=["language"])
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = "/admin/"
    return HttpResponseRedirect(translate_url(target, language))


def server_error(request):
    """Answer 503 while the database cannot be reached, 500 for any other failure.

    Both pages hold all three languages and need neither database nor catalogue.
    """
    if isinstance(sys.exception(), OperationalError | InterfaceError):
        return HttpResponse(
            loader.render_to_string("503.html"),
            status=503,
            headers={"Retry-After": "30"},
        )
    return HttpResponse(loader.render_to_string("500.html"), status=500)
