from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsultationsConfig(AppConfig):
    name = "consultations"
    verbose_name = _("Consultations")

    def ready(self):
        # Models can be imported from here on, not before.
        from config.changes import follow_changes
        from config.public_state import turns_with
        from consultations.models import Meeting, PartnershipAgreement
        from consultations.search import refresh_records_naming

        follow_changes(refresh_records_naming)
        for record in (Meeting, PartnershipAgreement):
            turns_with(record, "publish_at")
