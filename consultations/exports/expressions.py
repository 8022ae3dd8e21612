"""What columns are made of, as ORM expressions that both databases answer alike."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Exists,
    Expression,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Concat, NullIf, Replace
from django.urls import reverse
from django.utils import timezone, translation

from consultations.models import Participation, Publication

LIST_SEPARATOR = " | "


def standing(*ways: str) -> Callable:
    """Return the column of files for staff: the publication, or that it is scheduled.

    ``ways`` are the relations that may lead to the record, none for the record itself.
    """

    def publication(way: str) -> Case:
        prefix = f"{way}__" if way else ""
        return Case(
            When(
                **{
                    f"{prefix}publication": Publication.PUBLISHED,
                    f"{prefix}publish_at__gt": timezone.now(),
                },
                then=Value("scheduled"),
            ),
            default=F(f"{prefix}publication"),
            output_field=CharField(),
        )

    if len(ways) < 2:
        return lambda scope: publication(*ways or ("",))
    return lambda scope: Coalesce(*map(publication, ways))


def identifier(prefix: str, key: str = "pk") -> Case:
    """Return ``key`` as text that begins with a letter, NULL where there is none."""
    return Case(
        When(
            **{f"{key}__isnull": False},
            then=Concat(
                Value(f"{prefix}-"),
                Cast(F(key), CharField()),
                output_field=CharField(),
            ),
        ),
        output_field=CharField(),
    )


class KeyOf(Expression):
    """The key of the record that ``relation`` leads to, as a column of its own table.

    The ORM reads it from the row that refers to the record, and SQLite would then begin
    with the rows, and sort all of them. Nor may SQLite find the records by this key, where
    it is to find them in the order of the file.
    """

    def __init__(self, relation: str):
        super().__init__()
        self.relation = relation

    def __repr__(self):
        return f"KeyOf({self.relation!r})"

    def resolve_expression(
        self, query, allow_joins=True, reuse=None, summarize=False, for_save=False
    ):
        joined = query.setup_joins(
            [self.relation, "id"],
            query.get_meta(),
            query.get_initial_alias(),
            can_reuse=reuse,
        )
        return _Walked(joined.transform_function(joined.targets[0], joined.joins[-1]))


class _Walked(Func):
    """A column that SQLite is not to look its values up by."""

    template = "%(expressions)s"

    def as_sqlite(self, compiler, connection, **extra):
        return self.as_sql(compiler, connection, template="+%(expressions)s", **extra)


def known_record(model, relation: str, name: str) -> Callable:
    """Return ``name`` of the record that ``relation`` leads to, if the reader may know it."""

    def expression(scope) -> Subquery:
        records = scope.visible(model.objects).filter(pk=OuterRef(relation))
        return Subquery(records.order_by().values(name)[:1])

    return expression


class TotalAmount(Sum):
    """The sum of amounts in dirhams, with their two decimals on every database."""

    def get_db_converters(self, connection):
        return [*super().get_db_converters(connection), self._to_cents]

    @staticmethod
    def _to_cents(value, expression, connection):
        return value if value is None else value.quantize(Decimal("0.01"))


class Joined(Subquery):
    """The values of one column, in the order of its rows, joined by `` | ``.

    Empty values are left out; without any the answer is NULL. In a value that holds the
    separator itself a slash takes its place, so that it stays one value.
    """

    # SQLite before 3.44 takes no ORDER BY inside group_concat, but keeps that of the
    # rows it is given.
    template = (
        "(SELECT group_concat(listed.value, '%(separator)s')"
        " FROM (%(subquery)s) AS listed)"
    )
    postgresql_template = (
        "NULLIF(array_to_string(ARRAY(%(subquery)s), '%(separator)s'), '')"
    )

    def __init__(self, rows: QuerySet, value: Any):
        value = F(value) if isinstance(value, str) else value
        value = Replace(value, Value(LIST_SEPARATOR), Value(" / "))
        super().__init__(
            rows.annotate(value=NullIf(value, Value(""), output_field=CharField()))
            .filter(value__isnull=False)
            .values("value"),
            output_field=CharField(),
            separator=LIST_SEPARATOR,
        )

    def as_postgresql(self, compiler, connection, **extra):
        return self.as_sql(
            compiler, connection, template=self.postgresql_template, **extra
        )


class Numbers(Subquery):
    """A number for each key, worked out once for all rows: what ``NumberFor`` looks into.

    ``rows`` are grouped and yield ``key`` and ``value``. A subquery asked of each row
    again would read the same tables as often as there are rows.
    """

    template = (
        "(SELECT json_group_object(CAST(found.key AS text), found.value)"
        " FROM (%(subquery)s) AS found)"
    )
    postgresql_template = (
        "(SELECT jsonb_object_agg(found.key, found.value) FROM (%(subquery)s) AS found)"
    )

    def __init__(self, rows: QuerySet):
        super().__init__(rows.values("key", "value"), output_field=TextField())

    def as_postgresql(self, compiler, connection, **extra):
        return self.as_sql(
            compiler, connection, template=self.postgresql_template, **extra
        )


class DistinctNumbers(Numbers):
    """How many different rows there are of each key."""

    template = (
        "(SELECT json_group_object(CAST(found.key AS text), found.value) FROM"
        " (SELECT listed.key, COUNT(*) AS value FROM (%(subquery)s) AS listed"
        " GROUP BY listed.key) AS found)"
    )
    postgresql_template = (
        "(SELECT jsonb_object_agg(found.key, found.value) FROM"
        " (SELECT listed.key, COUNT(*) AS value FROM (%(subquery)s) AS listed"
        " GROUP BY listed.key) AS found)"
    )


class NumberFor(Func):
    """The number that ``numbers`` has for ``key``, a whole number; else NULL."""

    template = "json_extract(%(expressions)s)"
    arg_joiner = ", '$.' || "

    def __init__(self, numbers: Numbers, key: Any, **extra):
        super().__init__(
            numbers,
            Cast(key, TextField()),
            output_field=BigIntegerField(),
            **extra,
        )

    def as_postgresql(self, compiler, connection, **extra):
        return self.as_sql(
            compiler,
            connection,
            template="(%(expressions)s)::bigint",
            arg_joiner=" ->> ",
            **extra,
        )


def first_filled(*texts: Any):
    """Return the first of these texts (columns or expressions) that is not empty."""
    return Coalesce(
        *(
            NullIf(
                F(text) if isinstance(text, str) else text,
                Value(""),
                output_field=CharField(),
            )
            for text in texts
        ),
        Value(""),
        output_field=CharField(),
    )


def page_path(view: str, identifier: str, *, like: str) -> Callable:
    """Return how the path of a record's Arabic page is made of its ``identifier``.

    ``like`` is an identifier that the address of ``view`` accepts.
    """

    def expression(scope):
        with translation.override("ar"):
            before, after = reverse(view, args=[like]).split(like)
        return Concat(
            Value(before), F(identifier), Value(after), output_field=CharField()
        )

    return expression


def office_held(language: str):
    """Return a participation's office that day, in the form that fits its holder."""
    return first_filled(
        f"office_stated_{language}",
        Case(
            When(person__gender="f", then=F(f"office__feminine_{language}")),
            output_field=CharField(),
        ),
        f"office__name_{language}",
    )


