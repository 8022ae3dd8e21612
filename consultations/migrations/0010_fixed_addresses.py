"""The address of what was published never changes, whatever writes past the models.

A constraint sees one state of a row, so this takes a trigger. SQLite loses the triggers
of a table that a later migration makes anew: such a migration ends with ``fix`` again, which
the test of these triggers asks for.
"""

from django.db import migrations

ADDRESSES = (
    ("consultations_meeting", "slug"),
    ("consultations_partnershipagreement", "reference"),
)
SQLITE = """
CREATE TRIGGER {table}_address_is_fixed BEFORE UPDATE OF {column} ON {table}
WHEN OLD.published_at <= strftime('%Y-%m-%d %H:%M:%f', 'now')
    AND NEW.{column} <> OLD.{column}
BEGIN
    SELECT RAISE(ABORT, '{table}_address_is_fixed');
END
"""
POSTGRESQL = """
CREATE OR REPLACE FUNCTION {table}_address_is_fixed() RETURNS trigger AS $$
BEGIN
    RAISE EXCEPTION '{table}_address_is_fixed' USING ERRCODE = 'check_violation';
END
$$ LANGUAGE plpgsql;
CREATE TRIGGER {table}_address_is_fixed BEFORE UPDATE OF {column} ON {table}
FOR EACH ROW WHEN (OLD.published_at <= now() AND NEW.{column} <> OLD.{column})
EXECUTE FUNCTION {table}_address_is_fixed()
"""


def fix(apps, schema_editor):
    unfix(apps, schema_editor)
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    for table, column in ADDRESSES:
        sql = SQLITE if is_sqlite else POSTGRESQL
        schema_editor.execute(sql.format(table=table, column=column), params=None)


def unfix(apps, schema_editor):
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    for table, _column in ADDRESSES:
        on = "" if is_sqlite else f" ON {table}"
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_address_is_fixed{on}")
        if not is_sqlite:
            schema_editor.execute(
                f"DROP FUNCTION IF EXISTS {table}_address_is_fixed()"
            )


class Migration(migrations.Migration):

    dependencies = [
        ('consultations', '0009_change_sets_always'),
    ]

    operations = [
        migrations.RunPython(fix, unfix),
    ]
