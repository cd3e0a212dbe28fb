"""`outpace leads`: import a list of leads, or see what an import would do; assign them."""

import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from math import isfinite
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from dialer.adapters.privacy_key import privacy_key
from dialer.adapters.sql.privacy import SqlPrivacy, any_erased
from dialer.adapters.sql.stores import SqlStores
from dialer.cli import leads_held
from dialer.cli.campaigns import with_stores
from dialer.cli.leads_preview import show
from dialer.cli.told import Home, errors_told
from dialer.cli.who import AsJson, say
from dialer.domain.columns import ColumnPlan
from dialer.domain.duplicates import Duplicates
from dialer.domain.ids import CampaignId
from dialer.errors import BadInput
from dialer.list_opening import opener
from dialer.services.import_leads import (
    Erased,
    ImportProgress,
    ImportReport,
    ListDetails,
    import_leads,
)
from dialer.services.preview_leads import Preview, preview_leads

app = typer.Typer(help="Lists of leads.", no_args_is_help=True)


@app.callback()
def leads() -> None:
    """Lists of leads."""


@app.command(name="import")
def import_(
    home: Home,
    file: Annotated[
        Path, typer.Argument(help="CSV or XLSX with a header and a column of numbers.")
    ],
    campaign: Annotated[str, typer.Option("--campaign", help="Campaign the leads go to.")],
    region: Annotated[
        str, typer.Option("--region", help="Country of numbers without a country code, as US.")
    ] = "",
    number_column: Annotated[
        str, typer.Option("--number-column", help="Header of the number's column.")
    ] = "",
    columns: Annotated[
        list[str] | None,
        typer.Option("--map", help="name=header, such as phone=Telefon or zone=Zeitzone."),
    ] = None,
    sheet: Annotated[str, typer.Option("--sheet", help="Sheet of the workbook.")] = "",
    encoding: Annotated[
        str, typer.Option("--encoding", help="Encoding of the CSV, if it is told wrongly.")
    ] = "",
    duplicates: Annotated[
        Duplicates, typer.Option("--duplicates", help="Where a number may not be already.")
    ] = Duplicates.CAMPAIGN,
    list_name: Annotated[
        str, typer.Option("--list", help="List of the campaign they go to; else the file's name.")
    ] = "",
    source: Annotated[str, typer.Option("--source", help="Where the list is from.")] = "",
    cost: Annotated[
        float | None, typer.Option("--cost", help="What the whole list cost.", min=0.0)
    ] = None,
    preview: Annotated[
        bool, typer.Option("--preview", help="Show how the list is read; import nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Import all leads of a file, or none; rejected rows are written beside it."""
    warnings.filterwarnings("ignore", module=r"openpyxl\.")  # on what a list does not have
    with errors_told():
        plan = ColumnPlan.said(columns or [], number=number_column or None)
        if cost is not None and not isfinite(cost):
            raise BadInput("--cost", f"{cost} is no amount", "such as 120.50")
        open_list = opener(file, sheet=sheet or None, encoding=encoding or None)

    async def look(stores: SqlStores) -> Preview:
        return await preview_leads(
            stores.imports,
            file,
            await _campaign_id(stores, campaign),
            default_region=region or None,
            plan=plan,
            duplicates=duplicates,
            open_list=open_list,
            erased=await _erased(stores, home),
        )

    async def work(stores: SqlStores) -> ImportReport:
        campaign_id = await _campaign_id(stores, campaign)
        with _bar() as bar:
            return await import_leads(
                stores.imports,
                file,
                campaign_id,
                at=time.time(),
                default_region=region or None,
                plan=plan,
                duplicates=duplicates,
                open_list=open_list,
                rejects_file=file.with_suffix(".rejects.csv"),
                details=ListDetails(list_name, source, cost),
                erased=await _erased(stores, home),
                say=bar,
            )

    if preview:
        show(with_stores(home, look), Console())
        return
    report: ImportReport = with_stores(home, work)
    say(
        f"{report.taken} leads imported from column {report.number_column!r}",
        as_json=as_json,
        taken=report.taken,
        rejected=report.rejected,
        remarked=report.remarked,
        number_column=report.number_column,
        rejects_file=str(report.rejects_file) if report.rejects_file else None,
    )
    if as_json:
        return
    if report.remarked:
        row, remark = report.remarks[0]
        typer.echo(f"{report.remarked} rows without some of their numbers (row {row}: {remark})")
    if report.rejected:
        typer.echo(f"{report.rejected} rows rejected, with reasons in {report.rejects_file}")


app.command()(leads_held.assign)
app.command()(leads_held.reclaim)
app.command(name="hand-over")(leads_held.hand_over)
app.command()(leads_held.held)


async def _erased(stores: SqlStores, home: Path) -> Erased | None:
    """Return what knows erased numbers; None, and no key is needed, when there are none."""
    if not await any_erased(stores.reader):
        return None
    return SqlPrivacy(stores.writer, stores.reader, privacy_key(home)).suppressed


async def _campaign_id(stores: SqlStores, name: str) -> CampaignId:
    found = await stores.campaigns.find(name)
    if found is None:
        raise BadInput("--campaign", f"{name!r} does not exist", "create it first")
    return found.campaign_id


class _Bar:
    """How far the import is, on a terminal only: an error is one line and nothing else."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task = progress.add_task("importing", total=None)

    def __call__(self, told: ImportProgress) -> None:
        self._progress.update(
            self._task,
            description=f"importing: {told.taken} leads",
            completed=told.read_bytes,
            total=told.size_bytes,
        )


@contextmanager
def _bar() -> Iterator[_Bar]:
    console = Console(stderr=True)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as progress:
        yield _Bar(progress)
