"""Follows the engines and has the mirror tell those who look: at once, then ten times a second.

Asks an engine for everything when a change does not follow on what is known, and looks now and then
whether anything is missing, so that it does not matter how facts get lost. Refuses to know what the
facts say, and how they go to a browser.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

import structlog

from api.feed.cursor import Cursor
from api.feed.mirror import Mirror, Subscription
from api.feed.people import Subject
from api.feed.replica import Gap
from api.feed.views import View
from dialer.control import ControlError
from dialer.domain.live_state import Entry, Value
from dialer.domain.screen_pop import ScreenPop
from dialer.errors import EngineUnavailable, StoreUnavailable
from dialer.ports import EngineLink

log = structlog.get_logger(__name__)

TICK_S: Final = 0.06
"""Between two messages to the same subscriber."""

LOOK_S: Final = 1.0
"""Between two looks at which engines there are, and whether anything of them is missing."""

PATIENCE_S: Final = 2.0
"""How long a new subscriber waits for what a fresh process does not know yet."""

LookUp = Callable[[Collection[Subject]], Awaitable[Mapping[Subject, ScreenPop | None]]]
"""Returns who people are, those that are gone as None; raises `StoreUnavailable`."""


async def nobody(wanted: Collection[Subject]) -> Mapping[Subject, ScreenPop | None]:
    """Know nobody."""
    return dict.fromkeys(wanted)


LIVE: Final = "live"
MISSED: Final = "missed"


class Hub:
    """The live feed of this process; `run` must be running.

    Args:
        engines: the way to them.
        look_up: says who calls are with; nobody is known unless given.
        mirror: what is known of the engines.
    """

    def __init__(
        self, engines: EngineLink, look_up: LookUp = nobody, mirror: Mirror | None = None
    ) -> None:
        self._engines = engines
        self._look_up = look_up
        self.mirror = mirror or Mirror()
        self._strangers = asyncio.Event()
        self.mirror.people.on_want(self._strangers.set)
        self._changed = asyncio.Event()
        self._complete = asyncio.Event()
        self._heads: dict[str, tuple[str, int]] = {}
        self._watchers: set[Callable[[], None]] = set()
        self._up: tuple[str, ...] = ()

    @property
    def up(self) -> Sequence[str]:
        """Names of the engines that can be asked, as of the last look."""
        return self._up

    async def run(self) -> None:
        """Follow the engines for ever."""
        async with asyncio.TaskGroup() as tasks:
            # the listener listens before the first look asks: nothing is lost between
            tasks.create_task(self._follow(), name="feed-follow")
            tasks.create_task(self._look_after(), name="feed-look")
            tasks.create_task(self._tick(), name="feed-tick")
            tasks.create_task(self._meet(), name="feed-people")

    async def subscribe(
        self, view: View, wake: Callable[[], None], *, resume: Cursor | None = None
    ) -> Subscription:
        """Begin to look at a view; see `Mirror.subscribe`."""
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_S):
                await self._complete.wait()
        return self.mirror.subscribe(view, wake, resume=resume)

    @asynccontextmanager
    async def watched(self, wake: Callable[[], None]) -> AsyncIterator[None]:
        """Have `wake` called when an engine comes or goes."""
        self._watchers.add(wake)
        try:
            yield
        finally:
            self._watchers.discard(wake)

    async def seen(self, topic: str) -> Mapping[str, Mapping[str, Value]]:
        """Return by engine what was told of a topic: as it is, or was some milliseconds ago.

        Whoever has just ordered something asks the engine itself.

        Raises:
            EngineUnavailable: no engine can be asked.
        """
        nodes = self._engines.nodes()
        for node in nodes:
            if self.mirror.at(node) is None:
                await self._renew(node)  # it has only just come
        found = {node: self.mirror.values(node, topic) for node in nodes if self.mirror.at(node)}
        if not found:
            raise EngineUnavailable("", "none runs")
        return found

    # -- following ---------------------------------------------------------------------------

    async def _follow(self) -> None:
        async for told in self._engines.facts():
            if told.topic == MISSED:
                await self._renew(told.node)
            elif told.topic == LIVE:
                fact = told.fact
                place = fact["topic"], fact["key"], fact["value"]
                try:
                    self.mirror.take(told.node, fact["epoch"], fact["seq"], *place)
                except Gap:
                    await self._renew(told.node)
                self.mirror.flush_sessions()
                self._changed.set()

    async def _renew(self, node: str) -> None:
        """Ask an engine for everything; if it cannot be asked now, the next look does."""
        self._heads.pop(node, None)
        try:
            page = await self._engines.ask(LIVE, node=node)
            epoch, seq, entries = page["epoch"], page["seq"], _entries(page)
            while page["after"] is not None:
                page = await self._engines.ask(LIVE, node=node, after=page["after"])
                entries += _entries(page)
                if page["epoch"] != epoch:
                    return  # it began another life between: its first change shows the gap
        except (EngineUnavailable, ControlError) as error:
            log.info("feed_not_renewed", node=node, error=str(error))
            return
        if self.mirror.renew(node, epoch, seq, entries):
            log.info("feed_renewed", node=node, epoch=epoch, seq=seq, entries=len(entries))
            self._changed.set()
        self._note_completeness()

    async def _look_after(self) -> None:
        while True:
            for node in self._engines.nodes():
                await self._check(node)
            self._note_completeness()
            await asyncio.sleep(LOOK_S)

    async def _check(self, node: str) -> None:
        """See whether all was heard that an engine had told by the look before."""
        at, head = self.mirror.at(node), self._heads.get(node)
        if at is None or (head is not None and (head[0] != at[0] or head[1] > at[1])):
            await self._renew(node)
            return
        with suppress(EngineUnavailable, ControlError):
            told = await self._engines.ask(LIVE, node=node, entries=False)
            self._heads[node] = (told["epoch"], told["seq"])

    def _note_completeness(self) -> None:
        nodes = tuple(sorted(self._engines.nodes()))
        if all(self.mirror.at(node) is not None for node in nodes):
            self._complete.set()
        else:
            self._complete.clear()
        if nodes != self._up:
            self._up = nodes
            for wake in list(self._watchers):
                wake()

    async def _meet(self) -> None:
        """Look up whom calls are with, while they ring; those that ring together, together."""
        while True:
            await self._strangers.wait()
            self._strangers.clear()
            wanted = self.mirror.people.wanted()
            if not wanted:
                continue
            try:
                self.mirror.met(await self._look_up(wanted))
            except StoreUnavailable as lost:
                self.mirror.people.again(wanted)
                self._strangers.set()
                log.warning("people_not_looked_up", people=len(wanted), error=str(lost))
                await asyncio.sleep(LOOK_S)
            self.mirror.flush_sessions()

    # -- telling -----------------------------------------------------------------------------

    async def _tick(self) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            self.mirror.flush()
            await asyncio.sleep(TICK_S)


def _entries(page: Any) -> list[Entry]:
    return [Entry(topic, key, value) for topic, key, value in page["entries"]]
