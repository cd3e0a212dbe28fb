"""How far verdicts are trusted: what they are charged, and whether they may come before the agent.

A person taken for a machine is abandoned unheard, so the cap on abandonment must count those that
nobody saw. Only the operator's own labelled calls say how many: figures on made sound never do.
Refuses to know how calls were labelled.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from dialer.domain.amd.bound import lower_bound, upper_bound
from dialer.errors import BadInput

DEFAULT_CHARGE: Final = 7 / 158
"""4.4 %: persons that app_amd with its defaults took for machines, of all recordings of the public
bench mojolingo/amdtuner (RESULTS.md: 7 of 158)."""

LEAST_PERSONS: Final = 300
"""Labelled persons before a bound replaces the default charge: without a single error they bound
the rate at 1 % (1 - 0.05 ** (1 / 300)), a third of the usual cap; fewer say too little."""

SCREENING_BY_S: Final = 1.5
"""In screening a person without a verdict by then goes to an agent: 0.5 s before the 2.0 s that
47 CFR 64.1200(a)(7) allows."""

SCREENING_LEAST: Final = 0.98
"""The share of persons that must have a verdict by then, or screening is refused: the others wait
in vain."""


class AmdMode(StrEnum):
    """What is done about answering machines."""

    OFF = "off"
    AGENT_FIRST = "agent_first"  # connected at once; a verdict only releases sure machines
    SCREENING = "screening"  # heard first, connected after


class Origin(StrEnum):
    """Where recordings with known answers come from."""

    OPERATOR = "operator"  # calls of this centre that people have labelled
    SYNTHETIC = "synthetic"  # made for a bench


@dataclass(frozen=True, slots=True)
class Labelled:
    """What a detector said of recordings whose answer is known."""

    origin: Origin
    persons: int
    false_positives: int
    """Persons it took for machines."""
    in_time: int
    """Persons who had a verdict by `SCREENING_BY_S`."""
    doubt: str = ""
    """Why they do not stand for the calls that were not labelled; "" when they may."""

    @property
    def false_positive_bound(self) -> float:
        """The false positive rate is below this with 95 % confidence; 0..1."""
        return upper_bound(self.false_positives, self.persons) if self.persons else 1.0

    @property
    def in_time_bound(self) -> float:
        """The share in time is above this with 95 % confidence; 0..1."""
        return lower_bound(self.in_time, self.persons) if self.persons else 0.0


@dataclass(frozen=True, slots=True)
class Charge:
    """The share of persons that is entered into the ledger as abandoned unheard."""

    rate: float
    reason: str


def charge_of(mode: AmdMode, labelled: Labelled | None) -> Charge:
    """Return what detection is charged in a mode.

    Args:
        mode: of the campaign.
        labelled: the figures there are, if any.
    """
    if mode is AmdMode.OFF:
        return Charge(0.0, "no detection, nobody is taken for a machine")
    if labelled is None:
        return Charge(DEFAULT_CHARGE, "no labelled calls of this centre")
    if labelled.origin is not Origin.OPERATOR:
        return Charge(DEFAULT_CHARGE, "a bound on made recordings says nothing of real persons")
    if labelled.persons < LEAST_PERSONS:
        reason = f"{labelled.persons} labelled persons, {LEAST_PERSONS} are needed"
        return Charge(DEFAULT_CHARGE, reason)
    if labelled.doubt:
        return Charge(max(DEFAULT_CHARGE, labelled.false_positive_bound), labelled.doubt)
    return Charge(
        labelled.false_positive_bound,
        f"{labelled.false_positives} of {labelled.persons} labelled persons were taken for"
        " machines: the rate is below this with 95 % confidence",
    )


def refusal_of(mode: AmdMode, labelled: Labelled | None) -> str:
    """Return why a mode is refused; "" when it is allowed."""
    if mode is not AmdMode.SCREENING:
        return ""
    if labelled is None or labelled.origin is not Origin.OPERATOR:
        return "no labelled calls of this centre say how long persons wait for a verdict"
    if labelled.persons < LEAST_PERSONS:
        return f"{labelled.persons} labelled persons, {LEAST_PERSONS} are needed"
    if labelled.doubt:
        return labelled.doubt
    if labelled.in_time < SCREENING_LEAST * labelled.persons:
        share = labelled.in_time / labelled.persons
        return (
            f"{share:.1%} of persons had a verdict within {SCREENING_BY_S} s,"
            f" {SCREENING_LEAST:.0%} are needed"
        )
    return ""


def check_mode(mode: AmdMode, labelled: Labelled | None) -> None:
    """Check that a campaign may be set to a mode, and started in it.

    Raises:
        BadInput: labelled calls do not allow it, or there are not enough.
    """
    refusal = refusal_of(mode, labelled)
    if refusal:
        fix = "use agent_first, and label calls; see docs/telephony-amd.md"
        raise BadInput("amd", f"{mode.value} is refused: {refusal}", fix)
