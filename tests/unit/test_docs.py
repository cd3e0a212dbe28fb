"""The documents say what the code does, and no file holds what it must not."""

import re
from pathlib import Path

import pytest

from tools import check_docs, check_files
from tools.check_docs import Document
from tools.check_files import Problem

OPERATIONS = check_docs.SETTINGS_IN


@pytest.fixture(scope="module")
def docs() -> list[Document]:
    return check_docs.documents()


@pytest.mark.parametrize("check", check_docs.CHECKS, ids=lambda check: check.__name__)
def test_the_documents_hold(check, docs: list[Document]) -> None:
    assert [str(problem) for problem in check(docs)] == []


def test_no_file_names_an_archive_or_somebodys_machine() -> None:
    assert [str(problem) for problem in check_files.slips()] == []


def test_what_a_reader_needs_is_there(docs: list[Document]) -> None:
    names = {doc.name for doc in docs}
    assert names >= {"README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/architecture.md"}
    assert names >= {"docs/glossary.md", OPERATIONS}


# -- the checks themselves see what is wrong -----------------------------------------------------


def told(check, text: str, name: str = "README.md") -> list[str]:
    """Return what a check says of a document with this text."""
    return [problem.what for problem in check([Document(name, text)])]


def test_no_drawing_is_cut_off_by_a_semicolon(docs: list[Document]) -> None:
    """Mermaid takes one for the end of a statement, and draws nothing at all."""
    drawings = [
        (doc.name, line)
        for doc in docs
        for drawing in re.findall(r"```mermaid\n(.*?)```", doc.text, re.DOTALL)
        for line in drawing.splitlines()
    ]
    assert len(drawings) > 100
    assert [(name, line) for name, line in drawings if ";" in line] == []


def test_a_link_that_leads_nowhere_is_told() -> None:
    assert told(check_docs.links, "[a](docs/none.md)") == [
        "links to docs/none.md, which is not there"
    ]
    assert told(check_docs.links, "[a](LICENSE) [b](#here)\n\n## Here\n") == []
    assert told(check_docs.links, "[b](#there)\n\n## Here\n") == [
        "links to #there, a heading that README.md lacks"
    ]


def test_a_file_or_test_that_is_not_there_is_told() -> None:
    assert told(check_docs.named_files, "`dialer/none.py`") == [
        "names dialer/none.py, which is not there"
    ]
    assert told(check_docs.named_files, "`tests/unit/test_docs.py::test_nothing`") == [
        "names test_nothing, which tests/unit/test_docs.py lacks"
    ]
    assert told(check_docs.named_files, "`tests/unit/test_docs.py::told`, `dialer/`") == []


def test_a_decision_without_its_check_is_told() -> None:
    parts = "".join(f"## {part}\n\ntext\n\n" for part in check_docs.ADR_PARTS)
    assert told(check_docs.decisions, parts, "docs/adr/0001-a.md") == [
        "names no file under 'Enforced by'"
    ]
    assert told(check_docs.decisions, parts + "`tests/unit`", "docs/adr/0001-a.md") == []
    assert "has no section 'Context'" in told(check_docs.decisions, "", "docs/adr/0001-a.md")


def test_a_command_or_option_that_does_not_exist_is_told() -> None:
    assert told(check_docs.commands, "`outpace campaigns list`") == []
    assert told(check_docs.commands, "`outpace status --json`") == []
    (said,) = told(check_docs.commands, "`outpace campaigns burn`")
    assert "no command 'burn'" in said
    (said,) = told(check_docs.commands, "```sh\nbin/outpace status --yaml  # no\n```\n")
    assert "no option --yaml" in said


def test_a_target_or_scenario_that_does_not_exist_is_told() -> None:
    assert told(check_docs.targets, "`make demo SCENARIO=few-agents`, `make check`") == []
    assert len(told(check_docs.targets, "`make coffee`, `make demo SCENARIO=war`")) == 2


def test_a_setting_that_is_missing_wrong_or_unknown_is_told(docs: list[Document]) -> None:
    (operations,) = (doc for doc in docs if doc.name == OPERATIONS)
    for wrong in (
        operations.text.replace("| `OUTPACE_AMI_PORT` |", "| `OUTPACE_AMI_HAVEN` |"),
        operations.text.replace("| `OUTPACE_AMI_PORT` | `5038` |", "| `OUTPACE_AMI_PORT` | `1` |"),
        operations.text.replace("| `ring_min_s` |", "| `ring_most_s` |"),
    ):
        assert wrong != operations.text
        assert told(check_docs.settings, wrong, OPERATIONS)


def test_a_log_event_that_is_missing_or_unknown_is_told(docs: list[Document]) -> None:
    (operations,) = (doc for doc in docs if doc.name == OPERATIONS)
    wrong = operations.text.replace("| `ami_lost` |", "| `ami_found` |")
    assert told(check_docs.log_events, wrong, OPERATIONS) == [
        "section Log events has no row of ami_lost",
        "section Log events has ami_found, which nothing logs",
    ]


def test_an_error_that_nothing_says_is_told(docs: list[Document]) -> None:
    (operations,) = (doc for doc in docs if doc.name == OPERATIONS)
    wrong = operations.text.replace("has none left; import a list", "has none left; make tea")
    (said,) = told(check_docs.errors, wrong, OPERATIONS)
    assert said.endswith("nothing says 'make tea'")


@pytest.mark.parametrize(
    "line",
    [
        "deb http://" + ".".join(("deb", "somewhere", "org")) + "/debian forky main",
        "from " + ".".join(("pypi", "org")) + " it comes",
        "see https://" + "unvouched.somewhere.org/page",
        "pip install --" + "index-url x",
        "cd /" + "srv-of-mine/outpace/docs",
        "open('/" + "home/ann/outpace.db')",
    ],
)
def test_a_slip_is_told(line: str) -> None:
    mine = check_files.machine_paths(Path("/srv-of-mine/outpace"))
    assert list(check_files.slips_of(line, mine))


@pytest.mark.parametrize(
    "line",
    [
        "http://mirror.invalid/debian",
        "http://localhost:8080 and https://www.apache.org/licenses/",
        "var/node, ~/.cache/outpace, /usr/share/keyrings, {root}/" + "home/x",
        "the archive's signature, packages and files",
    ],
)
def test_what_is_right_is_no_slip(line: str) -> None:
    mine = check_files.machine_paths(Path("/srv-of-mine/outpace"))
    assert list(check_files.slips_of(line, mine)) == []


def test_a_problem_reads_as_place_and_fault() -> None:
    assert re.fullmatch(r"a\.md: is wrong", str(Problem("a.md", "is wrong")))
