"""Settings: a wrong one is named with its fix."""

import os
from pathlib import Path

import pytest

from dialer.errors import BadInput
from dialer.setting_sources import place_of
from dialer.settings import examined, load_settings, variables


def home(tmp_path: Path, line: str) -> Path:
    (tmp_path / "node.env").write_text(line + "\n")
    return tmp_path


def test_addresses_are_separated_by_commas(tmp_path: Path) -> None:
    settings = load_settings(home(tmp_path, "OUTPACE_AGI_ADMITTED=127.0.0.1, 10.0.0.2"))
    assert settings.agi_admitted == ("127.0.0.1", "10.0.0.2")


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("OUTPACE_TRUNK_PORT=99999", "OUTPACE_TRUNK_PORT"),
        ("OUTPACE_LOG_LEVEL=loud", "OUTPACE_LOG_LEVEL"),
        ("OUTPACE_AMI_PORT=none", "OUTPACE_AMI_PORT"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, line: str, name: str) -> None:
    with pytest.raises(BadInput) as caught:
        load_settings(home(tmp_path, line))
    assert caught.value.field == name


def toml(tmp_path: Path, text: str) -> Path:
    (tmp_path / "outpace.toml").write_text(text)
    return tmp_path


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("OUTPACE_")]:
        monkeypatch.delenv(name)


def test_the_environment_wins_over_toml_and_toml_over_node_env(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home(tmp_path, "OUTPACE_AMI_PORT=1\nOUTPACE_AGI_PORT=1\nOUTPACE_NAME=one")
    toml(tmp_path, "[ami]\nport = 2\n[agi]\nport = 2\n")
    monkeypatch.setenv("OUTPACE_AMI_PORT", "3")
    settings = load_settings(tmp_path)
    assert (settings.ami_port, settings.agi_port, settings.name) == (3, 2, "one")


def test_toml_has_types_of_its_own(tmp_path: Path) -> None:
    text = """
[node]
name = "east"
drain_limit_s = 300
[database]
url = "sqlite:////srv/o.db"
[trunk]
countries = ["US", "CA"]
[trunk.rates]
"+1" = 0.01
"""
    settings = load_settings(toml(tmp_path, text))
    assert (settings.name, settings.drain_limit_s) == ("east", 300)
    assert settings.database == "sqlite:////srv/o.db"
    assert settings.trunk.countries == ("US", "CA")
    assert settings.trunk.rates == {"+1": 0.01}


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("[ami]\nport = 5038\nprot = 5038\n", 3, "[ami] prot is no setting"),
        ('[node]\nname = "a"\n\n[teleport]\nx = 1\n', 5, "[teleport] x is no setting"),
        ("[trunk]\nport = 5060\n[trunk.rate]\n'+1' = 1\n", 3, "[trunk] rate is no setting"),
        ("name = 'east'\n", 1, "name has no section"),
        ("[node]\nhome = '/srv'\n", 2, "[node] home is no setting"),
        ("[node]\nami_port = 1\n", 2, "[node] ami_port is no setting"),
    ],
)
def test_an_unknown_key_is_refused_with_its_line(
    tmp_path: Path, text: str, line: int, problem: str
) -> None:
    with pytest.raises(BadInput) as caught:
        load_settings(toml(tmp_path, text))
    assert caught.value.field == f"{tmp_path}/outpace.toml line {line}"
    assert caught.value.problem == problem


def test_a_wrong_value_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"OUTPACE_AMI_PORT: .*outpace.toml line 2"):
        load_settings(toml(tmp_path, "[ami]\nport = 99999\n"))
    with pytest.raises(BadInput, match="is no TOML"):
        load_settings(toml(tmp_path, "[ami\n"))


def test_secrets_may_be_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ami").write_text("s3cret\n")
    (tmp_path / "url").write_text("postgresql://o:p@db/o\n")
    toml(tmp_path, f'[ami]\nsecret_file = "{tmp_path}/ami"\n')
    monkeypatch.setenv("OUTPACE_DATABASE_URL_FILE", str(tmp_path / "url"))
    settings = load_settings(tmp_path)
    assert settings.ami_secret.get_secret_value() == "s3cret"
    assert settings.database == "postgresql://o:p@db/o"
    monkeypatch.setenv("OUTPACE_AMI_SECRET", "from the environment")
    assert load_settings(tmp_path).ami_secret.get_secret_value() == "from the environment"
    monkeypatch.setenv("OUTPACE_AMI_SECRET_FILE", str(tmp_path / "ami"))
    with pytest.raises(BadInput, match="give one of the two"):
        load_settings(tmp_path)
    monkeypatch.delenv("OUTPACE_AMI_SECRET")
    monkeypatch.setenv("OUTPACE_AMI_SECRET_FILE", str(tmp_path / "none"))
    with pytest.raises(BadInput, match="cannot be read"):
        load_settings(tmp_path)
    monkeypatch.delenv("OUTPACE_AMI_SECRET_FILE")
    toml(tmp_path, f'[ami]\nport_file = "{tmp_path}/ami"\n')
    with pytest.raises(BadInput, match="port_file is no setting"):
        load_settings(tmp_path)


