"""The configuration that a node's settings ask for, as `outpace asterisk run` renders it."""

from pathlib import Path

import pytest
from typed_commands import empty_node, refused

from dialer.cli.asterisk_run import conf_of, phones_in
from dialer.errors import BadInput
from dialer.settings import NodeSettings, TrunkSettings, load_settings


def test_trunk_ports_secret_and_phones_are_those_of_the_settings(tmp_path: Path) -> None:
    phones = tmp_path / "phones.csv"
    phones.write_text("name,password\n1001, p-one\n\n1002,p-two\n")
    (tmp_path / "outpace.toml").write_text(
        f"""
[ami]
secret = "a-secret"
port = 5039
[asterisk]
sip_host = "192.0.2.10"
sip_port = 5062
rtp_start = 20000
rtp_end = 20999
phones = "{phones}"
[trunk]
name = "carrier"
host = "sip.example.net"
port = 5060
username = "me"
password = "t-secret"
"""
    )
    conf = conf_of(load_settings(tmp_path))
    assert (conf.sip_host, conf.sip_port, conf.rtp_start, conf.rtp_end) == (
        "192.0.2.10",
        5062,
        20000,
        20999,
    )
    assert (conf.ami_port, conf.ami_secret, conf.agi_port) == (5039, "a-secret", 4573)
    assert (conf.trunk.name, conf.trunk.host, conf.trunk.port) == (
        "carrier",
        "sip.example.net",
        5060,
    )
    assert (conf.trunk.username, conf.trunk.password) == ("me", "t-secret")
    assert [(phone.name, phone.password) for phone in conf.agents] == [
        ("1001", "p-one"),
        ("1002", "p-two"),
    ]


def test_a_line_that_is_no_phone_is_named_without_its_password(tmp_path: Path) -> None:
    phones = tmp_path / "phones.csv"
    phones.write_text("1001,p-one\n1002,p-two,again\n")
    with pytest.raises(BadInput, match=r"phones.csv line 2: has 3 values") as caught:
        list(phones_in(phones))
    assert "p-two" not in str(caught.value)
    with pytest.raises(BadInput, match="OUTPACE_ASTERISK_PHONES"):
        list(phones_in(tmp_path / "none.csv"))


def test_without_a_secret_it_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    empty_node(tmp_path, monkeypatch)
    assert "OUTPACE_AMI_SECRET: is empty" in refused("asterisk", "run")


def test_ami_stays_on_this_machine() -> None:
    settings = NodeSettings(
        ami_secret="x", ami_host="192.0.2.1", trunk=TrunkSettings(_env_file=None), _env_file=None
    )
    with pytest.raises(BadInput, match="ami_host: it is plain text"):
        conf_of(settings)
