"""The full-text index: one table of documents a model, in SQLite's FTS5 or a GIN index.

A document holds the terms that one row of a model is found by, sorted, between spaces. It
is an ordinary row, written in the transaction that changes what it describes; the index
of its terms follows by itself: by triggers on SQLite, as an index of an expression on
PostgreSQL. All SQL that only one of them understands is in this module.

A document's key holds its place: published or not, then its position (a day, or the
number of a reference), then the row's primary key. Newest first is therefore the order of
the keys, which both databases have without sorting by another table; and the published
are a range of it.
"""

from collections.abc import Callable, Iterable, Set
from itertools import batched
from typing import NamedTuple

from django.apps import apps
from django.db import DatabaseError, connection, models, transaction
from django.db.migrations.operations.base import Operation
from django.db.models.functions import Collate

from config.models import SearchWord
from config.search_text import (
    LONGEST_WORD,
    STAR,
    Query,
    name_words,
    read_query,
    terms_of,
    words_as_written,
    words_asked,
)
from config.stemming import candidates, shipped_lexicon

PK_BITS = 28
PUBLISHED = 1 << 62
PK_MASK = (1 << PK_BITS) - 1
HIGHEST_POSITION = (PUBLISHED >> PK_BITS) - 1
VECTOR = "portal_search_vector"
SEARCH = "portal_search"
PADDING = "portal_search_padding"
PADDED_LENGTH = 2100
BATCH = 500
SHORTEST_KEPT = 3
# A query is read no further: it may be of any length in the admin.
MOST_WORDS_READ = 24


def key_of(pk: int, position: int, *, is_published: bool) -> int:
    """Return the key of the document of row ``pk``; later positions come first."""
    if not 0 < pk <= PK_MASK:
        raise ValueError(f"{pk} is no primary key that a document can have.")
    position = min(max(position, 0), HIGHEST_POSITION)
    return (PUBLISHED if is_published else 0) | position << PK_BITS | pk


def with_its_row(collector, field, sub_objs, using):
    """Delete a document with the row it describes, as no part that staff are told of."""
    collector.fast_deletes.append(sub_objs)


with_its_row.lazy_sub_objs = True  # nothing has to be read first


class SearchDocument(models.Model):
    """What one row is found by. A model's document says which with ``record``."""

    key = models.BigIntegerField(primary_key=True)
    terms = models.TextField()

    class Meta:
        abstract = True

    def __str__(self):
        return f"{self._meta.model_name} {self.key & PK_MASK}"

    @classmethod
    def of(cls, described: "Description"):
        """Return the document that what is ``described`` should have."""
        return cls(
            key=key_of(
                described.pk,
                described.position,
                is_published=described.is_published,
            ),
            record_id=described.pk,
            terms=" ".join(sorted(terms_of(described.texts) | described.terms)),
        )

    def equals(self, other: "SearchDocument") -> bool:
        # What PostgreSQL holds is padded.
        return (self.key, self.terms) == (other.key, other.terms.rstrip())

    @classmethod
    def found_pks(cls, query: Query) -> "FoundKeys":
        """Return the primary keys of the rows found, as a subquery for ``pk__in``."""
        return FoundKeys(cls._meta.db_table, query)

    @classmethod
    def all_pks(cls, query: Query, *, published_only: bool) -> list[int]:
        """Return the primary keys of all rows found, in no order: one query, one row."""
        lowest = PUBLISHED if published_only else 0
        if connection.vendor == "sqlite":
            ((found,),) = cls._ask(SQLITE_ALL, [_fts5(query), lowest])
            return list(map(int, found.split(","))) if found else []
        table = cls._meta.db_table
        ((found,),) = cls._ask(POSTGRESQL_FOUND, [table, _tsquery(query), lowest, None])
        return found

    @classmethod
    def newest_pks(cls, query: Query, limit: int) -> list[int]:
        """Return the primary keys of the newest ``limit`` published rows found, in order."""
        if connection.vendor == "sqlite":
            found = cls._ask(SQLITE_NEWEST, [_fts5(query), PUBLISHED, limit])
            return [pk for (pk,) in found]
        table = cls._meta.db_table
        ((found,),) = cls._ask(
            POSTGRESQL_FOUND, [table, _tsquery(query), PUBLISHED, limit]
        )
        return found

    @classmethod
    def _ask(cls, sql: str, parameters: list) -> list[tuple]:
        with connection.cursor() as cursor:
            cursor.execute(_for_table(sql, cls._meta.db_table), parameters)
            return cursor.fetchall()


