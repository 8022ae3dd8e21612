"""The datasets in the words of schema.org, for search engines of data."""

import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from config.linked_data import ministry, without_unknown
from config.localization import LANGUAGES, current_language
from consultations.catalogue.overview import Overview
from consultations.exports import FORMS


def dataset_data(
    one: Overview, base_url: str, changed_at: datetime.datetime | None
) -> dict:
    """Return a dataset as a Dataset; ``changed_at`` is when any part of the data did."""
    changed_at = one.changed_at or changed_at
    page = base_url + reverse("consultations:dataset_detail", args=[one.name])
    return without_unknown(
        {
            "@type": "Dataset",
            "@id": page,
            "url": page,
            "identifier": one.name,
            "name": f"{one.title} – {_('Portal of regional consultation meetings')}",
            # Search engines of data want fifty characters at least.
            "description": f"{one.description} {_('Public record of the ministry’s regional consultation meetings in Morocco, as a table.')}",
            "license": settings.LICENCE_URL,
            "isAccessibleForFree": True,
            "inLanguage": list(LANGUAGES),
            "spatialCoverage": {"@type": "Country", "name": _("Kingdom of Morocco")},
            "dateModified": timezone.localtime(changed_at).isoformat(timespec="seconds")
            if changed_at
            else "",
            "creator": ministry(base_url),
            "includedInDataCatalog": {"@id": f"{base_url}/data/#catalog"},
            "variableMeasured": [
                without_unknown(
                    {
                        "@type": "PropertyValue",
                        "name": column.key,
                        "description": " – ".join(
                            filter(None, (column.label, column.description))
                        ),
                    }
                )
                for column in one.dataset.columns
            ],
            "distribution": [
                {
                    "@type": "DataDownload",
                    "encodingFormat": form.content_type.partition(";")[0],
                    "contentUrl": base_url
                    + reverse("export", args=[one.name, extension]),
                }
                for extension, form in FORMS.items()
            ],
        }
    )


def catalog_data(
    overviews: list[Overview], base_url: str, changed_at: datetime.datetime | None
) -> dict:
    """Return all datasets as a DataCatalog."""
    page = base_url + reverse("consultations:data_index")
    return {
        "@type": "DataCatalog",
        "@id": f"{base_url}/data/#catalog",
        "url": page,
        "name": _("The record of the regional consultation meetings"),
        "inLanguage": current_language(),
        "license": settings.LICENCE_URL,
        "publisher": ministry(base_url),
        "dataset": [dataset_data(one, base_url, changed_at) for one in overviews],
    }
