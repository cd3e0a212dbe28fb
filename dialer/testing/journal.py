"""The switch's journal in memory: what is written is read."""

from dialer.domain.booking import JournalEntry


class MemoryJournal:
    """A `Journal` (dialer.ports) that the switch of a test writes."""

    def __init__(self) -> None:
        self._entries: list[JournalEntry] = []

    def write(self, entry: JournalEntry) -> None:
        """Append an entry."""
        self._entries.append(entry)

    def read(self, channel_ids: set[str]) -> dict[str, list[JournalEntry]]:
        """Return the entries of these channels, oldest first."""
        found: dict[str, list[JournalEntry]] = {}
        for entry in self._entries:
            if entry.channel_id in channel_ids:
                found.setdefault(entry.channel_id, []).append(entry)
        return found
