"""Templates become configuration, and no value becomes more than a value."""

from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest

from dialer.adapters.asterisk.render import render_tree
from dialer.errors import BadInput, UnsafeValue


@dataclass(frozen=True)
class Agent:
    name: str


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    folder = tmp_path / "templates"
    (folder / "prompts").mkdir(parents=True)
    (folder / "manager.conf.j2").write_text("[admin]\nsecret = {{ secret }}\n")
    (folder / "prompts/hello.wav").write_bytes(b"RIFF\0\r\n")
    return folder


def test_templates_are_rendered_and_other_files_copied(templates: Path, tmp_path: Path) -> None:
    render_tree(templates, tmp_path / "etc", {"secret": "s3cret"})
    assert (tmp_path / "etc/manager.conf").read_text() == "[admin]\nsecret = s3cret\n"
    assert (tmp_path / "etc/prompts/hello.wav").read_bytes() == b"RIFF\0\r\n"
    assert sorted(p.name for p in (tmp_path / "etc").iterdir()) == ["manager.conf", "prompts"]


def test_only_the_owner_may_read_what_was_rendered(templates: Path, tmp_path: Path) -> None:
    target = tmp_path / "etc"
    target.mkdir()
    (target / "manager.conf").write_text("of an earlier start")
    (target / "manager.conf").chmod(0o644)
    render_tree(templates, target, {"secret": "s3cret"})
    assert (target / "manager.conf").stat().st_mode & 0o777 == 0o600
    assert (target / "prompts/hello.wav").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("mark", ["\r", "\n", "\0"])
@pytest.mark.parametrize(
    "wrap",
    [
        lambda text: text,
        lambda text: [text],
        lambda text: {"password": text},
        lambda text: {text: 1},
        lambda text: (Agent(name=text),),
        lambda text: SimpleNamespace(deep=frozenset({text})),
        lambda text: Path("/prompts") / text,
    ],
)
def test_a_line_break_or_nul_is_refused_however_deep_it_lies(
    templates: Path, tmp_path: Path, mark: str, wrap
) -> None:
    with pytest.raises(UnsafeValue, match="secret"):
        render_tree(templates, tmp_path / "etc", {"secret": wrap(f"x{mark}[root]")})
    assert not (tmp_path / "etc").exists()


def test_a_semicolon_does_not_cut_a_secret_short(templates: Path, tmp_path: Path) -> None:
    render_tree(templates, tmp_path / "etc", {"secret": "a;b"})
    assert "secret = a\\;b\n" in (tmp_path / "etc/manager.conf").read_text()


def test_a_value_that_is_missing_is_named_with_its_template(
    templates: Path, tmp_path: Path
) -> None:
    with pytest.raises(BadInput, match=r"manager\.conf\.j2: 'secret' is undefined"):
        render_tree(templates, tmp_path / "etc", {})


def test_a_broken_template_is_named_with_its_line(templates: Path, tmp_path: Path) -> None:
    (templates / "rtp.conf.j2").write_text("[general]\n{% if %}\n")
    with pytest.raises(BadInput, match=r"rtp\.conf\.j2: line 2"):
        render_tree(templates, tmp_path / "etc", {"secret": "x"})
