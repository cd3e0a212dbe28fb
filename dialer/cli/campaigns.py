"""`outpace campaigns`: create, list, start, pause and stop."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from ulid import ULID

from dialer.adapters.sql.stores import SqlStores
from dialer.cli.told import Home, ask, errors_told, time_said
from dialer.cli.who import AsJson, say
from dialer.domain.campaign import Campaign, CampaignSettings, CampaignState, settings_from
from dialer.domain.ids import MAIN_TENANT, CampaignId
from dialer.domain.prompt_path import check_prompts
from dialer.errors import BadInput
from dialer.services.labelled_calls import check_labelled
from dialer.settings import load_settings

app = typer.Typer(help="Campaigns: create, list, start, pause, stop.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="The campaign's name or id.")]


def with_stores(home: Path, work: Callable[[SqlStores], Awaitable[Any]]) -> Any:
    """Open the node's database, do some work on it, and close it."""

    async def opened() -> Any:
        home.mkdir(parents=True, exist_ok=True)
        stores = await SqlStores.open(load_settings(home).database)
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(stores.writer.run(), name="sql-writer")
                try:
                    return await work(stores)
                finally:
                    stores.writer.close()
        finally:
            await stores.close()

    with errors_told():
        return asyncio.run(opened())


def pairs_of(settings: list[str]) -> dict[str, Any]:
    """Read `key=value` pairs; values are JSON where they can be.

    Raises:
        BadInput: not a pair.
    """
    values: dict[str, Any] = {}
    for pair in settings:
        key, equals, value = pair.partition("=")
        if not equals:
            raise BadInput("--set", f"{pair!r} is not key=value", "for example mode=progressive")
        try:
            values[key] = json.loads(value)
        except json.JSONDecodeError:
            values[key] = value
    return values


def checked_settings(values: dict[str, Any]) -> CampaignSettings:
    """Return settings of these values.

    Raises:
        BadInput: an unknown key, or a value out of range; names the field, the value and the range.
    """
    try:
        return settings_from(values)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"]) or "settings"
        if first["type"] == "extra_forbidden":
            known = ", ".join(sorted(CampaignSettings.model_fields))
            raise BadInput(name, "is no setting of a campaign", f"use one of {known}") from None
        problem = f"{first['input']!r}: {first['msg']}"
        raise BadInput(name, problem, "correct it") from None


@app.command()
def create(
    home: Home,
    name: Annotated[str, typer.Argument(help="A name of your choice.")],
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="key=value, such as mode=progressive")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Create a campaign in state draft."""
    campaign_id = CampaignId(f"ca-{ULID()}")

    async def work(stores: SqlStores) -> None:
        checked = checked_settings(pairs_of(settings or []))
        check_prompts(checked)
        await check_labelled(stores.verdicts, checked, MAIN_TENANT)
        await stores.campaigns.create(
            Campaign(
                campaign_id=campaign_id,
                name=name,
                settings=checked,
                created_at=time.time(),
            )
        )

    with errors_told():
        with_stores(home, work)
    say(f"campaign {name!r} created", as_json=as_json, campaign=name, id=campaign_id)


@app.command(name="list")
def list_(
    home: Home,
    archived: Annotated[bool, typer.Option("--archived", help="Archived ones as well.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the campaigns."""

    async def work(stores: SqlStores) -> list[Campaign]:
        return await stores.campaigns.list()

    found: list[Campaign] = [
        one
        for one in with_stores(home, work)
        if archived or one.state is not CampaignState.ARCHIVED
    ]
    if as_json:
        rows = [
            {
                "id": one.campaign_id,
                "name": one.name,
                "state": one.state.value,
                "mode": one.settings.mode,
                "starts_at": one.starts_at,
            }
            for one in found
        ]
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    for one in found:
        typer.echo(f"{one.name}\t{one.state.value}\t{one.settings.mode}")


@app.command()
def start(home: Home, name: Name, as_json: AsJson = False) -> None:
    """Start or resume a campaign."""
    ask(home, "campaign.start", campaign=name)
    say(f"campaign {name!r} is running", as_json=as_json, campaign=name, state="running")


@app.command()
def pause(home: Home, name: Name, as_json: AsJson = False) -> None:
    """Start no new lines."""
    cancelled = ask(home, "campaign.pause", campaign=name)["cancelled"]
    text = f"campaign {name!r} is paused; {cancelled} ringing lines taken back"
    say(text, as_json=as_json, campaign=name, state="paused", cancelled=cancelled)


@app.command()
def schedule(
    home: Home,
    name: Name,
    at: Annotated[str, typer.Option("--at", help="When, such as 2026-12-01T08:30+01:00.")],
    as_json: AsJson = False,
) -> None:
    """Have a campaign start by itself at a time."""
    with errors_told():
        when = time_said(at, "--at")
    ask(home, "campaign.schedule", campaign=name, at=when.timestamp())
    text = f"campaign {name!r} starts at {when.isoformat()}"
    say(text, as_json=as_json, campaign=name, state="scheduled", at=when.timestamp())


@app.command()
def archive(home: Home, name: Name, as_json: AsJson = False) -> None:
    """Put a campaign that is over out of sight; its record stays."""
    ask(home, "campaign.archive", campaign=name)
    say(f"campaign {name!r} is archived", as_json=as_json, campaign=name, state="archived")


@app.command()
def restore(home: Home, name: Name, as_json: AsJson = False) -> None:
    """Bring an archived campaign back."""
    ask(home, "campaign.restore", campaign=name)
    say(f"campaign {name!r} is back, stopped", as_json=as_json, campaign=name, state="stopped")


@app.command()
def stop(home: Home, name: Name, as_json: AsJson = False) -> None:
    """Start no new lines and give the leads back."""
    cancelled = ask(home, "campaign.stop", campaign=name)["cancelled"]
    text = f"campaign {name!r} is stopped; {cancelled} ringing lines taken back"
    say(text, as_json=as_json, campaign=name, state="stopped", cancelled=cancelled)
