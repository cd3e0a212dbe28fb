"""How campaigns share what there is one of: agents and a trunk's lines. Pure.

An idle agent is counted by exactly one campaign's pacing; lines and calls per second are divided
by weight, and what one campaign does not want passes to the others. Refuses to know why a campaign
wants lines.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from dialer.domain.ids import CampaignId

CALLS_BURST_S: Final = 0.06
"""Longest time between two looks at a limit of calls per second, by the dialing loop; what may be
sent at once besides one call, as seconds of the limit. Asterisk handles larger bursts late."""


def home_of(
    serves: Iterable[CampaignId],
    counted: Mapping[CampaignId, int],
    weights: Mapping[CampaignId, float],
) -> CampaignId | None:
    """Choose the campaign that shall count an agent who became idle.

    Args:
        serves: the campaigns the agent may serve.
        counted: agents each campaign counts already.
        weights: weight (> 0) of each campaign that dials now; others are not chosen.

    Returns:
        The campaign furthest below its share, ties by name; None when none of them dials.
    """
    best: tuple[float, CampaignId] | None = None
    for campaign in serves:
        weight = weights.get(campaign)
        if weight is None:
            continue
        rank = ((counted.get(campaign, 0) + 1) / weight, campaign)
        if best is None or rank < best:
            best = rank
    return best[1] if best is not None else None


class LineShares:
    """Divides a trunk's free lines among campaigns by weight, fairly over time."""

    def __init__(self) -> None:
        self._credit: dict[CampaignId, float] = {}

    def divide(
        self, free: int, wants: Mapping[CampaignId, int], weights: Mapping[CampaignId, float]
    ) -> dict[CampaignId, int]:
        """Give out at most `free` lines, never more to a campaign than it wants.

        Each line goes to the campaign with the most credit; credit grows by weight share with
        each line given to anyone and falls by one with each line taken, so that a trickle of one
        line at a time is shared as evenly as a flood.
        """
        given = dict.fromkeys(wants, 0)

        def give(campaign: CampaignId) -> bool:
            given[campaign] += 1
            return True

        self.deal(free, wants, weights, give)
        return given

    def deal(
        self,
        most: int,
        wants: Mapping[CampaignId, int],
        weights: Mapping[CampaignId, float],
        give: Callable[[CampaignId], bool],
    ) -> None:
        """Give out at most `most` lines one by one, as `divide` does.

        Args:
            most: lines.
            wants: lines that each campaign wants.
            weights: of each campaign.
            give: starts one line for a campaign; False: there is none for it now.
        """
        hungry = {campaign: count for campaign, count in wants.items() if count > 0}
        self._credit = {c: self._credit.get(c, 0.0) for c in hungry}
        while most > 0 and hungry:
            total = sum(weights[campaign] for campaign in hungry)
            due = {c: self._credit[c] + weights[c] / total for c in hungry}
            taker = max(sorted(hungry), key=lambda campaign: due[campaign])
            if not give(taker):
                del hungry[taker]
                continue
            self._credit.update(due)
            self._credit[taker] -= 1.0
            most -= 1
            hungry[taker] -= 1
            if hungry[taker] == 0:
                del hungry[taker]
