"""Which record a row belongs to, and of which regions that record is.

Two kinds of models are bound to regions. They say so themselves, so that whoever decides
what a person may do need not know them:

- a *record* names the column that holds its regions in ``regions_field``, answers
  ``region_ids()``, ``is_draft`` and ``is_published``, and has a QuerySet with
  ``of_regions(keys)``, ``drafts()`` and ``published()``;
- a *part* names in ``record_keys`` the keys of which one leads to its record.

Everything else belongs to no region: vocabularies, organisations, persons.
"""

from django.utils.translation import gettext_lazy as _

# Printed in the place of a record that the reader may not see.
OUT_OF_SIGHT = _("(a record that is not yours to see)")


def record_keys(model) -> tuple[str, ...]:
    """Return the keys that lead from a part to its record; nothing for other models."""
    return getattr(model, "record_keys", ())


def is_record(model) -> bool:
    return hasattr(model, "regions_field")


def is_bound(model) -> bool:
    """Say whether rows of ``model`` are of some regions and not of others."""
    return is_record(model) or bool(record_keys(model))


def record_of(row):
    """Return the record that ``row`` is or belongs to, None if it belongs to none."""
    if row is None or is_record(type(row)):
        return row
    for key in record_keys(type(row)):
        if getattr(row, f"{key}_id") is not None:
            return record_of(getattr(row, key))
    return None


def may_see(user, row) -> bool:
    """Say whether ``user`` may read ``row``, which may belong to no region at all."""
    return not is_bound(type(row)) or user.has_perm(
        f"{row._meta.app_label}.view_{row._meta.model_name}", row
    )


def names_seen(user, model, keys) -> dict:
    """Return what ``user`` may be told of the rows ``keys`` of ``model``, by their key.

    Rows out of sight are named as such; one query, two where the rows of ``model`` are
    bound for ``user``.
    """
    rows = model._base_manager.in_bulk(keys)
    if not rows or not user.is_bounded("view", model):
        return rows
    seen = user.within_reach("view", model._base_manager.filter(pk__in=rows))
    seen = set(seen.order_by().values_list("pk", flat=True))
    return {key: row if key in seen else OUT_OF_SIGHT for key, row in rows.items()}
