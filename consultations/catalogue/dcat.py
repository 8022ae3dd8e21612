"""The datasets in the words of DCAT-AP, for catalogues of open data that harvest them."""

import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from consultations.catalogue import texts
from consultations.catalogue.overview import Form, Overview
from consultations.catalogue.releases import Release
from consultations.catalogue.tables import sources_of
from consultations.exports import FORMS

CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "adms": "http://www.w3.org/ns/adms#",
}
AUTHORITIES = "http://publications.europa.eu/resource/authority"
MEDIA_TYPES = "https://www.iana.org/assignments/media-types"
LANGUAGE_CODES = {"ar": "ARA", "fr": "FRA", "en": "ENG"}
FILE_TYPES = {
    "text/csv": "CSV",
    "application/json": "JSON",
    "application/zip": "ZIP",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "XLSX",
}


def catalog(
    overviews: list[Overview],
    releases: list[Release],
    base_url: str,
    changed_at: datetime.datetime | None,
) -> dict:
    """Return the catalogue of all datasets, the package and its releases."""
    described = [_dataset(one, base_url, changed_at) for one in overviews]
    described.append(_package(releases, base_url, changed_at))
    return {
        "@context": CONTEXT,
        "@graph": [
            _with_known(
                {
                    "@id": f"{base_url}/data/catalog.jsonld",
                    "@type": "dcat:Catalog",
                    "dct:title": _in_languages(_title()),
                    "dct:description": _in_languages(
                        texts.in_every_language(
                            lambda: _(
                                "The record of the ministry’s regional consultation "
                                "meetings as tables, with what each column means."
                            )
                        )
                    ),
                    "dct:publisher": {"@id": f"{base_url}/#ministry"},
                    "dct:license": _typed(settings.LICENCE_URL, "dct:LicenseDocument"),
                    "dct:language": _languages(),
                    "dct:spatial": _morocco(),
                    "dct:modified": _moment(changed_at),
                    "foaf:homepage": _typed(f"{base_url}/data/", "foaf:Document"),
                    "dcat:themeTaxonomy": _typed(
                        f"{AUTHORITIES}/data-theme",
                        "http://www.w3.org/2004/02/skos/core#ConceptScheme",
                    )
                    | {
                        "dct:title": {
                            "@value": "Dataset types Named Authority List",
                            "@language": "en",
                        }
                    },
                    "dcat:dataset": [{"@id": one["@id"]} for one in described],
                }
            ),
            {
                "@id": f"{base_url}/#ministry",
                "@type": ["foaf:Agent", "foaf:Organization"],
                "foaf:name": _in_languages(
                    texts.in_every_language(
                        lambda: _(
                            "Ministry of Solidarity, Social Integration and Family"
                        )
                    )
                ),
                "foaf:homepage": _typed(f"{base_url}/", "foaf:Document"),
            },
            *described,
        ],
    }


def _dataset(
    one: Overview, base_url: str, changed_at: datetime.datetime | None
) -> dict:
    changed_at = one.changed_at or changed_at
    address = f"{base_url}/data/{one.name}/"
    return _common(base_url, address, changed_at) | {
        "dct:identifier": address,
        "dct:title": _in_languages(texts.title(one.dataset)),
        "dct:description": _in_languages(texts.description(one.dataset)),
        "dcat:distribution": [
            _distribution(
                base_url + reverse("export", args=[one.name, extension]),
                form.content_type.partition(";")[0],
                changed_at,
            )
            | {
                "dct:title": _in_languages(
                    texts.in_every_language(lambda form=extension: Form(form).name)
                ),
                # What its columns mean.
                "dct:conformsTo": _typed(
                    base_url + reverse("table_schema", args=[one.name]), "dct:Standard"
                ),
            }
            for extension, form in FORMS.items()
        ],
        **_rests_on(one),
    }


def _rests_on(one: Overview) -> dict:
    """Return whose work a dataset rests on beside the record's own sources."""
    if not (sources := sources_of(one.dataset)):
        return {}
    return {
        "dct:provenance": [
            {
                "@type": "dct:ProvenanceStatement",
                "http://www.w3.org/2000/01/rdf-schema#label": f"{name}: {address}",
            }
            for name, address in sources
        ]
    }


def _package(
    releases: list[Release], base_url: str, changed_at: datetime.datetime | None
) -> dict:
    address = base_url + reverse("portal_zip")
    identifier = f"{base_url}/data/datapackage.json"
    return _common(base_url, identifier, changed_at) | {
        "dct:identifier": identifier,
        "dct:title": _in_languages(_title()),
        "dct:description": _in_languages(
            texts.in_every_language(
                lambda: _("All tables in one file, with their schemas and checksums.")
            )
        ),
        "dcat:distribution": [
            _distribution(address, "application/zip", changed_at),
            *(_release(one, base_url) for one in releases),
        ],
    }


