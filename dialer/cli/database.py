"""`outpace database`: look at the node's database, upgrade it, back it up, tidy it."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, TypeVar

import typer

from dialer.adapters.control_socket import ControlClient
from dialer.adapters.recording_places import shelf_of
from dialer.adapters.recording_shelf import RecordingShelf
from dialer.adapters.sql import backup as backups
from dialer.adapters.sql.checks import Finding
from dialer.adapters.sql.checks import check as ask_all
from dialer.adapters.sql.pruning import Pruned, SqlPruning
from dialer.adapters.sql.stores import SqlStores, open_stores
from dialer.adapters.sql.upgrading import status as standing
from dialer.adapters.sql.upgrading import upgrade as bring_up
from dialer.cli.told import errors_told
from dialer.domain.retention import LAWS, Kind, Retention
from dialer.errors import BadInput, OutpaceError
from dialer.settings import load_settings

T = TypeVar("T")

_REJECTS: Final = "*.rejects.csv"
_TELLING_DIGITS: Final = 9

app = typer.Typer(
    help="The database: version, upgrade, backup, restore, check, prune.", no_args_is_help=True
)

MaybeHome = Annotated[
    Path | None, typer.Option("--home", envvar="OUTPACE_HOME", help="Folder of the node.")
]
Url = Annotated[
    str, typer.Option("--database", help="Address of the database, instead of the node's.")
]
Programs = Annotated[
    Path | None,
    typer.Option("--programs", help="Folder of pg_dump, pg_restore and psql; else the PATH."),
]


@dataclass(frozen=True, slots=True)
class _Place:
    """The database that is meant, and where its recordings are."""

    url: str
    shelf: RecordingShelf
    home: Path | None
    kept_in: Path | None

    @property
    def recordings(self) -> Path:
        """Where the switch records."""
        return self.shelf.spool


def _place(home: Path | None, url: str) -> _Place:
    if home is None and not url:
        raise BadInput("--home", "is not given", "name the node's folder, or a --database")
    settings = load_settings(home)
    return _Place(url or settings.database, shelf_of(settings), home, settings.recordings_folder)


def _run(home: Path | None, url: str, work: Callable[[_Place], Awaitable[T]]) -> T:
    async def placed() -> T:
        return await work(_place(home, url))

    with errors_told():
        return asyncio.run(placed())


async def _refuse_engine(place: _Place) -> None:
    """Refuse while the node's engine runs: it would go on with what it remembers."""
    if place.home is None:
        return
    running = False
    with suppress(OutpaceError, OSError):
        async with ControlClient.connect(place.home):
            running = True
    if running:
        raise BadInput("engine", f"runs in {place.home}", "end it first")


@app.command()
def status(home: MaybeHome = None, database: Url = "") -> None:
    """Tell the version of the tables; exit code 1 when they must be upgraded."""
    found = _run(home, database, lambda place: standing(place.url))
    if found.found is None:
        typer.echo(f"empty; the next engine makes tables of version {found.known}")
        return
    typer.echo(f"tables of version {found.found}, this program knows {found.known}")
    if not found.current:
        raise typer.Exit(1)


@app.command()
def upgrade(home: MaybeHome = None, database: Url = "") -> None:
    """Bring the tables up to this program's version, all or nothing; make a backup first."""

    async def work(place: _Place) -> str:
        if (await standing(place.url)).current:
            return "nothing to do"
        await _refuse_engine(place)
        before = await bring_up(place.url)
        return f"upgraded from {before.found or 'nothing'} to {before.known}"

    typer.echo(_run(home, database, work))


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="New file.")],
    home: MaybeHome = None,
    database: Url = "",
    programs: Programs = None,
) -> None:
    """Write the whole database into a file, and read it back; engines may go on."""
    kept = _run(home, database, lambda place: backups.backup(place.url, file, programs=programs))
    typer.echo(f"{file}: {sum(kept.rows.values())} rows of version {kept.version}, read back")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="That `outpace database backup` wrote.")],
    home: MaybeHome = None,
    database: Url = "",
    replace: Annotated[
        bool, typer.Option("--replace", help="Lose what the database holds now.")
    ] = False,
    programs: Programs = None,
) -> None:
    """Put a backup into an empty database, all or nothing; campaigns that ran are paused."""

    async def work(place: _Place) -> backups.Restored:
        await _refuse_engine(place)
        return await backups.restore(place.url, file, replace=replace, programs=programs)

    done = _run(home, database, work)
    typer.echo(f"{sum(done.backup.rows.values())} rows of version {done.backup.version} are back")
    if done.paused:
        typer.echo(f"{done.paused} campaigns that ran are paused: look at them before they start")
    if done.is_older:
        typer.echo("now run outpace database upgrade")


