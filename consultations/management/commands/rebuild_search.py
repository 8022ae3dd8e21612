"""Brings the search index to what the record says, and says what differed.

The index follows every change by itself; this is for what was written past the portal,
for a new version that reads texts differently, and to be sure.
"""

from django.core.management.base import BaseCommand, CommandError, no_translations

from consultations.search import rebuild

SHOWN = 5


class Command(BaseCommand):
    help = (
        "Rebuild the search index where it differs from the record; say where it did."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--check",
            "--dry-run",
            action="store_true",
            dest="check",
            help="Change nothing; exit with 1 if anything differs.",
        )

    @no_translations
    def handle(self, *args, check, verbosity, **options):
        outcome = rebuild(dry_run=check)
        if verbosity:
            for line in lines(outcome):
                self.stdout.write(line)
        if check and outcome.count:
            raise CommandError("The search index differs; run rebuild_search.")


def lines(outcome):
    """Yield what differed, a line a table; one line if nothing did."""
    for model, difference in outcome.differences.items():
        name = model._meta.verbose_name_plural
        for what, pks in difference._asdict().items():
            if pks:
                first = ", ".join(map(str, pks[:SHOWN]))
                more = ", …" if len(pks) > SHOWN else ""
                yield f"{name}: {len(pks)} {what} (keys {first}{more})"
    for table in outcome.faulty:
        yield f"{table}: its full-text index does not hold what the table does"
    if outcome.words_missing or outcome.words_unused:
        yield (
            f"search words: {outcome.words_missing} missing, "
            f"{outcome.words_unused} no longer used"
        )
    if not outcome.count:
        yield "The search index holds what the record says."
