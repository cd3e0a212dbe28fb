"""One example of each kind of things that go by a name, for the contract suite."""

from dataclasses import dataclass, replace
from typing import Any

from durable_stores import Stores

from dialer.domain.after_hours import AfterHours, WhenClosed
from dialer.domain.caller_account import CallerAccount
from dialer.domain.caller_id import CallerId
from dialer.domain.inbound_route import InboundRoute, RouteTo
from dialer.domain.prompt import Prompt
from dialer.domain.queue import AfterWait, AgentOrder, Queue, QueueSettings
from dialer.domain.rate_table import Billing, RateTable
from dialer.domain.room import Room
from dialer.domain.scorecard import Question, Scorecard
from dialer.domain.skill import Skill
from dialer.domain.trunk import Trunk
from dialer.domain.trunk_route import Policy, TrunkRoute, Way
from dialer.domain.weekly_hours import WeeklyHours, week_said
from dialer.ports import NamedStore

GREEK, SALES = Skill("greek"), Skill("sales", active=False)
WEST = Trunk("west", "sip.example.com")
OFFICE = week_said({"mon-fri": ["09:00-12:00", "13:00-17:30"], "sat": [], "sun": []})
NIGHT = week_said({"daily": ["00:00-06:00", "22:00-24:00"]})

CLOSED = AfterHours("night", "Europe/Vienna", WhenClosed.FORWARD, "+12025550177", "closed")


@dataclass(frozen=True)
class Case:
    """What is done with things of one kind."""

    store: str
    noun: str
    one: Any
    changed: Any
    """`one` with everything changed that can be."""
    later: Any
    """Another, which comes after it by name."""
    bad: tuple[tuple[str, Any], ...]
    """Things that cannot be kept, each with the field that is wrong; they go by the name of `one`
    unless that is what is wrong."""
    first: tuple[tuple[str, Any], ...] = ()
    """What it refers to, with its store."""

    def of(self, stores: Stores) -> NamedStore[Any]:
        """Return their store."""
        return store_of(stores, self.store)

    @property
    def key(self) -> tuple[str, ...]:
        """What `one` goes by."""
        if isinstance(self.one, CallerId | InboundRoute | Room):
            return (self.one.number,)
        if isinstance(self.one, Prompt):
            return (self.one.name, self.one.language)
        if isinstance(self.one, CallerAccount):
            return (self.one.kind, self.one.number)
        return (self.one.name,)


def store_of(stores: Stores, name: str) -> NamedStore[Any]:
    """Return the store of a kind."""
    found: NamedStore[Any] = getattr(stores, name)
    return found


