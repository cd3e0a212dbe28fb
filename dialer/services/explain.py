"""What holds a campaign as a whole: its state, its engine, its agents, its pacer.

From the campaign as stored and the floor as its engine tells it. What holds single leads is
`dialer.domain.explanation`. Refuses to know how the engine is asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from dialer.domain.agentflow import AgentState
from dialer.domain.breaker import BreakerState
from dialer.domain.campaign import Campaign, CampaignState
from pacing import LimitedBy

LIMITS: Final[Mapping[str, str]] = {
    LimitedBy.AGENTS.value: "no agent would be free for one more answer",
    LimitedBy.ABANDON_BUDGET.value: "the abandonment cap leaves no room for one more line",
    LimitedBy.LINES.value: "it has as many lines as it may have",
    LimitedBy.CALLS_PER_SECOND.value: "it dials as many calls per second as it may",
    LimitedBy.SCHEDULE.value: "it is after its closing time",
    LimitedBy.MODE.value: "its mode starts no more lines by itself",
}
"""What held back the pacer's next line, for people."""

_AWAY: Final = frozenset({AgentState.OFFLINE.value, AgentState.CALLING.value})


@dataclass(frozen=True, slots=True)
class WholeHold:
    """One thing that holds the campaign as a whole."""

    hold: str
    """One word, for machines."""
    sentence: str
    detail: str = ""
    """What the sentence names, for machines: the state, the pacer's limit, how many agents; or what
    is wrong with a trunk, in words."""


def holding(campaign: Campaign, floor: Mapping[str, Any] | None, problem: str) -> list[WholeHold]:
    """Return what holds a campaign as a whole, the most decisive first.

    Args:
        campaign: as stored.
        floor: the engine's `status`; None: no engine runs.
        problem: why the campaign may not dial on its trunk, "" if nothing is known against it.
    """
    found: list[WholeHold] = []
    if campaign.state is not CampaignState.RUNNING:
        fix = f"outpace campaigns start {campaign.name}"
        found.append(
            WholeHold("state", f"it is {campaign.state.value}: {fix}", campaign.state.value)
        )
    if floor is None:
        found.append(WholeHold("engine", "no engine runs: outpace engine"))
    elif not floor["switch"]:
        found.append(WholeHold("switch", "the switch is not connected"))
    elif floor["held"]:
        found.append(WholeHold("held", "dialing is held until the past is settled"))
    if problem:
        found.append(WholeHold("trunk", f"it may not dial: {problem}", problem))
    if floor is not None:
        found += _of_trunks(campaign, floor)
        found += _of_agents(campaign, floor)
        found += _of_pacer(campaign, floor)
    return found


def run_on(floor: Mapping[str, Any] | None, campaign: Campaign) -> Mapping[str, Any] | None:
    """Return the campaign as its engine tells it; None if it is not in its memory."""
    rows = floor["campaigns"] if floor is not None else ()
    return next((row for row in rows if row["campaign"] == campaign.campaign_id), None)


def _of_trunks(campaign: Campaign, floor: Mapping[str, Any]) -> list[WholeHold]:
    row = run_on(floor, campaign)
    names = row.get("trunks", ()) if row is not None else ()
    mine = [one for one in floor.get("trunks", ()) if one["trunk"] in names]
    if not mine or any(one["state"] != BreakerState.OPEN.value for one in mine):
        return []
    told = "; ".join(f"{one['trunk']}: {one['reason']}" for one in mine)
    return [WholeHold("trunk_out", f"all its trunks are taken out: {told}", told)]


def _of_agents(campaign: Campaign, floor: Mapping[str, Any]) -> list[WholeHold]:
    states = [
        agent["state"]
        for agent in floor["agents"]
        if campaign.campaign_id in agent["campaigns"] and agent["state"] not in _AWAY
    ]
    if not states:
        return [WholeHold("agents", "no agents are logged in for it")]
    if all(state == AgentState.PAUSED.value for state in states):
        return [_all_paused(len(states))]
    return []


def _all_paused(many: int) -> WholeHold:
    return WholeHold("agents_paused", f"all its {many} agents are paused", str(many))


def _of_pacer(campaign: Campaign, floor: Mapping[str, Any]) -> list[WholeHold]:
    row = run_on(floor, campaign)
    if row is None or row["state"] != CampaignState.RUNNING.value or not row["limited_by"]:
        return []
    limited_by = str(row["limited_by"])
    said = LIMITS.get(limited_by, limited_by)
    return [WholeHold("pacer", f"the pacer's last decision: {said}", limited_by)]
