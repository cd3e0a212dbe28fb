"""The law of one caller in a queue, as transcripts."""

from hypothesis import given
from hypothesis import strategies as st

from dialer.domain.call_commands import (
    FreeAgent,
    Join,
    Part,
    PlayMusic,
    SeekAgent,
    StopSeeking,
    TakeBack,
    WakeAt,
)
from dialer.domain.call_events import (
    Bridged,
    CustomerLeft,
    HandedOver,
    HoldAsked,
    HungUp,
    JoinFailed,
    LegDied,
    LegGone,
    LegLeft,
    LegReplaced,
    LineClosed,
    QueueAsked,
    ResumeAsked,
    Seated,
    Tick,
)
from dialer.domain.call_states import CallState
from dialer.domain.ids import AgentId, LegId
from dialer.domain.outcome import Outcome
from dialer.domain.queue_call import HUNG_UP, LAWS, MOVES, TIMED_OUT, QueueCall
from dialer.domain.queue_call_words import (
    Announce,
    BookAnswer,
    BookCall,
    CallBackAsked,
    CallBackDeclined,
    CallBackPromised,
    GiveBack,
    Miss,
    OfferCallBack,
    QueueEvent,
)

ANN, LEG = AgentId("ann"), LegId("ag-1")
BOB, BOBS = AgentId("bob"), LegId("ag-2")
S = CallState


def waiting(*, every_s: float = 0.0) -> QueueCall:
    call = QueueCall(100.0, 60.0, every_s)
    call.begin()
    return call


def talking() -> QueueCall:
    call = waiting()
    call.handle(Seated(ANN, LEG, 110.0))
    call.handle(Bridged(110.02))
    return call


def test_who_comes_hears_music_and_an_agent_is_sought() -> None:
    call = QueueCall(100.0, 60.0, 30.0)
    assert call.begin() == [PlayMusic(), WakeAt(160.0), WakeAt(130.0), SeekAgent()]


def test_a_talk_from_the_first_to_the_last_event() -> None:
    call = waiting()
    assert call.handle(Seated(ANN, LEG, 110.0)) == [Join(LEG)]
    assert call.handle(Bridged(110.02)) == [BookAnswer(ANN, 110.02)]
    assert call.handle(CustomerLeft(200.0)) == [FreeAgent(ANN, LEG, talked=True), GiveBack("")]
    assert call.handle(HungUp(16, "", 200.1)) == [BookCall(Outcome.CONNECTED, 200.1), GiveBack("")]
    assert call.state is S.ENDED


def test_who_waits_too_long_is_given_back() -> None:
    call = waiting()
    assert call.handle(Tick(159.9)) == []
    assert call.handle(Tick(160.0)) == [StopSeeking(), Miss(), GiveBack(TIMED_OUT)]
    assert call.state is S.ENDED
    assert call.handle(HungUp(16, "", 161.0)) == []


def test_announcements_come_as_often_as_was_asked() -> None:
    call = waiting(every_s=20.0)
    assert call.handle(Tick(119.0)) == []
    assert call.handle(Tick(120.0)) == [Announce(), WakeAt(140.0)]


def test_whoever_leaves_while_waiting_was_missed_once() -> None:
    call = waiting()
    assert call.handle(LineClosed(120.0)) == [StopSeeking(), Miss(), GiveBack(HUNG_UP)]
    assert call.handle(HungUp(16, "", 120.1)) == [
        BookCall(Outcome.HUNG_UP_WAITING, 120.1),
        GiveBack(HUNG_UP),
    ]
    told_first = waiting()
    assert told_first.handle(HungUp(16, "", 120.0)) == [
        StopSeeking(),
        Miss(),
        BookCall(Outcome.HUNG_UP_WAITING, 120.0),
        GiveBack(HUNG_UP),
    ]


def test_a_leg_that_was_gone_sends_the_caller_back_into_the_queue() -> None:
    call = waiting()
    call.handle(Seated(ANN, LEG, 110.0))
    assert call.handle(JoinFailed(110.1)) == [
        FreeAgent(ANN, LEG, talked=False),
        PlayMusic(),
        WakeAt(160.0),
        SeekAgent(),
    ]
    assert call.state is S.WAITING


def test_a_phone_that_dies_in_a_talk_sends_the_caller_back_with_time_to_wait() -> None:
    call = talking()
    assert call.handle(LegLeft(leg_died=True, at=500.0)) == [
        FreeAgent(ANN, LEG, talked=True),
        PlayMusic(),
        WakeAt(530.0),
        SeekAgent(),
    ]
    assert call.handle(Tick(530.0)) == [StopSeeking(), GiveBack(TIMED_OUT)]  # not missed


