"""Phones pushed into a running Asterisk register, are called, and are refused when they must be."""

import asyncio
import shutil
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from asterisk_fixtures import until
from stream_phone import StreamPhone, by_stream, by_websocket

from dialer.adapters.asterisk.conf import ari_secret
from dialer.adapters.asterisk.installation import Installation, install
from dialer.adapters.asterisk.push_config import AriAddress, PushConfig
from dialer.adapters.asterisk.switch import AmiAddress, AsteriskSwitch
from dialer.adapters.inprocess.clock import SteadyClock
from dialer.domain.events import ChannelHungUp, ChannelUp, OriginateFailed, SwitchEvent, SwitchUp
from dialer.domain.ids import new_leg_id
from dialer.domain.phone import REALM, Phone, PhoneKind, Transport, ha1_of
from simulation.lab import HOST, Lab
from simulation.sip.sdp import render_sdp
from simulation.sip.softphone import NotRegistered, Softphone

SECRET = "the secret of 2001"
OPENSSL = shutil.which("openssl")
DESK = Phone("2001", ha1=ha1_of("2001", SECRET))
needs_openssl = pytest.mark.skipif(OPENSSL is None, reason="no openssl to make a certificate with")


@pytest.fixture(scope="module")
def installation() -> Installation:
    return install()


@dataclass
class World:
    lab: Lab
    push: PushConfig
    switch: AsteriskSwitch
    events: list[SwitchEvent] = field(default_factory=list)

    async def registers(self, name: str, secret: str) -> bool:
        """Say whether a phone over UDP is let in."""
        async with Softphone(name, secret, (HOST, self.lab.sip_port)) as phone:
            try:
                await phone.register()
            except NotRegistered as refused:
                if refused.status not in (401, 404):
                    raise
                return False
            return True

    async def what_became_of(self, leg_id: str) -> SwitchEvent:
        """Wait until a leg is up, or will not be."""

        def found() -> list[SwitchEvent]:
            ends = (ChannelUp, OriginateFailed, ChannelHungUp)
            return [e for e in self.events if isinstance(e, ends) and e.channel_id == leg_id]

        await until(found, 20)
        return found()[0]


@asynccontextmanager
async def world(
    installation: Installation, home: Path, tls: tuple[Path, Path] | None = None
) -> AsyncIterator[World]:
    lab = Lab(
        installation,
        home,
        agents=0,
        carrier_port=9,
        extra_agents=["own1"],
        pushed_phones=True,
        tls=tls,
        die_with_parent=True,
    )
    with lab:
        address = AmiAddress(HOST, lab.ami_port, "outpace", lab.ami_secret)
        switch = AsteriskSwitch(address, clock=SteadyClock())
        await switch.connect()
        ari = AriAddress(lab.http_port, ari_secret(lab.ami_secret))
        opened = World(lab, PushConfig(ari, switch.said), switch)
        switch.subscribe(opened.events.append)
        async with asyncio.TaskGroup() as tasks:
            keeper = tasks.create_task(switch.run())
            try:
                yield opened
            finally:
                keeper.cancel()
                switch.close()