IN_OFFICE = (
    Q(office__isnull=False)
    | ~Q(office_stated_ar="")
    | ~Q(office_stated_fr="")
    | ~Q(office_stated_en="")
)


def person_if_public(language: str):
    """Return a participation's person where it holds an office or consents, else ''.

    The same rule as ``Participation.public_person``.
    """
    return Case(
        When(
            Q(person__isnull=False)
            & (Q(person__consents_to_be_named=True) | IN_OFFICE),
            then=F(f"person__name_{language}"),
        ),
        default=Value(""),
        output_field=CharField(),
    )


def represented_if_public(language: str):
    """Return whom a participation stood for, under the rule of ``person_if_public``."""
    return Case(
        When(
            Q(on_behalf_of__isnull=False)
            & (Q(on_behalf_of__consents_to_be_named=True) | ~Q(on_behalf_of_office="")),
            then=F(f"on_behalf_of__name_{language}"),
        ),
        default=Value(""),
        output_field=CharField(),
    )


def presenter_if_public(language: str):
    """Return who presented an item of the agenda, with consent or named beside it, else ''.

    As on the page of the meeting: whoever is named among its participants in an office
    is named here too.
    """
    named = Participation.objects.filter(
        IN_OFFICE, meeting=OuterRef("meeting"), person=OuterRef("presenter")
    )
    return Case(
        When(
            Q(presenter__consents_to_be_named=True) | Exists(named),
            then=F(f"presenter__name_{language}"),
        ),
        default=Value(""),
        output_field=CharField(),
    )


def signatory_office(language: str):
    """Return the office of an agreement's signatory, in the form that fits its holder.

    What the sources state is in Arabic, and stands in the Arabic column alone.
    """
    named = (
        Case(
            When(
                signed_by__gender="f",
                then=F(f"signatory_office__feminine_{language}"),
            ),
            output_field=CharField(),
        ),
        f"signatory_office__name_{language}",
    )
    stated = ("signatory_office_stated",) if language == "ar" else ()
    return first_filled(*stated, *named)


def signatory_if_public(language: str):
    """Return who signed for a party, named in an office or with consent, else ''.

    The same rule as ``AgreementParty.public_signatory``.
    """
    may_be_named = (
        Q(signed_by__consents_to_be_named=True)
        | Q(signatory_office__isnull=False)
        | ~Q(signatory_office_stated="")
    )
    return Case(
        When(
            Q(signed_by__isnull=False) & may_be_named,
            then=F(f"signed_by__name_{language}"),
        ),
        default=Value(""),
        output_field=CharField(),
    )
