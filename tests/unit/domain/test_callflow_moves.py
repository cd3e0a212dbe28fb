"""The law of one attempt as transcripts: legs that die, talks that move, messages left."""

from call_transcripts import ANN, ANNS, BOB, BOBS, HANG_UP, PARTED, TALK, after

from dialer.domain.call_commands import (
    BookEnd,
    FreeAgent,
    Join,
    ListenForBeep,
    Part,
    PlayAndHangUp,
    PlayMusic,
    TakeBack,
    WakeAt,
)
from dialer.domain.call_events import (
    AgentHangUp,
    BeepHeard,
    Bridged,
    HandedOver,
    HoldAsked,
    HungUp,
    JoinFailed,
    LegDied,
    LegGone,
    LegLeft,
    LegReplaced,
    MessageAsked,
    ParkAsked,
    ResumeAsked,
    Seated,
    Tick,
)
from dialer.domain.callflow import (
    CallState,
)
from dialer.domain.ids import LegId
from dialer.domain.outcome import Outcome

S = CallState


def test_on_hold_a_leg_that_dies_while_it_is_parted_is_told_to_the_customer_who_comes_back() -> (
    None
):
    call, commands = after(*TALK, HoldAsked(14.0), LegGone(ANNS, 14.01))
    assert (call.state, commands) == (S.PARTING, [])
    assert call.handle(PARTED) == [FreeAgent(ANN, ANNS, talked=True), PlayAndHangUp("lost")]
    (booked,) = call.handle(HANG_UP)
    assert isinstance(booked, BookEnd)
    assert (booked.end.ended_by, booked.end.talk_ended_at) == ("agent_lost", 14.01)


def test_who_has_another_leg_by_now_is_joined_again_with_that_one() -> None:
    call, _ = after(*TALK, HoldAsked(14.0), LegReplaced(BOBS, 14.01))
    assert call.handle(PARTED) == [PlayMusic()]
    assert call.handle(LegGone(ANNS, 15.0)) == []
    assert call.handle(ResumeAsked(16.0)) == [Join(BOBS)]
    call.handle(Bridged(16.1))
    assert call.handle(HANG_UP)[0] == FreeAgent(ANN, BOBS, talked=True)


DIED = LegLeft(leg_died=True, at=15.0)


def test_whose_agent_is_waited_for_hears_music_and_is_joined_with_the_next_leg() -> None:
    call, commands = after(*TALK, LegDied(ANNS, 15.0), DIED)
    assert (call.state, commands) == (S.HOLDING, [PlayMusic()])
    assert call.handle(ResumeAsked(15.5)) == []  # nobody is joined with a leg that is gone
    call.handle(LegReplaced(BOBS, 20.0))
    assert call.handle(ResumeAsked(20.0)) == [Join(BOBS)]
    call.handle(Bridged(20.1))
    free, booked = call.handle(HungUp(16, "200", 30.0))
    assert free == FreeAgent(ANN, BOBS, talked=True)
    assert isinstance(booked, BookEnd)
    assert (booked.end.agent_id, booked.end.connected_at) == (ANN, 10.02)
    assert (booked.end.ended_by, booked.end.charged) == ("customer", False)


def test_whose_agent_is_waited_for_in_vain_hears_that_the_line_broke() -> None:
    call, _ = after(*TALK, LegDied(ANNS, 15.0), DIED)
    assert call.handle(LegGone(ANNS, 30.0)) == [
        FreeAgent(ANN, ANNS, talked=True),
        PlayAndHangUp("lost"),
    ]
    (booked,) = call.handle(HungUp(16, "200", 33.0))
    assert isinstance(booked, BookEnd)
    assert (booked.end.ended_by, booked.end.talk_ended_at) == ("agent_lost", 30.0)


def test_a_leg_that_dies_in_a_talk_that_comes_back_from_three_is_waited_for() -> None:
    call, _ = after(*TALK, HandedOver(ANN, ANNS, 14.0), LegDied(ANNS, 14.01))
    assert call.handle(DIED) == [PlayMusic()]
    assert call.state is S.HOLDING


def test_whose_agent_is_waited_for_can_be_handed_to_another_meanwhile() -> None:
    call, commands = after(*TALK, LegDied(ANNS, 15.0), DIED, HandedOver(BOB, BOBS, 16.0))
    assert commands == [FreeAgent(ANN, ANNS, talked=True), Join(BOBS)]
    call.handle(Bridged(16.1))
    assert call.handle(HoldAsked(18.0)) == [Part(BOBS)]
    call.handle(PARTED)
    assert call.handle(ResumeAsked(19.0)) == [Join(BOBS)]


def test_who_waits_for_an_agent_and_is_parked_waits_for_nobody_any_more() -> None:
    call, _ = after(*TALK, LegDied(ANNS, 15.0), DIED, ParkAsked(100.0, 16.0))
    assert (call.state, call.awaited, call.agent_id) == (S.PARKED, False, None)


def test_another_agents_leg_that_dies_is_nothing_to_a_customer_on_hold() -> None:
    call, commands = after(*TALK, HoldAsked(14.0), PARTED, LegGone(BOBS, 16.0))
    assert (call.state, commands) == (S.HOLDING, [])


