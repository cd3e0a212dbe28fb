"""Health and metrics at the root: what is told, to whom, and what makes a node not ready."""

import asyncio
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from service import Service, service
from sqlalchemy import text

from dialer.domain.ids import AgentId, CampaignId
from dialer.domain.metric import FAMILIES, Kind
from dialer.errors import SwitchUnavailable
from dialer.services.drain import NodeState


async def get(at: Service, path: str, **headers: str) -> httpx.Response:
    return await at.client.get(path, headers=headers)


async def measured(at: Service) -> dict[str, dict[tuple[tuple[str, str], ...], float]]:
    """Read the metrics as Prometheus does: name of the sample, labels, value."""
    answer = await get(at, "/metrics")
    assert answer.status_code == 200
    found: dict[str, dict[tuple[tuple[str, str], ...], float]] = {}
    for family in text_string_to_metric_families(answer.text):
        for one in family.samples:
            found.setdefault(one.name, {})[tuple(sorted(one.labels.items()))] = one.value
    return found


async def missing(at: Service) -> tuple[int, set[str]]:
    """Ask whether it is ready; returns the status and what is missing."""
    answer = await get(at, "/readyz")
    assert answer.json()["ready"] is (answer.status_code == 200)
    return answer.status_code, {one["what"] for one in answer.json()["problems"]}


async def test_whoever_asks_is_told_that_it_lives(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        assert (await get(at, "/healthz")).json()["alive"] is True
        assert await missing(at) == (503, {"engine"})


async def test_a_node_is_ready_when_nothing_is_missing_and_says_what_is(tmp_path: Path) -> None:
    async with service(tmp_path) as at:
        at.switch.trunks.add("trunk")
        await at.engine.metrics.look()
        assert await missing(at) == (200, set())
        at.switch.trunks.discard("trunk")
        await at.engine.metrics.look()
        assert await missing(at) == (503, {"trunk trunk"})
        at.switch.lose()
        assert await missing(at) == (503, {"ami"})
        at.switch.restore()
        at.switch.trunks.add("trunk")
        await at.engine.metrics.look()
        assert await missing(at) == (200, set())


async def test_a_database_of_another_version_is_not_ready(tmp_path: Path) -> None:
    async with service(tmp_path) as at:
        at.switch.trunks.add("trunk")
        await at.engine.metrics.look()
        await at.stores.writer.transact(
            lambda connection: connection.execute(
                text("UPDATE alembic_version SET version_num = '9999'")
            )
        )
        assert await missing(at) == (503, {"database"})


async def test_metrics_are_those_of_the_list_and_count_calls(tmp_path: Path) -> None:
    async with service(tmp_path) as at:
        await at.engine.metrics.look()
        created = await at.done("POST", "/campaigns", json={"name": "spring"})
        await at.with_leads(created["id"], 20)
        await at.done("POST", f"/campaigns/{created['id']}/start")
        found = await measured(at)
        node, of = ("node", "node"), (("campaign", "spring"), ("campaign_id", created["id"]))
        assert found["outpace_campaign_dialing"][(*of, node)] == 1
        assert found["outpace_hopper_leads"][(*of, node)] > 0
        cap = (*of, node, ("scope", "campaign"), ("window", "campaign"))
        assert found["outpace_abandon_cap_ratio"][cap] == 0.03
        assert found["outpace_abandon_ratio"][cap] == 0
        trunk = (node, ("trunk", "trunk"))
        assert found["outpace_trunk_lines_limit"][trunk] == 200
        assert found["outpace_trunk_reachable"][trunk] == 0
        assert found["outpace_ami_connected"][(node,)] == 1
        assert found["outpace_database_available"][(node,)] == 1
        assert found["outpace_disk_free_bytes"][(("folder", "home"), node)] > 0
        requests = found["outpace_api_requests_total"]
        assert requests[("operation", "campaigns.create"), ("status", "201")] == 1
        assert found["outpace_engines"][()] == 1
        # each family but those of calls and of callers in queues, of whom there were none
        told = {name.removesuffix("_count") for name in found}
        untold = FAMILIES.keys() - told
        queues = {name for name in untold if name.startswith("outpace_queue_")}
        assert untold - queues == {"outpace_calls_ended_total"}


async def test_what_the_feed_counts_is_told(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        at.app.state.meter.count_feed(lambda: 7)
        assert (await measured(at))["outpace_feed_subscribers"][()] == 7
        await get(at, "/no-such-page")
        requests = (await measured(at))["outpace_api_requests_total"]
        assert requests[("operation", "none"), ("status", "404")] == 1


async def test_a_token_for_metrics_is_asked_for_when_one_is_set(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False, metrics_token="m-secret") as at:
        refused = await get(at, "/metrics")
        assert (refused.status_code, refused.json()["code"]) == (401, "not_authenticated")
        assert "m-secret" not in refused.text
        wrong = await get(at, "/metrics", authorization="Bearer m-secre")
        assert wrong.status_code == 401
        right = await get(at, "/metrics", authorization="Bearer m-secret")
        assert right.headers["content-type"].startswith("text/plain")


async def test_a_switch_that_gives_no_answer_has_no_round_trip(tmp_path: Path) -> None:
    async with service(tmp_path) as at:
        await at.engine.metrics.look()
        assert "outpace_ami_round_trip_seconds" in await measured(at)
        at.switch.lose()
        with pytest.raises(SwitchUnavailable):
            await at.switch.round_trip()
        await at.engine.metrics.look()
        found = await measured(at)
        assert "outpace_ami_round_trip_seconds" not in found
        assert next(iter(found["outpace_ami_connected"].values())) == 0


@pytest.mark.parametrize("family", FAMILIES.values(), ids=lambda family: family.name)
def test_names_are_as_prometheus_asks(family: object) -> None:
    name, kind = family.name, family.kind
    assert name.startswith("outpace_")
    assert name.endswith("_total") is (kind is Kind.COUNTER)
    assert not name.endswith(("_ms", "_milliseconds", "_percent", "_count", "_sum", "_bucket"))


async def test_a_node_that_drains_says_so_to_agents_and_balancers(tmp_path: Path) -> None:
    async with service(tmp_path, drain_limit_s=60) as at:
        at.switch.trunks.add("trunk")
        await at.engine.metrics.look()
        created = await at.done("POST", "/campaigns", json={"name": "spring", "settings": {}})
        await at.with_leads(created["id"], 20)
        await at.engine.agents.log_in(AgentId("1001"), [CampaignId(created["id"])])
        await at.done("POST", f"/campaigns/{created['id']}/start")
        while not at.switch.calls:
            await asyncio.sleep(0.01)
        at.engine.stop()
        while at.engine.drain.state is not NodeState.DRAINING:
            await asyncio.sleep(0.01)
        assert await missing(at) == (503, {"engine"})
        floor = await at.app.state.world.engines.ask("status")
        assert floor["node"]["state"] == "draining"
        assert [agent["node"] for agent in floor["agents"]] == ["draining"]
        # the harness asks once more: it does not wait for the line that rings
