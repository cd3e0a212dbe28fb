"""`outpace config`: show each setting and where it comes from, and say what is wrong.

Knows how to show. Refuses to know what is checked (`config_checks`).
"""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict

import typer
from rich.console import Console
from rich.table import Table

from dialer.cli.config_checks import problems_of
from dialer.cli.told import Home
from dialer.cli.who import AsJson
from dialer.errors import BadInput
from dialer.setting_sources import place_of
from dialer.settings import Setting, examined

app = typer.Typer(help="Settings: show them, and check the node by them.", no_args_is_help=True)


@app.command()
def show(home: Home, as_json: AsJson = False) -> None:
    """Show each setting, its value and where it comes from; secrets are hidden."""
    _, settings, problems = examined(home)
    _tell(settings, problems, as_json=as_json)


@app.command()
def check(home: Home, as_json: AsJson = False) -> None:
    """Show the settings and try what the engine will need; exit code 1 if anything is wrong."""
    node, settings, problems = examined(home)
    if node is not None:
        problems = [*problems, *asyncio.run(problems_of(node))]
    _tell(settings, problems, as_json=as_json)


def _tell(settings: Sequence[Setting], problems: Sequence[BadInput], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"settings": _rows(settings), "problems": _told(problems)}))
    else:
        table = Table("setting", "value", "from", box=None, pad_edge=False)
        for one in settings:
            table.add_row(one.name, one.value or "-", one.source)
        Console().print(table)
        for problem in problems:
            typer.echo(f"{problem.field}: {problem.problem}\n  -> {problem.fix}")
        typer.echo("nothing is wrong" if not problems else f"{len(problems)} problems")
    if problems:
        raise typer.Exit(1)


def _rows(settings: Sequence[Setting]) -> list[dict[str, str]]:
    places = {one.name: place_of(one.name) for one in settings}
    return [
        asdict(one) | {"section": places[one.name][0], "key": places[one.name][1]}
        for one in settings
    ]


def _told(problems: Sequence[BadInput]) -> list[dict[str, str]]:
    return [{"field": one.field, "problem": one.problem, "fix": one.fix} for one in problems]
