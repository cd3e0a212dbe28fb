"""One SIP address, sans-IO: datagrams and times in, signals and the next deadline out.

Finds the call or registration that a datagram belongs to, answers what belongs to none, and keeps
the timers of thousands of calls in one heap. Refuses to know sockets, clocks and media.
"""

import heapq
from dataclasses import dataclass
from math import inf
from typing import Final, Protocol

from simulation.sip.behaviour import Behaviour
from simulation.sip.dialog import InboundCall
from simulation.sip.digest import Credentials
from simulation.sip.message import BadMessage, Request, Response, parse, respond, tag_of
from simulation.sip.outgoing import OutboundCall
from simulation.sip.registration import Registration
from simulation.sip.sdp import Address
from simulation.sip.signals import Invited, Send, Signal

ALLOW: Final = "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, NOTIFY, MESSAGE"


class Machine(Protocol):
    """What a call or a registration looks like from here."""

    done: bool
    """Whether it can be forgotten."""

    @property
    def call_id(self) -> str:
        """The Call-ID of all its messages."""
        ...

    @property
    def deadline(self) -> float:
        """Time of the next `wake`; inf when nothing is due."""
        ...

    def receive(self, request: Request, now: float) -> list[Signal]:
        """Handle a request."""
        ...

    def receive_response(self, response: Response, now: float) -> list[Signal]:
        """Handle a response."""
        ...

    def wake(self, now: float) -> list[Signal]:
        """Do what is due."""
        ...


@dataclass(slots=True)
class Counts:
    """What has passed through an endpoint."""

    invites: int = 0
    repeated_invites: int = 0
    options: int = 0
    unknown: int = 0
    """Requests of calls we do not know."""
    bad: int = 0
    """Datagrams that are not SIP."""


class Endpoint:
    """All calls and registrations at one address."""

    def __init__(self, local: Address, *, server: str, seed: str) -> None:
        """Serve `local`.

        Args:
            local: address we are reached at.
            server: value of the Server (and User-Agent) header.
            seed: makes tags and branches unique over endpoints and runs.
        """
        self.counts: Final = Counts()
        self._local = local
        self._server = server
        self._seed = seed
        self._issued = 0
        self._machines: dict[str, Machine] = {}
        self._timers: list[tuple[float, int, str]] = []
        self._armed: dict[str, float] = {}
        self._entries = 0

    @property
    def deadline(self) -> float:
        """When `wake` must be called next; inf when nothing is due."""
        return self._timers[0][0] if self._timers else inf

    def receive(self, datagram: bytes, source: Address, now: float) -> list[Signal]:
        """Handle one datagram from `source`."""
        if not datagram.strip(b"\r\n\0"):
            return []  # keep-alive
        try:
            message = parse(datagram)
        except BadMessage:
            self.counts.bad += 1
            return []
        machine = self._machines.get(message.call_id)
        if isinstance(message, Response):
            if machine is None:
                return []
            return self._armed_after(machine, machine.receive_response(message, now))
        if machine is None:
            return self._outside(message, source)
        if message.method == "INVITE" and isinstance(machine, InboundCall):
            self.counts.repeated_invites += not tag_of(message.first("to"))
        return self._armed_after(machine, machine.receive(message, now))

    def wake(self, now: float) -> list[Signal]:
        """Do everything that is due at `now`."""
        out: list[Signal] = []
        while self._timers and self._timers[0][0] <= now:
            at, _, call_id = heapq.heappop(self._timers)
            if self._armed.get(call_id) != at:
                continue  # re-armed for an earlier time, or gone
            del self._armed[call_id]
            machine = self._machines[call_id]
            if machine.deadline <= now:
                out += machine.wake(now)
            self._armed_after(machine, out)
        return out

    def decide(
        self, call_id: str, behaviour: Behaviour, audio: Address, now: float
    ) -> list[Signal]:
        """Settle how an `Invited` call goes on; `audio` is where its 200 asks for RTP."""
        machine = self._machines.get(call_id)
        if not isinstance(machine, InboundCall):
            return []
        return self._armed_after(machine, machine.decide(behaviour, audio, now))

    def dial(
        self,
        target: str,
        to: Address,
        audio: Address,
        now: float,
        *,
        identity: str,
        credentials: Credentials | None = None,
    ) -> tuple[str, list[Signal]]:
        """Call a SIP URI; returns the Call-ID and the first signals."""
        call = OutboundCall(
            target,
            to,
            self._local,
            identity=identity,
            credentials=credentials,
            token=self._token,
            agent=self._server,
        )
        self._machines[call.call_id] = call
        return call.call_id, self._armed_after(call, call.dial(audio, now))

    def hang_up(self, call_id: str, now: float) -> list[Signal]:
        """End a call of either direction; nothing happens when it is gone."""
        machine = self._machines.get(call_id)
        if not isinstance(machine, InboundCall | OutboundCall):
            return []
        return self._armed_after(machine, machine.hang_up(now))

    def registration(
        self, registrar: Address, credentials: Credentials, *, expires_s: int
    ) -> Registration:
        """Prepare a registration; start it with `register`."""
        made = Registration(
            registrar,
            self._local,
            credentials,
            expires_s=expires_s,
            token=self._token,
            agent=self._server,
        )
        self._machines[made.call_id] = made
        return made

    def register(self, registration: Registration, now: float) -> list[Signal]:
        """Send a REGISTER now."""
        return self._armed_after(registration, registration.register(now))

    def unregister(self, registration: Registration, now: float) -> list[Signal]:
        """Take a registration back."""
        return self._armed_after(registration, registration.unregister(now))

    def _outside(self, request: Request, source: Address) -> list[Signal]:
        match request.method:
            case "ACK":
                return []
            case "OPTIONS":
                self.counts.options += 1
                return self._reply(request, 200, source)
            case "INVITE" if not tag_of(request.first("to")):
                self.counts.invites += 1
                call = InboundCall(
                    request, source, self._local, tag=self._token(), server=self._server
                )
                self._machines[call.call_id] = call
                return [Invited(call.call_id, request, source)]
            case "NOTIFY" | "MESSAGE" | "INFO":
                return self._reply(request, 200, source)
            case "INVITE" | "BYE" | "CANCEL" | "UPDATE":
                self.counts.unknown += 1
                return self._reply(request, 481, source)
            case _:
                return self._reply(request, 405, source)

    def _reply(self, request: Request, status: int, source: Address) -> list[Signal]:
        extra = (("server", self._server), ("allow", ALLOW), ("accept", "application/sdp"))
        return [Send(respond(request, status, tag=self._token(), extra=extra).encode(), source)]

    def _armed_after(self, machine: Machine, out: list[Signal]) -> list[Signal]:
        call_id = machine.call_id
        if machine.done:
            self._machines.pop(call_id, None)
            self._armed.pop(call_id, None)
            return out
        deadline = machine.deadline
        # a deadline that moved back is found when the earlier timer fires: no heap entry per move
        if deadline < self._armed.get(call_id, inf):
            self._armed[call_id] = deadline
            self._entries += 1
            heapq.heappush(self._timers, (deadline, self._entries, call_id))
        return out

    def _token(self) -> str:
        self._issued += 1
        return f"{self._seed}{self._issued:x}"
