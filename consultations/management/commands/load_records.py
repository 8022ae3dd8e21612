"""Loads the real record of the consultations that ships with the portal.

Run again it changes nothing: what the database has is left as staff made it.
"""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, no_translations

from consultations.records.loader import FOLDER, RecordError, load_records


class Command(BaseCommand):
    help = "Load the meetings and agreements that ship with the portal, once."

    def add_arguments(self, parser):
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="Check everything and say what would be added, but write nothing.",
        )
        parser.add_argument(
            "--folder",
            type=Path,
            default=FOLDER,
            help="The folder of the files, by default those that ship with the portal.",
        )

    @no_translations
    def handle(self, *args, dry_run, folder, verbosity, **options):
        try:
            outcome = load_records(folder, dry_run=dry_run)
        except RecordError as error:
            raise CommandError(error) from error
        if verbosity:
            for line in outcome.lines():
                self.stdout.write(line)
            if dry_run:
                self.stdout.write("Nothing was written.")
