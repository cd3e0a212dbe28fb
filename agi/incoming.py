"""The AGI script `incoming`: a call has come in, and is not answered yet.

The desk says what becomes of it; what its carrier says of the caller's number is read from the
INVITE. Refuses to know routes and flows, and what the network means by
its numbers.
"""

from dataclasses import replace
from typing import Final

import structlog

from agi.flow_line import FlowLine
from agi.inbound_line import CallerLine
from agi.server import AgiSession, ChannelGone, Handler
from dialer.domain.verification import (
    HEADER,
    NOT_TOLD,
    VERSTAT,
    Verification,
    in_address,
    in_header,
)
from dialer.ports import Clock, FlowDesk, LedCall, Refused

log = structlog.get_logger(__name__)

NEXT: Final = "OUTPACE_NEXT"
CAUSE: Final = "OUTPACE_CAUSE"
"""Channel variables by which the dialplan learns what to do when the handler returns."""


class IncomingHandlers:
    """The handlers of calls that come in to one node."""

    def __init__(self, desk: FlowDesk, clock: Clock) -> None:
        self._desk = desk
        self._clock = clock

    def routes(self) -> dict[str, Handler]:
        """Return the handlers by script."""
        return {"incoming": self.incoming}

    async def incoming(self, session: AgiSession) -> None:
        """A call came in: refuse it, or answer it and let its flow lead it."""
        asked = session.environment
        found = self._desk.came_in(asked.argument(1), asked.argument(2), self._clock.now())
        if isinstance(found, Refused):
            await session.command("SET", "VARIABLE", CAUSE, str(found.cause))
            await session.command("SET", "VARIABLE", NEXT, "refuse")
            return
        try:
            said = await _verification(session, asked.argument(3))
        except ChannelGone:
            return  # they left before we had said anything of the call
        await self._lead(session, replace(found, verification=said))

    async def _lead(self, session: AgiSession, call: LedCall) -> None:
        line = CallerLine(session, call, call.flow.head.language)
        # first, so that no hang-up can be told before somebody listens for it
        self._desk.began(call, self._clock.now())
        try:
            await line.set("CHANNEL(accountcode)", call.call_id)
        except ChannelGone:
            self._desk.lost(call, self._clock.now())
            return
        why = "hung up"
        try:
            await line.answer()
            self._desk.answered(call, self._clock.now())
            why = await FlowLine(line, self._desk, call, self._clock).lead()
            if not session.gone.done():
                await line.set(NEXT, "hangup")
        finally:
            self._desk.left(call, why)


async def _verification(session: AgiSession, told_in: str) -> Verification:
    """Return what the carrier said of the caller's number.

    Args:
        session: the channel's.
        told_in: where it says so: `verstat`, the name of a header, or nowhere.

    Raises:
        ChannelGone: the caller left.
    """
    if not told_in:
        return NOT_TOLD
    if told_in != VERSTAT:
        return in_header(await _header(session, told_in)) if HEADER.fullmatch(told_in) else NOT_TOLD
    said = in_address(await _header(session, "P-Asserted-Identity"))
    return said if said != NOT_TOLD else in_address(await _header(session, "From"))


async def _header(session: AgiSession, name: str) -> str:
    reply = await session.command("GET", "FULL", "VARIABLE", f"${{PJSIP_HEADER(read,{name})}}")
    return reply.data if reply.result == 1 else ""
