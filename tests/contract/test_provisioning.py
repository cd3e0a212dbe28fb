"""What every `Provisioning` does: the switch in memory, and Asterisk over ARI and AMI."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from dialer.adapters.asterisk.conf import ari_secret
from dialer.adapters.asterisk.installation import install
from dialer.adapters.asterisk.push_config import AriAddress, PushConfig
from dialer.adapters.asterisk.switch import AmiAddress, AsteriskSwitch
from dialer.adapters.inprocess.clock import SteadyClock
from dialer.domain.phone import Phone, PhoneKind, Transport, ha1_of
from dialer.errors import PhoneRefused, SwitchUnavailable
from dialer.ports import Provisioning
from dialer.testing.phones import MemoryProvisioning
from simulation.lab import HOST, Lab

DESK = Phone("2001", ha1=ha1_of("2001", "s"))
BY_TCP = Phone("2002", transport=Transport.TCP, ha1=ha1_of("2002", "s"))
SECRETIVE = Phone("2003", PhoneKind.SIP, Transport.TLS, srtp=True, ha1=ha1_of("2003", "s"))
PAGE = Phone("ann.lee_1-x", PhoneKind.WEBRTC, ha1=ha1_of("ann.lee_1-x", "s"))
ALL = (DESK, BY_TCP, SECRETIVE, PAGE)
OWN = "own1"

pytestmark = pytest.mark.parametrize("kind", ["memory", "asterisk"])


@asynccontextmanager
async def provisioning(kind: str, home: Path) -> AsyncIterator[Provisioning]:
    """Open a switch that has a phone of its own settings, `OWN`, and a trunk."""
    if kind == "memory":
        yield MemoryProvisioning(frozenset({OWN, "trunk"}))
        return
    lab = Lab(
        install(),
        home,
        agents=0,
        carrier_port=9,
        extra_agents=[OWN],
        pushed_phones=True,
        die_with_parent=True,
    )
    with lab:
        switch = AsteriskSwitch(
            AmiAddress(HOST, lab.ami_port, "outpace", lab.ami_secret), clock=SteadyClock()
        )
        await switch.connect()
        try:
            yield PushConfig(AriAddress(lab.http_port, ari_secret(lab.ami_secret)), switch.said)
        finally:
            switch.close()


async def test_what_was_put_is_there_as_it_was_put(kind: str, tmp_path: Path) -> None:
    async with provisioning(kind, tmp_path) as switch:
        assert dict(await switch.pushed()) == {}
        for phone in ALL:
            await switch.put(phone)
        assert dict(await switch.pushed()) == {phone.name: switch.digest(phone) for phone in ALL}


async def test_a_digest_tells_phones_apart(kind: str, tmp_path: Path) -> None:
    async with provisioning(kind, tmp_path) as switch:
        variants = [
            DESK,
            replace(DESK, ha1=ha1_of("2001", "another")),
            replace(DESK, transport=Transport.TCP),
            replace(DESK, transport=Transport.TLS),
            replace(DESK, transport=Transport.TLS, srtp=True),
            replace(DESK, kind=PhoneKind.WEBRTC),
        ]
        assert len({switch.digest(phone) for phone in variants}) == len(variants)
        assert DESK.ha1 not in switch.digest(DESK)


async def test_a_phone_that_is_put_again_is_as_it_is_now(kind: str, tmp_path: Path) -> None:
    async with provisioning(kind, tmp_path) as switch:
        await switch.put(DESK)
        await switch.put(DESK)
        for changed in (
            replace(DESK, ha1=ha1_of("2001", "new")),
            replace(DESK, kind=PhoneKind.WEBRTC),
        ):
            await switch.put(changed)
            assert dict(await switch.pushed()) == {"2001": switch.digest(changed)}


async def test_a_phone_that_was_removed_is_gone_and_may_be_removed_again(
    kind: str, tmp_path: Path
) -> None:
    async with provisioning(kind, tmp_path) as switch:
        await switch.put(DESK)
        await switch.put(PAGE)
        await switch.remove("2001")
        await switch.remove("2001")
        await switch.remove("never-there")
        assert set(await switch.pushed()) == {PAGE.name}


async def test_no_phone_takes_the_place_of_what_the_switch_has_of_its_own(
    kind: str, tmp_path: Path
) -> None:
    async with provisioning(kind, tmp_path) as switch:
        for name in (OWN, "trunk"):
            with pytest.raises(PhoneRefused, match=name):
                await switch.put(replace(DESK, name=name))
        assert dict(await switch.pushed()) == {}


async def test_several_are_put_at_once(kind: str, tmp_path: Path) -> None:
    async with provisioning(kind, tmp_path) as switch:
        many = [replace(DESK, name=f"3{index:03}") for index in range(40)]
        async with asyncio.TaskGroup() as tasks:
            for phone in many:
                tasks.create_task(switch.put(phone))
        assert set(await switch.pushed()) == {phone.name for phone in many}


async def test_a_switch_that_is_away_says_so(kind: str, tmp_path: Path) -> None:
    if kind == "memory":
        memory = MemoryProvisioning()
        memory.away = True
        switch: Provisioning = memory
    else:

        async def nobody(_: str) -> list[str]:
            raise SwitchUnavailable("no AMI session; not sent")

        switch = PushConfig(AriAddress(9, "s"), nobody)
    for asked in (switch.put(DESK), switch.remove("2001"), switch.pushed()):
        with pytest.raises(SwitchUnavailable):
            await asked
