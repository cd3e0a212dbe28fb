"""The recordings of the bench: persons and machines who answer, made anew from a seed each time.

Knows how a call sounds from the answer on: silence, speech (synthesis, or recorded prompts), pause,
beep. Two parts that share no saying and no prompt: `tuning` and `figures`. Refuses to know lines
and detectors.
"""

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeVar

import numpy as np

from benchmarks.amd import sayings
from benchmarks.amd.line import NOISES, leveled, silence, transmitted, trimmed
from benchmarks.amd.voices import RATE_HZ, Samples, Voices, read_prompt
from simulation.sip import ulaw

Part = Literal["tuning", "figures"]
Kind = Literal["person", "machine"]
T = TypeVar("T")

PERSON_S: Final = 8.0
"""How long a person's recording is."""
MACHINE_S: Final = 16.0
"""How long a machine's recording is at most."""

_LANGUAGES: Final = tuple(sayings.VOICES)
_AFTER_BEEP_S: Final = 2.0
_SENTENCE_S: Final = (1.8, 7.0)
_WORD_S: Final = (0.3, 1.1)
_LIVE_WPM: Final = (150, 230)
_READ_WPM: Final = (130, 200)  # announcements are read more slowly
_BEEPS_HZ: Final = (440, 480, 620, 800, 900, 1000, 1004, 1200, 1400, 1850)
_PERSONS: Final = (("hello", 0.55), ("name", 0.15), ("word", 0.1), ("company", 0.2))
_MACHINES: Final = (("greeting", 0.75), ("prompt", 0.25))


@dataclass(frozen=True, slots=True)
class Recording:
    """What is heard of one who answered, from the answer on."""

    name: str
    kind: Kind
    language: str
    noise: str
    manner: str
    """What kind of person or machine: hello, name, word, company; greeting, prompt."""
    speech_at_s: float
    """When the first word begins."""
    beep_at_s: float
    """When the machine's beep begins; -1 without one."""
    coded: bytes
    """mu-law, 8 kHz."""

    def samples(self) -> ulaw.Samples:
        """Return the samples, 16 bits."""
        return ulaw.decode(self.coded)


@dataclass(frozen=True, slots=True)
class _Spoken:
    language: str
    sound: Samples
    beep_at_s: float = -1.0


