"""`outpace export`: leads with their results, and call records, into a file."""

import os
import pwd
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from dialer.adapters.sql.audit import SqlAudit
from dialer.adapters.sql.exports import Export, SqlExports
from dialer.adapters.sql.reports.question import Question
from dialer.adapters.sql.stores import open_stores
from dialer.adapters.table_file import CsvTable, ParquetTable, TableFile, replaced
from dialer.cli.report_options import Asked, From, ListName, To, Zone, answer
from dialer.cli.shared_options import takes
from dialer.cli.told import Home
from dialer.domain.local_time import iso
from dialer.services.export import export
from dialer.settings import load_settings

app = typer.Typer(help="Write leads or calls into a file, CSV or Parquet.", no_args_is_help=True)


class Format(StrEnum):
    """How a table is written."""

    CSV = "csv"
    PARQUET = "parquet"


Campaign = Annotated[str, typer.Option("--campaign", help="Whose.")]
File = Annotated[Path, typer.Argument(help="File to write; replaced when it is complete.")]
FileFormat = Annotated[Format, typer.Option("--format", help="csv or parquet.")]
Reveal = Annotated[
    bool, typer.Option("--reveal", help="Write whole numbers; who did is put on record.")
]


@dataclass(frozen=True, slots=True)
class Into:
    """Where to, and how."""

    file: Path
    format_: Format
    reveal: bool


def written_to(file: File, format_: FileFormat = Format.CSV, reveal: Reveal = False) -> Into:
    """Declare the options of what is written."""
    return Into(file, format_, reveal)


def whose(
    campaign: Campaign,
    list_: ListName = "",
    begin: From = "",
    end: To = "",
    zone: Zone = "UTC",
) -> Asked:
    """Declare the options of what is exported."""
    return Asked(campaign, list_, "", begin, end, zone)


@app.command()
@takes(asked=whose, into=written_to)
def leads(home: Home, asked: Asked, into: Into) -> None:
    """Write a campaign's leads with what came of them; with times, those last called then."""

    async def work(question: Question) -> int:
        exports = SqlExports(question.reader)
        table = await exports.leads(question.scope, called_only=bool(asked.begin or asked.end))
        return await _write(home, "leads", question, table, into)

    _told(answer(home, asked, work), "leads", into)


@app.command()
@takes(asked=whose, into=written_to)
def calls(home: Home, asked: Asked, into: Into) -> None:
    """Write a campaign's attempts, by the time they were dialed."""

    async def work(question: Question) -> int:
        table = SqlExports(question.reader).calls(question.scope)
        return await _write(home, "calls", question, table, into)

    _told(answer(home, asked, work), "calls", into)


async def _write(home: Path, what: str, question: Question, table: Export, into: Into) -> int:
    kinds: dict[Format, Callable[..., TableFile]] = {
        Format.CSV: CsvTable,
        Format.PARQUET: ParquetTable,
    }
    note = partial(_note, home, what, question, into.file) if into.reveal else None
    with replaced(into.file) as temporary:
        written = kinds[into.format_](temporary, table.columns)
        return await export(table.columns, table.pages, written, reveal=into.reveal, note=note)


async def _note(home: Path, what: str, question: Question, file: Path, count: int) -> None:
    """Put on record who saw whole numbers; without a record there is no file."""
    detail = {
        "what": what,
        "rows": count,
        "file": file.name,
        "list": question.scope.list_id,
        "from": iso(question.scope.begin, question.zone),
        "to": iso(question.scope.end, question.zone),
    }
    async with open_stores(load_settings(home).database) as stores:
        audit = SqlAudit(stores.writer, stores.reader)
        subject = f"campaign {question.scope.campaign_id}"
        await audit.note(by=_who(), action="reveal", subject=subject, detail=detail, at=time.time())


def _who() -> str:
    """Name the user of the operating system: the environment could say anything."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid {os.getuid()}"


def _told(count: int, what: str, into: Into) -> None:
    hidden = "" if into.reveal else "; numbers are masked"
    typer.echo(f"{count} {what} written to {into.file}{hidden}")
