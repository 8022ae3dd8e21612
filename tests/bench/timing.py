"""What one request took inside the server, told in its answer to whoever asks."""

import time

from django.db import connection

HEADER = "X-Bench"


class TimingMiddleware:
    """Answer X-Bench with Server-Timing: wall, processor and database ms, and queries."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if HEADER not in request.headers:
            return self.get_response(request)
        queries = []

        def timed(execute, *arguments):
            started = time.perf_counter()
            try:
                return execute(*arguments)
            finally:
                queries.append(time.perf_counter() - started)

        cpu, wall = time.thread_time(), time.perf_counter()
        with connection.execute_wrapper(timed):
            response = self.get_response(request)
        figures = {
            "wall": (time.perf_counter() - wall) * 1000,
            "cpu": (time.thread_time() - cpu) * 1000,
            "db": sum(queries) * 1000,
            "queries": len(queries),
        }
        response["Server-Timing"] = ", ".join(
            f"{name};dur={value:.3f}" for name, value in figures.items()
        )
        return response
