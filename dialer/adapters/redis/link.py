"""The way to the engines of all nodes, over Redis: found by their beats, asked, and heard.

An `EngineLink` (dialer.ports). What is asked is sent again until it is answered, under the same id,
so that Redis may lose it or the answer; the engine begins it once at most. Refuses to know what is
asked, and keeps nothing in Redis that must last.
"""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import structlog

from dialer.adapters.listeners import Listeners
from dialer.adapters.redis.address import BLOCK_S, RedisAddress
from dialer.adapters.redis.known_engines import Found, Heard, KnownEngines, Lost
from dialer.adapters.redis.reach import Reach
from dialer.adapters.redis.server_clock import ServerClock
from dialer.adapters.redis.words import (
    FACT,
    KEPT_S,
    LONGEST_S,
    NODES,
    Asked,
    answers_key,
    beat_key,
    decode_answer,
    decode_beat,
    decode_fact,
    encode_asked,
    facts_key,
    requests_key,
)
from dialer.control import ControlError
from dialer.errors import EngineUnavailable
from dialer.ports import LiveFact

log = structlog.get_logger(__name__)

LOOK_S: Final = 0.5
"""Between two looks for beats."""

RESEND_S: Final = 1.0
"""After which a request without an answer is sent again."""

MOST_ASKED: Final = 5_000
"""Questions without an answer."""

REQUESTS_KEPT: Final = 10_000
AT_ONCE: Final = 500
FACTS_BLOCK_MS: Final = 200

GATHER_S: Final = 0.02
"""After facts were heard, until the next are asked for: a floor tells a hundred a second."""


@dataclass(slots=True)
class _Asking:
    node: str
    epoch: str
    line: bytes
    wait: "asyncio.Future[Any]"
    sent_at_s: float | None = None