def test_an_agent_who_hangs_up_gives_the_line_back_and_the_end_is_still_booked() -> None:
    call = talking()
    assert call.handle(LegLeft(leg_died=False, at=200.0)) == [
        FreeAgent(ANN, LEG, talked=True),
        GiveBack(""),
    ]
    assert call.handle(HungUp(16, "", 230.0))[0] == BookCall(Outcome.CONNECTED, 230.0)


def test_a_talk_whose_bridge_nobody_told_of_is_one_when_the_leg_leaves() -> None:
    call = waiting()
    call.handle(Seated(ANN, LEG, 110.0))
    assert call.handle(LegLeft(leg_died=False, at=150.0))[0] == BookAnswer(ANN, 110.0)


def test_a_line_that_takes_no_orders_while_they_talk_is_no_end() -> None:
    call = talking()
    assert call.handle(LineClosed(120.0)) == []
    assert call.state is S.TALKING


def test_a_caller_who_is_gone_as_the_join_begins_frees_an_agent_who_never_talked() -> None:
    call = waiting()
    call.handle(Seated(ANN, LEG, 110.0))
    assert call.handle(HungUp(16, "", 110.01)) == [
        FreeAgent(ANN, LEG, talked=False),
        Miss(),
        BookCall(Outcome.HUNG_UP_WAITING, 110.01),
        GiveBack(HUNG_UP),
    ]


def test_a_talk_that_was_taken_over_ends_as_any_other() -> None:
    call = QueueCall.adopted(ANN, LEG, 100.0)
    assert call.handle(HungUp(16, "", 160.0)) == [
        FreeAgent(ANN, LEG, talked=True),
        BookCall(Outcome.CONNECTED, 160.0),
        GiveBack(""),
    ]


def test_on_hold_the_caller_hears_music_and_the_agent_keeps_them() -> None:
    call = talking()
    assert call.handle(HoldAsked(200.0)) == [Part(LEG)]
    assert call.handle(LegLeft(leg_died=False, at=200.1)) == [PlayMusic()]
    assert (call.state, call.agent_id) == (S.HOLDING, ANN)
    assert call.handle(ResumeAsked(260.0)) == [Join(LEG)]
    assert call.handle(Bridged(260.1)) == []  # who took the call is on record
    assert call.state is S.TALKING


def test_a_phone_that_is_lost_on_hold_sends_the_caller_back_into_the_queue() -> None:
    call = talking()
    call.handle(HoldAsked(200.0))
    call.handle(LegLeft(leg_died=False, at=200.1))
    assert call.handle(LegGone(LEG, 230.0)) == [
        FreeAgent(ANN, LEG, talked=True),
        PlayMusic(),
        WakeAt(260.0),
        SeekAgent(),
    ]


def test_a_caller_is_handed_over_or_goes_back_to_who_handed_them_over() -> None:
    call = talking()
    assert call.handle(HandedOver(BOB, BOBS, 200.0)) == [
        FreeAgent(ANN, LEG, talked=True),
        Part(LEG),
    ]
    assert call.handle(LegLeft(leg_died=False, at=200.1)) == [Join(BOBS)]
    assert call.handle(JoinFailed(200.2)) == [
        FreeAgent(BOB, BOBS, talked=False),
        TakeBack(ANN, LEG),
    ]
    assert call.handle(Seated(ANN, LEG, 200.2)) == [Join(LEG)]
    call.handle(Bridged(200.3))
    assert call.handle(HungUp(16, "", 300.0))[0] == FreeAgent(ANN, LEG, talked=True)


def test_a_caller_whom_nobody_takes_back_waits_once_more() -> None:
    call = talking()
    call.handle(HandedOver(BOB, BOBS, 200.0))
    call.handle(LegLeft(leg_died=False, at=200.1))
    call.handle(JoinFailed(200.2))
    assert call.handle(LegGone(LEG, 200.2))[-1] == SeekAgent()
    assert call.state is S.WAITING


def test_a_caller_who_is_handed_to_another_queue_waits_there_as_if_they_came_now() -> None:
    call = talking()
    assert call.handle(QueueAsked(200.0)) == [Part(LEG), FreeAgent(ANN, LEG, talked=True)]
    assert call.handle(LegLeft(leg_died=False, at=200.1)) == [
        PlayMusic(),
        WakeAt(260.1),
        SeekAgent(),
    ]
    assert call.handle(Tick(260.1)) == [StopSeeking(), GiveBack(TIMED_OUT)]  # not missed


