"""When a lead is dialed again, on which number, and why, or why never. Pure.

Knows the rules of a campaign, the numbers of a lead and what became of each attempt; `now` is an
argument and "day" is a day of the lead's zone. Refuses to know calling hours (what it allows at
midnight another law postpones), lists, leases and who keeps a callback.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from dialer.domain.disposition import Then
from dialer.domain.outcome import Outcome
from dialer.domain.recycling_history import NumberState, Tried, valid_numbers
from dialer.domain.recycling_rules import RecyclingRules
from dialer.domain.recycling_step import Callback, Dial, Done, Next, Why

DAY_S: Final = 86_400


def next_step(
    rules: RecyclingRules,
    numbers: Sequence[NumberState],
    history: Sequence[Tried],
    offset_s: int,
    now: float,
    *,
    agent_guaranteed: bool = False,
    callback_over: bool = False,
) -> Next:
    """Decide what becomes of a lead, and name the rule that decided.

    Args:
        rules: of the campaign.
        numbers: the lead's numbers, in the order in which they are dialed.
        history: all attempts on this lead that are over, in any order.
        offset_s: what the lead's clock is ahead of UTC, seconds.
        now: epoch seconds.
        agent_guaranteed: an agent is held for this dial, so that it cannot be abandoned.
        callback_over: what was promised last was kept, has expired or went back to the list.

    Returns:
        The next dial (`not_before` is 0.0 or in the past when it may be made at once), a promise
        that comes first, or the end.
    """
    past = sorted(history, key=lambda tried: tried.at)
    ended = _ended(rules, numbers, past)
    if ended is not None:
        return ended
    promise = _promise(rules, past)
    if promise is not None and not callback_over:
        return promise
    if len(past) >= rules.most_in_all:
        return Done(why=Why.MOST_IN_ALL)
    if not valid_numbers(numbers, past):
        return Done(why=Why.NO_VALID_NUMBER)
    choices = list(_choices(rules, numbers, past))
    if not choices:
        return Done(why=Why.NUMBERS_EXHAUSTED, outcome=past[-1].read_as if past else None)
    floors = list(_floors(rules, past, agent_guaranteed=agent_guaranteed))
    dial = min((_latest([c, *floors]) for c in choices), key=lambda d: max(d.not_before, now))
    return _within_day(rules, dial, past, offset_s, now)


# -- the end, and promises -----------------------------------------------------------------------


def _ended(
    rules: RecyclingRules, numbers: Sequence[NumberState], past: Sequence[Tried]
) -> Done | None:
    """Whatever ends a lead ends it for good, wherever it stands in the history."""
    said = [tried.disposition for tried in past if tried.disposition is not None]
    for disposition in said:
        if disposition.then is Then.DO_NOT_CALL:
            return Done(why=Why.DO_NOT_CALL, disposition=disposition.code)
    if numbers and all(state is NumberState.DO_NOT_CALL for state in numbers):
        return Done(why=Why.DO_NOT_CALL)
    for disposition in said:
        if disposition.then is Then.FINAL:
            return Done(why=Why.DISPOSITION_FINAL, disposition=disposition.code)
    if any(t.outcome is Outcome.CONNECTED and t.disposition is None for t in past):
        return Done(why=Why.TALKED, outcome=Outcome.CONNECTED)
    heard = any(tried.outcome is Outcome.MESSAGE_HEARD for tried in past)
    if heard and rules.message_heard is None:
        return Done(why=Why.MESSAGE_HEARD, outcome=Outcome.MESSAGE_HEARD)
    return None


def _promise(rules: RecyclingRules, past: Sequence[Tried]) -> Callback | None:
    """Return what was promised last; attempts without a word since then do not undo it."""
    for tried in reversed(past):
        if tried.disposition is None:
            continue
        if tried.disposition.then is not Then.CALLBACK:
            return None
        due_at = tried.callback_at
        return Callback(
            due_at=tried.at + rules.callback_after_s if due_at is None else due_at,
            agent_id=tried.callback_agent,
            disposition=tried.disposition.code,
        )
    return None


# -- numbers -------------------------------------------------------------------------------------


def _exhausted(rules: RecyclingRules, tries: Sequence[Tried]) -> bool:
    """Tell whether a number has had its share of some outcome."""
    for outcome in {tried.read_as for tried in tries}:
        rule = rules.of(outcome)
        if rule is not None and sum(t.read_as is outcome for t in tries) >= rule.most:
            return True
    return False


def _choices(
    rules: RecyclingRules, numbers: Sequence[NumberState], past: Sequence[Tried]
) -> Iterator[Dial]:
    """Yield each number that may be dialed and when, by itself; the preferred one first."""
    last = past[-1] if past else None
    usable = [
        number
        for number in valid_numbers(numbers, past)
        if not _exhausted(rules, [t for t in past if t.number == number])
    ]
    if last is None:
        yield from (Dial(number=number, not_before=0.0, why=Why.FIRST) for number in usable[:1])
        return
    if rules.next_number_after_s is None:
        usable = usable[:1]
    else:  # in order from the one after the last; a person who answered is sought there again
        count = len(numbers)
        first = last.number if last.holds_the_lead else last.number + 1
        usable.sort(key=lambda number: (number - first) % count)
    for number in usable:
        tries = [tried for tried in past if tried.number == number]
        own = [_after(rules, number, tries)] if tries else []
        change = Dial(
            number=number,
            not_before=last.at + (rules.next_number_after_s or 0.0),
            why=Why.NEXT_NUMBER,
            outcome=last.read_as,
        )
        yield _latest(own if number == last.number else [change, *own])


def _after(rules: RecyclingRules, number: int, tries: Sequence[Tried]) -> Dial:
    """Return when a number may be dialed again after its last attempt."""
    last = tries[-1]
    said = last.disposition
    if said is not None and said.retry_after_s is not None:
        return Dial(
            number=number,
            not_before=last.at + said.retry_after_s,
            why=Why.DISPOSITION_RETRY,
            outcome=last.outcome,
            disposition=said.code,
        )
    if said is not None and said.then is Then.CALLBACK:
        return Dial(number=number, not_before=last.at, why=Why.CALLBACK_OVER, disposition=said.code)
    rule = rules.of(last.read_as)
    nth = sum(tried.read_as is last.read_as for tried in tries)
    return Dial(
        number=number,
        not_before=last.at + (rule.wait_s(nth) if rule is not None else 0.0),
        why=Why.OUTCOME,
        outcome=last.read_as,
        disposition=said.code if said is not None else "",
    )


# -- what holds back all numbers -----------------------------------------------------------------


def _floors(
    rules: RecyclingRules, past: Sequence[Tried], *, agent_guaranteed: bool
) -> Iterator[Dial]:
    """Yield what no number may be dialed before."""
    if past:
        last = past[-1]
        of_number = [tried for tried in past if tried.number == last.number]
        if last.holds_the_lead:
            yield _after(rules, last.number, of_number)
    for tried in past:
        if tried.disposition is not None and tried.disposition.refusal:
            yield Dial(
                number=tried.number,
                not_before=tried.at + rules.refusal_quiet_s,
                why=Why.REFUSAL_QUIET,
                disposition=tried.disposition.code,
            )
        if tried.abandoned and not agent_guaranteed:
            yield Dial(
                number=tried.number,
                not_before=tried.at + rules.abandon_quiet_s,
                why=Why.ABANDON_QUIET,
                outcome=tried.outcome,
            )


def _latest(holds: Sequence[Dial]) -> Dial:
    """Return the dial of the first, held back by the latest of all."""
    return max(holds, key=lambda hold: hold.not_before).model_copy(
        update={"number": holds[0].number}
    )


def _within_day(
    rules: RecyclingRules, dial: Dial, past: Sequence[Tried], offset_s: int, now: float
) -> Dial:
    """Move a dial to the first day of the lead's zone on which one more is allowed."""
    days = [_day(tried.at, offset_s) for tried in past]
    today = day = _day(max(dial.not_before, now), offset_s)
    while days.count(day) >= rules.most_per_day:
        day += 1
    if day == today:
        return dial
    return dial.model_copy(
        update={"not_before": float(day * DAY_S - offset_s), "why": Why.MOST_PER_DAY}
    )


def _day(at: float, offset_s: int) -> int:
    return int((at + offset_s) // DAY_S)