# {index} is a table of our own; what is asked for is always a parameter.
SQLITE_FOUND = 'SELECT rowid & {pk_mask} FROM "{index}" WHERE "{index}" MATCH %s'
SQLITE_ALL = (
    'SELECT group_concat(rowid & {pk_mask}) FROM "{index}" '
    'WHERE "{index}" MATCH %s AND rowid >= %s'
)
# FTS5 walks its rowids backwards and stops at the limit.
SQLITE_NEWEST = (
    'SELECT rowid & {pk_mask} FROM "{index}" WHERE "{index}" MATCH %s AND rowid >= %s '
    "ORDER BY rowid DESC LIMIT %s"
)
SQLITE_CHECK = """
INSERT INTO "{index}" ("{index}", rank) VALUES ('integrity-check', 1)
"""
SQLITE_TIDY = 'INSERT INTO "{index}" ("{index}") VALUES (%s)'
POSTGRESQL_FOUND = "SELECT {search}(%s, %s, %s, %s)"
POSTGRESQL_FOUND_ROWS = "SELECT unnest({search}(%s, %s, 0, NULL))"


def _for_table(sql: str, table: str) -> str:
    """Return ``sql`` with the names of ``table``, of its index and of the functions."""
    return sql.format(
        table=table,
        index=f"{table}_fts",
        pk_mask=PK_MASK,
        search=SEARCH,
        vector=VECTOR,
        padding=PADDING,
        padded_length=PADDED_LENGTH,
    )


class FoundKeys(models.Expression):
    """The primary keys of what a query finds in a table of documents, as a subquery."""

    output_field = models.BigIntegerField()

    def __init__(self, table: str, query: Query):
        super().__init__()
        self.table = table
        self.query = query

    def as_sql(self, compiler, connection):
        if connection.vendor == "sqlite":
            return f"({_for_table(SQLITE_FOUND, self.table)})", [_fts5(self.query)]
        return (
            f"({_for_table(POSTGRESQL_FOUND_ROWS, self.table)})",
            [self.table, _tsquery(self.query)],
        )

    def get_group_by_cols(self):
        return [self]


def _quoted(term: str, quote: str) -> str:
    return quote + term.replace("\\", "\\\\").replace(quote, quote * 2) + quote


def _fts5(query: Query) -> str:
    """Return ``query`` in FTS5's language."""
    return " AND ".join(
        "("
        + " OR ".join(
            f'"{term[:-1]}" *' if term.endswith(STAR) else f'"{term}"'
            for term in condition
        )
        + ")"
        for condition in query.asked_of_index()
    )


def _tsquery(query: Query) -> str:
    """Return ``query`` as the text of a tsquery, whose words are taken as they are."""
    return " & ".join(
        "("
        + " | ".join(
            f"{_quoted(term[:-1], chr(39))}:*"
            if term.endswith(STAR)
            else _quoted(term, "'")
            for term in condition
        )
        + ")"
        for condition in query.asked_of_index()
    )


class NamedDocument(SearchDocument):
    """What a row without a date is found by; such rows come in the order of a text."""

    sorts_as = models.CharField(max_length=300)

    class Meta:
        abstract = True

    @classmethod
    def of(cls, described):
        document = super().of(described)
        document.sorts_as = described.sorts_as[:300]
        return document

    def equals(self, other):
        return super().equals(other) and self.sorts_as == other.sorts_as

    @classmethod
    def first_pks(
        cls, query: Query, limit: int, *, among: models.QuerySet | None = None
    ) -> list[int]:
        """Return the primary keys of the first ``limit`` rows found, in their order.

        By ``sorts_as``, letter by letter in the order of Unicode, then by primary key.
        """
        found = cls.objects.filter(record__in=cls.found_pks(query))
        if among is not None:
            found = found.filter(record__in=among)
        by_letters = (
            "sorts_as" if connection.vendor == "sqlite" else Collate("sorts_as", "C")
        )
        return list(
            found.order_by(by_letters, "record").values_list("record", flat=True)[
                :limit
            ]
        )


# What is found


