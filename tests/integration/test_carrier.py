"""The simulated carrier: every outcome, the voices, the agents' phones, and two side by side."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from asterisk_fixtures import AGENTS, Node, operator, until

from dialer.adapters.asterisk.conf import AgentPhone
from dialer.adapters.asterisk.installation import install
from dialer.adapters.asterisk.trunk_probe import far_side
from dialer.domain.events import ChannelHungUp, ChannelUp
from dialer.domain.far_side import FarSide
from dialer.domain.ids import new_leg_id
from dialer.domain.outcome import Outcome, unanswered_outcome
from dialer.ports import DialOptions
from simulation.carrier.carrier import Carrier
from simulation.carrier.plan import Line, LineOutcome, digit_number, fictional_numbers
from simulation.carrier.tones import AGENT_TONES_HZ, BEEP_HZ, CUSTOMER_TONES_HZ, FAX_HZ
from simulation.sip.agent import SipUserAgent
from simulation.sip.call import Call, CallLog
from simulation.sip.hearing import Hearing
from simulation.sip.signals import CallEnd
from simulation.sip.tones import ToneDetector, identify

NUMBERS = list(zip(range(40), fictional_numbers(), strict=False))
TONES = (*AGENT_TONES_HZ, *CUSTOMER_TONES_HZ, BEEP_HZ)
PLAN = {
    what: Line(number, what, ring_ms=100, talk_ms=1500, tone_hz=CUSTOMER_TONES_HZ[index])
    for what, (index, number) in zip(LineOutcome, NUMBERS, strict=False)
}
EARLY = Line(NUMBERS[20][1], ring_ms=100, talk_ms=200)
PRESSING = Line(NUMBERS[21][1], ring_ms=0, talk_ms=4000, key="9", key_after_ms=1000)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("c")


@pytest.fixture(scope="module")
def carrier(home: Path) -> Iterator[Carrier]:
    plan = [*PLAN.values(), EARLY, PRESSING]
    with Carrier(
        install(), home / "c", dialer_port=9, agents=AGENTS, plan=plan, die_with_parent=True
    ) as started:
        yield started


class Caller:
    """Somebody who calls numbers of the carrier directly."""

    def __init__(self, carrier: Carrier) -> None:
        self.log = CallLog()
        self._carrier = carrier
        self._agent = SipUserAgent(observer=self.log)

    async def __aenter__(self) -> "Caller":
        self._agent.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        for call in list(self._agent.calls.values()):
            self._agent.hang_up(call)
        await until(lambda: not self._agent.calls)
        self._agent.close()

    def call(self, number: str) -> Call:
        address = (self._carrier.host, self._carrier.sip_port)
        target = f"sip:{number.removeprefix('+')}@{address[0]}:{address[1]}"
        return self._agent.dial(target, address, identity="sip:caller@127.0.0.1")

    async def ended(self, number: str) -> Call:
        call = self.call(number)
        await self.log.until(lambda _: call.ended is not None, 15.0)
        return call


def heard(call: Call) -> Hearing:
    return Hearing.of(call.capture.heard())


def main_tone(call: Call) -> int:
    shares = identify(heard(call).samples, TONES)
    return shares[0].hz if shares else 0


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        (LineOutcome.BUSY, 486),
        (LineOutcome.CONGESTION, 503),
        (LineOutcome.INVALID, 404),
        (LineOutcome.REJECTED, 403),
    ],
)
async def test_lines_that_do_not_answer_say_why(
    carrier: Carrier, outcome: LineOutcome, status: int
) -> None:
    async with Caller(carrier) as caller:
        assert (await caller.ended(PLAN[outcome].number)).status == status
        assert (await caller.ended(digit_number(outcome, ring_s=0))).status == status


async def test_a_number_that_is_nobodys_does_not_exist(carrier: Carrier) -> None:
    async with Caller(carrier) as caller:
        assert (await caller.ended("+13125550100")).status == 404
        assert (await caller.ended("1001")).status == 404


async def test_a_person_says_hello_sends_its_tone_and_hangs_up(carrier: Carrier) -> None:
    line = PLAN[LineOutcome.PERSON]
    async with Caller(carrier) as caller:
        call = await caller.ended(line.number)
        assert call.end is CallEnd.BYE_RECEIVED
        assert 180 in call.provisional
        assert main_tone(call) == line.tone_hz
        begin = heard(call).first_heard_s(ToneDetector(line.tone_hz), 0)
        assert begin is not None
        assert begin - heard(call).start_s > 0.2  # hello comes first


async def test_digits_choose_the_tone(carrier: Carrier) -> None:
    async with Caller(carrier) as caller:
        number = digit_number(LineOutcome.PERSON, ring_s=0, talk_s=1.5, tone=7)
        assert main_tone(await caller.ended(number)) == CUSTOMER_TONES_HZ[7]


async def test_a_machine_greets_beeps_and_records_silence(carrier: Carrier) -> None:
    async with Caller(carrier) as caller:
        call = caller.call(digit_number(LineOutcome.MACHINE, ring_s=0, talk_s=7))
        await caller.log.until(lambda _: call.ended is not None, 15.0)
        sound = heard(call)
        beep = sound.first_heard_s(ToneDetector(BEEP_HZ, window_s=0.03), sound.start_s + 1)
        assert beep is not None
        assert beep - sound.start_s > 3
        assert sound.longest_silence_s(beep + 0.6, sound.end_s) > 1
        assert sound.end_s > beep + 1.5  # silence is sent, not nothing


async def test_a_fax_answers_with_its_tone(carrier: Carrier) -> None:
    async with Caller(carrier) as caller:
        call = await caller.ended(PLAN[LineOutcome.FAX].number)
        assert heard(call).first_heard_s(ToneDetector(FAX_HZ), 0) is not None


async def test_an_early_hang_up_comes_early(carrier: Carrier) -> None:
    async with Caller(carrier) as caller:
        call = await caller.ended(EARLY.number)
        assert call.end is CallEnd.BYE_RECEIVED
        assert call.ended is not None
        assert call.ok_received is not None
        assert call.ended.epoch_s - call.ok_received.epoch_s < 1.0


async def test_a_person_may_press_a_key(carrier: Carrier) -> None:
    async with Caller(carrier) as caller:
        call = caller.call(PRESSING.number)

        def pressed() -> list[int]:
            packets = call.capture.packets()
            return [packet.payload[0] for packet in packets if packet.payload_type == 101]

        await until(pressed)
        assert set(pressed()) == {9}


async def test_no_answer_rings_until_the_caller_gives_up(carrier: Carrier) -> None:
    async with Caller(carrier) as caller:
        ringing = caller.call(PLAN[LineOutcome.NO_ANSWER].number)
        dead = caller.call(PLAN[LineOutcome.DEAD].number)
        await until(lambda: 180 in ringing.provisional and 100 in dead.provisional)
        assert 180 not in dead.provisional
    assert ringing.status == dead.status == 487


async def test_the_product_knows_the_carrier_by_its_name(carrier: Carrier) -> None:
    assert await far_side(carrier.host, carrier.sip_port) is FarSide.SIMULATED


async def test_another_plan_can_be_loaded(carrier: Carrier) -> None:
    number = NUMBERS[30][1]
    async with Caller(carrier) as caller:
        assert (await caller.ended(number)).status == 404
        before = carrier.plan
        carrier.load([*before, Line(number, LineOutcome.BUSY, ring_ms=0)])
        assert (await caller.ended(number)).status == 486
        carrier.load(before)
        assert (await caller.ended(number)).status == 404


async def test_two_carriers_live_side_by_side(carrier: Carrier, home: Path) -> None:
    line = Line(PLAN[LineOutcome.BUSY].number, LineOutcome.REJECTED, ring_ms=0)
    other = Carrier(install(), home / "o", dialer_port=9, plan=[line], die_with_parent=True)
    await asyncio.to_thread(other.start)
    try:
        async with Caller(carrier) as one, Caller(other) as two:
            assert (await one.ended(line.number)).status == 486
            assert (await two.ended(line.number)).status == 403
    finally:
        other.stop()


@pytest.fixture(scope="module")
def world(home: Path) -> Iterator[tuple[Node, Carrier]]:
    """Both Asterisks, as in a demo."""
    installation = install()
    node = Node(installation, home / "n")
    phones = (*AGENTS, AgentPhone("1009", "not-its-password"))
    network = Carrier(
        installation,
        home / "w",
        dialer_port=node.sip_port,
        agents=phones,
        plan=PLAN.values(),
        die_with_parent=True,
    )
    node = Node(installation, home / "n", sip_port=node.sip_port, carrier_port=network.sip_port)
    with node, network:
        yield node, network


async def test_the_agents_phones_register_answer_and_hang_up(world: tuple[Node, Carrier]) -> None:
    node, network = world
    names = {agent.name for agent in AGENTS}
    await until(lambda: network.registered() >= names)
    assert network.registered() == names
    async with operator(node) as desk:
        assert names <= await desk.switch.reachable_phones()
        assert "1009" not in await desk.switch.reachable_phones()
        leg_id = new_leg_id()
        desk.switch.call_agent(leg_id, AGENTS[0].name)
        await desk.until_event(ChannelUp, leg_id)
        assert network.channel_count() == 1
        network.hang_up_phone(AGENTS[0].name)
        await desk.until_event(ChannelHungUp, leg_id)
    await until(lambda: network.channel_count() == 0)


async def test_a_phone_can_leave_and_come_back(world: tuple[Node, Carrier]) -> None:
    node, network = world
    name = AGENTS[1].name
    await until(lambda: name in network.registered())
    async with operator(node) as desk:
        network.unregister(name)
        await until(lambda: name not in network.registered())
        assert name not in await desk.switch.reachable_phones()
        network.register(name)
        await until(lambda: name in network.registered())


@pytest.mark.parametrize(
    ("line", "outcome"),
    [
        (LineOutcome.BUSY, Outcome.BUSY),
        (LineOutcome.CONGESTION, Outcome.CONGESTION),
        (LineOutcome.INVALID, Outcome.INVALID),
        (LineOutcome.REJECTED, Outcome.FAILED),
        (LineOutcome.NO_ANSWER, Outcome.NO_ANSWER),
        (LineOutcome.DEAD, Outcome.NO_ANSWER),
    ],
)
async def test_the_switch_reads_each_end_right(
    world: tuple[Node, Carrier], line: LineOutcome, outcome: Outcome
) -> None:
    node, _ = world
    async with operator(node) as desk:
        attempt_id = desk.originate(PLAN[line].number, DialOptions(ring_timeout_s=1.0))
        end = await desk.until_event(ChannelHungUp, attempt_id)
        assert unanswered_outcome(end.cause, end.tech_cause) is outcome
        await until(lambda: "HANGUP" in node.names(attempt_id))
        assert node.names(attempt_id) == ["HANGUP"]
