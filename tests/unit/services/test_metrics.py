"""What an engine counts and measures of itself."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from node import ANN, Node, node
from test_drain import drain_of

from dialer.domain.legal_limits import LegalCap, LegalLimits
from dialer.domain.metric import LAG_S, Histogram, sample, samples_of
from dialer.services.legal_caps import LegalCaps
from dialer.services.metrics import Metrics

VIRTUAL_TIME = True


def metrics_of(at: Node) -> Metrics:
    return Metrics(
        node="node",
        agents=at.agents,
        campaigns=at.campaigns,
        calls=at.calls,
        seating=at.seating,
        dialing=at.dialing,
        recorder=at.recorder,
        switch=at.switch,
        drain=drain_of(at, 0),
        clock=at.clock,
        folders={},
        queues=at.queues.shown,
    )


async def told(metrics: Metrics) -> dict[tuple[str, ...], Any]:
    answer: Any = await metrics.metrics({})
    return {(one.name, *one.labels): one.value for one in samples_of(answer["samples"])}


async def test_calls_are_counted_by_campaign_and_outcome() -> None:
    async with node() as at:
        metrics = metrics_of(at)
        await at.campaign()
        await at.log_in(ANN)
        talk = await at.answered()
        assert (await told(metrics))["outpace_agents", "talking"] == 1
        assert (await told(metrics))["outpace_trunk_lines", "trunk"] == 1
        at.switch.end(talk)
        at.switch.end(await at.dial(), 17, "486")
        await at.settle()
        found = await told(metrics)
        ended = "outpace_calls_ended_total"
        counted = {key[3]: value for key, value in found.items() if key[0] == ended}
        assert counted == {"connected": 1, "busy": 1}
        assert sum(found[("outpace_connect_latency_seconds",)]["counts"]) == 1
        assert found["outpace_trunk_lines", "trunk"] == 0


async def test_the_abandon_rate_is_told_against_each_cap_in_its_window() -> None:
    async with node() as at:
        metrics = metrics_of(at)
        run = await at.campaign()
        now = at.clock.now()
        limits = LegalLimits((LegalCap("centre", "rolling_24h", 0.01),))
        shared = LegalCaps()
        run.obey(limits, shared.of(run.campaign, run.ledger, limits, now), now)
        shared.rebuild(run.campaign.tenant_id, [(now - 60, False)] * 3 + [(now - 60, True)])
        run.rebuild_ledger([(now - 3 * 86_400, True), (now - 3 * 86_400, False)])
        found = await told(metrics)
        of = ("Spring", "spring")
        assert found["outpace_abandon_ratio", *of, "centre", "rolling_24h"] == 0.25
        assert found["outpace_abandon_cap_ratio", *of, "centre", "rolling_24h"] == 0.01
        assert found["outpace_abandon_window_answers", *of, "centre", "rolling_24h"] == 4
        assert found["outpace_abandon_ratio", *of, "campaign", "campaign"] == 0.5


@given(values=st.lists(st.floats(min_value=0, max_value=10)))
def test_a_histogram_counts_each_value_once_and_where_it_belongs(values: list[float]) -> None:
    histogram = Histogram(LAG_S)
    for value in values:
        histogram.observe(value)
    assert sum(histogram.counts) == len(values)
    assert histogram.total == pytest.approx(sum(values))
    for place, bound in enumerate(LAG_S):
        assert sum(histogram.counts[: place + 1]) == sum(value <= bound for value in values)


def test_what_is_not_in_the_list_cannot_be_told() -> None:
    with pytest.raises(ValueError, match="none of FAMILIES"):
        sample("outpace_nothing", 1)
    with pytest.raises(ValueError, match="none of FAMILIES"):
        sample("outpace_agents", 1)
    assert samples_of([["outpace_of_a_newer_engine", [], 1.0]]) == []
