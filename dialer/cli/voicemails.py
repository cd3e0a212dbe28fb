"""`outpace voicemails`: what callers left: the inbox, who sees to one, its sound, removing.

Refuses to know how a message is recorded.
"""

import asyncio
import json
import shutil
import time
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from dialer.adapters.erased_files import delete_files
from dialer.adapters.sql.stores import SqlStores
from dialer.cli.campaigns import with_stores
from dialer.cli.told import Home, errors_told
from dialer.cli.who import AsJson, By, number_said, say
from dialer.domain.ids import AgentId
from dialer.domain.instant import written
from dialer.domain.voicemail import Voicemail, VoicemailsFound, VoicemailsWanted
from dialer.errors import BadInput, NoSuch
from dialer.settings import load_settings

app = typer.Typer(
    help="What callers left: list, save, assign, classify, done, remove.", no_args_is_help=True
)

Id = Annotated[int, typer.Argument(help="Of the voicemail.", min=1)]


@app.command(name="list")
def list_(
    home: Home,
    queue: Annotated[str | None, typer.Option("--queue", help="Only of this queue.")] = None,
    number: Annotated[str, typer.Option("--number", help="Only of this caller.")] = "",
    class_name: Annotated[
        str | None, typer.Option("--class", help='Only about this; "": nobody has said.')
    ] = None,
    heard: Annotated[
        bool | None, typer.Option("--heard/--unheard", help="Only those heard, or not.")
    ] = None,
    agent: Annotated[
        str | None, typer.Option("--agent", help="Only those that this agent sees to.")
    ] = None,
    is_done: Annotated[
        bool | None,
        typer.Option("--done/--open", help="Only those somebody is through with, or not."),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", help="How many at most.", min=1)] = 50,
    as_json: AsJson = False,
) -> None:
    """List voicemails, the newest first."""
    with errors_told():
        wanted = VoicemailsWanted(
            queue=queue,
            number=number_said(number, "") if number else None,
            class_name=class_name,
            heard=heard,
            done=is_done,
            assigned_to=None if agent is None else AgentId(agent),
        )
    found: VoicemailsFound = with_stores(
        home, lambda stores: stores.voicemails.newest(wanted, limit=limit)
    )
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in found.voicemails], ensure_ascii=False))
        return
    for one in found.voicemails:
        length = "-" if one.seconds is None else f"{one.seconds:g} s"
        state = f"heard by {one.heard_by}" if one.heard_by else "unheard"
        state = f"done by {one.done_by}" if one.done_by else state
        typer.echo(
            f"{one.voicemail_id}\t{written(one.at)}\t{one.number or 'withheld'}\t"
            f"{one.queue or one.class_name or '-'}\t{length}\t{one.assigned_to or '-'}\t{state}"
        )
    typer.echo(f"{found.unheard} unheard")


@app.command()
def save(
    home: Home,
    by: By,
    voicemail: Id,
    to: Annotated[Path, typer.Argument(help="File to write.")],
    as_json: AsJson = False,
) -> None:
    """Copy the sound of a voicemail into a file, and put it on record that it was."""
    with errors_told():
        folder = load_settings(home).recordings

    async def work(stores: SqlStores) -> None:
        found = await _found(stores, voicemail)
        await stores.audit.note(
            by=by,
            action="voicemail_playback",
            subject=f"voicemail {voicemail}",
            detail={"file": found.file, "queue": found.queue},
            at=time.time(),
        )
        try:
            await asyncio.to_thread(shutil.copyfile, folder / found.path, to)
        except FileNotFoundError as error:
            problem = f"{error.filename} is not there"
            raise NoSuch("voicemail", problem, "ask on the host of its engine") from None
        except OSError as error:
            problem = f"cannot be written ({error.strerror})"
            raise BadInput(str(to), problem, "name another file") from None

    with_stores(home, work)
    say(f"{to} written", as_json=as_json, voicemail=voicemail, file=str(to))


@app.command()
def heard(home: Home, by: By, voicemail: Id, as_json: AsJson = False) -> None:
    """Say that a voicemail was heard; the first who says so is on record."""
    first = with_stores(
        home, lambda stores: stores.voicemails.heard(voicemail, by=by, at=time.time())
    )
    told = "heard" if first else "heard before"
    say(f"voicemail {voicemail}: {told}", as_json=as_json, voicemail=voicemail, first=first)


@app.command()
def done(
    home: Home,
    by: By,
    voicemail: Id,
    again: Annotated[bool, typer.Option("--again", help="It is to be seen to after all.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say that you are through with a voicemail."""
    with_stores(
        home,
        lambda stores: stores.voicemails.done(voicemail, done=not again, by=by, at=time.time()),
    )
    told = "is open again" if again else "is done"
    say(f"voicemail {voicemail} {told}", as_json=as_json, voicemail=voicemail, done=not again)


@app.command()
def assign(
    home: Home,
    by: By,
    voicemail: Id,
    agent: Annotated[str, typer.Argument(help="Who sees to it; left out: nobody.")] = "",
    as_json: AsJson = False,
) -> None:
    """Give a voicemail to an agent who sees to it."""
    to = AgentId(agent) if agent else None
    with_stores(home, lambda stores: stores.voicemails.assign(voicemail, to, by=by, at=time.time()))
    said = f"voicemail {voicemail} is for {agent or 'nobody'}"
    say(said, as_json=as_json, voicemail=voicemail, agent=to)


@app.command()
def classify(
    home: Home,
    voicemail: Id,
    class_name: Annotated[str, typer.Argument(metavar="CLASS", help="What it is about, a word.")],
    as_json: AsJson = False,
) -> None:
    """Say what a voicemail is about, in a word."""
    with_stores(home, lambda stores: stores.voicemails.classify(voicemail, class_name))
    said = f"voicemail {voicemail} is about {class_name or 'nothing that was said'}"
    say(said, as_json=as_json, voicemail=voicemail, class_name=class_name)


@app.command()
def remove(home: Home, by: By, voicemail: Id, as_json: AsJson = False) -> None:
    """Take a voicemail off the record and delete its sound; not while its number is held."""
    with errors_told():
        folder = load_settings(home).recordings

    async def work(stores: SqlStores) -> None:
        found = await _found(stores, voicemail)
        await stores.voicemails.remove(voicemail, by=by, at=time.time())
        await asyncio.to_thread(delete_files, folder, [found.path])

    with_stores(home, work)
    say(f"voicemail {voicemail} removed", as_json=as_json, voicemail=voicemail)


async def _found(stores: SqlStores, voicemail: int) -> Voicemail:
    found = await stores.voicemails.get(voicemail)
    if found is None:
        raise NoSuch("voicemail", f"{voicemail} does not exist", "see outpace voicemails list")
    return found
