"""What each AGI script does with a customer's channel: carries out the call desk's orders.

`answered` runs in the instant a customer answers, `after` when a talk's agent left and no handler
of ours was there, `do-not-call` when the key was pressed. The dialplan keeps the two-second law by
itself; these handlers only make it better. They decide nothing: the desk does.
"""

from typing import Final

from agi.server import AgiSession, ChannelGone, Handler
from dialer.domain.callflow import LET_GO_AFTER_S
from dialer.domain.machine_moves import BEEP_WITHIN_S
from dialer.ports import (
    AwaitBeep,
    BridgeEnd,
    CallDesk,
    Clock,
    ConnectTo,
    HangUp,
    Hold,
    LetGo,
    LineOrder,
    Play,
)

PLAUSIBLE_S: Final = 60.0
"""A stamp further from now is no answer of a call that asks now."""

MUSIC: Final = "hold"
"""Class of musiconhold.conf that is played on hold."""

STALL_S: Final = 5.0
"""After the longest wait for a beep: the dialplan leaves the message of an engine that stalled."""

NEXT: Final = "OUTPACE_NEXT"
"""Channel variable by which the dialplan learns what to do when the handler returns."""


class CallHandlers:
    """The handlers of one node."""

    def __init__(self, desk: CallDesk, clock: Clock) -> None:
        self._desk = desk
        self._clock = clock

    def routes(self) -> dict[str, Handler]:
        """Return the handlers by script."""
        return {
            "answered": self.answered,
            "after": self.after,
            "do-not-call": self.do_not_call,
        }

    async def answered(self, session: AgiSession) -> None:
        """A customer answered: do what the desk says until the line is given back."""
        channel_id = self._watch(session)
        await self._serve(session, channel_id, self._answered_at(session))

    async def after(self, session: AgiSession) -> None:
        """The agent of a talk left, and the handler that had joined them is gone."""
        channel_id = self._watch(session)
        order = await self._desk.bridge_returned(channel_id, BridgeEnd.LEG_LEFT)
        await self._carry_out(session, order, self._clock.now())

    async def do_not_call(self, session: AgiSession) -> None:
        """The key was pressed: hold the line until the entry is committed."""
        await self._desk.do_not_call(
            session.environment.channel_id, session.environment.argument(1)
        )

    async def _serve(self, session: AgiSession, channel_id: str, at: float) -> None:
        """Somebody is there for an agent since `at`."""
        order = await self._desk.customer_answered(channel_id, at)
        await self._carry_out(session, order, at)

    def _answered_at(self, session: AgiSession) -> float:
        """Return when the dialplan says the customer answered; a stamp from elsewhere is not it."""
        now = self._clock.now()
        try:
            stamp = float(session.environment.argument(1))
        except ValueError:
            return now
        return stamp if now - PLAUSIBLE_S <= stamp <= now + PLAUSIBLE_S else now

    def _watch(self, session: AgiSession) -> str:
        """Have the desk told the moment the line is lost; returns the channel's id."""
        channel_id = session.environment.channel_id
        session.gone.add_done_callback(lambda _: self._desk.line_closed(channel_id))
        return channel_id

    async def _carry_out(self, session: AgiSession, order: LineOrder, at: float) -> None:
        channel_id = session.environment.channel_id
        while not isinstance(order, LetGo | HangUp):
            if isinstance(order, Hold):
                order = await self._hold(session, channel_id)
            elif isinstance(order, Play):
                await session.command("STREAM", "FILE", order.path, "")
                order = await self._desk.held(channel_id)
            elif isinstance(order, AwaitBeep):
                order = await self._await_beep(session, channel_id, order.message)
            else:
                end = await self._join(session, order, at)
                order = await self._desk.bridge_returned(channel_id, end)
        await self._give_back(session, order)

    async def _hold(self, session: AgiSession, channel_id: str) -> LineOrder:
        """Play music until the desk knows what is next; the dialplan's clock stands still.

        When we die meanwhile, the dialplan goes on as after any talk: the line broke.
        """
        await session.command("SET", "MUSIC", "ON", MUSIC)
        await session.command("SET", "VARIABLE", "TIMEOUT(absolute)", "0")
        order = await self._desk.held(channel_id)
        await session.command("SET", "MUSIC", "OFF", MUSIC)
        return order

    async def _await_beep(self, session: AgiSession, channel_id: str, message: str) -> LineOrder:
        """Be silent until the desk knows what is next; without us the message is left at once."""
        await session.command("SET", "VARIABLE", "OUTPACE_PROMPT_MESSAGE", message)
        await session.command("SET", "VARIABLE", NEXT, "message")
        limit_s = BEEP_WITHIN_S + STALL_S
        await session.command("SET", "VARIABLE", "TIMEOUT(absolute)", f"{limit_s:.3f}")
        return await self._desk.held(channel_id)

    async def _join(self, session: AgiSession, order: ConnectTo, answered_at: float) -> BridgeEnd:
        try:
            await session.command("SET", "VARIABLE", "CONNECTED", "yes")
            await session.command("SET", "VARIABLE", "TIMEOUT(absolute)", "0")
            await session.join(order.leg_id)
            if session.hung_up:
                return BridgeEnd.CUSTOMER_LEFT
            result = await session.command("GET", "VARIABLE", "BRIDGERESULT")
        except ChannelGone:
            return BridgeEnd.CUSTOMER_LEFT
        talked = result.data != "NONEXISTENT"
        # from here on the dialplan's clock runs again, whatever becomes of us
        since = self._clock.now() if talked else answered_at
        remaining_s = max(0.05, since + LET_GO_AFTER_S - self._clock.now())
        try:
            if not talked:
                await session.command("SET", "VARIABLE", "CONNECTED", "no")
            await session.command("SET", "VARIABLE", "TIMEOUT(absolute)", f"{remaining_s:.3f}")
        except ChannelGone:
            return BridgeEnd.CUSTOMER_LEFT
        return BridgeEnd.LEG_LEFT if talked else BridgeEnd.NO_LEG

    async def _give_back(self, session: AgiSession, order: LetGo | HangUp) -> None:
        match order:
            case LetGo(prompt):
                word = prompt if prompt in ("lost", "message") else "let-go"
            case HangUp():
                word = "hangup"
        await session.command("SET", "VARIABLE", NEXT, word)
