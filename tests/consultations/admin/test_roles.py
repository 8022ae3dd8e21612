"""Every role at every address of the administration, each cell held to the table.

The addresses are those of the URLconf: a new one fails here until ``NEEDS`` says what it
takes. Whoever may do everything fills the forms in; the others send the same.
"""

import io
import os
import sys
from collections import Counter
from dataclasses import dataclass

import openpyxl
import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.messages import constants, get_messages
from django.db import connection, transaction
from django.http import HttpRequest
from django.urls import URLPattern, get_resolver, reverse

from accounts.models import User
from accounts.roles import TABLE, Reach
from config.concurrency import version_input_of, version_of
from consultations.admin.steps import CONFIRMED, STEPS
from consultations.models import Meeting, PartnershipAgreement
from tests.consultations.admin.test_pages import FACTORIES
from tests.factories.accounts import UserFactory
from tests.factories.consultations import (
    CommitmentFactory,
    CorrectionFactory,
    ExpectationFactory,
    MeetingFactory,
    PartnershipAgreementFactory,
    ProgressFactory,
    SourceFactory,
)
from tests.factories.regions import RegionFactory
from tests.factories.stakeholders import PersonFactory
from tests.forms import form_data

pytestmark = [pytest.mark.django_db, pytest.mark.walk]

OWN, SECOND, OTHER = "own", "second", "other"
ACTORS = {
    "regional editor": {"roles": ["regional_editor"], "regions": [OWN]},
    "editor of two regions": {"roles": ["regional_editor"], "regions": [OWN, SECOND]},
    "editor without regions": {"roles": ["regional_editor"]},
    "publisher": {"roles": ["publisher"]},
    "analyst": {"roles": ["analyst"], "regions": [OWN]},
    "administrator": {"roles": ["administrator"], "regions": [OWN]},
    "superuser": {},
    "no role": {"ordinary": True, "regions": [OWN]},
    "not staff": {"roles": ["publisher"], "regions": [OWN], "is_staff": False},
    "anonymous": None,
}
# Driving all takes minutes: without ROLES=all only the one with most differences between
# rows and, where rows play no part in it, on one database, the one who may do nothing.
if os.environ.get("ROLES") == "all":
    DRIVEN = tuple(ACTORS)
elif connection.vendor == "postgresql":
    DRIVEN = ("regional editor",)
else:
    DRIVEN = ("regional editor", "no role")
PAST = {
    "draft": {"draft": True},
    "in_review": {"draft": True, "publication": "in_review"},
    "published": {},
    "withdrawn": {"withdrawn": True},
}
RECORDS = [
    ([OWN], "draft"),
    ([OWN], "in_review"),
    ([OWN], "published"),
    ([OWN], "withdrawn"),
    ([OTHER], "draft"),
    ([OTHER], "published"),
    ([], "draft"),
    ([], "published"),
    ([OWN, SECOND], "draft"),
    ([OWN, OTHER], "draft"),
]
# Pages of one row, by the end of their name: what GET and POST take.
NEEDS = {
    "change": ("view", "change"),
    "delete": ("delete", "delete"),
    "history": ("view", "view"),
    "preview": ("view", "view"),
    "restore": ("change", "change"),
    "preview_links": ("preview_links", "preview_links"),
    "submit": ("submit", "submit"),
    "publish": ("publish", "publish"),
    "send_back": ("publish", "publish"),
    "call_off": ("publish", "publish"),
    "withdraw": ("withdraw", "withdraw"),
    "return_to_draft": ("publish", "publish"),
    "password_change": ("change", "change"),
    "changelist": ("view", "view"),
    "add": ("add", "add"),
}
OF_THE_SITE = {
    "index",
    "login",
    "logout",
    "password_change",
    "password_change_done",
    "autocomplete",
    "jsi18n",
    "view_on_site",
    "app_list",
}
ACTIONS = {
    "delete_selected": "delete",
    "end_sessions": "change",
    "let_try_again": "change",
    "remove_second_factor": "change",
    "submit_selected": "submit",
    "publish_selected": "publish",
    "send_back_selected": "publish",
    "call_off_selected": "publish",
    "withdraw_selected": "withdraw",
    "return_selected_to_draft": "publish",
    "export_as_csv": "export",
    "export_for_excel": "export",
    "export_as_workbook": "export",
    "retire": "change",
    "take_up_again": "change",
}
TYPED = {"post": "yes", "reason": "سبب"}


