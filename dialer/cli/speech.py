"""`outpace speech`: the program that speaks flows' texts: put it in place, hear it."""

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from dialer.adapters.speech_install import install as install_espeak
from dialer.adapters.speech_process import make
from dialer.adapters.speech_program import speech_program
from dialer.cli.told import errors_told
from dialer.errors import BadInput
from dialer.settings import load_settings

app = typer.Typer(help="Speech: the program that speaks flows' texts.", no_args_is_help=True)


@app.command()
def install() -> None:
    """Find a program that speaks, or put espeak-ng into a folder of our own."""
    with errors_told():
        known = speech_program(load_settings().speech_command)
        if known.problem:
            install_espeak(say=typer.echo)
            known = speech_program(load_settings().speech_command)
        typer.echo(known.problem or f"spoken by {known.command[0]}")


@app.command()
def say(
    text: Annotated[str, typer.Argument(help="What is spoken.")],
    to: Annotated[Path, typer.Option("--to", help="WAV file to write.")],
    language: Annotated[str, typer.Option("--language", help="As en or pt-BR.")] = "en",
) -> None:
    """Speak a text into a file, as a caller would hear it."""
    with errors_told():
        program = speech_program(load_settings().speech_command)
        if program.problem:
            raise BadInput("speech", program.problem, "then try again")
        with tempfile.TemporaryDirectory() as folder:
            order = {"name": "said", "text": text, "language": language}
            try:
                make(Path(folder), program.command, order)
                to.write_bytes((Path(folder) / "said.wav").read_bytes())
            except (OSError, ValueError) as error:
                raise BadInput("text", f"is not spoken: {error}", "see --language") from None
    typer.echo(f"{to} written")
