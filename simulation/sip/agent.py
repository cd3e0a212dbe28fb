"""A SIP user agent on the event loop: one socket, thousands of calls, no task per call.

A thin shell around `Endpoint`: it moves datagrams, re-arms one timer, stamps the 200 OK and hands
audio lines to calls. What a call does is said by `behave`, per INVITE.
"""

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from typing import Final, Self

from simulation.sip.behaviour import Behaviour
from simulation.sip.call import Call, CallObserver
from simulation.sip.digest import Credentials
from simulation.sip.endpoint import Endpoint
from simulation.sip.media import CallMedia, MediaDesk, NoMedia, Sound
from simulation.sip.message import Request, uri_of, user_of
from simulation.sip.pulse import Pulse
from simulation.sip.registration import Registration
from simulation.sip.sdp import Address, parse_sdp
from simulation.sip.signals import (
    Accepted,
    Acked,
    Ended,
    Invited,
    MediaMoved,
    Progressed,
    RegistrationMoved,
    Send,
    SendOk,
    Signal,
)
from simulation.sip.udp import Stamp, UdpPort

CARRIER: Final = "Outpace-Carrier"


@dataclass(frozen=True, slots=True)
class Invite:
    """What `behave` decides on."""

    call_id: str
    number: str
    caller: str
    at: Stamp
    request: Request


Behave = Callable[[Invite], Behaviour]


def answer_at_once(invite: Invite) -> Behaviour:  # noqa: ARG001
    """Behave like a phone that answers by itself."""
    return Behaviour(ring_s=0.0)


