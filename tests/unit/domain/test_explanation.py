"""Why nothing is dialed: every lead in one sentence, and when the next one becomes dialable."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.adapters.rule_files import read_rules
from dialer.domain.calling_rules.place import place_of
from dialer.domain.dial_law import REHEARSAL, DialLaw, DialTerms
from dialer.domain.explanation import Hold, StandingCount, explained, wait_said
from dialer.domain.lead_standing import LeadState
from dialer.domain.recycling_step import Why

LAW = DialLaw(read_rules())
PEOPLE = DialTerms(calls_people=True, countries=frozenset({"US"}))
NEW_YORK = place_of("+12125550100")
NIGHT = 1_795_050_000.0
"""2026-11-19 01:00 UTC, a Thursday: 20:00 of Wednesday in New York, 17:00 in Los Angeles."""
LATE = NIGHT + 3 * 3600
"""23:00 in New York."""
HOUR = 3600.0


def ready(leads: int, *, listed: int = 0) -> StandingCount:
    return StandingCount(LeadState.READY, "", leads, place=NEW_YORK, listed=listed)


def test_leads_that_may_be_dialed_now_are_said_so_and_listed_ones_not() -> None:
    told = explained([ready(10, listed=3)], LAW, REHEARSAL, NIGHT)
    assert [(one.hold, one.leads, one.next_at) for one in told.reasons] == [
        (Hold.NOTHING, 7, NIGHT),
        (Hold.DO_NOT_CALL, 3, None),
    ]
    assert told.next_at == NIGHT
    assert told.reasons[0].sentence == "7 may be dialed now"


def test_at_night_the_first_of_them_becomes_dialable_in_the_morning() -> None:
    told = explained([ready(1_234)], LAW, PEOPLE, LATE)
    (reason,) = told.reasons
    assert (reason.hold, reason.leads) == (Hold.HOURS, 1_234)
    assert reason.next_at is not None
    assert LATE < reason.next_at <= LATE + 12 * HOUR
    assert told.next_at == reason.next_at
    assert reason.sentence.startswith("1,234 are where it is outside calling hours (US")


@pytest.mark.parametrize(
    ("count", "hold", "next_at"),
    [
        (
            StandingCount(LeadState.WAITING, "busy", 2, due_at=LATE + 60),
            Hold.RETRY_LATER,
            LATE + 60,
        ),
        (StandingCount(LeadState.WAITING, "busy", 2, due_at=LATE - 60), Hold.RETRY_LATER, LATE),
        (
            StandingCount(LeadState.WAITING, "rules:windows", 2, due_at=LATE + 9),
            Hold.HOURS,
            LATE + 9,
        ),
        (
            StandingCount(LeadState.WAITING, "rules:consent", 2, due_at=LATE + 9),
            Hold.RULES,
            LATE + 9,
        ),
        (StandingCount(LeadState.DIALING, "", 2), Hold.DIALING, None),
        (StandingCount(LeadState.LEASED, "", 2), Hold.LEASED, None),
        (StandingCount(LeadState.CALLBACK, "", 2, due_at=LATE + 9), Hold.CALLBACK, LATE + 9),
        (StandingCount(LeadState.OWNED, "", 2), Hold.OWNED, None),
        (StandingCount(LeadState.FILTERED, "", 2), Hold.FILTERED, None),
        (StandingCount(LeadState.IMPORTING, "", 2), Hold.IMPORTING, None),
        (StandingCount(LeadState.DONE, Why.DO_NOT_CALL.value, 2), Hold.DO_NOT_CALL, None),
        (StandingCount(LeadState.DONE, Why.MOST_IN_ALL.value, 2), Hold.ATTEMPTS_USED_UP, None),
        (StandingCount(LeadState.DONE, Why.NO_VALID_NUMBER.value, 2), Hold.NO_NUMBER, None),
        (StandingCount(LeadState.DONE, "never_dialed", 2), Hold.NO_NUMBER, None),
        (StandingCount(LeadState.DONE, "final", 2), Hold.DONE, None),
    ],
)
def test_each_kind_of_lead_has_its_reason(
    count: StandingCount, hold: Hold, next_at: float | None
) -> None:
    told = explained([count], LAW, PEOPLE, LATE)
    (reason,) = told.reasons
    assert (reason.hold, reason.leads, reason.next_at) == (hold, 2, next_at)
    assert told.next_at == next_at


def test_a_campaign_without_leads_has_no_reason_and_no_next_lead() -> None:
    told = explained([], LAW, PEOPLE, LATE)
    assert (told.reasons, told.next_at) == ((), None)


@given(
    st.lists(
        st.builds(
            StandingCount,
            state=st.sampled_from(LeadState),
            why=st.sampled_from(["", "busy", "rules:windows", "rules:consent", "do_not_call"]),
            leads=st.integers(1, 1000),
            due_at=st.floats(LATE - 1e6, LATE + 1e6),
        )
    )
)
def test_every_lead_is_in_one_reason_and_none_becomes_dialable_in_the_past(
    counts: list[StandingCount],
) -> None:
    told = explained(counts, LAW, REHEARSAL, LATE)
    assert sum(one.leads for one in told.reasons) == sum(count.leads for count in counts)
    assert all(one.next_at is None or one.next_at >= LATE for one in told.reasons)
    times = [one.next_at for one in told.reasons if one.next_at is not None]
    assert told.next_at == min(times, default=None)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-5, "now"),
        (0, "now"),
        (1, "in 1 min"),
        (60, "in 1 min"),
        (3600, "in 1 h"),
        (12_000, "in 3 h 20 min"),
        (86_400, "in 1 d"),
        (100_000, "in 1 d 3 h"),
    ],
)
def test_a_wait_is_said_in_the_words_of_people(seconds: float, said: str) -> None:
    assert wait_said(LATE + seconds, LATE) == said
