"""The data contract: every dataset, declared once, in every form.

A new dataset is declared in a module here and named below, after those that its columns
refer to where that can be; a new form is a writer.
"""

from consultations.exports.agenda import AGENDA
from consultations.exports.agreement_parts import (
    AGREEMENT_COMPONENTS,
    AGREEMENT_PARTIES,
    AGREEMENT_STEPS,
)
from consultations.exports.agreements import AGREEMENTS
from consultations.exports.agreements_by_region import AGREEMENTS_BY_REGION
from consultations.exports.attendance import ATTENDANCE
from consultations.exports.attendance_by_category import ATTENDANCE_BY_CATEGORY
from consultations.exports.commitments_by_state import COMMITMENTS_BY_STATE
from consultations.exports.coverage import COVERAGE
from consultations.exports.evidence import CORRECTIONS, DISCREPANCIES, SOURCES
from consultations.exports.follow_up import AID, COMMITMENTS, EXPECTATIONS, PROGRESS
from consultations.exports.meetings import MEETINGS
from consultations.exports.participations import PARTICIPATIONS
from consultations.exports.reference import (
    ORGANISATIONS,
    PARTICIPANT_CATEGORIES,
    PROVINCES,
    SERIES,
)
from consultations.exports.regions import REGIONS
from consultations.exports.responses import stream
from consultations.exports.writers import FORMS

# The rows of the record itself: at most one table a model.
TABLES = {
    dataset.name: dataset
    for dataset in (
        MEETINGS,
        PARTICIPATIONS,
        ATTENDANCE,
        AGENDA,
        EXPECTATIONS,
        COMMITMENTS,
        AID,
        AGREEMENTS,
        AGREEMENT_STEPS,
        AGREEMENT_PARTIES,
        AGREEMENT_COMPONENTS,
        PROGRESS,
        SOURCES,
        DISCREPANCIES,
        CORRECTIONS,
        ORGANISATIONS,
        PARTICIPANT_CATEGORIES,
        SERIES,
        REGIONS,
        PROVINCES,
    )
}
# Figures over the record: computed from the same tables, each with a page of its own.
REPORTS = {
    dataset.name: dataset
    for dataset in (
        ATTENDANCE_BY_CATEGORY,
        COVERAGE,
        AGREEMENTS_BY_REGION,
        COMMITMENTS_BY_STATE,
    )
}
DATASETS = TABLES | REPORTS

__all__ = ["DATASETS", "FORMS", "REPORTS", "TABLES", "stream"]
