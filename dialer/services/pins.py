"""PINs of callers: set, compared, and locked after wrong guesses.

A caller never learns which was wrong, the number or the PIN, and one for a number that nobody has
takes as long. Refuses to know flows, and how keys were heard.
"""

from collections.abc import Mapping
from dataclasses import replace

import structlog

from dialer.domain.caller_account import CALLER_ACCOUNTS, CallerAccount, checked_account
from dialer.domain.flow.events import LoggedIn, LogInRefused
from dialer.domain.ids import MAIN_TENANT
from dialer.domain.lockout import pin_guessed, pin_subject
from dialer.domain.pin import checked_pin, typed_pin
from dialer.ports import Clock, NamedStore, PinGuesses
from dialer.services.passwords import Passwords

log = structlog.get_logger(__name__)


class Pins:
    """The PINs of a node's callers.

    Args:
        accounts: on record.
        guesses: wrong ones, on record.
        passwords: hashes and compares.
        clock: tells the time.
    """

    def __init__(
        self,
        accounts: NamedStore[CallerAccount],
        guesses: PinGuesses,
        passwords: Passwords,
        clock: Clock,
    ) -> None:
        self._accounts = accounts
        self._guesses = guesses
        self._passwords = passwords
        self._clock = clock

    async def log_in(
        self, kind: str, number: str, pin: str, *, caller: str, tenant_id: str = MAIN_TENANT
    ) -> LoggedIn | LogInRefused:
        """Compare what a caller keyed in.

        Args:
            kind: of the account.
            number: of the account.
            pin: that goes with it.
            caller: who calls, E.164; "": withheld.
            tenant_id: whose account.

        Raises:
            TooManyTries: too many are compared just now.
            StoreUnavailable: the database is away.
        """
        account = await self._accounts.get(kind, number, tenant_id=tenant_id)
        subject = CALLER_ACCOUNTS.subject((kind, number)) if account is not None else ""
        pin_hash = account.pin_hash if account is not None else ""
        guessed = pin_guessed(tenant_id, kind, number, caller)
        locked = await self._guesses.locked_until(list(guessed), self._clock.now())
        if locked is not None:
            log.warning("pin_refused", kind=kind, known=bool(subject), locked=True)
            return LogInRefused(locked=True)
        said = typed_pin(pin)
        compared = await self._passwords.compare(pin_hash, said or b"")
        if account is None or said is None or not compared.right:
            locked = await self._guesses.failed(
                guessed, subject, at=self._clock.now(), tenant_id=tenant_id
            )
            log.warning("pin_refused", kind=kind, known=bool(subject), locked=locked is not None)
            return LogInRefused(locked=locked is not None)
        if await self._guesses.succeeded(list(guessed), self._clock.now()) is not None:
            return LogInRefused(locked=True)
        log.info("caller_logged_in", kind=kind)
        return LoggedIn(_told(account))

    async def set(
        self, account: CallerAccount, pin: str, *, by: str, tenant_id: str = MAIN_TENANT
    ) -> bool:
        """Add an account, or set its PIN anew with all else; ends its lock. Tells if it is new.

        Raises:
            BadInput: the PIN is none, or the account cannot be kept.
        """
        said = checked_pin(pin, account.number)
        checked_account(replace(account, pin_hash="?"))  # before time is spent on a hash
        made = replace(account, pin_hash=await self._passwords.hashed(said))
        at = self._clock.now()
        there = await self._accounts.get(account.kind, account.number, tenant_id=tenant_id)
        store = self._accounts.add if there is None else self._accounts.change
        await store(made, by=by, at=at, tenant_id=tenant_id)
        await self._guesses.forget(pin_subject(tenant_id, account.kind, account.number))
        return there is None

    async def locked_until(
        self, account: CallerAccount, *, tenant_id: str = MAIN_TENANT
    ) -> float | None:
        """Return until when an account is locked, epoch seconds; None: it is not."""
        subject = pin_subject(tenant_id, account.kind, account.number)
        return await self._guesses.locked_until([subject], self._clock.now())


def _told(account: CallerAccount) -> Mapping[str, str]:
    """Return what a flow may keep of an account."""
    return {"number": account.number, "phone": account.phone, "label": account.label}
