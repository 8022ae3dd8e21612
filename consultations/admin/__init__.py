from consultations.admin import (
    agreement,
    evidence,
    followup,
    meeting,
    series,
    usual,
    vocabulary,
)

__all__ = [
    "agreement",
    "evidence",
    "followup",
    "meeting",
    "series",
    "usual",
    "vocabulary",
]