class SearchableQuerySet(models.QuerySet):
    """Rows that have documents; ``document_model`` names the documents' model."""

    document_model = ""

    def documents(self) -> type[SearchDocument]:
        """Return the model of what these rows are found by."""
        return apps.get_model(self.document_model)

    def search(self, text):
        """Rows that hold every word of ``text``, however it is spelt.

        A text without a word selects everything.
        """
        query = query_of(text)
        if not query.conditions:
            return self.all()
        return self.filter(pk__in=self.documents().found_pks(query))

    def search_pks(self, text) -> list[int]:
        """Return the primary keys of all published rows that ``text`` finds, fast.

        In no order, and whatever else this QuerySet selects: for sets of many thousands.
        """
        return self.documents().all_pks(query_of(text), published_only=True)


def query_of(text: str) -> Query:
    """Return what ``text`` asks for, by all that is known of words here: one query."""
    words = words_asked(text)[:MOST_WORDS_READ]
    forms = frozenset().union(*map(candidates, words))
    if not forms:
        return read_query(text)
    there = dict(
        SearchWord.objects.filter(word__in=forms).values_list("word", "is_name")
    )
    names = {word for word, is_name in there.items() if is_name}
    query = read_query(text, shipped_lexicon().with_names(names))
    unheard = {form for form in forms - there.keys() if is_kept(form)}
    return query._replace(unheard=frozenset(unheard))


# What is written


class Description(NamedTuple):
    """What the document of one row is made of.

    ``names`` are texts of which each word owns its first letter; they are among
    ``texts``. ``terms`` are what it is found by beside its texts. ``sorts_as`` is what rows without a date are ordered by.
    """

    pk: int
    texts: list[str]
    names: list[str] = []
    terms: Set[str] = frozenset()
    position: int = 0
    is_published: bool = True
    sorts_as: str = ""


class Difference(NamedTuple):
    """How the documents of some rows differed from what they should be."""

    missing: list[int]
    outdated: list[int]

    @property
    def count(self) -> int:
        return len(self.missing) + len(self.outdated)


Describer = Callable[[models.QuerySet], Iterable[Description]]
_describers: dict[type[SearchDocument], Describer] = {}


def describes(document: type[SearchDocument]) -> Callable[[Describer], Describer]:
    """Let the decorated function tell what the documents of ``document`` hold."""

    def register(describer: Describer) -> Describer:
        _describers[document] = describer
        return describer

    return register


def kinds_of_document() -> list[type[SearchDocument]]:
    """Return the models of documents of all apps, in a fixed order."""
    return sorted(_describers, key=lambda document: document._meta.label)


Words = dict[str, SearchWord]


def index_rows(
    document: type[SearchDocument],
    rows: models.QuerySet,
    *,
    dry_run: bool = False,
    all_words: Words | None = None,
) -> Difference:
    """Write the documents of ``rows`` where they differ from what they should be.

    Call it inside the transaction that changed the rows. A handful of queries for each
    batch, however many rows it has. New words are kept, unless they are handed back in
    ``all_words``, with those of the rows that did not differ.
    """
    missing, outdated = [], []
    pks = rows.order_by("pk").values_list("pk", flat=True)
    for some in batched(list(pks), BATCH):
        described = list(
            _describers[document](rows.model._base_manager.filter(pk__in=some))
        )
        wanted = {one.pk: document.of(one) for one in described}
        there = {one.record_id: one for one in document.objects.filter(record__in=some)}
        changed = [
            pk
            for pk, one in wanted.items()
            if pk in there and not one.equals(there[pk])
        ]
        new = [pk for pk in wanted if pk not in there]
        missing += new
        outdated += changed
        if all_words is not None:
            _gather_words(described, into=all_words)
        if dry_run:
            continue
        if changed:
            document.objects.filter(record__in=changed).delete()
        if written := {*new, *changed}:
            document.objects.bulk_create([wanted[pk] for pk in sorted(written)])
            if all_words is None:
                _remember_words([one for one in described if one.pk in written])
    return Difference(missing, outdated)


def is_kept(term: str) -> bool:
    """Say whether a term of the index is a word that is kept as one."""
    return SHORTEST_KEPT <= len(term) <= LONGEST_WORD and term.isalpha()


