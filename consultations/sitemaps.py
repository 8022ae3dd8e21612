"""Every public page, in three languages, each naming the other two."""

from django.contrib.sitemaps import Sitemap
from django.core.paginator import Paginator
from django.db.models import Max
from django.urls import reverse

from config.public_state import public_state
from consultations.exports import DATASETS
from consultations.models import Meeting, PartnershipAgreement
from consultations.reports import category_reports, organisation_figures
from regions.models import Region
from stakeholders.models import Organisation


class InThreeLanguages(Sitemap):
    i18n = True
    alternates = True
    x_default = True
    limit = 999  # addresses a file: each stands with its four alternates


class PageSitemap(InThreeLanguages):
    def items(self):
        return [
            "home",
            "consultations:meeting_list",
            "consultations:agreement_list",
            "consultations:follow_up",
            "consultations:region_list",
            "consultations:participant_list",
            "consultations:statistics",
            "consultations:report_attendance",
            "consultations:report_coverage",
            "consultations:report_agreements",
            "consultations:report_commitments",
            "consultations:data_index",
            "consultations:about",
            "consultations:accessibility",
            "consultations:privacy",
        ]

    def location(self, item):
        return reverse(item)


class DatasetSitemap(InThreeLanguages):
    def items(self):
        return list(DATASETS)

    def location(self, name):
        return reverse("consultations:dataset_detail", args=[name])


class RegionSitemap(InThreeLanguages):
    def items(self):
        return Region.objects.only("slug")


class CategorySitemap(InThreeLanguages):
    def items(self):
        return [one.category for one in category_reports() if one.is_shown]


class OrganisationSitemap(InThreeLanguages):
    def items(self):
        public = organisation_figures()
        organisations = Organisation.objects.only("pk").order_by("pk")
        return [one for one in organisations if one.pk in public]


class InEachLanguage:
    """Records, once for each language; only those of the part asked for are read."""

    def __init__(self, records, languages):
        self.records = records
        self.languages = languages

    def __len__(self):
        return self.records.count() * len(self.languages)

    def __getitem__(self, part: slice):
        each = len(self.languages)
        records = self.records[part.start // each : -(-part.stop // each)]
        pairs = [
            (record, language) for record in records for language in self.languages
        ]
        start = part.start % each
        return pairs[start : start + part.stop - part.start]


class RecordSitemap(InThreeLanguages):
    @property
    def paginator(self):
        """Return the pages of addresses; Django's own reads every record for each."""
        return Paginator(InEachLanguage(self.items(), self._languages()), self.limit)

    def lastmod(self, record):
        return max(filter(None, (record.updated_at, record.publish_at)))

    def get_latest_lastmod(self):
        """Return the date for the index of sitemaps; Django's own reads every record."""
        latest = self.items().aggregate(latest=Max("updated_at"))["latest"]
        # What became public by itself was saved before.
        return latest and max(latest, public_state().moment)


class MeetingSitemap(RecordSitemap):
    def items(self):
        return (
            Meeting.objects.published()
            .only("slug", "updated_at", "publish_at")
            .order_by("pk")
        )


class AgreementSitemap(RecordSitemap):
    def items(self):
        published = PartnershipAgreement.objects.published()
        return published.only("reference", "updated_at", "publish_at").order_by("pk")


SITEMAPS = {
    "pages": PageSitemap,
    "datasets": DatasetSitemap,
    "regions": RegionSitemap,
    "participants": CategorySitemap,
    "organisations": OrganisationSitemap,
    "meetings": MeetingSitemap,
    "agreements": AgreementSitemap,
}
