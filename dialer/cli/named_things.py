"""`outpace calling-hours|scorecards`: open weeks, and how talks are judged.

Refuses to know who is judged.
"""

from pathlib import Path
from typing import Annotated, Any

import typer
import yaml
from pydantic import TypeAdapter, ValidationError

from dialer.cli.shared_options import takes
from dialer.cli.shelf_commands import Name, ShelfCommands
from dialer.cli.told import Home, errors_told
from dialer.cli.who import AsJson, By
from dialer.domain.scorecard import SCORECARDS, Question, Scorecard
from dialer.domain.weekly_hours import CALLING_HOURS, WeeklyHours, week_said
from dialer.errors import BadInput

hours = typer.Typer(help="Open weeks under a name: add, list, set, remove.", no_args_is_help=True)
scorecards = typer.Typer(help="How talks are judged: add, list, set, remove.", no_args_is_help=True)

QUESTIONS = TypeAdapter(tuple[Question, ...])


def _hours(
    name: Name,
    opens: Annotated[
        list[str],
        typer.Option("--open", help="As mon-fri=09:00-12:00,13:00-17:00; may be given again."),
    ],
    closed_on: Annotated[
        list[str] | None,
        typer.Option("--closed-on", help="Holidays of a country or state, as DE or US-TX."),
    ] = None,
) -> WeeklyHours:
    week: dict[str, list[str]] = {}
    with errors_told():
        for one in opens:
            days, equals, windows = one.partition("=")
            if not equals:
                raise BadInput("--open", f"{one!r} is no day", "write mon-fri=09:00-17:00")
            week[days] = [window for window in windows.split(",") if window]
        return WeeklyHours(name, week_said(week), tuple(closed_on or ()))


def _scorecard(
    name: Name,
    file: Annotated[Path, typer.Argument(help="Its questions: YAML or JSON, see docs/quality.md.")],
) -> Scorecard:
    with errors_told():
        return Scorecard(name, questions_in(file))


def questions_in(file: Path) -> tuple[Question, ...]:
    """Return the questions of a file: a list, each with `code`, `text`, `weight`, `critical`.

    Raises:
        BadInput: it cannot be read, or is no such list.
    """
    try:
        said = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        told = " ".join(str(error).split())
        raise BadInput(str(file), f"cannot be read ({told})", "name a YAML file") from None
    try:
        return QUESTIONS.validate_python(said)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "questions"
        fix = "write a list, each with code and text, and weight and critical if you like"
        raise BadInput(where, first["msg"], fix) from None


HOURS_COMMANDS = ShelfCommands(hours, CALLING_HOURS, lambda stores: stores.calling_hours)
CARD_COMMANDS = ShelfCommands(scorecards, SCORECARDS, lambda stores: stores.scorecards)


def add_and_set(app: typer.Typer, commands: ShelfCommands[Any], declared: Any, noun: str) -> None:
    """Add the commands that add one, and that put one in place of another."""

    @app.command(name="add", help=f"Add {noun}.")
    @takes(thing=declared)
    def add(home: Home, by: By, thing: Any, as_json: AsJson = False) -> None:
        commands.added(home, by, thing, as_json=as_json)

    @app.command(name="set", help=f"Change {noun}: what it is to be, whole.")
    @takes(thing=declared)
    def set_(home: Home, by: By, thing: Any, as_json: AsJson = False) -> None:
        commands.changed(home, by, thing, as_json=as_json)


def _hours_line(one: WeeklyHours) -> str:
    week = " ".join(
        f"{day}={','.join(windows)}" for day, windows in one.week.model_dump().items() if windows
    )
    return f"{one.name}\t{week}\t{' '.join(one.closed_holidays)}"


def _card_line(one: Scorecard) -> str:
    codes = ", ".join(
        f"{asked.code} {asked.weight:g}{' critical' if asked.critical else ''}"
        for asked in one.questions
    )
    return f"{one.name}\t{codes}"


add_and_set(hours, HOURS_COMMANDS, _hours, "calling hours")
HOURS_COMMANDS.list(_hours_line, "List the calling hours.")
HOURS_COMMANDS.remove("Remove calling hours.")
add_and_set(scorecards, CARD_COMMANDS, _scorecard, "a scorecard")
CARD_COMMANDS.list(_card_line, "List the scorecards with their questions.")
CARD_COMMANDS.remove("Remove a scorecard by which nothing was reviewed.")
