"""The Redis server that tests and demos start."""

from pathlib import Path

import pytest
import redis

from dialer.errors import BadInput
from simulation.redis import HOST, RedisServer


def test_a_server_starts_keeps_its_port_and_holds_nothing_over_a_restart(tmp_path: Path) -> None:
    with RedisServer(tmp_path) as server:
        port = server.port
        client = redis.Redis.from_url(server.url)
        client.set("a", "1")
        server.stop()
        assert server.pid == 0
        server.start()
        assert server.port == port
        assert client.get("a") is None
        client.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["redis.log"]


def test_a_flush_empties_it(tmp_path: Path) -> None:
    with RedisServer(tmp_path) as server:
        client = redis.Redis.from_url(server.url)
        client.set("a", "1")
        server.flush()
        assert client.dbsize() == 0
        client.close()


def test_who_does_not_give_the_password_is_refused(tmp_path: Path) -> None:
    with RedisServer(tmp_path, password="not-a-secret") as server:
        client = redis.Redis.from_url(server.url)
        assert client.ping()
        client.close()
        server.flush()
        stranger = redis.Redis(HOST, server.port)
        with pytest.raises(redis.AuthenticationError):
            stranger.ping()
        stranger.close()


def test_a_server_that_cannot_start_says_where_its_log_is(tmp_path: Path) -> None:
    with RedisServer(tmp_path / "first") as first:
        second = RedisServer(tmp_path / "second", password="not-a-secret")
        second.port = first.port
        with pytest.raises(BadInput, match=r"redis\.log"):
            second.start()
        assert second.pid == 0
