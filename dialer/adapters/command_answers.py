"""What an engine answers to a request, however it came: the command's result, or its refusal.

Knows how a refusal is told. Refuses to know commands and wires.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from dialer.control import Request, encode_answer, encode_error
from dialer.errors import BadInput, OutpaceError

Command = Callable[[Mapping[str, Any]], Awaitable[object]]


async def answer_of(commands: Mapping[str, Command], request: Request) -> bytes:
    """Carry out a request, and return the line of its answer."""
    try:
        command = commands.get(request.do)
        if command is None:
            raise BadInput("do", f"{request.do!r} is no command", "see `outpace --help`")
        return encode_answer(request.request_id, await command(request.arguments))
    except OutpaceError as error:
        return encode_error(request.request_id, error)
    except (KeyError, TypeError, ValueError) as error:
        problem = BadInput("with", repr(error), "check the arguments")
        return encode_error(request.request_id, problem)
