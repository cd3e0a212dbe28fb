"""One call that we make, as a state machine: the small client side of INVITE.

Knows the INVITE and its repetition, one digest challenge, ACK, CANCEL and BYE either way. Refuses
to know sockets, clocks and media; forked answers and redirects are not followed.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from math import inf
from typing import Final

from simulation.sip.dialog import LINGER_S
from simulation.sip.digest import Credentials, UnusableChallenge, authorization, parse_challenge
from simulation.sip.message import Request, Response, respond, uri_of
from simulation.sip.resend import PATIENCE_S, Resend
from simulation.sip.sdp import Address, answer_to, parse_sdp
from simulation.sip.signals import Accepted, CallEnd, Ended, MediaMoved, Progressed, Send, Signal


class DialState(StrEnum):
    """Where a call that we make stands."""

    CALLING = "calling"  # nothing heard yet
    PROCEEDING = "proceeding"
    UP = "up"
    LEAVING = "leaving"
    ENDED = "ended"


class DialMove(StrEnum):
    """What moves a call that we make."""

    PROVISIONAL = "provisional"
    OK = "ok"
    REFUSED = "refused"
    GIVE_UP = "give_up"
    BYE = "bye"
    HANG_UP = "hang_up"
    BYE_ANSWERED = "bye_answered"


_S = DialState
_M = DialMove
MOVES: Final[Mapping[tuple[DialState, DialMove], DialState]] = {
    (_S.CALLING, _M.PROVISIONAL): _S.PROCEEDING,
    (_S.CALLING, _M.OK): _S.UP,
    (_S.CALLING, _M.REFUSED): _S.ENDED,
    (_S.CALLING, _M.GIVE_UP): _S.ENDED,
    (_S.PROCEEDING, _M.OK): _S.UP,
    (_S.PROCEEDING, _M.REFUSED): _S.ENDED,
    (_S.PROCEEDING, _M.GIVE_UP): _S.ENDED,  # not even our CANCEL was settled
    (_S.UP, _M.BYE): _S.ENDED,
    (_S.UP, _M.HANG_UP): _S.LEAVING,
    (_S.LEAVING, _M.BYE): _S.ENDED,
    (_S.LEAVING, _M.BYE_ANSWERED): _S.ENDED,
    (_S.LEAVING, _M.GIVE_UP): _S.ENDED,
}


class OutboundCall:
    """A call from us to somebody; `deadline` says when `wake` must be called."""

    def __init__(
        self,
        target: str,
        to: Address,
        local: Address,
        *,
        identity: str,
        credentials: Credentials | None,
        token: Callable[[], str],
        agent: str,
    ) -> None:
        self.call_id: Final = f"{token()}@{local[0]}"
        self.state = DialState.CALLING
        self.done = False
        self._to = to
        self._local = local
        self._credentials = credentials
        self._token = token
        self._agent = agent
        self._target = target
        self._remote = f"<{target}>"
        self._us = f"<{identity}>;tag={token()}"
        self._contact = f"<sip:{local[0]}:{local[1]}>"
        self._routes: list[str] = []
        self._cseq = 0
        self._challenged = False
        self._cancelling = False
        self._audio: Address = local
        self._sdp_version = 1
        self._invite = Request()
        self._ack = b""
        self._repeat: Resend | None = None
        self._forget_at = inf

    @property
    def deadline(self) -> float:
        """Time of the next `wake`; inf when nothing is due."""
        return min(self._forget_at, self._repeat.deadline if self._repeat else inf)

    def dial(self, audio: Address, now: float) -> list[Signal]:
        """Send the INVITE, offering audio at `audio`."""
        self._audio = audio
        return self._send_invite(now)

    def hang_up(self, now: float) -> list[Signal]:
        """End the call: CANCEL before its answer, BYE after it."""
        if self.state is DialState.UP:
            self._move(DialMove.HANG_UP)
            bye = self._request("BYE", self._next_cseq(), self._token())
            send = self._repeated(bye, now)
            return [send, Ended(self.call_id, CallEnd.BYE_SENT, 200)]
        if self.state not in (DialState.CALLING, DialState.PROCEEDING) or self._cancelling:
            return []
        self._cancelling = True  # a CANCEL before any provisional answer must wait for one
        return self._cancel(now) if self.state is DialState.PROCEEDING else []

    def receive(self, request: Request, now: float) -> list[Signal]:
        """Handle a request of the other side within this call."""
        if request.method == "ACK":
            return []
        response = respond(request, 200, extra=(("user-agent", self._agent),))
        out: list[Signal] = []
        if request.method == "BYE":
            if self.state is DialState.UP:
                out.append(Ended(self.call_id, CallEnd.BYE_RECEIVED, 200))
            if self._move(DialMove.BYE):
                self._rest(now)
        elif request.method == "INVITE" or (request.method == "UPDATE" and request.body):
            self._sdp_version += 1
            response.body = answer_to(parse_sdp(request.body), self._audio, self._sdp_version)
            response.headers["contact"] = [self._contact]
            response.headers["content-type"] = ["application/sdp"]
            if request.body:
                out.append(MediaMoved(self.call_id, request.body))
        return [Send(response.encode(), self._to), *out]

    def receive_response(self, response: Response, now: float) -> list[Signal]:
        """Handle an answer to our INVITE, CANCEL or BYE."""
        number, method = response.cseq
        if method == "BYE":
            if response.status >= 200 and self._move(DialMove.BYE_ANSWERED):
                self._rest(now)
            return []
        if method != "INVITE":
            return []
        if number != self._cseq and response.status >= 300:
            return []  # a repeated challenge that we answered long ago
        if response.status < 200:
            return self._progressed(response, now)
        if response.status < 300:
            return self._accepted(response, now)
        return self._refused(response, now)

    def wake(self, now: float) -> list[Signal]:
        """Do what is due."""
        if now >= self._forget_at:
            self._forget_at, self.done = inf, True
        if not self._repeat or now < self._repeat.deadline:
            return []
        out: list[Signal] = list(self._repeat.again(now))
        if self._repeat.given_up(now):
            told = self.state is DialState.LEAVING
            self._move(DialMove.GIVE_UP)
            self._rest(now)
            if not told:
                out.append(Ended(self.call_id, CallEnd.FAILED, 408))
        return out

    def _progressed(self, response: Response, now: float) -> list[Signal]:
        first = self._move(DialMove.PROVISIONAL)
        if self.state is not DialState.PROCEEDING:
            return []
        out: list[Signal] = [Progressed(self.call_id, response.status)]
        if not first:
            return out
        self._repeat = None
        return out + (self._cancel(now) if self._cancelling else [])

    def _accepted(self, response: Response, now: float) -> list[Signal]:
        if not self._move(DialMove.OK):
            return [Send(self._ack, self._to)] if self._ack else []
        self._repeat = None
        self._remote = response.first("to")
        self._target = uri_of(response.first("contact")) or self._target
        self._routes = response.values("record-route")[::-1]
        self._ack = self._request("ACK", self._cseq, self._token()).encode()
        out: list[Signal] = [Send(self._ack, self._to), Accepted(self.call_id, response.body)]
        if self._cancelling:  # the answer crossed our CANCEL
            return out + self.hang_up(now)
        return out

    def _refused(self, response: Response, now: float) -> list[Signal]:
        ack = self._request("ACK", self._cseq, self._branch())
        ack.headers["to"] = response.values("to")
        out: list[Signal] = [Send(ack.encode(), self._to)]
        if self.state is DialState.ENDED:
            return out  # its repetition
        if response.status in (401, 407) and self._credentials and not self._challenged:
            again = self._answer_challenge(response, self._credentials, now)
            if again:
                return out + again
        self._move(DialMove.REFUSED)
        self._rest(now)
        end = CallEnd.CANCELLED if self._cancelling else CallEnd.FAILED
        return [*out, Ended(self.call_id, end, response.status)]

    def _answer_challenge(
        self, response: Response, credentials: Credentials, now: float
    ) -> list[Signal]:
        self._challenged = True
        proxy = response.status == 407
        asked = response.values("proxy-authenticate" if proxy else "www-authenticate")
        try:
            challenge = parse_challenge(asked)
        except UnusableChallenge:
            return []
        value = authorization(
            challenge, credentials, method="INVITE", uri=self._target, cnonce=self._token()
        )
        self.state = DialState.CALLING
        return self._send_invite(now, ("proxy-authorization" if proxy else "authorization", value))

    def _send_invite(self, now: float, proof: tuple[str, str] | None = None) -> list[Signal]:
        invite = self._request("INVITE", self._next_cseq(), self._token())
        invite.body = answer_to(None, self._audio)
        invite.headers["content-type"] = ["application/sdp"]
        if proof:
            invite.headers[proof[0]] = [proof[1]]
        self._invite = invite
        send = Send(invite.encode(), self._to)
        self._repeat = Resend.of(send.data, send.to, now, cap_s=PATIENCE_S)
        return [send]

    def _cancel(self, now: float) -> list[Signal]:
        # the 487 (or a 200 that crossed it) settles the call; a lost CANCEL is repeated until then
        return [self._repeated(self._request("CANCEL", self._cseq, self._branch()), now)]

    def _request(self, method: str, cseq: int, branch: str) -> Request:
        host, port = self._local
        headers = {
            "via": [f"SIP/2.0/UDP {host}:{port};rport;branch=z9hG4bK{branch}"],
            "max-forwards": ["70"],
            "from": [self._us],
            "to": [self._remote],
            "call-id": [self.call_id],
            "cseq": [f"{cseq} {method}"],
            "contact": [self._contact],
            "user-agent": [self._agent],
        }
        if self._routes:
            headers["route"] = self._routes
        return Request(headers, b"", method, self._target)

    def _branch(self) -> str:
        return self._invite.first("via").rpartition("z9hG4bK")[2]

    def _repeated(self, request: Request, now: float) -> Send:
        send = Send(request.encode(), self._to)
        self._repeat = Resend.of(send.data, send.to, now)
        return send

    def _next_cseq(self) -> int:
        self._cseq += 1
        return self._cseq

    def _rest(self, now: float) -> None:
        self._repeat = None
        self._forget_at = now + LINGER_S

    def _move(self, move: DialMove) -> bool:
        after = MOVES.get((self.state, move))
        if after is None:
            return False
        self.state = after
        return True
