"""A lead's past, as tests of recycling tell it."""

from collections.abc import Sequence
from pathlib import Path

from dialer.domain.disposition import DEFAULT_DISPOSITIONS
from dialer.domain.outcome import Outcome
from dialer.domain.recycling import next_step
from dialer.domain.recycling_history import NumberState, Tried
from dialer.domain.recycling_rules import RecyclingRules
from dialer.domain.recycling_step import Dial, Next, Why

O = Outcome  # noqa: E741
USABLE, INVALID, DO_NOT_CALL = NumberState
ONE, TWO, THREE = [USABLE], [USABLE] * 2, [USABLE] * 3
MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0
NOON = 20_000 * DAY + 12 * HOUR
"""Noon, UTC, of some day."""
RULES = RecyclingRules()
SAID = DEFAULT_DISPOSITIONS.by_code
BY_RULE = [o for o in Outcome if o not in (O.CONNECTED, O.INVALID, O.MESSAGE_HEARD)]
PAGE = (Path(__file__).parents[3] / "docs" / "recycling.md").read_text(encoding="utf-8")


def after(
    *history: Tried,
    numbers: Sequence[NumberState] = ONE,
    rules: RecyclingRules = RULES,
    offset_s: int = 0,
    now: float = NOON + 1,
    agent_guaranteed: bool = False,
    callback_over: bool = False,
) -> Next:
    """Return what follows a history."""
    return next_step(
        rules,
        numbers,
        history,
        offset_s,
        now,
        agent_guaranteed=agent_guaranteed,
        callback_over=callback_over,
    )


def dial(step: Next) -> tuple[int, float, Why]:
    """Return number, time and reason of a dial."""
    assert isinstance(step, Dial)
    return step.number, step.not_before, step.why


def talk(code: str, at: float = NOON, number: int = 0) -> Tried:
    """Return a talk of which the agent said this."""
    return Tried(number, O.CONNECTED, at, SAID[code])
