from consultations.admin import (
    agreement,
    evidence,
    followup,
    meeting,
    series,
    vocabulary,
)

__all__ = ["agreement", "evidence", "followup", "meeting", "series", "vocabulary"]
