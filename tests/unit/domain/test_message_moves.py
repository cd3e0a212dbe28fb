"""The law of a broadcast's attempt, as transcripts: a message plays; a key asks for an agent."""

from dialer.domain.booking import JournalEntry, JournalStory, story
from dialer.domain.call_commands import BookEnd, Join, PlayAndHangUp, SeekAgent, StopSeeking, WakeAt
from dialer.domain.call_events import (
    Answered,
    Bridged,
    CallEvent,
    CancelAsked,
    HungUp,
    MessageBegan,
    MessageOver,
    Rang,
    Seated,
    Tick,
    Vanished,
    WentUp,
)
from dialer.domain.callflow import CallFlow, CallState
from dialer.domain.ids import AgentId, AttemptId, CampaignId, LeadId, LegId
from dialer.domain.lead import Attempt, AttemptEnd
from dialer.domain.outcome import LIVE_ANSWERS, Outcome

ATTEMPT = Attempt(AttemptId("at-1"), CampaignId("c"), LeadId(1), "+12025550100", "trunk", 0.0)
ANN, ANNS = AgentId("ann"), LegId("ag-ann")
BEGAN = (Rang(2.0), WentUp(9.9), MessageBegan(10.0))


def after(*events: CallEvent) -> CallFlow:
    flow = CallFlow(ATTEMPT)
    for event in events:
        flow.handle(event)
    return flow


def end_of(flow: CallFlow, *events: CallEvent) -> AttemptEnd:
    commands = [command for event in events for command in flow.handle(event)]
    (end,) = [command.end for command in commands if isinstance(command, BookEnd)]
    return end


def test_who_presses_the_key_is_from_then_on_any_person_who_answered() -> None:
    call = after(*BEGAN)
    assert (call.state, call.answered_at) == (CallState.INFORMING, None)
    assert call.handle(Answered(31.0)) == [SeekAgent(), WakeAt(32.8)]
    assert call.handle(Seated(ANN, ANNS, 31.1)) == [Join(ANNS)]
    call.handle(Bridged(31.2))
    end = end_of(call, HungUp(16, "", 90.0))
    assert (end.outcome, end.answered_at, end.connected_at) == (Outcome.CONNECTED, 31.0, 31.2)
    assert end.carried_from == 10.0  # the carrier counts from the answer
    assert end_of(after(Answered(5.0)), HungUp(16, "", 6.0)).carried_from == 5.0


def test_whom_nobody_can_take_after_the_key_is_let_go_and_charged() -> None:
    call = after(*BEGAN, Answered(31.0))
    assert call.handle(Tick(32.8)) == [StopSeeking(), PlayAndHangUp("abandon")]
    end = end_of(call, HungUp(16, "", 40.0))
    assert (end.outcome, end.charged) == (Outcome.ABANDONED, True)


def test_who_presses_no_key_has_heard_the_message_and_was_not_abandoned() -> None:
    for events, ended_by in (
        ((HungUp(16, "", 25.0),), "customer"),
        ((MessageOver(25.0), HungUp(16, "", 25.1)), "dialer"),
        ((Vanished(25.0),), "customer"),
    ):
        end = end_of(after(*BEGAN), *events)
        assert (end.outcome, end.charged, end.ended_by) == (Outcome.MESSAGE_HEARD, False, ended_by)
        assert (end.answered_at, end.connected_at, end.agent_id) == (10.0, None, None)
        assert end.carried_from == 10.0
        assert end.outcome not in LIVE_ANSWERS


def test_a_key_that_comes_after_the_message_is_over_is_too_late() -> None:
    call = after(*BEGAN, MessageOver(25.0))
    assert call.handle(Answered(25.01)) == []
    assert end_of(call, HungUp(16, "", 25.1)).outcome is Outcome.MESSAGE_HEARD


def test_who_answers_in_the_instant_in_which_we_take_the_call_back_is_abandoned() -> None:
    call = after(Rang(2.0), CancelAsked(9.9), MessageBegan(10.0))
    end = end_of(call, HungUp(16, "", 10.1))
    assert (end.outcome, end.charged, end.ended_by) == (Outcome.ABANDONED, True, "dialer")


# -- told by the journal, after a death of the engine --------------------------------------------


def told(*lines: tuple[str, float]) -> JournalStory:
    return story([JournalEntry(event, "at-1", at) for event, at in lines])


def test_the_journal_tells_that_a_message_began_and_no_key_was_pressed() -> None:
    heard = told(("ANSWER", 9.9), ("MESSAGE", 10.0), ("LET_GO", 20.0), ("HANGUP", 30.0))
    assert (heard.informed_at, heard.let_go) == (10.0, True)
    flow = CallFlow(ATTEMPT, let_go=True)
    end = end_of(flow, *heard.events)
    assert (end.outcome, end.charged) == (Outcome.MESSAGE_HEARD, False)


def test_the_journal_tells_that_the_key_was_pressed() -> None:
    pressed = told(("ANSWER", 9.9), ("MESSAGE", 10.0), ("KEY", 20.0), ("LET_GO", 21.8))
    assert (pressed.informed_at, pressed.answered_at) == (None, 20.0)
    end = end_of(CallFlow(ATTEMPT, let_go=True), *pressed.events, HungUp(16, "", 22.0))
    assert (end.outcome, end.answered_at, end.charged) == (Outcome.ABANDONED, 20.0, True)


def test_an_adopted_call_whose_message_has_begun_was_not_abandoned_by_its_engine() -> None:
    flow = CallFlow.adopted(ATTEMPT, answered_at=9.9, informed_at=10.0)
    assert flow.state is CallState.INFORMING
    assert end_of(flow, HungUp(16, "", 30.0)).outcome is Outcome.MESSAGE_HEARD
    talking = CallFlow.adopted(ATTEMPT, answered_at=20.0, connected_at=20.5, agent_id=ANN)
    assert talking.state is CallState.TALKING
