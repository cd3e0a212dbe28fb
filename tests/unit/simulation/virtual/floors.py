"""Small scenarios, and pacings that are simple enough to know what must come of them."""

from dataclasses import dataclass, field
from typing import Any

from simulation.virtual.scenario import Scenario, parse_scenario

EXPONENTIAL = """
title = "all exponential"
hours = {hours}
[crew]
agents = {agents}
[calls]
answer_rate = 0.25
ring = {{ law = "exponential", scale_s = 12.0 }}
talk = {{ law = "exponential", scale_s = 150.0 }}
[[calls.other]]
outcome = "no_answer"
share = 1.0
after = {{ law = "exponential", scale_s = 12.0 }}
"""


def memoryless(*, agents: int = 10, hours: float = 4.0) -> Scenario:
    return parse_scenario(EXPONENTIAL.format(agents=agents, hours=hours), "memoryless.toml")


def clockwork(*, hours: float = 1.0, crew: str = "agents = 1", calls: str = "") -> Scenario:
    """Nearly everybody (98 %) answers after 10 s and talks for 60 s, then 20 s of wrap-up."""
    return parse_scenario(
        f"""
        title = "clockwork"
        hours = {hours}
        [crew]
        {crew}
        [calls]
        answer_rate = 0.98
        ring = {{ law = "constant", seconds = 10 }}
        talk = {{ law = "constant", seconds = 60 }}
        wrap_up = {{ law = "constant", seconds = 20 }}
        {calls}
        [[calls.other]]
        outcome = "no_answer"
        share = 1.0
        after = {{ law = "constant", seconds = 10 }}
        """,
        "clockwork.toml",
    )


@dataclass(frozen=True)
class Answer:
    lines: int


@dataclass
class Diary:
    """A pacing that dials what it is told to, and writes down all it hears."""

    dials: dict[float, int] = field(default_factory=dict)
    """Lines to start at the first decision at or after a time."""
    heard: list[tuple[Any, ...]] = field(default_factory=list)

    def agent_changed(self, agent_id: str, state: str, now: float, *, leaving: bool = False):
        self.heard.append((now, agent_id, f"{state}, leaving" if leaving else state))

    def call_dialed(self, call_id: str, now: float, answer_rate: float | None = None):
        self.heard.append((now, call_id, "dialed", answer_rate))

    def call_ringing(self, call_id: str, now: float):
        self.heard.append((now, call_id, "ringing"))

    def call_answered(self, call_id: str, now: float):
        self.heard.append((now, call_id, "answered"))

    def call_connected(self, call_id: str, agent_id: str, now: float):
        self.heard.append((now, call_id, f"connected to {agent_id}"))

    def call_abandoned(self, call_id: str, now: float):
        self.heard.append((now, call_id, "abandoned"))

    def call_failed(self, call_id: str, outcome: str, now: float):
        self.heard.append((now, call_id, outcome))

    def call_hung_up(self, call_id: str, now: float):
        self.heard.append((now, call_id, "hung up"))

    def call_reclassified(self, call_id: str, kind: str, now: float):
        self.heard.append((now, call_id, kind))

    def decide(self, now: float) -> Answer:
        due = [at for at in self.dials if at <= now]
        return Answer(sum(self.dials.pop(at) for at in due))

    def of(self, name: str) -> list[tuple[Any, ...]]:
        """What was heard of one agent or call."""
        return [(entry[0], *entry[2:]) for entry in self.heard if entry[1] == name]
