"""An engine that is asked over Redis, and heard there: beside its control socket, by other hosts.

Nothing that a call waits for goes through here: facts are taken from the feed as they come, and
what Redis does not take is let go. Redis may be away, emptied or started anew. Refuses to know what
is asked (`dialer.services.control`) and who may ask: whoever can write to this Redis can.
"""

import asyncio
import secrets
import time
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

import structlog
from redis.exceptions import ResponseError

from dialer.adapters.command_answers import Command, answer_of
from dialer.adapters.redis.address import BLOCK_S, RedisAddress
from dialer.adapters.redis.carried import Carried, Verdict
from dialer.adapters.redis.numbered_facts import NumberedFacts
from dialer.adapters.redis.reach import FAILURES, Reach
from dialer.adapters.redis.server_clock import ServerClock
from dialer.adapters.redis.words import (
    FACT,
    KEPT_S,
    NODES,
    Asked,
    Beat,
    answers_key,
    beat_key,
    decode_asked,
    encode_beat,
    encode_fact,
    facts_key,
    requests_key,
)
from dialer.control import Request, encode_error
from dialer.errors import BadInput, EngineUnavailable
from dialer.ports import Feed

log = structlog.get_logger(__name__)

BEAT_S: Final = 1.0
BEAT_KEPT_MS: Final = 3_000
FACTS_KEPT: Final = 10_000
ANSWERS_KEPT: Final = 10_000
AT_ONCE: Final = 200
"""Requests read, facts or answers written, in one exchange."""

LEAVE_S: Final = 1.0
"""How long an engine that ends tries to take its leave."""


