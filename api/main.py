"""The API as a process: settings, socket, signals, log, exit code. Nothing else lives here.

Who lets people in is given here once, to `api.bootstrap.life_of`.
"""

import asyncio
import logging
import signal
import socket
import ssl
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, Final

import structlog
import uvicorn
import uvloop

from api.access_log import AccessLog
from api.app import create_app
from api.bootstrap import Doorkeepers, life_of
from api.collecting import look_seldom
from api.feed.socket import SERVER
from api.world import World
from dialer.errors import BadInput, OutpaceError
from dialer.settings import NodeSettings, load_settings
from dialer.telemetry import configure_logging

log = structlog.get_logger(__name__)

BACKLOG: Final = 2048

LOG: Final = "api.log"


def run_api(
    home: Path,
    host: str = "",
    port: int | None = None,
    *,
    doorkeeper: Doorkeepers | None = None,
    ready: Callable[[str], None] = lambda _address: None,
) -> int:
    """Serve the API until SIGTERM or SIGINT; returns the exit code.

    One clear line on stderr and 1 when something an operator must mend stops it.

    Args:
        home: folder of the node.
        host: where to listen; that of the settings if empty.
        port: the same; 0 is any free one.
        doorkeeper: see `api.bootstrap.life_of`.
        ready: called with the address once it serves.
    """
    failed: BaseException | None = None
    try:
        settings = load_settings(home)
        settings.home.mkdir(parents=True, exist_ok=True)
        with (settings.home / LOG).open("a", buffering=1) as stream:
            configure_logging(stream=stream, level=settings.log_level)
            _log_of_server()
            listening = _listening(host or settings.api_host, port, settings)
            with listening:
                uvloop.run(_serve(settings, listening, doorkeeper, ready))
    except* OutpaceError as group:
        failed = group
        while isinstance(failed, BaseExceptionGroup):
            failed = failed.exceptions[0]
    if failed is None:
        return 0
    print(f"outpace: {failed}", file=sys.stderr)
    return 1


async def _serve(
    settings: NodeSettings,
    listening: socket.socket,
    doorkeeper: Doorkeepers | None,
    ready: Callable[[str], None],
) -> None:
    life = _Watched(life_of(settings, doorkeeper))
    server = _Server(uvicorn.Config(AccessLog(create_app(life)), **_options(settings)), ready)
    life.failed = server.end
    look_seldom()
    await server.serve([listening])
    if life.error is not None:
        raise life.error
    if not server.started:
        raise BadInput("api", "did not start", f"see {settings.home / LOG}")


def _options(settings: NodeSettings) -> dict[str, Any]:
    cert, key = settings.api_tls_cert, settings.api_tls_key
    if (cert is None) != (key is None):
        missing = "OUTPACE_API_TLS_CERT" if cert is None else "OUTPACE_API_TLS_KEY"
        raise BadInput(missing, "is missing", "name certificate and key, or neither")
    if cert is not None and key is not None:
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(cert, key)
        except OSError as error:  # ssl.SSLError is one
            problem = f"cannot be used ({error.strerror or error})"
            raise BadInput("OUTPACE_API_TLS_CERT", problem, "name PEM files that fit") from None
    return {
        "http": "httptools",
        "ws": "websockets-sansio",
        "log_config": None,
        "access_log": False,
        "server_header": False,
        "proxy_headers": True,
        "forwarded_allow_ips": list(settings.api_proxies),
        "reset_contextvars": True,
        **SERVER,
        "ssl_certfile": cert,
        "ssl_keyfile": key,
    }


def _listening(host: str, port: int | None, settings: NodeSettings) -> socket.socket:
    """Return a socket that listens.

    Raises:
        BadInput: it cannot.
    """
    number = settings.api_port if port is None else port
    try:
        family, *_, address = socket.getaddrinfo(host, number, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address[:2], family=family, backlog=BACKLOG)
    except OSError as error:
        problem = f"{host}:{number} cannot be used ({error.strerror})"
        fix = "stop what listens there or choose another port"
        raise BadInput("OUTPACE_API_PORT", problem, fix) from None


class _Watched:
    """The service's life, watched: whatever of it dies ends the process, and is told."""

    def __init__(self, life: Callable[[], AbstractAsyncContextManager[World]]) -> None:
        self._life = life
        self.error: BaseException | None = None
        self.failed: Callable[[], None] = lambda: None

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[World]:
        try:
            async with self._life() as world:
                yield world
        except BaseException as error:
            self.error = error
            self.failed()
            raise


class _Server(uvicorn.Server):
    """A server that says when it serves, and ends with exit code 0 when it is asked to."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[str], None]) -> None:
        super().__init__(config)
        self._ready = ready

    def end(self) -> None:
        """Ask for an orderly end."""
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            await super().startup(sockets)
        except SystemExit:  # it could not; what kept it is told by whoever watches its life
            self.end()
        if self.started and sockets:
            host, port = sockets[0].getsockname()[:2]
            shown = f"[{host}]" if ":" in host else host
            scheme = "https" if self.config.is_ssl else "http"
            log.info("api_started", host=host, port=port, tls=self.config.is_ssl)
            self._ready(f"{scheme}://{shown}:{port}")

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.end)
        yield
        log.info("api_ended")


class _ToOurLog(logging.Handler):
    """Puts what the server's library says into our log."""

    def emit(self, record: logging.LogRecord) -> None:
        log.warning("api_server", said=record.getMessage(), exc_info=record.exc_info)


def _log_of_server() -> None:
    logger = logging.getLogger("uvicorn")
    logger.handlers = [_ToOurLog()]
    logger.setLevel(logging.WARNING)
    logger.propagate = False
