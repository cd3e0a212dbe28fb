"""Commands as they are typed, on a node whose home is in the environment."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from dialer.cli import app


def typed(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def done(*words: str) -> str:
    """Type a command that is done; returns what it printed."""
    result = typed(*words)
    assert result.exit_code == 0, result.output
    return result.stdout


def refused(*words: str) -> str:
    """Type a command that is refused; returns the one line that says why."""
    result = typed(*words)
    assert result.exit_code == 1, result.output
    (line,) = result.stderr.splitlines()
    return line


def empty_node(folder: Path, environment: pytest.MonkeyPatch) -> Path:
    """Name the home of a node in the environment."""
    home = folder / "node"
    environment.setenv("OUTPACE_HOME", str(home))
    environment.setenv("OUTPACE_ASTERISK_HOME", str(home / "asterisk"))
    environment.delenv("OUTPACE_DATABASE_URL", raising=False)
    return home


def node_with_leads(folder: Path, environment: pytest.MonkeyPatch, leads: str) -> Path:
    """Make the home of a node with the campaign "spring" and leads, given as a CSV."""
    home = empty_node(folder, environment)
    file = folder / "leads.csv"
    file.write_text(leads)
    done("campaigns", "create", "spring")
    done("leads", "import", str(file), "--campaign", "spring", "--region", "US")
    return home