@app.command()
def check(home: MaybeHome = None, database: Url = "") -> None:
    """Tell what is not as it should be, and what to do; exit code 1 when there is anything."""

    async def work(place: _Place) -> list[Finding]:
        await _refuse_empty(place)
        async with open_stores(place.url) as stores:
            return await ask_all(
                stores.reader, place.recordings, now=time.time(), kept_in=place.kept_in
            )

    findings = _run(home, database, work)
    for finding in findings:
        typer.echo(f"{finding.count:>8}  {finding.what}")
        if finding.count:
            typer.echo(f"{'':>8}  -> {finding.fix}")
    if any(finding.count for finding in findings):
        raise typer.Exit(1)


@app.command()
def prune(
    home: MaybeHome = None,
    database: Url = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count only.")] = False,
    keep: Annotated[
        list[str] | None,
        typer.Option("--keep", help="kind=days or kind=ever, such as recordings=180; repeatable."),
    ] = None,
    rejects: Annotated[
        Path | None,
        typer.Option("--rejects", help=f"Folder of imported lists: old {_REJECTS} go as well."),
    ] = None,
) -> None:
    """Delete what has been kept long enough; never what is under legal hold or not finished."""
    now = time.time()

    async def work(place: _Place) -> Pruned:
        given = dict(_pairs(keep or []))
        Retention.of(given)
        await _refuse_empty(place)
        async with open_stores(place.url) as stores:
            return await _prune(stores, place, given, rejects, now=now, dry_run=dry_run)

    pruned = _run(home, database, work)
    for kind, count in pruned.rows.items():
        typer.echo(f"{count:>8}  {kind} {'would be deleted' if dry_run else 'deleted'}")


async def _prune(
    stores: SqlStores,
    place: _Place,
    given: Mapping[str, str],
    rejects: Path | None,
    *,
    now: float,
    dry_run: bool,
) -> Pruned:
    pruning = SqlPruning(stores.writer, stores.reader, place.recordings, place.shelf.delete)
    extra = Retention.of(given).days
    settings = {
        tenant: Retention({**kept.days, **extra})
        for tenant, kept in (await pruning.settings()).items()
    }
    for tenant, kept in settings.items():
        for kind in kept.shortened():
            less = f"{kind} of {tenant} are kept {kept.of_kind(kind)} days"
            typer.echo(f"{less}, less than {LAWS[kind].days} ({LAWS[kind].why})", err=True)
    pruned = await pruning.prune(settings, now=now, dry_run=dry_run)
    before = Retention.longest(settings.values()).before(Kind.REJECTS, now)
    if rejects is not None and before is not None:
        held = await pruning.held_numbers()
        old = await asyncio.to_thread(lambda: list(_old_rejects(rejects, before, held)))
        pruned.rows[Kind.REJECTS] = len(old)
        for path in () if dry_run else old:
            path.unlink(missing_ok=True)
    return pruned


def _old_rejects(folder: Path, before: float, held: Sequence[str]) -> Iterator[Path]:
    """Give the files whose time is over and that name no number under legal hold."""
    if not folder.is_dir():
        raise BadInput("--rejects", f"there is no folder {folder}", "name the folder of the lists")
    ends = [number[-_TELLING_DIGITS:] for number in held]
    for path in sorted(folder.glob(_REJECTS)):
        if path.stat().st_mtime >= before:
            continue
        with path.open(encoding="utf-8", errors="replace") as lines:
            digits = ("".join(filter(str.isdigit, line)) for line in lines)
            if not any(end in line for line in digits for end in ends):
                yield path


async def _refuse_empty(place: _Place) -> None:
    """Refuse a database that is not there: to look at it must not make it."""
    if (await standing(place.url)).found is None:
        raise BadInput("database", "holds nothing yet", "start the engine, or restore a backup")


def _pairs(settings: Sequence[str]) -> Iterator[tuple[str, str]]:
    for setting in settings:
        kind, equals, days = setting.partition("=")
        if not equals:
            raise BadInput("--keep", f"{setting!r} is not kind=days", "such as recordings=180")
        yield kind, days
