"""One caller in a queue, in the engine's memory: the law, what is wished for, and the line.

Knows the one order that the line has to carry out next, and how orders become words to the line.
Refuses to know agents, other callers and the record.
"""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from dialer.domain.call_commands import Join, PlayMusic
from dialer.domain.call_events import CustomerLeft, JoinFailed, LegLeft
from dialer.domain.call_states import APART
from dialer.domain.ids import LegId
from dialer.domain.queue_call import QueueCall
from dialer.domain.queue_call_words import Announce, GiveBack, LineCommand, QueueEvent
from dialer.domain.queue_order import Wish
from dialer.errors import OutpaceError
from dialer.ports import BridgeEnd, Clock, InboundLine, OpenCallback
from dialer.services.agents import Agents
from dialer.services.other_calls import CallSink

LEG_FATE_S: Final = 0.25
"""How long to wait for the switch to say how an agent's leg ended."""

LISTEN_S: Final = 3600.0
"""For a key; an order ends it."""

TEAM: Final = "team:"
"""No queue's name begins so: what is counted of who waits for a team."""

Pieces = Callable[[], Sequence[str]]


class QueuedCall:
    """A caller.

    Args:
        flow: the law.
        wish: what is waited for.
        queue: name of the queue; "": one agent, or a team, was asked for.
        line: the caller's; None: the talk was taken over from an engine that is gone.
    """

    own_line = True
    """Whether the switch tells of this call by its id here; else somebody else hears it."""

    def __init__(
        self, flow: QueueCall, wish: Wish, queue: str, line: InboundLine | None = None
    ) -> None:
        self.flow = flow
        self.wish = wish
        self.queue = queue
        self.line = line
        self.timers: list[asyncio.TimerHandle] = []
        self.seeking = False
        self.rings: LegId | None = None
        """The leg whose phone is being called for them."""
        self.promised: OpenCallback | None = None
        """A place that is kept for somebody who will be called back; None: they are on the line."""
        self.pressed: Callable[[], None] = lambda: None
        """Told when the caller asks to be called back."""
        self.sink: CallSink = lambda _event: None
        """Told what the switch says of the channel."""
        self._order: LineCommand | None = None
        self._ready = asyncio.Event()

    @property
    def of(self) -> tuple[str, str]:
        """Tenant and queue; of who asked for one agent the queue is "", of a team team:NAME."""
        team = f"{TEAM}{self.wish.team}" if self.wish.team else ""
        return (str(self.wish.tenant_id), self.queue or team)

    def order(self, command: LineCommand) -> None:
        """Have the line do this next, in place of what it was not told yet."""
        self._order = command
        self._ready.set()

    async def next_order(self) -> LineCommand:
        """Return what the line shall do next."""
        await self._ready.wait()
        self._ready.clear()
        order, self._order = self._order, None
        assert order is not None  # noqa: S101 - both are set together
        return order

    def stop(self) -> None:
        """No timer runs any more."""
        for timer in self.timers:
            timer.cancel()
        self.timers.clear()

    # -- what the line does ------------------------------------------------------------------

    async def carry_out(
        self, order: LineCommand, pieces: Pieces, prompts: Path
    ) -> BridgeEnd | None:
        """Do as ordered; returns how a join came back, of anything else None."""
        line = self.line
        if line is None:
            return None
        try:
            match order:
                case PlayMusic():
                    await line.music(True)
                    await self._listen(line)
                case Announce():
                    await self._announce(line, pieces(), prompts)
                    await self._listen(line)
                case Join(leg_id):
                    await line.music(False)
                    return await line.join(leg_id)
                case GiveBack():
                    if not line.gone.done():
                        await line.music(False)
        except OutpaceError:
            # the line is lost in this moment: the law hears it from the line, or from the switch
            return BridgeEnd.CUSTOMER_LEFT if isinstance(order, Join) else None
        return None

    async def event_of(self, end: BridgeEnd, agents: Agents, clock: Clock) -> QueueEvent:
        """Return what a join that came back means to the law."""
        leg_id = self.flow.leg_id
        match end:
            case BridgeEnd.NO_LEG:
                if leg_id is not None:
                    agents.leg_gone(leg_id, None)
                return JoinFailed(clock.now())
            case BridgeEnd.LEG_LEFT:
                # we parted it ourselves: the music must not wait for how it ended
                died = self.flow.state not in APART and (
                    leg_id is None
                    or await agents.leg_end(leg_id, wait_s=LEG_FATE_S) not in (16, 31)
                )
                return LegLeft(died, clock.now())
            case BridgeEnd.CUSTOMER_LEFT:
                return CustomerLeft(clock.now())

    async def _announce(self, line: InboundLine, pieces: Sequence[str], prompts: Path) -> None:
        await line.music(False)
        key = self.wish.settings.call_back_key
        for name in pieces:
            if self._ready.is_set():
                return  # an agent has come meanwhile
            if await line.play(str(path_of(name, line.language, prompts)), key):
                self.pressed()
                return
        if not self._ready.is_set():
            await line.music(True)

    async def _listen(self, line: InboundLine) -> None:
        """Wait for the key for a call back, until there is another order."""
        key = self.wish.settings.call_back_key
        while key and not self._ready.is_set() and not line.gone.done():
            if await line.key(LISTEN_S, self._ready) == key:
                self.pressed()
                return


def path_of(name: str, language: str, prompts: Path) -> Path:
    """Return the file of a prompt, without extension: in the caller's language if there is one."""
    own = prompts / language / name
    return own if language and own.with_suffix(".wav").is_file() else prompts / name
