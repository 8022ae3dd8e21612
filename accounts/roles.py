"""Who may do what: one table.

Groups (``manage.py make_roles``), every answer of ``user.has_perm`` and docs/roles.md
(``manage.py print_roles``) are made of it. Models are named, not imported: accounts know
nothing of the record but what ``config.reach`` says.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from functools import cache

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from config.reach import is_bound, record_keys, record_of


class Role(models.TextChoices):
    """The value is the name of the group."""

    REGIONAL_EDITOR = "regional_editor", pgettext_lazy("role", "regional editor")
    PUBLISHER = "publisher", pgettext_lazy("role", "publisher")
    ANALYST = "analyst", pgettext_lazy("role", "analyst")
    ADMINISTRATOR = "administrator", pgettext_lazy("role", "administrator")


class Reach(Enum):
    """On which rows an action is allowed; the value is what docs/roles.md prints."""

    ALL = "every row"
    OWN_DRAFTS = "drafts of own regions"
    OWN_AND_PUBLISHED = "own regions, and what is published"
    ORDINARY = "all but superusers"


@dataclass(frozen=True)
class Grant:
    """``role`` may do ``actions`` with rows of ``models`` within ``reach``."""

    role: Role
    models: tuple[str, ...]
    actions: tuple[str, ...]
    reach: Reach


RECORDS = ("consultations.meeting", "consultations.partnershipagreement")
PARTS = tuple(
    f"consultations.{name}"
    for name in (
        "participation",
        "attendance",
        "agendaitem",
        "expectation",
        "commitment",
        "aiddistribution",
        "agreementparty",
        "agreementcomponent",
        "agreementstep",
        "progress",
        "source",
        "discrepancy",
        "document",
        "correction",
    )
)
STEPS = ("consultations.publicationstep",)
BODIES = ("stakeholders.organisation", "stakeholders.person")
PERSONS = ("stakeholders.person",)
SERIES = ("consultations.meetingseries",)
VOCABULARIES = (
    *(
        f"consultations.{name}"
        for name in ("meetingtype", "theme", "targetgroup", "programme", "instrument")
    ),
    *(
        f"stakeholders.{name}"
        for name in ("participantcategory", "organisationkind", "office")
    ),
)
PLACES = ("regions.region", "regions.province")
REGIONS = ("regions.region",)
# What has a list in the administration and a table in the files, beside the records.
FOLLOWED = tuple(
    f"consultations.{name}"
    for name in ("expectation", "commitment", "progress", "correction")
)
LISTED = (
    "stakeholders.organisation",
    "stakeholders.participantcategory",
    *SERIES,
    *PLACES,
)
ACCOUNTS = ("accounts.user",)

VIEW = ("view",)
EXPORT = ("export",)
WRITE = ("add", "change", "delete")
# Send to review; publish, refuse and schedule; withdraw.
SUBMIT = ("submit",)
DECIDE = ("publish", "withdraw")
# See and enter the email address and the telephone number of a person.
CONTACT = ("contact",)

EDITOR, PUBLISHER = Role.REGIONAL_EDITOR, Role.PUBLISHER
ANALYST, ADMINISTRATOR = Role.ANALYST, Role.ADMINISTRATOR

TABLE = (
    Grant(EDITOR, RECORDS, VIEW + EXPORT, Reach.OWN_AND_PUBLISHED),
    Grant(EDITOR, FOLLOWED, EXPORT, Reach.OWN_AND_PUBLISHED),
    Grant(EDITOR, RECORDS, WRITE + SUBMIT, Reach.OWN_DRAFTS),
    Grant(EDITOR, PARTS, VIEW, Reach.OWN_AND_PUBLISHED),
    Grant(EDITOR, PARTS, WRITE, Reach.OWN_DRAFTS),
    Grant(EDITOR, BODIES, (*VIEW, "add"), Reach.ALL),
    Grant(EDITOR, PERSONS, CONTACT, Reach.ALL),
    Grant(EDITOR, SERIES + VOCABULARIES + PLACES, VIEW, Reach.ALL),
    Grant(EDITOR, LISTED, EXPORT, Reach.ALL),
    Grant(PUBLISHER, RECORDS, VIEW + WRITE + SUBMIT + DECIDE + EXPORT, Reach.ALL),
    Grant(PUBLISHER, PARTS + BODIES, VIEW + WRITE, Reach.ALL),
    Grant(PUBLISHER, PERSONS, CONTACT, Reach.ALL),
    Grant(PUBLISHER, SERIES + VOCABULARIES, VIEW + WRITE, Reach.ALL),
    Grant(PUBLISHER, PLACES, (*VIEW, "change"), Reach.ALL),
    Grant(PUBLISHER, STEPS, VIEW, Reach.ALL),
    Grant(PUBLISHER, FOLLOWED + LISTED, EXPORT, Reach.ALL),
    Grant(ANALYST, RECORDS, VIEW + EXPORT, Reach.ALL),
    Grant(ANALYST, PARTS + BODIES + STEPS, VIEW, Reach.ALL),
    Grant(ANALYST, SERIES + VOCABULARIES + PLACES, VIEW, Reach.ALL),
    Grant(ANALYST, FOLLOWED + LISTED, EXPORT, Reach.ALL),
    Grant(ADMINISTRATOR, ACCOUNTS, (*VIEW, "add"), Reach.ALL),
    Grant(ADMINISTRATOR, ACCOUNTS, ("change",), Reach.ORDINARY),
    # To choose the regions of an account.
    Grant(ADMINISTRATOR, REGIONS, VIEW, Reach.ALL),
)
ACTIONS = VIEW + WRITE + SUBMIT + DECIDE + EXPORT + CONTACT


def permission(model: str, action: str) -> str:
    """Return the name by which ``user.has_perm`` is asked."""
    app_label, name = model.split(".")
    return f"{app_label}.{action}_{name}"


@cache
def permissions_of(role: str) -> dict[str, frozenset[Reach]]:
    """Return every permission of ``role`` with its reach: the table, looked up."""
    reaches = defaultdict(set)
    for grant in TABLE:
        if grant.role == role:
            for model in grant.models:
                for action in grant.actions:
                    reaches[permission(model, action)].add(grant.reach)
    return {name: frozenset(found) for name, found in reaches.items()}


def roles_of(user) -> frozenset[str]:
    """Return the roles of ``user``, read once for an instance."""
    if not hasattr(user, "_roles"):
        names = user.groups.values_list("name", flat=True) if user.pk else []
        user._roles = frozenset(Role.values).intersection(names)
    return user._roles


def regions_of(user) -> frozenset[int]:
    """Return the keys of the regions of ``user``, read once for an instance."""
    if not hasattr(user, "_region_keys"):
        user._region_keys = frozenset(user.regions.values_list("pk", flat=True))
    return user._region_keys


def reaches_of(user, name: str) -> frozenset[Reach]:
    """Return how far ``user`` reaches with the permission ``name``: nothing without."""
    return frozenset().union(
        *(permissions_of(role).get(name, ()) for role in roles_of(user))
    )


def _are_own(user, keys) -> bool:
    return bool(keys) and regions_of(user).issuperset(keys)


def _covers(user, reach: Reach, row) -> bool:
    if reach is Reach.ALL:
        return True
    if reach is Reach.ORDINARY:
        return not row.is_superuser
    record = record_of(row)
    if record is None:
        return False
    if reach is Reach.OWN_DRAFTS:
        return record.is_draft and _are_own(user, record.region_ids())
    return record.is_published or _are_own(user, record.region_ids())


def reaches(user, name: str, row) -> bool:
    """Say whether the permission ``name`` of ``user`` reaches ``row``.

    For a part, ``row`` may also be what it belongs to, or will belong to.
    """
    return any(_covers(user, reach, row) for reach in reaches_of(user, name))


def may_place(user, name: str, keys: Iterable[int]) -> bool:
    """Say whether ``user``, allowed ``name``, may have it done to a draft of ``keys``.

    Asked of the regions that are typed, before a row holds them.
    """
    if user.is_active and user.is_superuser:
        return True
    found = reaches_of(user, name)
    return user.has_perm(name) and (
        Reach.ALL in found or (Reach.OWN_DRAFTS in found and _are_own(user, set(keys)))
    )


def _rows_within(user, reach: Reach, model) -> Q:
    if reach is Reach.ALL:
        return Q(pk__isnull=False)
    if reach is Reach.ORDINARY:
        return Q(is_superuser=False)
    if keys := record_keys(model):
        rows = Q()
        for key in keys:
            parent = model._meta.get_field(key).related_model
            within = parent._default_manager.filter(_rows_within(user, reach, parent))
            rows |= Q(**{f"{key}__in": within.order_by().values("pk")})
        return rows
    records = model._default_manager.order_by()
    own = records.of_regions(regions_of(user))
    if reach is Reach.OWN_DRAFTS:
        return Q(pk__in=own.drafts().values("pk"))
    return Q(pk__in=own.values("pk")) | Q(pk__in=records.published().values("pk"))


def within_reach(user, action: str, queryset, part=None):
    """Return the rows of ``queryset`` that ``user`` may do ``action`` with.

    With ``part``, a model whose rows belong to those of ``queryset``: the rows with a
    part of which ``user`` may do it. One condition in SQL, the same answer as
    ``user.has_perm`` gives of each row; the queryset itself where nothing bounds it.
    """
    if user.is_active and user.is_superuser:
        return queryset
    model = queryset.model
    name = permission((part or model)._meta.label_lower, action)
    found = reaches_of(user, name) if user.has_perm(name) else frozenset()
    if not found:
        return queryset.none()
    if Reach.ALL in found:
        return queryset
    rows = Q()
    for reach in found:
        rows |= _rows_within(user, reach, model)
    return queryset.filter(rows)


def is_bounded(user, action: str, model) -> bool:
    """Say whether ``user`` may do ``action`` with some rows of ``model`` and not others."""
    if not is_bound(model) or (user.is_active and user.is_superuser):
        return False
    name = permission(model._meta.label_lower, action)
    return Reach.ALL not in reaches_of(user, name)
