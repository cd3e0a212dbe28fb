"""A pacer that writes down all it is told and all it decides, one JSON line each.

The first line holds format, settings and what the pacer knew; `pacing.replay` runs the lines again.
Refuses to know files: each line is handed to whoever keeps it. A cap's ledger that other pacers
feed is written as it stands at the start; what they add later is not in the trace.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from typing import Any, Final

from pacing.decision import Decision
from pacing.ledger import Ledger
from pacing.pacer import Pacer
from pacing.settings import Cap, PacingSettings
from pacing.window import Window

TRACE_FORMAT: Final = 1

Write = Callable[[str], object]
"""Takes one line, its line break included."""


class TracedPacer:
    """A `Pacer` with a trace; has the pacer's face.

    What the pacer refuses changes nothing and is not written.
    """

    def __init__(self, pacer: Pacer, write: Write) -> None:
        """Write the first line.

        Args:
            pacer: decides; may have learned before. One that was told its laws (yardsticks) cannot
                be replayed.
            write: takes each line.
        """
        self._pacer = pacer
        self._write = write
        self._line(
            {
                "outpace_pacing_trace": TRACE_FORMAT,
                "settings": settings_to_json(pacer.settings),
                "snapshot": pacer.snapshot(),
            }
        )

    @property
    def settings(self) -> PacingSettings:
        """See `Pacer`."""
        return self._pacer.settings

    @property
    def ledger(self) -> Ledger:
        """See `Pacer`."""
        return self._pacer.ledger

    def agent_changed(
        self, agent_id: str, state: str, now: float, *, leaving: bool = False
    ) -> None:
        """See `Pacer`."""
        self._pacer.agent_changed(agent_id, state, now, leaving=leaving)
        self._line(["agent_changed", now, agent_id, state, bool(leaving)])

    def call_dialed(self, call_id: str, now: float, answer_rate: float | None = None) -> None:
        """See `Pacer`."""
        self._pacer.call_dialed(call_id, now, answer_rate)
        self._line(["call_dialed", now, call_id, answer_rate])

    def call_ringing(self, call_id: str, now: float) -> None:
        """See `Pacer`."""
        self._pacer.call_ringing(call_id, now)
        self._line(["call_ringing", now, call_id])

    def call_answered(self, call_id: str, now: float) -> None:
        """See `Pacer`."""
        self._pacer.call_answered(call_id, now)
        self._line(["call_answered", now, call_id])

    def call_connected(self, call_id: str, agent_id: str, now: float) -> None:
        """See `Pacer`."""
        self._pacer.call_connected(call_id, agent_id, now)
        self._line(["call_connected", now, call_id, agent_id])

    def call_abandoned(self, call_id: str, now: float) -> None:
        """See `Pacer`."""
        self._pacer.call_abandoned(call_id, now)
        self._line(["call_abandoned", now, call_id])

    def call_failed(self, call_id: str, outcome: str, now: float) -> None:
        """See `Pacer`."""
        self._pacer.call_failed(call_id, outcome, now)
        self._line(["call_failed", now, call_id, outcome])

    def call_hung_up(self, call_id: str, now: float) -> None:
        """See `Pacer`."""
        self._pacer.call_hung_up(call_id, now)
        self._line(["call_hung_up", now, call_id])

    def call_ended(self, call_id: str, now: float) -> None:
        """See `Pacer`."""
        self._pacer.call_ended(call_id, now)
        self._line(["call_ended", now, call_id])

    def call_reclassified(self, call_id: str, kind: str, now: float) -> None:
        """See `Pacer`."""
        self._pacer.call_reclassified(call_id, kind, now)
        self._line(["call_reclassified", now, call_id, kind])

    def reconfigure(self, settings: PacingSettings, now: float) -> None:
        """See `Pacer`."""
        self._pacer.reconfigure(settings, now)
        self._line(["reconfigure", now, settings_to_json(settings)])

    def decide(self, now: float) -> Decision:
        """See `Pacer`."""
        decision = self._pacer.decide(now)
        self._line(["decide", now, asdict(decision)])
        return decision

    def snapshot(self) -> dict[str, Any]:
        """See `Pacer`; noted, as the next decision makes its tables anew."""
        taken = self._pacer.snapshot()
        self._line(["snapshot"])
        return taken

    def _line(self, values: object) -> None:
        self._write(json.dumps(values, separators=(",", ":")) + "\n")


def settings_to_json(settings: PacingSettings) -> dict[str, Any]:
    """Return settings as JSON values, with what stands in the ledgers of further caps."""
    values = {field.name: getattr(settings, field.name) for field in fields(settings)}
    values["abandon_window"] = asdict(settings.abandon_window)
    values["caps"] = [
        {"rate": cap.rate, "window": asdict(cap.window), "ledger": cap.ledger.to_rows()}
        for cap in settings.caps
    ]
    return values


def settings_from_json(values: Mapping[str, Any]) -> PacingSettings:
    """Return the settings that `settings_to_json` wrote.

    Raises:
        PacingError: a value is out of range.
        KeyError, TypeError, ValueError: these are no settings.
    """
    read = dict(values)
    read["abandon_window"] = _window(values["abandon_window"])
    read["caps"] = tuple(
        Cap(cap["rate"], _window(cap["window"]), Ledger.from_rows(cap["ledger"]))
        for cap in values["caps"]
    )
    return PacingSettings(**read)


def _window(values: Mapping[str, Any]) -> Window:
    return Window(
        str(values["kind"]), values["length_s"], values["start_s"], tuple(values["edges_s"])
    )
