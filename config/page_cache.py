"""Whole public pages, kept for as long as the public record stays as it is.

The key of a page is the state of the public record, the fingerprint of the code and the
address, which names the language: a change of either makes another key, so that nothing
is ever thrown away and nothing old is ever shown. The same key is the page's ETag.
"""

import gzip
import hashlib
import logging
import re
from contextlib import contextmanager
from functools import cache, lru_cache
from threading import Lock
from typing import NamedTuple

import brotli
from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.request import split_domain_port
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_cache_control
from django.utils.http import parse_etags

from config.fingerprint import code_fingerprint
from config.public_state import public_state

logger = logging.getLogger(__name__)

# The encodings that pages are kept in, the smallest first; "" is none.
COMPRESSIONS = {
    "br": lambda content: brotli.compress(content, quality=5),
    "gzip": lambda content: gzip.compress(content, compresslevel=6, mtime=0),
    "": lambda content: content,
}
# What a page may vary by: its language is in its address, a reader's own is not kept.
HARMLESS_VARIATIONS = {"accept-encoding", "accept-language", "cookie"}
LARGEST = 256 * 1024  # bytes as sent; a longer page is made for each reader
TURNS = 64
LONGEST_TURN = 10  # seconds


class KeptPage(NamedTuple):
    """An answer as it is sent; plain values, so that any cache can hold it."""

    headers: dict[str, str]
    content: bytes

    def answer(self, request: HttpRequest) -> HttpResponse:
        """Return the page, or that the reader has it already."""
        etag = self.headers["ETag"]
        if request.META.get("HTTP_IF_NONE_MATCH") == "*" or _has_it(request, etag):
            return _not_modified(etag)
        is_head = request.method == "HEAD"
        return HttpResponse(
            b"" if is_head else self.content,
            headers={**self.headers, "Content-Length": str(len(self.content))},
        )


class PageCacheMiddleware:
    """Answer readers without a session from the cache; keep what may be kept.

    Stands inside the compression of other answers and outside of all that would read a
    session, a language or the database. A page without a query is kept unless its view
    sends Cache-Control; one with a query only where the view vouches for the address
    with ``response.is_cacheable_address = True``: the query holds nothing but valid
    values, written in the one way in which the portal's own links write them.
    """

    def __init__(self, get_response):
        self.get_response = get_response
        self.turns = [Lock() for _number in range(TURNS)]

    def __call__(self, request):
        if not settings.KEEP_PUBLIC_PAGES or not _is_page(request):
            return self.get_response(request)
        if _has_a_reader_of_its_own(request):
            return _for_one_reader(self.get_response(request))
        if not is_own_host(request):
            return self.get_response(request)
        key = page_key(request)
        etag = f'W/"{key}"'
        if _has_it(request, etag):
            return _not_modified(etag)
        encoding = accepted_encoding(request.META.get("HTTP_ACCEPT_ENCODING", ""))
        name = f"{key}.{encoding}"
        if page := _find(name):
            return page.answer(request)
        with self._turn(name):
            if page := _find(name):
                return page.answer(request)
            response = self.get_response(request)
            if not _may_be_kept(request, response):
                return response
            page = _as_page(response, etag, encoding)
            if request.method == "GET" and len(page.content) <= LARGEST:
                _keep(name, page)
        return page.answer(request)

    @contextmanager
    def _turn(self, name: str):
        """Let one thread make a page that several ask for; the others then find it."""
        turn = self.turns[hash(name) % TURNS]
        is_mine = turn.acquire(timeout=LONGEST_TURN)
        try:
            yield
        finally:
            if is_mine:
                turn.release()


def page_key(request: HttpRequest) -> str:
    """Return what makes a page what it is, as one word: one query."""
    parts = (
        tuple(public_state()),
        code_fingerprint(),
        request.scheme,
        request.get_host(),
        request.path,
        request.META.get("QUERY_STRING", ""),
    )
    return hashlib.blake2b(repr(parts).encode(), digest_size=20).hexdigest()


