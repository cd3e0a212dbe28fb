"""What a report or an export is asked for on the command line: a range of time, and whose.

Knows how options are read and checked. Refuses to know reports.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.reading import open_reader
from dialer.adapters.sql.reports.named import campaign_named, list_named
from dialer.adapters.sql.reports.question import Question, range_said
from dialer.adapters.sql.reports.scope import Scope
from dialer.cli.told import errors_told
from dialer.domain.ids import AgentId
from dialer.domain.local_time import zone_named
from dialer.errors import BadInput
from dialer.settings import load_settings

CampaignName = Annotated[str, typer.Option("--campaign", help="Only this campaign.")]
ListName = Annotated[str, typer.Option("--list", help="Only this list of the campaign.")]
AgentName = Annotated[str, typer.Option("--agent", help="Only this agent.")]
From = Annotated[
    str, typer.Option("--from", help="Date or ISO time it begins with; else everything.")
]
To = Annotated[
    str, typer.Option("--to", help="ISO time before which it ends, or its last date; else now.")
]
Zone = Annotated[str, typer.Option("--zone", help="Time zone of days and hours.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Csv = Annotated[Path | None, typer.Option("--csv", help="Write a CSV file too.")]


@dataclass(frozen=True, slots=True)
class Asked:
    """The options that all reports share, as they were typed."""

    campaign: str = ""
    list_name: str = ""
    agent: str = ""
    begin: str = ""
    end: str = ""
    zone: str = "UTC"


def asked_for(
    campaign: CampaignName = "",
    list_: ListName = "",
    agent: AgentName = "",
    begin: From = "",
    end: To = "",
    zone: Zone = "UTC",
) -> Asked:
    """Declare the options of a question."""
    return Asked(campaign, list_, agent, begin, end, zone)


@dataclass(frozen=True, slots=True)
class Shown:
    """How a report is wanted."""

    as_json: bool
    csv: Path | None


def shown_as(as_json: AsJson = False, csv: Csv = None) -> Shown:
    """Declare the options of how a report is shown."""
    return Shown(as_json, csv)


def answer(home: Path, asked: Asked, work: Callable[[Question], Awaitable[Any]]) -> Any:
    """Open the node's database for reading and do some work on it; errors end the command."""

    async def opened() -> Any:
        zone = zone_named(asked.zone, field="--zone")
        begin, end, now = times(asked, zone)
        async with open_reader(load_settings(home).database) as reader:
            scope = await _scope(reader, asked, begin, end)
            return await work(Question(reader, scope, zone, now))

    with errors_told():
        return asyncio.run(opened())


def times(asked: Asked, zone: ZoneInfo) -> tuple[float, float, float]:
    """Return when it begins and ends, and the time now; epoch seconds.

    Raises:
        BadInput: one is no time, or they are the wrong way round.
    """
    now = time.time()
    fields = ("--from", "--to")
    return *range_said(asked.begin, asked.end, zone, now, fields=fields), now


async def _scope(reader: SqlReader, asked: Asked, begin: float, end: float) -> Scope:
    if asked.list_name and not asked.campaign:
        raise BadInput("--list", "a list is of one campaign", "name it with --campaign")
    campaign = listed = None
    if asked.campaign:
        campaign = await campaign_named(reader, asked.campaign)
        if campaign is None:
            problem = f"{asked.campaign!r} does not exist"
            raise BadInput("--campaign", problem, "see outpace campaigns list")
    if campaign is not None and asked.list_name:
        listed = await list_named(reader, campaign, asked.list_name)
        if listed is None:
            raise BadInput(
                "--list", f"{asked.list_name!r} does not exist", "see outpace report lists"
            )
    agent = AgentId(asked.agent) if asked.agent else None
    return Scope(begin, end, campaign_id=campaign, list_id=listed, agent_id=agent)