class SipUserAgent:
    """Serves one UDP address; use it as an async context manager, or `start` and `close` it."""

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        behave: Behave = answer_at_once,
        *,
        server_header: str = CARRIER,
        observer: CallObserver | None = None,
        media: MediaDesk | None = None,
        on_registration: Callable[[RegistrationMoved], None] | None = None,
    ) -> None:
        """Bind the socket; nothing is served before `start`.

        Args:
            host: address to serve.
            port: UDP port; 0 takes a free one (see `address`).
            behave: says per INVITE what happens.
            server_header: value of our Server header.
            observer: told of every call.
            media: gives audio lines to calls that want RTP; by default a socket per call.
            on_registration: told of registrations (used by `Softphone`).

        Raises:
            OSError: the address is taken or not ours.
        """
        self._port = UdpPort(host, port, self._datagram)
        self.address: Final = self._port.address
        self.calls: Final[dict[str, Call]] = {}
        """Calls that live now, by Call-ID."""
        self._behave = behave
        self._observer = observer or CallObserver()
        self._given_media = media
        self._own_media: MediaDesk | None = None
        self._no_media: NoMedia | None = None
        self._on_registration = on_registration
        self._endpoint = Endpoint(self.address, server=server_header, seed=secrets.token_hex(6))
        self.counts: Final = self._endpoint.counts
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at = inf

    def start(self) -> None:
        """Serve, on the running loop."""
        self._loop = asyncio.get_running_loop()
        self._port.open()

    def close(self) -> None:
        """Fall silent at once: no BYE, no more RTP. Closing twice is fine."""
        self._loop = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._port.close()
        for call in self.calls.values():
            call.line.close()
        self.calls.clear()
        for desk in (self._own_media, self._no_media):
            if desk is not None:
                desk.close()

    async def __aenter__(self) -> Self:
        self.start()
        return self

    async def __aexit__(self, *_error: object) -> None:
        self.close()

    @property
    def unplugged(self) -> bool:
        """Whether the network is gone: everything in and out is dropped."""
        return self._port.unplugged

    @unplugged.setter
    def unplugged(self, value: bool) -> None:
        self._port.unplugged = value

    def hang_up(self, call: Call) -> None:
        """End a call: BYE, refusal or CANCEL, as its state wants; nothing when it is over."""
        loop = self._running()
        self._apply(self._endpoint.hang_up(call.call_id, loop.time()))

    def dial(
        self,
        target: str,
        to: Address,
        *,
        identity: str,
        credentials: Credentials | None = None,
        behaviour: Behaviour | None = None,
    ) -> Call:
        """Call a SIP URI through the server at `to`; the observer is told how it goes on."""
        loop = self._running()
        wanted = behaviour or Behaviour()
        line = self._desk(wanted).open()
        call_id, signals = self._endpoint.dial(
            target,
            to,
            line.address,
            loop.time(),
            identity=identity,
            credentials=credentials,
        )
        call = Call(call_id, user_of(target), user_of(identity), Stamp.now(), wanted, line)
        self.calls[call_id] = call
        self._apply(signals)
        return call

    def registration(
        self, registrar: Address, credentials: Credentials, *, expires_s: int
    ) -> Registration:
        """Prepare a registration at a registrar."""
        return self._endpoint.registration(registrar, credentials, expires_s=expires_s)

    def register(self, registration: Registration) -> None:
        """Register, or refresh now."""
        self._apply(self._endpoint.register(registration, self._running().time()))

    def unregister(self, registration: Registration) -> None:
        """Take a registration back."""
        self._apply(self._endpoint.unregister(registration, self._running().time()))

    def _running(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            raise RuntimeError("the user agent is not started, or closed")
        return self._loop

    def _datagram(self, data: bytes, source: Address, arrival_ns: int) -> None:
        loop = self._running()
        self._apply(self._endpoint.receive(data, source, loop.time()), arrival_ns)

    def _wake(self) -> None:
        self._timer, self._timer_at = None, inf
        self._apply(self._endpoint.wake(self._running().time()))

    def _apply(self, signals: list[Signal], arrival_ns: int | None = None) -> None:
        for signal in signals:
            self._carry_out(signal, arrival_ns)
        deadline = self._endpoint.deadline
        if deadline < self._timer_at and self._loop is not None:
            if self._timer is not None:
                self._timer.cancel()
            self._timer_at = deadline
            self._timer = self._loop.call_at(deadline, self._wake)

    def _carry_out(self, signal: Signal, arrival_ns: int | None) -> None:
        match signal:
            case Send(data, to):
                self._port.send(data, to)
            case SendOk(call_id, data, to):
                self._answered(self.calls[call_id], data, to)
            case Invited(call_id, request, _):
                self._invited(call_id, request, _stamp(arrival_ns))
            case RegistrationMoved():
                if self._on_registration is not None:
                    self._on_registration(signal)
            case _ if call := self.calls.get(signal.call_id):
                self._moved(call, signal, _stamp(arrival_ns))

    def _moved(
        self, call: Call, signal: Acked | Accepted | Ended | MediaMoved | Progressed, at: Stamp
    ) -> None:
        match signal:
            case Acked():
                call.acked = at
                self._observer.on_ack(call)
            case Progressed(_, status):
                call.provisional.append(status)
            case Accepted(_, body):
                call.ok_received, call.status = at, 200
                self._start_media(call, body)
                self._observer.on_accepted(call)
            case MediaMoved(_, body):
                self._start_media(call, body)
            case Ended(call_id, end, status):
                del self.calls[call_id]
                call.ended, call.end, call.status = at, end, status
                call.line.close()
                self._observer.on_end(call)

    def _invited(self, call_id: str, request: Request, at: Stamp) -> None:
        number, caller = user_of(request.uri), user_of(uri_of(request.first("from")))
        behaviour = self._behave(Invite(call_id, number, caller, at, request))
        line = self._desk(behaviour).open()
        call = Call(call_id, number, caller, at, behaviour, line, request)
        self.calls[call_id] = call
        self._observer.on_invite(call)
        now = self._running().time()
        for signal in self._endpoint.decide(call_id, behaviour, line.address, now):
            self._carry_out(signal, None)

    def _answered(self, call: Call, data: bytes, to: Address) -> None:
        call.status = 200
        call.ok_sent = Stamp.now()
        self._port.send(data, to)
        if call.behaviour.rtp and call.invite is not None:
            self._start_media(call, call.invite.body)
        self._observer.on_ok_sent(call)

    def _start_media(self, call: Call, body: bytes) -> None:
        offer = parse_sdp(body)
        if offer is None or not call.behaviour.rtp:
            return
        call.offer = offer
        wanted = call.behaviour
        sound = Sound(wanted.tone_hz, wanted.echo, wanted.sounds, wanted.expect_hz)
        call.line.start(offer.address, sound)

    def _desk(self, behaviour: Behaviour) -> MediaDesk:
        if not behaviour.rtp or not behaviour.answers:
            if self._no_media is None:
                self._no_media = NoMedia(self.address[0])
            return self._no_media
        if self._given_media is not None:
            return self._given_media
        if self._own_media is None:
            self._own_media = CallMedia(self.address[0], Pulse(), first_ssrc=secrets.randbits(32))
        return self._own_media


def _stamp(arrival_ns: int | None) -> Stamp:
    return Stamp.now() if arrival_ns is None else Stamp.of_arrival(arrival_ns)
