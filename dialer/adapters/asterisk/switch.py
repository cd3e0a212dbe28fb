"""Asterisk as the dialer's Switch: our commands in AMI's words, AMI's events in ours.

Knows actions, dial strings and the reconnect rule. Never queues: without a session a command
raises, and what had no reply when a session broke is asked for, never sent again.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import cycle
from types import MappingProxyType
from typing import Final

import structlog

from dialer.adapters.asterisk.ami_events import (
    channel_id_of,
    live_channel,
    translate,
)
from dialer.adapters.asterisk.ami_link import AmiLink, LoginFailed
from dialer.adapters.asterisk.ami_wire import Frame, check_value
from dialer.adapters.asterisk.conf import LANES, lane
from dialer.adapters.asterisk.hang_ups import HangUps
from dialer.adapters.asterisk.switch_questions import SwitchQuestions
from dialer.domain.events import LiveChannel, OriginateFailed, SwitchDown, SwitchEvent, SwitchUp
from dialer.domain.ids import LegId
from dialer.domain.lead import Attempt
from dialer.domain.number_format import DIGITS, NumberFormat
from dialer.domain.prompt_path import check_prompt
from dialer.errors import OriginateRefused, OutpaceError, SwitchUnavailable
from dialer.ports import Clock, DialOptions

log = structlog.get_logger(__name__)

CONNECT_TIMEOUT_S: Final = 5.0
BACK_OFF_S: Final = (0.1, 0.2, 0.5, 1.0, 2.0)
"""Waits between attempts to reconnect; the last one repeats."""

AGENT_RING_S: Final = 15.0
"""How long an agent's softphone may ring at log-in; it answers by itself in far less."""

MAX_LEGS_RINGING: Final = 200
"""Softphones being called at once: each takes an AMI session for that moment."""

CUE_CONTEXT: Final = "cue"


class AmiAddressWrong(OutpaceError):
    """Nothing that speaks AMI answers at the configured address."""


@dataclass(frozen=True, slots=True)
class AmiAddress:
    """Where and as whom to log in to AMI."""

    host: str
    port: int
    username: str
    secret: str