TRUNK = Case(
    "trunks",
    "trunk",
    Trunk("east", "192.0.2.7"),
    Trunk(
        "east",
        "sip.example.com",
        5061,
        40,
        2.5,
        ("US", "CA"),
        RateTable({"+1": 0.01, "+1202": 0.02}, Billing(60, 6)),
        600.0,
        25.5,
    ),
    WEST,
    (
        ("name", Trunk("east wing", "h")),
        ("host", Trunk("east", "a b")),
        ("host", Trunk("east", "h;x")),
        ("port", Trunk("east", "h", 0)),
        ("max_lines", Trunk("east", "h", max_lines=0)),
        ("calls_per_second", Trunk("east", "h", calls_per_second=float("nan"))),
        ("countries", Trunk("east", "h", countries=("US", "UK"))),
        ("rates", Trunk("east", "h", rates=RateTable({"44": 0.1}))),
        ("minutes_max_day", Trunk("east", "h", minutes_max_day=0)),
        ("spend_max_day", Trunk("east", "h", spend_max_day=float("inf"))),
    ),
)
ROUTE = Case(
    "trunk_routes",
    "trunk route",
    TrunkRoute("home", (Way("west"),)),
    TrunkRoute("home", (Way("east", 2, 0.5), Way("west", 1, 30.0)), Policy.LEAST_COST),
    TrunkRoute("roam", (Way("west"),), Policy.PERCENTAGE),
    (
        ("name", TrunkRoute("", (Way("west"),))),
        ("ways", TrunkRoute("home", ())),
        ("ways", TrunkRoute("home", (Way("west"), Way("west")))),
        ("ways", TrunkRoute("home", (Way("north"),))),
        ("priority", TrunkRoute("home", (Way("west", 0),))),
        ("weight", TrunkRoute("home", (Way("west", weight=0),))),
    ),
    first=(("trunks", WEST), ("trunks", Trunk("east", "192.0.2.7"))),
)
CALLER_ID = Case(
    "caller_ids",
    "caller id",
    CallerId("+12025550100"),
    CallerId("+12025550100", "Front desk", "west", 1000.5, "letter of 2026-11-02", 2000.5, 2),
    CallerId("+12025550101", trunk="west"),
    (
        ("number", CallerId("2025550100")),
        ("number", CallerId("+1 202 555 0100")),
        ("label", CallerId("+12025550100", "a\nb")),
        ("trunk", CallerId("+12025550100", trunk="north")),
        ("verified_at", CallerId("+12025550100", verified_at=float("inf"))),
        ("proof", CallerId("+12025550100", verified_at=1000.5)),
        ("number", CallerId("+19005550100", verified_at=1000.5, proof="letter")),
        ("rests_until", CallerId("+12025550100", rests_until=-1.0)),
        ("complaints", CallerId("+12025550100", complaints=-1)),
    ),
    first=(("trunks", WEST),),
)
SKILL = Case(
    "skills",
    "skill",
    GREEK,
    Skill("greek", active=False),
    SALES,
    (("name", Skill("")), ("name", Skill(" greek")), ("name", Skill("gr\x00eek"))),
)
QUEUE = Case(
    "queues",
    "queue",
    Queue("Help"),
    Queue(
        "Help",
        QueueSettings(
            *(AgentOrder.MOST_SKILLED, ("sales", "greek"), 90.0, AfterWait.CALL_BACK),
            after_hours=CLOSED,
        ),
    ),
    Queue("Sales", QueueSettings(skills=("sales",))),
    (
        ("name", Queue("a\nb")),
        ("skills", Queue("Help", QueueSettings(AgentOrder.MOST_SKILLED))),
        ("skills", Queue("Help", QueueSettings(skills=("greek", "greek")))),
        ("skills", Queue("Help", QueueSettings(skills=("latin",)))),
        ("longest_wait_s", Queue("Help", QueueSettings(longest_wait_s=0))),
        ("hours", Queue("Help", QueueSettings(after_hours=replace(CLOSED, hours="none")))),
        ("zone", Queue("Help", QueueSettings(after_hours=replace(CLOSED, zone="Mars")))),
    ),
    first=(
        ("skills", GREEK),
        ("skills", SALES),
        ("calling_hours", WeeklyHours("night", NIGHT)),
    ),
)
HOURS = Case(
    "calling_hours",
    "calling hours",
    WeeklyHours("office", OFFICE),
    WeeklyHours("office", NIGHT, ("DE", "US-TX")),
    WeeklyHours("weekend", OFFICE),
    (
        ("name", WeeklyHours("", OFFICE)),
        ("week", WeeklyHours("office", week_said({"daily": []}))),
        ("closed_holidays", WeeklyHours("office", OFFICE, ("DE", "XX"))),
    ),
)
GREETED = Question("greeted", "Was the caller greeted?")
SCORECARD = Case(
    "scorecards",
    "scorecard",
    Scorecard("first call", (GREETED,)),
    Scorecard(
        "first call", (Question("consent", "Was it asked for?", 2.5, critical=True), GREETED)
    ),
    Scorecard("second call", (GREETED,)),
    (
        ("name", Scorecard("x" * 201, (GREETED,))),
        ("questions", Scorecard("first call", ())),
        ("questions", Scorecard("first call", (GREETED, GREETED))),
        ("questions", Scorecard("first call", (Question("q", " "),))),
        ("questions", Scorecard("first call", (Question("q", "?", weight=0),))),
    ),
)
PROMPT = Case(
    "prompts",
    "prompt",
    Prompt("greeting", "en", "en/greeting.wav"),
    Prompt("greeting", "en", "en/new.wav", "Hello.\nWho is there?", 2.5),
    Prompt("greeting", "pt-BR", "pt/greeting.wav", "Olá."),
    (
        ("name", Prompt("", "en", "a.wav")),
        ("language", Prompt("greeting", "english", "a.wav")),
        ("file", Prompt("greeting", "en", "../secret")),
        ("file", Prompt("greeting", "en", "/etc/passwd")),
        ("text", Prompt("greeting", "en", "a.wav", "a\x00")),
        ("seconds", Prompt("greeting", "en", "a.wav", seconds=0)),
    ),
)
INBOUND_ROUTE = Case(
    "routes",
    "inbound number",
    InboundRoute("+12025550100", RouteTo.FLOW, "main-menu"),
    InboundRoute("+12025550100", RouteTo.QUEUE, "sales", "Front desk", CLOSED),
    InboundRoute("+12025550101", RouteTo.HANG_UP),
    (
        ("number", InboundRoute("2025550100", RouteTo.HANG_UP)),
        ("number", InboundRoute("+1 202 555 0100", RouteTo.HANG_UP)),
        ("name", InboundRoute("+12025550100", RouteTo.FLOW)),
        ("name", InboundRoute("+12025550100", RouteTo.QUEUE, "a\nb")),
        ("name", InboundRoute("+12025550100", RouteTo.HANG_UP, "sales")),
        ("label", InboundRoute("+12025550100", RouteTo.FLOW, "main-menu", "a\nb")),
        ("hours", InboundRoute("+12025550100", RouteTo.FLOW, "m", "", replace(CLOSED, hours="x"))),
        ("after_hours", InboundRoute("+12025550100", RouteTo.HANG_UP, after_hours=CLOSED)),
    ),
    first=(("calling_hours", WeeklyHours("night", NIGHT)),),
)
ACCOUNT = Case(
    "caller_accounts",
    "caller account",
    CallerAccount("customer", "10023", "argon"),
    CallerAccount("customer", "10023", "other", "+12025550123", "Ann"),
    CallerAccount("staff", "7", "argon"),
    (
        ("kind", CallerAccount("friend", "10023", "argon")),
        ("number", CallerAccount("customer", "1002x", "argon")),
        ("pin_hash", CallerAccount("customer", "10023", "")),
        ("phone", CallerAccount("customer", "10023", "argon", "2025550123")),
        ("label", CallerAccount("customer", "10023", "argon", label="a\nb")),
    ),
)
ROOM = Case(
    "rooms",
    "room",
    Room("400", "argon"),
    Room("400", "other", 5, "Board"),
    Room("401", "argon"),
    (
        ("number", Room("4x", "argon")),
        ("pin_hash", Room("400", "")),
        ("max_members", Room("400", "argon", 1)),
        ("max_members", Room("400", "argon", 101)),
        ("label", Room("400", "argon", label="a\nb")),
    ),
)
CASES = (
    ROOM,
    TRUNK,
    ROUTE,
    CALLER_ID,
    SKILL,
    QUEUE,
    HOURS,
    SCORECARD,
    PROMPT,
    INBOUND_ROUTE,
    ACCOUNT,
)
