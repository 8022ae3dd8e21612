import subprocess
import sys
import threading
import time

import pytest
from django.conf import settings

from config import precedence
from config.precedence import AnswersFirstMiddleware, giving_way, somebody_waits

PIECES = [b"one", b"two", b"three"]


@pytest.fixture
def answer():
    """Return a function that answers a request by calling ``made`` meanwhile."""

    def answer(made):
        return AnswersFirstMiddleware(lambda request: made())(None)

    return answer


def generated(read: list):
    try:
        for piece in PIECES:
            read.append(piece)
            yield piece
    finally:
        read.append("closed")


def test_somebody_waits_until_the_last_answer_is_made(answer):
    told = [somebody_waits()]

    def made():
        told.append(somebody_waits())
        answer(lambda: told.append(somebody_waits()))
        told.append(somebody_waits())

    answer(made)

    assert [*told, somebody_waits()] == [False, True, True, True, False]


def test_nobody_waits_after_an_answer_that_failed(answer):
    def failing():
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        answer(failing)

    assert not somebody_waits()


def test_no_piece_is_read_until_the_answer_is_made(answer, monkeypatch):
    monkeypatch.setattr(precedence, "PATIENCE", 60)
    read, sent = [], []
    reader = threading.Thread(target=lambda: sent.extend(giving_way(generated(read))))

    def made():
        reader.start()
        time.sleep(0.05)
        return list(read)

    assert answer(made) == []
    reader.join()
    assert sent == PIECES


def test_file_beside_endless_answers_comes_whole(answer, monkeypatch):
    monkeypatch.setattr(precedence, "PATIENCE", 0.01)

    assert answer(lambda: list(giving_way(generated([])))) == PIECES


def test_request_that_is_lost_keeps_no_file_back(answer, monkeypatch):
    monkeypatch.setattr(precedence, "LONGEST_ANSWER", 0)

    assert answer(somebody_waits) is False


def test_two_files_are_read_by_turns():
    read = []
    files = [giving_way(generated(read)) for _file in range(2)]

    pieces = [next(file) for _turn in range(3) for file in files]

    assert pieces == [piece for piece in PIECES for _file in files]


def test_file_that_is_closed_half_way_closes_what_it_reads():
    read = []
    file = giving_way(generated(read))
    next(file)

    file.close()

    assert read == [b"one", "closed"]


def test_processes_of_one_server_see_each_others_requests():
    """As gunicorn makes them: by forking after its configuration was read."""
    code = (
        "import os\n"
        "exec(open('gunicorn.conf.py').read())\n"
        "from config.precedence import AnswersFirstMiddleware, somebody_waits\n"
        "here, there = os.pipe(), os.pipe()\n"
        "def made():\n"
        "    os.write(here[1], b'.')\n"
        "    os.read(there[0], 1)\n"
        "if os.fork() == 0:\n"
        "    AnswersFirstMiddleware(lambda request: made())(None)\n"
        "    os._exit(0)\n"
        "os.read(here[0], 1)\n"
        "print(somebody_waits())\n"
        "os.write(there[1], b'.')\n"
        "os.wait()\n"
        "print(somebody_waits())\n"
    )

    told = subprocess.run(
        [sys.executable, "-c", code],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )

    assert told.stdout.split() == ["True", "False"]
