"""`outpace`: the command line. Each noun has a file; this one only joins them.

A noun's file is loaded when it is asked for: a command that asks the engine one thing does not wait
for the libraries of all others.
"""

import gc
import os
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from typer.core import TyperGroup

NOUNS: Final[Mapping[str, str]] = {
    "amd": "amd:app",
    "asterisk": "asterisk:app",
    "campaigns": "campaigns:app",
    "leads": "leads:app",
    "agents": "agents:app",
    "phones": "phones:app",
    "supervise": "supervise:app",
    "users": "people:users",
    "teams": "people:teams",
    "pause-codes": "people:pause_codes",
    "queues": "queues:queues",
    "skills": "queues:skills",
    "calling-hours": "named_things:hours",
    "prompts": "prompts:app",
    "scripts": "texts:scripts",
    "articles": "texts:articles",
    "call-records": "call_records:app",
    "voicemails": "voicemails:app",
    "scorecards": "named_things:scorecards",
    "reviews": "reviews:app",
    "tokens": "tokens:app",
    "trunk": "trunks:app",
    "caller-ids": "caller_ids:app",
    "do-not-call": "do_not_call:app",
    "consents": "consents:app",
    "privacy": "privacy:app",
    "recordings": "recordings:app",
    "audit": "audit:audit",
    "config": "config:app",
    "database": "database:app",
    "flow": "flow:app",
    "routes": "routes:app",
    "pins": "pins:app",
    "rooms": "rooms:app",
    "speech": "speech:app",
    "report": "reports:app",
    "export": "export:app",
    "serve": "serve:serve",
    "engine": "engine:engine",
    "api": "api:api",
    "status": "floor:status",
    "stop-all": "floor:stop_all",
    "demo": "demo:demo",
    "simulate": "simulate:simulate",
    "replay": "replay:replay",
}
"""Each command, and where it stands: module and name."""

ELSEWHERE: Final[Mapping[str, Mapping[str, str]]] = {
    "campaigns": {
        "set": "campaign_settings:set_",
        "show": "campaign_settings:show",
        "explain": "explain:explain",
        "watch": "watch:watch",
    },
    "asterisk": {"run": "asterisk_run:run"},
    "leads": {"reconsider": "campaign_settings:reconsider"},
    "trunk": {"test": "trunk_try:try_"},
    "users": {"password": "passwords:password"},
}
"""Commands of a noun that stand in another file than the noun."""


class Nouns(TyperGroup):
    """The commands, each loaded when it is asked for."""

    def list_commands(self, _ctx: Any) -> list[str]:
        """Return the names of all commands."""
        return list(NOUNS)

    def get_command(self, _ctx: Any, cmd_name: str) -> Any:
        """Load a command; None if there is none of that name."""
        if cmd_name not in NOUNS:
            return None
        found = _loaded(NOUNS[cmd_name])
        if not isinstance(found, typer.Typer):
            return typer.main.get_command(_joined(_new(), {cmd_name: found}))
        more = {name: _loaded(place) for name, place in ELSEWHERE.get(cmd_name, {}).items()}
        group = typer.main.get_group(_joined(found, more))
        group.name = cmd_name
        return group


def _new() -> typer.Typer:
    return typer.Typer(add_completion=False, pretty_exceptions_enable=False)


def _loaded(place: str) -> Any:
    module, _, name = place.partition(":")
    # what is loaded stays; looking through it for garbage again and again is an eighth of a start
    gc.disable()
    try:
        return getattr(import_module(f"{__name__}.{module}"), name)
    finally:
        gc.enable()


def _joined(app: typer.Typer, commands: Mapping[str, Any]) -> typer.Typer:
    there = {command.name for command in app.registered_commands}
    for name, command in commands.items():
        if name not in there:
            app.command(name=name)(command)
    return app


app = _new()


@app.callback(cls=Nouns, no_args_is_help=True)
def _outpace(
    config: Annotated[
        Path | None,
        typer.Option(
            "--config",
            envvar="OUTPACE_CONFIG",
            help="Configuration file instead of outpace.toml in the node's home.",
        ),
    ] = None,
) -> None:
    """Outpace: a predictive dialer for your own Asterisk."""
    if config is not None:
        os.environ["OUTPACE_CONFIG"] = str(config)  # for processes that we start, too
