"""A call led by a flow: what happens goes in, what is to be done comes out."""

from typing import Any

import pytest
from flows import NOW, Call, heard

from dialer.domain.flow import commands as do
from dialer.domain.flow.events import (
    Began,
    Digits,
    Failed,
    FlowEvent,
    HttpReplied,
    HungUp,
    LeadFound,
    OptedOut,
    Played,
    Recorded,
    TimedOut,
    Transferred,
)
from dialer.domain.flow.fields import Sound
from dialer.domain.flow.run import MOST_FAILURES, MOST_IN_ALL

MENU = """\
otherwise: sorry
steps:
  hello: {play: welcome, next: main}
  main:
    menu: main-menu
    choices: {1: sales, 2: account, 9: stop}
    tries: 2
    wrong: wrong-key
    otherwise: bye
  sales: {transfer: {queue: sales}, wait_s: 20, otherwise: message}
  account:
    {gather: type-it, into: account, least: 4, most: 6, tries: 2, next: told, otherwise: main}
  told: {say: "{{ account }}", as: digits, next: bye}
  stop: {opt_out: sure, key: 1, next: entered, declined: main}
  entered: {play: never-again, next: bye}
  message: {voicemail: sales, greeting: leave-it, next: bye}
  sorry: {play: {text: Something went wrong.}, next: bye}
  bye: {hang_up: goodbye}
"""


def test_a_key_leads_to_its_step_and_a_taken_transfer_ends_the_flow() -> None:
    call = Call(MENU)
    assert heard(call.first) == ["welcome"]
    assert heard(call.then(Played())) == ["main-menu?"]
    assert call.then(Digits("1")) == [do.Transfer("queue", "sales", 20.0)]
    assert call.then(Transferred()) == []
    assert (call.run.ended, call.run.due_at) == ("transferred", None)
    assert call.then(Digits("1")) == []


def test_a_transfer_that_nobody_takes_leads_to_voicemail() -> None:
    call = Call(MENU)
    call.then(Played())
    call.then(Digits("1"))
    assert call.then(Failed("nobody free")) == [
        do.Record(Sound(prompt="leave-it"), "en", 180.0, 5.0, "#", box="sales")
    ]
    assert heard(call.then(Recorded("vm/1.wav", 12.0))) == ["goodbye"]
    assert call.then(Played()) == [do.HangUp("flow ended")]
    assert call.run.path == ["hello", "main", "sales", "message", "bye"]


def test_a_wrong_key_and_none_are_tries_and_then_the_flow_goes_on() -> None:
    call = Call(MENU)
    call.then(Played())
    assert heard(call.then(Digits("7"))) == ["wrong-key?", "main-menu?"]
    assert heard(call.then(TimedOut())) == ["goodbye"]
    call = Call(MENU)
    call.then(Played())
    assert heard(call.then(TimedOut())) == ["main-menu?"]  # nothing was wrong
    assert heard(call.then(Digits("8"))) == ["goodbye"]


def test_digits_are_kept_and_said_and_too_few_are_asked_for_again() -> None:
    call = Call(MENU)
    call.then(Played())
    assert call.then(Digits("2")) == [
        do.Gather((Sound(prompt="type-it"),), "en", 4, 6, "#", 5.0, 3.0)
    ]
    assert heard(call.then(Digits("123"))) == ["type-it?"]
    assert call.then(Digits("1234")) == [do.Say("digits", "1234", "en")]
    assert call.run.variables["account"] == "1234"


@pytest.mark.parametrize("keys", ["", "12345*", "1234567", "\u0661\u0662\u0663\u0664"])
def test_what_is_no_number_of_that_length_is_not_kept(keys: str) -> None:
    call = Call(MENU)
    call.then(Played())
    call.then(Digits("2"))
    assert heard(call.then(Digits(keys))) == ["type-it?"]
    assert heard(call.then(Digits(keys))) == ["main-menu?"]  # as its `otherwise` says


def test_a_number_is_entered_in_the_do_not_call_list_once_it_is_confirmed() -> None:
    call = Call(MENU)
    call.then(Played())
    assert heard(call.then(Digits("9"))) == ["sure?"]
    assert call.then(Digits("1")) == [do.OptOut("+12025550123")]
    assert call.then(Digits("1")) == []  # once is enough
    assert heard(call.then(OptedOut())) == ["never-again"]


@pytest.mark.parametrize("said", [[Digits("2")], [TimedOut(), TimedOut()]])
def test_what_is_not_confirmed_is_not_entered(said: list[FlowEvent]) -> None:
    call = Call(MENU)
    call.then(Played())
    call.then(Digits("9"))
    commands = [call.then(event) for event in said]
    assert heard(commands[-1]) == ["main-menu?"]


