"""Every public page, in three languages, each naming the other two."""

from django.contrib.sitemaps import Sitemap
from django.urls import reverse

from consultations.models import Meeting, PartnershipAgreement
from regions.models import Region


class InThreeLanguages(Sitemap):
    i18n = True
    alternates = True
    x_default = True
    limit = 5000  # addresses a file: each stands with its four alternates


class PageSitemap(InThreeLanguages):
    def items(self):
        return [
            "home",
            "consultations:meeting_list",
            "consultations:agreement_list",
            "consultations:follow_up",
            "consultations:region_list",
            "consultations:about",
        ]

    def location(self, item):
        return reverse(item)


class RegionSitemap(InThreeLanguages):
    def items(self):
        return Region.objects.only("slug")


class RecordSitemap(InThreeLanguages):
    def lastmod(self, record):
        return record.updated_at


class MeetingSitemap(RecordSitemap):
    def items(self):
        return Meeting.objects.published().only("slug", "updated_at").order_by("pk")


class AgreementSitemap(RecordSitemap):
    def items(self):
        published = PartnershipAgreement.objects.published()
        return published.only("reference", "updated_at").order_by("pk")


SITEMAPS = {
    "pages": PageSitemap,
    "regions": RegionSitemap,
    "meetings": MeetingSitemap,
    "agreements": AgreementSitemap,
}
