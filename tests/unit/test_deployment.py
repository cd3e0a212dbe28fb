"""The files of a deployment name what there is: commands, settings, endpoints, metrics, files."""

import json
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml
from typer.core import TyperGroup

from api.app import create_app
from api.health.meter import ApiMeter
from dialer.cli import app
from dialer.domain.metric import FAMILIES, Kind
from dialer.setting_sources import found_in
from dialer.settings import SECRETS, variables
from tools.runtime_lock import entries, needed

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
COMPOSE: Mapping[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: Mapping[str, Any] = COMPOSE["services"]
UNITS = sorted((DEPLOY / "systemd").iterdir())
DOCKERFILES = [DEPLOY / "docker" / "Dockerfile", DEPLOY / "docker" / "asterisk.Dockerfile"]

ELSEWHERE_COMMANDS = {"api"}
ELSEWHERE_SETTINGS = {"OUTPACE_API_HOST", "OUTPACE_API_PORT", "OUTPACE_REDIS_URL"}
"""Of the API as a process, which comes with a change of its own; take them out when it is there."""

OWN = {"OUTPACE_HOME", "OUTPACE_CONFIG", "OUTPACE_ASTERISK"}


def known(name: str) -> bool:
    plain = {*variables(), *OWN, *ELSEWHERE_SETTINGS}
    return name in plain or name.removesuffix("_FILE") in SECRETS | ELSEWHERE_SETTINGS


def command_exists(words: list[str]) -> bool:
    """Whether `outpace ...` is a command, with its options."""
    command: Any = typer.main.get_command(app)
    for word in words:
        if word in ELSEWHERE_COMMANDS and isinstance(command, TyperGroup):
            return True
        if word.startswith("-"):
            if word not in {option for one in command.params for option in one.opts}:
                return False
        elif isinstance(command, TyperGroup):
            command = command.get_command(typer.Context(command), word)
            if command is None:
                return False
    return not isinstance(command, TyperGroup)


def of_outpace(words: list[str]) -> Iterator[list[str]]:
    """Yield each command of ours in some words."""
    for place, word in enumerate(words):
        if Path(word).name == "outpace":
            yield words[place + 1 :]


# -- compose ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_whole(name: str) -> None:
    service = SERVICES[name]
    assert ("image" in service) != ("build" in service)
    if "build" in service:
        assert (ROOT / service["build"]["dockerfile"]).is_file()
    for other in service.get("depends_on", {}):
        condition = service["depends_on"][other]["condition"]
        assert condition != "service_healthy" or "healthcheck" in SERVICES[other]
    for volume in service.get("volumes", []):
        source = volume.partition(":")[0]
        there = (ROOT / source).exists() if source.startswith(".") else source in COMPOSE["volumes"]
        assert there, source
    if name != "secrets":
        assert "healthcheck" in service
        assert service["logging"]["options"]["max-size"]
        assert "no-new-privileges:true" in service["security_opt"]


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_sets_only_settings_that_there_are(name: str) -> None:
    environment = SERVICES[name].get("environment", {})
    ours = {key: value for key, value in environment.items() if key.startswith("OUTPACE_")}
    assert [key for key in ours if not known(key)] == []
    for key, value in ours.items():
        if key.endswith("_FILE"):
            made = (DEPLOY / "docker" / "make-secrets.sh").read_text()
            assert f"keep {Path(value).name} " in made
        assert key not in SECRETS, "a secret belongs in a file"


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_runs_commands_that_there_are(name: str) -> None:
    service = SERVICES[name]
    if "build" not in service:
        return
    assert list(of_outpace(service["command"]))
    for words in (service.get("command", []), service.get("healthcheck", {}).get("test", [])):
        for ours in of_outpace(words):
            assert command_exists(ours), ours


def test_health_checks_ask_endpoints_that_exist() -> None:
    def no_life() -> Any:
        raise AssertionError("not served here")

    paths = create_app(no_life).openapi()["paths"]
    asked = re.findall(r":8080(/\w+)", json.dumps(SERVICES["api"]["healthcheck"]))
    assert asked == ["/healthz"]
    assert set(asked) <= paths.keys()
    caddy = (DEPLOY / "proxy" / "Caddyfile").read_text()
    (inside,) = re.findall(r"@inside path (\S+)", caddy)
    assert inside in paths
    assert "dynamic a api 8080" in caddy
    assert caddy.count("{") == caddy.count("}")


def test_a_service_manager_waits_longer_than_the_drain() -> None:
    engine = SERVICES["engine"]
    limit = float(engine["environment"]["OUTPACE_DRAIN_LIMIT_S"])
    assert float(engine["stop_grace_period"].removesuffix("s")) >= limit + 20
    unit = (DEPLOY / "systemd" / "outpace-engine.service").read_text()
    (given,) = re.findall(r"^TimeoutStopSec=(\d+)$", unit, re.MULTILINE)
    (limit_s,) = re.findall(r"(?m)^drain_limit_s = (\d+)$", (DEPLOY / "outpace.toml").read_text())
    assert int(given) >= int(limit_s) + 20


def test_secrets_are_made_once_and_fit_together(tmp_path: Path) -> None:
    script = DEPLOY / "docker" / "make-secrets.sh"
    made: list[dict[str, str]] = []
    for _ in range(2):
        subprocess.run(["sh", str(script), str(tmp_path)], check=True)
        made.append({path.name: path.read_text() for path in tmp_path.iterdir()})
    first, again = made
    assert first == again
    assert first["database_password"] in first["database_url"]
    assert first["redis_password"] in first["redis_url"]
    alone = [v for k, v in first.items() if not k.endswith("_url")]
    assert len(set(alone)) == 4
    assert all(len(value) == 32 and value.isalnum() for value in alone)


# -- systemd ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_runs_commands_and_settings_that_there_are(unit: Path) -> None:
    for line in unit.read_text().splitlines():
        key, _, value = line.partition("=")
        if key == "ExecStart":
            words = shlex.split(value)
            if words[:2] == ["/bin/sh", "-c"]:
                words = shlex.split(words[2])
            (ours,) = of_outpace(words)
            assert command_exists(ours), ours
        if key == "Environment":
            assert all(known(one.partition("=")[0]) for one in value.split())
    if unit.suffix == ".service":
        text = unit.read_text()
        for hardening in ("User=outpace", "NoNewPrivileges=yes", "ProtectSystem=strict"):
            assert hardening in text


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd on this machine")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    for unit in UNITS:
        text = unit.read_text().replace("/opt/outpace/bin/outpace", "/bin/true")
        (tmp_path / unit.name).write_text(text)
    files = sorted(map(str, tmp_path.iterdir()))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *files],
        capture_output=True,
        text=True,
        check=False,
    )
    ours = [line for line in done.stderr.splitlines() if "outpace" in line]
    assert ours == []


