"""How often a password or PIN may be guessed: failures within a time lock whose it is. Pure.

The failures slide: what counts are those of the last `within_s`, not those since some start.
Refuses to know where failures are kept, and whether a password is right.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final


@dataclass(frozen=True, slots=True)
class GuessLimit:
    """How many failures within which time lock for how long."""

    failures: int
    within_s: float
    locked_s: float


OF_LOGIN: Final = GuessLimit(failures=5, within_s=900.0, locked_s=900.0)
"""At most 480 guesses a day; NIST SP 800-63B allows 100 in a row."""

OF_ADDRESS: Final = GuessLimit(failures=20, within_s=900.0, locked_s=900.0)
"""Looser: an office comes from one address."""

OF_PIN: Final = GuessLimit(failures=5, within_s=86_400.0, locked_s=6 * 3600.0)
"""Of an account that callers log in to: at most 20 guesses a day at 10,000 PINs of four digits."""

OF_CALLER: Final = GuessLimit(failures=20, within_s=86_400.0, locked_s=3600.0)
"""Looser: a firm's calls come from one number."""

_SUBSCRIBER_BITS: Final = 64
"""Of an IPv6 address: one subscriber has as many addresses as the rest of it can name."""


@dataclass(frozen=True, slots=True)
class Failures:
    """What is kept of the failures of one login or address."""

    failed_at: tuple[float, ...] = ()
    """Those that still count, epoch seconds, oldest first."""
    locked_until: float | None = None

    def is_locked(self, now: float) -> bool:
        """Tell whether no guess is taken now."""
        return self.locked_until is not None and now < self.locked_until


def with_failure(failed_at: Sequence[float], now: float, limit: GuessLimit) -> Failures:
    """Return what is kept after one more failure at `now`; none before it counts once locked."""
    recent = (*(at for at in failed_at if now - at < limit.within_s), now)
    if len(recent) < limit.failures:
        return Failures(recent)
    return Failures((), now + limit.locked_s)


def guessed(tenant_id: str, login: str, address: str) -> Mapping[str, GuessLimit]:
    """Return what a guess is counted for, each under a name of its own."""
    return {login_subject(tenant_id, login): OF_LOGIN, address_subject(address): OF_ADDRESS}


def pin_guessed(tenant_id: str, kind: str, number: str, caller: str) -> Mapping[str, GuessLimit]:
    """Return what a guess at a PIN is counted for.

    Args:
        tenant_id: whose account.
        kind: of the account.
        number: of the account, as it was keyed in, whether there is such an account or not.
        caller: number of who calls, E.164; "": withheld, so there is nobody to count it for.
    """
    found = {pin_subject(tenant_id, kind, number): OF_PIN}
    return {**found, _named("caller", tenant_id, caller): OF_CALLER} if caller else found


def pin_subject(tenant_id: str, kind: str, number: str) -> str:
    """Return the name under which guesses at the PIN of an account are counted."""
    return _named("pin", tenant_id, kind, number)


def login_subject(tenant_id: str, login: str) -> str:
    """Return the name under which guesses for a login are counted, whether it exists or not."""
    return _named("login", tenant_id, login)


def _named(what: str, *parts: str) -> str:
    digest = hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()
    return f"{what} {digest}"


def address_subject(address: str) -> str:
    """Return the name under which guesses from an address are counted."""
    try:
        seen = ip_address(address.partition("%")[0])
    except ValueError:
        return f"address {address[:64]}"
    if isinstance(seen, IPv6Address):
        if seen.ipv4_mapped is not None:
            return f"address {seen.ipv4_mapped}"
        return f"address {ip_network((seen, _SUBSCRIBER_BITS), strict=False)}"
    return f"address {seen}"
