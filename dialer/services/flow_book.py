"""What flows need in a call, in memory: routes, flows, prompts, hours, looked up anew often.

A call that comes in waits for no database. What is changed holds within `LOOK_S`; while the
database is away, what was known last does. Has the texts of flows made into speech. Refuses to know
calls.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import structlog

from dialer.domain.after_hours import AfterHours
from dialer.domain.flow.fields import Sound
from dialer.domain.flow.kept import text_in
from dialer.domain.flow.steps import Flow, LanguageStep
from dialer.domain.ids import MAIN_TENANT
from dialer.domain.inbound_route import InboundRoute
from dialer.domain.prompt import Prompt
from dialer.domain.queue import Queue
from dialer.domain.weekly_hours import WeeklyHours
from dialer.errors import StoreUnavailable
from dialer.ports import Flows, NamedStore, Speech
from dialer.services.control import Command
from dialer.services.laid_prompts import LaidPrompts

log = structlog.get_logger(__name__)

LOOK_S: Final = 2.0
"""Between two looks."""

Read = Callable[[str], Flow | None]
"""Reads and checks a flow's text; None: it cannot be used."""


class FlowBook:
    """Routes, flows, prompts and calling hours of one tenant."""

    def __init__(
        self,
        *,
        routes: NamedStore[InboundRoute],
        flows: Flows,
        prompts: NamedStore[Prompt],
        queues: NamedStore[Queue],
        hours: NamedStore[WeeklyHours],
        speech: Speech,
        read: Read,
        laid: LaidPrompts | None = None,
        tenant_id: str = MAIN_TENANT,
    ) -> None:
        self._route_store = routes
        self._flow_store = flows
        self._prompt_store = prompts
        self._queue_store = queues
        self._hours_store = hours
        self._speech = speech
        self._read = read
        self._laid = laid
        self._tenant_id = tenant_id
        self._routes: dict[str, InboundRoute] = {}
        self._flows: dict[str, tuple[int, Flow | None]] = {}
        self._prompts: dict[tuple[str, str], Prompt] = {}
        self._hours: dict[str, WeeklyHours] = {}
        self._after_hours: dict[str, AfterHours] = {}
        self._unspoken: set[tuple[str, str]] = set()
        self._warned = False

    def route(self, number: str) -> InboundRoute | None:
        """Return where the calls of one of our numbers go."""
        return self._routes.get(number)

    def flow(self, name: str) -> Flow | None:
        """Return the published flow of a name; None: there is none that can be used."""
        return self._flows.get(name, (0, None))[1]

    def hours(self, name: str) -> WeeklyHours | None:
        """Return the calling hours of a name."""
        return self._hours.get(name)

    def after_hours_of(self, queue: str) -> AfterHours | None:
        """Return what becomes of the callers of a queue when it is closed."""
        return self._after_hours.get(queue)

    def prompt(self, name: str, language: str) -> Prompt | None:
        """Return a prompt in a language, or in the one that a region's is a kind of."""
        exact = self._prompts.get((name, language))
        return exact or self._prompts.get((name, language.partition("-")[0]))

    async def look(self) -> None:
        """Look everything up.

        Raises:
            StoreUnavailable: the database is away; what was known stays.
        """
        routes = await self._route_store.list(self._tenant_id)
        prompts = await self._prompt_store.list(self._tenant_id)
        hours = await self._hours_store.list(self._tenant_id)
        queues = await self._queue_store.list(self._tenant_id)
        standing = await self._flow_store.list(tenant_id=self._tenant_id)
        flows: dict[str, tuple[int, Flow | None]] = {}
        for one in standing:
            if one.published is None:
                continue
            known = self._flows.get(one.name)
            if known is not None and known[0] == one.published:
                flows[one.name] = known
                continue
            version = await self._flow_store.published(one.name, tenant_id=self._tenant_id)
            if version is not None:
                flow = self._read(text_in(version.body))
                flows[one.name] = (version.version, flow)
                log.info(
                    "flow_read", flow=one.name, version=version.version, usable=flow is not None
                )
        self._routes = {route.number: route for route in routes}
        self._prompts = await self._playable(prompts)
        self._flows = flows
        self._hours = {one.name: one for one in hours}
        rules = {queue.name: queue.settings.after_hours for queue in queues}
        self._after_hours = {name: rule for name, rule in rules.items() if rule is not None}

    async def _playable(self, prompts: Sequence[Prompt]) -> dict[tuple[str, str], Prompt]:
        """Return prompts by name and language; one without its file is as it was before."""
        missing = await self._laid.lay(prompts) if self._laid is not None else set()
        found = {}
        for prompt in prompts:
            key = prompt.name, prompt.language
            playable = prompt if prompt not in missing else self._prompts.get(key)
            if playable is not None:
                found[key] = playable
        return found

    def commands(self) -> dict[str, Command]:
        """Return what the engine can be asked of flows, by name."""
        return {"flows.look": self._look_now}

    async def _look_now(self, _asked: Mapping[str, Any]) -> object:
        """Look everything up at once, have it spoken, and tell what calls can be led by."""
        await self.look()
        await self.speak()
        return {
            "flows": {name: flow is not None for name, (_, flow) in self._flows.items()},
            "numbers": sorted(self._routes),
            "unspoken": len(self._unspoken),
            "speech_problem": self._speech.problem,
        }

    async def run(self) -> None:
        """Look again and again, and have texts spoken, for ever."""
        while True:
            try:
                await self.look()
                await self.speak()
            except StoreUnavailable as error:
                log.warning("flows_not_looked_up", error=str(error))
            await asyncio.sleep(LOOK_S)

    async def speak(self) -> None:
        """Have every text of every published flow made into speech, each once."""
        wanted = {
            one
            for _, flow in self._flows.values()
            if flow is not None
            for one in texts_of(flow)
            if one not in self._unspoken and self._speech.made(*one) is None
        }
        if wanted and self._speech.problem:
            if not self._warned:
                log.warning("flow_texts_unspoken", texts=len(wanted), reason=self._speech.problem)
            self._warned = True
            return
        self._warned = False
        for text, language in sorted(wanted):
            if await self._speech.make(text, language) is None:
                self._unspoken.add((text, language))
                log.warning("flow_text_unspoken", language=language, characters=len(text))


def texts_of(flow: Flow) -> Iterator[tuple[str, str]]:
    """Yield every text that a flow may speak, in every language that it may be in."""
    languages = {flow.head.language}
    languages |= {step.language for step in flow.steps.values() if isinstance(step, LanguageStep)}
    for step in flow.steps.values():
        for field in type(step).model_fields:
            value = getattr(step, field)
            if isinstance(value, Sound) and value.text:
                for language in sorted(languages):
                    yield value.text, language