def test_an_entry_that_cannot_be_made_takes_the_fallback_and_says_nothing_of_success() -> None:
    for failure in (Failed("no database"), TimedOut()):
        call = Call(MENU)
        call.then(Played())
        call.then(Digits("9"))
        call.then(Digits("1"))
        assert heard(call.then(failure)) == ["'Something went wrong.'"]
    withheld = Call(MENU, number="")
    withheld.then(Played())
    withheld.then(Digits("9"))
    assert heard(withheld.then(Digits("1"))) == ["'Something went wrong.'"]


def test_whatever_the_step_does_not_wait_for_changes_nothing() -> None:
    call = Call(MENU)
    due_at = call.run.due_at
    for event in (
        Began(),
        Digits("1"),
        HttpReplied(200, {}),
        LeadFound({}),
        Recorded("x", 1.0),
        OptedOut(),
        Transferred(),
    ):
        assert call.then(event) == []
    assert (call.run.step, call.run.due_at) == ("hello", due_at)


def test_a_caller_who_hangs_up_ends_it_wherever_it_is() -> None:
    call = Call(MENU)
    assert call.then(HungUp()) == []
    assert (call.run.ended, call.run.due_at) == ("hung up", None)


# -- other programs ------------------------------------------------------------------------------

CRM = """\
otherwise: agent
steps:
  known: {lookup: number, into: {name: first_name, account: account}, next: ask, otherwise: type}
  type: {gather: type-it, into: account, most: 9, next: ask}
  ask:
    http: https://crm.example/of/{{ account }}?by={{ number }}
    method: POST
    body: {name: "{{ account }} & co"}
    time_out_s: 2
    into: {balance: account.balance, due: items.0.due}
    next: rich
    otherwise: agent
  rich:
    branch: [{when: balance > 100, go: amount}]
    otherwise: date
  amount: {say: "{{ balance }}", as: money, currency: EUR, next: date}
  date: {say: "{{ due }}", as: date, otherwise: bye, next: bye}
  agent: {transfer: {agent: ann}, otherwise: bye}
  bye: {hang_up: }
"""
REPLY = {"account": {"balance": 250.5}, "items": [{"due": "2026-12-24T00:00:00Z"}]}


def asked(account: str = "12 34/5") -> Call:
    call = Call(CRM)
    assert call.first == [do.LookUp("+12025550123")]
    call.then(LeadFound({"first_name": "Ann", "account": account}))
    return call


def test_a_reply_is_kept_compared_and_said() -> None:
    call = Call(CRM)
    (request,) = call.then(LeadFound({"first_name": "Ann", "account": "12 34/5"}))
    assert request == do.Request(
        "POST",
        "https://crm.example/of/12%2034%2F5?by=%2B12025550123",
        {"name": "12 34/5 & co"},
        2.0,
    )
    assert call.then(HttpReplied(200, REPLY)) == [do.Say("money", "250.50", "en", "EUR")]
    assert call.then(Played()) == [do.Say("date", "2026-12-24", "en")]
    assert call.then(Played()) == [do.HangUp("flow ended")]


@pytest.mark.parametrize(
    "event",
    [
        HttpReplied(500, REPLY),
        HttpReplied(200, None),
        HttpReplied(200, {"account": {}}),
        HttpReplied(200, {"account": {"balance": [1]}, "items": [{"due": "x"}]}),
        HttpReplied(200, {"account": {"balance": 1}, "items": []}),
        HttpReplied(200, {"account": {"balance": "x" * 501}, "items": [{"due": "x"}]}),
        HttpReplied(200, {"account": {"balance": float("nan")}, "items": [{"due": "x"}]}),
        Failed("no connection"),
        TimedOut(),
    ],
)
def test_a_reply_that_is_late_wrong_or_lacks_something_takes_the_fallback(
    event: FlowEvent,
) -> None:
    call = asked()
    assert call.then(event) == [do.Transfer("agent", "ann", 30.0)]
    assert "balance" not in call.run.variables


@pytest.mark.parametrize("account", [".", ".."])
def test_a_value_that_would_lead_up_a_path_is_not_sent(account: str) -> None:
    assert asked(account).run.step == "agent"


@pytest.mark.parametrize("event", [Failed("none"), LeadFound({"first_name": "Ann"}), TimedOut()])
def test_a_lead_that_is_not_there_or_lacks_a_field_takes_the_fallback(event: FlowEvent) -> None:
    assert heard(Call(CRM).then(event)) == ["type-it?"]


