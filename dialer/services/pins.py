"""PINs of callers: set, compared, and locked after wrong guesses.

A caller never learns which was wrong, the number or the PIN, and one for a number that nobody has
takes as long. Refuses to know flows, and how keys were heard.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import structlog

from dialer.domain.caller_account import CALLER_ACCOUNTS, CallerAccount, checked_account
from dialer.domain.flow.events import LoggedIn, LogInRefused
from dialer.domain.ids import MAIN_TENANT
from dialer.domain.lockout import pin_guessed, pin_subject
from dialer.domain.pin import checked_pin, typed_pin
from dialer.domain.pin_list import NewPin
from dialer.domain.room import ROOM, ROOMS, Room, checked_room
from dialer.ports import Clock, NamedStore, PinGuesses
from dialer.services.passwords import AT_ONCE, Passwords

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
        return bool(await self.set_all([NewPin(account, said)], by=by, tenant_id=tenant_id))

    async def set_all(
        self, pins: Sequence[NewPin], *, by: str, tenant_id: str = MAIN_TENANT
    ) -> int:
        """Add accounts, or set them anew, all or none; ends their locks. Returns how many are new.

        Args:
            pins: that were checked; no two of one account.
            by: who does it.
            tenant_id: whose they are.
        """
        made: list[CallerAccount] = []
        for few in range(0, len(pins), AT_ONCE):
            hashes = await asyncio.gather(
                *(self._passwords.hashed(one.pin) for one in pins[few : few + AT_ONCE])
            )
            accounts = [one.account for one in pins[few : few + AT_ONCE]]
            made += [
                replace(one, pin_hash=said) for one, said in zip(accounts, hashes, strict=True)
            ]
        new = await self._accounts.put(made, by=by, at=self._clock.now(), tenant_id=tenant_id)
        for one in made:
            await self._guesses.forget(pin_subject(tenant_id, one.kind, one.number))
        return new

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
        new = await self._rooms.put([made], by=by, at=self._clock.now(), tenant_id=tenant_id)
        await self._guesses.forget(pin_subject(tenant_id, ROOM, room.number))
        return bool(new)

    async def locks(
        self, of: Sequence[tuple[str, str]], *, tenant_id: str = MAIN_TENANT
    ) -> list[float | None]:
        """Return until when accounts or rooms are locked, epoch seconds; None: one is not.

        Args:
            of: the kind (customer, staff or room) and the number of each.
            tenant_id: whose they are.
        """
        subjects = [pin_subject(tenant_id, kind, number) for kind, number in of]
        locked = await self._guesses.locks(subjects, self._clock.now())
        return [locked.get(subject) for subject in subjects]

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
