"""What becomes of a call that comes in, and what a flow's line is given: from memory."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from dialer.adapters.flow_files import checked
from dialer.domain.after_hours import AfterHours, WhenClosed
from dialer.domain.events import ChannelHungUp
from dialer.domain.flow.commands import Request, Say
from dialer.domain.flow.events import Failed, HttpReplied, LeadFound
from dialer.domain.flow.fields import Sound
from dialer.domain.flow.kept import kept
from dialer.domain.ids import LeadId
from dialer.domain.inbound_route import InboundRoute, RouteTo
from dialer.domain.outcome import Outcome
from dialer.domain.prompt import Prompt
from dialer.domain.queue import Queue, QueueSettings
from dialer.domain.voicemail import VoicemailsWanted
from dialer.domain.weekly_hours import WeeklyHours, week_said
from dialer.errors import StoreUnavailable
from dialer.ports import Audio, InboundLine, LedCall, Refused, Unplayable
from dialer.services.flow_book import FlowBook
from dialer.services.flows import FlowCalls
from dialer.services.other_calls import OtherCalls
from dialer.services.passwords import Passwords
from dialer.services.pins import Pins
from dialer.services.recorder import Recorder
from dialer.services.rooms import Rooms
from dialer.testing.clock import START, LoopClock, SetClock
from dialer.testing.inbound_line import MemoryLine
from dialer.testing.stores import MemoryStores
from dialer.testing.switch import MemorySwitch

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
        self.clock = SetClock()
        self.forwarded: list[tuple[str, str, float]] = []
        self.speech = speech or Speaks()
        self.others = OtherCalls()
        stores = self.stores
        self.book = FlowBook(
            routes=stores.routes,
            flows=stores.flows,
            prompts=stores.prompts,
            queues=stores.queues,
            hours=stores.calling_hours,
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
            pins=Pins(
                stores.caller_accounts, stores.rooms, stores.pin_guesses, Passwords(), SetClock()
            ),
            rooms=Rooms(stores.rooms),
            forward=self._forward,
            requests=Nobody(),
            speech=self.speech,
            recorder=self.recorder,
            others=self.others,
            clock=self.clock,
            sounds=Files(),
            node="node",
            most=most,
        )

    async def _forward(self, line: InboundLine, number: str, wait_s: float) -> str:
        self.forwarded.append((line.number, number, wait_s))
        return ""

    async def _lead(
        self, number: str, tenant_id: str, lead_id: LeadId | None
    ) -> Mapping[str, str] | None:
        known = {"tenant": tenant_id, "lead": str(lead_id or "newest")}
        return known if number == "+12025550123" else None

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


async def test_who_is_called_is_looked_up_as_the_lead_they_are_called_as() -> None:
    at = Node()
    await at.ready()
    called = replace(at.call(), number="+12025550123", lead_id=LeadId(7))
    asked = {
        "mine": (called, "+12025550123"),
        "as it may be written": (called, "+1 202 555 0123"),
        "a caller's": (at.call(), "+12025550123"),
    }
    found = {what: await at.calls.look_up(*of) for what, of in asked.items()}
    assert found == {
        "mine": LeadFound({"tenant": "main", "lead": "7"}),
        "as it may be written": LeadFound({"tenant": "main", "lead": "7"}),
        "a caller's": LeadFound({"tenant": "main", "lead": "newest"}),
    }
    other = await at.calls.look_up(called, "+12025550124")
    assert isinstance(other, Failed)


async def test_an_opt_out_is_told_after_it_is_on_the_list() -> None:
    async with node() as at:
        await at.ready()
        await at.calls.opt_out(at.call(), "+12025550123")
        assert "+12025550123" in at.stores.tables.do_not_call


OFFICE = WeeklyHours("office", week_said({"mon-fri": ["09:00-17:00"], "sat": [], "sun": []}))
CLOSED = AfterHours("office", "UTC", WhenClosed.VOICEMAIL, "", "closed")
OPEN_AT, CLOSED_AT = 1_796_137_200.0, 1_796_180_400.0  # a Tuesday at 15:00, the next day at 3:00


async def closed_at_night(at: Node, rule: AfterHours = CLOSED) -> None:
    """A number that leads to the queue `sales`, both with a rule for the night."""
    await at.stores.calling_hours.add(OFFICE, by="t", at=0.0)
    await at.stores.queues.add(Queue("sales", QueueSettings(after_hours=rule)), by="t", at=0.0)
    route = InboundRoute(OURS, RouteTo.QUEUE, "sales", after_hours=rule)
    await at.stores.routes.add(route, by="t", at=0.0)
    await at.publish(name="night")
    await at.book.look()


def steps(call: LedCall | None) -> list[str]:
    assert call is not None
    return [type(step).WORD for step in call.flow.steps.values()]


async def test_a_number_that_is_closed_is_led_by_its_rule() -> None:
    async with node() as at:
        await closed_at_night(at)
        at.clock.advance(OPEN_AT - START)
        assert at.call().flow_name == "sales"
        at.clock.advance(CLOSED_AT - OPEN_AT)
        call = at.call()
        assert (call.flow_name, steps(call)) == (
            "sales closed",
            ["voicemail", "play", "hang_up"],
        )
        leave = call.flow.steps[call.flow.start]
        assert getattr(leave, "voicemail", "") == "sales"


@pytest.mark.parametrize(
    ("then", "to", "prompt", "wanted"),
    [
        (WhenClosed.ANNOUNCEMENT, "", "closed", ["play", "play", "hang_up"]),
        (WhenClosed.FORWARD, "+12025550177", "", ["transfer", "play", "hang_up"]),
        (WhenClosed.FORWARD, "+12025550177", "closed", ["play", "transfer", "play", "hang_up"]),
        (WhenClosed.FLOW, "night", "", ["play", "language", "hang_up"]),
        (WhenClosed.VOICEMAIL, "other", "", ["voicemail", "play", "hang_up"]),
    ],
)
async def test_a_queue_that_is_closed_says_what_leads_its_callers(
    then: WhenClosed, to: str, prompt: str, wanted: list[str]
) -> None:
    async with node() as at:
        await closed_at_night(at, AfterHours("office", "UTC", then, to, prompt))
        call = at.call()
        at.clock.advance(OPEN_AT - START)
        assert at.calls.after_hours(call, "sales", "es") is None
        at.clock.advance(CLOSED_AT - OPEN_AT)
        led = at.calls.after_hours(call, "sales", "es")
        assert steps(led) == wanted
        assert led is not None
        assert (led.call_id, led.flow_name) == (call.call_id, "sales closed")
        assert then is WhenClosed.FLOW or led.flow.head.language == "es"
        assert at.calls.after_hours(call, "unknown", "es") is None


async def test_a_rule_whose_flow_is_gone_leaves_it_open() -> None:
    async with node() as at:
        await closed_at_night(at, AfterHours("office", "UTC", WhenClosed.FLOW, "gone"))
        at.clock.advance(CLOSED_AT - START)
        assert at.call().flow_name == "sales"


async def test_a_caller_is_passed_on_to_a_number_and_the_prompt_that_ships_is_there() -> None:
    async with node() as at:
        await at.ready()
        line = MemoryLine(MemorySwitch(LoopClock()), "+12025550123")
        assert await at.calls.transfer(line, "number", "+12025550177", 60.0) == ""
        assert at.forwarded == [("+12025550123", "+12025550177", 60.0)]
        assert at.calls.sound(at.call(), Sound(prompt="sorry"), "en").path == "/shipped/sorry"
