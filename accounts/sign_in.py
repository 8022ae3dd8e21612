"""The steps of signing in. Nobody is signed in before the last of them is done.

Between the steps the session holds whose password was right, for some minutes. The page
that was wanted goes along as ``next``, through every step.
"""

from functools import wraps
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME, get_user_model, login
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django_otp.models import Device

from accounts import known_devices, second_factor

UNDER_WAY = "signing_in"
LONGEST = 15 * 60  # seconds from the password to the last step


def begin(request, user) -> None:
    """Note that the password of ``user`` was right; sign nobody in yet."""
    request.session.cycle_key()
    request.session[UNDER_WAY] = {
        "user": user.pk,
        "backend": user.backend,
        "at": timezone.now().timestamp(),
        "hash": user.get_session_auth_hash(),
        "device": None,
    }


def person(request):
    """Return who is signing in, or None: nobody, too long ago, or no longer allowed."""
    facts = request.session.get(UNDER_WAY)
    if not facts or timezone.now().timestamp() - facts["at"] > LONGEST:
        return None
    user = get_user_model().objects.filter(pk=facts["user"], is_active=True).first()
    if user and constant_time_compare(facts["hash"], user.get_session_auth_hash()):
        return user
    return None


def note(request, user, *, device: Device | None = None) -> None:
    """Note what a step has changed: the device that was shown, or the password."""
    facts = request.session[UNDER_WAY]
    facts["hash"] = user.get_session_auth_hash()
    if device is not None:
        facts["device"] = device.persistent_id
    request.session.modified = True


def go_on(request, user) -> HttpResponseRedirect:
    """Lead to the step that is missing, or sign ``user`` in and lead to what was wanted."""
    if step := _missing_step(request, user):
        query = urlencode({REDIRECT_FIELD_NAME: wanted(request)})
        return HttpResponseRedirect(f"{reverse(step)}?{query}")
    finish(request, user)
    response = HttpResponseRedirect(wanted(request))
    known_devices.remember(request, response, user.get_username())
    return response


def finish(request, user) -> None:
    """Sign ``user`` in, who has done every step."""
    facts = request.session.pop(UNDER_WAY)
    if facts["device"]:
        user.otp_device = Device.from_persistent_id(facts["device"])
    login(request, user, backend=facts["backend"])


def wanted(request) -> str:
    """Return the page of the portal to lead to in the end."""
    target = request.POST.get(
        REDIRECT_FIELD_NAME, request.GET.get(REDIRECT_FIELD_NAME, "")
    )
    is_ours = url_has_allowed_host_and_scheme(
        target,
        allowed_hosts={request.get_host()},
        require_https=request.is_secure(),
    )
    return target if is_ours else reverse("admin:index")


def step(name: str):
    """Decorate a view of the step ``name``; it gets who is signing in.

    Whoever comes to another step than the one that is missing is led to that.
    """

    def decorate(view):
        @never_cache
        @wraps(view)
        def shown(request):
            user = person(request)
            if user is None:
                query = urlencode({REDIRECT_FIELD_NAME: wanted(request)})
                return HttpResponseRedirect(f"{reverse('admin:login')}?{query}")
            if _missing_step(request, user) != name:
                return go_on(request, user)
            return view(request, user)

        return shown

    return decorate


def _missing_step(request, user) -> str:
    has_app = second_factor.app_of(user) is not None
    if has_app and not request.session[UNDER_WAY]["device"]:
        return "accounts:code"
    if user.must_change_password:
        return "accounts:new_password"
    if settings.SECOND_FACTOR_REQUIRED and not has_app:
        return "accounts:first_second_factor"
    return ""
