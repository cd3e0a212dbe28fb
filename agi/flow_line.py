"""A flow on a caller's line: carries out its commands and tells it what happened.

Decides nothing: `FlowRun` does, and the desk knows prompts, leads and boxes. Keys that are pressed
while something plays cut it short and count for the next question. A wait that is over is ended on
the line too. Whatever cannot be done is told as `Failed`: the flow has a fallback for it.
"""

import asyncio
from collections.abc import Awaitable, Sequence
from typing import Final

import structlog

from agi.inbound_line import CallerLine, seconds_of
from agi.server import ChannelGone
from dialer.domain.flow import commands as do
from dialer.domain.flow import events as on
from dialer.domain.flow.fields import Sound
from dialer.domain.flow.run import FlowRun
from dialer.errors import OutpaceError
from dialer.ports import Audio, Clock, FlowDesk, LedCall

log = structlog.get_logger(__name__)

QUIET_S: Final = 0.8
"""Without a sound while another program is asked; then there is music."""

MOST_AHEAD: Final = 32
"""Keys pressed before they are asked for; more are not heard."""


class FlowLine:
    """One call led by its flow.

    Args:
        line: the caller's, answered.
        desk: of the engine.
        call: which.
        clock: for the flow's times.
        is_closed: it leads the call because something is closed; what else is closed fails then.
    """

    def __init__(
        self,
        line: CallerLine,
        desk: FlowDesk,
        call: LedCall,
        clock: Clock,
        *,
        is_closed: bool = False,
    ) -> None:
        self._is_closed = is_closed
        self._line = line
        self._desk = desk
        self._call = call
        self._clock = clock
        self._run = FlowRun(call.flow, number=call.number, our_number=call.our_number)
        self._ahead = ""

    async def lead(self) -> str:
        """Lead the call until its flow is over; return why it is."""
        event: on.FlowEvent = on.Began()
        try:
            while not self._run.ended:
                commands = self._run.handle(event, self._clock.now())
                waited = next((one for one in commands if not isinstance(one, do.HangUp)), None)
                if waited is not None and not self._run.ended:
                    event = await self._told(waited)
                elif not self._run.ended:
                    event = on.TimedOut()  # nothing is under way: nothing else would ever come
        except ChannelGone:
            self._run.handle(on.HungUp(), self._clock.now())
        return self._run.ended

    async def _told(self, command: do.FlowCommand) -> on.FlowEvent:
        """Carry out what the flow waits for; return what came of it."""
        due_at = self._run.due_at
        left_s = None if due_at is None else max(0.0, due_at - self._clock.now())
        if isinstance(command, do.Transfer | do.Confer):
            left_s = None  # whoever takes it knows how long to look, and how long they talk
        self._line.language = self._run.language
        try:
            async with asyncio.timeout(left_s):
                return await self._done(command)
        except TimeoutError:
            await self._line.interrupt()
            return on.TimedOut()
        except ChannelGone:
            raise
        except OutpaceError as error:
            log.warning(
                "flow_step_failed",
                call=self._call.call_id,
                flow=self._call.flow_name,
                step=self._run.step,
                error=str(error),
            )
            return on.Failed(str(error))

    async def _done(self, command: do.FlowCommand) -> on.FlowEvent:
        match command:
            case do.Play(sound, language):
                return await self._play([self._desk.sound(self._call, sound, language)])
            case do.Say():
                return await self._play(await self._desk.said(self._call, command))
            case do.Gather():
                return await self._gather(command)
            case do.Record():
                return await self._record(command)
            case do.Request():
                return await self._meanwhile(self._desk.request(self._call, command))
            case do.LookUp(number):
                return await self._meanwhile(self._desk.look_up(self._call, number))
            case do.CheckPin():
                return await self._meanwhile(self._desk.check_pin(self._call, command))
            case do.Confer():
                return await self._confer(command)
            case do.OptOut(number):
                return await self._meanwhile(self._desk.opt_out(self._call, number))
            case do.Transfer(kind, to, wait_s):
                return await self._transfer(kind, to, wait_s)
            case do.HangUp(reason):  # pragma: no cover - ends the run, is waited for by nobody
                return on.Failed(reason)

    # -- sounds and keys ---------------------------------------------------------------------

    async def _play(self, audios: Sequence[Audio]) -> on.FlowEvent:
        await self._line.due_in(seconds_of(audios) + 0.1)
        key = await self._heard(audios)
        if len(self._ahead) < MOST_AHEAD:
            self._ahead += key
        return on.Played()

    async def _heard(self, audios: Sequence[Audio]) -> str:
        for audio in audios:
            key = await self._line.heard_key(audio)
            if key:
                return key
        return ""

    async def _gather(self, asked: do.Gather) -> on.FlowEvent:
        audios = self._sounds(asked.sounds, asked.language)
        longest_s = seconds_of(audios) + asked.wait_s + asked.between_s * (asked.most - 1)
        await self._line.due_in(longest_s)
        ahead, self._ahead = self._ahead, ""
        keys = ""
        while True:
            if ahead:
                key: str | None = ahead[0]
                ahead = ahead[1:]
            elif keys:
                key = await self._line.next_key(asked.between_s)
            else:
                key = await self._first(audios, asked.wait_s)
                if key is None:
                    return on.TimedOut()
            if key is None or key == asked.end:
                break
            keys += key
            if len(keys) >= asked.most:
                break
        self._ahead = ahead
        return on.Digits(keys)

    async def _first(self, audios: Sequence[Audio], wait_s: float) -> str | None:
        if not audios:
            return await self._line.next_key(wait_s)
        key = await self._heard(audios[:-1])
        return key or await self._line.first_key(audios[-1], wait_s)

    def _sounds(self, sounds: Sequence[Sound], language: str) -> list[Audio]:
        return [self._desk.sound(self._call, sound, language) for sound in sounds]

    # -- messages ----------------------------------------------------------------------------

    async def _record(self, asked: do.Record) -> on.FlowEvent:
        path = self._desk.message_file(self._call)
        sounds = () if asked.sound is None else (asked.sound,)
        audios = self._sounds(sounds, asked.language)
        await self._line.due_in(seconds_of(audios) + asked.most_s + 2.0)
        await self._heard(audios)
        await self._heard([self._desk.shipped("beep")])
        try:
            await self._line.record(
                path, end=asked.end, most_s=asked.most_s, silence_s=asked.silence_s
            )
        except ChannelGone:
            # who hangs up at the end of a message has left it all the same
            await self._desk.recorded(self._call, path, asked.box)
            raise
        return await self._desk.recorded(self._call, path, asked.box)

    # -- what others do ----------------------------------------------------------------------

    async def _transfer(self, kind: str, to: str, wait_s: float) -> on.FlowEvent:
        closed = (
            self._desk.after_hours(self._call, to, self._run.language) if kind == "queue" else None
        )
        if closed is not None:
            return await self._lead_closed(closed)
        await self._line.due_in(0)
        problem = await self._desk.transfer(self._line, kind, to, wait_s)
        if self._line.gone.done():
            raise ChannelGone("the caller left")
        if not problem:
            return on.Transferred()
        await self._line.music(False)
        return on.Failed(problem)

    async def _confer(self, asked: do.Confer) -> on.FlowEvent:
        place = await self._desk.enter(self._call, asked.room)
        if isinstance(place, on.Failed):
            return place
        try:
            sounds = () if asked.sound is None else (asked.sound,)
            audios = self._sounds(sounds, asked.language)
            await self._line.due_in(seconds_of(audios) + 0.1)
            await self._heard(audios)
            admitted = await self._line.confer(place.name, place.max_members)
        finally:
            self._desk.leave(self._call)
        return on.Conferred() if admitted else on.Failed("the room is full")

    async def _lead_closed(self, closed: LedCall) -> on.FlowEvent:
        """Let another flow lead the call, as what it wants is closed; once only."""
        if self._is_closed:
            return on.Failed("it is closed")
        why = await FlowLine(self._line, self._desk, closed, self._clock, is_closed=True).lead()
        self._desk.left(closed, why)
        if self._line.gone.done():
            raise ChannelGone("the caller left")
        return on.Transferred()

    async def _meanwhile(self, work: Awaitable[on.FlowEvent]) -> on.FlowEvent:
        """Wait for what is done elsewhere, with music when it takes time."""
        due_at = self._run.due_at
        if due_at is not None:
            await self._line.due_in(max(0.1, due_at - self._clock.now()))
        gone = False
        async with asyncio.TaskGroup() as tasks:
            doing = tasks.create_task(_event(work), name=f"flow-{self._call.call_id}")
            stop = self._line.gone
            stop.add_done_callback(lambda _: doing.cancel())
            await asyncio.wait({doing}, timeout=QUIET_S)
            try:
                if not doing.done():
                    await self._line.music(True)
                    await asyncio.wait({doing})
                    await self._line.music(False)
            except ChannelGone:
                gone = True
                doing.cancel()
        if gone or doing.cancelled():
            raise ChannelGone("the caller left")
        return doing.result()


async def _event(work: Awaitable[on.FlowEvent]) -> on.FlowEvent:
    try:
        return await work
    except OutpaceError as error:
        return on.Failed(str(error))
