"""How many wrong tries a sign-in has, and how long it then pauses.

django-axes keeps the counts in the database, for all processes and machines. What is
counted, and when, is said here: docs/decisions/0024 has the reasons.

* A try is counted before the password is compared and given back where it was right:
  of a thousand tries at once no more than ``SIGN_IN_TRIES`` reach a password.
* From a browser in which the account was opened before, tries are counted by account
  and browser; from any other, by account and by address.
* During a pause nothing is counted, so that it ends, whoever goes on trying.
"""

import math
from collections.abc import Callable
from datetime import timedelta
from ipaddress import IPv6Address, ip_address
from typing import Any

from axes.backends import AxesStandaloneBackend
from axes.handlers.database import AxesDatabaseHandler
from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_client_username, get_failure_limit
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import F
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.known_devices import device_of
from accounts.security_log import log_event
from accounts.sessions import begin

LONGEST_NAME = 150  # of a user name; a longer one is nobody's


class ThrottledSignIn(AxesStandaloneBackend):
    """Refuses a try during a pause. Code that signs in without a request is not asked."""

    def authenticate(self, request, username=None, password=None, **kwargs):
        if request is not None:
            super().authenticate(request, username, password, **kwargs)


class SignInThrottle(AxesDatabaseHandler):
    """The counts of django-axes, taken before the try; ends and begins sessions' logs."""

    def is_allowed(self, request, credentials=None) -> bool:
        self.clean_expired_user_attempts(request, credentials)
        request.axes_user_agent = device_of(
            request, get_client_username(request, credentials)
        )
        if not self.is_locked(request, credentials):
            self._count(request, credentials)
            most = get_failure_limit(request, credentials)
            if self.get_failures(request, credentials) <= most:
                return True
            give_back(request, credentials)
        request.axes_locked_out = True
        return False

    def user_login_failed(self, sender, credentials, request=None, **kwargs):
        if request is None:
            return
        username = get_client_username(request, credentials)
        user = (
            get_user_model()
            .objects.filter(username=username)
            .values_list("pk", flat=True)
            .first()
        )
        is_paused = request.axes_locked_out
        if not is_paused:
            event = kwargs.get("event", "sign_in_refused")
            log_event(event, user=user, source=request.axes_ip_address)
            is_paused = self.is_locked(request, credentials)
        if is_paused:
            request.axes_locked_out = True
            request.axes_credentials = credentials
            log_event("sign_in_paused", user=user, source=request.axes_ip_address)

    def user_logged_in(self, sender, request, user, **kwargs):
        self.clean_expired_user_attempts(request)
        own_tries(request, user.get_username()).delete()
        begin(request.session)
        device = getattr(user, "otp_device", None)
        log_event(
            "signed_in",
            user=user.pk,
            source=request.axes_ip_address,
            second_factor=device is not None,
        )

    def user_logged_out(self, sender, request, user, **kwargs):
        if user:
            log_event("signed_out", user=user.pk, source=request.axes_ip_address)

    def _count(self, request, credentials) -> None:
        with transaction.atomic():
            attempt, is_new = AccessAttempt.objects.select_for_update().get_or_create(
                username=get_client_username(request, credentials),
                ip_address=request.axes_ip_address,
                user_agent=request.axes_user_agent,
                defaults={"failures_since_start": 1},
            )
            if not is_new:
                attempt.failures_since_start = F("failures_since_start") + 1
                attempt.attempt_time = request.axes_attempt_time
                attempt.save(update_fields=["failures_since_start", "attempt_time"])


def attempt(request, username: str, check: Callable[[], Any], *, event: str) -> Any:
    """Return what ``check`` finds, a try of ``username`` that counts unless it is right.

    None is a wrong try, logged as ``event``, or a pause, which then answers the request
    in place of its page.
    """
    credentials = {"username": username}
    found = AxesProxyHandler.is_allowed(request, credentials) and check()
    if found:
        give_back(request, credentials)
        return found
    refuse(request, username, event=event)
    return None


def refuse(request, username: str, *, event: str = "sign_in_refused") -> None:
    """Leave a try counted that was wrong; the last one of all begins the pause."""
    AxesProxyHandler.user_login_failed(
        __name__, {"username": username}, request, event=event
    )


def give_back(request, credentials) -> None:
    """Take one try off the count that it was added to: it was right, or it was none."""
    own_tries(request, get_client_username(request, credentials)).filter(
        ip_address=request.axes_ip_address, failures_since_start__gt=0
    ).update(failures_since_start=F("failures_since_start") - 1)


def own_tries(request, username: str):
    """Return the counts of this browser, or address, at ``username``; no other's."""
    AxesProxyHandler.update_request(request)
    device = device_of(request, username)
    rows = AccessAttempt.objects.filter(username=username, user_agent=device)
    return rows if device else rows.filter(ip_address=request.axes_ip_address)


def counted_by(request, credentials) -> list:
    """Return the columns whose sums are held to the limit, as django-axes asks."""
    by_account = ["username", "user_agent"]
    if request.axes_user_agent:
        return [by_account]
    return [by_account, ["ip_address", "user_agent"]]


def typed_name(request, credentials) -> str:
    """Return the account that is tried, never longer than the column that counts it."""
    given = credentials or request.POST
    return (given.get("username") or "")[:LONGEST_NAME]


def client_address(request) -> str | None:
    """Return where a request comes from, as far as the portal's own proxies vouch for it.

    Each proxy adds the address that it was asked from at the end of X-Forwarded-For:
    what stands before those of ``TRUSTED_PROXIES`` was written by anybody. Addresses of
    IPv6 count by their network, of which a visitor has a whole one.
    """
    asked_from = request.META.get("REMOTE_ADDR") or None
    if settings.TRUSTED_PROXIES:
        passed_on = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        if len(passed_on) >= settings.TRUSTED_PROXIES:
            asked_from = passed_on[-settings.TRUSTED_PROXIES].strip() or asked_from
    try:
        address = ip_address(asked_from or "")
    except ValueError:
        return None
    if address.version == 6:
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(IPv6Address(int(address) >> 64 << 64))
    return str(address)


def seconds_of_pause(request, credentials) -> int:
    """Return after how many seconds the next try is taken; at least one."""
    throttle = AxesProxyHandler.get_implementation()
    most = get_failure_limit(request, credentials)
    pause = timedelta(minutes=settings.SIGN_IN_PAUSE_MINUTES)
    ends = []
    for attempts in throttle.get_user_attempts(request, credentials):
        rows = list(
            attempts.order_by("attempt_time").values_list(
                "failures_since_start", "attempt_time"
            )
        )
        left = sum(count for count, _at in rows)
        for count, at in rows:
            if left < most:
                break
            left -= count
            ends.append(at + pause)
    seconds = (max(ends, default=timezone.now()) - timezone.now()).total_seconds()
    return max(1, math.ceil(seconds))


def paused_answer(request, response=None, credentials=None):
    """Answer 429: how long to wait, the same for any account, existing or not."""
    seconds = seconds_of_pause(request, credentials)
    answer = render(
        request,
        "accounts/paused.html",
        {
            **admin.site.each_context(request),
            "title": _("Too many wrong tries"),
            "minutes": math.ceil(seconds / 60),
        },
        status=429,
    )
    answer.headers["Retry-After"] = str(seconds)
    answer.headers["Cache-Control"] = "no-store, private"
    return answer
