"""`outpace flow`: checks a flow, draws it, and walks through it without a telephone."""

import json
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from dialer.adapters.flow_files import checked, prompts_in, text_of
from dialer.adapters.speech_program import speech_program
from dialer.cli.flow_call import Caller
from dialer.cli.told import errors_told
from dialer.cli.who import AsJson
from dialer.domain.flow.drawing import drawn
from dialer.domain.flow.problem import Problem
from dialer.domain.flow.steps import Flow, SayStep
from dialer.domain.instant import instant_of
from dialer.errors import BadInput
from dialer.services.flow_book import texts_of
from dialer.settings import load_settings

app = typer.Typer(help="Flows (IVR): check, draw, try.", no_args_is_help=True)

File = Annotated[Path, typer.Argument(help="A flow, YAML or JSON; see docs/ivr.md.")]
Prompts = Annotated[
    Path | None,
    typer.Option("--prompts", help="Folder of prompts (*.wav); else they are not asked about."),
]


@app.command()
def check(file: File, prompts: Prompts = None, as_json: AsJson = False) -> None:
    """Say all that is wrong with a flow, by line; exit code 1 if it cannot be used."""
    flow, problems = _checked(file, prompts)
    if as_json:
        rows = [{**asdict(one), "kind": "warning" if one.warning else "error"} for one in problems]
        typer.echo(json.dumps(rows, ensure_ascii=False))
    else:
        for problem in problems:
            typer.echo(f"{file}:{problem}")
        if flow is not None:
            typer.echo(f"{file}: {len(flow.steps)} steps, usable")
            _tell_speech(file, flow)
    if flow is None:
        raise typer.Exit(1)


@app.command()
def draw(
    file: File,
    to: Annotated[
        Path | None, typer.Option("--to", help="File to write; else it is printed.")
    ] = None,
) -> None:
    """Draw a flow as SVG."""
    picture = drawn(_usable(file))
    if to is None:
        typer.echo(picture, nl=False)
        return
    with errors_told():
        try:
            to.write_text(picture, encoding="utf-8")
        except OSError as error:
            raise BadInput(
                "--to", f"cannot be written ({error.strerror})", "name another"
            ) from None
    typer.echo(f"{to} written")


@app.command()
def call(
    file: File,
    number: Annotated[str, typer.Option("--number", help="Of the caller.")] = "+12025550100",
    lead: Annotated[
        list[str] | None,
        typer.Option("--lead", help="A field of the caller's lead: name=value. None: no lead."),
    ] = None,
    at: Annotated[str, typer.Option("--at", help="When, as 2026-12-01T08:30; else now.")] = "",
) -> None:
    """Walk through a flow: what the caller hears is printed, what the caller does is typed."""
    flow = _usable(file)
    with errors_told():
        fields = _fields(lead) if lead else None
        now = instant_of(at, "--at") if at else time.time()
    caller = Caller(flow, number=number, lead=fields, now=now)
    for line in caller.talk(_typed(), show=typer.echo):
        typer.echo(line)


def _tell_speech(file: Path, flow: Flow) -> None:
    """Say that texts of a usable flow would not be heard on this machine."""
    texts = {text for text, _ in texts_of(flow)}
    spoken = any(isinstance(step, SayStep) for step in flow.steps.values())
    with errors_told():
        problem = speech_program(load_settings().speech_command).problem
    if problem and (texts or spoken):
        said = " and values" if spoken else ""
        told = f"{file}: {len(texts)} texts{said} would take their fallback here: {problem}"
        typer.echo(told, err=True)


def _typed() -> Iterator[str]:
    for line in sys.stdin:
        yield line.strip()


def _checked(file: Path, prompts: Path | None) -> tuple[Flow | None, list[Problem]]:
    with errors_told():
        return checked(text_of(file), None if prompts is None else prompts_in(prompts))


def _usable(file: Path) -> Flow:
    flow, problems = _checked(file, None)
    with errors_told():
        if flow is None:
            first = next(one for one in problems if not one.warning)
            raise BadInput(f"{file}, line {first.line}", first.reason, "see outpace flow check")
        return flow


def _fields(said: list[str]) -> Mapping[str, str]:
    fields = {}
    for one in said:
        name, equals, value = one.partition("=")
        if not name or not equals:
            raise BadInput("--lead", f"{one!r} is no field", "write name=value")
        fields[name] = value
    return fields
