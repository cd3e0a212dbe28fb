"""A softphone's registration, as a state machine: REGISTER, its challenge, its refreshing.

A refresh answers the last nonce again with a higher count and accepts a new one. Refuses to know
sockets, clocks and calls.
"""

from collections.abc import Callable
from math import inf
from typing import Final

from simulation.sip.digest import (
    Challenge,
    Credentials,
    UnusableChallenge,
    authorization,
    parse_challenge,
)
from simulation.sip.message import Request, Response, parameter, uri_of
from simulation.sip.resend import Resend
from simulation.sip.sdp import Address
from simulation.sip.signals import RegistrationMoved, RegistrationState, Send, Signal

RETRY_S: Final = 2.0
"""Pause after a registrar that did not answer."""
PATIENCE_S: Final = 8.0
"""How long one REGISTER is repeated before the registrar counts as lost."""


class Registration:
    """One address of record at one registrar; `deadline` says when `wake` must be called."""

    def __init__(
        self,
        registrar: Address,
        local: Address,
        credentials: Credentials,
        *,
        expires_s: int,
        token: Callable[[], str],
        agent: str,
    ) -> None:
        self.call_id: Final = f"{token()}@{local[0]}"
        self.state = RegistrationState.IDLE
        self.done = False
        self._registrar = registrar
        self._local = local
        self._credentials = credentials
        self._expires_s = expires_s
        self._token = token
        self._agent = agent
        self._tag = token()
        self._uri = f"sip:{registrar[0]}:{registrar[1]}"
        self._aor = f"sip:{credentials.user}@{registrar[0]}"
        self._contact = f"sip:{credentials.user}@{local[0]}:{local[1]}"
        self._cseq = 0
        self._challenge: Challenge | None = None
        self._count = 0
        self._proven = False  # this REGISTER carried an answer to a challenge of its own
        self._repeat: Resend | None = None
        self._again_at = inf

    @property
    def deadline(self) -> float:
        """Time of the next `wake`; inf when nothing is due."""
        return min(self._again_at, self._repeat.deadline if self._repeat else inf)

    def register(self, now: float) -> list[Signal]:
        """Register, or refresh at once."""
        self._proven = False
        return [RegistrationMoved(self._enter(RegistrationState.TRYING), 0), self._send(now)]

    def unregister(self, now: float) -> list[Signal]:
        """Take the contact back."""
        self._proven = False
        self._enter(RegistrationState.LEAVING)
        return [self._send(now)]

    def receive(self, request: Request, now: float) -> list[Signal]:  # noqa: ARG002
        """Ignore requests: nobody sends any within a registration."""
        return []

    def receive_response(self, response: Response, now: float) -> list[Signal]:
        """Handle an answer to our last REGISTER."""
        number, method = response.cseq
        if method != "REGISTER" or number != self._cseq or response.status < 200:
            return []
        if self._repeat is None:
            return []  # a repeated answer
        self._repeat = None
        if response.status == 200:
            return [RegistrationMoved(self._settled(response, now), 200)]
        if response.status in (401, 407) and not self._proven:
            try:
                self._challenge = parse_challenge(response.values("www-authenticate"))
            except UnusableChallenge:
                return [self._refused(response.status)]
            self._count, self._proven = 0, True
            return [self._send(now)]
        if response.status == 423 and response.first("min-expires").isdigit():
            self._expires_s = max(self._expires_s + 1, int(response.first("min-expires")))
            return [self._send(now)]
        return [self._refused(response.status)]

    def wake(self, now: float) -> list[Signal]:
        """Do what is due: repeat, give up for a while, or refresh."""
        if now >= self._again_at:
            self._again_at = inf
            self._proven = False
            return [self._send(now)]
        if not self._repeat or now < self._repeat.deadline:
            return []
        out: list[Signal] = list(self._repeat.again(now))
        if self._repeat.given_up(now):
            self._repeat = None
            if self.state is not RegistrationState.LEAVING:
                self._again_at = now + RETRY_S
            out.append(RegistrationMoved(self._enter(RegistrationState.LOST), 0))
        return out

    def _settled(self, response: Response, now: float) -> RegistrationState:
        if self.state is RegistrationState.LEAVING:
            return self._enter(RegistrationState.IDLE)
        self._again_at = now + self._granted_s(response) / 2
        return self._enter(RegistrationState.REGISTERED)

    def _granted_s(self, response: Response) -> float:
        for contact in response.values("contact"):
            if uri_of(contact).partition(";")[0] == self._contact:
                granted = parameter(contact, "expires")
                if granted.isdigit():
                    return float(granted)
        granted = response.first("expires")
        return float(granted) if granted.isdigit() else float(self._expires_s)

    def _refused(self, status: int) -> RegistrationMoved:
        return RegistrationMoved(self._enter(RegistrationState.REFUSED), status)

    def _enter(self, state: RegistrationState) -> RegistrationState:
        self.state = state
        if state is not RegistrationState.REGISTERED and state is not RegistrationState.LOST:
            self._again_at = inf
        return state

    def _send(self, now: float) -> Send:
        self._cseq += 1
        host, port = self._local
        leaving = self.state is RegistrationState.LEAVING
        headers = {
            "via": [f"SIP/2.0/UDP {host}:{port};rport;branch=z9hG4bK{self._token()}"],
            "max-forwards": ["70"],
            "from": [f"<{self._aor}>;tag={self._tag}"],
            "to": [f"<{self._aor}>"],
            "call-id": [self.call_id],
            "cseq": [f"{self._cseq} REGISTER"],
            "contact": [f"<{self._contact}>"],
            "expires": ["0" if leaving else str(self._expires_s)],
            "user-agent": [self._agent],
        }
        if self._challenge:
            self._count += 1
            value = authorization(
                self._challenge,
                self._credentials,
                method="REGISTER",
                uri=self._uri,
                cnonce=self._token(),
                count=self._count,
            )
            headers["authorization"] = [value]
        data = Request(headers, b"", "REGISTER", self._uri).encode()
        self._repeat = Resend.of(data, self._registrar, now, patience_s=PATIENCE_S)
        return Send(data, self._registrar)
