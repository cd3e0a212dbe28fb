"""`outpace config`: every setting with its source, every problem with its fix, no secret."""

import asyncio
import json
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest
from typed_commands import empty_node, typed

from dialer.cli.config_checks import PROMPTS

PORT_KEYS = ("OUTPACE_AMI_PORT", "OUTPACE_AGI_PORT")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A node that lacks nothing but an Asterisk."""
    home = empty_node(tmp_path, monkeypatch)
    (home / "asterisk" / "spool" / "monitor").mkdir(parents=True)
    prompts = home / "asterisk" / "etc" / "prompts"
    prompts.mkdir(parents=True)
    for name in PROMPTS:
        (prompts / f"{name}.wav").write_bytes(b"RIFF")
    monkeypatch.setenv("OUTPACE_AGI_PORT", str(_free_port()))
    monkeypatch.setenv("OUTPACE_AMI_SECRET", "s3cret")
    return home


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def ami(secret: str) -> Iterator[int]:
    """Something that speaks AMI as far as the log-in."""
    loop = asyncio.new_event_loop()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"Asterisk Call Manager/11.0.0\r\n")
        said = (await reader.readuntil(b"\r\n\r\n")).decode()
        good = f"Secret: {secret}\r\n" in said
        answer = "Success" if good else "Error\r\nMessage: Authentication failed"
        writer.write(f"Response: {answer}\r\nActionID: login\r\n\r\n".encode())
        await reader.read()
        writer.close()

    server = loop.run_until_complete(asyncio.start_server(serve, "127.0.0.1", 0))
    thread = Thread(target=loop.run_forever)
    thread.start()
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        server.close()
        loop.close()


def check(code: int) -> dict[str, str]:
    """Check the node; returns each problem's text by its field."""
    result = typed("config", "check", "--json")
    assert result.exit_code == code, result.output
    assert "s3cret" not in result.output
    return {
        one["field"]: f"{one['problem']}; {one['fix']}"
        for one in json.loads(result.stdout)["problems"]
    }


def test_a_node_that_lacks_nothing_has_no_problem(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ami("s3cret") as port:
        monkeypatch.setenv("OUTPACE_AMI_PORT", str(port))
        assert check(0) == {}
        assert "nothing is wrong" in typed("config", "check").stdout
    assert not (home / "outpace.db").exists()


def test_a_secret_that_is_refused_is_told(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with ami("another") as port:
        monkeypatch.setenv("OUTPACE_AMI_PORT", str(port))
        assert "check the secret in manager.conf" in check(1)["AMI"]
    monkeypatch.setenv("OUTPACE_AMI_SECRET", "")
    assert "is empty" in check(1)["OUTPACE_AMI_SECRET"]


def test_everything_that_is_missing_is_told_at_once(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OUTPACE_AMI_PORT", str(_free_port()))
    (home / "asterisk" / "etc" / "prompts" / "abandon.wav").unlink()
    (home / "asterisk" / "spool" / "monitor").rmdir()
    monkeypatch.setenv("OUTPACE_DATABASE_URL", f"sqlite:///{tmp_path}/no/folder/o.db")
    monkeypatch.setenv("OUTPACE_DISK_FREE_MIN_MIB", str(1 << 40))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        monkeypatch.setenv("OUTPACE_AGI_PORT", str(taken.getsockname()[1]))
        found = check(1)
    assert found.keys() == {
        "prompts",
        "recordings",
        "database",
        "AMI",
        "OUTPACE_AGI_PORT",
        "disk of the home",
    }
    assert "start Asterisk or set OUTPACE_AMI_HOST" in found["AMI"]


def test_a_database_of_another_version_is_told(home: Path) -> None:
    assert typed("campaigns", "create", "spring").exit_code == 0
    assert "database" not in check(1)
    with sqlite3.connect(home / "outpace.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '0000'")
    assert "run outpace database upgrade" in check(1)["database"]


def test_show_says_where_each_setting_comes_from(home: Path) -> None:
    (home / "outpace.toml").write_text('[trunk]\ncountries = ["US", "CA"]\n')
    shown = json.loads(typed("config", "show", "--json").stdout)["settings"]
    by_name = {one["name"]: one for one in shown}
    assert by_name["OUTPACE_TRUNK_COUNTRIES"] == {
        "name": "OUTPACE_TRUNK_COUNTRIES",
        "value": "US,CA",
        "source": f"{home}/outpace.toml line 2",
        "section": "trunk",
        "key": "countries",
    }
    assert by_name["OUTPACE_AMI_SECRET"]["value"] == "(hidden)"
    assert by_name["OUTPACE_AMI_SECRET"]["source"] == "environment"
    assert by_name["OUTPACE_TRUNK_PORT"]["source"] == "default"
    assert "s3cret" not in typed("config", "show").stdout


def test_a_file_is_named_on_the_command_line(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OUTPACE_CONFIG", "")  # taken back with it after the test
    other = tmp_path / "other.toml"
    other.write_text("[trunk]\nprot = 1\n")
    result = typed("--config", str(other), "config", "show")
    assert result.exit_code == 1
    assert "other.toml line 2: [trunk] prot is no setting" in result.stdout


def test_keys_a_program_and_a_store_of_recordings_that_are_not_there_are_told(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("OUTPACE_RECORDINGS_CODEC", "opus")
    monkeypatch.setenv("OUTPACE_RECORDINGS_KEY_FILE", str(home / "no-keys"))
    monkeypatch.setenv("OUTPACE_RECORDINGS_FOLDER", str(home / "no-mount"))
    told = typed("config", "check").output
    assert f"OUTPACE_RECORDINGS_KEY_FILE: {home / 'no-keys'} cannot be read" in told
    assert "OUTPACE_RECORDINGS_PROGRAM: none of ffmpeg, opusenc is installed" in told
    assert f"OUTPACE_RECORDINGS_FOLDER: there is no folder {home / 'no-mount'}" in told
    monkeypatch.delenv("OUTPACE_RECORDINGS_KEY_FILE")
    monkeypatch.setenv("OUTPACE_RECORDINGS_STORE", "s3")
    assert "OUTPACE_RECORDINGS_S3_BUCKET: is empty" in typed("config", "check").output
