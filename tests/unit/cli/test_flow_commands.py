"""`outpace flow`: check, draw and call, as they are typed."""

import json
from pathlib import Path

from typed_commands import done, refused, typed
from typer.testing import CliRunner

from dialer.adapters.flow_files import SHIPPED
from dialer.cli import app

BALANCE = str(SHIPPED / "balance.yaml")
WRONG = """\
otherwise: bye
steps:
  a: {ply: x, next: bye}
  b: {play: x, next: gone}
  bye: {hang_up: }
"""


def file_of(folder: Path, text: str) -> str:
    path = folder / "flow.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_flow_that_is_right_is_usable() -> None:
    assert done("flow", "check", BALANCE) == f"{BALANCE}: 11 steps, usable\n"
    assert json.loads(done("flow", "check", BALANCE, "--json")) == []


def test_all_problems_are_printed_with_their_lines_and_the_exit_code_is_1(tmp_path: Path) -> None:
    path = file_of(tmp_path, WRONG)
    result = typed("flow", "check", path)
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        f"{path}:line 3: error: step a: unknown step 'ply'; did you mean play?",
        f"{path}:line 4: error: step b: there is no step 'gone'; add the step, or name another",
    ]
    result = typed("flow", "check", path, "--json")
    assert result.exit_code == 1
    assert [(one["line"], one["kind"]) for one in json.loads(result.stdout)] == [
        (3, "error"),
        (4, "error"),
    ]


def test_prompts_are_looked_for_in_the_folder_that_is_named(tmp_path: Path) -> None:
    path = file_of(
        tmp_path, "otherwise: b\nsteps:\n  a: {play: hello, next: b}\n  b: {hang_up: bye}\n"
    )
    prompts = tmp_path / "prompts"
    (prompts / "en").mkdir(parents=True)
    (prompts / "en" / "hello.wav").touch()
    result = typed("flow", "check", path, "--prompts", str(prompts))
    assert result.exit_code == 1
    (line,) = result.stdout.splitlines()
    assert "line 4: error: step b: missing prompt 'bye' in en" in line
    (prompts / "bye.wav").touch()
    done("flow", "check", path, "--prompts", str(prompts))
    assert "is no folder" in refused("flow", "check", path, "--prompts", str(tmp_path / "none"))


def test_what_is_no_flow_is_neither_drawn_nor_called(tmp_path: Path) -> None:
    path = file_of(tmp_path, WRONG)
    for command in ("draw", "call"):
        assert refused("flow", command, path) == (
            f"outpace: {path}, line 3: unknown step 'ply'; see outpace flow check"
        )
    assert "cannot be read" in refused("flow", "check", str(tmp_path / "none.yaml"))


def test_a_flow_is_drawn_to_a_file_or_printed(tmp_path: Path) -> None:
    to = tmp_path / "flow.svg"
    done("flow", "draw", BALANCE, "--to", str(to))
    assert to.read_text(encoding="utf-8") == done("flow", "draw", BALANCE)
    assert "cannot be written" in refused("flow", "draw", BALANCE, "--to", str(tmp_path))


def called(keys: str, *words: str) -> list[str]:
    result = CliRunner().invoke(app, ["flow", "call", BALANCE, *words], input=keys)
    assert result.exit_code == 0, result.output
    return [line for line in result.stdout.splitlines() if not line.startswith("  ?")]


def test_a_call_is_walked_through_with_keys_that_are_typed() -> None:
    lines = called(
        '{"balance": 12.5, "due": {"date": "2026-12-24"}}\n1\nyes\n', "--lead", "account=77"
    )
    assert lines == [
        "[who]",
        "  looks up the lead of +12025550100",
        "[ask]",
        "  GET https://crm.example/balances/77",
        "[any]",
        "[amount]",
        "  says (en) the money 12.50 USD",
        "[by]",
        "  says (en) the date 2026-12-24",
        "[choice]",
        "  asks (en) for one key: 'To speak with somebody, press 1. To hear it again, press 2.'",
        "[agent]",
        "  transfers to queue collections, for 30 s at most",
        "over: transferred",
    ]


def test_no_reply_no_agent_and_a_caller_who_hangs_up() -> None:
    assert called("1234\n\n\n")[-3:] == [
        "  plays (en): 'Nobody is free now. Please call again later.'",
        "  hangs up (flow ended)",
        "over: flow ended",
    ]
    assert called("bye\n")[-1] == "over: hung up"
    assert called("")[-1] == "over: hung up"


def test_a_field_that_is_none_is_refused() -> None:
    assert "write name=value" in refused("flow", "call", BALANCE, "--lead", "account")
    assert "--at" in refused("flow", "call", BALANCE, "--at", "noon")


LOG_IN = """\
otherwise: bye
steps:
  who: {log_in: staff, number: n, pin: p, wrong: w, tries: 2, next: in, otherwise: bye}
  in: {play: welcome, next: bye}
  bye: {hang_up: }
"""


def test_a_log_in_is_walked_through_and_its_pin_is_not_printed(tmp_path: Path) -> None:
    path = file_of(tmp_path, LOG_IN)
    result = CliRunner().invoke(app, ["flow", "call", path], input="7\n0815\n\n7\n4711\nyes\n")
    assert result.exit_code == 0, result.output
    assert [line for line in result.stdout.splitlines() if "?" not in line] == [
        "[who]",
        "  asks (en) for 1 to 20 digits: n",
        "  asks (en) for 1 to 12 digits: p",
        "  compares the PIN of staff 7",
        "  asks (en) for 1 to 20 digits: w; n",
        "  asks (en) for 1 to 12 digits: p",
        "  compares the PIN of staff 7",
        "[in]",
        "  plays (en): welcome",
        "[bye]",
        "  hangs up (flow ended)",
        "over: flow ended",
    ]
    assert "4711" not in result.stdout
