"""The engine's control socket and its client: JSON lines over a Unix socket in the node's home.

Only the user who runs the engine may connect (mode 0600). Moves lines; refuses to know commands.
"""

import asyncio
import itertools
import json
import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Self

from dialer.adapters.command_answers import Command, answer_of
from dialer.control import (
    MAX_LINE,
    SOCKET_NAME,
    ControlError,
    Request,
    decode_request,
    encode_answer,
    encode_error,
    encode_fact,
    encode_request,
)
from dialer.errors import BadInput, OutpaceError
from dialer.ports import Feed


class ControlServer:
    """Serves the commands of one engine."""

    def __init__(self, commands: Mapping[str, Command], feed: Feed) -> None:
        self._commands = commands
        self._feed = feed
        self._tasks: asyncio.TaskGroup | None = None

    async def run(self, home: Path, listening: Callable[[], None] = lambda: None) -> None:
        """Serve on `home`'s socket until cancelled; `listening` is called once it is there."""
        path = home / SOCKET_NAME
        path.unlink(missing_ok=True)
        async with asyncio.TaskGroup() as tasks:
            self._tasks = tasks
            with _short_path(home) as short:
                server = await asyncio.start_unix_server(self._accept, short, limit=MAX_LINE)
            path.chmod(0o600)
            try:
                listening()
                await asyncio.get_running_loop().create_future()
            finally:
                server.close()
                path.unlink(missing_ok=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._tasks is not None:
            self._tasks.create_task(self._serve(reader, writer), name="control-connection")

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.TaskGroup() as watches:
                while line := await reader.readline():
                    self._take(line, writer, watches)
                raise _PeerLeft
        except* (_PeerLeft, ConnectionError, ValueError):
            pass  # the peer left, or sent a line beyond the bound
        finally:
            writer.close()

    def _take(self, line: bytes, writer: asyncio.StreamWriter, watches: asyncio.TaskGroup) -> None:
        try:
            request = decode_request(line)
        except OutpaceError as error:
            _tell(writer, encode_error(0, error))
        except (ArithmeticError, RecursionError) as error:
            _tell(writer, encode_error(0, BadInput("request", repr(error), "send less")))
        else:
            if request.do == "watch":
                watches.create_task(self._watch(request, writer), name="control-watch")
            elif self._tasks is not None:
                # not cut short when the peer leaves: half a stop would be worse than a whole one
                self._tasks.create_task(self._answer(request, writer), name="control-request")

    async def _watch(self, request: Request, writer: asyncio.StreamWriter) -> None:
        _tell(writer, encode_answer(request.request_id, True))
        async for topic, fact in self._feed.listen():
            _tell(writer, encode_fact(topic, fact))
            await writer.drain()

    async def _answer(self, request: Request, writer: asyncio.StreamWriter) -> None:
        answer = await answer_of(self._commands, request)
        with suppress(ConnectionError):  # whoever asked may have left
            _tell(writer, answer)
            await writer.drain()


def _tell(writer: asyncio.StreamWriter, line: bytes) -> None:
    """Write to who is still there; uvloop refuses to write to who has left."""
    if not writer.is_closing():
        writer.write(line)


class _PeerLeft(Exception):
    """The other end closed: it is told nothing more."""


class _short_path:  # noqa: N801 - used as a context
    """A socket path may have 107 bytes: name the folder by an open descriptor instead."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._fd = -1

    def __enter__(self) -> str:
        self._fd = os.open(self._home, os.O_RDONLY | os.O_DIRECTORY)
        return f"/proc/self/fd/{self._fd}/{SOCKET_NAME}"

    def __exit__(self, *_exc: object) -> None:
        os.close(self._fd)


class ControlClient:
    """Asks an engine over its control socket; use `connect`."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._ids = itertools.count(1)
        self._waits: dict[int | str, asyncio.Future[Any]] = {}
        self._facts: asyncio.Queue[tuple[str, Mapping[str, Any]]] = asyncio.Queue(10_000)
        self._gone: ControlError | None = None

    @classmethod
    @asynccontextmanager
    async def connect(cls, home: Path) -> AsyncIterator[Self]:
        """Connect to the engine of a node's home.

        Raises:
            BadInput: no engine serves there.
        """
        try:
            with _short_path(home) as short:
                reader, writer = await asyncio.open_unix_connection(short, limit=MAX_LINE)
        except OSError as error:
            raise BadInput(
                "home", f"no engine serves in {home} ({error.strerror})", "start it: outpace engine"
            ) from None
        client = cls(reader, writer)
        loop = asyncio.get_running_loop()
        # the reader's task lives exactly as long as this block
        task = loop.create_task(client._read(), name="control-client")
        try:
            yield client
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            writer.close()

    async def ask(self, do: str, **arguments: object) -> Any:
        """Ask one thing and return its answer.

        Raises:
            ControlError: the engine refused, or is gone.
        """
        if self._gone is not None:
            raise self._gone
        request = Request(next(self._ids), do, arguments)
        wait: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waits[request.request_id] = wait
        self._writer.write(encode_request(request))
        return await wait

    async def facts(self) -> AsyncIterator[tuple[str, Mapping[str, Any]]]:
        """Iterate over the engine's facts from now on; ends when the engine does."""
        await self.ask("watch")
        while True:
            topic, fact = await self._facts.get()
            if topic == "":
                return
            yield topic, fact

    async def _read(self) -> None:
        try:
            while line := await self._reader.readline():
                self._take(json.loads(line))
        except ConnectionError:
            pass
        finally:
            self._gone = ControlError({"message": "the engine is gone"})
            for wait in self._waits.values():
                if not wait.done():
                    wait.set_exception(self._gone)
            if self._facts.full():
                self._facts.get_nowait()
            self._facts.put_nowait(("", {}))

    def _take(self, body: Mapping[str, Any]) -> None:
        if "fact" in body:
            if self._facts.full():
                self._facts.get_nowait()
            topic, fact = body["fact"]
            self._facts.put_nowait((topic, fact))
            return
        wait = self._waits.pop(int(body["id"]), None)
        if wait is None or wait.done():
            return
        if "error" in body:
            wait.set_exception(ControlError(body["error"]))
        else:
            wait.set_result(body["ok"])
