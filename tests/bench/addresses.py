"""The addresses to measure in a database of generated rows, as JSON by page type.

A page type with many pages is given by many of them, drawn with a seed.
"""

import json
import os
import random

import django

SAMPLE = 400
COMMON, RARE = "الطفولة", "({number})"


def addresses() -> dict[str, list[str]]:
    from consultations.models import Meeting, PartnershipAgreement
    from consultations.views.record import FilteredListView
    from regions.models import Region
    from stakeholders.models import Organisation, ParticipantCategory

    pick = random.Random(2022)

    def sample(values):
        values = list(values)
        return pick.sample(values, min(SAMPLE, len(values)))

    meetings = Meeting.objects.published().order_by("pk")
    agreements = PartnershipAgreement.objects.published().order_by("pk")
    slugs = sample(meetings.values_list("slug", flat=True))
    references = sample(agreements.values_list("reference", flat=True))
    regions = list(Region.objects.values_list("slug", flat=True))
    size = FilteredListView.paginate_by
    last_meetings = max(1, -(-meetings.count() // size))
    last_agreements = max(1, -(-agreements.count() // size))
    # The number stands in the title, and nowhere else but for chance.
    numbers = [slug.rsplit("-g", 1)[1] for slug in slugs]
    return {
        "home": ["/"],
        "meetings, first page": ["/meetings/"],
        "meetings, middle page": [f"/meetings/?page={max(2, last_meetings // 2)}"],
        "meetings, last page": [f"/meetings/?page={last_meetings}"],
        "meetings, filtered": [
            f"/meetings/?region={slug}&year={year}"
            for slug in regions
            for year in range(2014, 2025)
        ],
        "meetings, common word": [f"/meetings/?q={COMMON}"],
        "meetings, rare word": [
            f"/meetings/?q={RARE.format(number=number)}" for number in numbers
        ],
        "meeting": [f"/meetings/{slug}/" for slug in slugs],
        "agreements, first page": ["/agreements/"],
        "agreements, middle page": [
            f"/agreements/?page={max(2, last_agreements // 2)}"
        ],
        "agreements, last page": [f"/agreements/?page={last_agreements}"],
        "agreements, filtered": [
            f"/agreements/?region={slug}&status={status}"
            for slug in regions
            for status in ("signed", "proposed")
        ],
        "agreement": [f"/agreements/{reference}/" for reference in references],
        "regions": ["/regions/"],
        "region": [f"/regions/{slug}/" for slug in regions],
        "participants": ["/participants/"],
        "participant": [
            f"/participants/{code}/"
            for code in ParticipantCategory.objects.values_list("code", flat=True)
        ],
        "organisation": [
            f"/organisations/{pk}/"
            for pk in sample(Organisation.objects.values_list("pk", flat=True))
        ],
        "follow-up": ["/follow-up/"],
        "follow-up, filtered": [f"/follow-up/?region={slug}" for slug in regions],
        "search, common word": [f"/search/?q={COMMON}"],
        "search, rare word": [
            f"/search/?q={RARE.format(number=number)}" for number in numbers
        ],
        "about": ["/about/"],
        "accessibility": ["/accessibility/"],
        "privacy": ["/privacy/"],
    }


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings_test")
    django.setup()
    print(json.dumps(addresses()))
