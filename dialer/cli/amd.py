"""`outpace amd labels`: what people say of calls that detection listened to: draw, import, show.

Refuses to know what is charged for it.
"""

import csv
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final

import typer

from dialer.adapters.sql.stores import SqlStores
from dialer.cli.campaigns import with_stores
from dialer.cli.told import Home, ask_if_running, errors_told
from dialer.cli.who import AsJson, By, say
from dialer.domain.amd.labels import COLUMNS, MOST_LABELS, LabelCounts, labels_from
from dialer.domain.amd.law import AmdDetector
from dialer.domain.amd.trust import AmdMode, charge_of, refusal_of
from dialer.domain.columns import ColumnPlan
from dialer.domain.ids import MAIN_TENANT
from dialer.domain.instant import written
from dialer.errors import BadInput
from dialer.ports import DrawnCall
from dialer.services.csv_list import CsvList

DAY_S: Final = 86_400.0

app = typer.Typer(help="Answering machine detection: labelled calls.", no_args_is_help=True)
labels = typer.Typer(help="Labelled calls: draw, import, show.", no_args_is_help=True)
app.add_typer(labels, name="labels")


@labels.command()
def draw(
    home: Home,
    count: Annotated[int, typer.Argument(min=1, max=MOST_LABELS, help="How many calls.")],
    file: Annotated[Path, typer.Argument(help="CSV to write; must not exist.")],
    days: Annotated[float, typer.Option("--days", min=0.01, help="Days looked back.")] = 30.0,
    as_json: AsJson = False,
) -> None:
    """Draw calls by lot, to be listened to and labelled: released ones are among them."""
    since = time.time() - days * DAY_S
    with errors_told():
        if file.exists():
            raise BadInput(str(file), "is there already", "name another file")

    async def work(stores: SqlStores) -> Sequence[DrawnCall]:
        return await stores.verdicts.draw(count, since=since)

    drawn: Sequence[DrawnCall] = with_stores(home, work)
    with errors_told():
        _write(file, drawn)
    text = f"{len(drawn)} calls drawn, written to {file}: fill in the column answer"
    say(text, as_json=as_json, calls=len(drawn), file=str(file))


def _write(file: Path, drawn: Sequence[DrawnCall]) -> None:
    try:
        with file.open("x", encoding="utf-8", newline="") as lines:
            writer = csv.writer(lines)
            writer.writerow([*COLUMNS, "answered_at", "recording"])
            for one in drawn:
                writer.writerow([one.attempt_id, "", written(one.answered_at), one.recording])
    except OSError as error:
        problem = f"cannot be written: {error.strerror}"
        raise BadInput(str(file), problem, "name another file") from None


@labels.command(name="import")
def import_(
    home: Home,
    by: By,
    file: Annotated[Path, typer.Argument(help="CSV: attempt_id, and answer: person or machine.")],
    as_json: AsJson = False,
) -> None:
    """Label calls, all of a file or none; the charge follows at once."""
    with errors_told():
        source = CsvList(file, ColumnPlan())
        try:
            said = labels_from(source.table, file.name)
        finally:
            source.close()

    async def work(stores: SqlStores) -> int:
        return await stores.verdicts.label(said, file.name, by=by, at=time.time())

    new: int = with_stores(home, work)
    ask_if_running(home, "amd.renew")
    text = f"{len(said)} calls labelled, {new} of them new"
    say(text, as_json=as_json, calls=len(said), new=new)


@labels.command()
def show(
    home: Home,
    detector: Annotated[
        AmdDetector, typer.Option("--detector", help="Of the calls that this one heard.")
    ] = AmdDetector.OWN,
    as_json: AsJson = False,
) -> None:
    """Show what the labelled calls come to, and what detection is charged."""

    async def work(stores: SqlStores) -> LabelCounts:
        return (await stores.verdicts.counts(detector)).get(MAIN_TENANT, LabelCounts())

    counts: LabelCounts = with_stores(home, work)
    figures = counts.figures()
    charge = charge_of(AmdMode.AGENT_FIRST, figures)
    screening = refusal_of(AmdMode.SCREENING, figures)
    if as_json:
        told = {
            "detector": detector.value,
            "heard": counts.heard,
            "released": counts.released,
            "labelled": counts.labelled,
            "labelled_released": counts.labelled_released,
            "persons": counts.persons,
            "false_positives": counts.false_positives,
            "in_time": counts.in_time,
            "charge_rate": charge.rate,
            "charge_reason": charge.reason,
            "screening": screening,
        }
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    typer.echo(f"heard\t{counts.heard} since the first labelled call, {counts.released} released")
    typer.echo(f"labelled\t{counts.labelled}, {counts.labelled_released} of them released")
    typer.echo(f"persons\t{counts.persons}, {counts.false_positives} taken for machines")
    typer.echo(f"in time\t{counts.in_time} persons within 1.5 s, by screening's law")
    typer.echo(f"charge\t{charge.rate:.1%}: {charge.reason}")
    typer.echo(f"screening\t{f'refused: {screening}' if screening else 'allowed'}")
