"""Over TLS an engine is found; a server whose certificate nobody vouches for is not spoken to."""

import asyncio
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from dialer.adapters.redis.address import RedisAddress
from tests.contract.engine_links import NODE, until_there, ways

OPENSSL = shutil.which("openssl")


def certificate(folder: Path) -> tuple[Path, Path]:
    """Make a certificate of 127.0.0.1, which vouches for itself."""
    assert OPENSSL is not None
    cert, key = folder / "cert.pem", folder / "key.pem"
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    whose = ["-subj", "/CN=redis", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"]
    files = ["-keyout", str(key), "-out", str(cert)]
    command = [OPENSSL, "req", "-x509", *curve, *whose, *files]
    subprocess.run(command, check=True, capture_output=True)
    return cert, key


@asynccontextmanager
async def tls_before(port: int, cert: Path, key: Path) -> AsyncIterator[int]:
    """Put TLS before a server, as a build of Redis with TLS has it; gives the port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner, outer = await asyncio.open_connection("127.0.0.1", port)
        with suppress(ConnectionError, ssl.SSLError):
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(_carry(reader, outer))
                tasks.create_task(_carry(inner, writer))

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError, ssl.SSLError):
        while data := await reader.read(1 << 16):
            writer.write(data)
            await writer.drain()
    writer.close()


@pytest.mark.skipif(OPENSSL is None, reason="no openssl to make a certificate with")
async def test_an_engine_is_found_and_asked_over_tls_with_a_password(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cert, key = certificate(tmp_path)
    async with ways("redis", password="hush-hush") as way:
        assert way.redis is not None
        async with way.engine(), tls_before(way.redis.port, cert, key) as port:
            url = f"rediss://:hush-hush@127.0.0.1:{port}/0"
            trusted = RedisAddress.of(f"{url}?ssl_ca_certs={cert}")
            async with way.link(address=trusted) as link:
                await until_there(link, NODE)
                assert await link.ask("echo") == {"node": NODE}
            capsys.readouterr()
            async with way.link(address=RedisAddress.of(url)) as link:
                await asyncio.sleep(1.0)
                assert list(link.nodes()) == []
            said = capsys.readouterr().out
            assert "CERTIFICATE_VERIFY_FAILED" in said
            assert "hush" not in said
