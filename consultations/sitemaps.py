"""Every public page, in three languages, each naming the other two."""

from django.contrib.sitemaps import Sitemap
from django.urls import reverse

from consultations.models import Meeting, PartnershipAgreement
from consultations.reports import category_reports, organisation_figures
from regions.models import Region
from stakeholders.models import Organisation


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
            "consultations:region_list",
            "consultations:participant_list",
            "consultations:about",
            "consultations:accessibility",
            "consultations:privacy",
        ]

    def location(self, item):
        return reverse(item)


class RegionSitemap(InThreeLanguages):
    def items(self):
        return Region.objects.only("slug")


class CategorySitemap(InThreeLanguages):
    def items(self):
        return [report.category for report in category_reports()]


class OrganisationSitemap(InThreeLanguages):
    def items(self):
        public = organisation_figures()
        organisations = Organisation.objects.only("pk").order_by("pk")
        return [one for one in organisations if one.pk in public]


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
    "participants": CategorySitemap,
    "organisations": OrganisationSitemap,
    "meetings": MeetingSitemap,
    "agreements": AgreementSitemap,
}