@dataclass(frozen=True)
class Row:
    """A row of the table of some model, with what decides over it."""

    obj: object
    regions: frozenset = frozenset()
    state: str = ""
    marker: str = ""

    @property
    def label(self):
        return self.obj._meta.label_lower


def allowed(name, action, label, row=None) -> bool:
    """Read the table: may the actor ``name`` do ``action`` (with ``row``)?"""
    actor = ACTORS[name]
    if actor is None or not actor.get("is_staff", True):
        return False
    if label == "accounts.user" and action == "delete":
        return False
    if label == "consultations.publicationstep" and action != "view":
        return False
    if action == "preview_links":
        return row.state != "published" and (
            allowed(name, "change", label, row) or allowed(name, "publish", label, row)
        )
    if (
        action == "delete"
        and row is not None
        and isinstance(row.obj, Meeting | PartnershipAgreement)
        and row.state in ("published", "withdrawn")
    ):
        return False
    if name == "superuser":
        return True
    own = set(actor.get("regions", []))
    for grant in TABLE:
        if not (
            grant.role in actor.get("roles", [])
            and label in grant.models
            and action in grant.actions
        ):
            continue
        is_own = row is not None and bool(row.regions) and row.regions <= own
        if (
            row is None
            or {
                Reach.ALL: True,
                Reach.ORDINARY: not getattr(row.obj, "is_superuser", False),
                Reach.OWN_DRAFTS: is_own and row.state == "draft",
                Reach.OWN_AND_PUBLISHED: is_own or row.state == "published",
            }[grant.reach]
        ):
            return True
    return False


def patterns(resolver=None):
    """Yield every address of the administration's URLconf, by its name and model."""
    for one in resolver or admin.site.get_urls():
        if isinstance(one, URLPattern):
            yield one
        else:
            yield from patterns(one.url_patterns)


def split(name):
    """Return the model and the end of the name of a page of a model."""
    for model in admin.site._registry:
        stem = f"{model._meta.app_label}_{model._meta.model_name}_"
        if name.startswith(stem):
            return model, name.removeprefix(stem)
    return (User, "password_change") if name == "auth_user_password_change" else None


def pages_of(model) -> list[str]:
    """Return the names of all pages of ``model``, as the URLconf has them."""
    return [
        one.name
        for one in patterns()
        if one.name and (found := split(one.name)) and found[0] is model
    ]


def end_of(name):
    return split(name)[1]


def test_every_address_is_known():
    ends = {end_of(one.name) for one in patterns() if one.name and split(one.name)}
    others = {one.name for one in patterns() if one.name and not split(one.name)}

    assert ends == set(NEEDS)
    assert others == OF_THE_SITE
    assert {str(one.pattern) for one in patterns() if one.name is None} == {
        "<path:object_id>/",  # leads to the page of the row, which asks
        "(?P<url>.*)$",  # 404
    }
    assert get_resolver().namespace_dict["admin"]


@dataclass(frozen=True)
class World:
    """Whom and what the tests here find; nothing that they do is kept."""

    rows: list
    users: dict
    forms: dict


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker):
    """The world, made once for the tests here."""
    with django_db_blocker.unblock(), transaction.atomic():
        regions, rows = make_rows()
        users = make_users(regions)
        yield World(rows, users, {})
        transaction.set_rollback(True)


@pytest.fixture
def world(made, db):
    return made


