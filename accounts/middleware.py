"""Who is signed in: nobody whose session is over or lacks what is demanded."""

from functools import partial

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.utils.functional import SimpleLazyObject

from accounts.security_log import log_event
from accounts.sessions import reason_to_end, use


class SignedInMiddleware:
    """Take ``request.user`` away from a session that is over, when it is asked for.

    Stands after Django's authentication and django-otp's. Costs no query, and nothing at
    all where nobody asks who is there: public pages stay without a session.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.user = SimpleLazyObject(partial(_signed_in, request, request.user))
        return self.get_response(request)


def _signed_in(request, user):
    if not user.is_authenticated:
        return user
    reason = reason_to_end(request.session)
    if not reason and settings.SECOND_FACTOR_REQUIRED and not user.is_verified():
        reason = "second_factor"
    if reason:
        log_event("session_ended", user=user.pk, reason=reason)
        request.session.flush()
        nobody = AnonymousUser()
        nobody.otp_device, nobody.is_verified = None, lambda: False
        return nobody
    use(request.session)
    return user