def test_the_settings_that_ship_are_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OUTPACE_DATABASE_URL", "OUTPACE_AMI_SECRET"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OUTPACE_CONFIG", str(DEPLOY / "outpace.toml"))
    # secrets are looked for only after every key was known
    with pytest.raises(Exception, match=r"cannot be read \(No such file") as caught:
        found_in(None, variables(), SECRETS)
    assert "/etc/outpace/" in str(caught.value)


# -- images ----------------------------------------------------------------------------------------

INSTRUCTIONS = {
    *("FROM", "RUN", "CMD", "ENV", "COPY", "WORKDIR", "USER", "VOLUME", "STOPSIGNAL"),
    "ENTRYPOINT",
}


def instructions(path: Path) -> list[tuple[str, str]]:
    """Read a Dockerfile: instructions in order, continued lines joined."""
    joined = re.sub(r"^\s*#.*\n", "", path.read_text(), flags=re.MULTILINE).replace("\\\n", " ")
    lines = [line.strip() for line in joined.splitlines() if line.strip()]
    return [(line.partition(" ")[0], line.partition(" ")[2].strip()) for line in lines]


@pytest.mark.parametrize("path", DOCKERFILES, ids=lambda path: path.name)
def test_an_image_is_built_of_what_there_is_and_runs_as_nobody(path: Path) -> None:
    read = instructions(path)
    assert {name for name, _ in read} <= INSTRUCTIONS
    stages = [value.split()[-1] for name, value in read if name == "FROM" and " AS " in value]
    assert len([1 for name, _ in read if name == "FROM"]) == 2
    ignored = (ROOT / ".dockerignore").read_text()
    for name, value in read:
        if name != "COPY":
            continue
        words = value.split()
        if words[0].startswith("--from="):
            assert words[0].removeprefix("--from=") in stages
            continue
        for source in words[:-1]:
            assert (ROOT / source).exists()
            assert f"!{source}" in ignored
    assert [value for name, value in read if name == "USER"] == ["10001:10001"]
    assert [name for name, _ in read][-1] == "CMD"
    (ours,) = of_outpace(json.loads(read[-1][1]))
    assert command_exists(ours)
    for name, value in read:
        if name in ("ENTRYPOINT", "VOLUME") and value.startswith("["):
            json.loads(value)


