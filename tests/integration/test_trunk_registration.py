"""Our Asterisk registers with a carrier that asks who we are, and says how it stands.

The carrier here is the Asterisk of another node, at which we are one of its phones.
"""

import secrets
from collections.abc import Iterator

import pytest
from asterisk_fixtures import AGENTS, SECRET, Node, WallClock, until

from dialer.adapters.asterisk.conf import NodeConf, Trunk
from dialer.adapters.asterisk.installation import install
from dialer.adapters.asterisk.instance import AsteriskInstance
from dialer.adapters.asterisk.ports import free_port_range, free_ports
from dialer.adapters.asterisk.render import shipped_templates
from dialer.adapters.asterisk.switch import AmiAddress, AsteriskSwitch

CARRIERS_WORD = AGENTS[0]
"""Who we are there, and the password."""


@pytest.fixture(scope="module")
def carrier(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    with Node(install(), tmp_path_factory.mktemp("r") / "c") as started:
        yield started


@pytest.fixture(scope="module")
def ours(
    carrier: Node, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[AsteriskInstance, NodeConf]]:
    sip_port = free_ports(1, "udp")[0]
    ami_port, agi_port = free_ports(2, "tcp")
    rtp = free_port_range(40)

    def trunk(name: str, password: str) -> Trunk:
        return Trunk(
            "127.0.0.1",
            carrier.sip_port,
            name,
            username=CARRIERS_WORD.name,
            password=password,
            register_there=True,
            qualify_s=1,
        )

    conf = NodeConf(
        sip_port=sip_port,
        rtp_start=rtp[0],
        rtp_end=rtp[-1],
        ami_port=ami_port,
        ami_secret=SECRET,
        agi_port=agi_port,
        trunk=trunk("good", CARRIERS_WORD.password),
        more_trunks=(trunk("bad", secrets.token_hex(8)),),
    )
    instance = AsteriskInstance(
        install(),
        tmp_path_factory.mktemp("r") / "o",
        shipped_templates(),
        conf.values(),
        ports=[("udp", "127.0.0.1", sip_port), ("tcp", "127.0.0.1", ami_port)],
        die_with_parent=True,
    )
    instance.start()
    try:
        yield instance, conf
    finally:
        instance.stop()


async def test_the_carrier_knows_us_by_our_password_and_by_no_other(
    carrier: Node, ours: tuple[AsteriskInstance, NodeConf]
) -> None:
    instance, conf = ours
    address = AmiAddress("127.0.0.1", conf.ami_port, conf.ami_user, SECRET)
    switch = AsteriskSwitch(address, clock=WallClock())
    await switch.connect()
    try:

        def registered() -> bool:
            found = instance.rx("pjsip show registrations")
            return " Registered" in found and " Rejected" in found

        await until(registered, 20.0)
        assert await switch.registration("good") == "Registered"
        assert await switch.registration("bad") == "Rejected"
        assert await switch.registration("goo") == ""
        contacts = carrier.instance.rx("pjsip show contacts")
        assert f"sip:{CARRIERS_WORD.name}@127.0.0.1:{conf.sip_port}" in contacts
        reachable = await switch.reachable_contacts()
        assert "good" in reachable
    finally:
        switch.close()
