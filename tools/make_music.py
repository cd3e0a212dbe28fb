"""Makes the music that ships: asterisk-conf/music/hold.wav, heard by customers on hold.

Run by hand: `python tools/make_music.py` (needs numpy); the WAV file is committed. It is nobody's
work but this program's: four chords, plucked softly, in the band of a telephone line. Refuses to
know who plays it.
"""

import sys
import wave
from pathlib import Path

import numpy as np

MUSIC = Path(__file__).resolve().parent.parent / "asterisk-conf" / "music" / "hold.wav"
RATE_HZ = 8000
NOTE_S = 0.25
RING_S = 1.6
"""How long a plucked note rings on under the next ones."""
PEAK = 0.2
"""Of full scale: quieter than a voice."""

CHORDS = (
    (349.23, 440.00, 523.25, 659.26),  # F major 7
    (329.63, 392.00, 493.88, 587.33),  # E minor 7
    (293.66, 349.23, 440.00, 523.25),  # D minor 7
    (392.00, 493.88, 587.33, 698.46),  # G 7
)
"""In Hz; each is plucked up and down, twice."""
ORDER = (0, 1, 2, 3, 2, 1, 2, 3)


def pluck(hz: float) -> np.ndarray:
    """Return one soft note."""
    t = np.arange(int(RING_S * RATE_HZ)) / RATE_HZ
    attack = np.minimum(1, t / 0.012)
    tone = np.sin(2 * np.pi * hz * t) + 0.25 * np.sin(4 * np.pi * hz * t) * np.exp(-6 * t)
    return attack * np.exp(-2.4 * t) * tone


def music() -> np.ndarray:
    """Return the piece; its end rings into its beginning, so that it can be repeated."""
    notes = [chord[step] for chord in CHORDS for _ in range(2) for step in ORDER]
    size = int(len(notes) * NOTE_S * RATE_HZ)
    piece = np.zeros(size)
    for place, hz in enumerate(notes):
        note = pluck(hz)
        at = (int(place * NOTE_S * RATE_HZ) + np.arange(len(note))) % size
        piece[at] += note
    return PEAK * piece / np.abs(piece).max()


def main() -> int:
    """Make it."""
    MUSIC.parent.mkdir(parents=True, exist_ok=True)
    samples = (music() * 32767).astype("<i2")
    with wave.open(str(MUSIC), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE_HZ)
        out.writeframes(samples.tobytes())
    print(f"{MUSIC.name}: {len(samples) / RATE_HZ:.1f} s, {MUSIC.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