def certificate(folder: Path) -> tuple[Path, Path]:
    assert OPENSSL is not None
    cert, key = folder / "cert.pem", folder / "key.pem"
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    whose = ["-subj", "/CN=sip", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"]
    command = [OPENSSL, "req", "-x509", *curve, *whose, "-keyout", str(key), "-out", str(cert)]
    subprocess.run(command, check=True, capture_output=True)
    return cert, key


async def test_a_pushed_phone_registers_with_its_secret_only(
    installation: Installation, tmp_path: Path
) -> None:
    async with world(installation, tmp_path) as at:
        assert not await at.registers("2001", SECRET)
        began = time.monotonic()
        await at.push.put(DESK)
        assert time.monotonic() - began < 1.0
        assert await at.registers("2001", SECRET)
        assert not await at.registers("2001", "guessed")
        own = at.lab.extra_agents[0]
        assert await at.registers(own.name, own.password)  # agents of the settings as before
        await at.push.remove("2001")
        assert not await at.registers("2001", SECRET)
        log = (at.lab.asterisk.home / "log" / "messages.log").read_text()
        assert "ERROR" not in log
        assert "stir_shaken" not in log  # each look at the database would say so


async def test_a_new_secret_lets_in_at_once_and_the_old_one_no_more(
    installation: Installation, tmp_path: Path
) -> None:
    async with world(installation, tmp_path) as at:
        await at.push.put(DESK)
        async with Softphone("2001", SECRET, (HOST, at.lab.sip_port)) as phone:
            await phone.register()
            leg_id = new_leg_id()
            at.switch.call_agent(leg_id, "2001")
            assert isinstance(await at.what_became_of(leg_id), ChannelUp)

            await at.push.put(replace(DESK, ha1=ha1_of("2001", "new")))
            assert not await at.registers("2001", SECRET)
            assert len(phone.calls) == 1  # the standing leg goes on
            with pytest.raises(NotRegistered):
                await phone.register()
        assert await at.registers("2001", "new")


async def test_pushed_phones_survive_a_restart_of_asterisk(
    installation: Installation, tmp_path: Path
) -> None:
    page = Phone("2002", PhoneKind.WEBRTC, ha1=ha1_of("2002", "s"))
    async with world(installation, tmp_path) as at:
        await at.push.put(DESK)
        await at.push.put(page)
        before = dict(await at.push.pushed())
        # stopped in peace, and by this thread: Asterisk ends with the one that started it
        at.lab.asterisk.stop()
        at.lab.asterisk.start()
        await until(lambda: any(isinstance(event, SwitchUp) for event in at.events))
        assert await at.registers("2001", SECRET)
        assert dict(await at.push.pushed()) == before
        async with by_websocket("2002", "s", at.lab.http_port) as browser:
            assert await browser.register() == 200


async def test_a_browser_registers_over_websocket_and_is_offered_opus_in_dtls(
    installation: Installation, tmp_path: Path
) -> None:
    page = Phone("ann.lee", PhoneKind.WEBRTC, ha1=ha1_of("ann.lee", SECRET))
    async with world(installation, tmp_path) as at:
        await at.push.put(page)
        async with by_websocket("ann.lee", "guessed", at.lab.http_port) as stranger:
            assert await stranger.register() == 401
        async with by_websocket("ann.lee", SECRET, at.lab.http_port) as browser:
            assert await browser.register() == 200
            assert browser.realm == REALM
            await until_reachable(at, "ann.lee")
            leg_id = new_leg_id()
            at.switch.call_agent(leg_id, "ann.lee")
            invite = await browser.called()
            offer = invite.body.decode()
            (audio,) = [line for line in offer.splitlines() if line.startswith("m=")]
            assert audio.split()[2] == "UDP/TLS/RTP/SAVPF"
            assert "a=fingerprint:SHA-256 " in offer
            assert "a=ice-ufrag:" in offer
            assert "a=rtcp-mux" in offer
            kinds = {
                line.split()[0].partition(":")[2]: line
                for line in offer.splitlines()
                if line.startswith("a=rtpmap:")
            }
            first = audio.split()[3]
            assert kinds[first].lower().split()[1] == "opus/48000/2"
            assert "answer-after=0" in invite.first("call-info")
            await browser.answer(invite, 486)
            assert isinstance(await at.what_became_of(leg_id), OriginateFailed | ChannelHungUp)


async def until_reachable(at: World, name: str) -> None:
    async with asyncio.timeout(10):
        while name not in await at.switch.reachable_phones():
            await asyncio.sleep(0.02)


@needs_openssl
async def test_a_phone_over_tcp_registers_and_is_called_on_its_connection(
    installation: Installation, tmp_path: Path
) -> None:
    async with world(installation, tmp_path, certificate(tmp_path)) as at:
        await at.push.put(replace(DESK, transport=Transport.TCP))
        async with by_stream("2001", SECRET, at.lab.sip_port) as phone:
            assert await phone.register() == 200
            await answers_when_called(at, phone, "RTP/AVP")


async def answers_when_called(at: World, phone: StreamPhone, audio: str) -> None:
    """Have a phone called, see what audio it is offered, and let it answer."""
    leg_id = new_leg_id()
    at.switch.call_agent(leg_id, "2001")
    invite = await phone.called()
    assert f" {audio} " in invite.body.decode()
    await phone.answer(invite, 200, render_sdp((HOST, 9)))
    assert isinstance(await at.what_became_of(leg_id), ChannelUp)
    at.switch.hang_up(leg_id)
    await until(lambda: "BYE" in phone.heard)


@needs_openssl
async def test_a_phone_over_tls_registers_and_its_audio_must_be_encrypted(
    installation: Installation, tmp_path: Path
) -> None:
    async with world(installation, tmp_path, certificate(tmp_path)) as at:
        await at.push.put(replace(DESK, transport=Transport.TLS))
        async with by_stream("2001", SECRET, at.lab.tls_port, tls=True) as phone:
            assert await phone.register() == 200
            await answers_when_called(at, phone, "RTP/AVP")

            await at.push.put(replace(DESK, transport=Transport.TLS, srtp=True))
            leg_id = new_leg_id()
            at.switch.call_agent(leg_id, "2001")
            invite = await phone.called()
            offer = invite.body.decode()
            assert " RTP/SAVP " in offer
            assert "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:" in offer
            await phone.answer(invite, 200, render_sdp((HOST, 9)))  # in clear
            await until(lambda: any(_ended(event, leg_id) for event in at.events), 5)
        async with by_stream("2001", "guessed", at.lab.tls_port, tls=True) as stranger:
            assert await stranger.register() == 401


def _ended(event: SwitchEvent, channel_id: str) -> bool:
    return isinstance(event, ChannelHungUp) and event.channel_id == channel_id
