"""Makes the sounds that ship: asterisk-conf/prompts, and the simulated carrier's voices.

Run by hand when a text changes: `python tools/make_prompts.py` (needs numpy, espeak-ng and sox);
the WAV files are committed. Refuses to know who plays them.
"""

import subprocess
import sys
import tempfile
import wave
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
PROMPTS = ROOT / "asterisk-conf" / "prompts"
CARRIER = ROOT / "simulation" / "carrier" / "conf" / "sounds"
RATE_HZ = 8000

NUMBERS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
QUEUE = {
    "you-are-number": "You are number",
    "many-before-you": "More than ten callers are before you.",
    "expected-wait": "The expected waiting time is",
    "minutes": "minutes.",
    "less-than-a-minute": "less than one minute.",
    "more-than-30-minutes": "more than thirty minutes.",
    **{str(number): word for number, word in enumerate(NUMBERS, 1)},
    "call-back-press": "To be called back instead, press",
    "call-back-own": (
        "We can call you back, and you keep your place. To be called at the number you are calling "
        "from, press 1. At another number, press 2. To wait on, press 3."
    ),
    "call-back-number": "Please key in the number, then the hash key.",
    "call-back-at": "We call you at",
    "call-back-right": "If that is right, press 1. If not, press 2. To wait on, press 3.",
    "call-back-promised": "Thank you. You keep your place, and we call you back. Good bye.",
    "call-back-failed": "We are sorry, we cannot call you back. Please hold the line.",
    "15": "fifteen",
    "20": "twenty",
    "30": "thirty",
}
"""What is said to who waits in a queue, in pieces (`dialer.domain.queue_spoken`)."""

TEXTS = {
    PROMPTS / "abandon.wav": (
        "en-us",
        (
            "This is Outpace Demo Company. We tried to reach you, and no one was free to talk. "
            "You can call us back on 2 0 2, 5 5 5, 0 1 0 0. To not be called again, press 9."
        ),
    ),
    PROMPTS / "lost.wav": (
        "en-us",
        (
            "This is Outpace Demo Company. We are sorry, the line to our agent broke. "
            "You can call us back on 2 0 2, 5 5 5, 0 1 0 0. Good bye."
        ),
    ),
    PROMPTS / "do-not-call.wav": (
        "en-us",
        "Thank you. We will not call this number again. Good bye.",
    ),
    PROMPTS / "sorry.wav": (
        "en-us",
        "We are sorry, we cannot take your call now. Please call again later. Good bye.",
    ),
    **{PROMPTS / "queue" / f"{name}.wav": ("en-us", text) for name, text in QUEUE.items()},
    CARRIER / "hello-1.wav": ("en-us", "Hello?"),
    CARRIER / "hello-2.wav": ("en-gb+f3", "Hello?"),
    CARRIER / "hello-3.wav": ("en-us+f4", "Yes, hello?"),
    CARRIER / "greeting.wav": (
        "en-us+f2",
        "Hi. No one can take your call right now. Please leave a message after the tone.",
    ),
}
"""Who says what. The number is from the block kept for fiction."""

DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
"""Spoken one by one where no program speaks."""

CUE_LEAD_IN_S = 0.14
"""ChanSpy begins about 100 ms after the first frame; what is played before is not heard."""
CUE_TONE_S = 0.12
CUE_HZ = (880.0, 1174.7)
HUSH_FRAME = 160
"""One frame of silence, 20 ms: begins a new stream before an agent's leg idles."""
MUSIC = ROOT / "asterisk-conf" / "music"
CHORDS_HZ = (
    (196.0, 247.0, 294.0),
    (165.0, 196.0, 247.0),
    (131.0, 165.0, 196.0),
    (147.0, 185.0, 220.0),
)
"""What who waits hears: G, E minor, C and D, broken; low, to be told from people's tones."""
NOTE_S = 0.4
BEEP_HZ = 1400.0
BEEP_S = 0.4


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


def beep() -> np.ndarray:
    """Return the tone before an answering machine records."""
    t = np.arange(int(BEEP_S * RATE_HZ)) / RATE_HZ
    return 0.35 * np.minimum(1, np.minimum(t, t[::-1]) / 0.005) * np.sin(2 * np.pi * BEEP_HZ * t)


def music() -> np.ndarray:
    """Return the music for who waits: each chord note by note."""
    t = np.arange(int(NOTE_S * RATE_HZ)) / RATE_HZ
    fade = np.minimum(1, t / 0.01) * np.exp(-2.5 * t)
    notes = [
        0.4 * fade * np.sin(2 * np.pi * hz * t)
        for low, middle, high in CHORDS_HZ
        for hz in (low, middle, high, middle, low, high)
    ]
    return np.concatenate(notes)


def speak(voice: str, text: str, path: Path) -> None:
    """Speak a text into a file: 8 kHz, 16 bit, mono, no silence before the first sound."""
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder) / "speech.wav"
        subprocess.run(["espeak-ng", "-v", voice, "-s", "175", "-w", str(raw), text], check=True)
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
    for folder in (PROMPTS, PROMPTS / "queue", MUSIC, CARRIER):
        folder.mkdir(parents=True, exist_ok=True)
    write_wav(PROMPTS / "cue.wav", cue())
    write_wav(PROMPTS / "hush.wav", np.zeros(HUSH_FRAME))
    write_wav(MUSIC / "waiting" / "waiting.wav", music())
    write_wav(CARRIER / "beep.wav", beep())
    write_wav(PROMPTS / "beep.wav", beep())
    for path, (voice, text) in TEXTS.items():
        speak(voice, text, path)
    (PROMPTS / "digits").mkdir(exist_ok=True)
    for value, word in enumerate(DIGITS):
        speak("en-us", word, PROMPTS / "digits" / f"{value}.wav")
    for path in sorted([*PROMPTS.rglob("*.wav"), *MUSIC.rglob("*.wav"), *CARRIER.glob("*.wav")]):
        with wave.open(str(path)) as made:
            seconds = made.getnframes() / made.getframerate()
        print(f"{path.name}: {seconds:.1f} s, {path.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
