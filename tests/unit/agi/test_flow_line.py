"""What a flow does on a line, as transcripts between Asterisk and the flow."""

import pytest
from agi_line import Line
from flow_line import CALL_ID, OWN, Desk, due, flow_of, led, line, over

from dialer.ports import BridgeEnd, Refused

KEYS = "0123456789*#"


async def test_a_call_that_is_refused_is_told_its_cause_and_is_not_answered() -> None:
    desk = Desk("", refused=Refused(1, "no such number"))
    async with line(desk) as asterisk:
        await asterisk.expect("SET VARIABLE OUTPACE_CAUSE 1", "SET VARIABLE OUTPACE_NEXT refuse")
        assert await asterisk.heard() == ""
    assert desk.told == [("came in", "12025550140", "12025550123")]


PAI, FROM = (
    f"GET FULL VARIABLE ${{PJSIP_HEADER(read,{name})}}" for name in ("P-Asserted-Identity", "From")
)


@pytest.mark.parametrize(
    ("told_in", "asked", "told"),
    [
        ("verstat", {PAI: "<sip:+1;verstat=TN-Validation-Passed-A@x>"}, "passed A"),
        (
            "verstat",
            {PAI: "<sip:+1@x>", FROM: '"(a)" <sip:+1;verstat=TN-Validation-Failed@x>;tag=1'},
            "failed",
        ),
        ("verstat", {PAI: None, FROM: "\\xff;;<<>>\x01"}, ""),
        ("X-Attest", {PAI.replace("P-Asserted-Identity", "X-Attest"): "B"}, "B"),
        ("X)}${SHELL(id", {}, ""),
        ("", {}, ""),
    ],
)
async def test_what_the_carrier_says_of_the_number_is_read_before_the_call_goes_on_record(
    told_in: str, asked: dict[str, str | None], told: str
) -> None:
    desk = Desk(flow_of("hello: {hang_up: }"))
    async with line(desk, told_in) as asterisk:
        for command, header in asked.items():
            reply = "200 result=0" if header is None else f"200 result=1 ({header})"
            await asterisk.expect(command, reply=reply)
        await asterisk.expect(OWN)
        assert [str(call.verification) for call in desk.begun] == [told]


async def test_a_call_gets_its_id_before_it_is_answered_and_is_given_back_at_the_end() -> None:
    desk = Desk(flow_of("hello: {play: welcome, next: bye}"))
    async with led(desk) as asterisk:
        await due(asterisk, 3.1)
        await asterisk.expect(f"STREAM FILE /en/welcome {KEYS}", reply="200 result=0 endpos=8000")
        await over(asterisk)
    assert desk.told[1:] == ["began", "answered", "flow ended"]


@pytest.mark.parametrize("reply", ["200 result=0 endpos=0", "200 result=-1 endpos=0"])
async def test_what_the_switch_does_not_play_takes_the_fallback(reply: str) -> None:
    desk = Desk(
        flow_of(
            "hello: {play: welcome, next: bye, otherwise: other}",
            "other: {play: other, next: bye}",
        )
    )
    async with led(desk) as asterisk:
        await due(asterisk, 3.1)
        await asterisk.expect(f"STREAM FILE /en/welcome {KEYS}", reply=reply)
        await due(asterisk, 3.1)
        await asterisk.expect(f"STREAM FILE /en/other {KEYS}", reply="200 result=0 endpos=8000")
        await over(asterisk)


MENU = flow_of(
    "main:",
    '  {menu: ask, choices: {1: one, "#": hash, "*": star, 0: zero}, wait_s: 2, otherwise: bye}',
    *(f"{name}: {{play: {name}, next: bye}}" for name in ("one", "hash", "star", "zero")),
)


