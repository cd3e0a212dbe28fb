"""Calls that come in and are led by a flow: heard, keyed in and hung up by real callers."""

from collections.abc import Iterator

import pytest
from ivr import LONG_HZ, PROMPT_S, PROMPTS, Ivr, ivr

from dialer.adapters.asterisk.installation import install

MENU = """
otherwise: bye
steps:
  main:
    menu: menu
    choices: {1: sold, 2: asked, "#": hashed, "*": starred}
    wait_s: 1.5
    tries: 2
    wrong: wrong
    otherwise: failed
  asked:
    {gather: welcome, into: code, most: 3, next: told, wait_s: 1.5, between_s: 1, otherwise: failed}
  told:
    branch: [{when: code = "007", go: sold}]
    otherwise: failed
  sold: {play: sales, next: bye}
  hashed: {play: thanks, next: bye}
  starred: {play: wrong, next: bye}
  failed: {play: failed, next: bye}
  bye: {hang_up: bye}
"""


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ivr]:
    with ivr(install(), tmp_path_factory.mktemp("ivr")) as opened:
        yield opened


async def test_a_caller_hears_a_prompt_and_is_hung_up_after_the_last(node: Ivr) -> None:
    number = await node.number_of(
        "otherwise: bye\nsteps:\n  hello: {play: welcome, next: bye}\n  bye: {hang_up: bye}\n"
    )
    async with node.caller(number) as caller:
        answered = await caller.answered()
        first = await caller.hears(PROMPTS["welcome"])
        assert first - answered < 0.5
        last = await caller.hears(PROMPTS["bye"])
        assert PROMPT_S - 0.05 < last - first < PROMPT_S + 0.3
        await caller.ended()
        assert caller.longest_silence_s() < 0.5
    rows = await node.recorded(
        lambda rows: rows and rows[-1][3] is not None,
        "SELECT direction, number, answered_at, ended_at, outcome FROM calls"
        " WHERE number = '+12025550123' ORDER BY began_at",
    )
    direction, _, answered_at, ended_at, outcome = rows[-1]
    assert (direction, outcome) == ("in", "connected")
    assert answered_at < ended_at


@pytest.mark.parametrize(("key", "prompt"), [("1", "sales"), ("#", "thanks"), ("*", "wrong")])
async def test_a_key_leads_where_the_menu_says(node: Ivr, key: str, prompt: str) -> None:
    number = await node.number_of(MENU)
    async with node.caller(number) as caller:
        at = await caller.hears(PROMPTS["menu"])
        await caller.press(key)
        assert await caller.hears(PROMPTS[prompt], after_s=at) - at < PROMPT_S
        await caller.hears(PROMPTS["bye"])
        await caller.ended()


async def test_a_key_pressed_in_a_prompt_cuts_it_short(node: Ivr) -> None:
    number = await node.number_of(MENU.replace("menu: menu", "menu: long"))
    async with node.caller(number) as caller:
        at = await caller.hears(LONG_HZ)
        await caller.press("1")
        assert await caller.hears(PROMPTS["sales"]) - at < 0.8
        await caller.ended()
        assert caller.tone_s(LONG_HZ) < 1.0


async def test_wrong_keys_are_told_and_asked_again_and_then_given_up(node: Ivr) -> None:
    number = await node.number_of(MENU)
    async with node.caller(number) as caller:
        at = await caller.hears(PROMPTS["menu"])
        await caller.press("7")
        told = await caller.hears(PROMPTS["wrong"], after_s=at)
        again = await caller.hears(PROMPTS["menu"], after_s=told)
        await caller.press("8")
        await caller.hears(PROMPTS["failed"], after_s=again)
        await caller.ended()


async def test_who_presses_nothing_is_asked_again_and_then_given_up(node: Ivr) -> None:
    number = await node.number_of(MENU)
    async with node.caller(number) as caller:
        first = await caller.hears(PROMPTS["menu"])
        again = await caller.hears(PROMPTS["menu"], after_s=first + PROMPT_S + 0.2)
        assert PROMPT_S + 1.4 < again - first < PROMPT_S + 2.0
        given_up = await caller.hears(PROMPTS["failed"], after_s=again)
        assert PROMPT_S + 1.4 < given_up - again < PROMPT_S + 2.0
        await caller.ended()


async def test_digits_are_gathered_with_their_zeros(node: Ivr) -> None:
    number = await node.number_of(MENU)
    async with node.caller(number) as caller:
        await caller.hears(PROMPTS["menu"])
        await caller.press("2007")  # the first is for the menu
        await caller.hears(PROMPTS["sales"])
        await caller.ended()


async def test_keys_pressed_before_they_are_asked_for_count(node: Ivr) -> None:
    number = await node.number_of(
        MENU.replace("steps:", "start: hello\nsteps:\n  hello: {play: long, next: main}")
    )
    async with node.caller(number) as caller:
        at = await caller.hears(LONG_HZ)
        await caller.press("1")
        assert await caller.hears(PROMPTS["sales"]) - at < 0.8
        assert not caller.heard_tone(PROMPTS["menu"])
        await caller.ended()


async def test_a_prompt_that_cannot_be_played_takes_the_fallback(node: Ivr) -> None:
    for prompt in ("broken", "nowhere"):
        number = await node.number_of(
            f"otherwise: bye\nsteps:\n  hello: {{play: {prompt}, next: bye, otherwise: sorry}}\n"
            "  sorry: {play: failed, next: bye}\n  bye: {hang_up: bye}\n"
        )
        async with node.caller(number) as caller:
            answered = await caller.answered()
            assert await caller.hears(PROMPTS["failed"]) - answered < 0.5
            await caller.ended()


async def test_a_prompt_that_lasts_too_long_is_ended_and_the_fallback_is_taken(node: Ivr) -> None:
    number = await node.number_of(
        "otherwise: bye\nsteps:\n  hello: {play: long, most_s: 0.5, next: bye, otherwise: sorry}\n"
        "  sorry: {play: failed, next: bye}\n  bye: {hang_up: bye}\n"
    )
    async with node.caller(number) as caller:
        at = await caller.hears(LONG_HZ)
        failed = await caller.hears(PROMPTS["failed"])
        assert 2.3 < failed - at < 2.9  # the longest wait and the way to the switch
        await caller.ended()
        assert caller.tone_s(LONG_HZ) < 2.9


async def test_a_prompt_in_the_callers_language_is_played(node: Ivr) -> None:
    number = await node.number_of(
        "otherwise: bye\nsteps:\n  to: {language: es, next: bye}\n  bye: {hang_up: bye}\n"
    )
    async with node.caller(number) as caller:
        await caller.hears(1700)
        await caller.ended()
