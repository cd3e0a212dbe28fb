"""Two of our own user agents against each other, over loopback with real sockets."""

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest

from simulation.sip.agent import Invite, SipUserAgent
from simulation.sip.behaviour import FOREVER, Behaviour
from simulation.sip.bulk import BulkMedia
from simulation.sip.call import CallLog
from simulation.sip.continuity import violations
from simulation.sip.hearing import Hearing
from simulation.sip.jitter import hear
from simulation.sip.message import Request, parse
from simulation.sip.signals import CallEnd
from simulation.sip.softphone import Softphone
from simulation.sip.tones import ToneDetector, identify

CUSTOMER_HZ, AGENT_HZ = 1000, 500


def by_number(invite: Invite) -> Behaviour:
    """The first digit says what happens."""
    match invite.number[0]:
        case "1":
            return Behaviour(ring_s=0.02, tone_hz=CUSTOMER_HZ, talk_s=0.5)
        case "2":
            return Behaviour(ring_s=0.0, tone_hz=CUSTOMER_HZ, expect_hz=AGENT_HZ)
        case "3":
            return Behaviour(ring_s=0.02, code=486)
        case "4":
            return Behaviour(ring_s=FOREVER)
        case "5":
            return Behaviour(ring_s=0.0, rtp=False)
        case _:
            return Behaviour(ring_s=0.0, echo=True)


@pytest.fixture
def log() -> CallLog:
    return CallLog()


@pytest.fixture
async def carrier(log: CallLog) -> AsyncIterator[SipUserAgent]:
    async with SipUserAgent(behave=by_number, observer=log) as agent:
        yield agent


@pytest.fixture
async def phone(carrier: SipUserAgent) -> AsyncIterator[Softphone]:
    async with Softphone("a1", "s1", carrier.address, tone_hz=AGENT_HZ) as made:
        yield made


async def test_both_hear_each_other_and_the_customer_hangs_up(
    phone: Softphone, log: CallLog
) -> None:
    assert await phone.call("1555") == 200
    await log.until(lambda seen: len(seen.ended) == 1)
    await phone.log.until(lambda seen: len(seen.ended) == 1)
    customer, agent = log.ended[0], phone.log.ended[0]
    assert (customer.end, agent.end) == (CallEnd.BYE_SENT, CallEnd.BYE_RECEIVED)
    assert agent.provisional == [100, 180]
    assert (customer.number, customer.caller) == ("1555", "a1")
    assert customer.ok_sent is not None
    assert agent.ok_received is not None
    assert customer.ok_sent.epoch_s <= agent.ok_received.epoch_s
    for call, hz in ((customer, AGENT_HZ), (agent, CUSTOMER_HZ)):
        packets = call.capture.packets()
        assert len(packets) > 15
        assert not violations(packets)
        heard = Hearing.of(hear(packets))
        assert identify(heard.samples, [AGENT_HZ, CUSTOMER_HZ])[0].hz == hz
        assert heard.first_heard_s(ToneDetector(hz), customer.ok_sent.epoch_s) is not None


async def test_the_agent_hangs_up(phone: Softphone, log: CallLog) -> None:
    assert await phone.call("2555") == 200
    phone.hang_up()
    await log.until(lambda seen: len(seen.ended) == 1)
    assert log.ended[0].end is CallEnd.BYE_RECEIVED
    assert log.ended[0].acked is not None
    assert phone.calls == []


async def test_a_busy_number_and_one_that_rings_until_it_is_cancelled(
    phone: Softphone, log: CallLog
) -> None:
    assert await phone.call("3555") == 486
    with pytest.raises(TimeoutError):
        await phone.call("4555", timeout_s=0.05)
    await log.until(lambda seen: len(seen.ended) == 2)
    assert [call.end for call in log.ended] == [CallEnd.REFUSED, CallEnd.CANCELLED]