def test_an_image_holds_what_is_needed_to_run_and_no_more() -> None:
    said = {
        "fastapi": ["pydantic>=2", "pytest; extra == 'test'"],
        "pydantic": ["typing-extensions"],
        "sqlalchemy": ["greenlet; extra == 'asyncio'", "mypy; extra == 'mypy'"],
        "uvicorn": ["colorama; sys_platform == 'win32'"],
    }
    names = needed(ROOT, lambda name: said.get(name.lower(), []))
    assert {"fastapi", "pydantic", "typing-extensions", "greenlet"} <= names
    assert not names & {"pytest", "mypy", "colorama"}
    lock = entries((ROOT / "requirements.lock").read_text())
    assert {"fastapi", "greenlet", "pytest"} <= lock.keys()
    assert "--hash=sha256:" in lock["fastapi"]


# -- what is measured ------------------------------------------------------------------------------


def exported() -> set[str]:
    """Return each name that a query can ask for."""
    names: set[str] = set()
    for family in FAMILIES.values():
        ends = ("_bucket", "_sum", "_count") if family.kind is Kind.HISTOGRAM else ("",)
        names |= {family.name + end for end in ends}
    for metric in ApiMeter().registry.collect():
        if metric.type == "histogram":
            names |= {metric.name + end for end in ("_bucket", "_sum", "_count")}
        else:
            names.add(metric.name + ("_total" if metric.type == "counter" else ""))
    return names


def asked_in(text: str) -> set[str]:
    return set(re.findall(r"\boutpace_\w+", text))


def test_the_dashboard_shows_metrics_that_there_are_and_all_of_them() -> None:
    text = (DEPLOY / "grafana" / "outpace.json").read_text()
    panels = json.loads(text)["panels"]
    asked = asked_in(" ".join(t["expr"] for panel in panels for t in panel["targets"]))
    assert asked <= exported()
    bases = {re.sub(r"_(bucket|sum|count)$", "", name) for name in exported()}
    assert bases - {re.sub(r"_bucket$", "", name) for name in asked} == set()
    places = [tuple(panel["gridPos"][key] for key in "xywh") for panel in panels]
    assert all(x + w <= 24 for x, _, w, _ in places)
    assert len({panel["id"] for panel in panels}) == len(panels)


def test_alerts_ask_for_metrics_that_there_are() -> None:
    read = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yml").read_text())
    rules = [rule for group in read["groups"] for rule in group["rules"]]
    asked = asked_in(" ".join(rule["expr"] for rule in rules))
    assert asked <= exported()
    documented = (ROOT / "docs" / "operations.md").read_text()
    assert [rule["alert"] for rule in rules if f"`{rule['alert']}`" not in documented] == []


def test_each_metric_is_documented_and_no_other() -> None:
    text = (ROOT / "docs" / "operations.md").read_text()
    section = text.partition("## Metrics\n")[2].partition("\n## ")[0]
    rows = set(re.findall(r"^\| `(outpace_\w+)`", section, re.MULTILINE))
    assert rows == {re.sub(r"_(bucket|sum|count)$", "", name) for name in exported()}
