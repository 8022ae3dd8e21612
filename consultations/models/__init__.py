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
from consultations.models.participation import (
    AgendaItem,
    Attendance,
    Hearing,
    Participation,
)
from consultations.models.preview_link import PreviewLink
from consultations.models.publication import Publication, has_come, is_public
from consultations.models.publication_step import PublicationStep
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
    "Hearing",
    "Instrument",
    "Meeting",
    "MeetingDocument",
    "MeetingSeries",
    "MeetingType",
    "Participation",
    "PartnershipAgreement",
    "PreviewLink",
    "Programme",
    "Progress",
    "Publication",
    "PublicationStep",
    "Source",
    "TargetGroup",
    "Theme",
    "has_come",
    "is_public",
]
