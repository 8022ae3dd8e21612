"""What every template may say about the portal itself."""

from django.conf import settings
from django.utils.functional import cached_property

from config.public_state import last_change


class Portal:
    """The portal as its pages state it; asks the database only for what is printed."""

    licence_name = property(lambda self: settings.LICENCE_NAME)
    licence_url = property(lambda self: settings.LICENCE_URL)
    contact_email = property(lambda self: settings.CONTACT_EMAIL)
    contact_address = property(lambda self: settings.CONTACT_ADDRESS)
    personal_data_declaration = property(
        lambda self: settings.PERSONAL_DATA_DECLARATION
    )

    @cached_property
    def data_changed_at(self):
        """When something public last changed, or None before anything was published."""
        return last_change()


def portal(request):
    """Give every template ``portal``, a Portal; no query unless its date is printed."""
    return {"portal": Portal()}
