"""A person's consent to be called: what was agreed to, for what, and where the proof is. Pure.

Knows when a consent counts. Refuses to know which rules ask for one
(`dialer.domain.calling_rules`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from dialer.domain.calling_rules.rule import Consent, Purpose
from dialer.domain.instant import instant_of
from dialer.domain.telephone_number import UnusableNumber, e164
from dialer.errors import BadInput


@dataclass(frozen=True, slots=True)
class ConsentGiven:
    """One consent; times are seconds since the epoch."""

    number: str
    """E.164 with the leading plus."""
    kind: Consent
    proof: str
    """Where it can be looked up: a form, a recording, a letter."""
    given_at: float
    purpose: str = ""
    """What the calls are for (`Purpose`); "": anything."""
    expires_at: float | None = None
    withdrawn_at: float | None = None

    def counts(self, at: float, purpose: str | None = None) -> bool:
        """Tell whether a call at an instant has this consent; None: whatever it is for.

        A consent that names its purpose covers no other.
        """
        return (
            self.given_at <= at
            and (self.expires_at is None or at < self.expires_at)
            and (self.withdrawn_at is None or at < self.withdrawn_at)
            and (purpose is None or self.purpose in ("", purpose))
        )


def consent_from(
    values: Mapping[str, str], *, default_region: str | None, now: float
) -> ConsentGiven:
    """Read a consent as people give it: number, kind, purpose, proof, given_at, expires_at.

    Args:
        values: as written; what is missing is "".
        default_region: country (ISO 3166) of numbers without a plus.
        now: epoch seconds; a consent without `given_at` is given now.

    Raises:
        BadInput: something is missing or no value of its kind.
    """
    try:
        number = e164(values.get("number", ""), default_region)
    except UnusableNumber as unusable:
        raise BadInput("number", str(unusable), "write it as +12025550100") from None
    kind = values.get("kind", "").strip()
    if kind not in tuple(Consent):
        known = " or ".join(Consent)
        raise BadInput("kind", f"{kind!r} is no kind of consent", f"use {known}")
    purpose = values.get("purpose", "").strip()
    if purpose and purpose not in tuple(Purpose):
        known = ", ".join(Purpose)
        raise BadInput("purpose", f"{purpose!r} is unknown", f"use {known}, or leave it out")
    proof = values.get("proof", "").strip()
    if not proof:
        raise BadInput("proof", "is missing", "say where it can be looked up: a form, a recording")
    given = values.get("given_at", "").strip()
    expires = values.get("expires_at", "").strip()
    given_at = instant_of(given, "given_at") if given else now
    expires_at = instant_of(expires, "expires_at") if expires else None
    if given_at > now:
        raise BadInput("given_at", f"{given} is in the future", "say when it was given")
    if expires_at is not None and expires_at <= given_at:
        raise BadInput("expires_at", "is not after given_at", "correct one of them")
    return ConsentGiven(number, Consent(kind), proof, given_at, purpose, expires_at)
