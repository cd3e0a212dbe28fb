"""The law of one caller in a queue, as transcripts."""

from hypothesis import given
from hypothesis import strategies as st

from dialer.domain.ids import AgentId, LegId
from dialer.domain.outcome import Outcome
from dialer.domain.queue_call import HUNG_UP, LAWS, MOVES, TIMED_OUT, QueueCall, QueueState
from dialer.domain.queue_call_words import (
    AgentFound,
    Announce,
    BookAnswer,
    BookEnd,
    Bridged,
    CallBackAsked,
    CallBackDeclined,
    CallBackPromised,
    CallerLeft,
    FreeAgent,
    GiveBack,
    HungUp,
    Join,
    JoinFailed,
    LegLeft,
    LineLost,
    Miss,
    OfferCallBack,
    QueueEvent,
    Seek,
    StopSeeking,
    Tick,
    Wait,
    WakeAt,
)

ANN, LEG = AgentId("ann"), LegId("ag-1")
S = QueueState


def waiting(*, every_s: float = 0.0) -> QueueCall:
    call = QueueCall(100.0, 60.0, every_s)
    call.begin()
    return call


def talking() -> QueueCall:
    call = waiting()
    call.handle(AgentFound(ANN, LEG, 110.0))
    call.handle(Bridged(110.02))
    return call


def test_who_comes_hears_music_and_an_agent_is_sought() -> None:
    call = QueueCall(100.0, 60.0, 30.0)
    assert call.begin() == [Wait(), WakeAt(160.0), WakeAt(130.0), Seek()]


def test_a_talk_from_the_first_to_the_last_event() -> None:
    call = waiting()
    assert call.handle(AgentFound(ANN, LEG, 110.0)) == [Join(LEG)]
    assert call.handle(Bridged(110.02)) == [BookAnswer(ANN, 110.02)]
    assert call.handle(CallerLeft(200.0)) == [FreeAgent(ANN, LEG, talked=True), GiveBack("")]
    assert call.handle(HungUp(200.1)) == [BookEnd(Outcome.CONNECTED, 200.1), GiveBack("")]
    assert call.state is S.ENDED


def test_who_waits_too_long_is_given_back() -> None:
    call = waiting()
    assert call.handle(Tick(159.9)) == []
    assert call.handle(Tick(160.0)) == [StopSeeking(), Miss(), GiveBack(TIMED_OUT)]
    assert call.state is S.ENDED
    assert call.handle(HungUp(161.0)) == []


def test_announcements_come_as_often_as_was_asked() -> None:
    call = waiting(every_s=20.0)
    assert call.handle(Tick(119.0)) == []
    assert call.handle(Tick(120.0)) == [Announce(), WakeAt(140.0)]


def test_whoever_leaves_while_waiting_was_missed_once() -> None:
    call = waiting()
    assert call.handle(LineLost(120.0)) == [StopSeeking(), Miss(), GiveBack(HUNG_UP)]
    assert call.handle(HungUp(120.1)) == [
        BookEnd(Outcome.HUNG_UP_WAITING, 120.1),
        GiveBack(HUNG_UP),
    ]
    told_first = waiting()
    assert told_first.handle(HungUp(120.0)) == [
        StopSeeking(),
        Miss(),
        BookEnd(Outcome.HUNG_UP_WAITING, 120.0),
        GiveBack(HUNG_UP),
    ]


def test_a_leg_that_was_gone_sends_the_caller_back_into_the_queue() -> None:
    call = waiting()
    call.handle(AgentFound(ANN, LEG, 110.0))
    assert call.handle(JoinFailed(110.1)) == [
        FreeAgent(ANN, LEG, talked=False),
        Wait(),
        WakeAt(160.0),
        Seek(),
    ]
    assert call.state is S.WAITING


def test_a_phone_that_dies_in_a_talk_sends_the_caller_back_with_time_to_wait() -> None:
    call = talking()
    assert call.handle(LegLeft(leg_died=True, at=500.0)) == [
        FreeAgent(ANN, LEG, talked=True),
        Wait(),
        WakeAt(530.0),
        Seek(),
    ]
    assert call.handle(Tick(530.0)) == [StopSeeking(), GiveBack(TIMED_OUT)]  # not missed


