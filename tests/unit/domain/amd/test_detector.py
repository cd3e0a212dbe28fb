"""What the ear makes of sounds, as transcripts: sounds in, verdicts out."""

import numpy as np
import pytest
from sounds import frames, noise, silence, tone, voice

from dialer.domain.amd.activity import FRAME_S, ActivityTerms, SpeechSpells, level_dbfs
from dialer.domain.amd.detector import AGENT_FIRST, SCREENING, Detector, Ear
from dialer.domain.amd.law import AmdTerms, Answerer, Verdict
from dialer.domain.amd.tones import Signal

BOTH = pytest.mark.parametrize("terms", [SCREENING, AGENT_FIRST], ids=["screening", "agent first"])


def verdict(terms: AmdTerms, *sounds: np.ndarray) -> Verdict | None:
    detector = Detector(terms)
    found = [said for frame in frames(*sounds) if (said := detector.hear(frame)) is not None]
    assert found == ([detector.verdict] if detector.verdict else [])  # told once
    return detector.verdict


def signals(*sounds: np.ndarray) -> set[Signal]:
    ear = Ear()
    return {heard.signal for frame in frames(*sounds) if (heard := ear.hear(frame)).signal}


@BOTH
def test_a_short_hello_and_silence_is_a_person(terms: AmdTerms) -> None:
    said = verdict(terms, silence(0.5), voice(0.5), silence(6))
    assert said is not None
    assert (said.answerer, said.reason) == (Answerer.PERSON, "short_greeting")


def test_in_screening_a_hello_at_once_is_known_within_a_second_and_a_half() -> None:
    said = verdict(SCREENING, silence(0.2), voice(0.5), silence(3))
    assert said is not None
    assert said.answerer is Answerer.PERSON
    assert 1.2 <= said.at_s <= 1.5


@BOTH
def test_whoever_speaks_on_and_on_is_a_machine(terms: AmdTerms) -> None:
    said = verdict(terms, silence(0.3), voice(9.0))
    assert said is not None
    assert (said.answerer, said.reason) == (Answerer.MACHINE, "long_greeting")
    assert said.at_s == pytest.approx(0.3 + terms.long_greeting_s, abs=0.3)


@BOTH
def test_sentences_with_pauses_between_them_are_one_talk(terms: AmdTerms) -> None:
    sentences = [part for seed in range(5) for part in (voice(1.5, seed=seed), silence(0.4))]
    said = verdict(terms, silence(0.3), *sentences)
    assert said is not None
    assert said.answerer is Answerer.MACHINE


@BOTH
def test_silence_is_nobody_in_particular(terms: AmdTerms) -> None:
    said = verdict(terms, silence(13))
    assert said == Verdict(Answerer.UNSURE, "silence", pytest.approx(terms.deadline_s, abs=0.021))


@BOTH
def test_the_hum_of_a_line_is_no_speech(terms: AmdTerms) -> None:
    said = verdict(terms, noise(13, 0.004))
    assert said is not None
    assert said.reason == "silence"


def test_speech_is_found_in_a_noisy_street_and_only_there() -> None:
    speech = SpeechSpells(ActivityTerms())
    street = noise(4.0, 0.006)
    street[8000:16000] += voice(1.0)
    for frame in frames(street):
        speech.hear(level_dbfs(frame))
    assert len(speech.spells) == 1
    assert speech.spells[0].begin_s == pytest.approx(1.0, abs=0.1)
    assert speech.spells[0].end_s == pytest.approx(2.0, abs=0.1)


def test_talk_in_the_background_is_not_the_speakers() -> None:
    said = verdict(SCREENING, voice(0.4, 0.02, 3), voice(0.5), voice(4.0, 0.02, 4))
    assert said is not None
    assert said.answerer is Answerer.PERSON


def test_lost_packets_do_not_end_a_word() -> None:
    speech = SpeechSpells(ActivityTerms())
    heard = frames(silence(0.5), voice(1.0), silence(0.5))
    for at in (30, 31, 45):
        heard[at] = np.zeros(160, dtype=np.int16)
    for frame in heard:
        speech.hear(level_dbfs(frame))
    assert len(speech.spells) == 1


@pytest.mark.parametrize("hz", [440, 1000, 1400, 1850])
def test_a_beep_after_a_short_greeting_is_a_machines_and_its_end_is_known(hz: int) -> None:
    detector = Detector(AGENT_FIRST)
    for frame in frames(voice(1.0), silence(0.4), tone(hz, 0.5), silence(1.0)):
        detector.hear(frame)
    assert detector.verdict is not None
    assert (detector.verdict.answerer, detector.verdict.reason) == (Answerer.MACHINE, "beep")
    assert detector.beep_end_s == pytest.approx(1.9, abs=2 * FRAME_S)


def test_a_beep_is_heard_after_the_verdict_too() -> None:
    detector = Detector(SCREENING)
    for frame in frames(voice(6.0), silence(0.4), tone(1000, 0.3), silence(0.5)):
        detector.hear(frame)
    assert detector.verdict is not None
    assert detector.verdict.reason == "long_greeting"
    assert detector.beep_end_s == pytest.approx(6.7, abs=2 * FRAME_S)


def test_a_voice_holds_no_beep() -> None:
    assert signals(*(voice(3.0, seed=seed) for seed in range(4))) == set()


@pytest.mark.parametrize("hz", [2100, 1100])
def test_a_fax_is_told_by_its_tone(hz: int) -> None:
    assert signals(silence(0.5), tone(hz, 0.5), silence(1)) == {Signal.FAX}


@pytest.mark.parametrize(
    ("rising", "meaning"),
    [
        ((913.8, 1370.6, 1776.7), Signal.SIT_VACANT),
        ((985.2, 1370.6, 1776.7), Signal.SIT_VACANT),
        ((985.2, 1428.5, 1776.7), Signal.SIT_NO_CIRCUIT),
        ((950, 1400, 1800), Signal.SIT),
    ],
)
def test_three_rising_tones_are_the_networks(
    rising: tuple[float, float, float], meaning: Signal
) -> None:
    heard = signals(silence(0.3), *(tone(hz, 0.33) for hz in rising), silence(0.5))
    assert heard == {meaning}


def test_three_tones_that_fall_are_no_sit() -> None:
    heard = signals(silence(0.3), *(tone(hz, 0.33) for hz in (1776.7, 1428.5, 985.2)))
    assert not {Signal.SIT, Signal.SIT_VACANT, Signal.SIT_NO_CIRCUIT} & heard


def test_a_number_out_of_service_is_a_machine_with_its_reason() -> None:
    said = verdict(AGENT_FIRST, silence(0.3), *(tone(hz, 0.33) for hz in (950, 1400, 1800)))
    assert said is not None
    assert (said.answerer, said.reason) == (Answerer.MACHINE, "sit")