def make_rows():
    """Make rows of every model, of every region and state that decides over them."""
    regions = {name: RegionFactory() for name in (OWN, SECOND, OTHER)}
    rows = []
    for number, (territory, state) in enumerate(RECORDS):
        where = frozenset(territory)
        if len(territory) < 2:
            marker = f"لقاءم{number}م"
            meeting = MeetingFactory(
                title_ar=marker,
                region=regions[territory[0]] if territory else None,
                **PAST[state],
            )
            SourceFactory(meeting=meeting)
            rows.append(Row(meeting, where, state, marker))
            if state in ("draft", "published"):
                part = {"regions": where, "state": state}
                expectation = ExpectationFactory(
                    meeting=meeting, text_ar=f"انتظارم{number}م"
                )
                commitment = CommitmentFactory(
                    meeting=meeting, text_ar=f"التزامم{number}م"
                )
                report = ProgressFactory(commitment=commitment, note=f"تقدم{number}م")
                note = CorrectionFactory(meeting=meeting, what=f"تصويبم{number}م")
                for one, text in (
                    (expectation, expectation.text_ar),
                    (commitment, commitment.text_ar),
                    (report, report.note),
                    (note, note.what),
                ):
                    rows.append(Row(one, marker=text, **part))
        marker = f"اتفاقيةم{number}م"
        agreement = PartnershipAgreementFactory(title_ar=marker, **PAST[state])
        agreement.regions.set(regions[name] for name in territory)
        SourceFactory(agreement=agreement)
        rows.append(Row(agreement, where, state, marker))
    made = {row.label for row in rows}
    for name, factory in FACTORIES.items():
        model = split(f"{name}_change")[0]
        if model._meta.label_lower not in made | {
            "stakeholders.person",
            "accounts.user",
        }:
            rows.append(Row(factory()))
    rows.append(Row(PersonFactory(email="secret@example.org", telephone="0612345678")))
    rows += [Row(UserFactory(roles=["publisher"])), Row(UserFactory())]
    return regions, rows


def make_users(regions):
    return {
        name: None
        if options is None
        else UserFactory(
            **options
            | {"regions": [regions[one] for one in options.get("regions", [])]}
        )
        for name, options in ACTORS.items()
    }


def written():
    """Return what every change of the administration adds to."""
    return LogEntry.objects.count()


def sent(client, address, data=None):
    """Ask for a page, or send a form and take back what it did.

    Return the answer and whether anything was written.
    """
    client.cookies.pop("messages", None)  # those of the page before
    if data is None:
        return client.get(address), False
    with transaction.atomic():
        before = written()
        response = client.post(address, data)
        has_written = written() != before
        transaction.set_rollback(True)
    return response, has_written


def is_refused(response) -> bool:
    if response.status_code in (403, 404):
        return True
    if response.status_code == 409:  # what was typed, where it may not be saved
        return "row_url" in response.context
    return response.status_code == 302 and (
        response.url == reverse("admin:index")
        or response.url.startswith(reverse("admin:login"))
    )


def arguments_of(row, end):
    """Return what the address of the page ``end`` of a row is made of."""
    if end != "restore":
        return [row.obj.pk]
    return [row.obj.pk, row.obj.history.earliest("history_id").change_set]


def sent_form(client, row, end, address):
    """Return what whoever may do everything sends at ``address``."""
    if end == "change":
        return form_data(client.get(address), f"{row.obj._meta.model_name}_form")
    if end in STEPS:
        seen = {version_input_of(row.obj): version_of(row.obj)}
        data = TYPED | seen | {CONFIRMED: "1"}
        return data | {"remark": "سبب", "override_reason": "سبب"}
    if end == "password_change":
        words = {"password1": "aT4-pq9!x-and", "password2": "aT4-pq9!x-and"}
        return words | {"usable_password": "true"}
    return TYPED


def signed_in(client, user):
    client.logout()
    if user is not None:
        client.force_login(user)


