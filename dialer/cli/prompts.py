"""`outpace prompts`: what callers hear: upload, save, add, list, set, remove.

Refuses to know who plays a prompt, and how sounds get to the engines.
"""

import asyncio
import time
from pathlib import Path
from typing import Annotated

import typer

from dialer.adapters.sql.stores import SqlStores
from dialer.adapters.telephone_sounds import MOST_BYTES, telephone_sound
from dialer.cli.campaigns import with_stores
from dialer.cli.named_things import add_and_set
from dialer.cli.shelf_commands import Name, ShelfCommands
from dialer.cli.told import Home, errors_told
from dialer.cli.who import AsJson, By, say
from dialer.domain.named import Key
from dialer.domain.prompt import PROMPTS, Prompt
from dialer.errors import BadInput
from dialer.services.prompt_upload import sound_of, uploaded

app = typer.Typer(
    help="What callers hear: upload, save, add, list, set, remove.", no_args_is_help=True
)

Language = Annotated[str, typer.Argument(help="As en or pt-BR.")]


def _by_name_and_language(name: Name, language: Language) -> Key:
    return name, language


def _prompt(
    name: Name,
    language: Language,
    file: Annotated[
        str, typer.Option("--file", help="Below the folder of prompts, as en/greeting.wav.")
    ],
    text: Annotated[str, typer.Option("--text", help="What is said.")] = "",
    seconds: Annotated[float | None, typer.Option("--seconds", help="How long it is.")] = None,
) -> Prompt:
    return Prompt(name, language, file, text, seconds)


@app.command()
def upload(
    home: Home,
    by: By,
    name: Name,
    language: Language,
    file: Annotated[Path, typer.Argument(help="WAV, mono or stereo, 8 to 48 kHz.")],
    text: Annotated[
        str | None, typer.Option("--text", help="What is said; left out: as it was.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Put a sound in place of a prompt's, or add the prompt; running engines have it at once."""
    with errors_told():
        made = telephone_sound(_bytes_of(file), str(file))

    async def work(stores: SqlStores) -> Prompt:
        return await uploaded(
            stores.prompts,
            stores.prompt_sounds,
            (name, language),
            made,
            text=text,
            by=by,
            at=time.time(),
        )

    kept: Prompt = with_stores(home, work)
    said = f"prompt {name!r} {language!r} uploaded: {made.seconds:g} s"
    say(said, as_json=as_json, **PROMPTS.told(kept), checksum=kept.checksum)


@app.command()
def save(
    home: Home,
    name: Name,
    language: Language,
    to: Annotated[Path, typer.Argument(help="File to write.")],
    as_json: AsJson = False,
) -> None:
    """Copy the sound of an uploaded prompt into a file, as callers hear it."""

    async def work(stores: SqlStores) -> None:
        _, sound = await sound_of(stores.prompts, stores.prompt_sounds, (name, language))
        try:
            await asyncio.to_thread(to.write_bytes, sound)
        except OSError as error:
            problem = f"cannot be written ({error.strerror})"
            raise BadInput(str(to), problem, "name another file") from None

    with_stores(home, work)
    say(f"{to} written", as_json=as_json, name=name, language=language, file=str(to))


def _bytes_of(file: Path) -> bytes:
    """Return what is in a file, and no more than says that it is too large.

    Raises:
        BadInput: it cannot be read.
    """
    try:
        with file.open("rb") as sound:
            return sound.read(MOST_BYTES + 1)
    except OSError as error:
        problem = f"cannot be read ({error.strerror})"
        raise BadInput(str(file), problem, "name a WAV file") from None


def _line(one: Prompt) -> str:
    length = "-" if one.seconds is None else f"{one.seconds:g} s"
    return f"{one.name}\t{one.language}\t{one.file}\t{length}\t{one.text}"


COMMANDS = ShelfCommands(app, PROMPTS, lambda stores: stores.prompts, key=_by_name_and_language)
add_and_set(app, COMMANDS, _prompt, "a prompt whose file lies on each node")
COMMANDS.list(_line, "List the prompts.")
COMMANDS.remove("Remove a prompt; flows that play it take their fallback.")
