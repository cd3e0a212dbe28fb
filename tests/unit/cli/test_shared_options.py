"""Options that commands share: declared once, taken as one value."""

from typing import Annotated

import typer
from typer.testing import CliRunner

from dialer.cli.shared_options import takes, without

Place = tuple[str, int]


def place(
    street: Annotated[str, typer.Option("--street", help="Which street.")],
    number: Annotated[int, typer.Option("--number", help="Which house.")] = 1,
) -> Place:
    return street, number


def typed(*words: str) -> tuple[int, str]:
    app = typer.Typer()

    @app.command()
    @takes(at=place)
    def visit(who: Annotated[str, typer.Option("--who")] = "ann", *, at: Place, gift: str) -> None:
        """Go there."""
        typer.echo(f"{who} at {at} with {gift}")

    @app.command()
    @takes(at=without(place, "number"))
    def pass_by(at: Place) -> None:
        """Do not stop."""
        typer.echo(f"past {at}")

    result = CliRunner().invoke(app, list(words), env={"COLUMNS": "100"})
    return result.exit_code, result.output


def test_a_command_takes_its_own_options_and_those_it_shares() -> None:
    done = typed("visit", "--who", "ben", "--street", "East", "--number", "7", "cake")
    assert done == (0, "ben at ('East', 7) with cake\n")
    assert typed("visit", "--street", "East", "cake") == (0, "ann at ('East', 1) with cake\n")


def test_an_option_without_a_default_is_asked_for() -> None:
    code, said = typed("visit", "cake")
    assert code == 2
    assert "--street" in said


def test_what_is_left_out_keeps_its_default_and_is_no_option() -> None:
    assert typed("pass-by", "--street", "East") == (0, "past ('East', 1)\n")
    assert typed("pass-by", "--street", "East", "--number", "7")[0] == 2


def test_the_help_tells_each_option() -> None:
    _, said = typed("visit", "--help")
    for told in ("Go there.", "--who", "Which street.", "Which house."):
        assert told in said