@lru_cache(maxsize=256)
def accepted_encoding(header: str) -> str:
    """Return the best of the encodings of pages that an Accept-Encoding allows."""
    accepted = set()
    for part in header.lower().split(","):
        coding, _semicolon, weight = part.partition(";")
        if not re.fullmatch(r"\s*q\s*=\s*0(\.0*)?\s*", weight):
            accepted.add(coding.strip())
    return next(coding for coding in COMPRESSIONS if coding in accepted or not coding)


def _is_page(request: HttpRequest) -> bool:
    """Whether this may be a public page: their addresses end in a slash."""
    path = request.path
    return (
        request.method in ("GET", "HEAD")
        and path.endswith("/")
        and not path.startswith(_staff_addresses())
    )


@cache
def _staff_addresses() -> tuple[str, ...]:
    addresses = []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            addresses.append(reverse("admin:index"))
    return tuple(addresses)


def _has_a_reader_of_its_own(request: HttpRequest) -> bool:
    """Whether a session, or a message to be shown once, makes the page one reader's."""
    return not request.COOKIES.keys().isdisjoint(
        (settings.SESSION_COOKIE_NAME, "messages")
    )


def is_own_host(request: HttpRequest) -> bool:
    """Whether pages name the portal by this host; a visitor may write any port.

    Raise DisallowedHost for a host that is none of the portal's.
    """
    host = request.get_host()
    domain, port = split_domain_port(host)
    if host != host.lower() or domain not in settings.ALLOWED_HOSTS:
        return False
    return (
        not port
        or port == request.META.get("SERVER_PORT")
        or f"{request.scheme}://{host}" in settings.CSRF_TRUSTED_ORIGINS
    )


def _has_it(request: HttpRequest, etag: str) -> bool:
    """Whether If-None-Match names ``etag``; compared as weak ones, which all here are."""
    header = request.META.get("HTTP_IF_NONE_MATCH", "")
    return bool(header) and any(
        given.removeprefix("W/") == etag.removeprefix("W/")
        for given in parse_etags(header)
    )


def _not_modified(etag: str) -> HttpResponse:
    return HttpResponseNotModified(headers={"ETag": etag, **_CACHE_HEADERS})


# Asked again every time: a page may be withdrawn at any moment.
_CACHE_HEADERS = {"Cache-Control": "no-cache", "Vary": "Accept-Encoding, Cookie"}


def _for_one_reader(response: HttpResponse) -> HttpResponse:
    """Keep what a session saw out of caches that several readers share."""
    if not response.has_header("Cache-Control"):
        patch_cache_control(response, private=True, no_cache=True)
    return response


def _may_be_kept(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether ``response`` is a whole public page, the same for everybody."""
    varies_by = {
        name.strip().lower()
        for name in response.get("Vary", "").split(",")
        if name.strip()
    }
    return (
        response.status_code == 200
        and not response.streaming
        and bool(response.content)
        and response.get("Content-Type", "").startswith("text/html")
        and not response.cookies
        and not response.has_header("Content-Encoding")
        and not response.has_header("Cache-Control")
        and varies_by <= HARMLESS_VARIATIONS
        and not getattr(request, "_csp_nonce", None)
        and (
            not request.META.get("QUERY_STRING")
            or getattr(response, "is_cacheable_address", False)
        )
    )


def _as_page(response: HttpResponse, etag: str, encoding: str) -> KeptPage:
    # Without the padding of other answers: a page that is the same for everybody holds
    # no secret whose length could be told (BREACH).
    content = COMPRESSIONS[encoding](response.content)
    headers = dict(response.items()) | {"ETag": etag} | _CACHE_HEADERS
    if encoding:
        headers["Content-Encoding"] = encoding
    return KeptPage(headers, content)


def _find(name: str) -> KeptPage | None:
    # A cache that is away costs time, never a page.
    try:
        kept = caches["pages"].get(name)
    except Exception as error:
        logger.warning("The cache of pages does not answer: %r", error)
        return None
    return KeptPage(*kept) if kept else None


def _keep(name: str, page: KeptPage) -> None:
    try:
        caches["pages"].set(name, tuple(page))
    except Exception as error:
        logger.warning("The cache of pages does not take a page: %r", error)
