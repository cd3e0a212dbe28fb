"""Calls that come in and are led by a flow: the engine's side of each, behind `FlowDesk`.

Knows which number leads where, what is played of a name, and what goes on record. Refuses to know
how a line is played to (`agi.flow_line`) and how a flow goes on (`dialer.domain.flow.run`).
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import structlog

from dialer.domain.call_record import CallRecord, Direction
from dialer.domain.events import ChannelHungUp
from dialer.domain.flow import events as on
from dialer.domain.flow.commands import CheckPin, Request, Say
from dialer.domain.flow.fields import Sound
from dialer.domain.flow.said_words import words_of
from dialer.domain.flow.single_step import SORRY, flow_to_queue
from dialer.domain.ids import MAIN_TENANT, LeadId, is_attempt_id, new_call_id
from dialer.domain.inbound_route import InboundRoute, RouteTo, number_said
from dialer.domain.masking import masked
from dialer.domain.outcome import Outcome, unanswered_outcome
from dialer.domain.queue import Queue
from dialer.domain.voicemail import Voicemail
from dialer.errors import OutpaceError, StoreUnavailable
from dialer.ports import (
    AttemptStore,
    Audio,
    CallRecords,
    CallTaker,
    Clock,
    FlowRequests,
    InboundLine,
    LedCall,
    NamedStore,
    Place,
    Refused,
    Sounds,
    Speech,
    Unplayable,
    Voicemails,
)
from dialer.services.closed_flows import ClosedFlows
from dialer.services.flow_book import FlowBook
from dialer.services.other_calls import ChannelEvent, OtherCalls
from dialer.services.pins import Pins
from dialer.services.recorder import Recorder
from dialer.services.rooms import Rooms

log = structlog.get_logger(__name__)

UNKNOWN_NUMBER: Final = 1
REJECTED: Final = 21
NO_CIRCUIT: Final = 34
"""Causes (Q.850): the caller hears that there is no such number, that it takes no calls, or the
network tries another way."""

SAY_WITHIN_S: Final = 2.0
"""A value is spoken by then, or not at all: the caller waits."""

SHORTEST_S: Final = 0.3
"""Of a message; a shorter one was none."""

Forward = Callable[[InboundLine, str, float], Awaitable[str]]
"""Passes a caller on to a number, and returns as `CallTaker.take` does."""

LookUp = Callable[[str, str, LeadId | None], Awaitable[Mapping[str, str] | None]]
"""Returns the fields of a tenant's lead; None: it has none.

It is the lead of that id, if one is given; else the newest with the number (E.164).
"""


@dataclass(slots=True)
class _Led:
    """A call in a flow's hands."""

    call: LedCall
    answered: bool = False
    messages: int = 0


