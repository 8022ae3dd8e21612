"""Which rows a member of staff may act on."""

from consultations.models import Commitment, Meeting, PartnershipAgreement

REGIONS = {
    Meeting: "region__in",
    Commitment: "meeting__region__in",
    PartnershipAgreement: "regions__in",
}


def within_reach(user, action: str, queryset):
    """Return the rows of ``queryset`` that ``user`` may do ``action`` with.

    Those of their own regions; all of them for who has none, or may do everything.
    """
    if not (user.is_active and user.is_staff):
        return queryset.none()
    regions = [] if user.is_superuser else list(user.regions.all())
    if not regions:
        return queryset
    model = queryset.model
    own = model.objects.filter(**{REGIONS[model]: regions}).order_by()
    return queryset.filter(pk__in=own.values("pk"))
