"""Runs a trace again: the same events to a fresh pacer must give the same decisions.

Refuses to know files, and what is done about a difference.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from math import isclose
from typing import Any, Final

from pacing.decision import Decision, LimitedBy
from pacing.errors import PacingError
from pacing.pacer import Pacer
from pacing.trace import TRACE_FORMAT, settings_from_json

SHOWN: Final = 10
"""Differences that are kept."""

_CLOSE: Final = 1e-9
"""Relative difference of a forecast that another processor may make."""

_EVENTS: Final = frozenset(
    {
        "call_ringing",
        "call_answered",
        "call_abandoned",
        "call_hung_up",
        "call_ended",
    }
)
"""Events of a call and nothing else."""

_EVENTS_WITH: Final = frozenset({"call_connected", "call_failed", "call_reclassified"})
"""Events of a call and one thing more: agent, outcome, kind."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A decision that came out otherwise."""

    line: int
    """Of the trace, from 1."""
    now: float
    recorded: Decision
    decided: Decision


@dataclass(slots=True)
class Replay:
    """What came of a replay."""

    events: int = 0
    """Events replayed, decisions not counted."""
    decisions: int = 0
    """Decisions compared."""
    different: int = 0
    differences: list[Difference] = field(default_factory=list)
    """The first of them."""
    cut_line: int | None = None
    """The last line, when it is not whole: replayed up to it."""


def replay(lines: Iterable[str]) -> Replay:
    """Replay a trace.

    Raises:
        PacingError: the first line is not that of a trace of this format, a line that is not the
            last is damaged, or the pacer refuses an event (lines are missing); names the line.
    """
    result = Replay()
    pacer: Pacer | None = None
    for number, values in _read(lines, result):
        try:
            if pacer is None:
                pacer = _start(values)
            else:
                _step(pacer, number, values, result)
        except PacingError as error:
            raise _damaged(number, str(error)) from error
        except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
            raise _damaged(number, f"is no line of a trace ({error!r})") from error
    if pacer is None:
        raise _damaged(1, "is no first line of a trace")
    return result


def _read(lines: Iterable[str], result: Replay) -> Iterator[tuple[int, Any]]:
    """Yield each whole line with its number; note one that is cut off at the end."""
    broken = 0
    for number, line in enumerate(lines, 1):
        if broken:
            raise _damaged(broken, "is damaged, and others follow")
        try:
            values = json.loads(line)
        except ValueError:
            broken = number
            continue
        yield number, values
    if broken:
        result.cut_line = broken


def _start(values: Any) -> Pacer:
    if not isinstance(values, dict) or "outpace_pacing_trace" not in values:
        raise PacingError("is no first line of a trace")
    found = values["outpace_pacing_trace"]
    if found != TRACE_FORMAT:
        raise PacingError(f"is of format {found!r}; this program reads {TRACE_FORMAT}")
    return Pacer.restore(settings_from_json(values["settings"]), values["snapshot"])


def _step(pacer: Pacer, number: int, values: Any, result: Replay) -> None:
    name, *rest = values
    if name == "decide":
        now, recorded = rest
        wanted = Decision(**{**recorded, "limited_by": LimitedBy(recorded["limited_by"])})
        decided = pacer.decide(now)
        result.decisions += 1
        if not same(wanted, decided):
            result.different += 1
            if len(result.differences) < SHOWN:
                result.differences.append(Difference(number, now, wanted, decided))
        return
    result.events += 1
    if name in _EVENTS:
        now, call_id = rest
        getattr(pacer, name)(call_id, now)
    elif name in _EVENTS_WITH:
        now, call_id, what = rest
        getattr(pacer, name)(call_id, what, now)
    elif name == "call_dialed":
        now, call_id, answer_rate = rest
        pacer.call_dialed(call_id, now, answer_rate)
    elif name == "agent_changed":
        now, agent_id, state, leaving = rest
        pacer.agent_changed(agent_id, state, now, leaving=leaving)
    elif name == "reconfigure":
        now, settings = rest
        pacer.reconfigure(settings_from_json(settings), now)
    elif name == "snapshot":
        pacer.snapshot()
    else:
        raise PacingError(f"holds {name!r}, which is no event")


def same(one: Decision, other: Decision) -> bool:
    """Whether two decisions are the same; forecasts may differ in their last digits."""
    return (
        one.lines == other.lines
        and one.limited_by is other.limited_by
        and all(
            isclose(getattr(one, name), getattr(other, name), rel_tol=_CLOSE, abs_tol=_CLOSE)
            for name in _FORECASTS
        )
    )


_FORECASTS: Final = (
    "expected_free_agents",
    "expected_answers",
    "chance_next_unserved",
    "beta",
    "answer_rate",
    "abandon_rate",
    "abandon_room",
)


def _damaged(line: int, problem: str) -> PacingError:
    return PacingError(f"line {line} {problem}", field="trace", value=line)
