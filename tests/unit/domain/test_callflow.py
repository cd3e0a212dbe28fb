"""The law of one attempt, as transcripts: what is heard, and what is commanded."""

import pytest

from dialer.domain.call_commands import (
    BookEnd,
    CallCommand,
    Drop,
    EndChannel,
    FreeAgent,
    Join,
    PlayAndHangUp,
    SeekAgent,
    StopSeeking,
    WakeAt,
)
from dialer.domain.call_events import (
    AgentHangUp,
    Answered,
    Bridged,
    CallEvent,
    CancelAsked,
    CustomerLeft,
    HungUp,
    JoinFailed,
    LegLeft,
    LineClosed,
    Rang,
    Refused,
    Seated,
    Tick,
    Vanished,
    Voided,
    WentUp,
)
from dialer.domain.callflow import (
    DEAD_LEG_S,
    GRACE_S,
    LET_GO_AFTER_S,
    REFUSED_WAIT_S,
    SECOND_SEAT_S,
    CallFlow,
    CallState,
)
from dialer.domain.ids import AgentId, AttemptId, CampaignId, LeadId, LegId
from dialer.domain.lead import Attempt, AttemptEnd
from dialer.domain.outcome import Outcome

S = CallState
ATTEMPT = Attempt(AttemptId("at-1"), CampaignId("c"), LeadId(1), "+12025550100", "trunk", 0.0)
ANN, BOB = AgentId("ann"), AgentId("bob")
ANNS, BOBS = LegId("ag-ann"), LegId("ag-bob")
SEATED = Seated(ANN, ANNS, 10.0)
SEATED_AGAIN = Seated(BOB, BOBS, 13.1)
HANG_UP = HungUp(16, "200", 20.0)


def after(*events: CallEvent) -> tuple[CallFlow, list[CallCommand]]:
    """Return a call that heard these events, and what the last one made it command."""
    flow = CallFlow(ATTEMPT)
    commands: list[CallCommand] = []
    for event in events:
        commands = flow.handle(event)
    return flow, commands


def end_of(*events: CallEvent) -> AttemptEnd:
    """Return the end that is booked by the last of these events."""
    flow, commands = after(*events)
    assert flow.state is S.ENDED
    (end,) = [command.end for command in commands if isinstance(command, BookEnd)]
    assert end.outcome is flow.outcome
    return end


# -- transcripts -----------------------------------------------------------------------------


def test_a_customer_is_joined_talks_and_hangs_up() -> None:
    call = CallFlow(ATTEMPT)
    assert call.handle(Rang(2.0)) == []
    assert call.handle(WentUp(9.99)) == []
    assert call.handle(Answered(10.0)) == [SeekAgent(), WakeAt(11.8)]
    assert call.handle(Seated(ANN, ANNS, 10.01)) == [Join(ANNS)]
    assert call.handle(Bridged(10.02)) == []
    assert call.handle(CustomerLeft(70.0)) == [FreeAgent(ANN, ANNS, talked=True)]
    assert call.handle(HungUp(16, "200", 70.1)) == [
        BookEnd(
            AttemptEnd(
                attempt_id=ATTEMPT.attempt_id,
                outcome=Outcome.CONNECTED,
                ended_at=70.1,
                rang_at=2.0,
                answered_at=10.0,
                connected_at=10.02,
                talk_ended_at=70.0,
                agent_id=ANN,
                leg_id=ANNS,
                cause=16,
                tech_cause="200",
                ended_by="customer",
            )
        )
    ]


def test_a_live_answer_nobody_can_take_is_let_go_as_abandoned() -> None:
    call, _ = after(Answered(10.0))
    assert call.handle(Tick(11.7)) == []
    assert call.handle(Tick(11.8)) == [StopSeeking(), PlayAndHangUp("abandon")]
    (booked,) = call.handle(HungUp(16, "", 25.0))
    assert isinstance(booked, BookEnd)
    assert (booked.end.outcome, booked.end.charged) == (Outcome.ABANDONED, True)
    assert booked.end.ended_by == "dialer"
    assert LET_GO_AFTER_S < GRACE_S


