"""Texts and values that a flow speaks, by a real speech program, heard by callers."""

import asyncio
import shlex
import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from ivr import PROMPTS, Caller, Ivr, ivr

from dialer.adapters.asterisk.installation import install
from dialer.adapters.flow_files import SHIPPED, checked
from dialer.adapters.speech import SpeechWorker
from dialer.adapters.speech_install import install as install_espeak
from dialer.domain.flow.said_words import words_of
from dialer.domain.flow.steps import Flow
from dialer.settings import load_settings
from simulation.sip.ulaw import Samples

ALIKE = 0.9
"""Of a correlation: the same sounds after mu-law are above 0.95, other ones below 0.7."""

PIECE = 1200
SHORT_PIECE = 400
LOUD = 500
HEARD = 0.6


def command() -> str:
    words = ("-v", "{language}", "-s", "160", "-w", "{file}", "--stdin")
    return shlex.join([str(install_espeak()), *words])


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ivr]:
    home = tmp_path_factory.mktemp("ivr")
    with ivr(install(), home, OUTPACE_SPEECH_COMMAND=command()) as opened:
        yield opened


def spoken(node: Ivr, text: str, language: str = "en") -> Path:
    """Return the file in which a text was spoken; fails when it was not."""
    settings = load_settings(node.home)
    worker = SpeechWorker(settings.speech.resolve(), shlex.split(settings.speech_command))
    made = worker.made(text, language)
    assert made is not None, f"{text!r} was not spoken"
    return Path(f"{made.path}.wav")


def pieces_heard(heard: Samples, file: Path, size: int = PIECE) -> float:
    """Return the share of a file's pieces, of 0.15 s each, that are in what was heard, 0..1.

    Piece by piece: one frame that a busy machine sends late shifts all that follows.
    """
    with wave.open(str(file)) as sound:
        wanted = np.frombuffer(sound.readframes(sound.getnframes()), dtype="<i2").astype(float)
    had = heard.astype(float)
    if len(had) < len(wanted):
        return 0.0
    points = 1 << (len(had) + size).bit_length()
    spectrum = np.fft.rfft(had, points)
    sums = np.concatenate(([0.0], np.cumsum(np.square(had))))
    power = np.maximum(sums[size:] - sums[:-size], 1.0)
    found = []
    for at in range(0, len(wanted) - size, size):
        piece = wanted[at : at + size]
        energy = np.square(piece).sum()
        if energy / size < LOUD**2:
            continue
        product = np.fft.irfft(spectrum * np.conj(np.fft.rfft(piece, points)), points)
        alike = product[: len(power)] / np.sqrt(power * energy)
        found.append(alike.max() >= ALIKE)
    assert found, "the file has hardly a sound"
    return float(np.mean(found))


async def hears_file(caller: Caller, file: Path) -> None:
    async with asyncio.timeout(25):
        while pieces_heard(caller.heard().samples, file) < HEARD:
            await asyncio.sleep(0.3)


async def test_a_text_is_spoken_before_anybody_calls_and_heard_at_once(node: Ivr) -> None:
    text = "Welcome. This is a text that nobody has recorded."
    number = await node.number_of(
        f"otherwise: bye\nsteps:\n  hello: {{play: {{text: {text}}}, next: bye}}\n"
        "  bye: {hang_up: bye}\n"
    )
    file = spoken(node, text)
    async with node.caller(number) as caller:
        await caller.answered()
        await hears_file(caller, file)
        await caller.hears(PROMPTS["bye"])
        await caller.ended()
        assert caller.longest_silence_s() < 1.0


async def test_a_text_is_spoken_in_every_language_of_its_flow(node: Ivr) -> None:
    number = await node.number_of(
        "otherwise: bye\nlanguage: es\nsteps:\n  hello: {play: {text: Buenos días.}, next: de}\n"
        "  de: {language: de, next: again}\n  again: {play: {text: Guten Tag.}, next: bye}\n"
        "  bye: {hang_up: {text: Adios.}}\n"
    )
    async with node.caller(number) as caller:
        await caller.answered()
        await caller.ended()
        for text, language in (("Buenos días.", "es"), ("Guten Tag.", "de"), ("Adios.", "de")):
            file = spoken(node, text, language)
            assert pieces_heard(caller.heard().samples, file, SHORT_PIECE) >= HEARD
        # the same words in the other language's voice were made as well, and not played
        other = pieces_heard(caller.heard().samples, spoken(node, "Guten Tag.", "es"))
        assert other < HEARD / 2