def test_an_agent_who_hangs_up_gives_the_line_back_and_the_end_is_still_booked() -> None:
    call = talking()
    assert call.handle(LegLeft(leg_died=False, at=200.0)) == [
        FreeAgent(ANN, LEG, talked=True),
        GiveBack(""),
    ]
    assert call.handle(HungUp(230.0))[0] == BookEnd(Outcome.CONNECTED, 230.0)


def test_a_talk_whose_bridge_nobody_told_of_is_one_when_the_leg_leaves() -> None:
    call = waiting()
    call.handle(AgentFound(ANN, LEG, 110.0))
    assert call.handle(LegLeft(leg_died=False, at=150.0))[0] == BookAnswer(ANN, 110.0)


def test_a_line_that_takes_no_orders_while_they_talk_is_no_end() -> None:
    call = talking()
    assert call.handle(LineLost(120.0)) == []
    assert call.state is S.TALKING


def test_a_caller_who_is_gone_as_the_join_begins_frees_an_agent_who_never_talked() -> None:
    call = waiting()
    call.handle(AgentFound(ANN, LEG, 110.0))
    assert call.handle(HungUp(110.01)) == [
        FreeAgent(ANN, LEG, talked=False),
        Miss(),
        BookEnd(Outcome.HUNG_UP_WAITING, 110.01),
        GiveBack(HUNG_UP),
    ]


def test_a_talk_that_was_taken_over_ends_as_any_other() -> None:
    call = QueueCall.adopted(ANN, LEG, 100.0)
    assert call.handle(HungUp(160.0)) == [
        FreeAgent(ANN, LEG, talked=True),
        BookEnd(Outcome.CONNECTED, 160.0),
        GiveBack(""),
    ]


def test_who_asks_to_be_called_back_is_asked_where_and_gets_no_agent_meanwhile() -> None:
    call = waiting()
    assert call.handle(CallBackAsked(110.0)) == [StopSeeking(), OfferCallBack()]
    assert call.handle(AgentFound(ANN, LEG, 111.0)) == []
    assert call.handle(CallBackPromised(120.0)) == [GiveBack("")]
    assert (call.state, call.reason, call.missed) == (S.ENDED, "", True)


def test_who_would_rather_wait_is_in_the_queue_again_in_the_place_of_before() -> None:
    call = waiting(every_s=20.0)
    call.handle(CallBackAsked(110.0))
    assert call.handle(Tick(120.0)) == []
    assert call.handle(CallBackDeclined(125.0)) == [Wait(), WakeAt(160.0), WakeAt(145.0), Seek()]
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
    assert call.handle(LineLost(112.0)) == [Miss(), GiveBack(HUNG_UP)]
    call = waiting()
    call.handle(CallBackAsked(110.0))
    assert call.handle(HungUp(112.0)) == [
        Miss(),
        BookEnd(Outcome.HUNG_UP_WAITING, 112.0),
        GiveBack(HUNG_UP),
    ]


def test_each_event_of_the_table_has_its_law() -> None:
    assert {event for _, event in MOVES} == set(LAWS)


EVENTS = st.sampled_from(
    [
        *(AgentFound, Tick, LineLost, Bridged, JoinFailed, LegLeft, CallerLeft, HungUp),
        *(CallBackAsked, CallBackDeclined, CallBackPromised),
    ]
)


@given(st.lists(EVENTS, max_size=30), st.booleans())
def test_whatever_happens_agents_are_freed_and_there_is_one_end(
    kinds: list[type[QueueEvent]], died: bool
) -> None:
    call = waiting(every_s=15.0)
    now, seats, frees, ends, misses = 100.0, 0, 0, 0, 0
    for kind in [*kinds, HungUp]:
        now += 7.0
        if kind is AgentFound:
            event: QueueEvent = AgentFound(ANN, LEG, now)
        elif kind is LegLeft:
            event = LegLeft(died, now)
        else:
            event = kind(now)  # type: ignore[call-arg]
        commands = call.handle(event)
        seats += sum(isinstance(one, Join) for one in commands)
        frees += sum(isinstance(one, FreeAgent) for one in commands)
        ends += sum(isinstance(one, BookEnd) for one in commands)
        misses += sum(isinstance(one, Miss) for one in commands)
    assert call.state is S.ENDED
    assert seats == frees
    assert ends <= 1
    assert ends == 1 or call.reason == TIMED_OUT or CallBackPromised in kinds
    assert misses <= 1
