"""What the log of the server leaves out."""

import logging


def without_trace_of_refusals(record: logging.LogRecord) -> bool:
    """Keep the line of a page that was refused, without a trace: nothing is broken."""
    if record.levelno < logging.ERROR:
        record.exc_info = None
    return True
