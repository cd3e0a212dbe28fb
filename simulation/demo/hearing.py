"""Who is heard in a recording: the known tones of customer and agent, each on its own channel.

Knows what a line of the simulated network sounds like and from when. Refuses to know databases.
"""

import wave
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulation.carrier.plan import Line, LineOutcome
from simulation.carrier.tones import AGENT_TONES_HZ, BEEP_HZ, CUSTOMER_TONES_HZ, FAX_HZ
from simulation.sip.tones import identify

RATE_HZ: Final = 8000
ENOUGH_S: Final = 0.3
"""A tone that sounded for less is not looked for: a window of the analysis is 0.1 s."""

MISSING_S: Final = 0.5
"""A recording that is this much shorter than its talk lacks audio: worth a word. A machine that
stands still loses some on the way, which no recording can hold."""

LEAST_RATE: Final = 0.5
"""A recording of less than this share of its talk is a fault."""

_KNOWN_HZ: Final = (*AGENT_TONES_HZ, *CUSTOMER_TONES_HZ, BEEP_HZ, FAX_HZ)
_FOREIGN_RATE: Final = 0.1
"""Share of the loud windows that may be taken for another tone: speech can sound like one."""

_TONE_BEGINS_S: Final = {
    LineOutcome.PERSON: 0.5,  # after the hello
    LineOutcome.MACHINE: 5.0,  # in the beep, after the greeting
    LineOutcome.FAX: 0.0,
}
"""After the answer; lines that never answer have none."""
_BEEP_ENDS_S: Final = 5.35


@dataclass(frozen=True, slots=True)
class Heard:
    """What a recording holds against what it should."""

    problem: str = ""
    """"" when all is right."""
    customer_told: bool = True
    """False: the talk was too short for the customer's tone to be in it."""
    missing_s: float = 0.0
    """How much shorter than the talk it is, where that is worth a word."""


def listen(
    path: Path, line: Line, agent_hz: int, *, answered_at: float, joined_at: float, left_at: float
) -> Heard:
    """Judge one recording: stereo, of the whole talk, each voice on its own channel.

    Args:
        path: the WAV file.
        line: whom was called.
        agent_hz: the agent's tone.
        answered_at: when the line answered; times in seconds since the epoch.
        joined_at: when the talk began.
        left_at: when it ended.
    """
    try:
        customer, agent = _channels(path)
    except (OSError, EOFError, wave.Error, ValueError) as error:
        return Heard(f"{path.name}: {error}")
    length_s, talk_s = len(customer) / RATE_HZ, left_at - joined_at
    missing_s = talk_s - length_s if talk_s - length_s > MISSING_S else 0.0
    if missing_s and length_s < LEAST_RATE * talk_s:
        return Heard(f"{path.name}: {length_s:.1f} s of a talk of {talk_s:.1f} s")
    if length_s >= ENOUGH_S and not _holds(agent, agent_hz):
        return Heard(f"{path.name}: the agent's {agent_hz} Hz are not on channel 1")
    tone_begins_s = _TONE_BEGINS_S.get(line.outcome)
    if tone_begins_s is None:
        return Heard(f"{path.name}: a talk with {line.number}, which is {line.outcome}")
    is_machine = line.outcome is LineOutcome.MACHINE
    tone_ends = min(left_at, answered_at + _BEEP_ENDS_S) if is_machine else left_at
    if tone_ends - max(joined_at, answered_at + tone_begins_s) < ENOUGH_S:
        return Heard(customer_told=False, missing_s=missing_s)
    customer_hz = {LineOutcome.FAX: FAX_HZ, LineOutcome.MACHINE: BEEP_HZ}.get(
        line.outcome, line.tone_hz
    )
    # of a short beep after a long greeting no more can be asked than that it is there
    heard = _in(customer, customer_hz) if is_machine else _holds(customer, customer_hz)
    if not heard:
        return Heard(f"{path.name}: the customer's {customer_hz} Hz are not on channel 0")
    return Heard(missing_s=missing_s)


def _channels(path: Path) -> tuple[NDArray[np.int16], NDArray[np.int16]]:
    with wave.open(str(path), "rb") as file:
        kind = (file.getnchannels(), file.getsampwidth(), file.getframerate())
        if kind != (2, 2, RATE_HZ):
            raise ValueError(f"{kind[0]} channels of {8 * kind[1]} bit at {kind[2]} Hz")
        samples = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").reshape(-1, 2)
    return samples[:, 0], samples[:, 1]


def _holds(samples: NDArray[np.int16], hz: int) -> bool:
    """Whether this tone, and no other known one, is in a channel."""
    shares = identify(samples, _KNOWN_HZ)
    return (
        bool(shares)
        and shares[0].hz == hz
        and sum(share.blocks_rate for share in shares[1:]) <= _FOREIGN_RATE
    )


def _in(samples: NDArray[np.int16], hz: int) -> bool:
    return any(share.hz == hz for share in identify(samples, _KNOWN_HZ))
