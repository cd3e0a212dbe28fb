"""Sending by HTTP: to the address that was checked, and no further."""

import asyncio
import shlex
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "services"))

from receiver import Receiver

from dialer.adapters.webhook_post import HttpWebhookPost
from dialer.domain.webhook_signature import EVENT_ID, SIGNATURE, signature
from dialer.errors import BadInput

BODY = b'{"id":"ev-1"}'


def signed(receiver: Receiver) -> dict[str, str]:
    return {EVENT_ID: "ev-1", SIGNATURE: signature(receiver.secret, BODY, time.time())}


def resolving(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """Have every name lead to some addresses."""
    loop = asyncio.get_running_loop()

    async def told(_host: str, port: int, **_more: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in addresses]

    monkeypatch.setattr(loop, "getaddrinfo", told)


async def test_an_event_comes_as_it_was_signed_in_the_name_of_its_host(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    receiver = Receiver()
    async with receiver.up(), HttpWebhookPost(private=True) as post:
        resolving(monkeypatch, "127.0.0.1")
        url = f"http://crm.example:{receiver.port}/hook?a=1"
        answer = await post.send(url, BODY, signed(receiver))
        assert (answer.status, str(answer)) == (204, "answered 204")
        assert receiver.wrong == []
        assert receiver.headers["host"] == f"crm.example:{receiver.port}"
        assert receiver.headers["user-agent"].startswith("Outpace/")
        assert receiver.taken == [{"id": "ev-1"}]


async def test_a_second_address_is_tried_when_the_first_one_refuses(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    receiver = Receiver()
    async with receiver.up(), HttpWebhookPost(private=True) as post:
        resolving(monkeypatch, "127.0.0.9", "127.0.0.1")
        url = f"http://crm.example:{receiver.port}/"
        assert (await post.send(url, BODY, signed(receiver))).ok


@pytest.mark.parametrize(
    "addresses",
    [("127.0.0.1",), ("169.254.169.254",), ("93.184.216.34", "10.0.0.1"), ("::ffff:127.0.0.1",)],
)
async def test_a_name_that_leads_inside_is_not_reached(
    addresses: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver = Receiver()
    async with receiver.up(), HttpWebhookPost(private=False) as post:
        resolving(monkeypatch, *addresses)
        url = f"https://crm.example:{receiver.port}/"
        answer = await post.send(url, BODY, signed(receiver))
        assert answer.status is None
        assert answer.problem.startswith("not sent: leads to")
        with pytest.raises(BadInput):
            await post.check(url)
        assert receiver.tries == 0


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "127.1", "localhost"])
async def test_other_spellings_of_this_machine_are_not_reached(host: str) -> None:
    async with HttpWebhookPost(private=False) as post:
        answer = await post.send(f"https://{host}:9/", BODY, {})
        assert "in our own networks" in answer.problem


async def test_a_name_without_an_address_is_refused_with_the_fix() -> None:
    async with HttpWebhookPost(private=False) as post:
        with pytest.raises(BadInput, match="has no address") as refused:
            await post.check("https://nothing.invalid/")
        assert refused.value.field == "url"


async def test_redirects_are_not_followed() -> None:
    receiver, other = Receiver(answer=lambda _event: 307), Receiver()
    async with receiver.up(), other.up(), HttpWebhookPost(private=True) as post:
        receiver.location = other.url
        assert (await post.send(receiver.url, BODY, signed(receiver))).status == 307
        assert other.tries == 0


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Return a file with a key and a certificate of crm.example."""
    file = tmp_path / "crm.pem"
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=crm.example"
    command += f" -addext subjectAltName=DNS:crm.example -keyout {file} -out {file}.crt"
    subprocess.run(shlex.split(command), check=True, capture_output=True)
    file.write_text(file.read_text() + Path(f"{file}.crt").read_text())
    return file


async def test_a_certificate_must_be_of_the_name_not_of_the_address(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver = Receiver()
    shown = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    shown.load_cert_chain(certificate)
    trusted = ssl.create_default_context(cafile=f"{certificate}.crt")
    resolving(monkeypatch, "127.0.0.1")
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0, ssl=shown)
    port = server.sockets[0].getsockname()[1]
    async with HttpWebhookPost(private=True, trusted=trusted) as post:
        answer = await post.send(f"https://crm.example:{port}/", BODY, signed(receiver))
        assert answer.ok, answer
        other = await post.send(f"https://other.example:{port}/", BODY, signed(receiver))
        assert "ertificate" in other.problem or "ostname" in other.problem
    async with HttpWebhookPost(private=True) as post:
        stranger = await post.send(f"https://crm.example:{port}/", BODY, signed(receiver))
        assert "certificate" in stranger.problem
    assert receiver.tries == 1
    server.close()


async def test_an_address_of_ipv6_is_reached_too() -> None:
    receiver = Receiver()
    try:
        server = await asyncio.start_server(receiver.serve, "::1", 0)
    except OSError:
        pytest.skip("this machine has no IPv6")
    port = server.sockets[0].getsockname()[1]
    async with HttpWebhookPost(private=True) as post:
        assert (await post.send(f"http://[::1]:{port}/", BODY, signed(receiver))).ok
    assert receiver.headers["host"] == f"[::1]:{port}"
    server.close()


async def served(answer: bytes, url: Callable[[int], str]) -> str:
    """Return what is said of a receiver that answers so."""
    stays = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(10)
        writer.write(answer)
        await writer.drain()
        if not answer:
            await stays.wait()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with HttpWebhookPost(private=True, timeout_s=0.3) as post:
        told = await post.send(url(server.sockets[0].getsockname()[1]), BODY, {})
    stays.set()
    server.close()
    assert told.status is None
    return told.problem


async def test_silence_nonsense_and_no_tls_are_answers_as_well() -> None:
    def plain(port: int) -> str:
        return f"http://127.0.0.1:{port}/"

    assert await served(b"", plain) == "no answer within 0.3 s"
    assert "not reached" in await served(b"220 mail.example ESMTP\r\n\r\n", plain)
    tls = await served(b"220 no\r\n", lambda port: f"https://127.0.0.1:{port}/")
    assert "not reached" in tls


async def test_the_body_of_an_answer_is_not_read() -> None:
    sent = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n")
        try:
            while True:
                writer.write(bytes(65_536))
                await writer.drain()
                sent += 65_536
        except ConnectionError:
            pass

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with HttpWebhookPost(private=True, timeout_s=5) as post:
        port = server.sockets[0].getsockname()[1]
        assert (await post.send(f"http://127.0.0.1:{port}/", BODY, {})).ok
    server.close()
    assert sent < 64 << 20