def test_a_file_may_be_named_that_is_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    toml(tmp_path, "[ami]\nport = 2\n")
    other = tmp_path / "other.toml"
    other.write_text("[ami]\nport = 4\n")
    monkeypatch.setenv("OUTPACE_CONFIG", str(other))
    assert load_settings(tmp_path).ami_port == 4
    monkeypatch.setenv("OUTPACE_CONFIG", str(tmp_path / "none.toml"))
    with pytest.raises(BadInput, match="OUTPACE_CONFIG: there is no file"):
        load_settings(tmp_path)


def test_each_variable_has_a_place_of_its_own_in_the_file() -> None:
    places = {place_of(name) for name in variables()}
    assert len(places) == len(variables())
    assert place_of("OUTPACE_AMI_SECRET") == ("ami", "secret")
    assert place_of("OUTPACE_NAME") == ("node", "name")


def test_everything_wrong_is_told_at_once_and_no_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    toml(tmp_path, '[ami]\nport = 99999\nsecret = "s3cret"\n[trunk]\nport = 0\n')
    monkeypatch.setenv("OUTPACE_LOG_LEVEL", "loud")
    monkeypatch.setenv("OUTPACE_AMI_PROT", "1")
    settings, shown, problems = examined(tmp_path)
    assert settings is None
    wrong = {problem.field for problem in problems}
    assert wrong == {
        "OUTPACE_TRUNK_PORT",
        "OUTPACE_AMI_PORT",
        "OUTPACE_LOG_LEVEL",
        "OUTPACE_AMI_PROT",
    }
    assert "s3cret" not in f"{shown}{problems}"
    secret = next(one for one in shown if one.name == "OUTPACE_AMI_SECRET")
    assert (secret.value, secret.source) == ("(hidden)", f"{tmp_path}/outpace.toml line 3")


TWO_TRUNKS = """
[[trunks]]
name = "east"
host = "sip.east.example.com"
username = "acme"
password = "secret-of-east"
register_there = true
countries = ["US"]
max_lines = 30

[[trunks]]
name = "west"
host = "198.51.100.7"
port = 5080
number_style = "national"
number_home = "US"
rates = {"+1" = 0.01}
"""


def test_a_node_may_have_several_trunks(tmp_path: Path) -> None:
    settings = load_settings(toml(tmp_path, TWO_TRUNKS))
    east, west = settings.all_trunks
    assert (east.name, east.host, east.port, east.max_lines) == (
        "east",
        "sip.east.example.com",
        5060,
        30,
    )
    assert (east.register_there, east.password.get_secret_value()) == (True, "secret-of-east")
    assert west.number_format.spelled("+12025550100") == "2025550100"
    assert west.rates == {"+1": 0.01}


def test_the_one_trunk_of_a_node_stays_if_it_is_said_or_the_only_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [trunk.name for trunk in load_settings(tmp_path).all_trunks] == ["trunk"]
    monkeypatch.setenv("OUTPACE_TRUNK_HOST", "192.0.2.7")
    several = load_settings(toml(tmp_path, TWO_TRUNKS)).all_trunks
    assert [trunk.name for trunk in several] == ["trunk", "east", "west"]


def test_a_trunks_password_may_be_in_a_file_and_is_never_shown(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("of-a-file\n")
    text = f'[[trunks]]\nname = "east"\nhost = "h"\npassword_file = "{tmp_path}/secret"\n'
    settings = load_settings(toml(tmp_path, text))
    assert settings.all_trunks[0].password.get_secret_value() == "of-a-file"
    _, shown, _ = examined(toml(tmp_path, TWO_TRUNKS))
    assert next(one.value for one in shown if one.name == "OUTPACE_TRUNKS") == "east,west"
    _, shown, problems = examined(toml(tmp_path, TWO_TRUNKS + "port = 0\nxyz = 1\n"))
    assert problems
    assert "secret-of-east" not in str(shown) + str(problems)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ('[[trunks]]\nname = "east"\n', "OUTPACE_TRUNKS_0_HOST"),
        ('[[trunks]]\nname = "a b"\nhost = "h"\n', "OUTPACE_TRUNKS_0_NAME"),
        ('[[trunks]]\nname = "east"\nhost = "h"\nprot = 1\n', "OUTPACE_TRUNKS_0_PROT"),
        ('[[trunks]]\nname = "e"\nhost = "h"\n[[trunks]]\nname = "e"\nhost = "h"\n', "OUTPACE_"),
        ('[[trunks]]\nname = "e"\nhost = "h"\nnumber_style = "national"\n', "OUTPACE_TRUNKS_0"),
        ('[[trunks]]\nname = "e"\nhost = "h"\nregister_there = true\n', "OUTPACE_TRUNKS_0"),
    ],
)
def test_a_trunk_that_cannot_be_is_named(tmp_path: Path, text: str, field: str) -> None:
    with pytest.raises(BadInput) as refused:
        load_settings(toml(tmp_path, text))
    assert refused.value.field == field
