"""`outpace call-records`: calls that no attempt stands for: came in, by hand, transferred."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import typer

from dialer.adapters.sql.stores import SqlStores
from dialer.cli.campaigns import with_stores
from dialer.cli.told import Home, errors_told
from dialer.cli.who import AsJson, instant_said, number_said
from dialer.domain.call_record import CallRecord, CallsWanted, Direction
from dialer.domain.ids import AgentId, CallId, CampaignId
from dialer.domain.instant import written
from dialer.domain.outcome import Outcome
from dialer.errors import NoSuch

app = typer.Typer(help="Calls that no attempt stands for: list, show.", no_args_is_help=True)


@app.command(name="list")
def list_(
    home: Home,
    direction: Annotated[
        Direction | None, typer.Option("--direction", help="Who began them.")
    ] = None,
    number: Annotated[str, typer.Option("--number", help="Only with this number.")] = "",
    agent: Annotated[str | None, typer.Option("--agent", help="Only of this agent.")] = None,
    campaign: Annotated[str | None, typer.Option("--campaign", help="Only of this id.")] = None,
    queue: Annotated[str | None, typer.Option("--queue", help="Only of this queue.")] = None,
    outcome: Annotated[Outcome | None, typer.Option("--outcome", help="Only so ended.")] = None,
    since: Annotated[str, typer.Option("--from", help="From this date on (UTC).")] = "",
    until: Annotated[str, typer.Option("--to", help="Before this date (UTC).")] = "",
    limit: Annotated[int, typer.Option("--limit", help="How many at most.", min=1)] = 50,
    as_json: AsJson = False,
) -> None:
    """List calls by the time they began, the newest first."""
    with errors_told():
        wanted = CallsWanted(
            direction=direction,
            number=number_said(number, "") if number else None,
            agent_id=None if agent is None else AgentId(agent),
            campaign_id=None if campaign is None else CampaignId(campaign),
            queue=queue,
            outcome=outcome,
            since=instant_said(since, "--from"),
            until=instant_said(until, "--to"),
        )
    found: Sequence[CallRecord] = with_stores(
        home, lambda stores: stores.calls.newest(wanted, limit=limit)
    )
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False))
        return
    for one in found:
        typer.echo(_line(one))


@app.command()
def show(
    home: Home,
    call: Annotated[str, typer.Argument(help="Its id.")],
    as_json: AsJson = False,
) -> None:
    """Show a call, and the calls that were transferred from it."""

    async def work(stores: SqlStores) -> tuple[CallRecord, Sequence[CallRecord]]:
        found = await stores.calls.get(CallId(call))
        if found is None:
            raise NoSuch("call", f"{call!r} does not exist", "see outpace call-records list")
        return found, await stores.calls.legs_of(CallId(call))

    found, legs = with_stores(home, work)
    if as_json:
        said = {**asdict(found), "legs": [asdict(one) for one in legs]}
        typer.echo(json.dumps(said, ensure_ascii=False))
        return
    for one in (found, *legs):
        typer.echo(_line(one))


def _line(one: CallRecord) -> str:
    times = "\t".join(written(at) or "-" for at in (one.began_at, one.answered_at, one.ended_at))
    return (
        f"{one.call_id}\t{one.direction.value}\t{one.number or 'withheld'}\t{times}\t"
        f"{one.outcome.value if one.outcome else '-'}\t{one.queue or '-'}\t{one.agent_id or '-'}\t"
        f"{one.verification or '-'}"
    )
