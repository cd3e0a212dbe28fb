"""`outpace simulate`: what-if for supervisors, in virtual time; nothing is dialed."""

import asyncio
import json
import sys
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from dialer.adapters.sql.recorded_days import RecordedDays
from dialer.cli.told import errors_told
from dialer.cli.what_if import Choices, check_writable, write
from dialer.errors import BadInput
from dialer.settings import load_settings

if TYPE_CHECKING:
    from simulation.virtual.comparison import Comparison
    from simulation.virtual.scenario import Scenario
    from simulation.virtual.variants import Variant

MOST_SEEDS: Final = 1_000

WIDE: Final = 200
"""Characters of a line where no terminal says how many it shows."""

KEPT: Final = (
    "mode",
    "abandon_rate_target",
    "power_ratio",
    "ring_timeout_s",
    "max_lines",
    "max_lines_per_agent",
)
"""Settings of a campaign that the rehearsal of one like it begins with."""

_WHAT_IF: Final = "What if (several values, as 12,15, make several columns)"
_OUTPUT: Final = "Output"


def simulate(
    scenario: Annotated[
        str, typer.Argument(help="A scenario that ships, or a .toml file; none: lists them.")
    ] = "",
    like: Annotated[
        str,
        typer.Option(help="A campaign of the node to learn from, or a .jsonl trace of a pacing."),
    ] = "",
    home: Annotated[
        Path | None, typer.Option(envvar="OUTPACE_HOME", help="Folder of the node, for --like.")
    ] = None,
    seeds: Annotated[int, typer.Option(help="Days to simulate, each with leads of its own.")] = 20,
    agents: Annotated[str, typer.Option(help="Agents.", rich_help_panel=_WHAT_IF)] = "",
    hours: Annotated[str, typer.Option(help="Hours of a day.", rich_help_panel=_WHAT_IF)] = "",
    answer_rate: Annotated[
        str,
        typer.Option(help="Share of the dials answered: 0.25 or 25%.", rich_help_panel=_WHAT_IF),
    ] = "",
    mode: Annotated[
        str, typer.Option(help="progressive, power, predictive.", rich_help_panel=_WHAT_IF)
    ] = "",
    abandon_rate_target: Annotated[
        str, typer.Option(help="The cap: 0.03 or 3%.", rich_help_panel=_WHAT_IF)
    ] = "",
    power_ratio: Annotated[
        str, typer.Option(help="Lines per idle agent in mode power.", rich_help_panel=_WHAT_IF)
    ] = "",
    guard: Annotated[
        str, typer.Option(help="running, window, mean.", rich_help_panel=_WHAT_IF)
    ] = "",
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", help="Any other pacing setting: key=value", rich_help_panel=_WHAT_IF),
    ] = None,
    instead: Annotated[
        list[str] | None,
        typer.Option(
            help="A second column in which these are so, all together: key=value",
            rich_help_panel=_WHAT_IF,
        ),
    ] = None,
    html: Annotated[
        Path | None, typer.Option(help="Write a page with plots.", rich_help_panel=_OUTPUT)
    ] = None,
    as_json: Annotated[
        str,
        typer.Option("--json", help="Write all figures; - for stdout.", rich_help_panel=_OUTPUT),
    ] = "",
    trace: Annotated[
        Path | None,
        typer.Option(help="Write what the pacing saw on the first day.", rich_help_panel=_OUTPUT),
    ] = None,
    processes: Annotated[
        int, typer.Option(help="Days simulated side by side; 0: one for each processor.")
    ] = 0,
) -> None:
    """Rehearse a campaign in virtual time: no phone rings.

    Every column dials the same leads, so that small differences show.
    """
    # spares other commands its weight
    from simulation.virtual.comparison import compare, to_json  # noqa: PLC0415
    from simulation.virtual.page import page  # noqa: PLC0415
    from simulation.virtual.scenario import load_scenario  # noqa: PLC0415
    from simulation.virtual.variants import changed, variants  # noqa: PLC0415

    with errors_told():
        if not scenario and not like:
            _list_scenarios(as_json)
            return
        if scenario and like:
            raise BadInput("--like", "a scenario is given too", "choose one of them")
        if not 1 <= seeds <= MOST_SEEDS:
            raise BadInput("--seeds", f"{seeds} is out of range", f"choose 1 to {MOST_SEEDS}")
        if processes < 0:
            raise BadInput("--processes", f"{processes} is out of range", "choose 0 or more")
        chosen = Choices(settings or [])
        chosen.whole("agents", "--agents", agents)
        chosen.numbers("hours", "--hours", hours)
        chosen.shares("answer_rate", "--answer-rate", answer_rate)
        chosen.words("mode", "--mode", mode)
        chosen.shares("abandon_rate_target", "--abandon-rate-target", abandon_rate_target)
        chosen.numbers("power_ratio", "--power-ratio", power_ratio)
        chosen.words("abandon_rate_guard", "--guard", guard)
        for path in (html, trace, Path(as_json) if as_json not in ("", "-") else None):
            check_writable(path)
        varied = _like(like, home) if like else load_scenario(scenario)
        found = variants(varied, chosen.values)
        others = {name: values[0] for name, values in Choices(instead or []).values.items()}
        if others:
            found.append(changed(varied, chosen.values, others))
        if trace is not None:
            _write_trace(found[0], trace)
        with _progress() as progress:
            task = progress.add_task("simulating", total=seeds * len(found))
            comparison = compare(
                found,
                range(1, seeds + 1),
                processes=processes or None,
                done=lambda: progress.advance(task),
            )
        if html is not None:
            write(html, page(comparison, at=datetime.now(UTC)))
        if as_json:
            text = json.dumps(to_json(comparison), indent=1, allow_nan=False) + "\n"
            if as_json == "-":
                typer.echo(text, nl=False)
                return
            write(Path(as_json), text)
        _show(comparison, Console(highlight=False, width=None if sys.stdout.isatty() else WIDE))


