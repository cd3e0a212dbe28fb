"""Observations from a trace of the pacing: calls, talks and agents as the pacer was told of them.

Refuses to know decisions.
"""

import json
from collections.abc import Iterable
from typing import Any

from dialer.errors import BadInput
from simulation.virtual.observed import Observations

_AWAY = frozenset({"offline", "paused", "elsewhere"})


class _Watch:
    """Follows calls and agents through a trace."""

    def __init__(self) -> None:
        self.seen = Observations()
        self._dialed: dict[str, float] = {}
        self._agents: dict[str, tuple[str, float]] = {}
        self._call_of: dict[str, str] = {}
        self._machines: set[str] = set()
        self._present_s = 0.0
        self._begin: float | None = None
        self._now = 0.0

    def line(self, values: Any) -> None:
        """Take in one line."""
        name, self._now, *rest = values
        if self._begin is None:
            self._begin = self._now
        if name == "call_dialed":
            self._dialed[rest[0]] = self._now
        elif name == "call_answered":
            dialed = self._end(rest[0], answered=True)
            if dialed is not None:
                self.seen.rings_s.append(self._now - dialed)
        elif name == "call_failed" and rest[1] != "cancelled":
            dialed = self._end(rest[0], answered=False)
            if dialed is not None:
                self.seen.ends.append((rest[1], self._now - dialed))
        elif name == "call_connected":
            self._call_of[rest[1]] = rest[0]
        elif name == "call_reclassified":
            (self._machines.add if rest[1] == "machine" else self._machines.discard)(rest[0])
        elif name == "agent_changed":
            self._agent(rest[0], rest[1])

    def end(self) -> Observations:
        """Return what was seen."""
        for agent in list(self._agents):
            self._agent(agent, "offline")
        lasted_s = self._now - (self._begin or 0.0)
        self.seen.agents = self._present_s / lasted_s if lasted_s > 0.0 else 1.0
        return self.seen

    def _end(self, call_id: str, *, answered: bool) -> float | None:
        dialed = self._dialed.pop(call_id, None)
        if dialed is not None:
            self.seen.dials.append((dialed - (self._begin or 0.0), answered))
        return dialed

    def _agent(self, agent: str, state: str) -> None:
        before, since = self._agents.get(agent, ("offline", self._now))
        if before == state:
            return
        self._agents[agent] = (state, self._now)
        lasted_s = self._now - since
        if before not in _AWAY:
            self._present_s += lasted_s
        machine = self._call_of.get(agent) in self._machines
        if before == "talking" and state != "offline":
            (self.seen.machine_talks_s if machine else self.seen.talks_s).append(lasted_s)
        if before == "wrap_up" and state != "offline":
            kept = self.seen.machine_wrap_ups_s if machine else self.seen.wrap_ups_s
            kept.append(lasted_s)


def observe_trace(lines: Iterable[str], source: str) -> Observations:
    """Read observations; a last line that is cut off is left out.

    Raises:
        BadInput: it is no trace, or a line before the last is damaged; names the line.
    """
    watch = _Watch()
    broken = 0
    for number, line in enumerate(lines, 1):
        if broken:
            raise _bad(source, broken)
        try:
            values = json.loads(line)
            if number > 1:
                watch.line(values)
            elif "outpace_pacing_trace" not in values:
                raise _bad(source, 1)
        except (ValueError, TypeError, IndexError):
            if number == 1:
                raise _bad(source, 1) from None
            broken = number
    return watch.end()


def _bad(source: str, line: int) -> BadInput:
    return BadInput("--like", f"{source}, line {line} is not of a trace", "name a whole trace")
