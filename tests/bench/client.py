"""Readers: one who is told what each answer took, several at once, and as many as fit."""

import http.client
import re
import shutil
import subprocess
import threading
import time
from dataclasses import dataclass
from urllib.parse import quote

ENCODINGS = "gzip, deflate, br"
PLAIN = "/?=&-_.~%()"


@dataclass(frozen=True)
class Answer:
    """``seconds`` is the reader's wait; ``server`` is what the server told of it."""

    status: int
    bytes: int
    seconds: float
    etag: str
    server: dict[str, float]


class Reader:
    """One reader with a connection that is kept, as a browser's."""

    def __init__(self, port: int):
        self.port = port
        self.connection = None

    def get(self, path: str, *, timed: bool = False, etag: str = "") -> Answer:
        headers = {"Accept-Encoding": ENCODINGS}
        if timed:
            headers["X-Bench"] = "1"
        if etag:
            headers["If-None-Match"] = etag
        started = time.perf_counter()
        response, body = self._exchange(quote(path, safe=PLAIN), headers)
        return Answer(
            status=response.status,
            bytes=len(body),
            seconds=time.perf_counter() - started,
            etag=response.headers.get("ETag", ""),
            server={
                name: float(value)
                for name, value in re.findall(
                    r"(\w+);dur=([\d.]+)", response.headers.get("Server-Timing", "")
                )
            },
        )

    def _exchange(self, path, headers):
        for is_last in (False, True):
            is_new = self.connection is None
            if is_new:
                self.connection = http.client.HTTPConnection(
                    "127.0.0.1", self.port, timeout=60
                )
            try:
                self.connection.request("GET", path, headers=headers)
                response = self.connection.getresponse()
                return response, response.read()
            except (http.client.RemoteDisconnected, ConnectionError, BrokenPipeError):
                # The server may close a connection that it kept for a while.
                self.connection.close()
                self.connection = None
                if is_new or is_last:
                    raise
        raise AssertionError


def all_at_once(port: int, readers: int, paths: list[str]) -> list[tuple[str, Answer]]:
    """Ask for all ``paths``, ``readers`` at a time, each as soon as it is answered.

    A request that was not answered has the status 0.
    """
    queue, answers = iter(paths), []
    lock = threading.Lock()

    def read():
        reader = Reader(port)
        while True:
            with lock:
                path = next(queue, None)
            if path is None:
                return
            started = time.perf_counter()
            try:
                answer = reader.get(path)
            except (OSError, http.client.HTTPException):
                answer = Answer(0, 0, time.perf_counter() - started, "", {})
            answers.append((path, answer))

    threads = [threading.Thread(target=read) for _number in range(readers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def requests_a_second(
    port: int, path: str, seconds: float, *, readers: int = 8, etag: str = ""
) -> float:
    """Return how many requests are answered, by ``wrk`` where it is found."""
    wrk = shutil.which("wrk")
    if wrk is None:
        return _requests_a_second_here(port, path, seconds, readers, etag)
    headers = ["-H", f"Accept-Encoding: {ENCODINGS}"]
    if etag:
        headers += ["-H", f"If-None-Match: {etag}"]
    url = f"http://127.0.0.1:{port}{quote(path, safe=PLAIN)}"
    told = subprocess.run(
        [wrk, "-t1", f"-c{readers}", f"-d{max(1, round(seconds))}s", *headers, url],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    if "Non-2xx" in told or "Socket errors" in told:
        raise SystemExit(f"{path} was not answered as it should be:\n{told}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", told)[1])


def _requests_a_second_here(port, path, seconds, readers, etag) -> float:
    until = time.perf_counter() + seconds
    counts = [0] * readers

    def read(number):
        reader = Reader(port)
        while time.perf_counter() < until:
            reader.get(path, etag=etag)
            counts[number] += 1

    threads = [
        threading.Thread(target=read, args=(number,)) for number in range(readers)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / seconds
