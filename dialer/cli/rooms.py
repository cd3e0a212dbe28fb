"""`outpace rooms`: conference rooms into which callers come by number and PIN."""

from pathlib import Path
from typing import Annotated

import typer

from dialer.adapters.sql.stores import SqlStores
from dialer.cli.campaigns import with_stores
from dialer.cli.passwords import password_in
from dialer.cli.pins import typed_pin, with_pins
from dialer.cli.shelf_commands import ShelfCommands
from dialer.cli.told import Home, errors_told
from dialer.cli.who import AsJson, By, say
from dialer.domain.named import Key
from dialer.domain.room import ROOMS, USUAL_MEMBERS, Room

app = typer.Typer(help="Conference rooms: set, list, remove.", no_args_is_help=True)

Number = Annotated[str, typer.Argument(help="As it is keyed in: digits.")]


@app.command(name="set")
def set_(
    home: Home,
    by: By,
    number: Number,
    max_members: Annotated[
        int, typer.Option("--max-members", help="How many may be there at the same time.")
    ] = USUAL_MEMBERS,
    label: Annotated[str, typer.Option("--label", help="For people.")] = "",
    from_file: Annotated[
        Path | None,
        typer.Option("--from-file", help="File whose first line is the PIN; else it is asked for."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Give a room its PIN, in place of what was set before; a lock of it ends."""
    with errors_told():
        room = Room(number, "", max_members, label)
        pin = password_in(from_file) if from_file is not None else typed_pin()

    async def work(stores: SqlStores) -> bool:
        return await with_pins(stores, lambda pins: pins.set_room(room, pin, by=by))

    new: bool = with_stores(home, work)
    how = "added" if new else "changed"
    say(f"room {number} {how}", as_json=as_json, number=number, new=new)


def _by_number(number: Number) -> Key:
    return (number,)


ROOM_COMMANDS = ShelfCommands(app, ROOMS, lambda stores: stores.rooms, key=_by_number)
ROOM_COMMANDS.list(
    lambda one: f"{one.number}\t{one.max_members} at most\t{one.label}", "List the rooms."
)
ROOM_COMMANDS.remove("Take a room away; who is there stays.")
