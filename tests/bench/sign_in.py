"""Wrong sign-ins against a portal that runs: how many are taken, how long it then pauses.

    python -m tests.bench.sign_in http://127.0.0.1:8000 --username admin --tries 1000

The right password is read from the environment, PASSWORD. Tries come from eight visitors
at once, each with another forged address; then the right password is tried every second
until it is taken. Start the portal with SIGN_IN_PAUSE_MINUTES=1 to wait a minute only.
"""

import argparse
import os
import re
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, Request
from urllib.request import build_opener as opener_with

VISITORS = 8


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_arguments):
        return None


class Visitor:
    """A browser on the page of signing in."""

    def __init__(self, portal: str):
        self.address = f"{portal}/admin/login/"
        self.open = opener_with(_Stay, HTTPCookieProcessor(CookieJar())).open
        page = self.open(self.address).read().decode()
        self.token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]

    def sign_in(self, username: str, password: str, forged: str = ""):
        """Return the status of the answer, and its Retry-After."""
        data = {
            "csrfmiddlewaretoken": self.token,
            "username": username,
            "password": password,
        }
        request = Request(self.address, urlencode(data).encode())
        request.add_header("X-Forwarded-For", forged)
        try:
            response = self.open(request)
        except HTTPError as error:
            response = error
        with response:
            return response.status, response.headers.get("Retry-After")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("portal")
    parser.add_argument("--username", default="admin")
    parser.add_argument("--tries", type=int, default=1000)
    options = parser.parse_args()

    def some_tries(number):
        visitor = Visitor(options.portal)
        return [
            visitor.sign_in(
                options.username, f"wrong {one}", f"203.0.{one % 256}.{one // 256}"
            )
            for one in range(number, options.tries, VISITORS)
        ]

    began = time.monotonic()
    with ThreadPoolExecutor(VISITORS) as threads:
        answers = [
            one for some in threads.map(some_tries, range(VISITORS)) for one in some
        ]
    took = time.monotonic() - began
    statuses = Counter(status for status, _after in answers)
    print(f"wrong sign-ins tried: {len(answers)} in {took:.1f} s")
    print(f"accepted: {statuses[302]}")
    print(f"answered: {dict(sorted(statuses.items()))}")

    visitor = Visitor(options.portal)
    status, told = visitor.sign_in(options.username, os.environ["PASSWORD"])
    print(f"the right password at once: {status}, Retry-After {told} s")
    began_to_wait = time.monotonic()
    while status == 429:
        time.sleep(1)
        status, _after = visitor.sign_in(options.username, os.environ["PASSWORD"])
    print(
        f"taken ({status}) {time.monotonic() - began_to_wait:.0f} s later, "
        f"{time.monotonic() - began:.0f} s after the first wrong try"
    )


if __name__ == "__main__":
    main()
