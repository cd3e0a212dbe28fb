"""The commands that set up and explain a campaign, as they are typed."""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from typed_commands import done, node_with_leads, refused

from dialer.adapters.control_socket import ControlServer
from dialer.adapters.sql.stores import open_stores
from dialer.domain.campaign import CampaignState
from dialer.domain.ids import CampaignId
from dialer.testing.feed import MemoryFeed


@pytest.fixture
def node(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    leads = "phone,city\n202-555-0100,Bonn\n202-555-0101,Rome\n202-555-0102,Bonn\n"
    return node_with_leads(tmp_path, monkeypatch, leads)


def shown() -> dict[str, object]:
    found: dict[str, object] = json.loads(done("campaigns", "show", "spring", "--json"))["settings"]
    return found


def run_it(home: Path) -> None:
    """Put the campaign into the state running, as an engine does."""

    async def work() -> None:
        async with open_stores(f"sqlite:///{home / 'outpace.db'}") as stores:
            found = await stores.campaigns.find("spring")
            assert found is not None
            await stores.campaigns.set_state(CampaignId(found.campaign_id), CampaignState.RUNNING)

    asyncio.run(work())


def test_settings_are_changed_and_shown_and_the_change_is_noted(node: Path) -> None:
    said = done("campaigns", "set", "spring", "mode=power", "power_ratio=2", "order.by=newest")
    assert said == "changed: mode, order, power_ratio; 3 leads arranged\n"
    settings = shown()
    assert (settings["mode"], settings["power_ratio"]) == ("power", 2.0)
    assert settings["order"] == {"by": "newest", "seed": 0, "shares": {}}
    assert "power_ratio\t2.0\n" in done("campaigns", "show", "spring")
    assert done("campaigns", "set", "spring", "mode=power") == "changed: nothing\n"
    (noted,) = [
        json.loads(line) for line in done("audit", "--json", "--action", "settings").splitlines()
    ]
    assert noted["detail"]["mode"] == ["predictive", "power"]


def test_a_filter_leaves_leads_out_and_lets_them_in_again(node: Path) -> None:
    done("campaigns", "set", "spring", 'filter=city = "Bonn"')
    told = json.loads(done("campaigns", "explain", "spring", "--json"))
    assert {one["hold"]: one["leads"] for one in told["leads"]} == {"nothing": 2, "filtered": 1}
    assert done("campaigns", "set", "spring", "filter=") == "changed: filter; 3 leads arranged\n"
    again = done("campaigns", "set", "spring", "filter=")
    assert again == "changed: nothing; 3 leads arranged\n"
    told = json.loads(done("campaigns", "explain", "spring", "--json"))
    assert {one["hold"]: one["leads"] for one in told["leads"]} == {"nothing": 3}


@pytest.mark.parametrize(
    ("pair", "said"),
    [
        ("abandon_rate_target=0.05", "abandon_rate_target: 0.05: Input should be less than or"),
        ("max_lines=many", "max_lines: 'many': Input should be a valid integer"),
        ("order.by=best", "order.by: 'best': Input should be 'newest'"),
        ("speed=9", "speed: is no setting of a campaign; use one of"),
        ("order.speed=9", "order.speed: is no setting of a campaign"),
        ("mode.x=9", "mode.x: is no setting of a campaign"),
        ("mode", "'mode' is not key=value"),
        ("filter=city =", "filter: column 7: "),
        ("lost_prompt=/srv/a,b", "lost_prompt: '/srv/a,b' holds ','"),
    ],
)
def test_bad_settings_are_one_line_with_field_value_and_range(
    node: Path, pair: str, said: str
) -> None:
    before = shown()
    assert said in refused("campaigns", "set", "spring", "max_lines=7", pair)
    assert shown() == before


def test_of_a_campaign_that_runs_only_the_pacing_changes(node: Path) -> None:
    run_it(node)
    said = refused("campaigns", "set", "spring", "cue=false")
    assert said.endswith("'spring' is running; pause it first: outpace campaigns pause")
    assert shown()["cue"] is True
    assert done("campaigns", "set", "spring", "max_lines=7") == "changed: max_lines\n"
    assert shown()["max_lines"] == 7
    assert "'winter' does not exist" in refused("campaigns", "set", "winter", "max_lines=7")


def test_explain_says_what_holds_the_campaign_and_its_leads(node: Path) -> None:
    lines = done("campaigns", "explain", "spring").splitlines()
    assert lines[0] == "spring: draft"
    assert "  it is draft: outpace campaigns start spring" in lines
    assert "  no engine runs: outpace engine" in lines
    assert any("no message at" in line for line in lines)
    assert "  the trunk was not asked; by its address it is the simulated network" in lines
    assert "  3 may be dialed now" in lines
    assert lines[-1] == "a lead may be dialed now"
    assert "'winter' does not exist" in refused("campaigns", "explain", "winter")


def test_on_a_carrier_explain_obeys_the_rules(node: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUTPACE_TRUNK_HOST", "192.0.2.1")
    told = json.loads(done("campaigns", "explain", "spring", "--json"))
    assert told["assumed"].endswith("it is a carrier")
    assert sum(one["leads"] for one in told["leads"]) == 3
    assert [one["hold"] for one in told["holds"]] == ["state", "engine", "trunk"]


def test_on_a_carrier_explain_warns_of_a_shown_number_that_reaches_nothing(
    node: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = "+12025550150"
    done("campaigns", "set", "spring", f"caller_id={shown}")
    assert "warning" not in done("campaigns", "explain", "spring")  # nobody real rings back
    monkeypatch.setenv("OUTPACE_TRUNK_HOST", "192.0.2.1")
    said = f"  warning: whoever rings {shown} back reaches nothing: outpace routes add {shown} "
    assert said in done("campaigns", "explain", "spring")
    told = json.loads(done("campaigns", "explain", "spring", "--json"))
    assert told["rings_nowhere"] == [shown]
    done("routes", "add", shown, "--queue", "service")
    assert "warning" not in done("campaigns", "explain", "spring")


def test_leads_that_no_rule_holds_are_not_reconsidered(node: Path) -> None:
    said = done("leads", "reconsider", "--campaign", "spring")
    assert said == "0 leads are ready to be judged again\n"
    assert "'winter' does not exist" in refused("leads", "reconsider", "--campaign", "winter")


def test_a_number_that_was_erased_is_not_imported_again(node: Path, tmp_path: Path) -> None:
    assert not (node / "privacy.key").exists()  # nobody was erased: no key is asked for
    for number in ("+12025550100", "+12025550101"):
        done("privacy", "erase", number, "--reason", "letter")
    again = tmp_path / "again.csv"
    again.write_text("phone,phone2\n202-555-0100,\n202-555-0105,202-555-0101\n202-555-0106,\n")
    imported = ("leads", "import", str(again), "--campaign", "spring", "--region", "US")
    assert "was erased on request" in done(*imported, "--preview")
    assert "1 leads imported" in done(*imported)
    rejected = (tmp_path / "again.rejects.csv").read_text().splitlines()[1:]
    assert [line.split(",")[1] for line in rejected] == ["was erased on request"] * 2
    (node / "privacy.key").unlink()
    assert "privacy.key: is not the one" in refused(*imported)


async def test_explain_and_set_ask_the_engine_that_runs(node: Path) -> None:
    asked: list[str] = []

    async def status(_given: Mapping[str, Any]) -> object:
        asked.append("status")
        return {"switch": False, "held": True, "agents": [], "campaigns": []}

    async def give_back(_given: Mapping[str, Any]) -> object:
        asked.append("give-back")
        return None

    server = ControlServer({"status": status, "campaign.give-back": give_back}, MemoryFeed())
    up = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        serving = tasks.create_task(server.run(node, up.set), name="control")
        await up.wait()
        lines = await asyncio.to_thread(done, "campaigns", "explain", "spring")
        await asyncio.to_thread(done, "campaigns", "set", "spring", "order.by=newest")
        serving.cancel()
    assert "  the switch is not connected" in lines.splitlines()
    assert "  no agents are logged in for it" in lines.splitlines()
    assert "no engine runs" not in lines
    assert asked == ["status", "give-back"]
