"""What a record rests on: numbered sources, discrepancies, documents, corrections."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch

from consultations.dates import date_in_words
from consultations.models import (
    Correction,
    Discrepancy,
    Document,
    Meeting,
    PartnershipAgreement,
    Source,
)

# What the ministry says of itself comes before what others say of it.
KIND_ORDER = {
    Source.Kind.OFFICIAL_REPORT: 0,
    Source.Kind.PRESS_REPORT: 1,
    Source.Kind.ANNOUNCEMENT: 2,
}


@dataclass(frozen=True)
class Evidence:
    """Sources in the order of their numbers, and what else a page shows at its end."""

    sources: list[Source]
    discrepancies: list[Discrepancy]
    documents: list[Document]
    corrections: list[Correction]

    @property
    def disputed(self) -> dict[str, list[Discrepancy]]:
        """The discrepancies by what they are about, to be named beside that fact."""
        found: dict[str, list[Discrepancy]] = {}
        for discrepancy in self.discrepancies:
            found.setdefault(discrepancy.matter, []).append(discrepancy)
        return found

    def mark(self, *groups: Iterable) -> None:
        """Give each part that rests on one of the sources its ``source_number``."""
        numbers = {source.pk: source.number for source in self.sources}
        for group in groups:
            for part in group:
                part.source_number = numbers.get(part.source_id)


def evidence_parts() -> list[Prefetch]:
    """Return what to prefetch for ``evidence_of``: one query each."""
    return [
        Prefetch("sources", Source.objects.all()),
        Prefetch("discrepancies", Discrepancy.objects.all()),
        Prefetch("documents", Document.objects.filter(is_public=True)),
        Prefetch("corrections", Correction.objects.all()),
    ]


def _web_address(url: str) -> str:
    """Return an address that a page may link to: of the web, nothing else."""
    return url if url.startswith(("https://", "http://")) else ""


def evidence_of(record: Meeting | PartnershipAgreement) -> Evidence:
    """Return the evidence of a record whose ``evidence_parts`` are prefetched."""
    sources = sorted(
        record.sources.all(),
        key=lambda source: KIND_ORDER.get(source.kind, len(KIND_ORDER)),
    )
    for number, source in enumerate(sources, start=1):
        source.number = number
        source.link = _web_address(source.url)
        source.date_text = date_in_words(source.published_on, source.date_precision)
    documents = list(record.documents.all())
    for document in documents:
        document.link = _web_address(document.url)
    discrepancies = list(record.discrepancies.all())
    for number, discrepancy in enumerate(discrepancies, start=1):
        discrepancy.number = number
    return Evidence(sources, discrepancies, documents, list(record.corrections.all()))