def _show(comparison: "Comparison", console: Console) -> None:
    from simulation.virtual.figures import rows  # noqa: PLC0415

    colours = {"better": "green", "worse": "red", "": "dim"}
    days = len(comparison.seeds)
    table = Table(
        title=f"{comparison.title} - {days} {'day' if days == 1 else 'days'}", title_justify="left"
    )
    table.add_column("")
    for column in comparison.columns:
        label = column.variant.label.replace(", ", ",\n")
        table.add_column(label, justify="right", no_wrap=True)
    for row in rows(comparison):
        cells = []
        for cell in row.cells:
            text = Text(f"{cell.value} {cell.interval}".rstrip())
            if cell.change:
                text.append(f"\n{cell.change}", style=colours[cell.judged])
            cells.append(text)
        table.add_row(row.name, *cells)
    console.print(table)
    told = "± 95 % confidence"
    if len(comparison.columns) > 1:
        told += "; small lines: difference from the first column on the same leads"
    console.print(Text(told, style="dim"))


def _list_scenarios(as_json: str) -> None:
    from simulation.virtual.scenario import load_scenario, scenario_names  # noqa: PLC0415

    titles = {name: load_scenario(name).title for name in scenario_names()}
    if as_json:
        found = [{"name": name, "title": title} for name, title in titles.items()]
        text = json.dumps(found, indent=1) + "\n"
        if as_json == "-":
            typer.echo(text, nl=False)
        else:
            write(Path(as_json), text)
        return
    table = Table("scenario", "what it is")
    for name, title in titles.items():
        table.add_row(name, title)
    Console(highlight=False).print(table)


def _like(name: str, home: Path | None) -> "Scenario":
    from simulation.virtual.observed import scenario_like  # noqa: PLC0415
    from simulation.virtual.observed_trace import observe_trace  # noqa: PLC0415

    if name.endswith(".jsonl"):
        try:
            with Path(name).open(encoding="utf-8") as lines:
                return scenario_like(observe_trace(lines, Path(name).name), Path(name).stem)
        except (OSError, UnicodeDecodeError) as error:
            raise BadInput("--like", f"{name} cannot be read: {error}", "name a trace") from None
    return asyncio.run(_like_campaign(name, load_settings(home).database))


async def _like_campaign(name: str, database: str) -> "Scenario":
    from simulation.virtual.observed import scenario_like  # noqa: PLC0415
    from simulation.virtual.observed_record import observe_record  # noqa: PLC0415

    half_a_day_s = 43_200.0
    async with RecordedDays.opened(database) as days:
        campaign = await days.find(name)
        if campaign is None:
            raise BadInput("--like", f"there is no campaign {name!r}", "name one of the node's")
        calls = await days.calls(campaign.campaign_id)
        begin = calls[0].dialed_at - half_a_day_s if calls else 0.0
        end = max((call.ended_at for call in calls), default=0.0)
        states = await days.states(campaign.campaign_id, begin, end)
    like = scenario_like(observe_record(calls, states), f"campaign {name!r}")
    kept = campaign.settings.model_dump(include=set(KEPT))
    if kept["mode"] == "preview":
        del kept["mode"]
    return like.model_copy(update={"pacing": kept})


def _write_trace(variant: "Variant", path: Path) -> None:
    from pacing.trace import TracedPacer  # noqa: PLC0415
    from simulation.virtual.campaign import VirtualCampaign  # noqa: PLC0415
    from simulation.virtual.variants import MakePacer  # noqa: PLC0415

    try:
        with closing(path.open("w", encoding="utf-8")) as file:
            pacer = TracedPacer(MakePacer(variant.settings)(variant.scenario), file.write)
            grace_s = variant.settings.answer_grace_s
            VirtualCampaign(variant.scenario, pacer, seed=1, grace_s=grace_s).run()
    except OSError as error:
        raise BadInput(str(path), f"cannot be written: {error.strerror}", "name another") from None


def _progress() -> Progress:
    console = Console(stderr=True)
    columns: Sequence[Any] = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("days,"),
        TimeRemainingColumn(compact=True),
    )
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
