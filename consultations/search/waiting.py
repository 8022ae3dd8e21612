"""What the index holds as public already, though its moment has not come.

The key of a document says that its record is published, which lets the newest be found
without sorting. What was set for later is rare, so it is taken out of what is found;
while nothing waits, this asks the database for nothing.
"""

from django.utils import timezone

from config.public_state import next_publication
from config.search_index import SearchDocument
from config.search_text import Query


def newest_public_pks(
    document: type[SearchDocument], query: Query, limit: int
) -> list[int]:
    """Return the primary keys of the newest ``limit`` rows that anyone may read."""
    waiting = _waiting(document)
    found = document.newest_pks(query, limit + len(waiting))
    if waiting:
        found = [pk for pk in found if pk not in waiting]
    return found[:limit]


def _waiting(document: type[SearchDocument]) -> set[int]:
    model = document._meta.get_field("record").related_model
    names = {field.name for field in model._meta.get_fields()}
    if not names & {"publish_at", "meeting"} or next_publication() is None:
        return set()
    moment = "publish_at" if "publish_at" in names else "meeting__publish_at"
    rows = model.objects.filter(**{f"{moment}__gt": timezone.now()})
    return set(rows.order_by().values_list("pk", flat=True))
