"""The floor as the live feed shows it, put together for the view: one status at a time.

Knows what the feed tells of agents, calls and campaigns. Refuses to know how it comes here.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from dialer.domain.callflow import CallState
from outpace.client import Live

RECENT: Final = 200
"""Connect times that are looked at."""

Status = Mapping[str, Any]
"""What `view` draws: time, agents, campaigns, and how many calls are in each state."""


class Seen:
    """What was seen of one campaign's floor.

    Args:
        live: follows the topic `floor`.
        campaign_id: which campaign.
    """

    def __init__(self, live: Live, campaign_id: str) -> None:
        self._live = live
        self._campaign_id = campaign_id
        self._connect_ms: dict[str, float] = {}
        """Of each attempt whose customer was joined to an agent."""

    def take_in(self) -> None:
        """Note what is told of a call only while it lives."""
        for attempt, call in self._live.values("calls").items():
            if call["connected_at"] is not None and call["answered_at"] is not None:
                waited_s = call["connected_at"] - call["answered_at"]
                self._connect_ms.setdefault(attempt, 1000 * waited_s)

    def status(self, now: float) -> Status:
        """Return the floor as it is now; seconds since the epoch."""
        states = Counter(call["state"] for call in self._live.values("calls").values())
        row = self._live.values("campaigns").get(self._campaign_id)
        recent = list(self._connect_ms.values())[-RECENT:]
        return {
            "at": now,
            "agents": [
                {"agent": agent, **value} for agent, value in self._live.values("agents").items()
            ],
            "campaigns": [] if row is None else [{**row, "connect_ms": recent}],
            "calls": {
                state.value: states[state] for state in CallState if state is not CallState.ENDED
            },
        }
