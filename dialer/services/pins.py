"""PINs of callers: set, compared, and locked after wrong guesses.

A caller never learns which was wrong, the number or the PIN, and one for a number that nobody has
takes as long. Refuses to know flows, and how keys were heard.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import structlog

from dialer.domain.caller_account import CALLER_ACCOUNTS, CallerAccount, checked_account
from dialer.domain.flow.events import LoggedIn, LogInRefused
from dialer.domain.ids import MAIN_TENANT
from dialer.domain.lockout import pin_guessed, pin_subject
from dialer.domain.pin import checked_pin, typed_pin
from dialer.domain.room import ROOM, ROOMS, Room, checked_room
from dialer.ports import Clock, NamedStore, PinGuesses
from dialer.services.passwords import Passwords

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Holder:
    """What a PIN lets in to."""

    pin_hash: str
    subject: str
    """As the audit log calls it."""
    fields: Mapping[str, str]
    """That a flow may keep."""


class Pins:
    """The PINs of a node's callers.

    Args:
        accounts: on record.
        rooms: on record.
        guesses: wrong ones, on record.
        passwords: hashes and compares.
        clock: tells the time.
    """

    def __init__(
        self,
        accounts: NamedStore[CallerAccount],
        rooms: NamedStore[Room],
        guesses: PinGuesses,
        passwords: Passwords,
        clock: Clock,
    ) -> None:
        self._accounts = accounts
        self._rooms = rooms
        self._guesses = guesses
        self._passwords = passwords
        self._clock = clock

    async def log_in(
        self, kind: str, number: str, pin: str, *, caller: str, tenant_id: str = MAIN_TENANT
    ) -> LoggedIn | LogInRefused:
        """Compare what a caller keyed in.

        Args:
            kind: customer, staff or room.
            number: of the account or room.
            pin: that goes with it.
            caller: who calls, E.164; "": withheld.
            tenant_id: whose account.

        Raises:
            TooManyTries: too many are compared just now.
            StoreUnavailable: the database is away.
        """
        holder = await self._holder(kind, number, tenant_id)
        subject = holder.subject if holder is not None else ""
        pin_hash = holder.pin_hash if holder is not None else ""
        guessed = pin_guessed(tenant_id, kind, number, caller)
        locked = await self._guesses.locked_until(list(guessed), self._clock.now())
        if locked is not None:
            log.warning("pin_refused", kind=kind, known=bool(subject), locked=True)
            return LogInRefused(locked=True)
        said = typed_pin(pin)
        compared = await self._passwords.compare(pin_hash, said or b"")
        if holder is None or said is None or not compared.right:
            locked = await self._guesses.failed(
                guessed, subject, at=self._clock.now(), tenant_id=tenant_id
            )
            log.warning("pin_refused", kind=kind, known=bool(subject), locked=locked is not None)
            return LogInRefused(locked=locked is not None)
        if await self._guesses.succeeded(list(guessed), self._clock.now()) is not None:
            return LogInRefused(locked=True)
        log.info("caller_logged_in", kind=kind)
        return LoggedIn(holder.fields)

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

    async def set_room(
        self, room: Room, pin: str, *, by: str, tenant_id: str = MAIN_TENANT
    ) -> bool:
        """Add a room, or set its PIN anew with all else; ends its lock. Tells if it is new.

        Raises:
            BadInput: the PIN is none, or the room cannot be kept.
        """
        said = checked_pin(pin, room.number)
        checked_room(replace(room, pin_hash="?"))
        made = replace(room, pin_hash=await self._passwords.hashed(said))
        at = self._clock.now()
        there = await self._rooms.get(room.number, tenant_id=tenant_id)
        store = self._rooms.add if there is None else self._rooms.change
        await store(made, by=by, at=at, tenant_id=tenant_id)
        await self._guesses.forget(pin_subject(tenant_id, ROOM, room.number))
        return there is None

    async def locked_until(
        self, kind: str, number: str, *, tenant_id: str = MAIN_TENANT
    ) -> float | None:
        """Return until when an account or room is locked, epoch seconds; None: it is not."""
        subject = pin_subject(tenant_id, kind, number)
        return await self._guesses.locked_until([subject], self._clock.now())

    async def _holder(self, kind: str, number: str, tenant_id: str) -> _Holder | None:
        if kind == ROOM:
            room = await self._rooms.get(number, tenant_id=tenant_id)
            if room is None:
                return None
            fields = {"number": number, "phone": "", "label": room.label}
            return _Holder(room.pin_hash, ROOMS.subject((number,)), fields)
        account = await self._accounts.get(kind, number, tenant_id=tenant_id)
        if account is None:
            return None
        fields = {"number": number, "phone": account.phone, "label": account.label}
        return _Holder(account.pin_hash, CALLER_ACCOUNTS.subject((kind, number)), fields)
