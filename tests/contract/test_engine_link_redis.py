"""Redis may be emptied, restarted, stalled or away: nothing is done twice, or lost in silence."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
import redis
from redis.asyncio import Redis

from dialer.adapters.listeners import MISSED
from dialer.adapters.redis.address import RedisAddress
from dialer.adapters.redis.words import (
    NODES,
    Asked,
    Beat,
    beat_key,
    decode_beat,
    encode_asked,
    encode_beat,
    facts_key,
    requests_key,
)
from dialer.errors import BadInput, EngineUnavailable
from dialer.ports import EngineLink
from simulation.redis import RedisServer
from tests.contract.engine_links import (
    NODE,
    EngineEnd,
    Ways,
    listening,
    told,
    until,
    until_heard,
    until_there,
    ways,
)

HEALED_S = 5.0


@pytest.fixture
async def way() -> AsyncIterator[Ways]:
    async with ways("redis") as opened:
        yield opened


@pytest.fixture
async def client(way: Ways) -> AsyncIterator[Redis]:
    assert way.redis is not None
    opened = Redis.from_url(way.redis.url)
    yield opened
    await opened.aclose()


async def epoch_of(client: Redis, node: str = NODE) -> str:
    beat = decode_beat(await client.get(beat_key(node)))
    assert beat is not None
    return beat.epoch


async def flush(server: RedisServer) -> None:
    await asyncio.to_thread(server.flush)


async def restart(server: RedisServer) -> None:
    await asyncio.to_thread(server.kill)
    await asyncio.to_thread(server.start)


async def kill_connections(server: RedisServer) -> None:
    client = Redis.from_url(server.url)
    await client.client_kill_filter(_type="normal", skipme=True)
    await client.aclose()


HOW = {"flushed": flush, "restarted": restart, "disconnected": kill_connections}


class Load:
    """Questions asked one after another by several askers, and what became of each."""

    def __init__(self, link: EngineLink) -> None:
        self._link = link
        self.answered: set[str] = set()
        self.unknown: set[str] = set()
        self.asked = 0
        self.stop = False

    async def ask(self, name: str) -> None:
        while not self.stop:
            self.asked += 1
            what = f"{name}-{self.asked}"
            try:
                assert await self._link.ask("count", what=what) == what
            except EngineUnavailable:
                self.unknown.add(what)
                await asyncio.sleep(0.02)
            else:
                self.answered.add(what)


@pytest.mark.parametrize("how", HOW)
async def test_under_load_nothing_is_done_twice_or_lost_in_silence(way: Ways, how: str) -> None:
    assert way.redis is not None
    async with way.engine() as end, way.link() as link, listening(link) as ear:
        await until_there(link, NODE)
        await until_heard(end, ear)
        load = Load(link)
        async with asyncio.TaskGroup() as tasks:
            for name in "abcdefgh":
                tasks.create_task(load.ask(name), name=f"asker-{name}")
            tasks.create_task(_tell_on(end, load), name="teller")
            for _ in range(3):
                before = len(load.answered)
                await until(lambda before=before: len(load.answered) > before + 200)
                await HOW[how](way.redis)
                healed_by = time.monotonic() + HEALED_S
                at, numbers = len(load.answered), len(ear.numbers())
                await until(
                    lambda at=at, numbers=numbers: (
                        len(load.answered) > at + 100 and len(ear.numbers()) > numbers + 10
                    ),
                    HEALED_S,
                )
                assert time.monotonic() < healed_by
            load.stop = True
        assert set(end.done.values()) == {1}, "something was carried out twice"
        assert load.answered <= end.done.keys()
        assert end.done.keys() <= load.answered | load.unknown
        assert load.asked == len(load.answered) + len(load.unknown)
        assert ear.told_all_or_missed()


async def _tell_on(end: EngineEnd, load: Load) -> None:
    number = 0
    while not load.stop:
        await told(end, *range(number, number + 5))
        number += 5
        await asyncio.sleep(0.01)


async def test_a_long_command_survives_a_flush_and_a_restart_and_is_begun_once(way: Ways) -> None:
    assert way.redis is not None
    async with way.engine() as end, way.link(patience_s=20) as link, asyncio.TaskGroup() as tasks:
        await until_there(link, NODE)
        asking = tasks.create_task(link.ask("wait", what="x"))
        await until(lambda: end.done["x"])
        await flush(way.redis)
        await restart(way.redis)
        await asyncio.sleep(1.5)  # in which it is sent again
        end.gate.set()
        assert await asking == "waited"
        assert end.done["x"] == 1


async def test_two_engines_are_asked_and_heard_by_name(way: Ways) -> None:
    async with (
        way.engine("east") as east,
        way.engine("west") as west,
        way.link() as link,
        listening(link) as ear,
    ):
        await until_there(link, "east", "west")
        for node in ("east", "west"):
            assert await link.ask("echo", node=node) == {"node": node}
        with pytest.raises(BadInput, match="several engines") as refused:
            await link.ask("echo")
        assert "east or west" in refused.value.fix
        await until_heard(east, ear)
        await told(east, 1, 2)
        await told(west, 1)
        await until(lambda: ear.numbers("east") == [1, 2] and ear.numbers("west") == [1])


async def test_one_of_two_engines_that_goes_leaves_the_other(way: Ways) -> None:
    async with way.engine("east"), way.link() as link:
        async with way.engine("west"):
            await until_there(link, "east", "west")
        await until_there(link, "east")
        assert await link.ask("echo") == {"node": "east"}
        with pytest.raises(EngineUnavailable):
            await link.ask("echo", node="west")


async def test_a_request_that_is_too_old_or_good_for_too_long_is_never_begun(
    way: Ways, client: Redis
) -> None:
    async with way.engine() as end, way.link() as link:
        await until_there(link, NODE)
        key = requests_key(NODE, await epoch_of(client))
        now_ms = int((await client.time())[0]) * 1000
        for index, until_ms in enumerate((now_ms - 1, now_ms + 3_600_000)):
            what = {"what": f"stray-{index}"}
            asked = Asked(f"{index:032x}", "count", what, until_ms, "0" * 16)
            await client.rpush(key, encode_asked(asked))
        assert await link.ask("count", what="fresh") == "fresh"  # it came after them
        assert dict(end.done) == {"fresh": 1}


async def test_what_an_engine_finds_after_a_stall_is_too_old(way: Ways, client: Redis) -> None:
    async with way.engine() as end, way.link(patience_s=0.4) as link:
        await until_there(link, NODE)
        key = requests_key(NODE, await epoch_of(client))
        until_ms = int((await client.time())[0]) * 1000 + 1_000
        line = encode_asked(Asked("a" * 32, "count", {"what": "late"}, until_ms, "b" * 16))
        assert way.redis is not None
        stranger = redis.Redis.from_url(way.redis.url)
        stranger.rpush(key, line)  # the loop stands still from here
        time.sleep(2.2)  # noqa: ASYNC251
        stranger.close()
        assert await link.ask("count", what="fresh") == "fresh"
        assert dict(end.done) == {"fresh": 1}


async def test_a_request_that_arrives_again_is_answered_again_and_not_done_again(
    way: Ways, client: Redis
) -> None:
    async with way.engine() as end, way.link() as link:
        await until_there(link, NODE)
        key = requests_key(NODE, await epoch_of(client))
        until_ms = int((await client.time())[0]) * 1000 + 20_000
        line = encode_asked(Asked("a" * 32, "count", {"what": "x"}, until_ms, "b" * 16))
        answers = []
        for _ in range(3):
            await client.rpush(key, line)
            answers.append(await client.blpop(["outpace:answers:" + "b" * 16], timeout=5))
        assert len({answer[1] for answer in answers}) == 1
        assert end.done["x"] == 1


async def test_a_new_engine_does_nothing_that_the_one_before_was_asked(
    way: Ways, client: Redis
) -> None:
    async with way.link(patience_s=20) as link:
        async with way.engine() as first:
            await until_there(link, NODE)
            asking = asyncio.gather(link.ask("wait", what="x"), return_exceptions=True)
            await until(lambda: first.done["x"])
        async with way.engine() as second:
            (error,) = await asking
            assert isinstance(error, EngineUnavailable)
            await until_there(link, NODE)
            assert await link.ask("count", what="y") == "y"
            assert dict(second.done) == {"y": 1}


async def test_facts_that_redis_lost_are_told_as_missed(way: Ways, client: Redis) -> None:
    async with way.engine() as end, way.link() as link, listening(link) as ear:
        await until_heard(end, ear)
        ear.heard.clear()
        # as if the engine had told a thousand facts that were gone before anybody read them
        epoch = await epoch_of(client)
        key = facts_key(NODE, epoch)
        last = int((await client.xinfo_stream(key))["last-generated-id"].partition(b"-")[0])
        beat = encode_beat(Beat(epoch, 1_000_000, last + 1_000))
        async with asyncio.timeout(10):
            while MISSED not in ear.topics():
                await client.set(beat_key(NODE), beat)  # the engine's own beat overwrites it
                await asyncio.sleep(0.1)


async def test_rubbish_in_redis_ends_nobody(way: Ways, client: Redis) -> None:
    async with way.engine() as end, way.link() as link, listening(link) as ear:
        await until_heard(end, ear)
        epoch = await epoch_of(client)
        await client.sadd(NODES, b"\xff\xfe", "nobody")
        await client.set(beat_key("nobody"), b"{rubbish")
        for line in (b"", b"rubbish", b"[]", b"7", b'{"id": 1}', b"\xff", b"[" * 100_000):
            await client.rpush(requests_key(NODE, epoch), line)
        assert await link.ask("echo") == {"node": NODE}
        assert list(link.nodes()) == [NODE]


async def test_a_question_too_long_is_refused_before_it_is_sent(way: Ways) -> None:
    async with way.engine(), way.link() as link:
        await until_there(link, NODE)
        with pytest.raises(BadInput, match="bytes"):
            await link.ask("echo", text="x" * (1 << 20))


async def test_while_redis_is_away_the_engine_forgets_facts_and_asks_for_nothing(way: Ways) -> None:
    assert way.redis is not None
    async with way.engine() as end, way.link() as link, listening(link) as ear:
        await until_heard(end, ear)
        ear.heard.clear()
        await asyncio.to_thread(way.redis.kill)
        await until_there(link)
        with pytest.raises(EngineUnavailable, match="Redis cannot be reached"):
            await link.ask("echo")
        for start in range(0, 10_000, 500):
            await told(end, *range(start, start + 500))
        await asyncio.to_thread(way.redis.start)
        await until(lambda: 9_999 in ear.numbers(), HEALED_S)
        assert MISSED in ear.topics()[: ear.topics().index("call")]
        assert ear.numbers() == list(range(8_000, 10_000))


async def test_a_redis_that_says_nothing_is_taken_for_gone_and_found_again(way: Ways) -> None:
    assert way.redis is not None
    async with way.engine(), way.link(patience_s=20) as link:
        await until_there(link, NODE)
        with way.redis.stalled():
            await until_there(link)
        await until_there(link, NODE)
        assert await link.ask("echo") == {"node": NODE}


async def test_an_engine_starts_without_redis_and_is_found_when_it_comes(way: Ways) -> None:
    assert way.redis is not None
    await asyncio.to_thread(way.redis.stop)
    async with way.engine(), way.link() as link:
        await asyncio.sleep(0.3)
        assert list(link.nodes()) == []
        await asyncio.to_thread(way.redis.start)
        await until_there(link, NODE)


async def test_a_password_is_given_and_never_shown(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with ways("redis", password="hush-hush") as way:
        async with way.engine(), way.link() as link:
            await until_there(link, NODE)
            assert await link.ask("echo") == {"node": NODE}
        assert way.redis is not None
        wrong = RedisAddress.of(way.redis.url.replace("hush-hush", "wrong-word"))
        async with way.link(address=wrong) as link:
            await asyncio.sleep(0.5)
            assert list(link.nodes()) == []
        said = capsys.readouterr().out
        assert "redis_lost" in said
        assert "hush-hush" not in said
        assert "wrong-word" not in said
        assert "hush-hush" not in f"{way.address} {way.address!r}"
