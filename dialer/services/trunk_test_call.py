"""One call on one trunk to a number somebody names, to hear that the trunk works.

It passes what every call passes: emergency, premium and other barred numbers, the countries of the
trunk, the do-not-call list, its lines. It is in the audit log before it is sent, once. Who answers
hears the identification message. Refuses to know campaigns and leads.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, Protocol

from dialer.domain.dial_law import DialLaw, DialTerms
from dialer.domain.events import (
    ChannelHungUp,
    ChannelRang,
    ChannelUp,
    OriginateFailed,
    SwitchDown,
    SwitchEvent,
)
from dialer.domain.ids import CampaignId, LeadId, new_attempt_id
from dialer.domain.lead import Attempt
from dialer.errors import BadInput, NoSuch, WrongState
from dialer.ports import Clock, DialOptions, Switch
from dialer.services.trunk_lines import TrunkLines

RING_S: Final = 30.0
WITHIN_S: Final = 120.0
"""The message is over long before."""


class TestRecord(Protocol):
    """What is asked and kept of a test call."""

    async def listed(self, number: str, at: float) -> bool:
        """Return whether a number is on a do-not-call list."""
        ...

    async def note(self, *, trunk: str, number: str, by: str, at: float) -> None:
        """Commit that a test call is about to be made."""
        ...


class TrunkTestCall:
    """Makes test calls.

    Args:
        trunks: their lines.
        terms: returns on what terms a trunk is dialed; raises `BadInput` if it does not answer.
        switch: makes the call.
        record: of what is not to be called, and of what was done.
        clock: of the engine.
        held: whether nothing may be dialed now.
    """

    def __init__(
        self,
        *,
        trunks: TrunkLines,
        terms: Callable[[str], Awaitable[DialTerms]],
        switch: Switch,
        record: TestRecord,
        clock: Clock,
        held: Callable[[], bool],
    ) -> None:
        self._trunks = trunks
        self._terms = terms
        self._switch = switch
        self._record = record
        self._clock = clock
        self._held = held
        self._waiting: dict[str, tuple[dict[str, Any], asyncio.Future[None]]] = {}
        switch.subscribe(self._take)

    def commands(self) -> dict[str, Callable[[Mapping[str, Any]], Awaitable[object]]]:
        """Return the commands by name."""
        return {"trunk.call": self.call}

    async def call(self, given: Mapping[str, Any]) -> object:
        """Call a number on a trunk; returns what became of it.

        Raises:
            BadInput: it may not be called, or not now.
        """
        trunk, number = str(given.get("trunk", "")), str(given.get("number", ""))
        now = self._clock.now()
        if trunk not in self._trunks.limits:
            named = ", ".join(map(repr, self._trunks.limits))
            raise NoSuch("trunk", f"{trunk!r} is not configured: this node has {named}", "add it")
        barred = DialLaw.barred(number, await self._terms(trunk))
        if barred is not None:
            raise BadInput("number", f"{number!r} is never dialed: {barred}", "give your own phone")
        if await self._record.listed(number, now):
            raise BadInput("number", "is on the do-not-call list", "give another of your phones")
        if self._held() or self._trunks.free(trunk, now) < 1:
            raise WrongState("trunk", "has no line free, or nothing may be dialed", "try later")
        await self._record.note(trunk=trunk, number=number, by=str(given.get("by", "")), at=now)
        return await self._dial(trunk, number, str(given.get("caller_id", "")))

    async def _dial(self, trunk: str, number: str, caller_id: str) -> dict[str, Any]:
        now = self._clock.now()
        attempt = Attempt(new_attempt_id(), CampaignId(""), LeadId(0), number, trunk, now)
        told: dict[str, Any] = {
            "attempt": attempt.attempt_id,
            "rang_s": None,
            "answered_s": None,
            "cause": None,
            "tech_cause": "",
        }
        over = asyncio.get_running_loop().create_future()
        self._waiting[attempt.attempt_id] = (told, over)
        try:
            self._trunks.take(trunk, attempt.attempt_id, now)
            options = DialOptions(ring_timeout_s=RING_S, caller_id=caller_id, record=False)
            self._switch.originate(attempt, options)
            async with asyncio.timeout(WITHIN_S):
                await over
        except TimeoutError:
            self._switch.hang_up(attempt.attempt_id)
        finally:
            del self._waiting[attempt.attempt_id]
            self._trunks.breakers[trunk].unsent(attempt.attempt_id)
        started = attempt.dialed_at
        for name in ("rang_s", "answered_s"):
            told[name] = None if told[name] is None else round(told[name] - started, 3)
        return told

    def _take(self, event: SwitchEvent) -> None:
        if isinstance(event, SwitchDown):
            for _, over in self._waiting.values():
                _settle(over)
            return
        found = self._waiting.get(getattr(event, "channel_id", ""))
        if found is None:
            return
        told, over = found
        match event:
            case ChannelRang(at=at):
                told["rang_s"] = at
            case ChannelUp(at=at):
                told["answered_s"] = at
            case ChannelHungUp(cause=cause, tech_cause=tech_cause):
                told["cause"], told["tech_cause"] = cause, tech_cause
                _settle(over)
            case OriginateFailed(reason=reason, no_channel=True):
                told["tech_cause"] = reason
                _settle(over)
            case _:
                pass


def _settle(over: asyncio.Future[None]) -> None:
    if not over.done():
        over.set_result(None)
