from consultations.models.agreement import (
    AgreementComponent,
    AgreementParty,
    AgreementStep,
    PartnershipAgreement,
)
from consultations.models.documents import (
    AgreementDocument,
    CommitmentDocument,
    ExpectationDocument,
    MeetingDocument,
)
from consultations.models.evidence import (
    Correction,
    Discrepancy,
    Document,
    Progress,
    Source,
)
from consultations.models.followup import AidDistribution, Commitment, Expectation
from consultations.models.meeting import Meeting
from consultations.models.participation import AgendaItem, Attendance, Participation
from consultations.models.publication import Publication
from consultations.models.series import MeetingSeries
from consultations.models.vocabulary import (
    Instrument,
    MeetingType,
    Programme,
    TargetGroup,
    Theme,
)

__all__ = [
    "AgendaItem",
    "AgreementComponent",
    "AgreementDocument",
    "AgreementParty",
    "AgreementStep",
    "AidDistribution",
    "Attendance",
    "Commitment",
    "CommitmentDocument",
    "Correction",
    "Discrepancy",
    "Document",
    "Expectation",
    "ExpectationDocument",
    "Instrument",
    "Meeting",
    "MeetingDocument",
    "MeetingSeries",
    "MeetingType",
    "Participation",
    "PartnershipAgreement",
    "Programme",
    "Progress",
    "Publication",
    "Source",
    "TargetGroup",
    "Theme",
]
