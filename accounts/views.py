"""Signing in, step by step, and the page of one's own account."""

import django_otp
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth import REDIRECT_FIELD_NAME, update_session_auth_hash
from django.contrib.auth.views import LoginView, PasswordChangeView
from django.http import HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts import known_devices, second_factor, sign_in
from accounts.forms import (
    CodeForm,
    NewPasswordForm,
    OwnPasswordForm,
    SetUpForm,
    SignInForm,
)
from accounts.security_log import log_event
from accounts.throttle import give_back

STEP, PAGE = "accounts/step.html", "accounts/page.html"  # before and after signing in
signed_in = admin.site.admin_view
get_or_post = require_http_methods(["GET", "HEAD", "POST"])


class SignInView(LoginView):
    """The password, the first step; the form of the administration."""

    template_name = "accounts/sign_in.html"
    authentication_form = SignInForm

    def dispatch(self, request, *args, **kwargs):
        if request.method == "GET" and admin.site.has_permission(request):
            return HttpResponseRedirect(sign_in.wanted(request))
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form):
        give_back(self.request, {"username": form.cleaned_data["username"]})
        user = form.get_user()
        sign_in.begin(self.request, user)
        return sign_in.go_on(self.request, user)

    def get_context_data(self, **kwargs):
        return {
            **super().get_context_data(**kwargs),
            **admin.site.each_context(self.request),
            "title": _("Log in"),
            "app_path": self.request.get_full_path(),
            "username": self.request.user.get_username(),
            REDIRECT_FIELD_NAME: sign_in.wanted(self.request),
        }


@sign_in.step("accounts:code")
@get_or_post
def code(request, user):
    """The second step of those who have set an app up."""
    form = CodeForm(request.POST or None, request=request, user=user)
    if form.is_valid():
        sign_in.note(request, user, device=form.device)
        if second_factor.is_recovery(form.device):
            left = second_factor.recovery_codes_left(user)
            log_event("recovery_code_used", user=user.pk, left=left)
            messages.warning(request, _recovery_codes_left(left))
        return sign_in.go_on(request, user)
    return _page(request, "accounts/code.html", STEP, _("Second step"), form=form)


@sensitive_post_parameters()
@sign_in.step("accounts:new_password")
@get_or_post
def new_password(request, user):
    """The step of those whose password somebody else has chosen."""
    form = NewPasswordForm(user, request.POST or None)
    if form.is_valid():
        form.save()
        sign_in.note(request, user)
        log_event("password_changed", user=user.pk)
        return sign_in.go_on(request, user)
    title = _("Choose your own password")
    return _page(request, "accounts/new_password.html", STEP, title, form=form)


@sign_in.step("accounts:first_second_factor")
@get_or_post
def first_second_factor(request, user):
    """The last step where a second factor is demanded of somebody who has none."""
    form = SetUpForm(
        request.POST or None, request=request, user=user, asks_password=False
    )
    if not form.is_valid():
        return _set_up_page(request, STEP, form, user)
    sign_in.note(request, user, device=form.device)
    sign_in.finish(request, user)
    response = _new_codes(request, user, event="second_factor_set_up")
    known_devices.remember(request, response, user.get_username())
    return response


@method_decorator(signed_in, name="dispatch")
class OwnPasswordView(PasswordChangeView):
    """The page on which staff change their password; every other session ends."""

    form_class = OwnPasswordForm
    template_name = "accounts/own_password.html"
    success_url = reverse_lazy("accounts:account")

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "request": self.request}

    def form_valid(self, form):
        response = super().form_valid(form)
        log_event("password_changed", user=self.request.user.pk)
        text = _("Your password is changed, and your other sessions have ended.")
        messages.success(self.request, text)
        return response

    def get_context_data(self, **kwargs):
        return {
            **super().get_context_data(**kwargs),
            **admin.site.each_context(self.request),
            "title": _("Change password"),
            "layout": PAGE,
        }


@signed_in
@require_safe
def account(request):
    """What protects one's own account, and in which language one works."""
    return _page(
        request,
        "accounts/account.html",
        PAGE,
        _("My account"),
        has_app=second_factor.app_of(request.user) is not None,
        codes_left=second_factor.recovery_codes_left(request.user),
        is_demanded=settings.SECOND_FACTOR_REQUIRED,
    )


@sensitive_post_parameters()
@signed_in
@get_or_post
def set_up_second_factor(request):
    """An app for whoever is signed in, in place of the one there may be."""
    user = request.user
    form = SetUpForm(
        request.POST or None, request=request, user=user, asks_password=True
    )
    if not form.is_valid():
        return _set_up_page(request, PAGE, form, user)
    _stay(request, device=form.device)
    return _new_codes(request, user, event="second_factor_set_up")


@signed_in
@get_or_post
def new_recovery_codes(request):
    if second_factor.app_of(request.user) is None:
        return redirect("accounts:account")
    form = CodeForm(request.POST or None, request=request, user=request.user)
    if form.is_valid():
        return _new_codes(request, request.user, event="recovery_codes_made")
    title = _("New recovery codes")
    return _page(request, "accounts/new_codes.html", PAGE, title, form=form)


@signed_in
@get_or_post
def turn_off_second_factor(request):
    if settings.SECOND_FACTOR_REQUIRED or second_factor.app_of(request.user) is None:
        return redirect("accounts:account")
    form = CodeForm(request.POST or None, request=request, user=request.user)
    if form.is_valid():
        second_factor.remove(request.user)
        log_event("second_factor_removed", user=request.user.pk, by=request.user.pk)
        messages.success(request, _("You now sign in by your password alone."))
        return redirect("accounts:account")
    title = _("Turn the second step off")
    return _page(request, "accounts/turn_off.html", PAGE, title, form=form)


def _page(request, template: str, layout: str, title: str, **context):
    return render(
        request,
        template,
        {
            **admin.site.each_context(request),
            "title": title,
            "layout": layout,
            "next": sign_in.wanted(request),
            **context,
        },
    )


def _set_up_page(request, layout: str, form, user):
    return _page(
        request,
        "accounts/set_up.html",
        layout,
        _("Set the second step up"),
        form=form,
        invitation=second_factor.invite(user),
    )


def _new_codes(request, user, *, event: str):
    """Make recovery codes and show them, once for ever."""
    codes = second_factor.make_recovery_codes(user)
    log_event(event, user=user.pk)
    title = _("Your recovery codes")
    return _page(request, "accounts/recovery_codes.html", PAGE, title, codes=codes)


def _stay(request, *, device) -> None:
    """Go on in this session, which ``device`` vouches for from now on."""
    update_session_auth_hash(request, request.user)
    django_otp.login(request, device)


def _recovery_codes_left(left: int) -> str:
    return ngettext(
        "You have used a recovery code; %(left)d is left. Make new ones on the page of "
        "your account.",
        "You have used a recovery code; %(left)d are left. Make new ones on the page of "
        "your account.",
        left,
    ) % {"left": left}
