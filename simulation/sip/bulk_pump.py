"""RTP for hundreds of calls through one socket: a vectorised source and sink.

Every call sends one packet in 20 ms, always in the same of a few slots of that time, so that the
switch is not hit by bursts. What arrives is told apart by its sender's address and counted with the
kernel's arrival times. Knows no SIP and no event loop: `send` and `receive` are called by a loop
that keeps time (`bulk_worker`).
"""

import socket
from typing import Final

import numpy as np

from simulation.sip.bulk_counts import LineCounts, LineReport
from simulation.sip.mmsg import Inbox, Outbox, host_number
from simulation.sip.rtp import FRAME_SAMPLES, HEADER_BYTES
from simulation.sip.sdp import Address
from simulation.sip.tones import tone_frames
from simulation.sip.udp import RECEIVE_BUFFER_BYTES, SO_TIMESTAMPNS

SLOTS: Final = 5
_ROW_BYTES: Final = HEADER_BYTES + FRAME_SAMPLES
_INBOX_ROWS: Final = 512
_INBOX_ROW_BYTES: Final = 256
_PROBE_BYTES: Final = 8
_NOBODY: Final = -1
_HEADER: Final = np.dtype(
    [("first", "u1"), ("second", "u1"), ("seq", ">u2"), ("ts", ">u4"), ("ssrc", ">u4")]
)


class RtpPump:
    """Rows of calls: call `send(slot)` every 20 ms for each slot, and `receive` often."""

    def __init__(self, host: str, *, capacity: int = 1024) -> None:
        """Bind the socket.

        Args:
            host: address to serve.
            capacity: calls at once, at most.

        Raises:
            OSError: not our address.
        """
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
        self._socket.bind((host, 0))
        self._fd = self._socket.fileno()
        self.address: Final[Address] = self._socket.getsockname()
        self.unsent = 0
        """Packets the kernel would not take."""
        self.strangers = 0
        """RTP packets from addresses of no call."""
        self._outbox = Outbox(capacity, _ROW_BYTES)
        self._headers = self._outbox.data[:, :HEADER_BYTES].view(_HEADER)[:, 0]
        self._headers["first"] = 0x80
        self._inbox = Inbox(_INBOX_ROWS, _INBOX_ROW_BYTES)
        self._heads = self._inbox.data[:, :HEADER_BYTES].view(_HEADER)[:, 0]
        probe = slice(HEADER_BYTES, HEADER_BYTES + _PROBE_BYTES)
        self._probes = self._inbox.data[:, probe].view(np.uint64)[:, 0]
        self._expected = np.zeros(capacity, dtype=np.uint64)
        self._counts = LineCounts(capacity)
        self._row_of_port = np.full(65_536, _NOBODY, dtype=np.intp)
        self._free = list(range(capacity))
        self._rows: dict[int, int] = {}
        self._slots: list[list[int]] = [[] for _ in range(SLOTS)]
        self._order = [np.zeros(0, dtype=np.intp) for _ in range(SLOTS)]
        self._left: list[LineReport] = []

    def add(
        self, line: int, remote: Address, tone_hz: int | None, expect_hz: int | None = None
    ) -> None:
        """Begin (or move) a call: send a tone to `remote`, and count what comes from there.

        Args:
            line: the caller's own number for it.
            remote: the far end.
            tone_hz: tone to send, a multiple of 50 Hz; None sends silence.
            expect_hz: tone to be counted as heard, a multiple of 50 Hz; None is silence.

        Raises:
            ValueError: a tone that does not fit into 20 ms, or no room for another call.
        """
        frame, expected = _whole_frame(tone_hz), _whole_frame(expect_hz)
        row = self._rows.get(line)
        if row is None:
            row = self._enter(line)
        else:
            self._row_of_port[self._outbox.to["port"][row]] = _NOBODY
        self._outbox.to["host"][row] = host_number(remote[0])
        self._outbox.to["port"][row] = remote[1]
        self._outbox.data[row, HEADER_BYTES:] = np.frombuffer(frame, dtype=np.uint8)
        self._expected[row] = np.frombuffer(expected[:_PROBE_BYTES], dtype=np.uint64)[0]
        self._row_of_port[remote[1]] = row

    def remove(self, line: int) -> None:
        """End a call; its report stays until the next reset."""
        row = self._rows.pop(line, None)
        if row is None:
            return
        self._left.append(self._counts.report(line, row))
        self._row_of_port[self._outbox.to["port"][row]] = _NOBODY
        for slot, rows in enumerate(self._slots):
            if row in rows:
                rows.remove(row)
                self._order[slot] = np.array(rows, dtype=np.intp)
        self._free.append(row)

    def reset(self) -> None:
        """Forget all counts and the reports of ended calls."""
        self._left.clear()
        self._counts.reset()

    def reports(self) -> list[LineReport]:
        """Return the reports of all calls, ended ones first."""
        return self._left + [self._counts.report(line, row) for line, row in self._rows.items()]

    def send(self, slot: int) -> None:
        """Send one packet of every call in a slot."""
        rows = self._order[slot]
        if not len(rows):
            return
        headers, sent = self._headers, self._counts.sent
        headers["seq"][rows] += 1  # wraps by itself
        headers["ts"][rows] += FRAME_SAMPLES
        headers["second"][rows] = np.where(headers["seq"][rows] == 1, 0x80, 0)
        sent[rows] += 1
        self.unsent += len(rows) - self._outbox.send(self._fd, rows)

    def receive(self) -> None:
        """Take and count everything that waits in the socket."""
        count = _INBOX_ROWS
        while count == _INBOX_ROWS:
            count = self._inbox.receive(self._fd)
            if count:
                self._count(count)

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()

    def _enter(self, line: int) -> int:
        if not self._free:
            raise ValueError(f"more than {len(self._expected)} calls at once")
        row = self._rows[line] = self._free.pop()
        self._counts.clear(row)
        self._headers["seq"][row] = self._headers["ts"][row] = 0
        self._headers["ssrc"][row] = (line * 2_654_435_761 + 1) & 0xFFFFFFFF
        slot = min(range(SLOTS), key=lambda at: len(self._slots[at]))
        self._slots[slot].append(row)
        self._order[slot] = np.array(self._slots[slot], dtype=np.intp)
        return row

    def _count(self, count: int) -> None:
        heads, source = self._heads[:count], self._inbox.source[:count]
        row = self._row_of_port[source["port"]]
        audio = (heads["first"] == 0x80) & ((heads["second"] & 0x7F) == 0)
        audio &= self._inbox.lengths[:count] >= HEADER_BYTES + _PROBE_BYTES
        ours = audio & (row != _NOBODY) & (source["host"] == self._outbox.to["host"][row])
        which = np.flatnonzero(ours)
        self.strangers += int(np.count_nonzero(audio)) - len(which)
        if not len(which):
            return
        row = row[which]
        self._counts.take(
            row,
            self._inbox.arrivals_ns(count)[which],
            heads["seq"][which].astype(np.int64),
            heads["ssrc"][which].astype(np.int64),
            self._probes[which] == self._expected[row],
        )


def _whole_frame(hz: int | None) -> bytes:
    frames = tone_frames(hz)
    if len(frames) > 1:
        raise ValueError(f"{hz} Hz: in bulk a tone must be a multiple of 50 Hz")
    return frames[0]
