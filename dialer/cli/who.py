"""Options that many commands share: who it is done by, and dates."""

import getpass
import json
from typing import Annotated

import typer

from dialer.domain.instant import instant_of
from dialer.domain.telephone_number import UnusableNumber, e164
from dialer.errors import BadInput
from dialer.services.import_numbers import checked_region


def _me() -> str:
    """Return the name of the user of this machine; an audit row says so."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


By = Annotated[
    str, typer.Option("--by", help="Who does it, for the audit log.", default_factory=_me)
]
Region = Annotated[
    str, typer.Option("--region", help="Country of numbers without a country code, as US.")
]
AsJson = Annotated[bool, typer.Option("--json", help="For machines.")]


def say(text: str, /, *, as_json: bool, **facts: object) -> None:
    """Say what was done: as text, or its facts as one line of JSON."""
    typer.echo(json.dumps(facts, ensure_ascii=False) if as_json else text)


def instant_said(text: str, option: str) -> float | None:
    """Return the instant of an option, None if it was not given.

    Raises:
        BadInput: it is no date.
    """
    return instant_of(text, option) if text else None


def number_said(text: str, region: str) -> str:
    """Return a number as E.164.

    Raises:
        BadInput: it is none.
    """
    try:
        return e164(text, checked_region(region or None))
    except UnusableNumber as unusable:
        raise BadInput("number", f"{text!r}: {unusable}", "write it as +12025550100") from None
