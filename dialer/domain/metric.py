"""What an engine counts and measures: names with units, kinds, labels; histograms as plain data.

The one list of the engine's metrics: what is not in `FAMILIES` cannot be told. Refuses to know how
values come about, and in which format somebody reads them.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final


class Kind(StrEnum):
    """How a value moves."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@dataclass(frozen=True, slots=True)
class Family:
    """A metric: one value for each combination of its labels."""

    name: str
    kind: Kind
    text: str
    labels: tuple[str, ...] = ()


_CAMPAIGN: Final = ("campaign", "campaign_id")
_C, _G, _H = Kind.COUNTER, Kind.GAUGE, Kind.HISTOGRAM

_TRUNK: Final = ("trunk",)
FAMILIES: Final[Mapping[str, Family]] = {
    one.name: one
    for one in (
        Family(
            "outpace_calls_ended_total",
            _C,
            "Calls that were dialed and are over, by outcome, since the engine started.",
            (*_CAMPAIGN, "outcome"),
        ),
        Family(
            "outpace_connect_latency_seconds",
            _H,
            "From a person's answer to the join with an agent; counted when the call is over.",
        ),
        Family(
            "outpace_abandon_ratio",
            _G,
            "Abandoned by live answers in the window in which a cap is counted, 0 to 1.",
            (*_CAMPAIGN, "scope", "window"),
        ),
        Family(
            "outpace_abandon_cap_ratio",
            _G,
            "The cap on that ratio: the campaign's own, or of a calling rule.",
            (*_CAMPAIGN, "scope", "window"),
        ),
        Family(
            "outpace_abandon_window_answers",
            _G,
            "Live answers in that window: what the ratio is of.",
            (*_CAMPAIGN, "scope", "window"),
        ),
        Family("outpace_campaign_dialing", _G, "1 while a campaign starts lines.", _CAMPAIGN),
        Family("outpace_hopper_leads", _G, "Leads leased and ready to be dialed.", _CAMPAIGN),
        Family(
            "outpace_pacing_faults_total",
            _C,
            "Events that a pacer refused: faults of the program.",
            _CAMPAIGN,
        ),
        Family("outpace_trunk_lines", _G, "Lines in use.", ("trunk",)),
        Family("outpace_trunk_lines_limit", _G, "Lines that may be in use.", ("trunk",)),
        Family("outpace_trunk_reachable", _G, "1 while Asterisk reaches the trunk.", ("trunk",)),
        Family("outpace_trunk_out", _G, "1 while a trunk is taken out or tried again.", _TRUNK),
        Family("outpace_trunk_taken_out_total", _C, "Times a trunk was taken out.", _TRUNK),
        Family("outpace_trunk_calls_ended_total", _C, "Calls that were sent and ended.", _TRUNK),
        Family("outpace_trunk_calls_answered_total", _C, "Those of them answered.", _TRUNK),
        Family("outpace_trunk_short_calls_total", _C, "Answered calls of under 6 s.", _TRUNK),
        Family("outpace_trunk_faults_total", _C, "Calls failed by the carrier's fault.", _TRUNK),
        Family("outpace_agents", _G, "Agents by what they are doing.", ("state",)),
        Family("outpace_people_waiting", _G, "People who answered and have no agent yet."),
        Family("outpace_queue_waiting", _G, "Callers who wait in a queue.", ("tenant", "queue")),
        Family(
            "outpace_queue_longest_wait_seconds",
            _G,
            "How long who waits longest in a queue has waited; 0: nobody waits.",
            ("tenant", "queue"),
        ),
        Family(
            "outpace_queue_agents",
            _G,
            "Agents who serve a queue and are neither paused nor away.",
            ("tenant", "queue"),
        ),
        Family("outpace_ami_connected", _G, "1 while there is a session with Asterisk."),
        Family("outpace_ami_round_trip_seconds", _G, "Time of the last ping over AMI."),
        Family(
            "outpace_event_loop_lag_seconds", _H, "How late the engine's event loop comes to work."
        ),
        Family("outpace_recorder_backlog", _G, "Facts that wait to be written to the database."),
        Family("outpace_database_available", _G, "1 while the engine's last write succeeded."),
        Family("outpace_dialing_held", _G, "1 while nothing may be dialed at all."),
        Family("outpace_draining", _G, "1 while the node finishes its talks and then ends."),
        Family("outpace_disk_free_bytes", _G, "Free space where a folder is.", ("folder",)),
    )
}
"""By name; each value also carries the label `node`."""

CONNECT_S: Final = (0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1.0, 1.8, 2.0)
LAG_S: Final = (0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0)


@dataclass(slots=True)
class Histogram:
    """How many values fell below each bound."""

    bounds: tuple[float, ...]
    """Rising; what is above the last one is counted too."""
    counts: list[int] = field(default_factory=list)
    total: float = 0.0

    def __post_init__(self) -> None:
        self.counts = self.counts or [0] * (len(self.bounds) + 1)

    def observe(self, value: float) -> None:
        """Count a value."""
        self.counts[bisect_left(self.bounds, value)] += 1
        self.total += value

    def facts(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return {"bounds": list(self.bounds), "counts": list(self.counts), "sum": self.total}


@dataclass(frozen=True, slots=True)
class Sample:
    """One value."""

    name: str
    labels: tuple[str, ...]
    value: float | Mapping[str, Any]
    """A number, or the facts of a histogram."""


def sample(name: str, value: float | Histogram, *labels: str) -> list[Any]:
    """Return a value of a family as JSON has it: name, labels, value.

    Raises:
        ValueError: there is no such family, or it has other labels.
    """
    family = FAMILIES.get(name)
    if family is None or len(family.labels) != len(labels):
        raise ValueError(f"{name} with labels {labels} is none of FAMILIES")
    return [name, list(labels), value.facts() if isinstance(value, Histogram) else float(value)]


def samples_of(told: Sequence[Sequence[Any]]) -> list[Sample]:
    """Read what an engine told; what this program does not know is left out.

    An engine of another version may know more metrics, or fewer.
    """
    found = []
    for name, labels, value in told:
        family = FAMILIES.get(name)
        if family is not None and len(labels) == len(family.labels):
            found.append(Sample(name, tuple(map(str, labels)), value))
    return found
