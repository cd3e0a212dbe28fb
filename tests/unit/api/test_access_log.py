"""The log says who asked for what and how it ended, never with which number or secret."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog

from api.access_log import AccessLog
from api.app import create_app
from api.bootstrap import life_of
from dialer.domain.ids import TenantId
from dialer.domain.principal import Principal
from dialer.domain.roles import Role
from dialer.settings import NodeSettings
from dialer.testing.doorkeeper import MemoryDoorkeeper


@pytest.fixture
def events() -> Iterator[list[dict[str, Any]]]:
    with structlog.testing.capture_logs() as found:
        yield found


async def test_a_request_is_one_line_with_who_what_and_how_long(
    tmp_path: Path, events: list[dict[str, Any]]
) -> None:
    settings = NodeSettings(home=tmp_path, _env_file=None)
    door = MemoryDoorkeeper()
    door.tokens["a-token"] = Principal(
        tenant_id=TenantId("main"), role=Role.SUPERVISOR, name="sue", token_id="to-1"
    )
    app = create_app(life_of(settings, lambda _stores: door))
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(AccessLog(app), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="https://test") as client:
            who = {"Authorization": "Bearer a-token"}
            await client.get("/api/v1/campaigns?state=hush-hush", headers=who)
            await client.get("/api/v1/campaigns/+12025550100")
            await client.get("/nowhere/+12025550100")
    lines = [event for event in events if event["event"] == "api_request"]
    told = [(line["who"], line["tenant"], line["operation"], line["status"]) for line in lines]
    assert told[0][:3] == ("token sue", "main", "campaigns.list")
    assert told[1:] == [(None, None, "campaigns.get", 401), (None, None, None, 404)]
    assert all(line["ms"] >= 0 for line in lines)
    assert "hush" not in str(events)
    assert "2025550100" not in str(events)
    assert "a-token" not in str(events)


async def test_an_answer_that_never_began_is_told_as_broken_off(
    events: list[dict[str, Any]],
) -> None:
    async def fails(scope: Any, receive: Any, send: Any) -> None:
        raise RuntimeError("broken")

    async def none(*_: Any) -> Any:
        return {}

    with pytest.raises(RuntimeError):
        await AccessLog(fails)({"type": "http", "method": "GET"}, none, none)
    assert [(event["event"], event["status"]) for event in events] == [("api_request", 499)]


async def test_a_feed_is_told_when_it_ends(events: list[dict[str, Any]]) -> None:
    async def accepts(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.close"})

    async def refuses(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "websocket.close"})

    async def none(*_: Any) -> Any:
        return {}

    for app in (accepts, refuses):
        await AccessLog(app)({"type": "websocket"}, none, none)
    assert [(event["method"], event["status"]) for event in events] == [
        ("WEBSOCKET", 101),
        ("WEBSOCKET", 403),
    ]
