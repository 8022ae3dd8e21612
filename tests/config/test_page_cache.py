import datetime
import gzip
from threading import Barrier, Thread

import brotli
import pytest
from django.core.cache import caches
from django.core.cache.backends.base import BaseCache
from django.db.models import F
from django.http import HttpResponse, StreamingHttpResponse

from config.models import DataVersion
from config.page_cache import PageCacheMiddleware, accepted_encoding
from consultations import services
from tests.factories.consultations import MeetingFactory, SourceFactory
from tests.factories.regions import RegionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kept(settings):
    """What is kept, by name; nothing at first."""
    settings.KEEP_PUBLIC_PAGES = True
    pages = caches["pages"]
    pages.clear()
    yield pages._cache
    pages.clear()


@pytest.fixture
def page():
    """A view of one page that counts how often it is made, behind the cache."""

    def view(request):
        view.made += 1
        view.seen.append(request)
        return view.answer()

    view.made = 0
    view.seen = []
    view.answer = lambda: HttpResponse(f"<p>{view.made}</p>")
    return view


@pytest.fixture
def ask(rf, page):
    """Ask for the page as a reader without a session, and return the answer."""
    middleware = PageCacheMiddleware(page)

    def ask(path="/about/", method="get", cookies=None, **extra):
        request = getattr(rf, method)(path, **extra)
        request.COOKIES = cookies or {}
        return middleware(request)

    return ask


# What is shown at once


def test_page_is_made_once_and_sent_again_with_one_query(
    client, django_assert_num_queries
):
    MeetingFactory(title_ar="لقاء وجدة")
    first = client.get("/meetings/")

    with django_assert_num_queries(1):
        again = client.get("/meetings/")

    assert "لقاء وجدة" in first.content.decode()
    assert again.content == first.content
    assert again.headers == first.headers


def test_publication_and_withdrawal_are_seen_at_once(client, staff):
    meeting = MeetingFactory(draft=True, title_ar="لقاء وجدة")
    SourceFactory(meeting=meeting)
    address = f"/meetings/{meeting.slug}/"
    shown = []

    def look():
        page = client.get(address)
        shown.append(
            (
                page.status_code,
                "لقاء وجدة" in client.get("/meetings/").content.decode(),
                "لقاء وجدة" in client.get("/").content.decode(),
            )
        )

    look()
    services.publish(meeting, by=staff)
    look()
    look()
    services.withdraw(meeting, by=staff, reason="خطأ في المصدر")
    look()

    assert shown == [
        (404, False, False),
        (200, True, True),
        (200, True, True),
        (410, False, False),
    ]


def test_change_by_another_process_is_seen_at_once(ask, page):
    DataVersion.raise_by_one()
    before = [ask().content, ask().content]

    DataVersion.objects.update(number=F("number") + 1)

    assert before == [b"<p>1</p>", b"<p>1</p>"]
    assert ask().content == b"<p>2</p>"


def test_page_is_made_anew_on_the_next_day(ask, page, monkeypatch):
    ask()

    monkeypatch.setattr(
        "config.public_state.timezone.localdate", lambda: datetime.date(2031, 1, 1)
    )

    assert ask().content == b"<p>2</p>"


def test_page_of_other_code_is_not_shown(ask, page, monkeypatch):
    ask()

    monkeypatch.setattr("config.page_cache.code_fingerprint", lambda: "other")

    assert ask().content == b"<p>2</p>"


# One entry for what is one page


def test_languages_are_kept_apart(client):
    for prefix in ("", "/fr", "/en"):
        first, again = client.get(f"{prefix}/about/"), client.get(f"{prefix}/about/")

        language = prefix[1:] or "ar"
        assert again["Content-Language"] == language
        assert f'<html lang="{language}"' in again.content.decode()
        assert again.content == first.content


def test_each_encoding_is_sent_as_asked_for(ask, page):
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}
    bodies = []
    for header, coding in (
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("", None),
        ("br", "br"),
    ):
        answer = ask(headers={"accept-encoding": header})

        assert answer.get("Content-Encoding") == coding
        assert answer["Content-Length"] == str(len(answer.content))
        assert answer["Vary"] == "Accept-Encoding, Cookie"
        bodies.append(unpack[coding](answer.content))

    assert bodies == [b"<p>1</p>", b"<p>2</p>", b"<p>3</p>", b"<p>1</p>"]


@pytest.mark.parametrize(
    ("header", "encoding"),
    [
        ("", ""),
        ("identity", ""),
        ("gzip;q=0", ""),
        ("br;q=0.0, gzip;q=0.5", "gzip"),
        ("GZIP, BR", "br"),
        ("brotli, xgzip", ""),
        (";q=1,,", ""),
    ],
)
def test_encoding_follows_what_the_reader_accepts(header, encoding):
    assert accepted_encoding(header) == encoding