def test_who_leaves_while_the_message_plays_was_abandoned_all_the_same() -> None:
    end = end_of(Answered(10.0), Tick(11.8), HungUp(16, "", 11.9))
    assert (end.outcome, end.charged) == (Outcome.ABANDONED, True)


@pytest.mark.parametrize(
    ("waited_s", "outcome"),
    [(0.1, Outcome.HUNG_UP_WAITING), (2.0, Outcome.HUNG_UP_WAITING), (2.01, Outcome.ABANDONED)],
)
def test_who_hangs_up_first_within_the_grace_is_an_outcome_of_its_own(
    waited_s: float, outcome: Outcome
) -> None:
    end = end_of(Answered(0.0), LineClosed(0.05), HungUp(16, "", waited_s))
    assert end.outcome is outcome
    assert end.charged is (outcome is Outcome.ABANDONED)


def test_silence_beyond_the_grace_is_charged_even_while_an_agent_is_being_joined() -> None:
    end = end_of(Answered(10.0), Seated(ANN, ANNS, 11.7), HungUp(16, "", 12.5))
    assert (end.outcome, end.charged, end.agent_id) == (Outcome.ABANDONED, True, None)


def test_a_closed_line_gets_no_agent_and_no_message_and_ends_nothing() -> None:
    call, commands = after(Answered(10.0), LineClosed(10.5))
    assert commands == [StopSeeking()]
    assert call.handle(Tick(11.8)) == []
    assert call.state is S.WAITING


def test_a_leg_that_is_gone_gives_way_to_another_agent_in_the_time_that_is_left() -> None:
    call, commands = after(Answered(10.0), SEATED, JoinFailed(10.3))
    assert commands == [FreeAgent(ANN, ANNS, talked=False), SeekAgent(), WakeAt(11.8)]
    assert call.handle(Seated(BOB, BOBS, 10.4)) == [Join(BOBS)]


def test_a_leg_that_is_gone_after_the_time_is_up_gives_way_to_the_message() -> None:
    call, commands = after(Answered(10.0), Seated(ANN, ANNS, 11.7), JoinFailed(12.0))
    assert commands[-1] == WakeAt(12.0)
    assert call.handle(Tick(12.0)) == [StopSeeking(), PlayAndHangUp("abandon")]


def test_a_customer_joined_to_a_dead_phone_gets_another_agent_and_is_charged() -> None:
    call, commands = after(Answered(10.0), SEATED, Bridged(10.02), LegLeft(leg_died=True, at=13.0))
    assert commands == [
        FreeAgent(ANN, ANNS, talked=True),
        SeekAgent(),
        WakeAt(13.0 + SECOND_SEAT_S),
    ]
    assert call.handle(SEATED_AGAIN) == [Join(BOBS)]
    call.handle(Bridged(13.12))
    assert call.handle(CustomerLeft(60.0)) == [FreeAgent(BOB, BOBS, talked=True)]
    (booked,) = call.handle(HungUp(16, "", 60.0))
    assert isinstance(booked, BookEnd)
    assert (booked.end.outcome, booked.end.charged) == (Outcome.CONNECTED, True)
    assert (booked.end.agent_id, booked.end.connected_at) == (BOB, 13.12)


def test_a_customer_joined_to_a_dead_phone_with_nobody_else_gets_the_message() -> None:
    events = (Answered(10.0), SEATED, Bridged(10.02), LegLeft(leg_died=True, at=13.0))
    _, commands = after(*events, Tick(13.0 + SECOND_SEAT_S))
    assert commands == [StopSeeking(), PlayAndHangUp("abandon")]
    end = end_of(*events, Tick(13.0 + SECOND_SEAT_S), HungUp(16, "", 20.0))
    assert (end.outcome, end.charged, end.agent_id) == (Outcome.ABANDONED, True, None)


