"""One call that came in, as a state machine: requests and times in, datagrams and facts out.

The law is the table MOVES. Knows the server's INVITE transaction and its dialog: provisional
answers, the 200 repeated until its ACK, refusals, CANCEL, re-INVITE, and BYE either way. A repeated
request is answered again with the same bytes. Refuses to know sockets, clocks and media.
"""

from collections.abc import Mapping
from enum import StrEnum
from math import inf
from typing import Final

from simulation.sip.behaviour import Behaviour
from simulation.sip.message import Request, Response, respond, tag_of, uri_of
from simulation.sip.resend import Resend
from simulation.sip.sdp import Address, answer_to, parse_sdp
from simulation.sip.signals import Acked, CallEnd, Ended, MediaMoved, Send, SendOk, Signal

LINGER_S: Final = 5.0
"""How long an ended call still answers repeated requests."""


class CallState(StrEnum):
    """Where an incoming call stands."""

    INVITED = "invited"  # nobody has decided yet
    PROCEEDING = "proceeding"  # ringing, or silent
    ANSWERED = "answered"  # 200 sent, not acknowledged
    UP = "up"
    REFUSED = "refused"  # other final answer sent, not acknowledged
    LEAVING = "leaving"  # our BYE is not answered yet
    ENDED = "ended"


class Move(StrEnum):
    """What moves a call."""

    DECIDE = "decide"
    ANSWER = "answer"
    REFUSE = "refuse"
    CANCEL = "cancel"
    ACK = "ack"
    BYE = "bye"
    HANG_UP = "hang_up"
    BYE_ANSWERED = "bye_answered"
    GIVE_UP = "give_up"


_S = CallState
_M = Move
MOVES: Final[Mapping[tuple[CallState, Move], CallState]] = {
    (_S.INVITED, _M.DECIDE): _S.PROCEEDING,
    (_S.PROCEEDING, _M.ANSWER): _S.ANSWERED,
    (_S.PROCEEDING, _M.REFUSE): _S.REFUSED,
    (_S.PROCEEDING, _M.CANCEL): _S.REFUSED,
    (_S.PROCEEDING, _M.HANG_UP): _S.REFUSED,
    (_S.PROCEEDING, _M.BYE): _S.REFUSED,
    (_S.ANSWERED, _M.ACK): _S.UP,
    (_S.ANSWERED, _M.BYE): _S.ENDED,
    (_S.ANSWERED, _M.GIVE_UP): _S.LEAVING,
    (_S.UP, _M.BYE): _S.ENDED,
    (_S.UP, _M.HANG_UP): _S.LEAVING,
    (_S.REFUSED, _M.ACK): _S.ENDED,
    (_S.REFUSED, _M.GIVE_UP): _S.ENDED,
    (_S.LEAVING, _M.BYE): _S.ENDED,
    (_S.LEAVING, _M.BYE_ANSWERED): _S.ENDED,
    (_S.LEAVING, _M.GIVE_UP): _S.ENDED,
}