def test_an_outside_line_that_hangs_up_ends_the_callers_call() -> None:
    call = talking()
    outside = LegId("ca-outside")
    call.handle(HoldAsked(200.0))
    call.handle(LegLeft(leg_died=False, at=200.1))
    assert call.handle(HandedOver(None, outside, 210.0)) == [
        FreeAgent(ANN, LEG, talked=True),
        Join(outside),
    ]
    call.handle(Bridged(210.1))
    assert call.handle(LegLeft(leg_died=True, at=250.0)) == [GiveBack("")]


def test_who_asks_to_be_called_back_is_asked_where_and_gets_no_agent_meanwhile() -> None:
    call = waiting()
    assert call.handle(CallBackAsked(110.0)) == [StopSeeking(), OfferCallBack()]
    assert call.handle(Seated(ANN, LEG, 111.0)) == []
    assert call.handle(CallBackPromised(120.0)) == [GiveBack("")]
    assert (call.state, call.reason, call.missed) == (S.ENDED, "", True)


def test_who_would_rather_wait_is_in_the_queue_again_in_the_place_of_before() -> None:
    call = waiting(every_s=20.0)
    call.handle(CallBackAsked(110.0))
    assert call.handle(Tick(120.0)) == []
    again = [PlayMusic(), WakeAt(160.0), WakeAt(145.0), SeekAgent()]
    assert call.handle(CallBackDeclined(125.0)) == again
    assert (call.state, call.since) == (S.WAITING, 100.0)
    call.handle(CallBackAsked(150.0))
    assert call.handle(CallBackDeclined(161.0)) == [Miss(), GiveBack(TIMED_OUT)]


def test_who_has_waited_too_long_is_asked_once_where_the_queue_says_so() -> None:
    call = QueueCall(100.0, 60.0, ask_at_end=True)
    call.begin()
    assert call.handle(Tick(160.0)) == [StopSeeking(), OfferCallBack()]
    assert call.handle(CallBackDeclined(170.0)) == [Miss(), GiveBack(TIMED_OUT)]


def test_who_leaves_while_asked_was_missed() -> None:
    call = waiting()
    call.handle(CallBackAsked(110.0))
    assert call.handle(LineClosed(112.0)) == [Miss(), GiveBack(HUNG_UP)]
    call = waiting()
    call.handle(CallBackAsked(110.0))
    assert call.handle(HungUp(16, "", 112.0)) == [
        Miss(),
        BookCall(Outcome.HUNG_UP_WAITING, 112.0),
        GiveBack(HUNG_UP),
    ]


def test_each_event_of_the_table_has_its_law() -> None:
    assert {event for _, event in MOVES} == set(LAWS)


EVENTS = st.sampled_from(sorted(LAWS, key=lambda kind: kind.__name__))


@given(st.lists(EVENTS, max_size=30), st.booleans())
def test_whatever_happens_agents_are_freed_and_there_is_one_end(
    kinds: list[type[QueueEvent]], died: bool
) -> None:
    call = waiting(every_s=15.0)
    now, given_to, frees, ends, misses = 100.0, 0, 0, 0, 0
    for kind in [*kinds, HungUp]:
        now += 7.0
        heard = (call.state, kind) in MOVES
        event: QueueEvent
        if kind in (Seated, HandedOver):
            event = kind(ANN, LegId(f"ag-{now}"), now)  # type: ignore[call-arg]
            if call.state is S.REJOINING and call.leg_id is not None:
                continue  # nobody seats who has an agent
        elif kind in (LegGone, LegDied, LegReplaced):
            event = kind(call.leg_id or LEG, now)  # type: ignore[call-arg]
        elif kind is LegLeft:
            event = LegLeft(died, now)
        elif kind is HungUp:
            event = HungUp(16, "", now)
        else:
            event = kind(now)  # type: ignore[call-arg]
        commands = call.handle(event)
        given_to += heard and kind in (Seated, HandedOver)
        frees += sum(isinstance(one, FreeAgent) for one in commands)
        ends += sum(isinstance(one, BookCall) for one in commands)
        misses += sum(isinstance(one, Miss) for one in commands)
    assert call.state is S.ENDED
    assert given_to == frees
    assert ends <= 1
    assert ends == 1 or call.reason == TIMED_OUT or CallBackPromised in kinds
    assert misses <= 1
