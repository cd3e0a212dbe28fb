"""What is told of agents' phones, as things happen to them."""

import asyncio
from typing import Any

from looked_at import leg, talk
from node import ANN, BOB, Node, node

from dialer.domain.alerts import Alert
from dialer.domain.events import ChannelHungUp
from dialer.services.phone_watch import PhoneWatch

VIRTUAL_TIME = True
SILENT_S = 20.0


def watch(at: Node, *, reached: bool | None = True, silent_s: float = SILENT_S) -> PhoneWatch:
    return PhoneWatch(at.agents, at.clock, reaches=lambda _name: reached, silent_s=silent_s)


def told(at: Node, watched: PhoneWatch) -> dict[str, dict[str, Any]]:
    alerts: list[Alert] = list(watched.now(at.clock.now()))
    found = {alert.key: alert.facts for alert in alerts}
    assert len(found) == len(alerts)
    return found


async def test_a_phone_put_down_in_a_talk_is_told_until_its_agent_is_back() -> None:
    async with node() as at:
        watched = watch(at)
        await at.campaign()
        await at.log_in(ANN)
        leg_id = talk(at)
        assert told(at, watched) == {}
        at.switchboard.take(ChannelHungUp(leg_id, 16, "", at.clock.now()))
        (facts,) = told(at, watched).values()
        assert told(at, watched).keys() == {"phone_hung_up:ann"}
        assert (facts["times"], facts["in_talk"]) == (1, 1)
        await at.log_in(ANN)
        assert told(at, watched) == {}


async def test_a_phone_that_was_lost_is_told_apart_from_one_that_was_put_down() -> None:
    async with node() as at:
        watched = watch(at)
        await at.campaign()
        await at.log_in(ANN, BOB)
        at.switchboard.take(ChannelHungUp(leg(at), 44, "", at.clock.now()))
        await at.agents.log_out(BOB)
        assert told(at, watched).keys() == {"phone_lost:ann"}


async def test_a_phone_that_is_not_registered_is_told_with_that() -> None:
    async with node() as at:
        watched = watch(at, reached=None)
        await at.campaign()
        await at.log_in(ANN)
        assert told(at, watched) == {}  # nothing is known
        watched.phone_changed(ANN, False)
        assert told(at, watched) == {"phone_unregistered:ann": {}}
        at.switchboard.take(ChannelHungUp(leg(at), 44, "", at.clock.now()))
        assert told(at, watched).keys() == {"phone_lost:ann"}
        watched.phone_changed(ANN, True)
        await at.log_in(ANN)
        assert told(at, watched) == {}
        watched.phone_changed(ANN, False)
        watched.session_changed()
        assert told(at, watched) == {}  # nothing is known again


async def test_a_microphone_without_sound_in_a_talk_is_told_and_one_with_sound_is_not() -> None:
    async with node() as at:
        watched = watch(at)
        await at.campaign()
        await at.log_in(ANN, BOB)
        talk(at, ANN)
        talk(at, BOB)
        watched.spoke(leg(at, BOB), True, at.clock.now())
        await asyncio.sleep(SILENT_S - 1)
        assert told(at, watched) == {}
        await asyncio.sleep(1)
        assert told(at, watched).keys() == {"microphone_silent:ann"}
        watched.spoke(leg(at, ANN), True, at.clock.now())
        watched.spoke(leg(at, BOB), False, at.clock.now())
        assert told(at, watched) == {}
        await asyncio.sleep(SILENT_S)
        assert told(at, watched).keys() == {"microphone_silent:bob"}


async def test_nobody_is_mute_when_the_switch_does_not_listen_or_is_not_to() -> None:
    async with node() as at:
        deaf, off = watch(at), watch(at, silent_s=0.0)
        await at.campaign()
        await at.log_in(ANN)
        talk(at)
        off.spoke(leg(at), False, at.clock.now())
        await asyncio.sleep(3600.0)
        assert told(at, deaf) == {}
        assert told(at, off) == {}


async def test_who_does_not_talk_may_be_silent() -> None:
    async with node() as at:
        watched = watch(at)
        await at.campaign()
        await at.log_in(ANN)
        watched.spoke(leg(at), True, at.clock.now())
        watched.spoke(leg(at), False, at.clock.now())
        await asyncio.sleep(3600.0)
        assert told(at, watched) == {}
