"""`outpace caller-ids`: the numbers that are shown, what proves they are ours, and how they fare.

Refuses to know which of them a call shows.
"""

import json
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from dialer.adapters.sql.caller_id_health import CallerIdHealth, caller_id_health
from dialer.adapters.sql.stores import SqlStores
from dialer.cli.campaigns import with_stores
from dialer.cli.told import Home, ask_if_running, errors_told
from dialer.cli.who import AsJson, By, instant_said, number_said, say
from dialer.domain.caller_id import CALLER_IDS, DAY_S, REST_DAYS, CallerId, complained
from dialer.domain.instant import written
from dialer.errors import BadInput

app = typer.Typer(help="Caller ids: the numbers that are shown.", no_args_is_help=True)

Number = Annotated[str, typer.Argument(help="Of the caller id, as +12025550100.")]
Days = Annotated[float, typer.Option("--days", help="Days looked back.", min=0.01)]

_PERCENT: Final = 100


@app.command()
def add(
    home: Home,
    by: By,
    number: Number,
    proof: Annotated[
        str,
        typer.Option("--proof", help="What proves that it is yours: a letter, a contract, a page."),
    ] = "",
    since: Annotated[
        str, typer.Option("--since", help="Date of that proof; today if not given.")
    ] = "",
    label: Annotated[str, typer.Option("--label", help="For people.")] = "",
    trunk: Annotated[
        str, typer.Option("--trunk", help="The only trunk that may show it; any if not given.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Put a number on record; with its proof it may be shown to people."""
    with errors_told():
        at = instant_said(since, "--since")
        if at is not None and not proof:
            raise BadInput("--proof", "is empty", "say what proves that the number is yours")
        verified_at = (at or time.time()) if proof else None
        one = CallerId(number_said(number, ""), label, trunk or None, verified_at, proof)
    with_stores(home, lambda stores: stores.caller_ids.add(one, by=by, at=time.time()))
    _heeded(home)
    told = "it may be shown" if proof else "it may be shown once its proof is on record"
    say(f"caller id {one.number} added; {told}", as_json=as_json, number=one.number)


@app.command()
def prove(
    home: Home,
    by: By,
    number: Number,
    proof: Annotated[str, typer.Option("--proof", help="What proves that it is yours.")],
    as_json: AsJson = False,
) -> None:
    """Put on record what proves that a number is yours to show."""
    changed = _changed(home, by, number, lambda one: replace(one, proof=proof, verified_at=_now()))
    say(f"caller id {changed.number} is proven", as_json=as_json, number=changed.number)


@app.command()
def complain(
    home: Home,
    by: By,
    number: Number,
    rest_days: Annotated[
        float, typer.Option("--days", help="Days of rest after the first complaint.")
    ] = REST_DAYS,
    as_json: AsJson = False,
) -> None:
    """Record a complaint of a number: it rests, longer with each one."""
    changed = _changed(home, by, number, lambda one: complained(one, _now(), rest_days))
    until = written(changed.rests_until or 0.0)
    text = f"caller id {changed.number} rests until {until}, after {changed.complaints} complaints"
    say(text, as_json=as_json, number=changed.number, rests_until=changed.rests_until)


@app.command("list")
def list_(home: Home, as_json: AsJson = False) -> None:
    """List the caller ids."""
    found: list[CallerId] = with_stores(home, lambda stores: stores.caller_ids.list())
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False))
        return
    now = _now()
    for one in found:
        proof = one.proof or "no proof"
        rest = f"\trests until {written(one.rests_until or 0.0)}" if one.rests(now) else ""
        typer.echo(f"{one.number}\t{one.label}\t{one.trunk or 'any trunk'}\t{proof}{rest}")


@app.command()
def remove(home: Home, by: By, number: Number, as_json: AsJson = False) -> None:
    """Take a number off the record; campaigns that show it do not start any more."""
    with errors_told():
        key = number_said(number, "")
    with_stores(home, lambda stores: stores.caller_ids.remove(key, by=by, at=time.time()))
    _heeded(home)
    say(f"caller id {key} removed", as_json=as_json, number=key)


@app.command()
def health(home: Home, days: Days = 7.0, as_json: AsJson = False) -> None:
    """Show how the calls went that showed each number: answers, short calls, complaints."""

    async def look(stores: SqlStores) -> tuple[list[CallerId], dict[str, CallerIdHealth]]:
        found = await caller_id_health(stores.reader, _now() - days * DAY_S)
        return await stores.caller_ids.list(), found

    known, found = with_stores(home, look)
    rows = [_row(one, found.get(one.number)) for one in known]
    numbers = {one.number for one in known}
    rows += [_row(CallerId(number), found[number]) for number in sorted(found.keys() - numbers)]
    if as_json:
        typer.echo(json.dumps(rows))
        return
    for row in rows:
        answered, short = _share(row["answer_rate"]), _share(row["short_rate"])
        rest = "\trests" if row["rests"] else ""
        typer.echo(
            f"{row['number']}\t{row['calls']} calls\t{answered} answered\t{short} short"
            f"\t{row['complaints']} complaints{rest}"
        )


# -- inside ---------------------------------------------------------------------------------------


def _row(one: CallerId, health: CallerIdHealth | None) -> dict[str, Any]:
    return {
        "number": one.number,
        "calls": health.calls if health else 0,
        "answered": health.answered if health else 0,
        "answer_rate": health.answer_rate if health else None,
        "short_calls": health.short_calls if health else 0,
        "short_rate": health.short_rate if health else None,
        "abandoned": health.abandoned if health else 0,
        "complaints": one.complaints,
        "rests": one.rests(_now()),
    }


def _share(rate: float | None) -> str:
    return "-" if rate is None else f"{rate * _PERCENT:.1f} %"


def _changed(home: Path, by: str, number: str, change: Any) -> CallerId:
    """Change one number on record, and have the engine heed it at once."""
    with errors_told():
        key = number_said(number, "")

    async def work(stores: SqlStores) -> CallerId:
        before = await stores.caller_ids.get(key)
        if before is None:
            raise CALLER_IDS.missing((key,))
        after: CallerId = change(before)
        await stores.caller_ids.change(after, by=by, at=_now(), expected=before)
        return after

    changed: CallerId = with_stores(home, work)
    _heeded(home)
    return changed


def _heeded(home: Path) -> None:
    ask_if_running(home, "caller-ids.renew")


def _now() -> float:
    return time.time()
