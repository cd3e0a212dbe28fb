"""The service on a real database and a real engine; only the switch is in memory.

`service(folder)` runs an engine with its control socket, and the application beside it, asked
in-process. Tokens: one for each role, and of another tenant.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from databases import put_empty
from fastapi import FastAPI
from sqlalchemy import insert

from api.app import PREFIX, create_app
from api.bootstrap import life_of
from dialer.adapters.inprocess.clock import SteadyClock
from dialer.adapters.sql.stores import SqlStores
from dialer.adapters.sql.tables.people import tenants
from dialer.bootstrap import Engine
from dialer.domain.dial_law import DialLaw
from dialer.domain.far_side import FarSide
from dialer.domain.ids import AgentId, CampaignId, TenantId
from dialer.domain.leadfile import LeadRow
from dialer.domain.phone import Transport
from dialer.domain.principal import Principal
from dialer.domain.roles import Role
from dialer.ports import Provisioning
from dialer.settings import NodeSettings
from dialer.testing.doorkeeper import MemoryDoorkeeper
from dialer.testing.spying import MemorySpying
from dialer.testing.switch import MemorySwitch
from dialer.testing.talk_control import MemoryTalkControl

PHONES = ("1001", "1002", "1003")
TENANTS = ("main", "other")


@dataclass
class Service:
    """A service to be asked."""

    client: httpx.AsyncClient
    stores: SqlStores
    engine: Engine
    switch: MemorySwitch
    doorkeeper: MemoryDoorkeeper
    app: FastAPI

    async def ask(
        self,
        method: str,
        path: str,
        *,
        role: str = "administrator",
        tenant: str = "main",
        **options: Any,
    ) -> httpx.Response:
        """Ask as a machine of a role and a tenant."""
        headers = {"Authorization": f"Bearer {role}@{tenant}", **options.pop("headers", {})}
        return await self.client.request(method, PREFIX + path, headers=headers, **options)

    async def with_leads(self, campaign: str, count: int) -> None:
        """Import a list into a campaign."""
        imports = self.stores.imports
        rows = [LeadRow(2 + i, f"+1202555{i:04d}", {"name": f"n{i}"}) for i in range(count)]
        import_id = await imports.begin(CampaignId(campaign), "list.csv", at=time.time())
        await imports.add(import_id, rows)
        await imports.finish(import_id, rows=count, rejected=0)

    async def done(self, method: str, path: str, **options: Any) -> Any:
        """Ask, and return what was answered; it must be a success."""
        answer = await self.ask(method, path, **options)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    async def refused(self, method: str, path: str, status: int, **options: Any) -> Any:
        """Ask, and return the problem; it must be refused with this status."""
        answer = await self.ask(method, path, **options)
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        problem = answer.json()
        assert {"type", "title", "status", "code", "detail", "field", "fix"} <= problem.keys()
        assert problem["status"] == status
        return problem


@asynccontextmanager
async def service(
    folder: Path,
    *,
    with_engine: bool = True,
    provisioning: Provisioning | None = None,
    **options: Any,
) -> AsyncIterator[Service]:
    """Run an engine and the service beside it."""
    home = folder / "node"
    home.mkdir()
    prompts = folder / "asterisk" / "etc" / "prompts"
    prompts.mkdir(parents=True)
    (prompts / "abandon.wav").write_bytes(b"RIFF")
    settings = NodeSettings(
        home=home,
        asterisk_home=folder / "asterisk",
        agi_port=0,
        _env_file=None,
        **{"api_behind_tls": True, **options},
    )
    if not settings.database_url:
        await put_empty(home / "outpace.db")
    clock = SteadyClock()
    switch = MemorySwitch(clock, phones=PHONES)
    control = MemoryTalkControl(switch)
    stores = await SqlStores.open(settings.database)
    spying = MemorySpying(switch)
    engine = Engine(
        settings,
        stores,
        DialLaw(),
        switch=switch,
        provisioning=provisioning,
        probe=_simulated,
        spying=spying,
        control=control,
    )
    doorkeeper = _doorkeeper()
    app = create_app(life_of(settings, lambda _stores: doorkeeper))
    async with asyncio.TaskGroup() as tasks:
        ready = asyncio.Event()
        if with_engine:
            tasks.create_task(engine.run(ready.set), name="engine")
            await ready.wait()
        async with app.router.lifespan_context(app):
            doorkeeper.behind = app.state.world.identity
            transport = httpx.ASGITransport(app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="https://test") as client:
                at = Service(client, app.state.world.stores, engine, switch, doorkeeper, app)
                await _tenants(at.stores)
                while with_engine and not app.state.world.engines.nodes():
                    await asyncio.sleep(0.01)
                yield at
        engine.stop()
    if not with_engine:
        await stores.close()


async def _simulated(_host: str, _port: int, _transport: Transport) -> FarSide:
    return FarSide.SIMULATED


async def _tenants(stores: SqlStores) -> None:
    row = {"id": "other", "name": "other", "created_at": time.time()}
    await stores.writer.transact(lambda connection: connection.execute(insert(tenants), row))


def _doorkeeper() -> MemoryDoorkeeper:
    door = MemoryDoorkeeper()
    for tenant in TENANTS:
        for role in Role:
            name = f"{role.value}@{tenant}"
            agent = AgentId("1001") if tenant == "main" and role is Role.AGENT else None
            common = {"tenant_id": TenantId(tenant), "role": role, "name": name}
            door.tokens[name] = Principal(**common, token_id=f"to-{name}", agent_id=agent)
            door.sessions[name] = Principal(
                **common, user_id=f"us-{name}", csrf=f"csrf-{name}", agent_id=agent
            )
    return door
