"""One category of participants: where it was heard last, who is of it, what it raised."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from config.folding import fold
from config.public_state import kept_per_state
from consultations.dossiers.follow_up import latest_expectations
from consultations.models import Attendance, Expectation, Meeting, Participation
from stakeholders.models import Organisation

SHOWN = 6


@dataclass(frozen=True)
class CategoryDossier:
    meetings: list[Meeting]
    expectations: list[Expectation]


@kept_per_state(entries=64)
def read_category(category: int) -> CategoryDossier:
    """Return what the page of a category lists, in a constant number of queries."""
    here = {"meeting": OuterRef("pk"), "category": category}
    was_heard = Exists(Participation.objects.filter(**here)) | Exists(
        Attendance.objects.filter(present__gt=0, **here)
    )
    return CategoryDossier(
        meetings=list(
            Meeting.objects.published().held().filter(was_heard).for_list()[:SHOWN]
        ),
        expectations=latest_expectations(Expectation.objects.filter(category=category)),
    )


@kept_per_state(entries=96)
def organisations_of_category(category: int, language: str) -> list[Organisation]:
    """Return the organisations of a category by their names in ``language``.

    As a dictionary orders them: without regard to case, accents or the form of alif.
    Organisations that no published record names are among them.
    """
    organisations = Organisation.objects.filter(category=category)
    return sorted(
        organisations.select_related("region"),
        key=lambda one: (fold(getattr(one, f"name_{language}") or one.name), one.pk),
    )
