"""Bytes over the wire: the first visit of the Arabic home, and pages after it.

Asks a running portal as a browser would, Brotli and gzip accepted, and counts the
answers as they were sent: the page, its style sheet, the font that the page preloads
and the one that its digits and Latin words need, and its icon.
"""

import argparse
import re
import urllib.request

LATER = ("/meetings/", "/meetings/2022-01-12-oriental/", "/agreements/", "/regions/")


def sent(url: str) -> tuple[int, bytes]:
    """Return how many bytes the answer had on the wire, and the plain bytes."""
    headers = {"Accept-Encoding": "br, gzip"}
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as answer:
        wire = len(answer.read())
    with urllib.request.urlopen(url) as answer:
        return wire, answer.read()


def main(base: str) -> None:
    total, page = sent(f"{base}/")
    print(f"{total:8} /")
    found = set(re.findall(r'href="(/static/[^"]+)"', page.decode()))
    wanted = {one for one in found if re.search(r"\.(css|woff2)$|favicon.*svg$", one)}
    style = next(one for one in wanted if one.endswith(".css"))
    _wire, css = sent(base + style)
    wanted |= {
        "/static/fonts/" + name
        for name in re.findall(r"fonts/([\w.-]+woff2)", css.decode())
    }
    for address in sorted(wanted):
        wire, _plain = sent(base + address)
        total += wire
        print(f"{wire:8} {address}")
    print(f"{total:8} first visit of the Arabic home")
    for language in ("", "/fr", "/en"):
        for address in LATER:
            print(f"{sent(base + language + address)[0]:8} {language}{address}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("base", help="for example http://127.0.0.1:8000")
    main(parser.parse_args().base)
