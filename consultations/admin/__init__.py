from consultations.admin import (
    agreement,
    evidence,
    exports,
    followup,
    meeting,
    series,
    usual,
    vocabulary,
)

__all__ = [
    "agreement",
    "evidence",
    "exports",
    "followup",
    "meeting",
    "series",
    "usual",
    "vocabulary",
]
