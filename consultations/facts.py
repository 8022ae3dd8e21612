"""Which parts of a published record are facts: a change of them needs a public note.

Everything is a fact that is not declared here to be something else. Follow-up carries
its own date or state; translations say the same in another language; order and short
names only arrange.
"""

from dataclasses import dataclass

from django.db import models

from consultations.models import (
    AgreementStep,
    Commitment,
    Correction,
    Discrepancy,
    Document,
    Expectation,
    Meeting,
    PartnershipAgreement,
    Progress,
    Source,
)

ARRANGEMENT = frozenset({"order", "key", "language", "source"})
TRANSLATIONS = ("_fr", "_en")


@dataclass(frozen=True)
class Beside:
    """What of one model is no fact: ``fields``, or rows that are ``added``."""

    fields: frozenset[str] = frozenset()
    rows_added: bool = False


# Rows that are follow-up as a whole: they are added, dated, and say what came after.
FOLLOW_UP = (AgreementStep, Progress, Document, Correction)
BESIDE = {
    Meeting: Beside(frozenset({"state", "coverage", "coverage_note"})),
    PartnershipAgreement: Beside(frozenset({"beneficiaries_reached"})),
    # One more of these takes nothing back that the record said before.
    Expectation: Beside(
        frozenset({"state", "answer_ar", "answered_on"}), rows_added=True
    ),
    Commitment: Beside(frozenset({"state", "answers", "agreement"}), rows_added=True),
    Source: Beside(rows_added=True),
    Discrepancy: Beside(rows_added=True),
}


def is_fact(model: type[models.Model], field: str) -> bool:
    """Say whether ``field`` of ``model`` states something that would be corrected."""
    return not (
        model in FOLLOW_UP
        or field in ARRANGEMENT
        or field.endswith(TRANSLATIONS)
        or field in BESIDE.get(model, Beside()).fields
    )


def states_facts(model: type[models.Model]) -> bool:
    """Say whether rows of ``model`` state anything that would be corrected."""
    return model not in FOLLOW_UP


def adds_facts(model: type[models.Model]) -> bool:
    """Say whether a new row of ``model`` changes what the record states."""
    return states_facts(model) and not BESIDE.get(model, Beside()).rows_added
