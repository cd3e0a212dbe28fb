"""Which campaigns share which trunks: pools whose lines are divided together.

Two campaigns are in one pool if their routes have a trunk in common, or others tie them together.
Refuses to know what is divided.
"""

from collections.abc import Collection, Mapping

from dialer.domain.ids import CampaignId


def pools_of(
    routes: Mapping[CampaignId, Collection[str]], known: Collection[str]
) -> dict[tuple[str, ...], list[CampaignId]]:
    """Return the pools: their trunks, in order, and the campaigns on them.

    Args:
        routes: the trunks of each campaign.
        known: trunks of this node; a campaign on none of them is in no pool.
    """
    pools: list[tuple[set[str], list[CampaignId]]] = []
    for campaign, trunks in routes.items():
        own = {trunk for trunk in trunks if trunk in known}
        if not own:
            continue
        together = (own, [campaign])
        apart = []
        for pool in pools:
            if pool[0] & own:
                together[0].update(pool[0])
                together[1].extend(pool[1])
            else:
                apart.append(pool)
        pools = [*apart, together]
    return {tuple(sorted(trunks)): sorted(campaigns) for trunks, campaigns in pools}
