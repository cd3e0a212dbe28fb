"""`outpace leads assign|reclaim|hand-over|held`: whose leads are whose."""

import json
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from dialer.adapters.sql.ownership import Move, SqlOwnership
from dialer.adapters.sql.stores import SqlStores
from dialer.adapters.sql.which import Which
from dialer.cli.campaigns import with_stores
from dialer.cli.told import Home, errors_told
from dialer.cli.who import AsJson, By, instant_said, say
from dialer.domain.ids import CampaignId
from dialer.domain.ownership import FREE, Holder
from dialer.errors import BadInput

Campaign = Annotated[str, typer.Option("--campaign", help="Only leads of this campaign.")]
ListName = Annotated[str, typer.Option("--list", help="Only leads of this list of the campaign.")]
Agent = Annotated[str, typer.Option("--agent", help="The agent's name or login.")]
Team = Annotated[str, typer.Option("--team", help="All active agents of this team.")]
UpTo = Annotated[int | None, typer.Option("--up-to", help="Leads at most.", min=1)]


def assign(
    home: Home,
    by: By,
    campaign: Annotated[str, typer.Option("--campaign", help="Campaign of the leads.")],
    up_to: Annotated[int, typer.Option("--up-to", help="Leads at most.", min=1)],
    agent: Agent = "",
    team: Team = "",
    list_name: ListName = "",
    states: Annotated[
        list[str] | None, typer.Option("--state", help="ready, waiting; both unless said.")
    ] = None,
    until: Annotated[str, typer.Option("--until", help="Date on which they are let go.")] = "",
    as_json: AsJson = False,
) -> None:
    """Give leads that are nobody's to an agent, or evenly to a team."""
    with errors_told():
        end = instant_said(until, "--until")

    async def work(owners: SqlOwnership, which: Which) -> Move:
        await owners.expire(at=time.time())
        return await owners.assign(
            which,
            by=by,
            at=time.time(),
            agent=agent or None,
            team=team or None,
            up_to=up_to,
            until=end,
        )

    chosen = tuple(states) if states else FREE
    move = _moved(home, campaign, list_name, work, states=chosen)
    shares = "".join(f"\n  {name}\t{count}" for name, count in sorted(move.to.items()))
    text = f"{move.moved} leads assigned{shares}"
    say(text, as_json=as_json, moved=move.moved, to=dict(move.to))


def reclaim(
    home: Home,
    by: By,
    campaign: Campaign = "",
    agent: Agent = "",
    team: Team = "",
    list_name: ListName = "",
    everybody: Annotated[bool, typer.Option("--all", help="From whoever has them.")] = False,
    up_to: UpTo = None,
    as_json: AsJson = False,
) -> None:
    """Take leads back: they are everybody's again."""
    with errors_told():
        if (bool(agent) + bool(team) + everybody) != 1:
            raise BadInput("--agent, --team or --all", "not one of them is given", "give one")

    async def work(owners: SqlOwnership, which: Which) -> Move:
        return await owners.reclaim(
            which,
            by=by,
            at=time.time(),
            agent=agent or None,
            team=team or None,
            up_to=up_to,
        )

    moved = _moved(home, campaign, list_name, work).moved
    say(f"{moved} leads reclaimed", as_json=as_json, moved=moved)


def hand_over(
    home: Home,
    by: By,
    source: Annotated[str, typer.Option("--from", help="The agent who has them.")],
    target: Annotated[str, typer.Option("--to", help="The agent who gets them.")],
    campaign: Campaign = "",
    list_name: ListName = "",
    up_to: UpTo = None,
    as_json: AsJson = False,
) -> None:
    """Give leads of one agent to another."""

    async def work(owners: SqlOwnership, which: Which) -> Move:
        return await owners.hand_over(
            which,
            by=by,
            at=time.time(),
            from_agent=source,
            to_agent=target,
            up_to=up_to,
        )

    moved = _moved(home, campaign, list_name, work).moved
    say(f"{moved} leads handed over", as_json=as_json, moved=moved)


def held(home: Home, as_json: AsJson = False) -> None:
    """Show how many leads each agent holds; those whose time is over are let go first."""

    async def work(stores: SqlStores) -> list[Holder]:
        owners = SqlOwnership(stores.writer, stores.reader)
        await owners.expire(at=time.time())
        return await owners.held()

    holders: list[Holder] = with_stores(home, work)
    if as_json:
        rows = [{"agent": one.agent_id, "held": one.held, "most": one.most} for one in holders]
        typer.echo(json.dumps(rows))
        return
    table = Table("agent", "holds", "at most")
    for one in holders:
        table.add_row(one.agent_id, str(one.held), "-" if one.most is None else str(one.most))
    Console().print(table)


def _moved(
    home: Path,
    campaign: str,
    list_name: str,
    work: Callable[[SqlOwnership, Which], Awaitable[Move]],
    *,
    states: tuple[str, ...] = FREE,
) -> Move:
    async def opened(stores: SqlStores) -> Move:
        campaign_id: CampaignId | None = None
        if campaign:
            found = await stores.campaigns.find(campaign)
            if found is None:
                raise BadInput("--campaign", f"{campaign!r} does not exist", "create it first")
            campaign_id = found.campaign_id
        owners = SqlOwnership(stores.writer, stores.reader)
        return await work(owners, Which(campaign_id, list_name, states))

    move: Move = with_stores(home, opened)
    return move