def _gather_words(described: Iterable[Description], into: Words) -> None:
    """Add the words of what was described, as they are written."""
    for one in described:
        written = {}
        for text in one.texts:
            for word, as_written in words_as_written(text):
                # Without what was written in one with it: وجدة rather than بوجدة.
                if word not in written or len(as_written) < len(written[word]):
                    written[word] = as_written
        for word in filter(is_kept, terms_of(one.texts)):
            if word not in into:
                into[word] = SearchWord(
                    word=word, mirrored=word[::-1], written=written.get(word, word)
                )
        for name in one.names:
            as_named = dict(words_as_written(name))
            for word in name_words(name):
                if word not in into:
                    into[word] = SearchWord(
                        word=word,
                        mirrored=word[::-1],
                        written=as_named.get(word, word),
                    )
                into[word].is_name = True


def _remember_words(described: Iterable[Description]) -> None:
    """Keep the words that are not kept yet: no search asks for one that is not.

    All of them are written, also those that were seen to be there: ``rebuild`` takes
    words off, and who writes meanwhile waits for it here.
    """
    words: Words = {}
    _gather_words(described, into=words)
    # In one order, so that two who write at once never wait for each other.
    SearchWord.objects.bulk_create(
        [words[word] for word in sorted(words)],
        batch_size=BATCH,
        ignore_conflicts=True,
    )
    named = sorted(word for word in words if words[word].is_name)
    for some in batched(named, BATCH):
        SearchWord.objects.filter(word__in=some, is_name=False).update(is_name=True)


def lock_words() -> None:
    """Let nobody else write words until the transaction ends; all may go on reading."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                f'LOCK TABLE "{SearchWord._meta.db_table}" IN EXCLUSIVE MODE'
            )


class IndexedModel(models.Model):
    """A row whose document is written whenever the row is saved."""

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        with transaction.atomic():
            super().save(*args, **kwargs)
            self.index()

    def index(self) -> None:
        """Write the documents that this row has a part in."""
        rows = type(self).objects.filter(pk=self.pk)
        index_rows(rows.documents(), rows)


# The tables that the databases search in, for migrations and for upkeep


SQLITE_INDEX = """
CREATE VIRTUAL TABLE "{index}" USING fts5(
    terms, content="{table}", content_rowid="key", tokenize="ascii", detail=none,
    columnsize=0
);

CREATE TRIGGER "{table}_added" AFTER INSERT ON "{table}" BEGIN
    INSERT INTO "{index}" (rowid, terms) VALUES (new.key, new.terms);
END;

CREATE TRIGGER "{table}_removed" AFTER DELETE ON "{table}" BEGIN
    INSERT INTO "{index}" ("{index}", rowid, terms)
    VALUES ('delete', old.key, old.terms);
END;

CREATE TRIGGER "{table}_changed" AFTER UPDATE ON "{table}" BEGIN
    INSERT INTO "{index}" ("{index}", rowid, terms)
    VALUES ('delete', old.key, old.terms);
    INSERT INTO "{index}" (rowid, terms) VALUES (new.key, new.terms);
END;
"""
SQLITE_WITHOUT = """
DROP TRIGGER "{table}_added";

DROP TRIGGER "{table}_removed";

DROP TRIGGER "{table}_changed";

DROP TABLE "{index}";
"""
# A term is taken as it stands.
POSTGRESQL_VECTOR = """
CREATE FUNCTION {vector}(terms text) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RETURN array_to_tsvector(string_to_array(rtrim(terms), ' '));
END
$$
"""
# The planner takes it for cheap to read the terms of every document, and would do so for
# words that half of them hold; the index alone answers here. Keys are compared and sorted
# as a sum for the same reason: a walk along the keys until enough hits are met is fast
# for common words only.
POSTGRESQL_SEARCH = """
CREATE FUNCTION {search}(
    documents text, query text, lowest bigint, how_many integer
) RETURNS bigint[]
LANGUAGE plpgsql STABLE
SET enable_seqscan = off SET max_parallel_workers_per_gather = 0 AS $$
DECLARE
    found bigint[];
