"""Rows by the hundred thousand, past the ORM's own insertion, which takes minutes more."""

from itertools import count

from django.core.management.color import no_style
from django.db import connection, models

# What the drivers of both databases take as it is.
PLAIN = (
    models.CharField,
    models.TextField,
    models.IntegerField,
    models.BooleanField,
    models.ForeignKey,
)


class Insertion:
    """Insert into empty or filled tables; gives keys as ``bulk_create`` would."""

    def __init__(self):
        self.keys: dict[type[models.Model], count] = {}

    def insert(self, model: type[models.Model], rows: list) -> None:
        """Insert ``rows``, objects of ``model`` without a key, and give them theirs."""
        if model not in self.keys:
            last = model._base_manager.aggregate(last=models.Max("pk"))["last"]
            self.keys[model] = count((last or 0) + 1)
        for row in rows:
            row.pk = next(self.keys[model])
            row._state.adding = False
        fields = model._meta.concrete_fields
        readers = [_reader(field) for field in fields]
        values = (tuple(read(row) for read in readers) for row in rows)
        quote = connection.ops.quote_name
        table = quote(model._meta.db_table)
        columns = ", ".join(quote(field.column) for field in fields)
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                    for row in values:
                        copy.write_row(row)
            else:
                places = ", ".join(["%s"] * len(fields))
                cursor.executemany(
                    f"INSERT INTO {table} ({columns}) VALUES ({places})",  # noqa: S608 -- names of the models'
                    values,
                )

    def finish(self) -> None:
        """Let the database give keys again that come after those given here."""
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(
                no_style(), list(self.keys)
            ):
                cursor.execute(statement)


def _reader(field: models.Field):
    """Return a function of an object: what its column is to hold."""
    name = field.attname
    if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
        return lambda row: field.get_db_prep_save(field.pre_save(row, True), connection)
    if isinstance(field, PLAIN):
        return lambda row: getattr(row, name)
    return lambda row: field.get_db_prep_save(getattr(row, name), connection)