def report(name, counts, wrong, capsys):
    leaks = [cell for cell in wrong if cell[0] == "leak"]
    with capsys.disabled():
        sys.stdout.write(f"\n{name}: {sum(counts.values())} cells, {len(leaks)} leaks ")


def pages_of_rows(client, world):
    """Return the pages of all rows with what whoever may do everything sends there."""
    if not world.forms:
        signed_in(client, world.users["superuser"])
        for row in world.rows:
            for page in pages_of(type(row.obj)):
                end = end_of(page)
                if end in ("add", "changelist"):
                    continue
                address = reverse(f"admin:{page}", args=arguments_of(row, end))
                form = sent_form(client, row, end, address)
                world.forms[address] = (row, end, form)
    return world.forms


@pytest.mark.parametrize("name", DRIVEN)
def test_every_page_of_every_row_answers_as_the_table_says(client, world, name, capsys):
    pages = pages_of_rows(client, world)
    user = world.users[name]
    signed_in(client, user)
    unseen = {
        row.marker
        for row in world.rows
        if row.marker and not allowed(name, "view", row.label, row)
    }
    if not allowed(name, "contact", "stakeholders.person"):
        unseen |= {"secret@example.org", "0612345678"}

    counts, wrong = Counter(), []
    for address, (row, end, form) in pages.items():
        for need, data in zip(NEEDS[end], (None, form), strict=True):
            response, has_written = sent(client, address, data)
            counts[end] += 1
            cell = (row.label, row.state, sorted(row.regions), end, data is not None)
            if end == "password_change":
                # It begins a new session, which was taken back with the change.
                signed_in(client, user)
            may = allowed(name, need, row.label, row)
            if need == "view" and data is not None and has_written:
                wrong.append(("leak", *cell))
            elif may == is_refused(response):
                wrong.append(("refused" if may else "leak", *cell))
            elif not may and has_written:
                wrong.append(("leak", *cell))
            if response.status_code in (200, 409):
                shown = response.text
                wrong += [
                    ("leak", *cell, text)
                    for text in unseen - {row.marker}
                    if text in shown
                ]

    report(name, counts, wrong, capsys)
    assert wrong == []


def is_staff(name):
    return ACTORS[name] is not None and ACTORS[name].get("is_staff", True)


@pytest.mark.parametrize("name", DRIVEN)
def test_every_list_holds_what_the_table_says(client, world, name, capsys):
    rows, users = world.rows, world.users
    signed_in(client, users[name])

    counts, wrong = Counter(), []
    for model in admin.site._registry:
        label = model._meta.label_lower
        stem = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        for method, data in (("GET", None), ("POST", {})):
            response, _written = sent(client, reverse(f"{stem}_changelist"), data)
            counts["changelist"] += 1
            if allowed(name, "view", label) == is_refused(response):
                wrong.append(("leak", label, method))
            if response.status_code == 200 and label != "accounts.user":
                shown = set(response.context["cl"].queryset)
                seen = {
                    row.obj
                    for row in rows
                    if row.label == label and allowed(name, "view", label, row)
                }
                hidden = {row.obj for row in rows if row.label == label} - seen
                if shown & hidden or seen - shown:
                    wrong.append(("leak", label, method, "rows"))
            response, has_written = sent(client, reverse(f"{stem}_add"), data)
            counts["add"] += 1
            if allowed(name, "add", label) == is_refused(response) or has_written:
                wrong.append(("leak", label, "add", method))

    report(name, counts, wrong, capsys)
    assert wrong == []


