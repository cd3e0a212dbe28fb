"""Trunks in the rendered files: addresses, registrations, NAT."""

from dataclasses import replace
from pathlib import Path

import pytest
from rendered_conf import node, render, sections, settings

from dialer.adapters.asterisk.conf import Tls, Trunk
from dialer.domain.phone import Transport
from dialer.errors import BadInput

WEST = Trunk(
    "sip.example.com",
    5061,
    "west",
    username="acme",
    password="pw-of-acme",
    inbound_from=("198.51.100.0/24",),
    qualify_s=30,
    register_there=True,
    from_domain="example.com",
)


def test_each_trunk_has_an_address_lanes_and_whoever_calls_from_it(tmp_path: Path) -> None:
    path = render(tmp_path, node(more_trunks=(WEST,))) / "pjsip.conf"
    assert settings(path, "trunk", "aor")["contact"] == "sip:192.0.2.10:5070"
    assert settings(path, "west", "aor")["contact"] == "sip:sip.example.com:5061"
    assert settings(path, "west", "aor")["qualify_frequency"] == "30"
    assert settings(path, "west-lane15")["aors"] == "west"
    assert settings(path, "trunk-lane15")["aors"] == "trunk"
    assert settings(path, "west", "identify") == {
        "type": "identify",
        "endpoint": "west",
        "match": "198.51.100.0/24",
    }


def test_a_trunk_that_asks_who_we_are_is_told_and_registered_with_for_ever(tmp_path: Path) -> None:
    path = render(tmp_path, node(more_trunks=(WEST,))) / "pjsip.conf"
    line = settings(path, "west-lane0")
    assert (line["outbound_auth"], line["from_user"]) == ("west-auth", "acme")
    assert line["from_domain"] == "example.com"
    assert (line["send_pai"], line["trust_id_outbound"]) == ("yes", "yes")
    assert "send_pai" not in settings(path, "trunk-lane0")
    assert settings(path, "west-auth")["password"] == "pw-of-acme"
    there = settings(path, "west-registration")
    assert there["server_uri"] == "sip:sip.example.com:5061"
    assert there["client_uri"] == "sip:acme@sip.example.com:5061"
    assert there["outbound_auth"] == "west-auth"
    assert there["auth_rejection_permanent"] == "no"
    assert not any(name == "trunk-registration" for name, _ in sections(path))


SECURE = Tls(5061, Path("/tls/cert.pem"), Path("/tls/key.pem"), "127.0.0.1", Path("/tls/ca.pem"))


def test_a_trunk_over_tls_goes_all_of_it_that_way_and_encrypts_its_audio(tmp_path: Path) -> None:
    north = replace(WEST, transport=Transport.TLS, srtp=True)
    path = render(tmp_path, node(more_trunks=(north,), tls=SECURE)) / "pjsip.conf"
    uri = "sip.example.com:5061;transport=tls"
    assert settings(path, "west", "aor")["contact"] == f"sip:{uri}"
    there = settings(path, "west-registration")
    assert (there["server_uri"], there["client_uri"]) == (f"sip:{uri}", f"sip:acme@{uri}")
    line = settings(path, "west-lane3")
    assert {line["transport"], there["transport"]} == {"transport-tls"}
    assert (line["media_encryption"], line["media_encryption_optimistic"]) == ("sdes", "no")
    tls = settings(path, "transport-tls")
    assert (tls["ca_list_file"], tls["verify_server"]) == ("/tls/ca.pem", "yes")
    other = settings(path, "trunk-lane3")
    assert other["transport"] == "transport-udp"
    assert "media_encryption" not in other


def test_a_trunk_over_tcp_has_asterisk_speak_it(tmp_path: Path) -> None:
    path = render(tmp_path / "udp", node(more_trunks=(WEST,))) / "pjsip.conf"
    assert not any(name == "transport-tcp" for name, _ in sections(path))
    by_tcp = replace(WEST, transport=Transport.TCP)
    path = render(tmp_path / "tcp", node(more_trunks=(by_tcp,))) / "pjsip.conf"
    assert settings(path, "transport-tcp")["bind"] == "127.0.0.1:5060"
    assert settings(path, "west", "aor")["contact"] == "sip:sip.example.com:5061;transport=tcp"


def test_behind_nat_tcp_and_tls_tell_the_outer_address_too(tmp_path: Path) -> None:
    conf = node(external_address="203.0.113.9", local_net=("10.0.0.0/8",), tcp=True, tls=SECURE)
    path = render(tmp_path, conf) / "pjsip.conf"
    for way in ("udp", "tcp", "tls"):
        transport = settings(path, f"transport-{way}")
        assert transport["external_signaling_address"] == "203.0.113.9"
        assert transport["local_net"] == "10.0.0.0/8"


def test_behind_nat_the_outside_is_told_the_outer_address(tmp_path: Path) -> None:
    conf = node(external_address="203.0.113.9", local_net=("10.0.0.0/8", "192.168.0.0/16"))
    path = render(tmp_path, conf) / "pjsip.conf"
    entries = next(entries for name, entries in sections(path) if name == "transport-udp")
    assert ("external_media_address", "203.0.113.9") in entries
    assert ("external_signaling_address", "203.0.113.9") in entries
    assert [value for key, value in entries if key == "local_net"] == [
        "10.0.0.0/8",
        "192.168.0.0/16",
    ]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"more_trunks": (Trunk("192.0.2.11"),)}, "agent"),
        ({"more_trunks": (Trunk("192.0.2.11", name="1001"),)}, "agent"),
        ({"external_address": "203.0.113.9"}, "local_net"),
        (
            {"external_address": "203.0.113.9\nx=y", "local_net": ("10.0.0.0/8",)},
            "external address",
        ),
        ({"local_net": ("10.0.0.0/33",)}, "local_net"),
        ({"more_trunks": (replace(WEST, transport=Transport.TLS),)}, "trunk transport"),
        (
            {
                "more_trunks": (replace(WEST, transport=Transport.TLS),),
                "tls": replace(SECURE, authorities=None),
            },
            "trunk transport",
        ),
    ],
)
def test_trunks_and_nat_that_cannot_be_are_refused(changes: dict[str, object], field: str) -> None:
    with pytest.raises(BadInput) as refused:
        node(**changes)
    assert refused.value.field == field


def test_a_trunk_cannot_register_as_nobody_and_its_domain_stays_on_its_line() -> None:
    with pytest.raises(BadInput):
        Trunk("sip.example.com", register_there=True)
    with pytest.raises(BadInput, match="in clear"):
        Trunk("sip.example.com", transport=Transport.TCP, srtp=True)
    with pytest.raises(BadInput):
        Trunk("sip.example.com", from_domain="a\nmatch=0.0.0.0/0")
    with pytest.raises(BadInput):
        Trunk("sip.example.com", verified_in="a\nmatch=0.0.0.0/0")
