"""What was typed in a form comes back after its sender, whose session was over, signs in.

A form of the administration holds a mark, signed, of the person it was made for. Sent
without a session, it is kept under a random key that only this browser has, in a cookie:
whatever steps signing in takes, the next time that person opens the same page with that
browser, it holds what was sent. Nothing of it is saved before they press the button anew.

Files are not kept, a browser sends them once; nor is what stands in a password's input.
"""

import datetime
import hashlib
import json
import secrets
from urllib.parse import urlsplit

from django.core import signing
from django.http import HttpResponseRedirect, QueryDict
from django.urls import reverse, translate_url
from django.utils import timezone

from accounts.models import KeptForm

COOKIE = "kept_form"
MARK = "_kept_for"
DISCARD = "_discard_kept"
LIFETIME = datetime.timedelta(days=1)
MARK_LIFETIME = datetime.timedelta(days=7)
# A long meeting takes some 200,000 characters.
LARGEST = 1_500_000
MOST_FORMS = 5  # of one person
LEFT_OUT = {"csrfmiddlewaretoken", MARK}

_signer = signing.TimestampSigner(salt="accounts.kept_forms")


def mark_of(user) -> str:
    return _signer.sign(str(user.pk))


def marked_for(data) -> int | None:
    """Return the key of the person whose mark a form holds, None where it holds none."""
    try:
        return int(_signer.unsign(data.get(MARK, ""), max_age=MARK_LIFETIME))
    except signing.BadSignature:
        return None


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _page(path: str) -> str:
    """Return the address of a page, the same in all languages."""
    return translate_url(path, "ar")


def _is_kept(name: str) -> bool:
    return name not in LEFT_OUT and "password" not in name


def keep(request) -> str | None:
    """Keep the form that was sent, and return the browser's key; None if it is not kept."""
    user_pk = marked_for(request.POST)
    if user_pk is None:
        return None
    entries = [
        [name, values] for name, values in request.POST.lists() if _is_kept(name)
    ]
    files = [file.name for _name, file in request.FILES.items()]
    content = json.dumps({"entries": entries, "files": files}, ensure_ascii=False)
    if len(content) > LARGEST:
        return None
    forget_old_ones()
    key = request.COOKIES.get(COOKIE) or secrets.token_urlsafe(32)
    KeptForm.objects.update_or_create(
        browser=_digest(key),
        user_id=user_pk,
        page=_page(request.path),
        defaults={"content": content, "kept_at": timezone.now()},
    )
    mine = KeptForm.objects.filter(user_id=user_pk).order_by("-kept_at", "-pk")
    surplus = list(mine.values_list("pk", flat=True)[MOST_FORMS:])
    KeptForm.objects.filter(pk__in=surplus).delete()
    return key


def forget_old_ones() -> None:
    KeptForm.objects.filter(kept_at__lte=timezone.now() - LIFETIME).delete()


def _of_this_page(request):
    return KeptForm.objects.filter(
        browser=_digest(request.COOKIES[COOKIE]),
        user_id=request.user.pk,
        page=_page(request.path),
        kept_at__gt=timezone.now() - LIFETIME,
    )


class Sent:
    """What was sent: ``sent``, to show the form with, and the names of its files."""

    def __init__(self, form: KeptForm):
        content = json.loads(form.content)
        self.kept_at = form.kept_at
        self.files = content["files"]
        self.sent = QueryDict(mutable=True)
        for name, values in content["entries"]:
            self.sent.setlist(name, values)


class KeptFormsMiddleware:
    """Keep forms that are sent without a session, and give them back.

    Stands after whatever decides who is signed in.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        is_of_staff = request.path_info.startswith(reverse("admin:index"))
        if not is_of_staff:
            return self.get_response(request)
        has_kept = COOKIE in request.COOKIES
        if request.method == "GET" and has_kept and request.user.is_staff:
            form = _of_this_page(request).first()
            request.kept_form = form and Sent(form)
        response = self.get_response(request)
        if request.method == "POST" and response.status_code == 302:
            if urlsplit(response.url).path == reverse("admin:login"):
                self._keep(request, response)
            elif has_kept and request.user.is_staff:
                # It was saved: what was kept of it is no longer wanted.
                _of_this_page(request).delete()
        return response

    def process_view(self, request, view, args, kwargs):
        """Throw away what is kept of a page where its sender says so."""
        # The check against foreign forms has passed by now.
        if (
            request.method == "POST"
            and DISCARD in request.POST
            and COOKIE in request.COOKIES
            and request.user.is_staff
        ):
            _of_this_page(request).delete()
            return HttpResponseRedirect(request.get_full_path())
        return None

    def process_template_response(self, request, response):
        context = response.context_data or {}
        # Of a page that can show them again, and says so by its drafts.
        if context.get("draft") and request.user.is_authenticated:
            context["kept_for"] = mark_of(request.user)
        is_sign_in = request.path == reverse("admin:login")
        if is_sign_in and COOKIE in request.COOKIES:
            context["keeps_a_form"] = KeptForm.objects.filter(
                browser=_digest(request.COOKIES[COOKIE]),
                kept_at__gt=timezone.now() - LIFETIME,
            ).exists()
        return response

    def _keep(self, request, response):
        if key := keep(request):
            response.set_cookie(
                COOKIE,
                key,
                max_age=LIFETIME,
                path="/",
                secure=request.is_secure(),
                httponly=True,
                samesite="Lax",
            )