def test_kept_page_is_not_compressed_twice(client):
    headers = {"accept-encoding": "gzip"}
    plain = client.get("/about/").content

    for _time in range(2):
        answer = client.get("/about/", headers=headers)
        assert gzip.decompress(answer.content) == plain


def test_hosts_are_kept_apart_and_made_up_ports_not_at_all(ask, page, kept, settings):
    settings.ALLOWED_HOSTS = ["testserver", "portal.example.org", ".example.net"]
    settings.CSRF_TRUSTED_ORIGINS = ["http://testserver:8443"]

    for host in ("testserver", "portal.example.org", "testserver:8443"):
        ask(headers={"host": host})
    assert len(kept) == 3

    for host in ("testserver:81", "TESTSERVER", "x1.example.net", "testserver:9"):
        ask(headers={"host": host})
    assert len(kept) == 3
    assert page.made == 7


def test_unknown_host_is_refused(client, kept):
    client.get("/about/")

    assert client.get("/about/", headers={"host": "evil.example"}).status_code == 400
    assert len(kept) == 1


# What is never kept


@pytest.mark.parametrize("cookie", ["sessionid", "messages"])
def test_reader_with_a_session_is_answered_by_the_view(ask, page, kept, cookie):
    ask()

    answers = [ask(cookies={cookie: "any"}) for _time in range(2)]

    assert [answer.content for answer in answers] == [b"<p>2</p>", b"<p>3</p>"]
    assert {answer["Cache-Control"] for answer in answers} == {"private, no-cache"}
    assert not any(answer.has_header("ETag") for answer in answers)
    assert len(kept) == 1


def test_staff_see_their_own_pages_and_leave_none_behind(staff_client, client, kept):
    from django.test import Client

    staff_client.get("/about/")
    assert len(kept) == 0

    Client().get("/about/")
    assert len(kept) == 1


@pytest.mark.parametrize(
    "answer",
    [
        lambda: HttpResponse("x", status=404),
        lambda: HttpResponse("x", status=410),
        lambda: HttpResponse("x", status=500),
        lambda: HttpResponse(status=302, headers={"Location": "/"}),
        lambda: HttpResponse(""),
        lambda: HttpResponse("x", content_type="text/csv"),
        lambda: StreamingHttpResponse(["x"]),
        lambda: HttpResponse("x", headers={"Cache-Control": "no-store"}),
        lambda: HttpResponse("x", headers={"Vary": "User-Agent"}),
        lambda: HttpResponse("x", headers={"Content-Encoding": "gzip"}),
    ],
)
def test_other_answers_are_left_as_they_are(ask, page, kept, answer):
    page.answer = answer

    answers = [ask(), ask()]

    assert page.made == 2
    assert len(kept) == 0
    assert not any(one.has_header("ETag") for one in answers)


def test_answer_that_sets_a_cookie_is_not_kept(ask, page, kept):
    def with_cookie():
        response = HttpResponse("x")
        response.set_cookie("any", "1")
        return response

    page.answer = with_cookie

    assert [ask().cookies["any"].value, ask().cookies["any"].value] == ["1", "1"]
    assert len(kept) == 0


@pytest.mark.parametrize(
    "path",
    [
        "/admin/",
        "/fr/admin/login/",
        "/en/admin/consultations/meeting/",
        "/data/meetings.csv",
        "/healthz",
    ],
)
def test_other_addresses_are_not_looked_up(ask, page, kept, path):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DataVersion, "current", None)
        ask(path)

    assert page.made == 1
    assert len(kept) == 0


@pytest.mark.parametrize("method", ["post", "put", "delete", "options"])
def test_other_methods_reach_the_view(ask, page, kept, method):
    ask()

    assert ask(method=method).content == b"<p>2</p>"
    assert len(kept) == 1


def test_pages_are_not_kept_when_the_setting_says_so(ask, page, kept, settings):
    settings.KEEP_PUBLIC_PAGES = False

    assert [ask().content, ask().content] == [b"<p>1</p>", b"<p>2</p>"]
    assert len(kept) == 0


def test_page_too_long_to_keep_is_made_each_time(ask, page, kept):
    page.answer = lambda: HttpResponse("<p>" + "x" * 300_000)

    assert [len(ask().content), len(ask().content)] == [300_003, 300_003]
    assert len(kept) == 0


# Addresses with a query


