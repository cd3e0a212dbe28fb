"""The service behind a real uvicorn on a free port, and a client of its live feed."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from fastapi import FastAPI
from websockets.asyncio.client import ClientConnection, connect

from api.app import PREFIX
from api.feed.socket import SERVER


@asynccontextmanager
async def served(app: FastAPI) -> AsyncIterator[str]:
    """Serve an application whose world is open; gives its address without the scheme."""
    options: Any = {**SERVER, "timeout_graceful_shutdown": 1}
    config = uvicorn.Config(app, port=0, lifespan="off", log_config=None, **options)
    server = uvicorn.Server(config)
    async with asyncio.TaskGroup() as tasks:
        serving = tasks.create_task(server._serve())
        while not server.started:
            await asyncio.sleep(0.005)
        port = server.servers[0].sockets[0].getsockname()[1]
        try:
            yield f"127.0.0.1:{port}{PREFIX}"
        finally:
            server.should_exit = True
            await serving


class Follower:
    """A client that keeps what the feed shows."""

    def __init__(self) -> None:
        self.shown: dict[tuple[str, str, str], Any] = {}
        self.cursor = ""
        self.kinds: list[str] = []
        """Kinds of the messages that came, oldest first."""

    @asynccontextmanager
    async def connected(
        self, address: str, *, role: str = "supervisor@main", topic: str = "floor", **wanted: Any
    ) -> AsyncIterator[ClientConnection]:
        """Connect as a machine, subscribe, and go on where we were."""
        headers = {"Authorization": f"Bearer {role}"}
        async with connect(f"ws://{address}/feed", additional_headers=headers) as socket:
            one = {"topic": topic, **wanted}
            if self.cursor:
                one["resume"] = self.cursor
            await socket.send(json.dumps({"subscribe": [one]}))
            yield socket

    async def hear(self, socket: ClientConnection) -> Any:
        """Take in the next message, and return it."""
        while True:
            told = json.loads(await socket.recv())
            if "ping" not in told:
                break
        kind = next(iter(told))
        self.kinds.append(kind)
        if kind == "snapshot":
            self.shown = {}
        for one in told[kind] if kind in ("snapshot", "delta") else ():
            place = one["node"], one["topic"], one["key"]
            if one["value"] is None:
                self.shown.pop(place, None)
            else:
                self.shown[place] = one["value"]
        self.cursor = told.get("cursor", self.cursor)
        return told
