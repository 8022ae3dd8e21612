"""Makes the group of each role hold exactly what the table says."""

from django.contrib.auth.models import Group, Permission
from django.core.management.base import BaseCommand
from django.db import transaction

from accounts.roles import Role, permissions_of


class Command(BaseCommand):
    help = (
        "Make the groups of the roles as accounts/roles.py says; who is in them stays."
    )
    requires_system_checks = []

    @transaction.atomic
    def handle(self, *args, **options):
        known = {
            f"{app_label}.{codename}": pk
            for pk, app_label, codename in Permission.objects.values_list(
                "pk", "content_type__app_label", "codename"
            )
        }
        for role in Role:
            group, is_new = Group.objects.get_or_create(name=role.value)
            wanted = {known[name] for name in permissions_of(role)}
            held = set(group.permissions.values_list("pk", flat=True))
            if held == wanted and not is_new:
                continue
            group.permissions.set(wanted)
            if options["verbosity"] > 0:
                self.stdout.write(f"{role.value}: {len(wanted)} permissions")
