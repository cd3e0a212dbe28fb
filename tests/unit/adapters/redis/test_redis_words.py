"""What stands in Redis is read with care; addresses never show their passwords."""

import asyncio

import pytest
from redis.exceptions import RedisError

from dialer.adapters.redis.address import RedisAddress
from dialer.adapters.redis.numbered_facts import MOST, MOST_BYTES, NumberedFacts
from dialer.adapters.redis.server_clock import ServerClock
from dialer.adapters.redis.words import (
    Asked,
    Beat,
    decode_answer,
    decode_asked,
    decode_beat,
    decode_fact,
    encode_asked,
    encode_beat,
    encode_fact,
)
from dialer.errors import BadInput

ID = b"a" * 32


def test_what_is_written_is_read_as_it_was() -> None:
    asked = Asked("a" * 32, "agent.login", {"agent": "1001", "campaigns": ["c"]}, 17, "b" * 16)
    assert decode_asked(encode_asked(asked)) == asked
    beat = Beat("c" * 16, 3, 99, leaving=True)
    assert decode_beat(encode_beat(beat)) == beat
    assert decode_fact(encode_fact("call", {"a": None})) == ("call", {"a": None})


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{}",
        b"[1]",
        b"\xff",
        b"[" * 200_000,
        b'{"id": "x", "do": "a", "with": {}, "until": 1, "link": "outpace:nodes"}',
        b'{"id": "%s", "do": "a", "with": 5, "until": 1, "link": "%s"}' % (ID, ID),
        b'{"id": "%s", "do": "a", "with": {}, "until": 1, "link": "../b"}' % ID,
        b'{"id": "%s", "do": "a", "with": {}, "until": 1e999, "link": "%s"}' % (ID, ID),
    ],
)  # fmt: skip
def test_what_is_no_request_is_none(line: bytes) -> None:
    with pytest.raises(BadInput):
        decode_asked(line)


@pytest.mark.parametrize(
    "line", [b"", b"7", b"{}", b"\xff", b'["a"]', b"[" * 200_000, b'{"epoch": 1}']
)
def test_what_cannot_be_read_is_nothing(line: bytes) -> None:
    assert decode_beat(line) is None
    assert decode_fact(line) is None
    assert not decode_answer(line).get("id")


def test_facts_are_numbered_and_wait_within_a_bound() -> None:
    facts = NumberedFacts()
    for _ in range(MOST + 5):
        facts.add(b"x")
    assert len(facts) == MOST
    assert [number for number, _ in facts.first(2)] == [6, 7]
    facts.wrote(7)
    assert (facts.written, facts.last, facts.first(1)[0][0]) == (7, MOST + 5, 8)


def test_large_facts_are_bounded_by_their_bytes() -> None:
    facts = NumberedFacts()
    for _ in range(10):
        facts.add(b"x" * (MOST_BYTES // 4))
    assert [number for number, _ in facts.first(100)] == [7, 8, 9, 10]


def test_the_time_at_the_server_is_told_on_the_safe_side() -> None:
    clock = ServerClock()
    assert not clock.known
    clock.note((1_000, 500_000), asked_at_s=10.0, told_at_s=10.4)
    earliest, latest = clock.earliest_ms(11.4), clock.latest_ms(11.4)
    assert earliest == 1_001_500
    assert earliest + 400 <= latest <= earliest + 410


@pytest.mark.parametrize(
    "url",
    [
        "hush",
        "http://:hush@host",
        "redis://",
        "redis://:hush@host:port/0",
        "redis://:hush@host:6379/first",
        "rediss://:hush@host?ssl_cert_reqs=none",
    ],
)
def test_a_wrong_address_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(BadInput) as refused:
        RedisAddress.of(url)
    assert refused.value.field == "OUTPACE_REDIS_URL"
    assert "hush" not in str(refused.value)


def test_an_address_is_shown_without_who_and_password() -> None:
    address = RedisAddress.of("rediss://ann:hush@redis.example:6380/2?ssl_ca_certs=/ca.pem")
    assert str(address) == "rediss://redis.example:6380/2"
    assert "hush" not in repr(address)
    assert str(RedisAddress.of("redis://[::1]")) == "redis://[::1]:6379/0"


async def test_a_client_sends_nothing_again_by_itself() -> None:
    pushes = 0

    async def breaks(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal pushes
        while data := await reader.read(65536):
            if b"RPUSH" in data:
                pushes += 1
                break  # it has arrived; its answer is lost
            writer.write(b"+OK\r\n" * data.count(b"\r\n*") + b"+OK\r\n")
        writer.close()

    async with await asyncio.start_server(breaks, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        client = RedisAddress.of(f"redis://127.0.0.1:{port}").client()
        with pytest.raises(RedisError):
            await client.rpush("list", b"order")
        await client.aclose()
    assert pushes == 1