class InboundCall:
    """A call from somebody to us; `deadline` says when `wake` must be called."""

    def __init__(
        self, invite: Request, source: Address, local: Address, *, tag: str, server: str
    ) -> None:
        self.call_id: Final = invite.call_id
        self.state = CallState.INVITED
        self._invite = invite
        self._source = source
        self._local = local
        self._tag = tag
        self._server = ("server", server)
        self._contact = ("contact", f"<sip:{local[0]}:{local[1]}>")
        self._target = uri_of(invite.first("contact")) or invite.uri
        self._remote_cseq = invite.cseq[0]
        self._behaviour = Behaviour()
        self._audio: Address = local
        self._sdp_version = 1
        self._said: bytes = b""  # last answer to the INVITE
        self._answers: dict[tuple[int, str], bytes] = {}  # to all other requests
        self._repeat: Resend | None = None
        self._unacked: int | None = None  # CSeq of the 200 that waits for its ACK
        self._ring_at = self._final_at = self._talk_end_at = self._forget_at = inf
        self._leave_on_ack = False
        self.done = False
        """Whether the call can be forgotten."""

    @property
    def deadline(self) -> float:
        """Time of the next `wake`; inf when nothing is due."""
        due = self._repeat.deadline if self._repeat else inf
        return min(self._ring_at, self._final_at, self._talk_end_at, self._forget_at, due)

    def decide(self, behaviour: Behaviour, audio: Address, now: float) -> list[Signal]:
        """Set how the call goes on; `audio` is where a 200 asks for RTP."""
        if not self._move(Move.DECIDE):
            return []
        self._behaviour, self._audio = behaviour, audio
        self._final_at = now + behaviour.ring_s
        if behaviour.ring:
            self._ring_at = now + behaviour.ring_after_s
        out: list[Signal] = []
        if behaviour.trying:
            out.append(self._say(respond(self._invite, 100)))
        return out + self.wake(now)

    def receive(self, request: Request, now: float) -> list[Signal]:
        """Handle a request of this call."""
        number, _ = request.cseq
        match request.method:
            case "INVITE":
                if number > self._remote_cseq:
                    return self._reinvited(request, now)
                return [Send(self._said, self._source)] if self._said else []
            case "ACK":
                return self._acked(request, now)
        repeated = self._answers.get((number, request.method))
        if repeated is not None:
            return [Send(repeated, self._source)]
        self._remote_cseq = max(self._remote_cseq, number)
        match request.method:
            case "CANCEL":
                status = 200 if number == self._invite.cseq[0] else 481
                out = self._answer(request, status)
                return out + (self._refuse(Move.CANCEL, 487, now) if status == 200 else [])
            case "BYE":
                return self._answer(request, 200) + self._left(now)
            case "UPDATE":
                out = self._answer(request, 200, self._describe(request) if request.body else b"")
                return out + self._moved(request)
            case "INFO" | "OPTIONS" | "NOTIFY" | "MESSAGE":
                return self._answer(request, 200)
            case _:
                return self._answer(request, 405)

    def receive_response(self, response: Response, now: float) -> list[Signal]:
        """Handle an answer to our BYE."""
        if response.status >= 200 and response.cseq[1] == "BYE" and self._move(Move.BYE_ANSWERED):
            self._rest(now)
        return []

    def hang_up(self, now: float, status: int = 603) -> list[Signal]:
        """End the call: BYE when it is up (or as soon as it is), else a refusal."""
        if self.state is CallState.ANSWERED:
            self._leave_on_ack = True
            return []
        if self.state is CallState.UP:
            return self._leave(Move.HANG_UP, CallEnd.BYE_SENT, now)
        return self._refuse(Move.HANG_UP, status, now)

    def wake(self, now: float) -> list[Signal]:
        """Do what is due."""
        out: list[Signal] = []
        if now >= self._ring_at:
            self._ring_at = inf
            if self.state is CallState.PROCEEDING and self._final_at > now:
                out.append(self._say(respond(self._invite, 180, tag=self._tag, extra=self._ours())))
        if now >= self._final_at:
            self._final_at = inf
            out += self._finish(now)
        if now >= self._talk_end_at:
            self._talk_end_at = inf
            out += self.hang_up(now)
        if self._repeat and now >= self._repeat.deadline:
            out += self._repeat.again(now)
            if self._repeat and self._repeat.given_up(now):
                out += self._gave_up(now)
        if now >= self._forget_at:
            self._forget_at, self.done = inf, True
        return out

    def _finish(self, now: float) -> list[Signal]:
        code = self._behaviour.code
        if code != 200:
            return self._refuse(Move.REFUSE, code, now)
        if not self._move(Move.ANSWER):
            return []
        ok = self._ok(self._invite)
        self._said = ok
        self._unacked = self._invite.cseq[0]
        self._repeat = Resend.of(ok, self._source, now)
        if self._behaviour.talk_s is not None:
            self._talk_end_at = now + self._behaviour.talk_s
        return [SendOk(self.call_id, ok, self._source)]

    def _refuse(self, move: Move, status: int, now: float) -> list[Signal]:
        if not self._move(move):
            return []
        self._ring_at = self._final_at = inf
        send = self._say(respond(self._invite, status, tag=self._tag, extra=(self._server,)))
        self._repeat = Resend.of(send.data, send.to, now)
        end = CallEnd.CANCELLED if move is Move.CANCEL else CallEnd.REFUSED
        return [send, Ended(self.call_id, end, status)]

    def _acked(self, ack: Request, now: float) -> list[Signal]:
        if self.state is CallState.REFUSED:
            self._move(Move.ACK)
            self._rest(now)
            return []
        if ack.cseq[0] != self._unacked:
            return []
        self._unacked = self._repeat = None
        out = self._moved(ack)  # an answer, when the INVITE made no offer
        if not self._move(Move.ACK):
            return out  # of a re-INVITE
        out.append(Acked(self.call_id))
        return out + (self.hang_up(now) if self._leave_on_ack else [])

    def _reinvited(self, request: Request, now: float) -> list[Signal]:
        if self.state is not CallState.UP:
            status = 491 if self.state is CallState.ANSWERED else 481
            return [Send(respond(request, status, tag=self._tag).encode(), self._source)]
        self._remote_cseq, self._invite = request.cseq[0], request
        self._target = uri_of(request.first("contact")) or self._target
        self._sdp_version += 1
        self._said = self._ok(request)
        self._unacked = self._remote_cseq
        self._repeat = Resend.of(self._said, self._source, now)
        return [Send(self._said, self._source), *self._moved(request)]

    def _moved(self, request: Request) -> list[Signal]:
        return [MediaMoved(self.call_id, request.body)] if request.body else []

    def _left(self, now: float) -> list[Signal]:
        before = self.state
        if before is CallState.PROCEEDING:
            return self._refuse(Move.BYE, 487, now)
        if not self._move(Move.BYE):
            return []
        self._rest(now)
        if before is CallState.LEAVING:
            return []  # both hung up at once; ours was told already
        return [Ended(self.call_id, CallEnd.BYE_RECEIVED, 200)]

    def _gave_up(self, now: float) -> list[Signal]:
        self._repeat = None
        if self.state in (CallState.ANSWERED, CallState.UP):
            move = Move.GIVE_UP if self.state is CallState.ANSWERED else Move.HANG_UP
            return self._leave(move, CallEnd.NO_ACK, now)
        if self._move(Move.GIVE_UP):
            self._rest(now)
        return []

    def _leave(self, move: Move, end: CallEnd, now: float) -> list[Signal]:
        if not self._move(move):
            return []
        self._talk_end_at, self._unacked = inf, None
        send = Send(self._bye().encode(), self._source)
        self._repeat = Resend.of(send.data, send.to, now)
        return [send, Ended(self.call_id, end, 200)]

    def _bye(self) -> Request:
        us = self._invite.first("to")
        headers = {
            "via": [f"SIP/2.0/UDP {self._local[0]}:{self._local[1]};branch=z9hG4bK{self._tag}b"],
            "max-forwards": ["70"],
            "from": [us if tag_of(us) else f"{us};tag={self._tag}"],
            "to": [self._invite.first("from")],
            "call-id": [self.call_id],
            "cseq": ["101 BYE"],
        }
        if routes := self._invite.values("record-route"):
            headers["route"] = routes
        return Request(headers, b"", "BYE", self._target)

    def _ok(self, request: Request) -> bytes:
        response = respond(request, 200, tag=self._tag, extra=self._ours())
        response.body = self._describe(request)
        response.headers["content-type"] = ["application/sdp"]
        return response.encode()

    def _describe(self, request: Request) -> bytes:
        offer = parse_sdp(request.body) if request.body else None
        return answer_to(offer, self._audio, self._sdp_version)

    def _answer(self, request: Request, status: int, body: bytes = b"") -> list[Signal]:
        response = respond(request, status, tag=self._tag, extra=(self._server,))
        if body:
            response.body = body
            response.headers["content-type"] = ["application/sdp"]
        data = response.encode()
        self._answers[request.cseq[0], request.method] = data
        return [Send(data, self._source)]

    def _say(self, response: Response) -> Send:
        self._said = response.encode()
        return Send(self._said, self._source)

    def _ours(self) -> tuple[tuple[str, str], ...]:
        return (self._contact, self._server)

    def _rest(self, now: float) -> None:
        self._repeat = None
        self._talk_end_at = inf
        self._forget_at = now + LINGER_S

    def _move(self, move: Move) -> bool:
        after = MOVES.get((self.state, move))
        if after is None:
            return False
        self.state = after
        return True
