"""Who works in a demonstration, hired as on a first day: the administrator first, then the others.

The administrator is made by `outpace users add` on the machine itself; all else goes over REST, as
that administrator. Refuses to know what they do then.
"""

import asyncio
import secrets
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from outpace.client import Outpace, Problem
from outpace.client.types import NewUser
from simulation.demo.desks import desk
from simulation.demo.service import DemoFailed

ADMINISTRATOR: Final = "admin"
SUPERVISOR: Final = "supervisor"
"""Name of the token by which the campaign is led."""

SCOPES: Final = (
    "agents:read",
    "agents:write",
    "campaigns:read",
    "campaigns:write",
    "feed:read",
    "lists:write",
    "pacing:read",
    "pacing:write",
    "pause_codes:write",
    "reports:read",
)
"""What the supervisor's token may do."""

NO_ENGINE: Final = "engine_unavailable"
ENGINE_WITHIN_S: Final = 20.0
"""After an API serves it may take a moment until it has heard of the engine."""


def new_password() -> str:
    """Return a password nobody will type."""
    return secrets.token_urlsafe(15)


async def first_administrator(home: Path, password: str) -> None:
    """Make the administrator, by the command line.

    Raises:
        DemoFailed: the command refuses; in its words.
    """
    file = home / "admin.password"
    file.touch(mode=0o600)
    file.write_text(password + "\n", encoding="ascii")
    command = str(Path(sys.executable).with_name("outpace"))
    words = ["users", "add", ADMINISTRATOR, "--role", "administrator"]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        command,
        *words,
        "--home",
        str(home),
        "--password-from-file",
        str(file),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        said, _ = await process.communicate()
    finally:
        file.unlink()
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise DemoFailed(f"outpace users add: {said.decode(errors='replace').strip()}")


async def hire(addresses: Sequence[str], password: str, people: Sequence[tuple[str, str]]) -> str:
    """Make a user for each agent; returns the token of the supervisor.

    Args:
        addresses: of the APIs.
        password: of the administrator.
        people: name and password of each agent.

    Raises:
        Problem: the service refuses.
    """
    async with desk(addresses) as here:
        await here.log_in(ADMINISTRATOR, password)
        for service in here.apis:
            await _until_it_knows_the_engine(service)
        async with asyncio.TaskGroup() as tasks:  # hashing a password takes its time
            for name, own in people:
                new: NewUser = {"login": name, "role": "agent", "agent": name, "password": own}
                tasks.create_task(here.api().users.create(new), name=f"user-{name}")
        made = await here.api().tokens.create(
            {"name": SUPERVISOR, "role": "campaign_manager", "scopes": list(SCOPES)}
        )
        await here.api().auth.log_out()
    return made["secret"]


async def _until_it_knows_the_engine(service: Outpace) -> None:
    until = time.monotonic() + ENGINE_WITHIN_S
    while True:
        try:
            await service.agents.list_()
        except Problem as problem:
            if problem.code != NO_ENGINE or time.monotonic() > until:
                raise
        else:
            return