@pytest.mark.parametrize(
    ("reply", "step"),
    [
        ("200 result=1", "one"),
        ("200 result=", "hash"),
        ("200 result=*", "star"),
        ("200 result=0", "zero"),
    ],
)
async def test_every_key_is_understood_as_asterisk_tells_it(reply: str, step: str) -> None:
    async with led(Desk(MENU)) as asterisk:
        await due(asterisk, 5.0)
        await asterisk.expect("GET DATA /en/ask 2000 1", reply=reply)
        await due(asterisk, 3.1)
        played = f"STREAM FILE /en/{step} {KEYS}"
        await asterisk.expect(played, reply="200 result=0 endpos=8000")
        await over(asterisk)


async def test_digits_are_gathered_one_by_one_until_the_key_that_ends_them() -> None:
    desk = Desk(
        flow_of(
            "ask: {gather: ask, into: code, most: 4, wait_s: 2, between_s: 1, next: told}",
            'told: {say: "{{ code }}", as: digits, next: bye}',
        )
    )
    async with led(desk) as asterisk:
        await due(asterisk, 8.0)
        await asterisk.expect("GET DATA /en/ask 2000 1", reply="200 result=0")
        for key in "07#":
            await asterisk.expect("WAIT FOR DIGIT 1000", reply=f"200 result={ord(key)}")
        await due(asterisk, 3.1)
        await asterisk.expect(f"STREAM FILE /said/007 {KEYS}", reply="200 result=0 endpos=8000")
        await over(asterisk)


LOG_IN = flow_of(
    "who:",
    "  {log_in: customer, number: number, pin: pin, wrong: wrong, wait_s: 2, between_s: 1,",
    "   next: in, otherwise: bye}",
    "in: {play: welcome, next: bye}",
)


async def keyed(asterisk: Line, prompt: str, keys: str) -> None:
    """Be asked, and key something in."""
    await asterisk.expect(f"GET DATA /en/{prompt} 2000 1", reply=f"200 result={keys[0]}")
    for key in keys[1:]:
        await asterisk.expect("WAIT FOR DIGIT 1000", reply=f"200 result={ord(key)}")


async def test_who_logs_in_keys_in_a_number_and_a_pin_and_may_try_again() -> None:
    desk = Desk(LOG_IN)
    async with led(desk) as asterisk:
        await due(asterisk, 24.0)
        await keyed(asterisk, "number", "123#")
        await due(asterisk, 16.0)
        await keyed(asterisk, "pin", "0815#")
        await due(asterisk, 9.0)
        await due(asterisk, 25.0)
        await asterisk.expect(f"STREAM FILE /en/wrong {KEYS}", reply="200 result=0 endpos=8000")
        await keyed(asterisk, "number", "123#")
        await due(asterisk, 16.0)
        await keyed(asterisk, "pin", "4711#")
        await due(asterisk, 9.0)
        await due(asterisk, 3.1)
        await asterisk.expect(f"STREAM FILE /en/welcome {KEYS}", reply="200 result=0 endpos=8000")
        await over(asterisk)
    assert desk.told[3:5] == [("customer", "123", "0815"), ("customer", "123", "4711")]


CONFERENCE = flow_of(
    "meet:",
    "  {conference: welcome, number: number, pin: pin, wait_s: 2, between_s: 1, otherwise: full}",
    "full: {play: full, next: bye}",
)
INTO = (
    "SET VARIABLE TIMEOUT(absolute) 0",
    "SET VARIABLE CONFBRIDGE(bridge,template) room",
    "SET VARIABLE CONFBRIDGE(bridge,max_members) 5",
    "EXEC ConfBridge room-main-400,,caller",
)


async def identified(asterisk: Line) -> None:
    """Key in the number of a room and its PIN."""
    await due(asterisk, 24.0)
    await keyed(asterisk, "number", "400#")
    await due(asterisk, 16.0)
    await keyed(asterisk, "pin", "4711#")
    await due(asterisk, 9.0)