def test_who_is_handed_over_is_joined_with_the_next_and_stays_on_record_with_the_first() -> None:
    call, commands = after(*TALK, HandedOver(BOB, BOBS, 14.0))
    assert commands == [FreeAgent(ANN, ANNS, talked=True), Part(ANNS)]
    assert call.handle(PARTED) == [Join(BOBS)]
    call.handle(Bridged(15.1))
    assert (call.state, call.agent_id) == (S.TALKING, BOB)
    free, booked = call.handle(HANG_UP)
    assert free == FreeAgent(BOB, BOBS, talked=True)
    assert isinstance(booked, BookEnd)
    assert (booked.end.agent_id, booked.end.leg_id) == (ANN, ANNS)


def test_who_was_handed_to_a_leg_that_is_gone_goes_back_or_hears_that_the_line_broke() -> None:
    way = (*TALK, HandedOver(BOB, BOBS, 14.0), PARTED, JoinFailed(15.1))
    call, commands = after(*way)
    assert commands == [FreeAgent(BOB, BOBS, talked=False), TakeBack(ANN, ANNS)]
    assert call.handle(Seated(ANN, ANNS, 15.1)) == [Join(ANNS)]
    call, _ = after(*way)
    assert call.handle(LegGone(ANNS, 15.1)) == [PlayAndHangUp("lost")]


def test_who_is_handed_to_an_outside_line_is_hung_up_on_when_that_line_hangs_up() -> None:
    outside = LegId("ca-outside")
    call, commands = after(*TALK, HoldAsked(14.0), PARTED, HandedOver(None, outside, 16.0))
    assert commands == [FreeAgent(ANN, ANNS, talked=True), Join(outside)]
    call.handle(Bridged(16.1))
    assert [type(one).__name__ for one in call.handle(LegLeft(leg_died=True, at=40.0))] == ["Drop"]
    (booked,) = call.handle(HANG_UP)
    assert isinstance(booked, BookEnd)
    assert booked.end.agent_id == ANN


def test_a_talk_of_three_that_is_one_of_two_again_is_joined_anew_and_frees_nobody() -> None:
    call, commands = after(*TALK, HandedOver(ANN, ANNS, 14.0))
    assert commands == [Part(ANNS)]
    assert call.handle(PARTED) == [Join(ANNS)]


def test_a_machine_is_left_the_message_after_its_beep_and_the_agent_is_free_before() -> None:
    call, commands = after(*TALK, MessageAsked(14.0))
    assert commands == [Part(ANNS), FreeAgent(ANN, ANNS, talked=False)]
    assert call.handle(PARTED) == [ListenForBeep(), WakeAt(45.0)]
    assert call.handle(BeepHeard(18.0)) == [PlayAndHangUp("message")]
    (booked,) = call.handle(HANG_UP)
    assert isinstance(booked, BookEnd)
    end = booked.end
    assert (end.outcome, end.agent_id, end.leg_id) == (Outcome.MACHINE, ANN, ANNS)
    assert (end.ended_by, end.talk_ended_at, end.charged) == ("agent", 14.0, False)


def test_a_beep_that_never_comes_is_waited_for_half_a_minute() -> None:
    call, _ = after(*TALK, MessageAsked(14.0), PARTED)
    assert call.handle(Tick(44.9)) == []
    assert call.handle(Tick(45.0)) == [PlayAndHangUp("message")]


def test_a_message_by_itself_is_ended_by_the_dialer_and_left_to_nobody_who_was_charged() -> None:
    call, commands = after(*TALK, MessageAsked(14.0, by="dialer"))
    assert commands == [Part(ANNS), FreeAgent(ANN, ANNS, talked=False)]
    (booked,) = [*call.handle(PARTED), *call.handle(HANG_UP)][-1:]
    assert isinstance(booked, BookEnd)
    assert (booked.end.outcome, booked.end.ended_by) == (Outcome.MACHINE, "dialer")
    call, _ = after(*TALK, AgentHangUp(14.0))
    assert call.handle(MessageAsked(14.0, by="dialer")) == []
    assert call.state is S.TALKING


def test_a_leg_that_dies_while_a_message_is_prepared_is_nothing_to_the_machine() -> None:
    call, _ = after(*TALK, MessageAsked(14.0), LegGone(ANNS, 14.01))
    assert call.handle(PARTED) == [ListenForBeep(), WakeAt(45.0)]


def test_who_is_parked_is_for_anybody_after_the_limit_and_for_nobody_in_the_end() -> None:
    call, _ = after(*TALK, ParkAsked(100.0, 14.0), PARTED)
    assert call.handle(Tick(99.9)) == []
    assert call.handle(Tick(100.0)) == [WakeAt(400.0)]
    assert call.state is S.RETURNING
    assert call.handle(Tick(399.9)) == []
    assert call.handle(Tick(400.0)) == [PlayAndHangUp("lost")]
    (booked,) = call.handle(HANG_UP)
    assert isinstance(booked, BookEnd)
    assert (booked.end.outcome, booked.end.agent_id) == (Outcome.CONNECTED, ANN)
    assert (booked.end.ended_by, booked.end.charged) == ("dialer", False)