class EngineOnRedis:
    """One engine's place in Redis; `run` must be running.

    Args:
        address: of the Redis.
        node: name of the engine.
        commands: what it can be asked.
        feed: what it tells.
    """

    def __init__(
        self, address: RedisAddress, node: str, commands: Mapping[str, Command], feed: Feed
    ) -> None:
        self._node = node
        self._commands = commands
        self._feed = feed
        self._epoch = secrets.token_hex(8)
        self._client = address.client()
        self._reach = Reach(address)
        self._clock = ServerClock()
        self._carried = Carried()
        self._beats = 0
        self._facts = NumberedFacts()
        self._told = asyncio.Event()
        self._answers: deque[tuple[str, bytes]] = deque(maxlen=ANSWERS_KEPT)
        self._answered = asyncio.Event()
        self._tasks: asyncio.TaskGroup | None = None

    async def run(self) -> None:
        """Serve until cancelled."""
        again = self._reach.again
        try:
            async with asyncio.TaskGroup() as tasks:
                self._tasks = tasks
                tasks.create_task(self._hear(), name="redis-feed")
                tasks.create_task(again("beat", self._beat), name="redis-beat")
                tasks.create_task(again("facts", self._tell), name="redis-facts")
                tasks.create_task(again("requests", self._take), name="redis-requests")
                tasks.create_task(again("answers", self._answer), name="redis-answers")
        finally:
            with suppress(TimeoutError, *FAILURES):
                async with asyncio.timeout(LEAVE_S):
                    await self._write_beat(leaving=True)
            with suppress(*FAILURES):
                await self._client.aclose()

    # -- signs of life -------------------------------------------------------------------------

    async def _beat(self) -> None:
        self._beats += 1
        await self._write_beat()
        await asyncio.sleep(BEAT_S)

    async def _write_beat(self, *, leaving: bool = False) -> None:
        beat = Beat(self._epoch, self._beats, self._facts.written, leaving)
        async with self._client.pipeline(transaction=False) as pipe:
            pipe.set(beat_key(self._node), encode_beat(beat), px=BEAT_KEPT_MS)
            pipe.sadd(NODES, self._node)
            pipe.expire(facts_key(self._node, self._epoch), KEPT_S)
            await pipe.execute()

    # -- facts ---------------------------------------------------------------------------------

    async def _hear(self) -> None:
        async for topic, fact in self._feed.listen():
            self._facts.add(encode_fact(topic, fact))
            self._told.set()

    async def _tell(self) -> None:
        if not self._facts:
            self._told.clear()
            await self._told.wait()
        batch = self._facts.first(AT_ONCE)
        key = facts_key(self._node, self._epoch)
        async with self._client.pipeline(transaction=False) as pipe:
            for number, line in batch:
                # with its number as its id a fact cannot get in twice
                pipe.xadd(key, {FACT: line}, id=f"{number}-0", maxlen=FACTS_KEPT)
            pipe.expire(key, KEPT_S)
            results = await pipe.execute(raise_on_error=False)
        for result in results:
            if isinstance(result, Exception) and not _is_there(result):
                raise result
        self._facts.wrote(batch[-1][0])

    # -- requests ------------------------------------------------------------------------------

    async def _take(self) -> None:
        key = requests_key(self._node, self._epoch)
        first = await self._client.blpop([key], timeout=BLOCK_S)
        if first is None:
            return
        asked_at_s = time.monotonic()
        async with self._client.pipeline(transaction=False) as pipe:
            pipe.time()
            pipe.lpop(key, AT_ONCE)
            told, more = await pipe.execute()
        self._clock.note(told, asked_at_s, time.monotonic())
        for line in (first[1], *(more or ())):
            self._judge(line)

    def _judge(self, line: bytes) -> None:
        try:
            asked = decode_asked(line)
        except BadInput as error:
            log.warning("redis_request_unreadable", problem=error.problem)
            return
        match self._verdict(asked):
            case Verdict.BEGIN:
                if self._tasks is not None:
                    self._tasks.create_task(self._carry_out(asked), name="redis-request")
            case Verdict.AGAIN:
                self._send(asked, self._carried.answer(asked.request_id) or b"")
            case Verdict.FORGOTTEN:
                self._refuse(asked, "it was done, but its answer is not kept any more")
            case Verdict.BUSY:
                self._refuse(asked, "it has too much to do")
            case Verdict.EXPIRED:
                log.info("redis_request_expired", do=asked.do, request=asked.request_id)
            case Verdict.UNDER_WAY:
                pass

    def _verdict(self, asked: Asked) -> Verdict:
        at_s = time.monotonic()
        return self._carried.judge(asked, now_ms=self._clock.latest_ms(at_s), at_s=at_s)

    async def _carry_out(self, asked: Asked) -> None:
        # not cut short when Redis goes away: half a stop would be worse than a whole one
        answer = await answer_of(
            self._commands, Request(asked.request_id, asked.do, asked.arguments)
        )
        self._carried.done(asked.request_id, answer)
        self._send(asked, answer)

    def _refuse(self, asked: Asked, reason: str) -> None:
        self._send(asked, encode_error(asked.request_id, EngineUnavailable(self._node, reason)))

    def _send(self, asked: Asked, answer: bytes) -> None:
        self._answers.append((asked.link, answer))  # one that is lost is asked for again
        self._answered.set()

    async def _answer(self) -> None:
        if not self._answers:
            self._answered.clear()
            await self._answered.wait()
        batch = [self._answers.popleft() for _ in range(min(AT_ONCE, len(self._answers)))]
        async with self._client.pipeline(transaction=False) as pipe:
            for link, line in batch:
                key = answers_key(link)
                pipe.rpush(key, line)
                pipe.ltrim(key, -ANSWERS_KEPT, -1)
                pipe.expire(key, KEPT_S)
            try:
                await pipe.execute()
            except FAILURES:
                self._answers.extendleft(reversed(batch))
                raise


def _is_there(error: Exception) -> bool:
    """Tell whether a fact was refused because it, or a later one, is in the stream already."""
    return isinstance(error, ResponseError) and "equal or smaller" in str(error)
