"""The niced process that finishes raw recordings: reads orders from stdin, one a line.

`wrap NAME` makes NAME.raw into a recording once the switch has stopped writing it; `discard NAME`
removes an empty NAME.raw. What fails is tried again later. Ends when stdin does, with everything
done that can be.
"""

import json
import queue
import sys
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from dialer.adapters.recording_finish import PLAIN, Form, finish
from dialer.adapters.recording_keys import read_keys
from dialer.domain.ids import AttemptId
from dialer.domain.recording import Codec, wait_before
from dialer.errors import OutpaceError

SETTLED_S: Final = 0.3
"""A file that did not grow for this long is complete: the switch writes every 20 ms."""

WAIT_S: Final = 5.0
"""A file that grows for longer than this after its call is taken as it is."""

ABSENT_S: Final = 0.6
"""How long the end of an engine waits for a file that is not there at all."""

LOOK_S: Final = 0.05


def complete(raw: Path, asked_at: float, now: float) -> bool:
    """Tell whether the switch has stopped writing a file (times in seconds since the epoch)."""
    if now - asked_at > WAIT_S:
        return True
    if not raw.exists() or raw.stat().st_size == 0:
        return False  # under load the switch writes late: an empty file is no verdict yet
    return now - raw.stat().st_mtime > SETTLED_S


def carry_out(folder: Path, order: str, name: str, form: Form, key_file: Path | None) -> None:
    """Carry out one order whose file is complete.

    Raises:
        OSError: a file cannot be read or written; the raw one stays.
        OutpaceError: it cannot be encrypted; the raw file stays.
    """
    raw = folder / f"{name}.raw"
    if order == "wrap":
        # the keys are read anew: they may have been rotated
        finished = finish(folder, AttemptId(name), form, read_keys(key_file), now=time.time())
        if finished is not None and finished.problem:
            print(f"recording {name}: stays WAV: {finished.problem}", file=sys.stderr)
    elif order == "discard" and raw.exists() and raw.stat().st_size == 0:
        raw.unlink()


@dataclass(slots=True)
class _Waiting:
    """An order that is not carried out yet."""

    order: str
    name: str
    asked_at: float
    tries: int = 0
    not_before: float = 0.0


def main(
    folder: Path, orders: Iterable[str], form: Form = PLAIN, key_file: Path | None = None
) -> None:
    """Carry out orders, one a line, until there are no more; each waits for its own file only."""
    waiting: deque[_Waiting] = deque()
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
                    waiting.append(_Waiting(order, name, time.time()))
        for _ in range(len(waiting)):
            one = waiting.popleft()
            if not _done(folder, one, form, key_file, last_chance=not more):
                waiting.append(one)
        if waiting and not more:
            time.sleep(LOOK_S)


def _done(
    folder: Path, one: _Waiting, form: Form, key_file: Path | None, *, last_chance: bool
) -> bool:
    """Carry an order out if its time has come; tell whether it is over with."""
    now = time.time()
    if now < one.not_before and not last_chance:
        return False
    raw = folder / f"{one.name}.raw"
    if last_chance and now - one.asked_at > ABSENT_S and not raw.exists():
        return True  # should the switch write it yet, the next start takes it up
    if one.order != "discard" and not complete(raw, one.asked_at, now):
        return False
    try:
        carry_out(folder, one.order, one.name, form, key_file)
    except (OSError, OutpaceError) as error:
        # the raw file stays; what is not done at the end is taken up by the next start
        one.tries += 1
        one.not_before = now + wait_before(one.tries)
        print(f"recording {one.name}: {error}", file=sys.stderr)
        return last_chance
    return True


def _come(inbox: "queue.SimpleQueue[str | None]", wait_s: float | None) -> Iterator[str | None]:
    with suppress(queue.Empty):
        yield inbox.get(timeout=wait_s)
        while True:
            yield inbox.get_nowait()


def _read(orders: Iterable[str], inbox: "queue.SimpleQueue[str | None]") -> None:
    for line in orders:
        inbox.put(line)
    inbox.put(None)


def _form(said: dict[str, Any]) -> tuple[Form, Path | None]:
    key_file = Path(said["key_file"]) if said.get("key_file") else None
    return Form(Codec(said.get("codec", "wav")), said.get("program", "")), key_file


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.stdin, *_form(json.loads(sys.argv[2])))
