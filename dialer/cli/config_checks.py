"""What stands in the way of a node's start, looked for before it is started; changes nothing.

Each check tries what the engine will do. Refuses to know how settings are read.
"""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from dialer.adapters.asterisk.switch import AmiAddress, AsteriskSwitch
from dialer.adapters.control_socket import ControlClient
from dialer.adapters.inprocess.clock import SteadyClock
from dialer.adapters.recording_places import check_places
from dialer.adapters.rule_files import read_rules
from dialer.adapters.sql.address import DatabaseAddress
from dialer.adapters.sql.upgrading import status
from dialer.adapters.transcoding import TranscodingFailed, check_program
from dialer.domain.rate_table import RateTable
from dialer.errors import BadInput, OutpaceError
from dialer.settings import NodeSettings

PROMPTS: Final = ("abandon", "lost", "do-not-call", "cue", "hush")

WITHIN_S: Final = 5.0
"""What takes longer counts as away."""


async def problems_of(settings: NodeSettings) -> list[BadInput]:
    """Return everything that would keep the node from serving."""
    return [*_files(settings), *[one async for one in _neighbours(settings)]]


def _files(settings: NodeSettings) -> Iterator[BadInput]:
    yield from _folder("home", settings.home, "make it, or give --home")
    fix = "start Asterisk once, or set OUTPACE_ASTERISK_HOME"
    yield from _folder("recordings", settings.recordings, fix)
    for name in PROMPTS:
        path = settings.prompts / f"{name}.wav"
        if not path.is_file():
            yield BadInput("prompts", f"there is no {path}", "start Asterisk once, or put it there")
    least = settings.disk_free_min_mib
    for name, folder in (("home", settings.home), ("recordings", settings.recordings)):
        if folder.is_dir() and shutil.disk_usage(folder).free < least << 20:
            problem = f"less than {least} MiB are free for {folder}"
            yield BadInput(f"disk of the {name}", problem, "free some")
    with _caught() as found:
        read_rules(settings.rules)
    yield from found
    for trunk in settings.all_trunks:
        with _caught() as found:
            RateTable.of(trunk.rates, name=f"rates of trunk {trunk.name}")
        yield from found
    with _caught() as found:
        check_places(settings)
    yield from found
    try:
        check_program(settings.recordings_codec, settings.recordings_program)
    except TranscodingFailed as error:
        fix = "install one, or recordings stay WAV"
        yield BadInput("OUTPACE_RECORDINGS_PROGRAM", str(error), fix)
    if settings.recordings_folder is not None:
        name = "OUTPACE_RECORDINGS_FOLDER"
        yield from _folder(name, settings.recordings_folder, "mount it, or make it")


def _folder(name: str, path: Path, fix: str) -> Iterator[BadInput]:
    if not path.is_dir():
        yield BadInput(name, f"there is no folder {path}", fix)
    elif not os.access(path, os.W_OK | os.X_OK):
        yield BadInput(name, f"{path} cannot be written to by this user", "give it the rights")


async def _neighbours(settings: NodeSettings) -> AsyncIterator[BadInput]:
    for name, ask in (("database", _database), ("AMI", _ami), ("AGI port", _agi_port)):
        with _caught() as found:
            try:
                async with asyncio.timeout(WITHIN_S):
                    await ask(settings)
            except TimeoutError:
                raise BadInput(name, "gives no answer", "see its log") from None
        for problem in found:
            yield problem


async def _database(settings: NodeSettings) -> None:
    path = DatabaseAddress.of(settings.database).path
    if path is not None and not path.exists():
        for problem in _folder("database", path.parent, "make it"):
            raise problem
        return  # the first start makes it
    found = await status(settings.database)
    if found.found is not None and not found.current:
        told = f"has tables of version {found.found}, this program knows {found.known}"
        older = found.found < found.known
        fix = "run outpace database upgrade" if older else "upgrade Outpace"
        raise BadInput("database", told, fix)


async def _ami(settings: NodeSettings) -> None:
    secret = settings.ami_secret.get_secret_value()
    if not secret:
        raise BadInput("OUTPACE_AMI_SECRET", "is empty", "set it to the secret in manager.conf")
    address = AmiAddress(settings.ami_host, settings.ami_port, settings.ami_user, secret)
    switch = AsteriskSwitch(address, clock=SteadyClock())
    try:
        await switch.connect()
    finally:
        switch.close()


async def _agi_port(settings: NodeSettings) -> None:
    with suppress(OutpaceError):
        async with ControlClient.connect(settings.home):
            return  # the node's own engine runs and has it
    host, port = settings.agi_host, settings.agi_port
    try:
        server = await asyncio.start_server(lambda _reader, _writer: None, host, port)
    except OSError as error:
        problem = f"{host}:{port} cannot be used ({error.strerror})"
        fix = "stop what listens there or choose another port"
        raise BadInput("OUTPACE_AGI_PORT", problem, fix) from None
    server.close()


class _caught:  # noqa: N801 - used as a context
    """Keeps a problem that is met in the block."""

    def __enter__(self) -> list[BadInput]:
        self._found: list[BadInput] = []
        return self._found

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> bool:
        if isinstance(error, BadInput):
            self._found.append(error)
            return True
        if isinstance(error, OutpaceError):
            problem, _, fix = str(error).partition(": ")
            self._found.append(BadInput("AMI", problem, fix or "see the log of Asterisk"))
            return True
        return False