class FlowCalls:
    """A `FlowDesk` (dialer.ports)."""

    def __init__(
        self,
        *,
        book: FlowBook,
        calls: CallRecords,
        voicemails: Voicemails,
        queues: NamedStore[Queue],
        attempts: AttemptStore,
        look_up: LookUp,
        pins: Pins,
        rooms: Rooms,
        forward: Forward,
        left: Callable[[], None] = lambda: None,
        requests: FlowRequests,
        speech: Speech,
        recorder: Recorder,
        others: OtherCalls,
        clock: Clock,
        sounds: Sounds,
        node: str,
        most: int,
        taker: CallTaker | None = None,
    ) -> None:
        self._book = book
        self._calls = calls
        self._voicemails = voicemails
        self._queues = queues
        self._attempts = attempts
        self._look_up = look_up
        self._pins = pins
        self._rooms = rooms
        self._forward = forward
        self._left = left
        self._closed = ClosedFlows(book, clock)
        self._requests = requests
        self._speech = speech
        self._recorder = recorder
        self._others = others
        self._clock = clock
        self._sounds = sounds
        self._node = node
        self._most = most
        self._led: dict[str, _Led] = {}
        self.taker = taker
        """Who takes calls for queues and agents; None: nobody does."""
        self.closed = False
        """Whether no more calls are taken."""

    @property
    def live(self) -> int:
        """Count the calls that are here."""
        return len(self._led)

    # -- a call's life -----------------------------------------------------------------------

    def came_in(self, called: str, caller: str, at: float) -> LedCall | Refused:
        """Say what becomes of a call; see `FlowDesk`."""
        del at
        ours, theirs = number_said(called), number_said(caller)
        if caller and not theirs:
            log.info("caller_id_unusable", characters=len(caller))
        route = self._book.route(ours) if ours else None
        found = self._found(route, ours, theirs)
        if isinstance(found, Refused):
            log.warning("call_refused", called=masked(ours), reason=found.reason, cause=found.cause)
        return found

    def began(self, call: LedCall, at: float) -> None:
        """The call goes on record; see `FlowDesk`."""
        self._led[call.call_id] = _Led(call)
        self._others.register(call.call_id, lambda event: self._event(call, event))
        record = CallRecord(
            call.call_id,
            Direction.IN,
            call.number,
            at,
            self._node,
            tenant_id=call.tenant_id,
            verification=call.verification,
        )
        self._recorder.book(lambda: self._calls.begin(record))
        log.info(
            "call_came_in",
            call=call.call_id,
            caller=masked(call.number),
            flow=call.flow_name,
            verified=str(call.verification),
        )

    def lost(self, call: LedCall, at: float) -> None:
        """The caller left before the switch knew the call; see `FlowDesk`."""
        self._others.take(ChannelHungUp(call.call_id, 0, "", at))

    def answered(self, call: LedCall, at: float) -> None:
        """We answered it; see `FlowDesk`."""
        led = self._led.get(call.call_id)
        if led is not None:
            led.answered = True
        self._recorder.book(lambda: _done(self._calls.answered(call.call_id, at)))

    def left(self, call: LedCall, why: str) -> None:
        """The flow is over; see `FlowDesk`."""
        log.info("flow_over", call=call.call_id, flow=call.flow_name, why=why)

    def _event(self, call: LedCall, event: ChannelEvent) -> None:
        if not isinstance(event, ChannelHungUp):
            return
        led = self._led.pop(call.call_id, None)
        outcome = Outcome.CONNECTED
        if led is None or not led.answered:
            outcome = unanswered_outcome(event.cause, event.tech_cause)
        self._recorder.book(lambda: _done(self._calls.ended(call.call_id, event.at, outcome)))

    def _found(self, route: InboundRoute | None, ours: str, theirs: str) -> LedCall | Refused:
        if route is None:
            return Refused(UNKNOWN_NUMBER, "no such number of ours")
        if route.to is RouteTo.HANG_UP:
            return Refused(REJECTED, "the number takes no calls")
        if self.closed or len(self._led) >= self._most:
            return Refused(NO_CIRCUIT, "no more calls are taken")
        closed = self._closed.of_number(route.number)
        if closed is not None:
            name = f"{route.name} closed"
            return LedCall(new_call_id(), MAIN_TENANT, theirs, ours, closed, name)
        flow = self._book.flow(route.name)
        if route.to is RouteTo.QUEUE:
            flow = flow_to_queue(route.name)
        if flow is None:
            return Refused(NO_CIRCUIT, f"flow {route.name!r} is not published, or wrong")
        return LedCall(new_call_id(), MAIN_TENANT, theirs, ours, flow, route.name)

    # -- sounds ------------------------------------------------------------------------------

    def sound(self, call: LedCall, sound: Sound, language: str) -> Audio:
        """Return what is played; see `FlowDesk`."""
        del call
        if sound.text:
            made = self._speech.made(sound.text, language)
            if made is None:
                raise Unplayable(
                    self._speech.problem or f"the text is not spoken in {language} yet"
                )
            return made
        prompt = self._book.prompt(sound.prompt, language)
        if prompt is None and sound.prompt == SORRY:
            return self._sounds.shipped(SORRY)
        if prompt is None:
            raise Unplayable(f"there is no prompt {sound.prompt!r} in {language}")
        return self._sounds.prompt(prompt.file)

    def shipped(self, name: str) -> Audio:
        """Return a sound that ships; see `FlowDesk`."""
        return self._sounds.shipped(name)

    async def said(self, call: LedCall, say: Say) -> Sequence[Audio]:
        """Return what is played to say a value; see `FlowDesk`."""
        del call
        if self._speech.problem:
            return self._digit_by_digit(say)
        try:
            async with asyncio.timeout(SAY_WITHIN_S):
                words = words_of(say.kind, say.value, say.language, say.currency)
                made = await self._speech.make(words, say.language)
        except TimeoutError:
            made = None
        if made is None:
            raise Unplayable(f"a {say.kind} cannot be said in {say.language}")
        return [made]

    def _digit_by_digit(self, say: Say) -> Sequence[Audio]:
        """Return the shipped digits of a value, where no program speaks.

        Raises:
            Unplayable: it is more than digits, or not to be said in English.
        """
        english = say.language.partition("-")[0] == "en"
        if not english or say.kind not in ("digits", "number") or not say.value.isdecimal():
            raise Unplayable(self._speech.problem)
        return [self._sounds.shipped(f"digits/{digit}") for digit in say.value]

    # -- what a flow asks for ----------------------------------------------------------------

    async def look_up(self, call: LedCall, number: str) -> on.LeadFound | on.Failed:
        """Look for the lead of a number; see `FlowDesk`."""
        plain = number_said(number)
        # several leads may have one number: who was called is told of what they were called for
        lead_id = call.lead_id if plain == call.number else None
        fields = await self._look_up(plain, call.tenant_id, lead_id) if plain else None
        return on.Failed("there is no such lead") if fields is None else on.LeadFound(fields)

    async def check_pin(
        self, call: LedCall, asked: CheckPin
    ) -> on.LoggedIn | on.LogInRefused | on.Failed:
        """Compare a PIN; see `FlowDesk`."""
        return await self._pins.log_in(
            asked.kind, asked.number, asked.pin, caller=call.number, tenant_id=call.tenant_id
        )

    async def enter(self, call: LedCall, room: str) -> Place | on.Failed:
        """Let a caller into a conference room; see `FlowDesk`."""
        return await self._rooms.enter(call, room)

    def leave(self, call: LedCall) -> None:
        """A caller is in no conference room any more; see `FlowDesk`."""
        self._rooms.leave(call)

    async def opt_out(self, call: LedCall, number: str) -> on.OptedOut | on.Failed:
        """Enter a number in the do-not-call list; see `FlowDesk`."""
        now = self._clock.now()
        source = f"key pressed in {call.call_id}"
        await self._recorder.commit(
            lambda: self._attempts.add_do_not_call(number, source=source, at=now)
        )
        log.info("opted_out", call=call.call_id, number=masked(number))
        return on.OptedOut()

    async def request(self, call: LedCall, request: Request) -> on.HttpReplied | on.Failed:
        """Ask another program; see `FlowDesk`."""
        told = await self._requests.ask(request)
        if isinstance(told, on.Failed):
            log.warning("flow_request_failed", call=call.call_id, reason=told.reason)
        return told

    def after_hours(self, call: LedCall, queue: str, language: str) -> LedCall | None:
        """Return the call as it is led while a queue is closed; see `FlowDesk`."""
        flow = self._closed.of_queue(queue, language)
        if flow is None:
            return None
        log.info("queue_closed", call=call.call_id, queue=queue)
        return replace(call, flow=flow, flow_name=f"{queue} closed")

    async def transfer(self, line: InboundLine, kind: str, to: str, wait_s: float) -> str:
        """Hand the call over; see `FlowDesk`."""
        if kind == "campaign":
            # a broadcast's line goes on by itself: as any that was answered
            return "" if is_attempt_id(line.call_id) else "no campaign calls this person"
        if kind == "number":
            return await self._forward(line, to, wait_s)
        if self.taker is None:
            return f"nobody takes calls for a {kind}"
        return await self.taker.take(line, kind, to, wait_s)

    # -- messages ----------------------------------------------------------------------------

    def message_file(self, call: LedCall) -> str:
        """Return where the next message is recorded; see `FlowDesk`."""
        led = self._led.get(call.call_id)
        number = 1 if led is None else led.messages + 1
        if led is not None:
            led.messages = number
        return self._sounds.new_message(f"{call.call_id}-{number}")

    async def recorded(self, call: LedCall, path: str, box: str) -> on.Recorded | on.Failed:
        """A message was recorded; see `FlowDesk`."""
        seconds = await asyncio.to_thread(self._sounds.spoken_s, path)
        if seconds < SHORTEST_S:
            await asyncio.to_thread(self._sounds.discard, path)
            return on.Failed("nothing was recorded")
        file = f"{path.rpartition('/')[2]}.wav"
        if box:
            await self._keep(call, file, box, seconds)
        return on.Recorded(file, seconds)

    async def _keep(self, call: LedCall, file: str, box: str, seconds: float) -> None:
        """Put a message on record; while the database is away, as soon as it is back."""
        now = self._clock.now()

        async def write() -> None:
            queue = await self._queues.get(box, tenant_id=call.tenant_id)
            left = Voicemail(
                call.number,
                file,
                now,
                tenant_id=call.tenant_id,
                queue=None if queue is None else queue.name,
                seconds=round(seconds, 2),
                class_name=box if queue is None and box.isascii() and len(box) <= 40 else "",
            )
            await self._voicemails.left(left)
            self._left()

        try:
            await write()
        except StoreUnavailable:
            self._recorder.book(write)
        except OutpaceError as error:
            # the message is there all the same: a person must hear of it
            log.exception("voicemail_not_on_record", file=file, error=str(error))
            return
        log.info("voicemail_left", call=call.call_id, file=file, seconds=round(seconds, 1))


async def _done(writing: Awaitable[bool]) -> None:
    await writing