def test_a_phone_that_dies_in_a_talk_leaves_the_customer_told() -> None:
    events = (Answered(10.0), SEATED, Bridged(10.0), LegLeft(leg_died=True, at=10.0 + DEAD_LEG_S))
    _, commands = after(*events)
    assert commands == [FreeAgent(ANN, ANNS, talked=True), PlayAndHangUp("lost")]
    end = end_of(*events, HANG_UP)
    assert (end.outcome, end.charged, end.ended_by) == (Outcome.CONNECTED, False, "agent_lost")


def test_an_agent_who_hangs_up_the_phone_ends_the_talk_however_short() -> None:
    _, commands = after(Answered(10.0), SEATED, LegLeft(leg_died=False, at=10.5))
    assert commands == [FreeAgent(ANN, ANNS, talked=True), Drop()]
    end = end_of(Answered(10.0), SEATED, LegLeft(leg_died=False, at=10.5), HANG_UP)
    assert (end.outcome, end.ended_by, end.connected_at) == (Outcome.CONNECTED, "agent", 10.0)


def test_an_agent_who_ends_the_talk_hangs_up_the_customer() -> None:
    events = (Answered(10.0), SEATED, Bridged(10.02), AgentHangUp(30.0))
    assert after(*events)[1] == [EndChannel()]
    assert after(*events, HANG_UP)[1][0] == FreeAgent(ANN, ANNS, talked=True)
    assert end_of(*events, HANG_UP).ended_by == "agent"


def test_a_customer_whom_the_agent_cuts_off_before_a_word_was_abandoned() -> None:
    end = end_of(Answered(10.0), SEATED, AgentHangUp(10.1), HungUp(16, "", 10.2))
    assert (end.outcome, end.charged, end.ended_by) == (Outcome.ABANDONED, True, "agent")


def test_a_customer_who_leaves_in_the_instant_of_connecting_frees_the_agent_without_wrap_up() -> (
    None
):
    _, commands = after(Answered(10.0), SEATED, CustomerLeft(10.01))
    assert commands == [FreeAgent(ANN, ANNS, talked=False)]
    end = end_of(Answered(10.0), SEATED, CustomerLeft(10.01), HungUp(16, "", 10.02))
    assert end.outcome is Outcome.HUNG_UP_WAITING


def test_a_join_that_is_told_late_is_a_talk_all_the_same() -> None:
    end = end_of(Answered(10.0), SEATED, CustomerLeft(15.0), Bridged(10.02), HungUp(16, "", 15.0))
    assert (end.outcome, end.connected_at) == (Outcome.CONNECTED, 10.02)


def test_a_line_taken_back_before_the_answer_is_cancelled() -> None:
    assert after(Rang(1.0), CancelAsked(16.0))[1] == [EndChannel()]
    assert after(Rang(1.0), CancelAsked(16.0), CancelAsked(17.0))[1] == []
    end = end_of(Rang(1.0), CancelAsked(16.0), HungUp(16, "487", 16.1))
    assert (end.outcome, end.ended_by, end.charged) == (Outcome.CANCELLED, "dialer", False)


def test_a_line_that_was_answered_is_not_taken_back() -> None:
    assert after(WentUp(9.0), CancelAsked(9.1))[1] == []
    assert after(Answered(9.0), CancelAsked(9.1))[1] == []


def test_an_answer_in_the_instant_of_taking_back_counts_as_abandoned() -> None:
    end = end_of(CancelAsked(16.0), Answered(16.001), HungUp(16, "", 16.01))
    assert (end.outcome, end.charged, end.ended_by) == (Outcome.ABANDONED, True, "dialer")


def test_a_call_the_switch_never_started_failed_at_once() -> None:
    end = end_of(Refused(no_channel=True, at=0.1))
    assert (end.outcome, end.ended_by) == (Outcome.FAILED, "network")