@pytest.mark.parametrize("result", ["HANGUP", "KICKED", "FAILED"])
async def test_who_knows_the_pin_comes_into_the_room_and_leaves_it_again(result: str) -> None:
    desk = Desk(CONFERENCE)
    async with led(desk) as asterisk:
        await identified(asterisk)
        await due(asterisk, 3.1)
        await asterisk.expect(f"STREAM FILE /en/welcome {KEYS}", reply="200 result=0 endpos=8000")
        await asterisk.expect(*INTO)
        await asterisk.expect("GET VARIABLE CONFBRIDGE_RESULT", reply=f"200 result=1 ({result})")
        if result == "FAILED":
            await due(asterisk, 3.1)
            await asterisk.expect(f"STREAM FILE /en/full {KEYS}", reply="200 result=0 endpos=8000")
        await over(asterisk)
    assert desk.told[3:6] == [("room", "400", "4711"), ("enters", "400"), "leaves"]


async def test_a_room_that_is_full_is_the_fallback_and_who_hangs_up_is_counted_out() -> None:
    full = Desk(CONFERENCE, full=True)
    async with led(full) as asterisk:
        await identified(asterisk)
        await due(asterisk, 3.1)
        await asterisk.expect(f"STREAM FILE /en/full {KEYS}", reply="200 result=0 endpos=8000")
        await over(asterisk)
    desk = Desk(CONFERENCE)
    async with led(desk) as asterisk:
        await identified(asterisk)
        await due(asterisk, 3.1)
        await asterisk.expect(f"STREAM FILE /en/welcome {KEYS}", reply="200 result=0 endpos=8000")
        await asterisk.expect(*INTO[:3])
        assert await asterisk.heard() == INTO[3]
        asterisk.hang_up()
        await desk.over.wait()
    assert desk.told[-2:] == ["leaves", "hung up"]


async def test_a_flood_of_keys_is_no_pin_and_ends_in_the_fallback() -> None:
    desk = Desk(LOG_IN)
    async with led(desk) as asterisk:
        for _ in range(3):  # each stops at the most digits that a number has
            while not (said := await asterisk.heard()).startswith("GET DATA"):
                asterisk.say("200 result=0 endpos=8000")
            assert said == "GET DATA /en/number 2000 1"
            asterisk.say("200 result=9")
            for _ in range(19):
                await asterisk.expect("WAIT FOR DIGIT 1000", reply=f"200 result={ord('9')}")
            await due(asterisk, 16.0)
            await keyed(asterisk, "pin", "9" * 12)
            await due(asterisk, 9.0)
        await over(asterisk)
    assert [told[0] for told in desk.told if isinstance(told, tuple)][1:] == ["customer"] * 3


async def test_a_key_in_a_prompt_answers_the_question_that_follows() -> None:
    desk = Desk(MENU.replace("steps:", "start: hello\nsteps:\n  hello: {play: hello, next: main}"))
    async with led(desk) as asterisk:
        await due(asterisk, 3.1)
        await asterisk.expect(f"STREAM FILE /en/hello {KEYS}", reply="200 result=49 endpos=800")
        await due(asterisk, 5.0)
        await due(asterisk, 3.1)
        await asterisk.expect(f"STREAM FILE /en/one {KEYS}", reply="200 result=0 endpos=8000")
        await over(asterisk)


@pytest.mark.parametrize("late", [False, True])
async def test_a_prompt_that_does_not_end_is_interrupted_and_a_late_reply_is_not_mistaken(
    late: bool,
) -> None:
    desk = Desk(
        flow_of(
            "hello: {play: hello, most_s: 0.1, next: bye, otherwise: other}",
            "other: {play: other, next: bye}",
        )
    )
    async with led(desk) as asterisk:
        await due(asterisk, 3.1)
        assert await asterisk.heard() == f"STREAM FILE /en/hello {KEYS}"
        assert await asterisk.heard() == "GET FULL VARIABLE now-1"
        if late:  # it had ended in that very moment
            asterisk.say("200 result=0 endpos=8000")
        asterisk.say("200 result=1 (now-1)")
        await due(asterisk, 3.1)
        await asterisk.expect(f"STREAM FILE /en/other {KEYS}", reply="200 result=0 endpos=8000")
        await over(asterisk)


