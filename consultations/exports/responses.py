"""A dataset as an answer: streamed, named, and never short without showing it."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.utils import timezone

from config.precedence import giving_way
from consultations.exports.columns import Dataset, Scope
from consultations.exports.copying import can_copy
from consultations.exports.writers import FORMS

FILE_NAME_LENGTH = 100


def file_name(dataset: Dataset, selection: Iterable[tuple[str, str]], form: str) -> str:
    """Return an ASCII name that says dataset, selection and day.

    A value that ASCII cannot write is told by the name of its parameter alone.
    """
    parts = [
        "-".join(filter(None, (name, _in_ascii(value)))) for name, value in selection
    ]
    stem = "_".join([dataset.name, *parts])[:FILE_NAME_LENGTH]
    return f"{stem}_{timezone.localdate().isoformat()}.{form}"


def _in_ascii(value: str) -> str:
    if not value.isascii():
        return ""
    return re.sub(r"[^a-z0-9]+", "-", value.lower()).strip("-")


def stream(
    dataset: Dataset,
    records: QuerySet,
    *,
    form: str = "csv",
    base_url: str,
    selection: Iterable[tuple[str, str]] = (),
    include_drafts: bool = False,
    seen: Callable[[QuerySet], QuerySet] | None = None,
) -> StreamingHttpResponse:
    """Return the rows of ``records`` as a file that is sent while it is read.

    ``form`` is a key of FORMS, ``base_url`` the scheme and host that addresses begin
    with. Whoever includes drafts has made sure that the reader may see them, and says by
    ``seen`` which of the records that they refer to the reader may know of.

    A query that fails before its first rows is an ordinary error page. One that fails
    later raises out of the body, so that the server cuts the transfer: a chunked answer
    then lacks its last chunk, which every client reports as an incomplete file.
    """
    scope = Scope(base_url, timezone.localdate(), include_drafts, seen)
    writer = FORMS[form]
    # Made here, in the language of the request: it is read after it.
    body = giving_way(_body(dataset, records, scope, writer))

    response = StreamingHttpResponse(body, content_type=writer.content_type)
    response["Content-Disposition"] = (
        f'attachment; filename="{file_name(dataset, selection, form)}"'
    )
    if include_drafts:
        response["Cache-Control"] = "private, no-store"
    return response


def _body(dataset: Dataset, records: QuerySet, scope: Scope, writer) -> Iterator[bytes]:
    columns = dataset.columns_in(with_drafts=scope.with_drafts)
    if hasattr(writer, "copy") and can_copy(records):
        return writer.copy(columns, dataset.query(records, scope))
    rows = dataset.rows(records, scope)
    pieces = writer.encode(columns, rows)

    def body():
        with closing(rows):
            yield from pieces

    return body()