def test_after_a_failed_originate_the_hang_up_says_why() -> None:
    assert after(Refused(no_channel=False, at=5.0))[1] == [WakeAt(5.0 + REFUSED_WAIT_S)]
    end = end_of(Refused(no_channel=False, at=5.0), HungUp(17, "486", 5.1))
    assert (end.outcome, end.cause, end.tech_cause) == (Outcome.BUSY, 17, "486")


def test_a_failed_originate_without_a_hang_up_failed() -> None:
    end = end_of(Refused(no_channel=False, at=5.0), Tick(5.0 + REFUSED_WAIT_S))
    assert end.outcome is Outcome.FAILED


def test_a_call_that_went_up_ends_by_its_hang_up_whatever_the_originate_says() -> None:
    flow, commands = after(WentUp(4.9), Refused(no_channel=False, at=5.0), Tick(6.0))
    assert (flow.state, commands) == (S.DIALING, [])


def test_an_attempt_that_was_not_sent_leaves_its_lead_undialed() -> None:
    end = end_of(Voided(1.0))
    assert (end.outcome, end.undialed, end.ended_by) == (Outcome.CANCELLED, True, "dialer")


def test_what_nobody_saw_is_lost_but_an_answer_is_never_forgotten() -> None:
    assert end_of(Rang(1.0), Vanished(9.0)).outcome is Outcome.LOST
    assert end_of(WentUp(1.0), Vanished(9.0)).outcome is Outcome.ABANDONED
    assert end_of(Answered(1.0), Vanished(2.0)).outcome is Outcome.HUNG_UP_WAITING
    end = end_of(Answered(1.0), SEATED, Bridged(10.0), Vanished(20.0))
    assert (end.outcome, end.talk_ended_at) == (Outcome.CONNECTED, 20.0)


def test_an_answer_whose_line_never_asked_is_judged_by_when_it_went_up() -> None:
    assert end_of(WentUp(10.0), HungUp(16, "", 11.0)).outcome is Outcome.HUNG_UP_WAITING
    end = end_of(WentUp(10.0), HungUp(16, "", 13.0))
    assert (end.outcome, end.answered_at, end.charged) == (Outcome.ABANDONED, 10.0, True)


def test_a_talk_that_only_the_journal_tells_of_is_a_talk() -> None:
    end = end_of(WentUp(10.0), Bridged(10.5), HungUp(16, "", 60.0))
    assert (end.outcome, end.answered_at, end.connected_at) == (Outcome.CONNECTED, 10.0, 10.5)


def test_an_adopted_talk_goes_on_and_its_agent_is_freed() -> None:
    call = CallFlow.adopted(ATTEMPT, answered_at=10.0, connected_at=10.5, agent_id=ANN, leg_id=ANNS)
    assert call.state is S.TALKING
    freed, booked = call.handle(HungUp(16, "", 60.0))
    assert freed == FreeAgent(ANN, ANNS, talked=True)
    assert isinstance(booked, BookEnd)


def test_an_adopted_talk_whose_leg_is_dead_is_served_like_any_other() -> None:
    call = CallFlow.adopted(ATTEMPT, answered_at=10.0, connected_at=10.5, agent_id=ANN, leg_id=ANNS)
    assert SeekAgent() in call.handle(LegLeft(leg_died=True, at=12.0))
    assert call.handle(Tick(12.0 + SECOND_SEAT_S)) == [StopSeeking(), PlayAndHangUp("abandon")]


def test_an_adopted_answer_without_a_talk_is_in_the_dialplans_hands() -> None:
    call = CallFlow.adopted(ATTEMPT, answered_at=10.0)
    assert call.state is S.LETTING_GO
    (booked,) = call.handle(HungUp(16, "", 10.5))
    assert isinstance(booked, BookEnd)
    assert (booked.end.outcome, booked.end.charged) == (Outcome.ABANDONED, True)


def test_an_adopted_line_that_rings_is_still_dialing() -> None:
    call = CallFlow.adopted(ATTEMPT, answered_at=None)
    assert call.state is S.DIALING
    assert SeekAgent() in call.handle(Answered(20.0))
