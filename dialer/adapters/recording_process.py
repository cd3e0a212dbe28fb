"""The niced process that wraps raw recordings: reads orders from stdin, one a line.

`wrap NAME` makes NAME.raw into NAME.wav once the switch has stopped writing it; `discard NAME`
removes an empty NAME.raw. Ends when stdin does, with everything done.
"""

import fcntl
import os
import queue
import shutil
import sys
import threading
import time
import wave
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

RATE_HZ: Final = 8000
SETTLED_S: Final = 0.3
"""A file that did not grow for this long is complete: the switch writes every 20 ms."""

WAIT_S: Final = 5.0
"""A file that grows for longer than this after its call is taken as it is."""

LOOK_S: Final = 0.05


def wrap(raw: Path, target: Path) -> bool:
    """Write the WAV file beside the raw one and remove that; False when there is nothing to do.

    The process of an engine that was killed may still be at it: each file is wrapped by one.
    """
    try:
        samples = raw.open("rb")
    except FileNotFoundError:
        return False
    with samples:
        try:
            fcntl.flock(samples, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        size = os.fstat(samples.fileno()).st_size
        if size == 0 or not raw.exists():
            raw.unlink(missing_ok=True)
            return False
        part = target.with_suffix(".part")
        with wave.open(str(part), "wb") as out:
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


def complete(raw: Path, asked_at: float, now: float) -> bool:
    """Tell whether the switch has stopped writing a file (times in seconds since the epoch)."""
    if now - asked_at > WAIT_S:
        return True
    if not raw.exists() or raw.stat().st_size == 0:
        return False  # under load the switch writes late: an empty file is no verdict yet
    return now - raw.stat().st_mtime > SETTLED_S


def carry_out(folder: Path, order: str, name: str) -> None:
    """Carry out one order whose file is complete."""
    raw = folder / f"{name}.raw"
    if order == "wrap":
        wrap(raw, folder / f"{name}.wav")
    elif order == "discard" and raw.exists() and raw.stat().st_size == 0:
        raw.unlink()


def main(folder: Path, orders: Iterable[str]) -> None:
    """Carry out orders, one a line, until there are no more; each waits for its own file only."""
    waiting: deque[tuple[float, str, str]] = deque()
    inbox: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(orders, inbox), daemon=True).start()
    more = True
    while more or waiting:
        if more:
            # whatever has come by now, and no more: orders may never stop coming
            for line in _come(inbox, None if not waiting else LOOK_S):
                more = line is not None
                if line is not None:
                    order, _, name = line.strip().partition(" ")
                    waiting.append((time.time(), order, name))
        for _ in range(len(waiting)):
            asked_at, order, name = waiting.popleft()
            try:
                if order == "discard" or complete(folder / f"{name}.raw", asked_at, time.time()):
                    carry_out(folder, order, name)
                else:
                    waiting.append((asked_at, order, name))
            except OSError as error:
                # the raw file stays, and the next start takes it up
                print(f"recording {name}: {error}", file=sys.stderr)
        if waiting and not more:
            time.sleep(LOOK_S)


def _come(inbox: "queue.SimpleQueue[str | None]", wait_s: float | None) -> Iterator[str | None]:
    with suppress(queue.Empty):
        yield inbox.get(timeout=wait_s)
        while True:
            yield inbox.get_nowait()


def _read(orders: Iterable[str], inbox: "queue.SimpleQueue[str | None]") -> None:
    for line in orders:
        inbox.put(line)
    inbox.put(None)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.stdin)
