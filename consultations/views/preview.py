"""One record as the public will see it, for whoever has a link that still opens."""

from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from consultations.models import Meeting, PreviewLink
from consultations.views.agreement import agreement_page_context
from consultations.views.meeting import meeting_page_context
from consultations.views.record import base_url_of


@require_safe
def preview(request, token):
    """Show the record behind ``token``: what its public page would show, no more.

    Once it is public the link leads to its page. An answer belongs to whoever has the
    link: no cache keeps it, no search engine lists it, and no page that it links to is
    told the address.
    """
    link = PreviewLink.objects.behind(token)
    if link is None:
        response = TemplateResponse(
            request, "consultations/preview_closed.html", status=410
        )
    elif link.record.is_published:
        response = HttpResponseRedirect(link.record.get_absolute_url())
    else:
        response = _page_of(request, link)
    patch_cache_control(response, no_store=True, private=True)
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _page_of(request, link) -> TemplateResponse:
    record = link.record
    if isinstance(record, Meeting):
        template, context_of = "meeting_detail", meeting_page_context
    else:
        template, context_of = "agreement_detail", agreement_page_context
    # As for anybody: what is not public beside the record is left out.
    context = context_of(record, base_url_of(request))
    return TemplateResponse(
        request,
        f"consultations/{template}.html",
        context | {"linked_data": None, "is_preview": True, "preview_link": link},
    )
