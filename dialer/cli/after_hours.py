"""Options that say what becomes of callers after hours; queues and numbers share them."""

from typing import Annotated, Any

import typer

from dialer.domain.after_hours import AfterHours, after_hours_said
from dialer.errors import BadInput


def closing_terms(
    hours: Annotated[
        str | None,
        typer.Option("--hours", help='Calling hours in which it is open; "": always.'),
    ] = None,
    zone: Annotated[
        str | None, typer.Option("--zone", help="Whose clock, as America/New_York.")
    ] = None,
    closed: Annotated[
        str | None,
        typer.Option("--closed", help="WhenClosed: announcement, voicemail, forward or flow."),
    ] = None,
    closed_to: Annotated[
        str | None,
        typer.Option("--closed-to", help="Box, number or flow that takes callers then."),
    ] = None,
    closed_prompt: Annotated[
        str | None, typer.Option("--closed-prompt", help="Prompt that they hear first.")
    ] = None,
) -> dict[str, Any]:
    """Return what was said of a rule."""
    options = {
        "hours": hours,
        "zone": zone,
        "then": closed,
        "to": closed_to,
        "prompt": closed_prompt,
    }
    return {name: value for name, value in options.items() if value is not None}


def rule_said(said: dict[str, Any]) -> AfterHours | None:
    """Return the rule that was said; None: it is always open.

    Raises:
        BadInput: there are no hours, but something is said of them; or as `after_hours_said`.
    """
    if said.get("hours"):
        return after_hours_said(said)
    if said.keys() - {"hours"}:
        raise BadInput("hours", "none are named", "name the calling hours with --hours")
    return None
