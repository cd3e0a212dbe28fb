"""Sound files: what the switch can play, and what it recorded of callers. WAV, 8 kHz, 16 bit, mono.

Knows folders and the head of a file. Refuses to know who plays it, and why.
"""

import wave
from array import array
from pathlib import Path
from typing import Final

from dialer.domain.telephone_sound import RATE_HZ
from dialer.ports import Audio, Unplayable

LOUDEST_SILENCE: Final = 300
"""Of 32768: a message in which nothing is louder was none."""


class SoundFiles:
    """`Sounds` (dialer.ports) in three folders, all of which the switch sees by the same path.

    Args:
        prompts: of the tenant's prompts.
        shipped: of the sounds that came with the node.
        messages: where callers' messages go.
    """

    def __init__(self, prompts: Path, shipped: Path, messages: Path) -> None:
        self._prompts = prompts
        self._shipped = shipped
        self._messages = messages

    def prompt(self, file: str) -> Audio:
        """Return a prompt's file; see `Sounds`."""
        return audio_in(self._prompts / file)

    def shipped(self, name: str) -> Audio:
        """Return a sound that ships; see `Sounds`."""
        return audio_in(self._shipped / f"{name}.wav")

    def new_message(self, name: str) -> str:
        """Return where a message is recorded; see `Sounds`."""
        try:
            self._messages.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise Unplayable(f"no message can be recorded: {error.strerror}") from error
        return str(self._messages / name)

    def spoken_s(self, path: str) -> float:
        """Return how long a message is; see `Sounds`."""
        try:
            with wave.open(f"{path}.wav") as sound:
                samples = array("h", sound.readframes(sound.getnframes()))
        except (OSError, EOFError, wave.Error, ValueError):
            return 0.0
        if not samples or max(samples) <= LOUDEST_SILENCE:
            return 0.0
        return len(samples) / RATE_HZ

    def discard(self, path: str) -> None:
        """Remove a message that was none; see `Sounds`."""
        Path(f"{path}.wav").unlink(missing_ok=True)


def audio_in(file: Path) -> Audio:
    """Return a file that the switch can play.

    Raises:
        Unplayable: it is not there, empty, or of another form.
    """
    try:
        with wave.open(str(file)) as sound:
            form = (sound.getnchannels(), sound.getsampwidth(), sound.getframerate())
            frames = sound.getnframes()
    except (OSError, EOFError, wave.Error) as error:
        raise Unplayable(f"{file.name} cannot be read ({error})") from error
    if form != (1, 2, RATE_HZ) or not frames:
        raise Unplayable(f"{file.name} is not 8 kHz, 16 bit, mono, or empty")
    return Audio(str(file.with_suffix("")), frames / RATE_HZ)
