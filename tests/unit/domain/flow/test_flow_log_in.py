"""A caller who logs in with a number and a PIN."""

from flows import Call, flow_of, heard, told

from dialer.domain.flow import commands as do
from dialer.domain.flow.drawing import drawn
from dialer.domain.flow.events import (
    Conferred,
    Digits,
    Failed,
    LoggedIn,
    LogInRefused,
    Played,
    TimedOut,
)

FLOW = """\
otherwise: agent
steps:
  who:
    log_in: customer
    number: your-number
    pin: your-pin
    wrong: not-right
    tries: 2
    into: {account: number, phone: phone}
    locked: locked
    next: known
    otherwise: stranger
  known: {say: "{{ account }}", as: digits, next: find}
  find: {lookup: phone, into: {plan: plan}, next: bye, otherwise: bye}
  locked: {play: too-often, next: bye}
  stranger: {play: who-are-you, next: bye}
  agent: {transfer: {queue: sales}, otherwise: bye}
  bye: {hang_up: bye}
"""
ANN = LoggedIn({"number": "10023", "phone": "+12025550177", "label": "Ann"})


def test_number_and_pin_are_asked_for_compared_and_the_account_is_known_from_there_on() -> None:
    call = Call(FLOW)
    assert heard(call.first) == ["your-number?"]
    (asked,) = call.then(Digits("10023"))
    assert isinstance(asked, do.Gather)
    assert ([str(one) for one in asked.sounds], asked.most, asked.end) == (["your-pin"], 12, "#")
    assert call.then(Digits("4711")) == [do.CheckPin("customer", "10023", "4711")]
    assert call.run.due_at is not None
    (said,) = call.then(ANN)
    assert isinstance(said, do.Say)
    assert said.value == "10023"
    assert call.then(Played()) == [do.LookUp("+12025550177")]


def test_a_wrong_one_is_asked_for_again_and_the_last_one_leads_on() -> None:
    call = Call(FLOW)
    call.then(Digits("10023"))
    call.then(Digits("0815"))
    assert heard(call.then(LogInRefused(locked=False))) == ["not-right?", "your-number?"]
    call.then(Digits("10023"))
    call.then(Digits("0816"))
    assert heard(call.then(LogInRefused(locked=False))) == ["who-are-you"]


def test_who_is_locked_out_is_asked_no_more() -> None:
    call = Call(FLOW)
    call.then(Digits("10023"))
    call.then(Digits("0815"))
    assert heard(call.then(LogInRefused(locked=True))) == ["too-often"]
    without = Call(FLOW.replace("    locked: locked\n", "").replace("  locked: {", "  more: {"))
    without.then(Digits("10023"))
    without.then(Digits("0815"))
    assert heard(without.then(LogInRefused(locked=True))) == ["who-are-you"]


def test_no_key_no_digits_and_too_many_count_as_tries() -> None:
    for event in (TimedOut(), Digits(""), Digits("12*"), Digits("1" * 21)):
        call = Call(FLOW)
        assert heard(call.then(event)) == ["not-right?", "your-number?"]
        call.then(Digits("10023"))
        assert heard(call.then(event)) == ["who-are-you"]


def test_what_cannot_be_compared_takes_the_fallback_and_what_comes_late_changes_nothing() -> None:
    for event in (Failed("the database is away"), TimedOut()):
        call = Call(FLOW)
        call.then(Digits("10023"))
        assert call.then(ANN) == []  # nothing was compared yet
        call.then(Digits("4711"))
        assert call.then(Digits("1")) == []
        assert heard(call.then(event)) == ["who-are-you"]


def test_no_pin_is_in_what_is_written_of_an_event_or_command() -> None:
    assert "4711" not in repr(Digits("4711"))
    assert "4711" not in repr(do.CheckPin("customer", "10023", "4711"))


def test_it_is_checked_with_line_and_reason_and_drawn() -> None:
    assert told(FLOW) == []
    assert told(FLOW.replace("customer", "friend")) == [
        "line 4: error: step who: log_in: it should be 'customer' or 'staff'; got 'friend'"
    ]
    assert told(FLOW.replace("phone: phone", "phone: pin")) == [
        "line 9: error: step who: into.phone: it should be 'number', 'phone' or 'label'; got 'pin'"
    ]
    assert told(FLOW.replace("locked: locked", "locked: lost")) == [
        "line 10: error: step who: there is no step 'lost'; add the step, or name another"
    ]
    prompts = {"en": frozenset({"your-number", "too-often", "who-are-you", "bye", "not-right"})}
    assert told(FLOW, prompts=prompts) == [
        "line 6: error: step who: missing prompt 'your-pin' in en; record it, or write `text:`"
    ]
    picture = drawn(flow_of(FLOW))
    assert ">log in customer</text>" in picture
    assert ">logged in</text>" in picture
    assert ">locked</text>" in picture


MEET = """\
otherwise: sorry
steps:
  meet: {conference: welcome, number: which-room, pin: its-pin, tries: 2, otherwise: unknown}
  unknown: {play: no-such-room, next: bye}
  sorry: {play: sorry, next: bye}
  bye: {hang_up: bye}
"""


def test_a_room_is_entered_by_number_and_pin_and_the_call_ends_when_it_is_left() -> None:
    call = Call(MEET)
    assert heard(call.first) == ["which-room?"]
    call.then(Digits("400"))
    assert call.then(Digits("4711")) == [do.CheckPin("room", "400", "4711")]
    (confer,) = call.then(LoggedIn({"number": "400", "phone": "", "label": "Board"}))
    assert isinstance(confer, do.Confer)
    assert (confer.room, str(confer.sound)) == ("400", "welcome")
    assert call.then(Digits("1")) == []  # keys in a conference are nobody's
    assert call.then(Conferred()) == [do.HangUp("left the conference")]


def test_a_room_that_is_not_known_is_refused_and_one_that_is_full_takes_the_fallback() -> None:
    call = Call(MEET)
    for _ in range(2):
        call.then(Digits("401"))
        call.then(Digits("4711"))
        told_again = call.then(LogInRefused(locked=False))
    assert heard(told_again) == ["no-such-room"]
    call = Call(MEET)
    call.then(Digits("400"))
    call.then(Digits("4711"))
    call.then(LoggedIn({"number": "400", "phone": "", "label": ""}))
    assert heard(call.then(Failed("the room is full"))) == ["no-such-room"]


def test_a_conference_is_checked_and_drawn() -> None:
    assert ">conference room</text>" in drawn(flow_of(MEET))
    assert told(MEET.replace("pin: its-pin, ", "")) == [
        "line 3: error: step meet: pin is missing; add it"
    ]
