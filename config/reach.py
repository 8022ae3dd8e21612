"""Which record a row belongs to, and of which regions that record is.

Two kinds of models are bound to regions. They say so themselves, so that whoever decides
what a person may do need not know them:

- a *record* names the column that holds its regions in ``regions_field``, answers
  ``region_ids()``, ``is_draft`` and ``is_published``, and has a QuerySet with
  ``of_regions(keys)``, ``drafts()`` and ``published()``;
- a *part* names in ``record_keys`` the keys of which one leads to its record.

Everything else belongs to no region: vocabularies, organisations, persons.
"""


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