ASK = flow_of(
    "ask: {http: 'https://crm.example/x', time_out_s: 3, next: bye, otherwise: other}",
    "other: {play: other, next: bye}",
)


async def test_who_waits_for_a_program_hears_music_and_is_not_kept_by_it() -> None:
    desk = Desk(ASK, never_replies=True)
    async with led(desk) as asterisk:
        await due(asterisk, 7.0)
        await asterisk.expect("SET MUSIC ON default", reply="200 result=0")
        asterisk.hang_up()
        await desk.over.wait()
    assert desk.told[-1] == "hung up"


async def test_a_message_is_asked_for_and_kept_though_the_caller_hangs_up() -> None:
    desk = Desk(flow_of("leave: {voicemail: box, greeting: hello, silence_s: 2, most_s: 10}"))
    async with led(desk) as asterisk:
        await due(asterisk, 15.0)
        await asterisk.expect(f"STREAM FILE /en/hello {KEYS}", reply="200 result=0 endpos=8000")
        await asterisk.expect(f"STREAM FILE /shipped/beep {KEYS}", reply="200 result=0 endpos=9")
        assert await asterisk.heard() == "RECORD FILE /messages/1 wav # 10000 s=2"
        asterisk.hang_up()
        await desk.over.wait()
    assert desk.told[-2:] == [("recorded", "/messages/1", "box"), "hung up"]


async def test_a_taker_joins_a_leg_and_the_call_is_over_with_it() -> None:
    desk = Desk(flow_of("on: {transfer: {queue: sales}, otherwise: bye}"), takes="", joins="ag-1")
    async with led(desk) as asterisk:
        await asterisk.expect(
            "SET VARIABLE TIMEOUT(absolute) 0",
            "SET MUSIC ON default",
            "SET MUSIC OFF",
            "SET VARIABLE TIMEOUT(absolute) 0",
            "EXEC Bridge ag-1",
        )
        await asterisk.expect("GET VARIABLE BRIDGERESULT", reply="200 result=1 (SUCCESS)")
        await over(asterisk)
    assert ("queue", "sales", CALL_ID, "+12025550123", "en") in desk.told
    assert desk.told[-2:] == [BridgeEnd.LEG_LEFT, "transferred"]


async def test_who_is_handed_to_a_queue_that_is_closed_is_led_by_its_rule_and_no_further() -> None:
    flow = flow_of("on: {transfer: {queue: sales}, otherwise: more}", "more: {play: x, next: bye}")
    desk = Desk(flow, closed="sales")
    async with led(desk) as asterisk:
        await due(asterisk, 185.0)
        await asterisk.expect(f"STREAM FILE /en/hello {KEYS}", reply="200 result=0 endpos=8000")
        await asterisk.expect(f"STREAM FILE /shipped/beep {KEYS}", reply="200 result=0 endpos=9")
        await asterisk.expect("RECORD FILE /messages/1 wav # 180000 s=5")
        await over(asterisk)
    told = [one for one in desk.told if isinstance(one, str)]
    assert told == ["began", "answered", "message left", "transferred"]
    assert ("recorded", "/messages/1", "sales") in desk.told


@pytest.mark.parametrize("dead_after", range(6))
async def test_a_caller_who_leaves_at_any_command_is_gone(dead_after: int) -> None:
    desk = Desk(MENU.replace("steps:", "start: hello\nsteps:\n  hello: {play: hello, next: main}"))
    async with line(desk) as asterisk:
        for _ in range(dead_after):
            await asterisk.heard()
            asterisk.say("200 result=1 endpos=1")
        await asterisk.heard()
        asterisk.hang_up()
        await desk.over.wait()
    assert desk.told[-1] == ("hung up" if dead_after else "lost")
