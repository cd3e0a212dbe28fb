"""What becomes of a call that comes in, and what a flow's line is given: from memory."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import pytest

from dialer.adapters.flow_files import checked
from dialer.domain.events import ChannelHungUp
from dialer.domain.flow.commands import Request, Say
from dialer.domain.flow.events import Failed, HttpReplied
from dialer.domain.flow.fields import Sound
from dialer.domain.flow.kept import kept
from dialer.domain.inbound_route import InboundRoute, RouteTo
from dialer.domain.outcome import Outcome
from dialer.domain.prompt import Prompt
from dialer.domain.voicemail import VoicemailsWanted
from dialer.errors import StoreUnavailable
from dialer.ports import Audio, LedCall, Refused, Unplayable
from dialer.services.flow_book import FlowBook
from dialer.services.flows import FlowCalls
from dialer.services.other_calls import OtherCalls
from dialer.services.passwords import Passwords
from dialer.services.pins import Pins
from dialer.services.recorder import Recorder
from dialer.testing.clock import START, SetClock
from dialer.testing.stores import MemoryStores

FLOW = (
    "otherwise: bye\nsteps:\n  a: {play: {text: Hello.}, next: es}\n"
    "  es: {language: es, next: bye}\n"
    "  bye: {hang_up: bye}\n"
)
OURS = "+12025550100"


class Speaks:
    """Speech that is made in no time, of every language but xx."""

    def __init__(self, problem: str = "") -> None:
        self.problem = problem
        self.texts: dict[tuple[str, str], Audio] = {}

    def made(self, text: str, language: str) -> Audio | None:
        return self.texts.get((text, language))

    async def make(self, text: str, language: str) -> Audio | None:
        if language == "xx":
            return None
        return self.texts.setdefault((text, language), Audio(f"/speech/{language}/{text}", 1.0))


class Files:
    """Sounds of which none is wrong."""

    def __init__(self) -> None:
        self.lengths = {"/messages/short": 0.1}

    def prompt(self, file: str) -> Audio:
        return Audio(f"/prompts/{file}", 1.0)

    def shipped(self, name: str) -> Audio:
        return Audio(f"/shipped/{name}", 1.0)

    def new_message(self, name: str) -> str:
        return f"/messages/{name}"

    def spoken_s(self, path: str) -> float:
        return self.lengths.get(path, 4.0)

    def discard(self, path: str) -> None:
        self.lengths.pop(path)


class Nobody:
    async def ask(self, request: Request) -> HttpReplied | Failed:
        return Failed("nobody is asked")


class Node:
    def __init__(self, speech: Speaks | None = None, *, most: int = 2) -> None:
        self.stores = MemoryStores()
        self.speech = speech or Speaks()
        self.others = OtherCalls()
        stores = self.stores
        self.book = FlowBook(
            routes=stores.routes,
            flows=stores.flows,
            prompts=stores.prompts,
            speech=self.speech,
            read=lambda text: checked(text)[0],
        )
        self.recorder = Recorder(stores.attempts, stores.agents, stores.leads)
        self.calls = FlowCalls(
            book=self.book,
            calls=stores.calls,
            voicemails=stores.voicemails,
            queues=stores.queues,
            attempts=stores.attempts,
            look_up=self._lead,
            pins=Pins(stores.caller_accounts, stores.pin_guesses, Passwords(), SetClock()),
            requests=Nobody(),
            speech=self.speech,
            recorder=self.recorder,
            others=self.others,
            clock=SetClock(),
            sounds=Files(),
            node="node",
            most=most,
        )

    async def _lead(self, number: str, tenant_id: str) -> Mapping[str, str] | None:
        return {"tenant": tenant_id} if number == "+12025550123" else None

    async def publish(self, text: str = FLOW, name: str = "main") -> None:
        entry = await self.stores.flows.add(name, kept(text), by="t", at=0.0)
        await self.stores.flows.publish(name, entry.version, by="t", at=0.0)

    async def ready(self) -> None:
        """Have a flow under a number."""
        await self.publish()
        await self.stores.routes.add(InboundRoute(OURS, RouteTo.FLOW, "main"), by="t", at=0.0)
        await self.book.look()
        await self.book.speak()

    def call(self, called: str = OURS, caller: str = "12025550123") -> LedCall:
        found = self.calls.came_in(called, caller, START)
        assert isinstance(found, LedCall), found
        return found

    def refused(self, called: str) -> int:
        found = self.calls.came_in(called, "", START)
        assert isinstance(found, Refused)
        return found.cause


@asynccontextmanager
async def node(speech: Speaks | None = None) -> AsyncIterator[Node]:
    opened = Node(speech)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(opened.recorder.run())
        yield opened
        running.cancel()


async def test_a_call_is_led_by_the_flow_of_its_number_however_the_network_writes_it() -> None:
    async with node() as at:
        await at.ready()
        call = at.call("0012025550100", "12025550123")
        assert (call.number, call.our_number, call.flow_name) == ("+12025550123", OURS, "main")
        assert at.call(OURS, "anonymous").number == ""


async def test_a_call_that_nobody_takes_is_refused_with_its_cause() -> None:
    async with node() as at:
        await at.ready()
        for number, to, name in (
            ("+12025550101", RouteTo.HANG_UP, ""),
            ("+12025550102", RouteTo.FLOW, "nowhere"),
            ("+12025550103", RouteTo.FLOW, "wrong"),
        ):
            await at.stores.routes.add(InboundRoute(number, to, name), by="t", at=0.0)
        await at.publish("steps: {}", "wrong")
        await at.book.look()
        causes = [at.refused(one) for one in ("", "x", "+12025550109", "+12025550101")]
        assert causes == [1, 1, 1, 21]
        assert [at.refused(one) for one in ("+12025550102", "+12025550103")] == [34, 34]
        for _ in range(2):
            at.calls.began(at.call(), START)
        assert at.refused(OURS) == 34  # as many as the node takes
        at.calls.closed = True
        assert at.refused(OURS) == 34


async def test_a_call_is_on_record_from_its_beginning_to_its_hang_up() -> None:
    async with node() as at:
        await at.ready()
        answered, given_up = at.call(), at.call()
        for call in (answered, given_up):
            at.calls.began(call, START)
        assert at.refused(OURS) == 34  # as many as the node takes
        at.calls.answered(answered, START + 1)
        at.calls.left(answered, "flow ended")
        assert at.calls.live == 2
        at.others.take(ChannelHungUp(answered.call_id, 16, "", START + 9))
        at.calls.lost(given_up, START + 2)
        await at.recorder.settled()
        ends = []
        for call in (answered, given_up):
            record = await at.stores.calls.get(call.call_id)
            assert record is not None
            ends.append((record.answered_at, record.ended_at, record.outcome))
        assert ends == [
            (START + 1, START + 9, Outcome.CONNECTED),
            (None, START + 2, Outcome.NO_ANSWER),
        ]
        assert at.calls.live == 0


async def test_texts_are_spoken_in_all_languages_of_a_flow_before_anybody_calls() -> None:
    async with node() as at:
        await at.ready()
        assert set(at.speech.texts) == {("Hello.", "en"), ("Hello.", "es")}
        call = at.call()
        assert at.calls.sound(call, Sound(text="Hello."), "es").path == "/speech/es/Hello."
        with pytest.raises(Unplayable):
            at.calls.sound(call, Sound(text="Hello."), "de")


async def test_a_prompt_is_played_in_the_language_or_in_that_of_which_it_is_a_kind() -> None:
    async with node() as at:
        await at.ready()
        for language in ("en", "pt-BR"):
            prompt = Prompt("bye", language, f"{language}/bye.wav")
            await at.stores.prompts.add(prompt, by="t", at=0.0)
        await at.book.look()
        call = at.call()
        paths = [
            at.calls.sound(call, Sound(prompt="bye"), language).path
            for language in ("en", "en-GB", "pt-BR")
        ]
        assert paths == ["/prompts/en/bye.wav", "/prompts/en/bye.wav", "/prompts/pt-BR/bye.wav"]
        for name, language in (("bye", "pt"), ("hello", "en")):
            with pytest.raises(Unplayable):
                at.calls.sound(call, Sound(prompt=name), language)


async def test_a_newer_version_leads_the_next_call_and_a_lost_database_changes_nothing() -> None:
    async with node() as at:
        await at.ready()
        first = at.call()
        await at.publish(FLOW.replace("Hello.", "Good day."))
        await at.book.look()
        second = at.call()
        assert first.flow != second.flow

        async def away(*_args: object, **_named: object) -> list[InboundRoute]:
            raise StoreUnavailable("away")

        at.stores.routes.list = away  # type: ignore[method-assign]
        with pytest.raises(StoreUnavailable):
            await at.book.look()
        assert at.call().flow == second.flow


async def test_without_speech_texts_and_values_cannot_be_played_and_say_why() -> None:
    async with node(Speaks("there is no program")) as at:
        await at.ready()
        call = at.call()
        with pytest.raises(Unplayable, match="there is no program"):
            at.calls.sound(call, Sound(text="Hello."), "en")
        for value in (Say("number", "1", "es"), Say("money", "1.00", "en", "USD")):
            with pytest.raises(Unplayable, match="there is no program"):
                await at.calls.said(call, value)
        digits = await at.calls.said(call, Say("digits", "07", "en-US"))
        assert [one.path for one in digits] == ["/shipped/digits/0", "/shipped/digits/7"]


async def test_messages_go_on_record_by_their_box_and_short_ones_are_none() -> None:
    async with node() as at:
        await at.ready()
        call = at.call()
        at.calls.began(call, START)
        path = at.calls.message_file(call)
        assert await at.calls.recorded(call, "/messages/short", "main") == Failed(
            "nothing was recorded"
        )
        recorded = await at.calls.recorded(call, path, "main")
        assert recorded.__class__.__name__ == "Recorded"
        found = await at.stores.voicemails.newest(VoicemailsWanted(), limit=5)
        (left,) = found.voicemails
        assert (left.number, left.file, left.seconds, left.class_name) == (
            "+12025550123",
            f"{call.call_id}-1.wav",
            4.0,
            "main",
        )
        assert at.calls.message_file(call).endswith("-2")


async def test_an_opt_out_is_told_after_it_is_on_the_list() -> None:
    async with node() as at:
        await at.ready()
        await at.calls.opt_out(at.call(), "+12025550123")
        assert "+12025550123" in at.stores.tables.do_not_call
