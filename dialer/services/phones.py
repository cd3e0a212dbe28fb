"""Keeps the switch's phones as the record has them: pushed on each change, and looked over anew.

Knows what differs, and tries again what failed. Refuses to know how a switch is told
(`Provisioning`), and who may change a phone.
"""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, Final

import structlog

from dialer.errors import OutpaceError, PhoneRefused, WrongState
from dialer.ports import PhoneBook, Provisioning

log = structlog.get_logger(__name__)

LOOK_S: Final = 5.0
"""Between two looks at the record, for what was changed on another host; others say so."""

BACK_OFF_S: Final = (0.5, 1.0, 2.0, 5.0)
"""Waits before a push that failed is tried again; the last one repeats."""

PHONES_RENEW: Final = "phones.renew"
"""Command: push now what differs."""

PHONES_STATE: Final = "phones.state"
"""Command: which phones the switch has."""


class Phones:
    """The phones of one node; `run` is to be owned by a TaskGroup.

    Args:
        book: the record.
        provisioning: the node's switch; None: it takes no phones but those of the settings.
    """

    def __init__(self, book: PhoneBook, provisioning: Provisioning | None) -> None:
        self._book = book
        self._provisioning = provisioning
        self._pushed: dict[str, str] = {}
        """What the switch has, name to digest."""
        self._known = False
        """Whether that is so; else it must be asked."""
        self._wanted: frozenset[str] = frozenset()
        self._refused: dict[str, tuple[str, str]] = {}
        """Phones that the switch does not take, name to digest and why."""
        self._problem = ""
        self._alone = asyncio.Lock()
        self._nudged = asyncio.Event()

    async def run(self) -> None:
        """Push what differs, for ever."""
        failures = 0
        while True:
            self._nudged.clear()
            try:
                await self.push()
                failures, wait_s = 0, LOOK_S
            except OutpaceError as error:
                wait_s = BACK_OFF_S[min(failures, len(BACK_OFF_S) - 1)]
                failures += 1
                if self._problem and failures == 1:
                    log.warning("phones_not_pushed", error=str(error))
            with suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    await self._nudged.wait()

    def look_again(self) -> None:
        """The switch may have been restarted: ask it what it has, and push what it lacks."""
        self._known = False
        self._nudged.set()

    async def push(self) -> None:
        """Push what differs now.

        Raises:
            SwitchUnavailable, StoreUnavailable: not all is pushed.
            WrongState: there are phones, and this switch takes none.
        """
        async with self._alone:
            try:
                await self._push()
                self._problem = ""
            except OutpaceError as error:
                # with nothing to push, a switch that cannot be told is nobody's trouble
                self._problem = str(error) if self._wanted else ""
                raise

    def problems(self) -> Iterator[tuple[str, str, str]]:
        """Iterate over what keeps all phones from being pushed: what, the problem, the fix."""
        if self._problem:
            yield "phones", self._problem, "phones on record cannot register until then"

    @property
    def missing(self) -> int:
        """How many phones on record the switch does not have as they are."""
        if self._problem:
            return len(self._wanted - self._pushed.keys())
        return len(self._refused)

    def commands(self) -> "dict[str, Any]":
        """Return what an engine can be asked about phones."""
        return {PHONES_RENEW: self.renew, PHONES_STATE: self.state}

    async def renew(self, _with: Mapping[str, Any]) -> object:
        """Push what differs now; returns when the switch has it."""
        await self.push()
        return {"phones": len(self._wanted), "refused": self._refusals()}

    async def state(self, _with: Mapping[str, Any]) -> object:
        """Which phones the switch has, and what keeps it from having the others."""
        return {
            "pushed": sorted(self._pushed),
            "refused": self._refusals(),
            "problem": self._problem,
        }

    def _refusals(self) -> dict[str, str]:
        return {name: why for name, (_, why) in self._refused.items()}

    async def _push(self) -> None:
        wanted = {phone.name: phone for phone in await self._book.everybody()}
        self._wanted = frozenset(wanted)
        switch = self._provisioning
        if switch is None:
            if wanted:
                fix = "set OUTPACE_ASTERISK_HTTP_PORT, and restart Asterisk and engine"
                raise WrongState("phones", "this node's Asterisk takes none", fix)
            return
        if not self._known:
            self._known = True  # unless somebody says otherwise meanwhile
            try:
                self._pushed = dict(await switch.pushed())
            except BaseException:
                self._known = False
                raise
            self._refused.clear()
        for name in self._pushed.keys() - wanted.keys():
            await switch.remove(name)
            del self._pushed[name]
            log.info("phone_removed", phone=name)
        self._refused = {name: why for name, why in self._refused.items() if name in wanted}
        for name, phone in wanted.items():
            digest = switch.digest(phone)
            if self._pushed.get(name) == digest or self._refused.get(name, ("", ""))[0] == digest:
                continue
            try:
                await switch.put(phone)
            except PhoneRefused as refusal:
                self._refused[name] = (digest, refusal.reason)
                log.warning("phone_refused", phone=name, reason=refusal.reason)
                continue
            self._pushed[name] = digest
            self._refused.pop(name, None)
            log.info("phone_pushed", phone=name)
