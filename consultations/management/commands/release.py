"""Freezes the public record as a release that can be cited, or checks those there are."""

import re

from django.core.management.base import BaseCommand, CommandError, no_translations
from django.utils import timezone

from consultations.catalogue.package import UnsteadyError
from consultations.catalogue.releases import ReleaseExistsError, freeze, releases


class Command(BaseCommand):
    help = (
        "Freeze all public tables under /data/releases/<today>/, with their checksums. "
        "A release never changes."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "address",
            nargs="?",
            help="The portal's own address, which stands in the files: https://example.ma",
        )
        parser.add_argument(
            "--check",
            action="store_true",
            help="Make none; exit with 1 if a file of a release is not what it was.",
        )

    @no_translations
    def handle(self, *args, address, check, **options):
        if check:
            self.check_releases()
            return
        if not address or not re.fullmatch(r"https?://[^/\s?#]+", address):
            raise CommandError(
                "Give the portal's own address, without a slash at its end: "
                "manage.py release https://example.ma"
            )
        try:
            release = freeze(address, timezone.localdate())
        except (ReleaseExistsError, UnsteadyError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{address}{release.path}")
        self.stdout.write(f"SHA-256 {release.sha256}")

    def check_releases(self):
        damaged = {
            release.day.isoformat(): names
            for release in releases()
            if (names := release.damaged())
        }
        for day, names in damaged.items():
            self.stderr.write(f"{day}: {', '.join(names)}")
        if damaged:
            raise CommandError("A release is not what it was: restore its folder.")
        self.stdout.write(f"{len(releases())} releases, all as they were made.")