def _release(release: Release, base_url: str) -> dict:
    made = datetime.datetime.combine(
        release.day, datetime.time(), timezone.get_default_timezone()
    )
    return _distribution(base_url + release.path, "application/zip", made) | {
        "dct:title": _in_languages(
            texts.in_every_language(
                lambda: _("Release of %(day)s") % {"day": release.day.isoformat()}
            )
        ),
        "dct:issued": _day(release.day),
        "dcat:byteSize": {
            "@value": str(release.size),
            "@type": "xsd:nonNegativeInteger",
        },
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": _typed(
                "http://spdx.org/rdf/terms#checksumAlgorithm_sha256",
                "spdx:ChecksumAlgorithm",
            ),
            "spdx:checksumValue": {
                "@value": release.sha256,
                "@type": "xsd:hexBinary",
            },
        },
    }


def _common(base_url: str, address: str, changed_at: datetime.datetime | None) -> dict:
    return _with_known(
        {
            "@id": address,
            "@type": "dcat:Dataset",
            "dct:publisher": {"@id": f"{base_url}/#ministry"},
            "dcat:contactPoint": _contact(base_url),
            "dct:language": _languages(),
            "dct:spatial": _morocco(),
            "dct:modified": _moment(changed_at),
            "dct:accessRights": _typed(
                f"{AUTHORITIES}/access-right/PUBLIC", "dct:RightsStatement"
            ),
            "dcat:theme": [
                _typed(
                    f"{AUTHORITIES}/data-theme/SOCI",
                    "http://www.w3.org/2004/02/skos/core#Concept",
                )
                | {
                    "http://www.w3.org/2004/02/skos/core#prefLabel": {
                        "@value": "Population and society",
                        "@language": "en",
                    }
                }
            ],
            "dcat:landingPage": _typed(
                address if address.endswith("/") else f"{base_url}/data/",
                "foaf:Document",
            ),
        }
    )


def _distribution(
    address: str, media_type: str, changed_at: datetime.datetime | None
) -> dict:
    described = {
        "@id": address,
        "@type": "dcat:Distribution",
        "dcat:accessURL": _typed(
            address, "http://www.w3.org/2000/01/rdf-schema#Resource"
        ),
        "dcat:downloadURL": _typed(
            address, "http://www.w3.org/2000/01/rdf-schema#Resource"
        ),
        "dcat:mediaType": _typed(f"{MEDIA_TYPES}/{media_type}", "dct:MediaType"),
        "dct:license": _typed(settings.LICENCE_URL, "dct:LicenseDocument"),
        "dct:modified": _moment(changed_at),
    }
    if file_type := FILE_TYPES.get(media_type):
        described["dct:format"] = _typed(
            f"{AUTHORITIES}/file-type/{file_type}", "dct:MediaTypeOrExtent"
        )
    return _with_known(described)


def _title() -> dict[str, str]:
    return texts.in_every_language(
        lambda: _("The record of the regional consultation meetings")
    )


def _contact(base_url: str) -> dict:
    contact = {
        "@id": f"{base_url}/#contact",
        "@type": "vcard:Kind",
        "vcard:fn": _in_languages(
            texts.in_every_language(
                lambda: _("Ministry of Solidarity, Social Integration and Family")
            )
        ),
    }
    if settings.CONTACT_EMAIL:
        contact["vcard:hasEmail"] = {"@id": f"mailto:{settings.CONTACT_EMAIL}"}
    else:
        contact["vcard:hasURL"] = {"@id": f"{base_url}/about/"}
    return contact


def _languages() -> list[dict]:
    return [
        _typed(f"{AUTHORITIES}/language/{code}", "dct:LinguisticSystem")
        for code in LANGUAGE_CODES.values()
    ]


def _morocco() -> dict:
    return _typed(f"{AUTHORITIES}/country/MAR", "dct:Location")


def _typed(address: str, kind: str) -> dict:
    return {"@id": address, "@type": kind}


def _in_languages(by_language: dict[str, str]) -> list[dict]:
    return [
        {"@value": text, "@language": language}
        for language, text in by_language.items()
    ]


def _moment(moment: datetime.datetime | None) -> dict | None:
    if moment is None:
        return None
    text = moment.astimezone(datetime.UTC).isoformat(timespec="seconds")
    return {"@value": text, "@type": "xsd:dateTime"}


def _day(day: datetime.date) -> dict:
    return {"@value": day.isoformat(), "@type": "xsd:date"}


def _with_known(described: dict) -> dict:
    return {key: value for key, value in described.items() if value is not None}
