"""`outpace campaigns explain`: why a campaign dials nothing, or no more than it does."""

import json
from datetime import UTC, datetime

import typer

from dialer.adapters.inprocess.clock import SteadyClock
from dialer.adapters.rule_files import read_rules
from dialer.adapters.sql.stores import SqlStores
from dialer.cli.campaign_settings import named
from dialer.cli.campaigns import Name, with_stores
from dialer.cli.told import Home, ask_if_running, errors_told
from dialer.cli.who import AsJson
from dialer.domain.dial_law import DialLaw
from dialer.domain.explanation import wait_said
from dialer.domain.ringing_back import nowhere_said
from dialer.explaining import explaining_of
from dialer.services.explaining import Told, document
from dialer.settings import load_settings


def explain(home: Home, name: Name, as_json: AsJson = False) -> None:
    """Say what holds a campaign back: as a whole, and its leads, with times."""
    with errors_told():
        settings = load_settings(home)
        law = DialLaw(read_rules(settings.rules))
    floor = ask_if_running(home, "status")

    async def work(stores: SqlStores) -> Told:
        explaining = explaining_of(settings, stores, law, SteadyClock())
        return await explaining.of(await named(stores, name), floor)

    told: Told = with_stores(home, work)
    if as_json:
        typer.echo(json.dumps(document(told), ensure_ascii=False))
        return
    _print(told)


def _print(told: Told) -> None:
    now = told.at
    typer.echo(f"{told.campaign.name}: {told.campaign.state.value}")
    for hold in told.holds:
        typer.echo(f"  {hold.sentence}")
    if told.assumed:
        typer.echo(f"  {told.assumed}")
    for number in told.rings_nowhere:
        typer.echo(f"  warning: {nowhere_said(number)}")
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
