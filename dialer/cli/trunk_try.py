"""`outpace trunk test`: whether a trunk is there, seen from here and by Asterisk, and a call on it.

Refuses to know what a test call must pass (`dialer.services.trunk_test_call`).
"""

import asyncio
import json
import socket
from contextlib import suppress
from typing import Annotated, Any

import typer

from dialer.adapters.asterisk.switch import AmiAddress, AsteriskSwitch
from dialer.adapters.asterisk.trunk_probe import Answered, options_of
from dialer.adapters.inprocess.clock import SteadyClock
from dialer.cli.told import Home, ask, errors_told
from dialer.cli.trunks import Name
from dialer.cli.who import AsJson, By, number_said
from dialer.errors import NoSuch, OutpaceError
from dialer.settings import NodeSettings, load_settings
from dialer.trunk_settings import TrunkFields


def try_(
    home: Home,
    by: By,
    name: Name,
    call: Annotated[
        str, typer.Option("--call", help="Call this number (+12025550100): a phone of yours.")
    ] = "",
    caller_id: Annotated[
        str, typer.Option("--caller-id", help="Shown to it: a number of yours.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Try a trunk: its name, its answer to OPTIONS, Asterisk's way to it, and a call if asked."""
    with errors_told():
        settings = load_settings(home)
        trunk = next((one for one in settings.all_trunks if one.name == name), None)
        if trunk is None:
            raise NoSuch("trunk", f"{name!r} is not configured", "see: outpace trunk list")
        number = number_said(call, "") if call else ""
    looks = asyncio.run(_looks(settings, trunk))
    if number:
        arguments = {"trunk": name, "number": number, "caller_id": caller_id, "by": by}
        looks["call"] = ask(home, "trunk.call", **arguments)
    good = looks["asterisk"]["reachable"] is not False and bool(looks["address"])
    if as_json:
        typer.echo(json.dumps({"trunk": name, **looks}))
    else:
        _tell(trunk, looks)
    if not good:
        raise typer.Exit(1)


async def _looks(settings: NodeSettings, trunk: TrunkFields) -> dict[str, Any]:
    """Look at a trunk from here and from Asterisk."""
    address = ""
    with suppress(OSError):
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(trunk.host, trunk.port, type=socket.SOCK_DGRAM)
        address = str(found[0][4][0])
    answered: Answered | None = await _options(trunk) if address else None
    told = None if answered is None else {"status": answered.status, "server": answered.server}
    return {"address": address, "options": told, "asterisk": await _from_asterisk(settings, trunk)}


async def _options(trunk: TrunkFields) -> Answered | None:
    return await options_of(trunk.host, trunk.port, trunk.transport)


async def _from_asterisk(settings: NodeSettings, trunk: TrunkFields) -> dict[str, Any]:
    secret = settings.ami_secret.get_secret_value()
    if not secret:
        return {"reachable": None, "registration": "", "problem": "OUTPACE_AMI_SECRET is empty"}
    address = AmiAddress(settings.ami_host, settings.ami_port, settings.ami_user, secret)
    switch = AsteriskSwitch(address, clock=SteadyClock())
    try:
        await switch.connect()
        reachable = trunk.name in await switch.reachable_contacts()
        registration = await switch.registration(trunk.name) if trunk.register_there else ""
    except OutpaceError as error:
        return {"reachable": None, "registration": "", "problem": str(error)}
    finally:
        switch.close()
    return {"reachable": reachable, "registration": registration, "problem": ""}


def _tell(trunk: TrunkFields, looks: dict[str, Any]) -> None:
    typer.echo(f"name      {trunk.host} is {looks['address'] or 'not known: check the name'}")
    options, asterisk = looks["options"], looks["asterisk"]
    said = "no answer" if options is None else f"{options['status']} {options['server']}".strip()
    typer.echo(f"OPTIONS   {said}")
    way = {True: "reaches it", False: "does not reach it", None: asterisk["problem"]}
    typer.echo(f"Asterisk  {way[asterisk['reachable']]}")
    if trunk.register_there:
        typer.echo(f"register  {asterisk['registration'] or 'not known'}")
    if not trunk.countries:
        typer.echo("countries none may be called: outpace trunk add ... --country US")
    if "call" in looks:
        call = looks["call"]
        rang = "did not ring" if call["rang_s"] is None else f"rang after {call['rang_s']:.1f} s"
        up = call["answered_s"]
        answer = "was not answered" if up is None else f"was answered after {up:.1f} s"
        typer.echo(
            f"call      {rang}, {answer}; cause {call['cause']} {call['tech_cause']}".rstrip()
        )
