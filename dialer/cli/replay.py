"""`outpace replay`: run a trace of the pacing again and compare its decisions."""

from pathlib import Path
from typing import Annotated

import typer

from dialer.cli.told import errors_told
from dialer.errors import BadInput
from pacing import PacingError


def replay(
    file: Annotated[Path, typer.Argument(help="A .jsonl trace, as `outpace simulate --trace`.")],
) -> None:
    """Run a trace of the pacing again; exit code 0 means that every decision came out the same."""
    from pacing.replay import replay as run  # noqa: PLC0415 - spares other commands its weight

    with errors_told():
        try:
            with file.open(encoding="utf-8") as lines:
                result = run(lines)
        except (OSError, UnicodeDecodeError) as error:
            raise BadInput(str(file), f"cannot be read: {error}", "name a trace") from None
        except PacingError as error:
            raise BadInput(str(file), str(error), "name a whole trace") from None
    typer.echo(f"{result.events} events, {result.decisions} decisions compared")
    if result.cut_line is not None:
        typer.echo(f"line {result.cut_line} is cut off: replayed up to there")
    for difference in result.differences:
        was, is_now = difference.recorded, difference.decided
        typer.echo(
            f"line {difference.line}, at {difference.now:.3f} s: recorded {was.lines} lines "
            f"({was.limited_by}, beta {was.beta:.6g}), now {is_now.lines} "
            f"({is_now.limited_by}, beta {is_now.beta:.6g})"
        )
    if result.different:
        typer.echo(f"{result.different} decisions differ", err=True)
        raise typer.Exit(1)
    typer.echo("all the same")