BEGIN
    IF how_many IS NULL THEN
        EXECUTE format(
            'SELECT array_agg(key & {pk_mask}) FROM %I '
            'WHERE {vector}(terms) @@ $1::tsquery AND key + 0 >= $2',
            documents
        ) INTO found USING query, lowest;
    ELSE
        EXECUTE format(
            'SELECT array_agg(key & {pk_mask} ORDER BY key DESC) FROM '
            '(SELECT key FROM %I '
            'WHERE {vector}(terms) @@ $1::tsquery AND key + 0 >= $2 '
            'ORDER BY key + 0 DESC LIMIT $3) AS newest',
            documents
        ) INTO found USING query, lowest, how_many;
    END IF;
    RETURN coalesce(found, ARRAY[]::bigint[]);
END
$$
"""
# PostgreSQL keeps a long value out of its row, but looks at none below two thousand
# bytes. Padded (which compresses to nothing) all are kept out, and the rows of fifty
# thousand hits lie on a few hundred pages.
POSTGRESQL_PADDING = """
CREATE FUNCTION {padding}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.terms := rpad(NEW.terms, greatest({padded_length}, length(NEW.terms)));
    RETURN NEW;
END
$$
"""
POSTGRESQL_INDEX = """
ALTER TABLE "{table}" SET (toast_tuple_target = 128);

CREATE TRIGGER "{table}_padded" BEFORE INSERT OR UPDATE OF terms ON "{table}"
FOR EACH ROW EXECUTE FUNCTION {padding}();

CREATE INDEX "{index}" ON "{table}"
USING gin ({vector}(terms)) WITH (fastupdate = off);
"""
POSTGRESQL_WITHOUT = """
DROP INDEX "{index}";

DROP TRIGGER "{table}_padded" ON "{table}";

ALTER TABLE "{table}" RESET (toast_tuple_target);
"""


class SearchOperation(Operation):
    """A step of a migration that changes no model, only what a database searches in."""

    reversible = True

    def state_forwards(self, app_label, state):
        pass


POSTGRESQL_FUNCTIONS = (POSTGRESQL_PADDING, POSTGRESQL_VECTOR, POSTGRESQL_SEARCH)
POSTGRESQL_WITHOUT_FUNCTIONS = (
    "DROP FUNCTION {search}(text, text, bigint, integer)",
    "DROP FUNCTION {vector}(text)",
    "DROP FUNCTION {padding}()",
)


class CreateSearchFunctions(SearchOperation):
    """Make the functions that PostgreSQL's indexes are made of and asked by."""

    def _run(self, schema_editor, statements):
        if schema_editor.connection.vendor == "postgresql":
            for statement in statements:
                schema_editor.execute(_for_table(statement, ""), params=None)

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        self._run(schema_editor, POSTGRESQL_FUNCTIONS)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        self._run(schema_editor, POSTGRESQL_WITHOUT_FUNCTIONS)

    def describe(self):
        return "Create the functions of the full-text indexes"


class CreateSearchIndex(SearchOperation):
    """Make the index of a table of documents, which then follows its rows by itself."""

    def __init__(self, document):
        self.document = document

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        table = to_state.apps.get_model(app_label, self.document)._meta.db_table
        execute(schema_editor, table, SQLITE_INDEX, POSTGRESQL_INDEX)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        table = from_state.apps.get_model(app_label, self.document)._meta.db_table
        execute(schema_editor, table, SQLITE_WITHOUT, POSTGRESQL_WITHOUT)

    def describe(self):
        return f"Create the full-text index of {self.document}"


def execute(schema_editor, table: str, sqlite: str, postgresql: str) -> None:
    """Run the statements of the database at hand, which blank lines part."""
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    for statement in (sqlite if is_sqlite else postgresql).strip().split("\n\n"):
        schema_editor.execute(_for_table(statement, table), params=None)


def faulty_indexes() -> list[str]:
    """Return the tables of documents whose SQLite index does not say what they do."""
    if connection.vendor != "sqlite":
        return []
    faulty = []
    for document in kinds_of_document():
        table = document._meta.db_table
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(_for_table(SQLITE_CHECK, table))
        except DatabaseError:
            faulty.append(table)
    return faulty


def tidy_indexes(rebuild: Iterable[str] = ()) -> None:
    """Bring the indexes into their fastest form, those of ``rebuild`` made anew."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        for document in kinds_of_document():
            table = document._meta.db_table
            if table in rebuild:
                cursor.execute(_for_table(SQLITE_TIDY, table), ["rebuild"])
            cursor.execute(_for_table(SQLITE_TIDY, table), ["optimize"])
