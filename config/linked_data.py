"""What a page says to machines in the words of schema.org, as JSON-LD.

A page's data goes through ``{% data_block %}``, whatever it holds. Browsers do not run such
a block, so that the content security policy has nothing to allow.
"""

import datetime
import json
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from config.localization import current_language

# No text may end the block or begin a tag or an entity; U+2028 and U+2029 end a line
# in older scripts, which read such blocks too.
ESCAPES = {ord(sign): f"\\u{ord(sign):04X}" for sign in "<>&\u2028\u2029"}


def as_data_block(data: dict) -> str:
    """Return the element that holds ``data``, which may hold any text."""
    text = json.dumps(
        {"@context": "https://schema.org", **data},
        ensure_ascii=False,
        allow_nan=False,
        separators=(",", ":"),
    ).translate(ESCAPES)
    return f'<script type="application/ld+json">{text}</script>'


def without_unknown(data: dict) -> dict:
    """Return ``data`` without what is not known: None, and empty texts and lists."""
    return {
        key: value
        for key, value in data.items()
        if value is not None and value not in ("", [], {})
    }


@dataclass(frozen=True)
class Crumb:
    """A step from the home page to a page; ``url`` is a path, empty on the page itself."""

    name: str
    url: str


def breadcrumb_list(trail: Sequence[Crumb], base_url: str, here: str) -> dict:
    """Return the steps that a page shows as crumbs; ``here`` is its own path."""
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {
                "@type": "ListItem",
                "position": position,
                "name": crumb.name,
                "item": base_url + (crumb.url or here),
            }
            for position, crumb in enumerate(trail, start=1)
        ],
    }


def ministry(base_url: str) -> dict:
    """Return the ministry, who publishes the portal."""
    return without_unknown(
        {
            "@type": "GovernmentOrganization",
            "@id": f"{base_url}/#ministry",
            "name": _("Ministry of Solidarity, Social Integration and Family"),
            "email": settings.CONTACT_EMAIL,
            "address": {"@type": "PostalAddress", "addressCountry": "MA"},
            "parentOrganization": {
                "@type": "GovernmentOrganization",
                "name": _("Kingdom of Morocco"),
            },
        }
    )


def _moment(time: datetime.datetime | None) -> str:
    return timezone.localtime(time).isoformat(timespec="seconds") if time else ""


def page_of_record(
    base_url: str,
    url: str,
    published_at: datetime.datetime | None,
    changed_at: datetime.datetime,
) -> dict:
    """Return the page of a record: under which licence it stands, when it last changed.

    An event has neither in schema.org, and a text that others signed is not the
    portal's to license: both are the page's.
    """
    return without_unknown(
        {
            "@type": "WebPage",
            "url": base_url + url,
            "inLanguage": current_language(),
            "license": settings.LICENCE_URL,
            "datePublished": _moment(published_at),
            "dateModified": _moment(changed_at),
            "publisher": {"@id": f"{base_url}/#ministry"},
        }
    )


def portal(
    base_url: str, search_url: str, changed_at: datetime.datetime | None = None
) -> dict:
    """Return the portal and the ministry; ``search_url`` is a path that takes ``q``.

    ``changed_at`` is when something public last changed.
    """
    home = base_url + reverse("home")
    return {
        "@graph": [
            ministry(base_url),
            without_unknown(
                {
                    "@type": "WebSite",
                    "@id": f"{base_url}/#website",
                    "url": home,
                    "name": _("Portal of regional consultation meetings"),
                    "inLanguage": current_language(),
                    "license": settings.LICENCE_URL,
                    "dateModified": _moment(changed_at),
                    "publisher": {"@id": f"{base_url}/#ministry"},
                    "potentialAction": {
                        "@type": "SearchAction",
                        "target": {
                            "@type": "EntryPoint",
                            "urlTemplate": f"{base_url}{search_url}?q={{search_term}}",
                        },
                        "query-input": "required name=search_term",
                    },
                }
            ),
        ]
    }
