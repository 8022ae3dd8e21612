"""Links that open one record to somebody without an account, made and revoked."""

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from config.dates import moment_in_words
from config.localization import LANGUAGE_NAMES
from consultations.models import PreviewLink
from consultations.views.record import base_url_of


class PreviewLinksAdmin:
    """The page of a record's preview links, for the admin of a kind of record."""

    def preview_link_urls(self) -> list:
        return [
            path(
                "<path:object_id>/preview-links/",
                self.admin_site.admin_view(self.preview_links_view),
                name=f"{self.opts.app_label}_{self.opts.model_name}_preview_links",
            )
        ]

    def may_give_preview_links(self, request, record) -> bool:
        """Whoever may change the record, or publish it, may let others read it before."""
        return not record.is_published and (
            self.may(request, "change", record) or self.may(request, "publish", record)
        )

    def preview_links_view(self, request, object_id):
        """Show the links of a record that still open; make one, or revoke one."""
        record = self.get_object(request, unquote(object_id))
        if record is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.may_give_preview_links(request, record):
            raise PermissionDenied
        links = record.preview_links.in_force()
        if request.method == "POST":
            with transaction.atomic():
                self._make_or_revoke(request, record, links)
            return HttpResponseRedirect(request.path)
        return TemplateResponse(
            request,
            "admin/consultations/preview_links.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": _("Preview links"),
                "record": record,
                "record_url": self.change_url(record),
                "links": [
                    {"link": link, "addresses": _addresses(request, link)}
                    for link in links.select_related("made_by")
                ],
                "media": self.media,
            },
        )

    def _make_or_revoke(self, request, record, links) -> None:
        revoked = request.POST.get("revoke", "")
        if not revoked:
            key = PreviewLink.key_of(self.model)
            link = PreviewLink.objects.create(made_by=request.user, **{key: record})
            text = _("The link opens the record until %(moment)s.")
            self.message_user(
                request,
                text % {"moment": moment_in_words(link.expires_at)},
                messages.SUCCESS,
            )
        elif revoked.isdecimal():
            for link in links.filter(pk=revoked):
                link.revoked_at = timezone.now()
                link.save()
                self.message_user(
                    request, _("The link no longer opens."), messages.SUCCESS
                )


def _addresses(request, link) -> list[dict]:
    """Return the address of ``link`` in each language."""
    addresses = []
    for language, name in LANGUAGE_NAMES.items():
        with translation.override(language):
            url = base_url_of(request) + link.get_absolute_url()
        addresses.append({"language": language, "name": name, "url": url})
    return addresses