class AsteriskSwitch(SwitchQuestions):
    """A `Switch` on one Asterisk, over one AMI session at a time.

    Args:
        address: of AMI.
        clock: stamps what has no time.
        formats: how numbers are dialed on each trunk, by name; digits on any other.
    """

    def __init__(
        self,
        address: AmiAddress,
        *,
        clock: Clock,
        formats: Mapping[str, NumberFormat] | None = None,
    ) -> None:
        self._formats = formats or {}
        self._address = address
        self._clock = clock
        self._link: AmiLink | None = None
        self._sinks: list[Callable[[SwitchEvent], None]] = []
        self._legs: deque[tuple[str, list[tuple[str, str]]]] = deque()
        self._legs_wanted = asyncio.Event()
        self._lanes = cycle(map(lane, range(LANES)))
        self._came_in: dict[str, str] = {}
        """Asterisk's Uniqueid of each call that came in, by ours."""
        self._hang_ups = HangUps(self._hang_up)

    @property
    def connected(self) -> bool:
        """Whether commands can be sent now."""
        return self._link is not None and self._link.open

    def subscribe(self, sink: Callable[[SwitchEvent], None]) -> None:
        """Have every event handed to `sink`, in order."""
        self._sinks.append(sink)

    async def connect(self) -> None:
        """Open the first session.

        Raises:
            LoginFailed: the secret is wrong.
            AmiAddressWrong: nothing there, or not AMI.
        """
        where = f"{self._address.host}:{self._address.port}"
        try:
            await self._open()
        except LoginFailed as error:
            raise LoginFailed(
                f"AMI at {where} refused user {self._address.username!r}: check the secret in "
                "manager.conf and OUTPACE_AMI_SECRET"
            ) from error
        except (OSError, TimeoutError, SwitchUnavailable) as error:
            raise AmiAddressWrong(
                f"no AMI at {where} ({error}): start Asterisk or set OUTPACE_AMI_HOST and "
                "OUTPACE_AMI_PORT"
            ) from error

    async def run(self) -> None:
        """Keep a session open for ever, and call agents' phones; owns the tasks of both."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._keep_session(), name="ami-session")
            while True:
                await self._legs_wanted.wait()
                self._legs_wanted.clear()
                while self._legs:
                    leg_id, fields = self._legs.popleft()
                    tasks.create_task(self._call_leg(leg_id, fields), name=f"leg-{leg_id}")

    async def _keep_session(self) -> None:
        while True:
            link = self._link
            if link is None:
                link = await self._reopen()
            lost = await asyncio.shield(link.lost)
            self._link = None
            self._hang_ups.forget()
            log.warning("ami_lost", reason=lost.reason, unanswered=len(lost.unanswered))
            self._emit(SwitchDown(lost.reason, self._clock.now()))

    def close(self) -> None:
        """End the session."""
        if self._link is not None:
            self._link.close()
            self._link = None
        self._hang_ups.forget()

    # -- Switch ----------------------------------------------------------------------------

    def originate(self, attempt: Attempt, options: DialOptions) -> None:
        """Dial a recorded attempt's customer; see `Switch.originate`."""
        dialed = self._formats.get(attempt.trunk, DIGITS).spelled(attempt.number)
        fields = [
            ("Channel", f"PJSIP/{dialed}@{attempt.trunk}-{next(self._lanes)}"),
            ("Context", "outbound"),
            ("Exten", "s"),
            ("Priority", "1"),
            ("Timeout", str(int(options.ring_timeout_s * 1000))),
            ("Async", "true"),
            ("ChannelId", attempt.attempt_id),
            ("Variable", f"OUTPACE_RECORD={'yes' if options.record else 'no'}"),
        ]
        if dialed != attempt.number.lstrip("+"):
            # the dialplan cannot tell the number from what was dialed
            fields.append(_variable("OUTPACE_CALLED", attempt.number))
        if options.caller_id:
            fields.append(("CallerID", options.caller_id))
        for name, field, prompt in (
            ("OUTPACE_PROMPT_ABANDON", "abandon_prompt", options.abandon_prompt),
            ("OUTPACE_PROMPT_LOST", "lost_prompt", options.lost_prompt),
        ):
            check_prompt(field, prompt)
            if prompt:
                fields.append(_variable(name, prompt))
        self.start(attempt.attempt_id, fields)

    def call_agent(self, leg_id: LegId, endpoint: str, *, ring_s: float | None = None) -> None:
        """Ring an agent's softphone for its leg; see `Switch.call_agent`."""
        rings_s = AGENT_RING_S if ring_s is None else ring_s
        self.call_phone(leg_id, endpoint, context="agent-leg", exten="idle", ring_s=rings_s)

    def call_phone(
        self,
        channel_id: str,
        endpoint: str,
        *,
        context: str,
        exten: str,
        variables: Mapping[str, str] = MappingProxyType({}),
        ring_s: float = AGENT_RING_S,
    ) -> None:
        """Ring a phone of ours, which answers by itself, and lead it into the dialplan.

        In a session of its own: a phone that answers "302, call this number on the trunk instead"
        is stopped only by PreDialGoSub, which Asterisk heeds only with Async false, and then the
        session answers nothing else until the phone does.

        Raises:
            SwitchUnavailable: there is no session, or too many phones ring; not sent.
            UnsafeValue: a value holds a line break or NUL; not sent.
        """
        self._ready()
        fields = [
            ("Channel", f"PJSIP/{endpoint}"),
            ("Context", context),
            ("Exten", exten),
            ("Priority", "1"),
            ("Timeout", str(round(ring_s * 1000))),
            ("CallerID", "Outpace <outpace>"),
            ("Async", "false"),
            ("PreDialGoSub", "agent-guard,s,1"),
            ("ChannelId", channel_id),
            ("Variable", "PJSIP_HEADER(add,Call-Info)=<sip:outpace>;answer-after=0"),
            ("Variable", "PJSIP_HEADER(add,Alert-Info)=<http://localhost>;info=alert-autoanswer"),
        ]
        fields += [_variable(name, value) for name, value in variables.items()]
        for key, value in fields:
            check_value(key, value)
        if len(self._legs) >= MAX_LEGS_RINGING:
            raise SwitchUnavailable(f"{MAX_LEGS_RINGING} phones are being called already")
        self._legs.append((channel_id, fields))
        self._legs_wanted.set()

    def whisper(self, leg_id: LegId) -> None:
        """Play the connect cue into the agent's ear only."""
        fields = [
            ("Channel", f"Local/spy@{CUE_CONTEXT}/n"),
            ("Context", CUE_CONTEXT),
            ("Exten", "play"),
            ("Priority", "1"),
            ("Timeout", "2000"),
            ("Async", "true"),
            ("Variable", f"CUE_LEG={leg_id}"),
        ]
        with suppress(SwitchUnavailable):
            self._ready().send("Originate", fields)

    def hang_up(self, channel_id: str) -> None:
        """End a channel by its Uniqueid (AMI's Hangup matches it exactly)."""
        self._hang_ups.ask(channel_id)

    def uniqueid_of(self, channel_id: str) -> str:
        """Return what Asterisk calls a channel of ours."""
        return self._came_in.get(channel_id, channel_id)

    def send(
        self,
        action: str,
        fields: list[tuple[str, str]],
        *,
        on_reply: Callable[[Frame], None] | None = None,
    ) -> None:
        """Send one action, for what other adapters do in this session; never queued.

        Raises:
            SwitchUnavailable: there is no session; not sent.
            UnsafeValue: a value holds a line break or NUL; not sent.
        """
        self._ready().send(action, fields, on_reply=on_reply)

    def start(self, channel_id: str, fields: list[tuple[str, str]]) -> None:
        """Originate a channel under an id of ours; a refusal comes as `OriginateFailed`."""

        def on_reply(frame: Frame) -> None:
            if frame.get("Response") == "Success":
                return
            refusal = OriginateRefused(channel_id, frame.get("Message", "no reason given"))
            self._emit(
                OriginateFailed(channel_id, refusal.reason, self._clock.now(), no_channel=True)
            )

        self._ready().send("Originate", fields, action_id=channel_id, on_reply=on_reply)

    async def live_channels(self) -> list[LiveChannel]:
        """List our channels that live now."""
        reply = await self._ready().ask("CoreShowChannels")
        for item in reply.items:
            self._note(item)
        found = (live_channel(item) for item in reply.items)
        return [channel for channel in found if channel is not None]

    async def round_trip(self) -> float:
        """Return how long Asterisk takes to answer a ping, in seconds."""
        asked_at = self._clock.now()
        await self._ready().ask("Ping")
        return self._clock.now() - asked_at

    async def sessions(self) -> int:
        """Count the AMI sessions of our user: 1 when no older engine's session lingers."""
        lines = await self.said("manager show connected")
        return sum(1 for line in lines if line.split()[:1] == [self._address.username])

    # -- inside ----------------------------------------------------------------------------

    def _hang_up(self, channel_id: str) -> None:
        def on_reply(frame: Frame) -> None:
            if frame.get("Response") != "Success":  # there is no such channel
                self._hang_ups.gone(channel_id)

        fields = [("Channel", self.uniqueid_of(channel_id)), ("Cause", "16")]
        self.send("Hangup", fields, on_reply=on_reply)

    def _ready(self) -> AmiLink:
        if self._link is None or not self._link.open:
            raise SwitchUnavailable("no AMI session; not sent")
        return self._link

    async def _call_leg(self, leg_id: str, fields: list[tuple[str, str]]) -> None:
        problem = "no session"
        try:
            link = await self._open(own=True)
            try:
                async with asyncio.timeout(AGENT_RING_S + CONNECT_TIMEOUT_S):
                    reply = await link.ask("Originate", fields)
            finally:
                link.close()
            if reply.frame.get("Response") == "Success":
                return
            problem = reply.frame.get("Message", "refused")
        except (OSError, TimeoutError, OutpaceError) as error:
            problem = str(error) or type(error).__name__
        self._emit(OriginateFailed(leg_id, problem, self._clock.now(), no_channel=True))
        with suppress(SwitchUnavailable):
            self.hang_up(leg_id)  # without a reply it may ring all the same

    def _emit(self, event: SwitchEvent) -> None:
        for sink in self._sinks:
            sink(event)

    def _note(self, frame: Frame) -> None:
        channel_id, uniqueid = channel_id_of(frame), frame.get("Uniqueid", "")
        if channel_id and channel_id != uniqueid:
            self._came_in[channel_id] = uniqueid

    def _on_event(self, frame: Frame) -> None:
        self._note(frame)
        event = translate(frame, self._clock.now())
        if event is not None:
            self._emit(event)
        if frame.get("Event") == "Hangup":
            self._came_in.pop(channel_id_of(frame), None)
            self._hang_ups.gone(channel_id_of(frame))

    def _install(self, link: AmiLink) -> None:
        """Take a link into use the moment it is logged in: its first event comes after."""
        self._link = link
        self._emit(SwitchUp(self._clock.now()))

    async def _reopen(self) -> AmiLink:
        turn = 0
        while True:
            await asyncio.sleep(BACK_OFF_S[min(turn, len(BACK_OFF_S) - 1)])
            turn += 1
            try:
                return await self._open()
            except (OSError, TimeoutError, SwitchUnavailable, LoginFailed) as error:
                log.warning("ami_reconnect_failed", turn=turn, error=str(error))

    async def _open(self, *, own: bool = False) -> AmiLink:
        """Log in; `own`: for one slow action, without events and without keepalive."""
        loop = asyncio.get_running_loop()
        link: AmiLink | None = None
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT_S):
                _, link = await loop.create_connection(
                    lambda: AmiLink(
                        self._address.username,
                        self._address.secret,
                        clock=self._clock,
                        on_event=None if own else self._on_event,
                        on_login=(lambda _link: None) if own else self._install,
                        keepalive=not own,
                    ),
                    self._address.host,
                    self._address.port,
                )
                await link.logged_in
        except BaseException:
            if link is not None:
                link.close()
            raise
        return link


def _variable(name: str, value: str) -> tuple[str, str]:
    """Return a channel variable's field; unmarked, a comma would begin another variable."""
    marked = "".join(f"\\{mark}" if mark in '\\,"()[]' else mark for mark in value)
    return "Variable", f"{name}={marked}"
