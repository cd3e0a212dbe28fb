"""What a carrier says of the number that a caller shows (STIR/SHAKEN): checked, and attested. Pure.

Knows the words of 3GPP TS 24.229 (`verstat`) and ATIS-1000082 (the level behind it), and nothing
else that stands in a header. Refuses to know SIP, and whether a carrier is to be believed.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

VERSTAT: Final = "verstat"
"""Where a carrier tells it unless a header is named: in P-Asserted-Identity or From."""

HEADER: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,63}")
"""The name of a header."""

_ENDS: Final = r"(?=[;@>&,\s\"]|$)"
_WORDS: Final = (
    r"(?:TN-Validation-(?P<found>Passed|Failed)(?:-(?P<level>[ABC]))?|(?P<none>No-TN-Validation))"
    + _ENDS
)
_IN_ADDRESS: Final = re.compile(rf";verstat={_WORDS}", re.IGNORECASE | re.ASCII)
_ALONE: Final = re.compile(_WORDS, re.IGNORECASE | re.ASCII)
_LEVEL: Final = re.compile(r"(?:attest(?:ation)?=)?\"?([ABC])\"?", re.IGNORECASE | re.ASCII)


class Verified(StrEnum):
    """What the carrier found."""

    NOT_TOLD = ""
    PASSED = "passed"
    FAILED = "failed"
    NONE = "none"  # it has checked nothing


@dataclass(frozen=True, slots=True)
class Verification:
    """What a carrier said of one caller's number."""

    verified: Verified = Verified.NOT_TOLD
    attestation: str = ""
    """A, B or C; "": not told."""

    def __str__(self) -> str:
        return " ".join(part for part in (self.verified.value, self.attestation) if part)


NOT_TOLD: Final = Verification()


def in_address(header: str) -> Verification:
    """Return what stands in an address of P-Asserted-Identity or From; anything may be in it.

    What a caller may write themselves, the name that is shown, is not looked at.
    """
    address = header
    if "<" in header:
        address = header.rpartition("<")[2].partition(">")[0] + ">"
    found = _IN_ADDRESS.search(address)
    return NOT_TOLD if found is None else _said(found)


def in_header(value: str) -> Verification:
    """Return what a header of a carrier's own says: words of verstat, or a level by itself."""
    said = value.strip()
    found = _ALONE.match(said)
    if found is not None:
        return _said(found)
    level = _LEVEL.fullmatch(said)
    return NOT_TOLD if level is None else Verification(attestation=level[1].upper())


def _said(found: re.Match[str]) -> Verification:
    if found["none"]:
        return Verification(Verified.NONE)
    return Verification(Verified(found["found"].lower()), (found["level"] or "").upper())
