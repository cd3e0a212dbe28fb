"""Options that several commands share, declared once: a command takes them as one value.

typer reads a command's options from its signature; here a declaration's options are put into it.
Refuses to know which options there are.
"""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any

Command = Callable[..., None]
Declaration = Callable[..., object]


def takes(**declarations: Declaration) -> Callable[[Command], Command]:
    """Give a command the options of declarations.

    Args:
        declarations: of each parameter of the command that is made of options, a function whose
            parameters are those options, and which makes the value of them.
    """

    def of(command: Command) -> Command:
        options = {name: _parameters(one) for name, one in declarations.items()}

        @wraps(command)
        def typed(**given: Any) -> None:
            made = {
                name: make(**{option.name: given.pop(option.name) for option in options[name]})
                for name, make in declarations.items()
            }
            command(**given, **made)

        parameters = [
            option for own in _parameters(command) for option in options.get(own.name, [own])
        ]
        return _signed(typed, inspect.Signature(parameters))

    return of


def without(declaration: Declaration, *names: str) -> Declaration:
    """Leave options out of a declaration: they keep their defaults."""

    def shorter(**given: Any) -> object:
        return declaration(**given)

    kept = [option for option in _parameters(declaration) if option.name not in names]
    return _signed(shorter, inspect.Signature(kept))


def _parameters(function: Callable[..., Any]) -> list[inspect.Parameter]:
    parameters = inspect.signature(function).parameters.values()
    # by name only, so that one without a default may come after one that has one
    return [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in parameters]


def _signed(function: Callable[..., Any], signature: inspect.Signature) -> Callable[..., Any]:
    """Have a function show another signature to whoever reads it, as typer does."""
    shown = {name: one.annotation for name, one in signature.parameters.items()}
    vars(function).update(__signature__=signature)
    function.__annotations__ = shown
    return function