@pytest.mark.parametrize(
    ("kind", "value", "currency"),
    [
        ("number", "1234", ""),
        ("digits", "007", ""),
        ("date", "2026-12-24", ""),
        ("money", "12.50", "USD"),
    ],
)
async def test_a_value_is_said(node: Ivr, kind: str, value: str, currency: str) -> None:
    of = f", currency: {currency}" if currency else ""
    number = await node.number_of(
        f'otherwise: bye\nsteps:\n  told: {{say: "{value}", as: {kind}{of}, next: bye}}\n'
        "  bye: {hang_up: bye}\n"
    )
    async with node.caller(number) as caller:
        answered = await caller.answered()
        bye = await caller.hears(PROMPTS["bye"])
        await hears_file(caller, spoken(node, words_of(kind, value, "en", currency)))
        assert bye - answered > 0.5
        assert caller.longest_silence_s() < 1.5
        await caller.ended()


def texts_of(flow: Flow, *steps: str) -> Iterator[str]:
    """Yield the text that each of these steps is there to say."""
    for name in steps:
        step = flow.steps[name]
        yield getattr(step, step.WORD).text


async def test_who_rings_a_shown_number_back_hears_who_called_and_is_called_no_more(
    node: Ivr,
) -> None:
    written = (SHIPPED / "ring-back.yaml").read_text(encoding="utf-8")
    flow, _ = checked(written)
    assert flow is not None
    names, asks, sure, entered = texts_of(flow, "who", "choice", "no-more", "entered")
    assert "Example Windows" in names
    number = await node.number_of(written)
    rings = "12025550177"
    listed = "SELECT number FROM do_not_call WHERE number = ?"
    async with node.caller(number, caller=rings) as caller:
        await hears_file(caller, spoken(node, names))
        await hears_file(caller, spoken(node, asks))
        await caller.press("9")
        await hears_file(caller, spoken(node, sure))
        assert node.rows(listed, f"+{rings}") == []
        await caller.press("1")
        await hears_file(caller, spoken(node, entered))
        assert node.rows(listed, f"+{rings}") == [(f"+{rings}",)]
        await caller.ended()


async def test_a_language_that_cannot_be_spoken_takes_the_fallback(node: Ivr) -> None:
    number = await node.number_of(
        "otherwise: bye\nlanguage: xx\nsteps:\n  hello: {play: {text: Hm.}, next: bye}\n"
        "  bye: {hang_up: }\n"
    )
    async with node.caller(number) as caller:
        await caller.answered()
        await caller.ended()


async def test_without_a_speech_program_the_step_takes_its_fallback(tmp_path: Path) -> None:
    number, flow = (
        "",
        (
            "otherwise: bye\nsteps:\n"
            "  hello: {play: {text: Hello.}, next: bye, otherwise: value}\n"
            '  value: {say: "12.50", as: money, currency: USD, next: bye, otherwise: digits}\n'
            '  digits: {say: "07", as: digits, next: failed}\n'
            "  failed: {play: failed, next: bye}\n  bye: {hang_up: bye}\n"
        ),
    )

    def opened() -> Iterator[Ivr]:
        with ivr(install(), tmp_path, OUTPACE_SPEECH_COMMAND="no-such-program {file}") as node:
            yield node

    nodes = opened()
    node = await asyncio.to_thread(next, nodes)
    try:
        number = await node.number_of(flow)
        told = await node.ask("flows.look")
        assert "no-such-program" in told["speech_problem"]
        async with node.caller(number) as caller:
            answered = await caller.answered()
            # the value goes unsaid, and digits are said one by one by what ships
            assert 0.5 < await caller.hears(PROMPTS["failed"]) - answered < 2.5
            await caller.ended()
            shipped = load_settings(node.home).prompts / "digits"
            for digit in "07":
                file = shipped / f"{digit}.wav"  # too short for more than two of the pieces
                assert pieces_heard(caller.heard().samples, file, SHORT_PIECE) >= HEARD
    finally:
        await asyncio.to_thread(next, nodes, None)
