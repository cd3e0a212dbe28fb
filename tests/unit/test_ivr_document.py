"""docs/ivr.md: its flows are right, its commands run, and its tables are those of the code."""

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dialer.adapters.flow_files import checked
from dialer.cli import app
from dialer.domain.flow.run import MOST_FAILURES, MOST_IN_ALL
from dialer.domain.flow.steps import STEPS, Head, TransferStep
from dialer.domain.flow.words import OF_CALL, OF_TIME
from dialer.services.broadcasts import problem_of

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "ivr.md").read_text(encoding="utf-8")


def blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def rows(heading: str) -> list[list[str]]:
    """The cells of the first table below a heading."""
    section = PAGE.split(f"\n{heading}\n", 1)[1]
    table = re.search(r"(?:^\|.*\n)+", section, re.MULTILINE)
    assert table is not None
    return [line.strip("|").split(" |") for line in table[0].splitlines()[2:]]


@pytest.mark.parametrize("flow", blocks("yaml"))
def test_its_flows_are_right(flow: str) -> None:
    assert [str(one) for one in checked(flow)[1]] == []


def test_its_broadcasts_may_be_made() -> None:
    flows = [flow for text in blocks("yaml") if (flow := checked(text)[0]) is not None]
    broadcasts = [
        flow
        for flow in flows
        if any(isinstance(s, TransferStep) and s.transfer.campaign for s in flow.steps.values())
    ]
    assert len(broadcasts) == 2
    assert [problem_of(flow) for flow in broadcasts] == ["", ""]


def test_what_it_says_of_a_wrong_flow_is_what_is_said() -> None:
    (wrong,) = blocks("yaml-wrong")
    (said,) = blocks("text")
    assert [f"flow.yaml:{one}" for one in checked(wrong)[1]] == said.splitlines()


@pytest.mark.parametrize("command", [line for block in blocks("sh") for line in block.splitlines()])
def test_its_commands_run(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    program, *words = shlex.split(command)
    assert program == "outpace"
    result = CliRunner().invoke(app, words, input="1\nyes\n")
    assert result.exit_code == 0, result.output
    assert {"check": "usable", "draw": "<svg", "call": "transferred"}[words[1]] in result.stdout


def test_its_table_of_steps_is_that_of_the_code() -> None:
    table = rows("## Steps")
    assert [re.findall(r"`(\w+)`", row[0])[0] for row in table] == list(STEPS)
    for (word, kind), row in zip(STEPS.items(), table, strict=True):
        names = {one.alias or name: one.is_required() for name, one in kind.model_fields.items()}
        del names[word]
        if word in ("hang_up", "language"):  # neither can fail
            del names["otherwise"]
        needed, optional = (set(re.findall(r"`(\w+)`", cell)) for cell in row[2:4])
        assert needed - {"when", "go"} == {name for name, needs in names.items() if needs}, word
        assert optional == {name for name, needs in names.items() if not needs}, word
        for name, default in re.findall(r"`(\w+)` \(([\d.#]+)[,)]", row[3]):
            assert str(kind.model_fields[name].default).removesuffix(".0") == default, name


def test_its_other_tables_are_those_of_the_code() -> None:
    top = {name for row in rows("## A first flow") for name in re.findall(r"`(\w+)`", row[0])}
    assert top == {*Head.model_fields, "steps"}
    variables = {name for row in rows("## Conditions") for name in re.findall(r"`(\w+)`", row[0])}
    assert variables == OF_CALL | OF_TIME
    assert (MOST_FAILURES + 1, MOST_IN_ALL) == (6, 1000)
