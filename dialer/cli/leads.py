"""`outpace leads`: import a list of leads."""

import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from dialer.adapters.sql.stores import SqlStores
from dialer.cli.campaigns import with_stores
from dialer.cli.told import Home
from dialer.errors import BadInput
from dialer.services.import_leads import ImportReport, import_leads

app = typer.Typer(help="Lists of leads.", no_args_is_help=True)


@app.callback()
def leads() -> None:
    """Lists of leads."""


@app.command(name="import")
def import_(
    home: Home,
    file: Annotated[Path, typer.Argument(help="CSV with a header and a column of numbers.")],
    campaign: Annotated[str, typer.Option("--campaign", help="Campaign the leads go to.")],
    region: Annotated[
        str, typer.Option("--region", help="Country of numbers without a country code, as US.")
    ] = "",
    number_column: Annotated[
        str, typer.Option("--number-column", help="Header of the number's column.")
    ] = "",
) -> None:
    """Import all leads of a file, or none; rejected rows are written beside it."""
    console = Console(stderr=True)

    async def work(stores: SqlStores) -> ImportReport:
        found = await stores.campaigns.find(campaign)
        if found is None:
            raise BadInput("--campaign", f"{campaign!r} does not exist", "create it first")
        with console.status("importing") as shown:
            return await import_leads(
                stores.imports,
                file,
                found.campaign_id,
                at=time.time(),
                default_region=region or None,
                number_column=number_column or None,
                rejects_file=file.with_suffix(".rejects.csv"),
                say=lambda progress: shown.update(f"importing: {progress.taken} leads"),
            )

    report: ImportReport = with_stores(home, work)
    typer.echo(f"{report.taken} leads imported from column {report.number_column!r}")
    if report.rejected:
        typer.echo(f"{report.rejected} rows rejected, with reasons in {report.rejects_file}")
