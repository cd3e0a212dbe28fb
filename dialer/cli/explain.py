"""`outpace campaigns explain`: why a campaign dials nothing, or no more than it does."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import typer

from dialer.adapters.asterisk.trunk_probe import is_loopback
from dialer.adapters.rule_files import read_rules
from dialer.adapters.sql.standings import SqlStandings
from dialer.adapters.sql.stores import SqlStores
from dialer.cli.campaign_settings import named
from dialer.cli.campaigns import Name, with_stores
from dialer.cli.told import Home, ask_if_running, errors_told
from dialer.cli.who import AsJson
from dialer.domain.campaign import Campaign
from dialer.domain.dial_law import DialLaw
from dialer.domain.explanation import Explanation, explained, wait_said
from dialer.domain.far_side import FarSide
from dialer.errors import BadInput
from dialer.services.dial_terms import TrunkAddress, TrunkTerms
from dialer.services.explain import WholeHold, holding, run_on
from dialer.settings import NodeSettings, load_settings


@dataclass(frozen=True, slots=True)
class _Told:
    campaign: Campaign
    holds: Sequence[WholeHold]
    leads: Explanation
    assumed: str
    """What was taken for true without asking, "" if nothing was."""


def explain(home: Home, name: Name, as_json: AsJson = False) -> None:
    """Say what holds a campaign back: as a whole, and its leads, with times."""
    with errors_told():
        settings = load_settings(home)
        law = DialLaw(read_rules(settings.rules))
    floor = ask_if_running(home, "status")
    now = time.time()

    async def work(stores: SqlStores) -> _Told:
        return await _told(stores, name, settings, law, floor, now)

    told: _Told = with_stores(home, work)
    if as_json:
        typer.echo(json.dumps(_document(told, now), ensure_ascii=False))
        return
    _print(told, now)


async def _told(
    stores: SqlStores,
    name: str,
    settings: NodeSettings,
    law: DialLaw,
    floor: Any,
    now: float,
) -> _Told:
    campaign = await named(stores, name)
    run = run_on(floor, campaign)
    simulated, assumed = is_loopback(settings.trunk.host), ""
    if run is not None and run["simulated"] is not None:
        simulated = bool(run["simulated"])
    else:
        what = "the simulated network" if simulated else "a carrier"
        assumed = f"the trunk was not asked; by its address it is {what}"

    async def far_side(_host: str, _port: int) -> FarSide:
        return FarSide.SIMULATED if simulated else FarSide.CARRIER

    trunk = settings.trunk
    terms = TrunkTerms(
        {trunk.name: TrunkAddress(trunk.host, trunk.port, frozenset(trunk.countries))},
        far_side,
        default_prompt=settings.prompts / "abandon",
    )
    problem = ""
    try:
        await terms.of(campaign)
    except BadInput as wrong:
        problem = str(wrong)
    counts = await SqlStandings(stores.reader).of(campaign.campaign_id, now)
    leads = explained(counts, law, terms.assumed(campaign, simulated=simulated), now)
    return _Told(campaign, holding(campaign, floor, problem), leads, assumed)


def _document(told: _Told, now: float) -> dict[str, Any]:
    return {
        "campaign": told.campaign.campaign_id,
        "name": told.campaign.name,
        "state": told.campaign.state.value,
        "at": now,
        "holds": [{"hold": one.hold, "text": one.sentence} for one in told.holds],
        "leads": [
            {
                "hold": one.hold.value,
                "leads": one.leads,
                "next_at": one.next_at,
                "detail": one.detail,
                "text": one.sentence,
            }
            for one in told.leads.reasons
        ],
        "next_at": told.leads.next_at,
        "assumed": told.assumed,
    }


def _print(told: _Told, now: float) -> None:
    typer.echo(f"{told.campaign.name}: {told.campaign.state.value}")
    for hold in told.holds:
        typer.echo(f"  {hold.sentence}")
    if told.assumed:
        typer.echo(f"  {told.assumed}")
    typer.echo("leads:" if told.leads.reasons else "leads: none")
    for one in told.leads.reasons:
        when = (
            "" if one.next_at is None or one.next_at <= now else f"; first {_at(one.next_at, now)}"
        )
        typer.echo(f"  {one.sentence}{when}")
    if told.leads.next_at is None:
        typer.echo("no lead becomes dialable by waiting")
    elif told.leads.next_at <= now:
        typer.echo("a lead may be dialed now")
    else:
        typer.echo(f"the next lead may be dialed {_at(told.leads.next_at, now)}")


def _at(instant: float, now: float) -> str:
    local = datetime.fromtimestamp(instant, UTC).astimezone()
    return f"{local:%Y-%m-%d %H:%M %Z}, {wait_said(instant, now)}"