def test_valid_and_normalised_queries_of_lists_are_kept(client, kept):
    RegionFactory(oriental=True)
    MeetingFactory.create_batch(21)

    for number, query in enumerate(
        ["", "page=2", "region=oriental", "region=oriental&year=2022", "sort=oldest"],
        start=1,
    ):
        client.get(f"/meetings/?{query}")
        assert len(kept) == number, query


@pytest.mark.parametrize(
    "query",
    [
        "nosuch=1",
        "x=1&y=2",
        "region=atlantis",
        "region=oriental&region=oriental",
        "region=oriental&",
        "&region=oriental",
        "region=%6friental",
        "region=+oriental",
        "year=2022&region=oriental",
        "year=%D9%A2%D9%A0%D9%A2%D9%A2",
        "year=",
        "sort=newest",
        "page=1",
        "page=01",
        "page=2",
        "page=999999999",
        "q=%D9%88%D8%AC%D8%AF%D8%A9",
        "q=a&region=oriental",
        "q=" + "x" * 5000,
        "%00",
        "%FF=%FE",
    ],
)
def test_other_queries_leave_the_cache_as_it_is(client, kept, query):
    RegionFactory(oriental=True)
    MeetingFactory()

    for path in ("/meetings/", "/fr/agreements/", "/about/", "/", "/regions/oriental/"):
        answer = client.get(f"{path}?{query}")
        assert answer.status_code == 200
        assert not answer.has_header("ETag"), path

    assert len(kept) == 0


# Conditional requests


def test_reader_who_has_the_page_is_told_so_with_one_query(
    client, kept, django_assert_num_queries
):
    first = client.get("/meetings/")
    caches["pages"].clear()  # as on another machine

    with django_assert_num_queries(1):
        answer = client.get("/meetings/", headers={"if-none-match": first["ETag"]})

    assert answer.status_code == 304
    assert answer.content == b""
    for name in ("ETag", "Cache-Control", "Vary", "Content-Security-Policy"):
        assert answer[name] == first[name], name
    assert len(kept) == 0


@pytest.mark.parametrize(
    "form", ["{}", 'W/"other", {}', '"other",{} , "more"', "{strong}", "*"]
)
def test_every_form_of_if_none_match_is_understood(ask, form):
    etag = ask()["ETag"]

    header = form.format(etag, strong=etag.removeprefix("W/"))

    assert ask(headers={"if-none-match": header}).status_code == 304


@pytest.mark.parametrize("header", ["", '"other"', "nonsense", 'W/"'])
def test_reader_with_another_version_is_sent_the_page(ask, header):
    ask()

    answer = ask(headers={"if-none-match": header})

    assert (answer.status_code, answer.content) == (200, b"<p>1</p>")


def test_change_makes_another_etag(ask):
    etag = ask()["ETag"]
    DataVersion.raise_by_one()

    answer = ask(headers={"if-none-match": etag})

    assert answer.status_code == 200
    assert answer["ETag"] != etag


def test_withdrawn_record_is_gone_for_whoever_had_it(client, staff):
    meeting = MeetingFactory()
    address = meeting.get_absolute_url()
    etag = client.get(address)["ETag"]

    services.withdraw(meeting, by=staff, reason="خطأ")

    answer = client.get(address, headers={"if-none-match": etag})
    assert answer.status_code == 410
    assert not answer.has_header("ETag")


def test_head_says_what_get_would_and_sends_nothing(ask, page, kept):
    before = ask(method="head")
    assert len(kept) == 0
    got = ask()
    after = ask(method="head")

    assert (before.content, after.content) == (b"", b"")
    assert after.headers == got.headers
    assert before["ETag"] == got["ETag"]
    assert page.made == 2


# When something is wrong


class BrokenCache(BaseCache):
    def __init__(self, _location, params):
        super().__init__(params)

    def get(self, *_arguments, **_options):
        raise ConnectionError

    set = get


def test_cache_that_is_away_costs_no_page(ask, page, settings, caplog):
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
        "pages": {"BACKEND": f"{__name__}.BrokenCache"},
    }

    assert [ask().content, ask().content] == [b"<p>1</p>", b"<p>2</p>"]
    assert caplog.messages[0] == "The cache of pages does not answer: ConnectionError()"


def test_several_asking_at_once_wait_for_one_to_make_the_page(ask, page, monkeypatch):
    # Threads of a test see another database: the state is read without one.
    state = (1, datetime.date(2026, 11, 25))
    monkeypatch.setattr("config.page_cache.public_state", lambda: state)
    ready, answers = Barrier(4), []

    def reader():
        ready.wait()
        answers.append(ask().content)

    threads = [Thread(target=reader) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert page.made == 1
    assert answers == [b"<p>1</p>"] * 4
