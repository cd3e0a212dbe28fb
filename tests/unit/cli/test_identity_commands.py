"""The commands for passwords and tokens, as they are typed; what they set lets in."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest
from typed_commands import done, empty_node, refused
from typer.testing import CliRunner

from dialer.adapters.inprocess.clock import SteadyClock
from dialer.adapters.sql.stores import open_stores
from dialer.cli import app
from dialer.domain.principal import Principal
from dialer.services.identity import Identity

T = TypeVar("T")
RIGHT = "correct horse battery"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return empty_node(tmp_path, monkeypatch)


def secret_file(folder: Path, text: str, mode: int = 0o600) -> str:
    file = folder / "secret"
    file.write_text(text, encoding="utf-8")
    file.chmod(mode)
    return str(file)


def at_the_door(home: Path, ask: Callable[[Identity], Awaitable[T]]) -> T:
    async def asked() -> T:
        async with open_stores(f"sqlite:///{home / 'outpace.db'}") as stores:
            identity = Identity(stores.access, stores.tokens, SteadyClock())
            try:
                return await ask(identity)
            finally:
                identity.close()

    return asyncio.run(asked())


def log_in(home: Path, login: str, password: str) -> Principal:
    return at_the_door(home, lambda door: door.log_in(login, password, "main", "::1", ""))[1]


def test_the_first_administrator_is_added_and_types_a_password_twice(home: Path) -> None:
    done("users", "add", "admin", "--role", "administrator")
    typed = CliRunner().invoke(app, ["users", "password", "admin"], input=f"{RIGHT}\n{RIGHT}\n")
    assert typed.exit_code == 0, typed.output
    assert "password of user 'admin' is set" in typed.output
    assert RIGHT not in typed.output
    assert log_in(home, "admin", RIGHT).role == "administrator"


def test_a_password_comes_from_a_file_that_only_its_owner_reads(home: Path, tmp_path: Path) -> None:
    file = secret_file(tmp_path, f"{RIGHT}\nmore\n")
    done("users", "add", "ann", "--role", "qa", "--password-from-file", file)
    assert log_in(home, "ann", RIGHT).name == "ann"
    file = secret_file(tmp_path, "another horse battery")
    done("users", "password", "ann", "--from-file", file)
    assert log_in(home, "ann", "another horse battery").name == "ann"
    secret_file(tmp_path, RIGHT, 0o644)
    line = refused("users", "password", "ann", "--from-file", file)
    assert "may be read by others; run chmod 600" in line
    assert "cannot be read" in refused("users", "password", "ann", "--from-file", file + "x")
    file = secret_file(tmp_path, "short")
    line = refused("users", "password", "ann", "--from-file", file)
    assert "password: has fewer than 12 characters" in line
    line = refused("users", "add", "ben", "--role", "qa", "--password-from-file", file)
    assert "password: has fewer than 12 characters" in line
    assert [one["login"] for one in json.loads(done("users", "list", "--json"))] == ["ann"]
    file = secret_file(tmp_path, RIGHT)
    assert "'zoe' is no user" in refused("users", "password", "zoe", "--from-file", file)


def test_no_command_takes_a_password_as_an_option() -> None:
    for words in (["users", "add", "ann", "--role", "qa"], ["users", "password", "ann"]):
        assert CliRunner().invoke(app, [*words, "--password", RIGHT]).exit_code == 2


def test_a_token_is_printed_once_lets_in_and_is_revoked(home: Path) -> None:
    make = ("tokens", "create", "crm", "--role", "qa", "--scope", "leads:read")
    secret = done(*make, "--scope", "lists:read").strip()
    machine = at_the_door(home, lambda door: door.of_token(secret))
    assert machine is not None
    assert machine.scopes == {"leads:read", "lists:read"}
    listed = done("tokens", "list", "--json")
    assert secret not in listed + done("tokens", "list")
    (one,) = json.loads(listed)
    assert (one["name"], one["role"], one["revoked_at"]) == ("crm", "qa", None)
    assert "'crm' is a token's" in refused(*make)
    assert done("tokens", "revoke", "crm") == "token 'crm' is revoked\n"
    assert at_the_door(home, lambda door: door.of_token(secret)) is None
    assert "revoked" in done("tokens", "list")
    assert "'crm' does not exist" in refused("tokens", "revoke", "crm")


def test_what_cannot_be_a_token_is_one_line(home: Path) -> None:
    make = ("tokens", "create", "crm")
    assert "leads:eat cannot be given" in refused(*make, "--role", "qa", "--scope", "leads:eat")
    assert "role: 'boss' is unknown" in refused(*make, "--role", "boss", "--scope", "leads:read")
    past = refused(*make, "--role", "qa", "--scope", "leads:read", "--ends", "2020-01-01")
    assert "ends_at: is past" in past
    assert json.loads(done("tokens", "list", "--json")) == []
