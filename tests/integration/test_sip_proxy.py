"""A browser's phone reaches Asterisk over the API's own site, and nobody else does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import uvicorn
from asterisk_fixtures import until
from stream_phone import by_websocket
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from api.app import create_app
from api.bootstrap import life_of
from dialer.adapters.asterisk.conf import ari_secret
from dialer.adapters.asterisk.installation import Installation, install
from dialer.adapters.asterisk.push_config import AriAddress, PushConfig
from dialer.adapters.asterisk.switch import AmiAddress, AsteriskSwitch
from dialer.adapters.inprocess.clock import SteadyClock
from dialer.domain.ids import AgentId, TenantId
from dialer.domain.phone import Phone, PhoneKind, ha1_of
from dialer.domain.principal import Principal
from dialer.domain.roles import Role
from dialer.settings import NodeSettings
from dialer.testing.doorkeeper import MemoryDoorkeeper
from simulation.lab import HOST, Lab

SECRET = "the secret of 1001"
DENIED, NOT_AUTHENTICATED, TRY_LATER = 4403, 4401, 1013


def somebody(name: str, role: Role, agent: str | None) -> Principal:
    return Principal(
        tenant_id=TenantId("main"),
        role=role,
        name=name,
        user_id=f"us-{name}",
        csrf=f"csrf-{name}",
        agent_id=None if agent is None else AgentId(agent),
    )


@asynccontextmanager
async def served(folder: Path, http_port: int) -> AsyncIterator[tuple[int, MemoryDoorkeeper]]:
    """Serve the API beside an Asterisk; yields its port."""
    door = MemoryDoorkeeper()
    door.sessions["ann"] = somebody("ann", Role.AGENT, "1001")
    door.sessions["quentin"] = somebody("quentin", Role.QA, None)
    home = folder / "node"
    home.mkdir()
    settings = NodeSettings(
        home=home, asterisk_home=folder, asterisk_http_port=http_port, _env_file=None
    )
    app = create_app(life_of(settings, lambda _stores: door))
    server = uvicorn.Server(
        uvicorn.Config(app, host=HOST, port=0, log_level="warning", lifespan="on")
    )
    async with asyncio.TaskGroup() as tasks:
        serving = tasks.create_task(server.serve())
        await until(lambda: server.started)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield port, door
        server.should_exit = True
        await serving


def page_of(port: int, session: str, origin: str = "") -> dict[str, str]:
    return {"Cookie": f"outpace_session={session}", "Origin": origin or f"http://{HOST}:{port}"}


async def closed_with(port: int, headers: dict[str, str]) -> int:
    """Return the code with which the socket of somebody is closed."""
    sip = Subprotocol("sip")
    address = f"ws://{HOST}:{port}/sip"
    async with connect(address, subprotocols=[sip], additional_headers=headers, proxy=None) as at:
        with pytest.raises(ConnectionClosed) as closed:
            await at.recv()
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code


@pytest.fixture(scope="module")
def installation() -> Installation:
    return install()


async def test_an_agents_page_registers_by_the_way_of_the_api_and_is_called(
    installation: Installation, tmp_path: Path
) -> None:
    page = Phone("1001", PhoneKind.WEBRTC, ha1=ha1_of("1001", SECRET))
    with Lab(installation, tmp_path / "lab", agents=0, pushed_phones=True) as lab:
        ami = AmiAddress(HOST, lab.ami_port, "outpace", lab.ami_secret)
        switch = AsteriskSwitch(ami, clock=SteadyClock())
        await switch.connect()
        push = PushConfig(AriAddress(lab.http_port, ari_secret(lab.ami_secret)), switch.said)
        await push.put(page)
        async with served(tmp_path, lab.http_port) as (port, door):
            mine = page_of(port, "ann")
            async with by_websocket("1001", SECRET, port, path="/sip", headers=mine) as phone:
                assert await phone.register() == 200
            for headers, code in (
                (page_of(port, "nobody"), NOT_AUTHENTICATED),
                (page_of(port, "ann", "https://evil.example"), NOT_AUTHENTICATED),
                ({"Authorization": "Bearer ann"}, NOT_AUTHENTICATED),
                (page_of(port, "quentin"), DENIED),
            ):
                assert await closed_with(port, headers) == code
            assert door.sessions
        switch.close()


async def test_without_an_asterisk_a_page_is_told_to_come_again(tmp_path: Path) -> None:
    async with served(tmp_path, 1) as (port, _door):
        assert await closed_with(port, page_of(port, "ann")) == TRY_LATER
