"""A floor in the middle of its work: agents logged in, a campaign that dials, people who answer."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from service import Service
from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import insert

from dialer.adapters.sql.people import User
from dialer.adapters.sql.stores import SqlStores
from dialer.adapters.sql.tables.people import tenants, users
from dialer.domain.ids import AttemptId
from dialer.domain.roles import Role
from dialer.ports import ConnectTo

PATIENCE_S = 10.0


async def until(true: Callable[[], Any]) -> Any:
    """Wait until something is so; return it."""
    async with asyncio.timeout(PATIENCE_S):
        while not (found := true()):
            await asyncio.sleep(0.01)
        return found


async def until_shown(at: Service, path: str, true: Callable[[Any], Any], **options: Any) -> Any:
    """Ask until what is answered is so; return it."""
    async with asyncio.timeout(PATIENCE_S):
        while not true(found := await at.done("GET", path, **options)):
            await asyncio.sleep(0.01)
        return found


async def at_rest(at: Service, *, leads: int = 3, **settings: Any) -> str:
    """Make a campaign with leads, which nothing dials yet; return its id."""
    wanted = {"mode": "progressive", "ring_min_s": 0.0, **settings}
    made = await at.done("POST", "/campaigns", json={"name": "spring", "settings": wanted})
    await at.with_leads(made["id"], leads)
    return str(made["id"])


async def dialing(at: Service, *, leads: int = 3, **settings: Any) -> str:
    """Start a campaign with leads; return its id."""
    campaign = await at_rest(at, leads=leads, **settings)
    await at.done("POST", f"/campaigns/{campaign}/start")
    return campaign


async def logged_in(at: Service, campaign: str, agent: str = "1001") -> None:
    """Log an agent in."""
    await at.done("POST", f"/agents/{agent}/log-in", json={"campaigns": [campaign]})


async def ringing(at: Service, number: int = 0) -> AttemptId:
    """Wait for a line and let it ring; return its attempt."""
    await until(lambda: len(at.switch.calls) > number)
    attempt_id = at.switch.calls[number].attempt_id
    at.switch.ring(attempt_id)
    return attempt_id


@asynccontextmanager
async def talking(at: Service, number: int = 0) -> AsyncIterator[AttemptId]:
    """Have a person answer and talk with an agent, for as long as the block lasts."""
    attempt_id = await ringing(at, number)
    at.switch.answer(attempt_id)
    order = await at.engine.calls.customer_answered(attempt_id, time.time())
    assert isinstance(order, ConnectTo)

    async def line() -> None:
        end = await at.switch.bridge(attempt_id, order.leg_id)
        await at.engine.calls.bridge_returned(attempt_id, end)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(line(), name="customer's line")
        await until(lambda: at.switch.channels[attempt_id].bridge_id)
        yield attempt_id
        at.switch.end(attempt_id)


async def user(at: Service, agent: str, *, tenant: str = "main", name: str = "") -> None:
    """Add a user who is an agent."""
    login = f"user{agent}"
    who = User(login=login, role=Role.AGENT, name=name, agent_id=agent)
    await at.stores.people.add(who, by="test", at=time.time(), tenant_id=tenant)


async def person(stores: SqlStores, agent: str, *, tenant: str) -> None:
    """Put a user who is an agent into a database, and its tenant if there is none."""
    whose = {"id": tenant, "name": tenant, "created_at": 0.0}
    row = {"id": f"us-{agent}", "tenant_id": tenant, "login": agent, "role": "agent"}
    row |= {"agent_id": agent, "created_at": 0.0}

    def work(connection: Connection) -> None:
        connection.execute(insert(tenants).on_conflict_do_nothing(), whose)
        connection.execute(insert(users), row)

    await stores.writer.transact(work)


async def campaign_of_other(at: Service, name: str = "theirs") -> str:
    """Add a campaign of the other tenant; return its id."""
    made = await at.done("POST", "/campaigns", tenant="other", json={"name": name})
    return str(made["id"])
