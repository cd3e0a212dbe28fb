"""`outpace asterisk`: install the Asterisk that Outpace runs, and start, stop and look at one.

Knows how to show and how to say what went wrong in one line. Refuses to know how any of it is done.
"""

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from dialer.adapters.asterisk.conf import NodeConf, Trunk
from dialer.adapters.asterisk.installation import Installation
from dialer.adapters.asterisk.installation import install as install_asterisk
from dialer.adapters.asterisk.instance import AsteriskInstance
from dialer.adapters.asterisk.ports import Port, free_port_range, free_ports
from dialer.adapters.asterisk.render import shipped_templates
from dialer.adapters.asterisk.running import RunningAsterisk
from dialer.errors import BadInput, OutpaceError

_LOCALHOST: Final = "127.0.0.1"
_RTP_PORTS: Final = 400  # two for each channel

_READERS: Final[Mapping[Any, Callable[[str], Any]]] = {int: int, float: float, str: str}
_SETTABLE: Final = tuple(field for field in fields(NodeConf) if field.type in _READERS)

app = typer.Typer(help="The Asterisk that Outpace runs.", no_args_is_help=True)

Home = Annotated[
    Path, typer.Option("--home", help="Folder of the instance: configuration, logs, recordings.")
]


@app.command()
def install() -> None:
    """Find an Asterisk, or put one into Outpace's own folder; nothing else is touched."""
    with _errors_told():
        found = install_asterisk(say=typer.echo)
        features = found.features
        events = "structured" if features.structured_event_filter else "by expression"
        typer.echo(f"Asterisk {found.version}, {found.origin}")
        typer.echo(f"  run by         {found.argv[0]}")
        typer.echo(f"  modules        {len(features.modules)} in {found.modules_dir}")
        typer.echo(f"  sounds, music  {found.data_dir}")
        typer.echo(f"  event filters  {events}")
        typer.echo(f"  SIP causes     {'in Hangup events' if features.tech_cause else 'not told'}")


@app.command()
def start(
    home: Home,
    templates: Annotated[
        Path | None,
        typer.Option("--templates", help="Folder of *.j2 files instead of the ones that ship."),
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="A value for the templates; repeatable."),
    ] = None,
) -> None:
    """Start an Asterisk with a home of its own; free ports are taken for those not set."""
    with _errors_told():
        given = _pairs(settings or [])
        installation = install_asterisk(say=typer.echo)
        instance = (
            _shipped(installation, home, given)
            if templates is None
            else AsteriskInstance(installation, home, _folder(templates), given)
        )
        instance.start()
        typer.echo(f"Asterisk {installation.version} runs as pid {instance.pid} in {instance.home}")
        for kind, host, port in instance.ports:
            typer.echo(f"  {kind} {host}:{port}")


@app.command()
def stop(home: Home) -> None:
    """Stop the Asterisk of a home; fine when none runs."""
    with _errors_told():
        running = RunningAsterisk.at(home)
        if running is None:
            typer.echo(f"no Asterisk runs in {home}")
            return
        running.stop()
        if running.alive():
            raise OutpaceError(f"pid {running.pid} does not end; look at it with ps")
        typer.echo(f"stopped pid {running.pid}")


@app.command()
def status(home: Home) -> None:
    """Tell whether the Asterisk of a home runs; exit code 1 when it does not."""
    with _errors_told():
        running = RunningAsterisk.at(home)
        if running is None:
            raise OutpaceError(
                f"no Asterisk runs in {home}; start it with 'outpace asterisk start'"
            )
        version = running.rx("core show version").partition(" built by")[0].strip()
        uptime = running.rx("core show uptime seconds").partition("\n")[0].rpartition(":")[2]
        typer.echo(f"{version}, pid {running.pid}, up {uptime.strip()} s")
        for line in running.rx("core show channels count").splitlines():
            typer.echo(f"  {line.strip()}")


@contextmanager
def _errors_told() -> Iterator[None]:
    try:
        yield
    except OutpaceError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error


def _pairs(settings: Sequence[str]) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not name or not equals:
            raise BadInput("--set", f"{setting!r} is no setting", "write NAME=VALUE")
        pairs[name] = value
    return pairs


def _folder(templates: Path) -> Path:
    if not templates.is_dir():
        raise BadInput("--templates", f"{templates} is no folder", "name the folder of *.j2 files")
    return templates


def _shipped(installation: Installation, home: Path, given: Mapping[str, str]) -> AsteriskInstance:
    """Make an instance of the configuration that ships; what is not given is chosen."""
    node = _node(given)
    ports: list[Port] = [
        ("udp", node.sip_host, node.sip_port),
        ("tcp", node.ami_host, node.ami_port),
    ]
    return AsteriskInstance(installation, home, shipped_templates(), node.values(), ports=ports)


def _node(given: Mapping[str, str]) -> NodeConf:
    sip_port, trunk_port = free_ports(2, "udp")
    ami_port, agi_port = free_ports(2, "tcp")
    rtp = free_port_range(_RTP_PORTS)
    values: dict[str, Any] = {
        "sip_port": sip_port,
        "ami_port": ami_port,
        "agi_port": agi_port,
        "rtp_start": rtp.start,
        "rtp_end": rtp.stop - 1,
        "ami_secret": secrets.token_urlsafe(24),
        "trunk": Trunk(
            _LOCALHOST, trunk_port
        ),  # the simulated carrier's place; nobody is there yet
    }
    return NodeConf(**values | _read(given))


def _read(given: Mapping[str, str]) -> dict[str, Any]:
    """Read what was given as the types that NodeConf has."""
    readers = {field.name: _READERS[field.type] for field in _SETTABLE}
    values: dict[str, Any] = {}
    for name, text in given.items():
        if name not in readers:
            known = ", ".join(sorted(readers))
            raise BadInput("--set", f"there is no {name!r} to set", f"use {known}")
        try:
            values[name] = readers[name](text)
        except ValueError as error:
            raise BadInput(name, f"{text!r} is no number", "give a number") from error
    return values