@pytest.mark.parametrize("name", DRIVEN)
def test_every_action_is_carried_out_on_what_the_table_says(
    client, world, name, capsys
):
    rows, users = world.rows, world.users
    request = HttpRequest()
    request.user = users["superuser"]
    signed_in(client, users[name])

    counts, wrong = Counter(), []
    for row in rows:
        model_admin = admin.site.get_model_admin(type(row.obj))
        stem = f"admin:{row.obj._meta.app_label}_{row.obj._meta.model_name}"
        for action in model_admin.get_actions(request):
            response, has_written = sent(
                client,
                reverse(f"{stem}_changelist"),
                {"action": action, "_selected_action": row.obj.pk, **TYPED},
            )
            counts[action] += 1
            may = allowed(name, ACTIONS[action], row.label, row)
            # The page of accounts warns whoever has just removed a second step.
            was_left_out = is_refused(response) or (
                action != "remove_second_factor"
                and constants.WARNING
                in {message.level for message in get_messages(response.wsgi_request)}
            )
            cell = (row.label, row.state, sorted(row.regions), action)
            is_in_file = row.marker and row.marker in body(response)
            if not may and (has_written or is_in_file):
                wrong.append(("leak", *cell))
            if may and was_left_out:
                wrong.append(("refused", *cell))

    report(name, counts, wrong, capsys)
    assert wrong == []


def body(response):
    """Return the file that an action sends, empty for any other answer."""
    if "Content-Disposition" not in response.headers:
        return ""
    content = response.getvalue()
    if not content.startswith(b"PK"):
        return content.decode()
    book = openpyxl.load_workbook(io.BytesIO(content))
    return str([*book.worksheets[0].iter_rows(values_only=True)])


@pytest.mark.parametrize("name", DRIVEN)
def test_every_autocomplete_offers_what_the_table_says(client, world, name, capsys):
    rows, users = world.rows, world.users
    signed_in(client, users[name])
    fields = {
        (options.model, field)
        for model_admin in admin.site._registry.values()
        for options in (model_admin, *model_admin.inlines)
        for field in options.autocomplete_fields
    }

    counts, wrong = Counter(), []
    for model, field in fields:
        label = model._meta.get_field(field).related_model._meta.label_lower
        response, _written = sent(
            client,
            f"{reverse('admin:autocomplete')}?app_label={model._meta.app_label}"
            f"&model_name={model._meta.model_name}&field_name={field}&term=",
        )
        counts["autocomplete"] += 1
        if allowed(name, "view", label) == is_refused(response):
            wrong.append(("leak", label, field))
        if response.status_code == 200:
            offered = {int(one["id"]) for one in response.json()["results"]}
            hidden = {
                row.obj.pk
                for row in rows
                if row.label == label and not allowed(name, "view", label, row)
            }
            if offered & hidden:
                wrong.append(("leak", label, field))

    report(name, counts, wrong, capsys)
    assert wrong == []


@pytest.mark.parametrize("name", DRIVEN)
def test_addresses_of_the_site_answer_as_the_table_says(client, world, name, capsys):
    rows, users = world.rows, world.users
    signed_in(client, users[name])

    counts, wrong = Counter(), []
    for row in rows:
        kind = ContentType.objects.get_for_model(row.obj).pk
        response = client.get(reverse("admin:view_on_site", args=[kind, row.obj.pk]))
        counts["view_on_site"] += 1
        has_page = hasattr(row.obj, "get_absolute_url")
        may = allowed(name, "view", row.label, row) and has_page
        if may == is_refused(response):
            wrong.append(("leak", row.label, row.state, "view_on_site"))
    for page in ("index", "jsi18n", "password_change", "password_change_done"):
        response = client.get(reverse(f"admin:{page}"))
        counts[page] += 1
        if is_staff(name) == is_refused(response):
            wrong.append(("leak", page))
    for app in {model._meta.app_label for model in admin.site._registry}:
        response = client.get(reverse("admin:app_list", args=[app]))
        counts["app_list"] += 1
        seen = {
            model
            for model in admin.site._registry
            if model._meta.app_label == app
            and allowed(name, "view", model._meta.label_lower)
        }
        if bool(seen) == is_refused(response):
            wrong.append(("leak", app))
        if response.status_code == 200:
            [listed] = response.context["app_list"]
            if {one["model"] for one in listed["models"]} != seen:
                wrong.append(("leak", app, "menu"))

    report(name, counts, wrong, capsys)
    assert wrong == []
