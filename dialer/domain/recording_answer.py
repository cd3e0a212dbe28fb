"""What became of the question whether a talk may be recorded. Pure."""

from enum import StrEnum


class RecordingAnswer(StrEnum):
    """Where it stands."""

    NOT_ASKED = ""
    ASKING = "asking"  # it is heard, or an answer is waited for
    AGREED = "agreed"  # by key: the talk is recorded from then on
    DECLINED = "declined"  # by another key, or by none
    FAILED = "failed"  # agreed, but that could not be put on record, or the switch was away
