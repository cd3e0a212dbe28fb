"""What Asterisk's app_amd says of a call, read as a verdict: one table. Pure.

Refuses to know how it is run.
"""

from collections.abc import Mapping
from typing import Final

from dialer.domain.amd.law import AmdDetector, Answerer, Verdict

SAYINGS: Final[Mapping[tuple[str, str], tuple[Answerer, str]]] = {
    ("HUMAN", "HUMAN"): (Answerer.PERSON, "short_greeting"),
    ("MACHINE", "LONGGREETING"): (Answerer.MACHINE, "long_greeting"),
    ("MACHINE", "MAXWORDS"): (Answerer.MACHINE, "many_words"),
    ("MACHINE", "MAXWORDLENGTH"): (Answerer.MACHINE, "long_word"),
    # it calls who says nothing a machine; nobody is hung up on for that
    ("MACHINE", "INITIALSILENCE"): (Answerer.UNSURE, "silence"),
    ("NOTSURE", "TOOLONG"): (Answerer.UNSURE, "deadline"),
}
"""By AMDSTATUS and the first word of AMDCAUSE (app_amd.c): who answered, and the reason."""


def verdict_of(status: str, cause: str, at_s: float) -> Verdict | None:
    """Return the verdict; None: it says nothing, as of who hung up meanwhile.

    Args:
        status: AMDSTATUS.
        cause: AMDCAUSE, such as "LONGGREETING-1520-1500".
        at_s: seconds since listening began.
    """
    saying = SAYINGS.get((status, cause.partition("-")[0]))
    if saying is None:
        return None
    answerer, reason = saying
    early = None if answerer is Answerer.UNSURE else at_s  # its law is the same in both modes
    return Verdict(answerer, reason, at_s, early, AmdDetector.ASTERISK)