def test_a_withheld_number_is_not_looked_up() -> None:
    assert heard(Call(CRM, number="").first) == ["type-it?"]


def test_a_value_that_cannot_be_said_takes_the_fallback() -> None:
    call = asked()
    reply: dict[str, Any] = {"account": {"balance": 3}, "items": [{"due": "soon"}]}
    assert call.then(HttpReplied(200, reply)) == [do.HangUp("flow ended")]


# -- time, language ------------------------------------------------------------------------------


def test_the_clock_of_the_flows_zone_decides() -> None:
    text = """\
zone: America/New_York
otherwise: bye
steps:
  hours:
    branch:
      - {when: date = 2026-12-02, go: holiday}
      - {when: 'weekday not in ("sat", "sun") and time >= "09:00" and time < "17:30"', go: open}
    otherwise: bye
  open: {play: open, next: bye}
  holiday: {play: holiday, next: bye}
  bye: {hang_up: closed}
"""
    hour = 3600.0
    assert heard(Call(text, at=NOW).first) == ["open"]  # Tuesday, 10:00 in New York
    assert heard(Call(text, at=NOW - 1.1 * hour).first) == ["closed"]
    assert heard(Call(text, at=NOW + 7.5 * hour).first) == ["closed"]
    assert heard(Call(text, at=NOW + 24 * hour).first) == ["holiday"]
    assert heard(Call(text, at=NOW + 96 * hour).first) == ["closed"]  # Saturday


def test_a_language_holds_from_its_step_on() -> None:
    call = Call(
        "otherwise: b\nsteps:\n  a: {play: x, next: l}\n  l: {language: es, next: b}\n"
        "  b: {hang_up: adios}\n"
    )
    assert call.first == [do.Play(Sound(prompt="x"), "en")]
    assert call.then(Played()) == [do.Play(Sound(prompt="adios"), "es")]


def test_a_recorded_message_is_kept_by_its_file() -> None:
    call = Call(
        "otherwise: b\nsteps:\n  a: {record: after-tone, into: note, next: b}\n  b: {hang_up: }\n"
    )
    assert call.first == [do.Record(Sound(prompt="after-tone"), "en", 120.0, 5.0, "#")]
    assert call.then(Recorded("x.wav", 3.0)) == [do.HangUp("flow ended")]
    assert call.run.variables["note"] == "x.wav"


# -- never dead air, never without end -----------------------------------------------------------


def test_a_prompt_that_fails_takes_the_flows_own_fallback() -> None:
    call = Call(MENU)
    assert heard(call.then(Failed("no such file"))) == ["'Something went wrong.'"]
    assert heard(call.then(Failed("no speech"))) == ["(hung up)"]  # it would only fail again
    assert call.run.ended == "the last fallback failed"


def test_failures_without_a_sound_between_them_end_the_call() -> None:
    steps = "\n".join(
        f"  t{turn}: {{transfer: {{queue: q}}, otherwise: t{turn + 1}}}" for turn in range(9)
    )
    call = Call(f"otherwise: t9\nsteps:\n{steps}\n  t9: {{hang_up: }}\n")
    for _ in range(MOST_FAILURES):
        assert heard(call.then(Failed("busy"))) == ["Transfer"]
    assert call.then(Failed("busy")) == [do.HangUp("too many failures")]


def test_what_never_comes_is_told_by_the_clock() -> None:
    call = Call(MENU)
    assert call.run.due_at == NOW + 302.0
    assert heard(call.then(TimedOut())) == ["'Something went wrong.'"]
    assert call.run.due_at is not None
    assert call.run.due_at > call.now


def test_a_call_in_which_nobody_speaks_takes_so_many_steps_and_no_more() -> None:
    call = Call(
        "most_steps: 10\notherwise: bye\nsteps:\n  a: {play: x, next: b}\n"
        '  b: {branch: [{when: number = "", go: bye}], otherwise: a}\n  bye: {hang_up: }\n'
    )
    last = call.first
    while not call.run.ended:
        last = call.then(Played())
    assert last == [do.HangUp("too many steps")]
    assert len(call.run.path) == 10


def test_who_presses_keys_for_ever_comes_to_an_end_as_well() -> None:
    call = Call(
        "otherwise: bye\nsteps:\n  a: {menu: m, choices: {1: a}, otherwise: bye}\n"
        "  bye: {hang_up: }\n"
    )
    while not call.run.ended:
        call.then(Digits("1"))
    assert (call.run.ended, len(call.run.path)) == ("too many steps", MOST_IN_ALL)