class RedisLink:
    """All engines on a Redis; `run` must be running.

    Args:
        address: of the Redis.
        patience_s: how long an answer may take.
    """

    def __init__(self, address: RedisAddress, *, patience_s: float = 30.0) -> None:
        self._patience_s = min(patience_s, LONGEST_S)
        self._id = secrets.token_hex(8)
        self._client = address.client()
        self._reach = Reach(address)
        self._clock = ServerClock()
        self._engines = KnownEngines()
        self._listeners = Listeners()
        self._asked: dict[str, _Asking] = {}
        self._due = asyncio.Event()

    def nodes(self) -> Sequence[str]:
        """Return the names of the engines that can be asked now."""
        return [engine.node for engine in self._engines.present()]

    async def run(self) -> None:
        """Keep the way open, until cancelled."""
        again = self._reach.again
        try:
            async with asyncio.TaskGroup() as tasks:
                look = again("look", self._look, self._engines.lost_sight)
                tasks.create_task(look, name="redis-look")
                tasks.create_task(again("requests", self._send), name="redis-requests")
                tasks.create_task(again("answers", self._take), name="redis-answers")
                tasks.create_task(again("facts", self._hear), name="redis-facts")
        finally:
            self._engines.lost_sight()
            await self._client.aclose()

    async def ask(self, do: str, *, node: str = "", **arguments: object) -> Any:
        """Ask an engine one thing; see `EngineLink`."""
        engine = self._engines.chosen(node)
        if len(self._asked) >= MOST_ASKED:
            raise EngineUnavailable(engine.node, "too many questions wait for an answer")
        request_id = secrets.token_hex(16)
        until_ms = self._clock.earliest_ms(time.monotonic()) + int(self._patience_s * 1000)
        line = encode_asked(Asked(request_id, do, arguments, until_ms, self._id))
        wait: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._asked[request_id] = _Asking(engine.node, engine.epoch, line, wait)
        self._due.set()
        try:
            async with asyncio.timeout(self._patience_s):
                return await wait
        except TimeoutError:
            raise EngineUnavailable(engine.node, "it did not answer in time") from None
        finally:
            del self._asked[request_id]

    def facts(self) -> AsyncIterator[LiveFact]:
        """Iterate over what the engines tell from now on; see `EngineLink`."""
        return self._listeners.listen()

    # -- who is there --------------------------------------------------------------------------

    async def _look(self) -> None:
        asked_at_s = time.monotonic()
        async with self._client.pipeline(transaction=False) as pipe:
            pipe.time()
            pipe.smembers(NODES)
            told, members = await pipe.execute()
        self._clock.note(told, asked_at_s, time.monotonic())
        names = sorted(name.decode(errors="replace") for name in members)
        keys = [beat_key(name) for name in names]
        lines: Any = await self._client.mget(keys) if keys else []
        beats = {name: decode_beat(line) for name, line in zip(names, lines, strict=True)}
        for change in self._engines.look(beats, time.monotonic()):
            match change:
                case Found(node):
                    log.info("engine_found", node=node)
                    self._listeners.missed(node)
                case Lost(node, epoch):
                    log.info("engine_lost", node=node)
                    self._give_up(node, epoch)
        await asyncio.sleep(LOOK_S)

    def _give_up(self, node: str, epoch: str) -> None:
        for asking in self._asked.values():
            if (asking.node, asking.epoch) == (node, epoch) and not asking.wait.done():
                reason = "it was lost before it answered"
                asking.wait.set_exception(EngineUnavailable(node, reason))

    # -- questions -----------------------------------------------------------------------------

    async def _send(self) -> None:
        due = self._to_send(time.monotonic())
        if not due:
            self._due.clear()
            try:
                async with asyncio.timeout(RESEND_S / 4):
                    await self._due.wait()
            except TimeoutError:
                pass
            return
        async with self._client.pipeline(transaction=False) as pipe:
            for asking in due:
                key = requests_key(asking.node, asking.epoch)
                pipe.rpush(key, asking.line)
                pipe.ltrim(key, -REQUESTS_KEPT, -1)
                pipe.expire(key, KEPT_S)
            await pipe.execute()
        at_s = time.monotonic()
        for asking in due:
            asking.sent_at_s = at_s

    def _to_send(self, at_s: float) -> list[_Asking]:
        return [
            asking
            for asking in self._asked.values()
            if not asking.wait.done()
            and (asking.sent_at_s is None or at_s - asking.sent_at_s >= RESEND_S)
        ][:AT_ONCE]

    async def _take(self) -> None:
        key = answers_key(self._id)
        first = await self._client.blpop([key], timeout=BLOCK_S)
        if first is None:
            return
        more = await self._client.lpop(key, AT_ONCE)
        for line in (first[1], *(more or ())):
            self._answered(line)

    def _answered(self, line: bytes) -> None:
        body = decode_answer(line)
        asking = self._asked.get(str(body.get("id")))
        if asking is None or asking.wait.done():
            return
        if "error" not in body:
            asking.wait.set_result(body.get("ok"))
            return
        refused = ControlError(body["error"])
        if refused.kind == EngineUnavailable.__name__:
            asking.wait.set_exception(EngineUnavailable(asking.node, str(refused)))
        else:
            asking.wait.set_exception(refused)

    # -- facts ---------------------------------------------------------------------------------

    async def _hear(self) -> None:
        engines = [(one.node, one.epoch, one.heard, one.told) for one in self._engines.present()]
        if not engines:
            await asyncio.sleep(FACTS_BLOCK_MS / 1000)
            return
        streams: dict[Any, Any] = {
            facts_key(node, epoch): f"{heard}-0" for node, epoch, heard, _ in engines
        }
        found: Any = await self._client.xread(streams, count=AT_ONCE, block=FACTS_BLOCK_MS)
        entries = {key.decode(): rows for key, rows in found or ()}
        for node, epoch, _, told in engines:
            rows = entries.get(facts_key(node, epoch), ())
            if not rows and self._engines.nothing_after(node, epoch, told):
                self._listeners.missed(node)
            for number, fields in rows:
                self._tell(node, epoch, int(number.partition(b"-")[0]), fields)
        if entries:
            await asyncio.sleep(GATHER_S)

    def _tell(self, node: str, epoch: str, number: int, fields: dict[bytes, bytes]) -> None:
        heard = self._engines.heard(node, epoch, number)
        if heard is Heard.OLD:
            return
        told = decode_fact(fields.get(FACT, b""))
        if heard is Heard.AFTER_A_GAP or told is None:
            self._listeners.missed(node)
        if told is not None:
            self._listeners.tell(LiveFact(node, *told))