class Corpus:
    """Makes recordings; the same arguments make the same ones."""

    def __init__(self, voices: Voices, part: Part) -> None:
        self._voices = voices
        self._part = part
        self._offset = 0 if part == "tuning" else 1
        self._sentences = _prompts(voices, _SENTENCE_S, self._offset)
        self._words = _prompts(voices, _WORD_S, self._offset)
        self._babble = self._crowd()

    def make(self, persons: int, machines: int) -> list[Recording]:
        """Make so many of each."""
        wanted: list[tuple[Kind, int]] = [("person", number) for number in range(persons)]
        wanted += [("machine", number) for number in range(machines)]
        with ThreadPoolExecutor(2) as pool:
            return list(pool.map(lambda one: self._one(*one), wanted))

    def _one(self, kind: Kind, number: int) -> Recording:
        name = f"{self._part}-{kind}-{number:04}"
        chance = np.random.default_rng(_seed(name))
        language = _LANGUAGES[number % len(_LANGUAGES)]
        noise = NOISES[number // len(_LANGUAGES) % len(NOISES)]
        manners = _PERSONS if kind == "person" else _MACHINES
        words, shares = zip(*manners, strict=True)
        manner = str(chance.choice(words, p=shares))
        spoken = getattr(self, f"_{manner}")(language, chance)
        lead_s = float(chance.uniform(0.0, 1.5))
        sound = np.concatenate([silence(lead_s), spoken.sound])
        length = round((PERSON_S if kind == "person" else MACHINE_S) * RATE_HZ)
        if kind == "person":
            sound = np.concatenate([sound, silence(PERSON_S)])
        beep_at_s = spoken.beep_at_s + lead_s
        if spoken.beep_at_s < 0 or beep_at_s > MACHINE_S - 0.5:
            beep_at_s = -1.0
        coded = transmitted(sound[:length], noise, self._babble, chance)
        return Recording(name, kind, spoken.language, noise, manner, lead_s, beep_at_s, coded)

    # -- persons: say something short, wait for an answer, ask again ------------------------------

    def _hello(self, language: str, chance: np.random.Generator) -> _Spoken:
        return self._person(language, sayings.HELLOS[language], chance)

    def _name(self, language: str, chance: np.random.Generator) -> _Spoken:
        return self._person(language, sayings.NAMES[language], chance)

    def _company(self, language: str, chance: np.random.Generator) -> _Spoken:
        return self._person(language, sayings.COMPANIES[language], chance)

    def _word(self, _: str, chance: np.random.Generator) -> _Spoken:
        """A recorded human voice that says one short word, in place of a hello."""
        language, path = self._words[int(chance.integers(len(self._words)))]
        word = leveled(trimmed(read_prompt(path)))
        pause = silence(chance.uniform(1.6, 3.0))
        return _Spoken(language, np.concatenate([word, pause, word]))

    def _person(self, language: str, said: Sequence[str], chance: np.random.Generator) -> _Spoken:
        say = self._speaker(language, chance, _LIVE_WPM)
        first = say(_pick(self._own(said), chance))
        pause = silence(chance.uniform(1.6, 3.0))
        again = say(_pick(sayings.AGAIN[language], chance))
        return _Spoken(language, np.concatenate([first, pause, again]))

    # -- machines: sentences, a pause, a beep, and then they listen -------------------------------

    def _greeting(self, language: str, chance: np.random.Generator) -> _Spoken:
        say = self._speaker(language, chance, _READ_WPM)
        sentences = _pick(self._own(sayings.GREETINGS[language]), chance)
        return _with_beep(language, [say(sentence) for sentence in sentences], chance)

    def _prompt(self, _: str, chance: np.random.Generator) -> _Spoken:
        """Recorded prompts of telephone exchanges: human voices that read."""
        language, path = self._sentences[int(chance.integers(len(self._sentences)))]
        same = [where for tongue, where in self._sentences if tongue == language]
        more = [same[int(chance.integers(len(same)))] for _ in range(int(chance.integers(0, 3)))]
        read = [leveled(trimmed(read_prompt(one))) for one in (path, *more)]
        return _with_beep(language, read, chance)

    def _speaker(
        self, language: str, chance: np.random.Generator, words_per_minute: tuple[int, int]
    ) -> "_Speaker":
        voice = _pick(sayings.VOICES[language], chance) + _pick(sayings.TIMBRES, chance)
        speed = int(chance.integers(*words_per_minute))
        return _Speaker(self._voices, voice, int(chance.integers(20, 80)), speed)

    def _own(self, said: Sequence[T]) -> Sequence[T]:
        return said[self._offset :: 2]

    def _crowd(self) -> Samples:
        """Four at a time, who talk about greetings: the noise of other people."""
        chance = np.random.default_rng(_seed(f"{self._part}-babble"))
        chains = []
        for _ in range(4):
            parts = []
            for language in ("en", "de", "es", "fr", "it"):
                say = self._speaker(language, chance, _LIVE_WPM)
                parts += [say(" ".join(one)) for one in self._own(sayings.GREETINGS[language])]
            chains.append(np.concatenate(parts))
        shortest = min(len(chain) for chain in chains)
        return np.asarray(sum(chain[:shortest] for chain in chains))


@dataclass(frozen=True, slots=True)
class _Speaker:
    voices: Voices
    voice: str
    pitch: int
    words_per_minute: int

    def __call__(self, text: str) -> Samples:
        spoken = self.voices.speak(
            text, self.voice, pitch=self.pitch, words_per_minute=self.words_per_minute
        )
        return leveled(trimmed(spoken))


def _with_beep(language: str, sentences: Sequence[Samples], chance: np.random.Generator) -> _Spoken:
    parts: list[Samples] = []
    for sentence in sentences:
        parts += [sentence, silence(chance.uniform(0.15, 0.9))]
    parts.append(silence(chance.uniform(0.0, 0.8)))
    beep_at_s = sum(map(len, parts)) / RATE_HZ
    hz, length_s = _pick(_BEEPS_HZ, chance), chance.uniform(0.2, 0.9)
    steps = np.arange(round(length_s * RATE_HZ))
    parts.append(chance.uniform(0.5, 1.5) * np.sin(2 * np.pi * hz / RATE_HZ * steps))
    if chance.random() < 0.15:  # some networks' machines just begin to record
        parts.pop()
        beep_at_s = -1.0
    parts.append(silence(_AFTER_BEEP_S))
    return _Spoken(language, np.concatenate(parts), beep_at_s)


def _prompts(voices: Voices, length_s: tuple[float, float], offset: int) -> list[tuple[str, Path]]:
    """List recorded prompts of some length; every second one, as their names have it."""
    found = []
    for language, folder in sorted(voices.prompts.items()):
        for path in sorted(folder.glob("*.wav")):
            seconds = (path.stat().st_size - 44) / (2 * RATE_HZ)
            of_part = _seed(path.name) % 2 == offset
            if (
                of_part
                and "beep" not in path.name
                and "tone" not in path.name
                and length_s[0] <= seconds <= length_s[1]
            ):
                found.append((language, path))
    return found


def _pick(things: Sequence[T], chance: np.random.Generator) -> T:
    return things[int(chance.integers(len(things)))]


def _seed(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big")