async def test_an_echo_sends_back_what_it_hears(phone: Softphone, log: CallLog) -> None:
    assert await phone.call("6555") == 200
    call = phone.calls[0]
    async with asyncio.timeout(5):
        while len(call.capture) < 10:
            await asyncio.sleep(0.01)
    phone.hang_up()
    await log.until(lambda seen: len(seen.ended) == 1)
    echoed = {packet.payload for packet in call.capture.packets()}
    assert echoed == {packet.payload for packet in log.ended[0].capture.packets()}


async def test_a_carrier_without_rtp_keeps_no_packets(phone: Softphone, log: CallLog) -> None:
    assert await phone.call("5555") == 200
    assert len(phone.calls[0].capture.packets()) == 0
    with pytest.raises(LookupError):
        _ = log.answered[0].capture


async def test_a_phone_without_power_says_nothing_more(phone: Softphone, log: CallLog) -> None:
    assert await phone.call("1555") == 200
    phone.die()
    await log.until(lambda seen: len(seen.ended) == 1)
    assert log.ended[0].end is CallEnd.BYE_SENT  # nobody told the customer


async def test_an_unplugged_phone_hears_nothing_until_it_is_plugged_in(
    phone: Softphone, carrier: SipUserAgent, log: CallLog
) -> None:
    assert await phone.call("2555") == 200
    phone.unplug()
    carrier.hang_up(log.answered[0])
    await log.until(lambda seen: len(seen.ended) == 1)
    assert len(phone.calls) == 1
    phone.plug_in()  # the repeated BYE gets through
    await phone.log.until(lambda seen: len(seen.ended) == 1)
    assert phone.log.ended[0].end is CallEnd.BYE_RECEIVED


async def test_keys_pressed_reach_the_other_side(phone: Softphone, log: CallLog) -> None:
    assert await phone.call("1555") == 200
    phone.calls[0].press("9")
    await log.until(lambda seen: len(seen.ended) == 1)
    events = [packet for packet in log.ended[0].capture.packets() if packet.payload_type == 101]
    assert {packet.payload[0] for packet in events} == {9}
    assert sum(packet.payload[1] >> 7 for packet in events) == 3


async def test_bulk_lines_send_and_count_without_sockets_of_their_own(log: CallLog) -> None:
    async with (
        BulkMedia() as bulk,
        SipUserAgent(behave=by_number, observer=log, media=bulk) as carrier,
        Softphone("a1", "s1", carrier.address, tone_hz=AGENT_HZ) as phone,
    ):
        for _ in range(3):
            assert await phone.call("2555") == 200
        calls = phone.calls
        assert len({call.offer.address for call in calls if call.offer is not None}) == 1
        report = await bulk.report()
        while min((line.received for line in report.lines.values()), default=0) < 10:
            report = await bulk.report()
        assert len(report.lines) == 3
        for line in report.lines.values():
            assert line.heard == line.received
            assert (line.lost, line.late) == (0, 0)
        phone.hang_up()
        await log.until(lambda seen: len(seen.ended) == 3)
        heard = [call.capture.packets() for call in calls]
        assert all(packets and not violations(packets) for packets in heard)
        assert len({packets[0].ssrc for packets in heard}) == 3
        bulk.reset()
        assert (await bulk.report()).lines == {}


async def test_a_port_that_is_taken_is_an_error(carrier: SipUserAgent) -> None:
    with pytest.raises(OSError, match="in use"):
        SipUserAgent(port=carrier.address[1])


async def test_options_name_the_carrier(carrier: SipUserAgent) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
        asker.bind(("127.0.0.1", 0))
        host, port = asker.getsockname()
        asker.setblocking(False)
        headers = {
            "via": [f"SIP/2.0/UDP {host}:{port};branch=z9hG4bK1"],
            "from": ["<sip:x@x>;tag=1"],
            "to": ["<sip:y@y>"],
            "call-id": ["o1"],
            "cseq": ["1 OPTIONS"],
        }
        asker.sendto(Request(headers, b"", "OPTIONS", "sip:y@y").encode(), carrier.address)
        data = await asyncio.get_running_loop().sock_recv(asker, 4096)
    assert parse(data).first("server") == "Outpace-Carrier"
