from collections.abc import Iterator
import asyncio, time
import pytest
from asterisk_fixtures import Node, until, AGENTS
from supervised import scene, tones, heard, later_s
from dialer.adapters.asterisk.installation import install
from dialer.domain.events import ChannelHungUp, OriginateFailed, ChannelUp
from dialer.domain.ids import new_spy_id
from dialer.domain.supervision import SpyMode
from dialer.ports import SpiedTalk
from simulation.sip.softphone import Softphone
from simulation.sip.behaviour import Behaviour

@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    with Node(install(), tmp_path_factory.mktemp("s")) as started:
        yield started

async def test_x(node: Node) -> None:
    async with scene(node) as at:
        t=time.time()
        spy = await at.spy(SpyMode.WHISPER)
        print("up after", time.time()-t)
        up=await at.world.until_event(ChannelUp, spy)
        gone = await at.world.until_event(ChannelHungUp, spy)
        print("whisper expired after", gone.at-up.at, gone)
        spy = await at.spy(SpyMode.WHISPER)
        up=await at.world.until_event(ChannelUp, spy)
        await asyncio.sleep(2)
        at.spying.prolong(spy)
        gone = await at.world.until_event(ChannelHungUp, spy)
        print("prolonged at 2 expired after", gone.at-up.at, gone)
        # gaps for supervisor at turns and for customer
        spy = await at.spy(SpyMode.LISTEN)
        sup=at.supervisor.calls[0]
        await later_s(sup, .6)
        b=heard(sup).end_s
        at.spying.turn(spy, SpyMode.WHISPER)
        await later_s(sup,.6)
        at.spying.turn(spy, SpyMode.BARGE)
        await later_s(sup,.6)
        at.spying.turn(spy, SpyMode.LISTEN)
        await later_s(sup,.6)
        e=heard(sup).end_s
        print("supervisor silence in turns", heard(sup).longest_silence_s(b,e), "customer", heard(at.line.call).longest_silence_s(b,e), "agent", heard(at.agent.calls[0]).longest_silence_s(b,e))
        at.spying.end(spy)
        await at.world.until_event(ChannelHungUp, spy)
        # prefix
        for what in (SpiedTalk(at.line.attempt_id[:28]+"?", at.leg_id), SpiedTalk("at-"+"0"*26, at.leg_id), SpiedTalk(at.line.attempt_id[:28], at.leg_id), SpiedTalk("PJSIP/trunk", at.leg_id), SpiedTalk("0.0", at.leg_id)):
            spy=new_spy_id()
            at.spying.begin(spy, "1002", what, SpyMode.LISTEN)
            up=await at.world.until_event(ChannelUp, spy)
            gone = await at.world.until_event(ChannelHungUp, spy)
            print(what.channel_id, gone.at-up.at)
        # direct CLI test of u-prefix
        spy=new_spy_id()
        at.spying.begin(spy, "1001", at.talk, SpyMode.LISTEN)  # agent's own phone
        await at.world.until_event(ChannelUp, spy)
        at.spying.end(spy)
        await at.world.until_event(ChannelHungUp, spy)
        spy=new_spy_id(); t=time.time()
        at.spying.begin(spy, "nobody", at.talk, SpyMode.LISTEN)
        print(await at.world.until_event(OriginateFailed, spy), time.time()-t)
        await asyncio.sleep(.5)
        print([e for e in at.world.operator.events if getattr(e,"channel_id","")==spy])
        await at.supervisor.unregister()
        spy=new_spy_id(); t=time.time()
        at.spying.begin(spy, "1002", at.talk, SpyMode.LISTEN)
        print(await at.world.until_event(OriginateFailed, spy), time.time()-t)
        await asyncio.sleep(.5)
        print([e for e in at.world.operator.events if getattr(e,"channel_id","")==spy])
        for code in (486,603,480):
            async with Softphone("1002", AGENTS[1].password, node.address, behave=lambda _:Behaviour(ring_s=0.1,code=code)) as busy:
                await busy.register()
                spy=new_spy_id(); t=time.time()
                at.spying.begin(spy, "1002", at.talk, SpyMode.LISTEN)
                print(await at.world.until_event(OriginateFailed, spy), time.time()-t)
                await asyncio.sleep(.5)
                print(code,[e for e in at.world.operator.events if getattr(e,"channel_id","")==spy])
                await busy.close()
