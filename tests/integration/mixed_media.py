"""The cheapest audio that keeps hundreds of calls alive, and can press keys.

A packet of silence five times a second from one socket; a key is sent at once. Refuses to hear.
"""

from contextlib import suppress

from benchmarks.load_phones import DeafLine, DeafMedia


class KeyedLine(DeafLine):
    """One call's share of the socket."""

    def press(self, digit: str, event_type: int) -> None:
        """Send a whole key press at once."""
        if self.remote is None:
            return
        for datagram in self._sender.press(digit, event_type):
            self._keys.send(datagram, self)

    def __init__(self, desk: "KeyedMedia", ssrc: int) -> None:
        super().__init__(desk, ssrc)
        self._keys = desk


class KeyedMedia(DeafMedia):
    """A desk of such lines."""

    def open(self) -> KeyedLine:
        """Return a line for a new call."""
        self._issued += 1
        return KeyedLine(self, self._issued)

    def send(self, datagram: bytes, line: DeafLine) -> None:
        """Send one packet of a line."""
        with suppress(BlockingIOError):
            if line.remote is not None:
                self._socket.sendto(datagram, line.remote)
