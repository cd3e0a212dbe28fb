"""The API as a process tells in one line what keeps it from serving."""

import socket
from pathlib import Path

import pytest
from forked import outpace

from api.bootstrap import way_to_engines
from dialer.adapters.control_link import ControlLink
from dialer.adapters.redis.link import RedisLink
from dialer.errors import BadInput
from dialer.settings import NodeSettings


def home(tmp_path: Path, *lines: str) -> Path:
    (tmp_path / "node.env").write_text("".join(f"{line}\n" for line in lines))
    return tmp_path


def refused(place: Path, port: int = 0) -> str:
    done = outpace("api", "--home", str(place), "--port", str(port))
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("outpace: ")
    return done.stderr


def test_a_port_that_is_taken_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert "OUTPACE_API_PORT" in refused(home(tmp_path), port=port)


def test_a_database_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    place = home(tmp_path, f"OUTPACE_DATABASE_URL=sqlite:///{tmp_path}/none/of/it.db")
    assert "database" in refused(place)


@pytest.mark.parametrize("given", ["CERT", "KEY"])
def test_half_of_a_certificate_is_refused(tmp_path: Path, given: str) -> None:
    place = home(tmp_path, f"OUTPACE_API_TLS_{given}={tmp_path}/pem")
    missing = {"CERT": "KEY", "KEY": "CERT"}[given]
    assert f"OUTPACE_API_TLS_{missing}: is missing" in refused(place)


def test_a_certificate_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "pem").write_text("rubbish")
    lines = [f"OUTPACE_API_TLS_{part}={tmp_path}/pem" for part in ("CERT", "KEY")]
    assert "OUTPACE_API_TLS_CERT: cannot be used" in refused(home(tmp_path, *lines), port=0)


def test_a_redis_address_that_is_none_is_named_and_not_repeated(tmp_path: Path) -> None:
    place = home(tmp_path, "OUTPACE_REDIS_URL=http://:hush-hush@host")
    said = refused(place)
    assert "OUTPACE_REDIS_URL" in said
    assert "hush" not in said
    assert "hush" not in (tmp_path / "api.log").read_text()


def test_the_way_to_the_engines_is_redis_where_there_is_one(tmp_path: Path) -> None:
    alone = NodeSettings(home=tmp_path, _env_file=None)
    assert isinstance(way_to_engines(alone), ControlLink)
    shared = NodeSettings(home=tmp_path, redis_url="redis://:hush@h", _env_file=None)
    assert isinstance(way_to_engines(shared), RedisLink)
    assert "hush" not in repr(shared)
    wrong = NodeSettings(home=tmp_path, redis_url="rubbish", _env_file=None)
    with pytest.raises(BadInput):
        way_to_engines(wrong)
