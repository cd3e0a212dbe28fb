"""What the switch's journal tells of a call that no engine saw end."""

from dialer.domain.booking import JournalEntry, JournalStory, story
from dialer.domain.call_commands import BookEnd
from dialer.domain.call_events import Bridged, HungUp, Vanished, WentUp
from dialer.domain.callflow import CallFlow
from dialer.domain.ids import AttemptId, CampaignId, LeadId
from dialer.domain.lead import Attempt, AttemptEnd
from dialer.domain.outcome import Outcome

ATTEMPT = Attempt(AttemptId("at-1"), CampaignId("c"), LeadId(1), "+12025550100", "trunk", 0.0)


def told(*lines: tuple[str, float] | tuple[str, float, int]) -> JournalStory:
    return story([JournalEntry(event, "at-1", at, *rest) for event, at, *rest in lines])


def booked(journal: JournalStory, *, gone_at: float = 99.0) -> AttemptEnd:
    """Return the end of a call of which only the journal knows."""
    flow = CallFlow(ATTEMPT, let_go=journal.let_go)
    commands = [command for event in journal.events for command in flow.handle(event)]
    commands += flow.handle(Vanished(gone_at))
    (end,) = [command.end for command in commands if isinstance(command, BookEnd)]
    return end


def test_an_empty_journal_tells_nothing() -> None:
    assert told() == JournalStory((), None, None, False, False, False)
    assert booked(told()).outcome is Outcome.LOST


def test_a_call_that_failed_is_read_from_its_cause() -> None:
    journal = told(("HANGUP", 12.0, 17))
    assert journal.events == (HungUp(17, "", 12.0),)
    assert journal.ended
    assert (booked(journal).outcome, booked(journal).ended_at) == (Outcome.BUSY, 12.0)


def test_a_talk_is_told_from_answer_to_hang_up() -> None:
    journal = told(("ANSWER", 10.0), ("BRIDGE_ENTER", 10.5), ("HANGUP", 60.0, 16))
    assert journal.events == (WentUp(10.0), Bridged(10.5), HungUp(16, "", 60.0))
    end = booked(journal)
    assert (end.outcome, end.answered_at, end.connected_at) == (Outcome.CONNECTED, 10.0, 10.5)


def test_the_first_join_is_when_the_talk_began() -> None:
    journal = told(("ANSWER", 10.0), ("BRIDGE_ENTER", 10.5), ("BRIDGE_ENTER", 13.0))
    assert journal.connected_at == 10.5
    assert not journal.ended


def test_whom_the_dialplan_let_go_was_abandoned_however_soon_the_end() -> None:
    journal = told(("ANSWER", 10.0), ("LET_GO", 11.8), ("HANGUP", 11.9, 16))
    assert journal.let_go
    end = booked(journal)
    assert (end.outcome, end.charged) == (Outcome.ABANDONED, True)


def test_who_hung_up_within_the_grace_was_not() -> None:
    end = booked(told(("ANSWER", 10.0), ("HANGUP", 11.0, 16)))
    assert (end.outcome, end.charged) == (Outcome.HUNG_UP_WAITING, False)


def test_the_do_not_call_key_is_told() -> None:
    journal = told(("ANSWER", 10.0), ("LET_GO", 11.8), ("DO_NOT_CALL", 15.0), ("HANGUP", 17.0, 16))
    assert journal.do_not_call


def test_what_the_journal_does_not_know_of_is_passed_over() -> None:
    assert told(("LOST", 11.0), ("SOMETHING_NEW", 12.0)) == told()


def test_a_message_that_was_begun_on_a_machine_is_told() -> None:
    journal = told(("ANSWER", 10.0), ("BRIDGE_ENTER", 10.5), ("MESSAGE_LEFT", 20.0))
    assert journal.message_left
    assert not journal.ended
