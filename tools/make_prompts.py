"""Makes the prompts that ship in asterisk-conf/prompts: the cue tone, and the spoken texts.

Run by hand when a text changes: `python tools/make_prompts.py` (needs numpy, espeak-ng and sox);
the WAV files are committed. Refuses to know who plays them.
"""

import subprocess
import sys
import tempfile
import wave
from pathlib import Path

import numpy as np

PROMPTS = Path(__file__).resolve().parent.parent / "asterisk-conf" / "prompts"
RATE_HZ = 8000

TEXTS = {
    "abandon": (
        "This is Outpace Demo Company. We tried to reach you, and no one was free to talk. "
        "You can call us back on 2 0 2, 5 5 5, 0 1 0 0. To not be called again, press 9."
    ),
    "lost": (
        "This is Outpace Demo Company. We are sorry, the line to our agent broke. "
        "You can call us back on 2 0 2, 5 5 5, 0 1 0 0. Good bye."
    ),
    "do-not-call": "Thank you. We will not call this number again. Good bye.",
}
"""What is said. The number is from the block kept for fiction."""

CUE_LEAD_IN_S = 0.14
"""ChanSpy begins about 100 ms after the first frame; what is played before is not heard."""
CUE_TONE_S = 0.12
CUE_HZ = (880.0, 1174.7)


def write_wav(path: Path, samples: np.ndarray) -> None:
    """Write mono 16-bit samples (-1..1) at 8 kHz."""
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE_HZ)
        out.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())


def cue() -> np.ndarray:
    """Return the connect cue: lead-in silence, then two short rising tones."""
    t = np.arange(int(CUE_TONE_S / 2 * RATE_HZ)) / RATE_HZ
    ramp = np.minimum(1, np.minimum(t, t[::-1]) / 0.005)
    tones = [0.35 * ramp * np.sin(2 * np.pi * hz * t) for hz in CUE_HZ]
    return np.concatenate([np.zeros(int(CUE_LEAD_IN_S * RATE_HZ)), *tones])


def speak(text: str, path: Path) -> None:
    """Speak a text into a file: 8 kHz, 16 bit, mono, no silence before the first sound."""
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder) / "speech.wav"
        subprocess.run(["espeak-ng", "-v", "en-us", "-s", "175", "-w", str(raw), text], check=True)
        # band of a telephone line, level, and no leading or trailing silence
        to_line = ["-r", str(RATE_HZ), "-b", "16", "-c", "1"]
        # band of a telephone line, level, and no silence before or after
        trim = [
            "silence",
            "1",
            "0.01",
            "-45d",
            "reverse",
            "silence",
            "1",
            "0.01",
            "-50d",
            "reverse",
        ]
        subprocess.run(
            ["sox", str(raw), *to_line, str(path), "highpass", "200", "norm", "-4", *trim],
            check=True,
        )


def main() -> int:
    """Make every prompt."""
    PROMPTS.mkdir(parents=True, exist_ok=True)
    write_wav(PROMPTS / "cue.wav", cue())
    for name, text in TEXTS.items():
        speak(text, PROMPTS / f"{name}.wav")
    for path in sorted(PROMPTS.glob("*.wav")):
        with wave.open(str(path)) as made:
            seconds = made.getnframes() / made.getframerate()
        print(f"{path.name}: {seconds:.1f} s, {path.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
