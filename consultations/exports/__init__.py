"""The data contract: every dataset, declared once, in every form.

A new dataset is a module here and a line below; a new form is a writer.
"""

from consultations.exports.agreements import AGREEMENTS
from consultations.exports.agreements_by_region import AGREEMENTS_BY_REGION
from consultations.exports.attendance_by_category import ATTENDANCE_BY_CATEGORY
from consultations.exports.commitments_by_state import COMMITMENTS_BY_STATE
from consultations.exports.coverage import COVERAGE
from consultations.exports.meetings import MEETINGS
from consultations.exports.participations import PARTICIPATIONS
from consultations.exports.regions import REGIONS
from consultations.exports.responses import stream
from consultations.exports.writers import FORMS

DATASETS = {
    dataset.name: dataset for dataset in (MEETINGS, AGREEMENTS, PARTICIPATIONS, REGIONS)
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
DATASETS |= REPORTS

__all__ = ["DATASETS", "FORMS", "REPORTS", "stream"]
