"""The commands for trunks and routes, as they are typed."""

import json
from pathlib import Path

import pytest
from typed_commands import done, empty_node, refused, typed

from dialer.cli.asterisk_run import conf_of
from dialer.domain.phone import Transport
from dialer.errors import BadInput
from dialer.settings import load_settings


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return empty_node(tmp_path, monkeypatch)


def add(name: str, *more: str) -> str:
    return done("trunk", "add", name, "--host", "192.0.2.9", *more)


def test_a_trunk_is_added_to_the_settings_and_to_asterisk(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = home.parent / "secret"
    secret.write_text("of the carrier\n")
    told = add(
        "west",
        *("--port", "5080", "--username", "acme", "--password-file", str(secret), "--register"),
        *("--country", "US", "--country", "CA", "--max-lines", "30", "--cps", "5"),
        *("--number-style", "plus", "--rates", '{"+1": 0.01}', "--inbound-from", "192.0.2.0/24"),
    )
    assert f"trunk 'west' added to {home}/outpace.toml" in told
    assert (home / "outpace.toml").stat().st_mode & 0o777 == 0o600
    monkeypatch.setenv("OUTPACE_AMI_SECRET", "s3cret")
    (trunk,) = load_settings(home).all_trunks
    assert trunk.password.get_secret_value() == "of the carrier"
    assert trunk.number_format.spelled("+12025550100") == "+12025550100"
    assert (trunk.countries, trunk.rates) == (("US", "CA"), {"+1": 0.01})
    with pytest.raises(Exception, match="holds a character"):
        conf_of(load_settings(home))  # a blank would break out of its line
    secret.write_text("of-the-carrier\n")
    conf = conf_of(load_settings(home)).trunk
    assert (conf.host, conf.port, conf.register_there) == ("192.0.2.9", 5080, True)
    (row,) = json.loads(done("trunk", "list", "--json"))
    assert (row["name"], row["countries"], row["state"]) == ("west", ["US", "CA"], "")
    assert "0/30 lines, 5/s\tUS,CA" in done("trunk", "list")


def test_a_password_that_is_typed_is_in_a_file_of_its_own(home: Path) -> None:
    from typer.testing import CliRunner

    from dialer.cli import app

    words = ["trunk", "add", "west", "--host", "h", "--username", "acme"]
    result = CliRunner().invoke(app, words, input="pw-of-acme\n")
    assert result.exit_code == 0, result.output
    assert "pw-of-acme" not in result.output + (home / "outpace.toml").read_text()
    assert (home / "trunk-west.password").stat().st_mode & 0o777 == 0o600
    assert load_settings(home).all_trunks[0].password.get_secret_value() == "pw-of-acme"


def test_what_stood_in_the_file_stays_and_a_trunk_is_taken_out_again(home: Path) -> None:
    home.mkdir()
    file = home / "outpace.toml"
    before = '# ours\n[node]\nname = "east"  # the first\n'
    file.write_text(before)
    add("west", "--rates", '{"+1": 0.01, "billing": {"first_s": 60, "increment_s": 60}}')
    add("north", "--country", "US")
    file.write_text(file.read_text() + "\n[api]\nport = 8081\n")
    assert load_settings(home).api_port == 8081
    assert done("trunk", "remove", "west").startswith("trunk 'west' taken out")
    assert [trunk.name for trunk in load_settings(home).all_trunks] == ["north"]
    assert done("trunk", "remove", "north")
    assert file.read_text().startswith(before)
    settings = load_settings(home)
    assert (settings.name, settings.api_port) == ("east", 8081)
    assert [trunk.name for trunk in settings.all_trunks] == ["trunk"]


def test_a_trunk_that_cannot_be_is_one_line_and_changes_nothing(home: Path) -> None:
    add("west")
    before = (home / "outpace.toml").read_text()
    base = ("trunk", "add", "north", "--host", "192.0.2.10")
    assert "'west' exists already" in refused("trunk", "add", "west", "--host", "192.0.2.10")
    assert refused("trunk", "add", "a b", "--host", "h").startswith("outpace: name:")
    assert "no ISO 3166 country" in refused(*base, "--country", "UK")
    assert refused(*base, "--number-style", "local").startswith("outpace: number_style:")
    assert "needs a username" in refused(*base, "--register")
    assert "no JSON object" in refused(*base, "--rates", "cheap")
    assert "begins no number" in refused(*base, "--rates", '{"1": 0.1}')
    gone = refused(*base, "--username", "u", "--password-file", "/nowhere/secret")
    assert "there is no file /nowhere/secret" in gone
    assert "'north' is none of the trunks" in refused("trunk", "remove", "north")
    assert (home / "outpace.toml").read_text() == before


def test_a_trunk_nobody_answers_for_fails_its_test(home: Path) -> None:
    done("trunk", "add", "west", "--host", "127.0.0.1", "--port", "9")
    result = typed("trunk", "test", "west")
    assert "OPTIONS   no answer" in result.stdout
    assert "OUTPACE_AMI_SECRET is empty" in result.stdout
    assert "none may be called" in result.stdout
    assert "'north' is not configured" in refused("trunk", "test", "north")
    assert "'911'" in refused("trunk", "test", "west", "--call", "911")


def test_routes_are_added_listed_and_removed(home: Path) -> None:
    add("east")
    add("west")
    done("trunk", "route", "add", "both", "--way", "east", "--way", "west")
    shares = ("--way", "east:1:70", "--way", "west:1:30", "--policy", "percentage")
    done("trunk", "route", "add", "split", *shares)
    listed = done("trunk", "route", "list")
    assert listed == "both\tpriority\teast:1:1 west:2:1\nsplit\tpercentage\teast:1:70 west:1:30\n"
    (both, _) = json.loads(done("trunk", "route", "list", "--json"))
    assert both["ways"][1] == {"trunk": "west", "priority": 2, "weight": 1.0}
    assert "exists already" in refused("trunk", "route", "add", "both", "--way", "east")
    north = refused("trunk", "route", "add", "n", "--way", "north")
    assert "there is no trunk 'north'" in north
    assert "is no way" in refused("trunk", "route", "add", "n", "--way", "east:first")
    assert "is unknown" in refused("trunk", "route", "add", "n", "--way", "east", "--policy", "x")
    done("campaigns", "create", "spring", "--set", "trunk=both")
    assert "in use by campaign spring" in refused("trunk", "route", "remove", "both")
    done("trunk", "route", "remove", "split")
    assert "split" not in done("trunk", "route", "list")


def test_a_trunk_over_tls_has_its_port_and_needs_our_certificate(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = refused("trunk", "add", "north", "--host", "sip.example.com", "--srtp")
    assert "srtp needs transport tls" in told
    done("trunk", "add", "north", "--host", "sip.example.com", "--transport", "tls", "--srtp")
    (row,) = json.loads(done("trunk", "list", "--json"))
    assert (row["port"], row["transport"], row["srtp"]) == (5061, "tls", True)
    assert "sip.example.com:5061 tls srtp\t" in done("trunk", "list")
    monkeypatch.setenv("OUTPACE_AMI_SECRET", "s3cret")
    with pytest.raises(BadInput, match="OUTPACE_ASTERISK_TLS_PORT"):
        conf_of(load_settings(home))
    for name in ("CERT", "KEY", "CA"):
        file = home.parent / name
        monkeypatch.setenv(f"OUTPACE_ASTERISK_TLS_{name}", str(file))
    monkeypatch.setenv("OUTPACE_ASTERISK_TLS_PORT", "5061")
    with pytest.raises(BadInput, match="there is no file"):
        conf_of(load_settings(home))
    (home.parent / "CA").touch()
    conf = conf_of(load_settings(home))
    assert (conf.trunk.transport, conf.trunk.srtp) == (Transport.TLS, True)
    assert conf.tls is not None
    assert conf.tls.authorities == home.parent / "CA"


def test_a_trunk_over_tcp_has_asterisk_take_it(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add("east", "--transport", "tcp")
    monkeypatch.setenv("OUTPACE_AMI_SECRET", "s3cret")
    conf = conf_of(load_settings(home))
    assert (conf.trunk.port, conf.by_tcp, conf.tcp) == (5060, True, False)
