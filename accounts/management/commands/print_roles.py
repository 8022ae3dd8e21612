"""Writes docs/roles.md from the table of roles."""

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import translation

from accounts.roles import ACTIONS, TABLE, Reach, Role, permission, permissions_of

PAGE = settings.BASE_DIR / "docs" / "roles.md"
HEAD = """\
# Roles

Who may do what. This page is printed from the table in `accounts/roles.py` by
`manage.py print_roles`; a test holds it to the table, and
`tests/consultations/admin/test_roles.py` drives every role against every address.

- The actions are Django's permissions: `{example}` is the cell *change* of the
  meeting. Beside Django's four: *submit* (send to review), *publish* (publish, refuse,
  schedule), *withdraw*, *export* (files with drafts), *contact* (see and enter the email
  address and telephone number of a person).
- *Own regions* are those of the account. A national record has no region and belongs to no
  regional editor; an agreement of several regions needs all of them. A part (a
  participation, a source …) follows the record that it belongs to.
- Whoever has several roles may do what any of them allows. Without a role a member of staff
  may do nothing but change their own password. Superusers may do everything, except what
  nobody may: delete what was published, and delete an account.
- An administrator changes neither their own roles, regions and access, nor anything of a
  superuser, and makes no superuser.
"""
WORDS = {
    Reach.ALL: "all",
    Reach.OWN_DRAFTS: "own drafts",
    Reach.OWN_AND_PUBLISHED: "own, published",
    Reach.ORDINARY: "no superuser",
}


def cell(role: str, model: str, action: str) -> str:
    found = permissions_of(role).get(permission(model, action), ())
    return ", ".join(sorted(WORDS[reach] for reach in found)) or "–"


def page() -> str:
    """Return docs/roles.md as the table says."""
    parts = [HEAD.format(example=permission("consultations.meeting", "change"))]
    legend = "; ".join(f"*{WORDS[reach]}*: {reach.value}" for reach in Reach)
    parts.append(f"In the cells: {legend}.\n")
    for role in Role:
        names = list(
            dict.fromkeys(
                model for grant in TABLE if grant.role == role for model in grant.models
            )
        )
        actions = [
            action
            for action in ACTIONS
            if any(cell(role, name, action) != "–" for name in names)
        ]
        lines = [
            f"## {str(role.label).capitalize()}",
            "",
            f"Group `{role.value}`.",
            "",
            f"| model | {' | '.join(actions)} |",
            f"|---|{'---|' * len(actions)}",
        ]
        lines += [
            f"| {apps.get_model(name)._meta.verbose_name} (`{name}`) | "
            + " | ".join(cell(role, name, action) for action in actions)
            + " |"
            for name in names
        ]
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


class Command(BaseCommand):
    help = "Write docs/roles.md from the table in accounts/roles.py."
    requires_system_checks = []

    def handle(self, *args, **options):
        with translation.override("en"):
            PAGE.write_text(page(), encoding="utf-8")
