"""The people of the connect bench: customers who answer and talk, agents whose phones answer.

All in this process, each with a tone of its own; whatever they receive is kept with the kernel's
arrival times and looked at afterwards. Refuses to know who joins them.
"""

import asyncio
import random
from collections.abc import Iterable
from typing import Final, Self

from benchmarks.connect_measure import AGENT_TONES_HZ, CUSTOMER_TONES_HZ, Answer, Leg
from benchmarks.connect_sound import WatchedMedia, WatchedPulse
from dialer.adapters.asterisk.conf import AgentPhone
from simulation.sip.agent import Invite, SipUserAgent
from simulation.sip.behaviour import Behaviour
from simulation.sip.call import Call, CallLog
from simulation.sip.rtp import RtpPacket
from simulation.sip.sdp import Address
from simulation.sip.softphone import Softphone

HOST: Final = "127.0.0.1"
TALK_S: Final = 2.0
RING_S: Final = (0.3, 1.5)
"""Shortest and longest ring; drawn for each call."""


class People:
    """Customers and agents; use as an async context manager."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._media = WatchedMedia(HOST, self._random.getrandbits(32))
        self._log = CallLog()
        self._carrier = SipUserAgent(HOST, 0, self._behave, observer=self._log, media=self._media)
        self._phones: list[tuple[int, Softphone]] = []
        self._called = 0

    @property
    def carrier_port(self) -> int:
        """SIP port of the customers' telephone network."""
        return self._carrier.address[1]

    @property
    def pulse(self) -> WatchedPulse:
        """What our own senders did."""
        return self._media.pulse

    async def __aenter__(self) -> Self:
        self._carrier.start()
        return self

    async def __aexit__(self, *_error: object) -> None:
        for _, phone in self._phones:
            phone.die()
        self._carrier.close()

    async def plug_in(self, agents: Iterable[AgentPhone], registrar: Address) -> None:
        """Register one phone for each agent.

        Raises:
            NotRegistered, TimeoutError: the registrar refuses, or does not answer.
            ValueError: more agents than tones.
        """
        for agent, tone_hz in zip(agents, AGENT_TONES_HZ, strict=False):
            phone = Softphone(
                agent.name, agent.password, registrar, tone_hz=tone_hz, media=self._media
            )
            phone.start()
            self._phones.append((tone_hz, phone))
        async with asyncio.TaskGroup() as tasks:
            for _, phone in self._phones:
                tasks.create_task(phone.register(), name=f"register-{phone.user}")

    @property
    def answered(self) -> int:
        """Customers who have answered."""
        return len(self._log.answered)

    async def until_gone(self, count: int, within_s: float) -> bool:
        """Wait until so many calls to customers are over; False when it took too long."""
        try:
            await self._log.until(lambda log: len(log.ended) >= count, within_s)
        except TimeoutError:
            return False
        return True

    def answers(self, skip: int) -> list[Answer]:
        """Return who answered, in order, without the first `skip` of them."""
        calls = sorted(self._log.answered, key=_answered_s)
        return [
            Answer(
                ok_s=_answered_s(call),
                left_s=_left_s(call),
                tone_hz=call.behaviour.tone_hz or 0,
                packets=_audio(call),
            )
            for call in calls[skip:]
        ]

    def legs(self) -> list[Leg]:
        """Return everything that the agents' phones received."""
        return [
            Leg(tone_hz, _audio(call))
            for tone_hz, phone in self._phones
            for call in phone.log.answered
        ]

    def _behave(self, invite: Invite) -> Behaviour:  # noqa: ARG002
        tone_hz = CUSTOMER_TONES_HZ[self._called % len(CUSTOMER_TONES_HZ)]
        self._called += 1
        return Behaviour(ring_s=self._random.uniform(*RING_S), talk_s=TALK_S, tone_hz=tone_hz)


def _answered_s(call: Call) -> float:
    return call.ok_sent.epoch_s if call.ok_sent is not None else 0.0


def _left_s(call: Call) -> float:
    return call.ended.epoch_s if call.ended is not None else _answered_s(call) + TALK_S


def _audio(call: Call) -> list[RtpPacket]:
    return call.capture.packets()
