"""`outpace scripts|articles`: what agents say and look up: versions, approval, search.

Refuses to know how a page shows a text.
"""

import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from dialer.adapters.sql.stores import SqlStores
from dialer.cli.campaigns import with_stores
from dialer.cli.told import Home, errors_told
from dialer.cli.who import AsJson, By, say
from dialer.domain.instant import written
from dialer.domain.placeholders import names_in
from dialer.domain.script import check_script
from dialer.domain.versioned import Entry, Standing, Version
from dialer.errors import BadInput, NoSuch
from dialer.ports import Versions

scripts = typer.Typer(help="What agents say: add, list, publish, check.", no_args_is_help=True)
articles = typer.Typer(
    help="What agents look up: add, list, publish, search.", no_args_is_help=True
)

Store = Callable[[SqlStores], Versions[str]]

Name = Annotated[str, typer.Argument(help="Its name.")]
File = Annotated[Path, typer.Argument(help="The text; - reads it from the standard input.")]
Number = Annotated[int, typer.Argument(help="Of a version.", min=1)]


def text_in(file: Path) -> str:
    """Return the text of a file; "-" is the standard input.

    Raises:
        BadInput: it cannot be read, or is no UTF-8.
    """
    try:
        raw = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        return raw.decode("utf-8-sig")
    except OSError as error:
        raise BadInput(str(file), f"cannot be read ({error.strerror})", "name a file") from None
    except UnicodeDecodeError:
        raise BadInput(str(file), "is no UTF-8", "save it as UTF-8") from None


def _reading(app: typer.Typer, kind: str, store: Store) -> None:
    """Add the commands that read texts of a kind."""

    @app.command(name="list", help="List them: the newest version, and the published one.")
    def list_(home: Home, as_json: AsJson = False) -> None:
        found: list[Standing] = with_stores(home, lambda stores: store(stores).list())
        if as_json:
            typer.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False))
            return
        for one in found:
            published = "-" if one.published is None else one.published
            typer.echo(f"{one.name}\tnewest {one.newest}\tpublished {published}")

    @app.command(help="List the versions of one, the newest first.")
    def versions(home: Home, name: Name, as_json: AsJson = False) -> None:
        found: list[Entry] = with_stores(home, lambda stores: store(stores).history(name))
        with errors_told():
            if not found:
                raise NoSuch("name", f"there is no {kind} {name!r}", "name one that exists")
        if as_json:
            typer.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False))
            return
        for one in found:
            mark = "\tpublished" if one.published else ""
            typer.echo(f"{one.version}\t{written(one.at)}\t{one.by}{mark}")

    @app.command(help="Print a version; the published one if none is named.")
    def show(
        home: Home,
        name: Name,
        version: Annotated[int | None, typer.Argument(help="Its number.", min=1)] = None,
        as_json: AsJson = False,
    ) -> None:
        async def work(stores: SqlStores) -> Version[str]:
            texts = store(stores)
            found = await (texts.published(name) if version is None else texts.get(name, version))
            if found is None:
                which = "published version" if version is None else f"version {version}"
                problem = f"{kind} {name!r} has no {which}"
                raise NoSuch("version", problem, f"see outpace {kind}s versions")
            return found

        found: Version[str] = with_stores(home, work)
        if as_json:
            typer.echo(json.dumps(asdict(found), ensure_ascii=False))
            return
        typer.echo(found.body, nl=not found.body.endswith("\n"))


def _writing(app: typer.Typer, kind: str, store: Store) -> None:
    """Add the commands that write and approve texts of a kind."""

    @app.command(help=f"Add a version of {kind}; under a new name the first. It is not published.")
    def add(home: Home, by: By, name: Name, file: File, as_json: AsJson = False) -> None:
        with errors_told():
            text = text_in(file)
        added: Entry = with_stores(
            home, lambda stores: store(stores).add(name, text, by=by, at=time.time())
        )
        said = f"version {added.version} of {kind} {name!r} added"
        say(said, as_json=as_json, name=name, version=added.version)

    @app.command(help="Approve a version: it takes the place of the one that is published.")
    def publish(home: Home, by: By, name: Name, version: Number, as_json: AsJson = False) -> None:
        with_stores(
            home, lambda stores: store(stores).publish(name, version, by=by, at=time.time())
        )
        said = f"version {version} of {kind} {name!r} is published"
        say(said, as_json=as_json, name=name, version=version)

    @app.command(help="Leave one without a published version; its versions stay.")
    def withdraw(home: Home, by: By, name: Name, as_json: AsJson = False) -> None:
        with_stores(home, lambda stores: store(stores).withdraw(name, by=by, at=time.time()))
        say(f"{kind} {name!r} is withdrawn", as_json=as_json, name=name)


for one in (_writing, _reading):
    one(scripts, "script", lambda stores: stores.scripts)
    one(articles, "article", lambda stores: stores.articles)


@scripts.command()
def check(
    file: File,
    field: Annotated[
        list[str] | None, typer.Option("--field", help="A field that leads have; else any.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say what is wrong with a script, by line; exit code 1 if anything is."""
    with errors_told():
        text = text_in(file)
    known = field or [name for name, _ in names_in(text)]
    problems = check_script(text, known)
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in problems], ensure_ascii=False))
    else:
        for one in problems:
            typer.echo(f"{file}:{one.line}: {one.reason}; {one.fix}")
    if problems:
        raise typer.Exit(1)


@articles.command()
def search(
    home: Home,
    words: Annotated[list[str], typer.Argument(help="All of them are in the name or the text.")],
    as_json: AsJson = False,
) -> None:
    """Find published articles by their words."""
    found: Any = with_stores(home, lambda stores: stores.articles.search(" ".join(words)))
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False))
        return
    for one in found:
        typer.echo(f"{one.name}\t{' '.join(one.body.split())[:100]}")
