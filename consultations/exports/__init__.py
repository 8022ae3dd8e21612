"""The data contract: every dataset, declared once, in every form.

A new dataset is a module here and a line below; a new form is a writer.
"""

from consultations.exports.agreements import AGREEMENTS
from consultations.exports.meetings import MEETINGS
from consultations.exports.participations import PARTICIPATIONS
from consultations.exports.regions import REGIONS
from consultations.exports.responses import stream
from consultations.exports.writers import FORMS

DATASETS = {
    dataset.name: dataset for dataset in (MEETINGS, AGREEMENTS, PARTICIPATIONS, REGIONS)
}

__all__ = ["DATASETS", "FORMS", "stream"]
