"""The niced process that wraps raw recordings: reads orders from stdin, one a line.

`wrap NAME` makes NAME.raw into NAME.wav once the switch has stopped writing it; `discard NAME`
removes an empty NAME.raw. Ends when stdin does, with everything done.
"""

import shutil
import sys
import time
import wave
from pathlib import Path
from typing import Final

RATE_HZ: Final = 8000
SETTLED_S: Final = 0.3
"""A file that did not grow for this long is complete: the switch writes every 20 ms."""

WAIT_S: Final = 5.0


def settled_size(path: Path) -> int:
    """Wait until the file stops growing; return its bytes, 0 when there is none."""
    deadline = time.monotonic() + WAIT_S
    size = -1
    while time.monotonic() < deadline:
        now = path.stat().st_size if path.exists() else 0
        if now == size:
            return size
        size = now
        time.sleep(SETTLED_S)
    return size


def wrap(raw: Path, target: Path) -> bool:
    """Write the WAV file beside the raw one and remove that; False when there is nothing."""
    size = settled_size(raw)
    if size <= 0:
        raw.unlink(missing_ok=True)
        return False
    part = target.with_suffix(".part")
    with wave.open(str(part), "wb") as out, raw.open("rb") as samples:
        out.setnchannels(2)
        out.setsampwidth(2)
        out.setframerate(RATE_HZ)
        out.setnframes(size // 4)
        shutil.copyfileobj(samples, _Frames(out), 1 << 16)
    part.rename(target)
    raw.unlink()
    return True


class _Frames:
    """Gives a wave writer the face of a file."""

    def __init__(self, out: wave.Wave_write) -> None:
        self._out = out

    def write(self, data: bytes) -> int:
        self._out.writeframesraw(data)
        return len(data)


def main(folder: Path) -> None:
    """Carry out orders until stdin ends."""
    for line in sys.stdin:
        order, _, name = line.strip().partition(" ")
        raw = folder / f"{name}.raw"
        if order == "wrap":
            wrap(raw, folder / f"{name}.wav")
        elif order == "discard" and raw.exists() and settled_size(raw) == 0:
            raw.unlink()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
