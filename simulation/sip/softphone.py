"""An agent's softphone: registers, answers by itself, makes a sound, and can fail in three ways.

`die` is a power cut, `unplug` a pulled cable, `close` a program that is ended in peace. Refuses to
know what an agent is.
"""

import asyncio
from collections.abc import Callable
from typing import Final, Self

from simulation.sip.agent import Invite, SipUserAgent
from simulation.sip.behaviour import Behaviour
from simulation.sip.call import Call, CallLog
from simulation.sip.digest import Credentials
from simulation.sip.media import MediaDesk
from simulation.sip.sdp import Address
from simulation.sip.signals import RegistrationMoved, RegistrationState

PHONE: Final = "Outpace-Phone"


class NotRegistered(Exception):
    """A registrar refused a phone, or did not answer."""

    def __init__(self, user: str, state: RegistrationState, status: int) -> None:
        self.user = user
        self.state = state
        self.status = status
        super().__init__(f"{user}: registration {state.value} (status {status})")


class Softphone:
    """One phone with a socket of its own; many live in one process."""

    def __init__(
        self,
        user: str,
        password: str,
        registrar: Address,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        tone_hz: int | None = None,
        expires_s: int = 120,
        behave: Callable[[Invite], Behaviour] | None = None,
        log: CallLog | None = None,
        media: MediaDesk | None = None,
    ) -> None:
        """Bind the phone's socket; nothing is sent before `start`.

        Args:
            user: name at the registrar; also the endpoint's name.
            password: its secret.
            registrar: where to register and to send calls through.
            host: own address.
            port: own UDP port; 0 takes a free one.
            tone_hz: tone sent in a call; None sends silence.
            expires_s: registration asked for; it is refreshed at half of what is granted.
            behave: replaces answering at once with `tone_hz`.
            log: remembers the calls; shared or own.
            media: gives audio lines, shared by phones of one process; by default own sockets.
        """
        self.user: Final = user
        self.log: Final = log if log is not None else CallLog()
        self._registrar = registrar
        self._credentials = Credentials(user, password)
        self._tone_hz = tone_hz
        self._moved = asyncio.Event()
        self._last = RegistrationMoved(RegistrationState.IDLE, 0)
        self._agent = SipUserAgent(
            host,
            port,
            behave or self._answer_at_once,
            server_header=PHONE,
            observer=self.log,
            media=media,
            on_registration=self._registration_moved,
        )
        self._registration = self._agent.registration(
            registrar, self._credentials, expires_s=expires_s
        )

    @property
    def address(self) -> Address:
        """Our contact."""
        return self._agent.address

    @property
    def state(self) -> RegistrationState:
        """Where the registration stands."""
        return self._last.state

    @property
    def calls(self) -> list[Call]:
        """Calls that live now, oldest first."""
        return list(self._agent.calls.values())

    def start(self) -> None:
        """Serve calls, on the running loop; register separately."""
        self._agent.start()

    async def __aenter__(self) -> Self:
        self.start()
        return self

    async def __aexit__(self, *_error: object) -> None:
        self.die()

    async def register(self, timeout_s: float = 10.0) -> None:
        """Register and wait for it.

        Raises:
            NotRegistered: refused, or no answer.
            TimeoutError: neither within `timeout_s`.
        """
        self._agent.register(self._registration)
        await self._settled(RegistrationState.REGISTERED, timeout_s)

    async def unregister(self, timeout_s: float = 10.0) -> None:
        """Take the registration back and wait for it; errors as `register`."""
        self._agent.unregister(self._registration)
        await self._settled(RegistrationState.IDLE, timeout_s)

    async def call(self, number: str, timeout_s: float = 40.0) -> int:
        """Dial a number through the registrar and return the final status.

        After a 200 the call is up (see `calls`) until somebody hangs up; after a time-out here it
        is cancelled.

        Raises:
            TimeoutError: no final answer.
        """
        host, port = self._registrar
        dialed = self._agent.dial(
            f"sip:{number}@{host}:{port}",
            self._registrar,
            identity=f"sip:{self.user}@{host}",
            credentials=self._credentials,
            behaviour=Behaviour(tone_hz=self._tone_hz),
        )
        try:
            await self.log.until(lambda _: dialed.status != 0, timeout_s)
        except TimeoutError:
            self._agent.hang_up(dialed)
            raise
        return dialed.status

    def hang_up(self, call: Call | None = None) -> None:
        """End a call, or all of them."""
        for each in [call] if call else self.calls:
            self._agent.hang_up(each)

    def die(self) -> None:
        """Lose power: sockets closed, no BYE, no more packets. Final."""
        self._agent.close()

    def unplug(self) -> None:
        """Pull the network cable: calls and timers go on, but nothing gets in or out."""
        self._plug(unplugged=True)

    def plug_in(self) -> None:
        """Put the cable back."""
        self._plug(unplugged=False)

    async def close(self, timeout_s: float = 2.0) -> None:
        """End in peace: hang up, unregister, then close; a registrar that is gone is no error."""
        self.hang_up()
        try:
            if self.state is RegistrationState.REGISTERED:
                await self.unregister(timeout_s)
        except (NotRegistered, TimeoutError):
            pass  # nobody there to tell
        finally:
            self.die()

    def _plug(self, *, unplugged: bool) -> None:
        self._agent.unplugged = unplugged
        for call in self.calls:
            call.line.plug(connected=not unplugged)

    def _answer_at_once(self, invite: Invite) -> Behaviour:  # noqa: ARG002
        return Behaviour(ring_s=0.0, tone_hz=self._tone_hz)

    def _registration_moved(self, moved: RegistrationMoved) -> None:
        self._last = moved
        self._moved.set()

    async def _settled(self, wanted: RegistrationState, timeout_s: float) -> None:
        async with asyncio.timeout(timeout_s):
            while self._last.state is not wanted:
                if self._last.state in (RegistrationState.REFUSED, RegistrationState.LOST):
                    raise NotRegistered(self.user, self._last.state, self._last.status)
                self._moved.clear()
                await self._moved.wait()
