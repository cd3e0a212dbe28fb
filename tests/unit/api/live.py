"""The service on a port, in a thread of its own: for tests that ask it as any program would."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from service import Service, service


@contextmanager
def live(folder: Path) -> Iterator[tuple[str, Service]]:
    """Serve on a free port of the loopback; gives the address."""
    started: dict[str, object] = {}
    ready, over = threading.Event(), threading.Event()

    async def serve() -> None:
        async with service(folder) as at:
            config = uvicorn.Config(at.app, port=0, lifespan="off", log_level="critical")
            server = uvicorn.Server(config)
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(server.serve(), name="uvicorn")
                while not server.started:
                    await asyncio.sleep(0.01)
                port = server.servers[0].sockets[0].getsockname()[1]
                started.update(url=f"http://127.0.0.1:{port}", at=at)
                ready.set()
                await asyncio.to_thread(over.wait)
                server.should_exit = True

    def run() -> None:
        try:
            asyncio.run(serve())
        except BaseException as error:  # noqa: BLE001 - told to whoever waits
            started["failed"] = error
        finally:
            ready.set()

    thread = threading.Thread(target=run, name="service", daemon=True)
    thread.start()
    ready.wait(60)
    try:
        if "failed" in started:
            raise RuntimeError("the service did not start") from started["failed"]  # type: ignore[misc]
        yield str(started["url"]), started["at"]  # type: ignore[misc]
    finally:
        over.set()
        thread.join(30)
    assert "failed" not in started, started["failed"]
