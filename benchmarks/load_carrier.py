"""The telephone network of a rate run, a process of its own: thousands of calls without audio.

Every call is written down with the kernel's and our own time stamps, and (given the engine's
database) with whether its attempt was on record in the instant its INVITE arrived: read by another
process, so committed. Run as `python -m benchmarks.load_carrier HOST RECORD [DATABASE]`; says its
port, and its counts when its input closes. Refuses to know why anybody calls.
"""

import signal
import sqlite3
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO

import uvloop

from benchmarks.load_plan import BARE_CALLS, BEHAVIOURS, fate, index_of
from benchmarks.load_process import input_closed, say
from simulation.sip.agent import Invite, SipUserAgent
from simulation.sip.behaviour import Behaviour
from simulation.sip.call import Call, CallObserver

_GATHER: Final = 200
"""Lines written at once."""

_ON_RECORD: Final = (
    "SELECT count(*) FROM leads JOIN attempts ON attempts.lead_id = leads.id"
    " WHERE leads.number = ? AND attempts.ended_at IS NULL"
)


@dataclass(frozen=True, slots=True)
class Dialed:
    """One call as the network saw it; times are seconds since the epoch."""

    number: str
    """E.164 with the leading plus."""
    invited_s: float
    answered_s: float | None
    """Right before the 200 OK was sent."""
    ended_s: float | None
    """When the last message was sent (BYE, 486) or came (BYE, CANCEL)."""
    end: str
    """Name of a `CallEnd`, or ""."""
    on_record: int | None
    """Open attempts of this number when the INVITE came; None when nobody looked."""

    def line(self) -> str:
        """Return it as a line of the record."""
        fields = (
            self.number,
            self.invited_s,
            self.answered_s,
            self.ended_s,
            self.end,
            self.on_record,
        )
        return ",".join("" if field is None else str(field) for field in fields) + "\n"

    @classmethod
    def of_line(cls, line: str) -> "Dialed":
        """Read a line of the record."""
        number, invited, answered, ended, end, on_record = line.rstrip("\n").split(",")
        return cls(
            number,
            float(invited),
            float(answered) if answered else None,
            float(ended) if ended else None,
            end,
            int(on_record) if on_record else None,
        )


def read_record(path: Path) -> list[Dialed]:
    """Return every call of a record, in order of their ends."""
    with path.open(encoding="ascii") as lines:
        return [Dialed.of_line(line) for line in lines]


class Witness:
    """Looks into the engine's database as any other process can."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._database: sqlite3.Connection | None = None

    def open_attempts(self, number: str) -> int | None:
        """Count the open attempts of a number now; None when there is no database."""
        if self._database is None:
            if not self._path.exists():
                return None
            self._database = sqlite3.connect(f"file:{self._path}?mode=ro", uri=True)
        found: tuple[int] = self._database.execute(_ON_RECORD, (number,)).fetchone()
        return found[0]


class Recorder(CallObserver):
    """Writes every call down when it ends."""

    def __init__(self, out: TextIO, witness: Witness | None) -> None:
        self._out = out
        self._witness = witness
        self._seen: dict[str, int | None] = {}
        self._lines: list[str] = []
        self.count = 0

    def on_invite(self, call: Call) -> None:
        """Look whether the attempt is on record."""
        self.count += 1
        if self._witness is not None and index_of(call.number) < BARE_CALLS:
            self._seen[call.call_id] = self._witness.open_attempts(_e164(call.number))

    def on_end(self, call: Call) -> None:
        """Write it down."""
        self._lines.append(
            Dialed(
                _e164(call.number),
                call.invited.epoch_s,
                call.ok_sent.epoch_s if call.ok_sent else None,
                call.ended.epoch_s if call.ended else None,
                call.end.value if call.end else "",
                self._seen.pop(call.call_id, None),
            ).line()
        )
        if len(self._lines) >= _GATHER:
            self.flush()

    def close(self, left: Iterable[Call]) -> None:
        """Write down also the calls that have not ended."""
        for call in left:
            self.on_end(call)
        self.flush()

    def flush(self) -> None:
        """Give what is gathered to the file."""
        self._out.write("".join(self._lines))
        self._out.flush()
        self._lines.clear()


def _e164(number: str) -> str:
    return f"+{number.removeprefix('+')}"


def _behave(invite: Invite) -> Behaviour:
    return BEHAVIOURS[fate(invite.number)]


async def serve(host: str, record: Path, database: Path | None) -> None:
    """Be the network until our input closes."""
    with record.open("w", encoding="ascii") as out:
        recorder = Recorder(out, Witness(database) if database else None)
        async with SipUserAgent(host, 0, _behave, observer=recorder) as network:
            say(port=network.address[1])
            await input_closed()
            recorder.close(list(network.calls.values()))
            counts = network.counts
            say(
                calls=recorder.count,
                repeated_invites=counts.repeated_invites,
                unknown=counts.unknown,
                bad=counts.bad,
            )


def main() -> None:
    """Read the command line and serve."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started us closes our input
    host, record, *rest = sys.argv[1:]
    with suppress(BrokenPipeError):  # nobody is left to be told
        uvloop.run(serve(host, Path(record), Path(rest[0]) if rest else None))


if __name__ == "__main__":
    main()
