"""The configuration that ships, rendered with sample values and read as Asterisk would."""

import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from dialer.adapters.asterisk.conf import AgentPhone, NodeConf, Tls, Trunk, WebSocket
from dialer.adapters.asterisk.features import Features
from dialer.adapters.asterisk.render import render_tree, shipped_templates
from dialer.domain.callflow import LET_GO_AFTER_S
from dialer.domain.supervision import WHISPER_HOLDS_S
from dialer.errors import BadInput

Section = list[tuple[str, str]]

BUILT_IN = {
    *("answer", "background", "bridge", "goto", "gotoif", "hangup", "set", "wait", "waitexten"),
}
"""Applications of Asterisk's core."""

PROVIDED_BY = {
    "agi": "res_agi",
    "bridgeadd": "app_bridgeaddchan",
    "bridgewait": "app_bridgewait",
    "celgenuserevent": "app_celgenuserevent",
    "chanspy": "app_chanspy",
    "execif": "app_exec",
    "log": "app_verbose",
    "mixmonitor": "app_mixmonitor",
    "playback": "app_playback",
    "return": "app_stack",
    "softhangup": "app_softhangup",
    # functions
    "channel": "func_channel",
    "csv_quote": "func_strings",
    "cut": "func_cut",
    "len": "func_strings",
    "strftime": "func_strings",
    "timeout": "func_timeout",
}
"""The module of every other application and function that the files use."""

NEEDED_UNSEEN = {
    "chan_pjsip": ("res_pjsip_pubsub", "res_pjsip_refer", "res_pjsip_session", "res_rtp_asterisk"),
    "app_mixmonitor": ("func_periodic_hook",),
    "func_periodic_hook": ("app_chanspy", "func_cut", "func_groupcount", "func_uri"),
    "cel_custom": ("res_cdrel_custom",),
}
"""What a module declines to load without (measured on Asterisk 22)."""


class EveryModule(frozenset[str]):
    """The modules of an Asterisk that has them all."""

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.endswith(".so")


def node(**changes: object) -> NodeConf:
    values: dict[str, object] = {
        "sip_port": 5060,
        "rtp_start": 20000,
        "rtp_end": 20999,
        "ami_port": 5038,
        "ami_secret": "s3cret-of-the-node",
        "agi_port": 4573,
        "trunk": Trunk("192.0.2.10", 5070),
        "agents": (AgentPhone("1001", "pw-1001"), AgentPhone("1002", "pw-1002")),
    }
    return NodeConf(**{**values, **changes})  # type: ignore[arg-type]


def render(
    target: Path,
    conf: NodeConf,
    *,
    structured: bool = True,
    modules: frozenset[str] = EveryModule(),
) -> Path:
    names = ("cache", "etc", "modules", "lib", "db", "keys", "data", "agi", "spool", "run", "log")
    features = Features(structured_event_filter=structured, tech_cause=True, modules=modules)
    own = {
        "dirs": SimpleNamespace(**{name: f"/instance/{name}" for name in names}),
        "features": features,
        "modules_present": modules,
    }
    render_tree(shipped_templates(), target, {**conf.values(), **own})
    return target


def sections(path: Path) -> list[tuple[str, Section]]:
    """Read a file as Asterisk does: a section may come twice, and may build on a template."""
    found: list[tuple[str, Section]] = []
    templates: dict[str, Section] = {}
    for line in path.read_text().splitlines():
        text = line.partition(";")[0].strip()
        if not text:
            continue
        head = re.fullmatch(r"\[([^\]]+)\](?:\(([^)]*)\))?", text)
        if head is not None:
            name, of = head[1], head[2] or ""
            found.append((name, [] if of in ("", "!") else list(templates[of])))
            if of == "!":
                templates[name] = found.pop()[1]
                found.append((f"{name}(!)", templates[name]))
            continue
        key, equals, value = text.partition("=")
        assert equals, f"{path.name}: {line!r} is no setting"
        found[-1][1].append((key.strip(), value.removeprefix(">").strip()))
    return found


def settings(path: Path, name: str, kind: str = "") -> dict[str, str]:
    for found, entries in sections(path):
        if found == name and (not kind or ("type", kind) in entries):
            return dict(entries)
    raise AssertionError(f"{path.name} has no section {name} {kind}")


def dialplan(folder: Path) -> dict[str, list[str]]:
    """Return the steps of each context, `exten,priority,application(...)`."""
    contexts: dict[str, list[str]] = {}
    for context, entries in sections(folder / "extensions.conf"):
        exten = ""
        for key, value in entries:
            if key == "exten":
                exten, _, rest = value.partition(",")
                contexts.setdefault(context, []).append(f"{exten},{rest}")
            elif key == "same":
                contexts.setdefault(context, []).append(f"{exten},{value}")
            elif context not in ("general", "globals"):
                contexts.setdefault(context, []).append(f"{key}={value}")
        contexts.setdefault(context, [])
    return contexts


def applications(step: str) -> Iterator[str]:
    """Yield the applications and functions that a step uses, in small letters."""
    _, _, call = step.split(",", 2)
    yield call.partition("(")[0].lower()
    if nested := re.match(r"ExecIf\(.*\]\?([A-Za-z]+)\(", call):
        yield nested[1].lower()
    for function in re.findall(r"\b([A-Z_]{3,})\(", call):
        if function != "AGI":
            yield function.lower()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return render(tmp_path, node())


def test_every_file_is_rendered_and_can_be_read(folder: Path) -> None:
    names = {path.name for path in folder.glob("*.conf")}
    assert names == {path.stem for path in shipped_templates().glob("*.j2")}
    for path in folder.glob("*.conf"):
        assert "{{" not in path.read_text()
        sections(path)


def test_no_secret_lies_in_a_template() -> None:
    for path in shipped_templates().glob("*.j2"):
        for line in path.read_text().splitlines():
            if re.match(r"\s*(secret|password)\s*=", line):
                assert "{{" in line, f"{path.name}: {line}"


def test_modules_are_listed_and_no_others_load(folder: Path) -> None:
    entries = settings(folder / "modules.conf", "modules")
    assert entries["autoload"] == "no"
    text = (folder / "modules.conf").read_text()
    assert "load = chan_pjsip.so" in text
    for unused in ("res_ari", "app_queue", "app_stasis", "res_audiosocket", "pbx_spool"):
        assert f"load = {unused}.so" not in text
    assert "load = res_pjsip_transport_websocket.so" not in text


def test_a_module_that_is_not_on_disk_is_not_listed(tmp_path: Path) -> None:
    folder = render(tmp_path, node(), modules=frozenset({"chan_pjsip.so", "res_agi.so"}))
    loaded = [v for _, s in sections(folder / "modules.conf") for k, v in s if k == "load"]
    assert loaded == ["chan_pjsip.so", "res_agi.so"]


def test_whatever_the_dialplan_uses_is_loaded(folder: Path) -> None:
    loaded = {
        value.removesuffix(".so")
        for _, entries in sections(folder / "modules.conf")
        for key, value in entries
        if key == "load"
    }
    used = {
        name for steps in dialplan(folder).values() for step in steps for name in applications(step)
    }
    assert used >= {"agi", "mixmonitor", "celgenuserevent", "chanspy", "timeout"}
    for name in used - BUILT_IN:
        assert PROVIDED_BY[name] in loaded
    for module, needs in NEEDED_UNSEEN.items():
        assert {module, *needs} <= loaded


def test_ami_has_one_user_who_comes_from_this_machine_only(folder: Path) -> None:
    found = dict(sections(folder / "manager.conf"))
    assert set(found) == {"general", "outpace"}
    general, user = dict(found["general"]), dict(found["outpace"])
    assert (general["bindaddr"], general["port"], general["webenabled"]) == (
        "127.0.0.1",
        "5038",
        "no",
    )
    assert user["secret"] == "s3cret-of-the-node"
    assert user["deny"] == "0.0.0.0/0.0.0.0"
    assert user["permit"] == "127.0.0.1/255.255.255.255"
    assert user["read"] == "system,call"
    assert "config" not in user["write"]
    assert "all" not in user["write"].split(",")


EVENTS = {
    *("FullyBooted", "Shutdown", "OriginateResponse", "Newstate", "Hangup"),
    *("BridgeEnter", "ContactStatus", "NewAccountCode"),
}


def test_only_the_events_the_engine_reads_are_sent(folder: Path) -> None:
    text = (folder / "manager.conf").read_text()
    filters = re.findall(r"^eventfilter\(action\(include\),name\((\w+)\)\) =$", text, re.MULTILINE)
    assert set(filters) == EVENTS
    assert text.count("eventfilter") == len(EVENTS)


def test_without_structured_filters_one_expression_lets_the_same_events_through(
    tmp_path: Path,
) -> None:
    user = settings(render(tmp_path, node(), structured=False) / "manager.conf", "outpace")
    expression = re.compile(user["eventfilter"])
    for event in EVENTS:
        assert expression.search(f"Event: {event}\r\nPrivilege: call,all\r\n")
    for event in ("HangupRequest", "SoftHangupRequest", "NewstateX", "VarSet", "BridgeLeave"):
        assert not expression.search(f"Event: {event}\r\nPrivilege: call,all\r\n")


def test_agents_have_endpoints_of_their_own_that_can_dial_nothing(folder: Path) -> None:
    pjsip = folder / "pjsip.conf"
    for agent in ("1001", "1002"):
        endpoint = settings(pjsip, agent, "endpoint")
        assert endpoint["context"] == "from-agent"
        assert endpoint["aors"] == agent
        assert endpoint["allow_transfer"] == "no"
        assert endpoint["direct_media"] == "no"
        assert endpoint["rtp_timeout"] == "3"
        assert settings(pjsip, endpoint["auth"], "auth")["password"] == f"pw-{agent}"
        aor = settings(pjsip, agent, "aor")
        assert (aor["max_contacts"], aor["remove_existing"]) == ("1", "yes")
        assert "contact" not in aor
    assert dialplan(folder)["from-agent"] == []


def test_no_context_includes_another_and_none_dials_the_trunk(folder: Path) -> None:
    text = (folder / "extensions.conf").read_text()
    assert "PJSIP/" not in re.sub(r"^;.*$", "", text, flags=re.MULTILINE)
    for context, steps in dialplan(folder).items():
        used = {name for step in steps if "=" not in step[:8] for name in applications(step)}
        assert not used & {"dial", "originate", "page", "transfer", "switch"}, context
        assert not [step for step in steps if step.startswith(("include", "switch", "#"))], context


def test_the_trunk_is_known_by_its_address_after_agents_by_their_name(folder: Path) -> None:
    pjsip = folder / "pjsip.conf"
    assert settings(pjsip, "global")["endpoint_identifier_order"] == "username,ip"
    assert settings(pjsip, "trunk", "identify")["match"] == "192.0.2.10"
    assert settings(pjsip, "trunk", "aor")["contact"] == "sip:192.0.2.10:5070"
    endpoint = settings(pjsip, "trunk", "endpoint")
    assert endpoint["context"] == "from-trunk"
    assert endpoint["allow_transfer"] == "no"
    assert "outbound_auth" not in endpoint
    assert dialplan(folder)["from-trunk"] == ["_[+0-9].,1,Hangup(21)"]


def test_a_trunk_with_a_password_sends_it(tmp_path: Path) -> None:
    trunk = Trunk("198.51.100.7", name="acme", username="us", password="them-secret")
    folder = render(tmp_path, node(trunk=trunk))
    endpoint = settings(folder / "pjsip.conf", "acme", "endpoint")
    assert settings(folder / "pjsip.conf", endpoint["outbound_auth"], "auth")["username"] == "us"


def test_a_supervisor_spies_on_whole_ids_only_and_a_whisper_does_not_hold_by_itself(
    folder: Path,
) -> None:
    steps = dialplan(folder)["supervise"]
    spying = [step for step in steps if "ChanSpy(" in step or "Bridge(" in step]
    assert spying == [
        "listen,n,ChanSpy(${SPY_CALL},uqES)",
        "whisper,n,ChanSpy(${SPY_LEG},uqESw)",
        "barge,n,ChanSpy(${SPY_CALL},uqESB)",
        "coach,n,Bridge(${SPY_LEG})",
    ]
    for step in spying:
        exten, variable = step.partition(",")[0], step[step.index("${") + 2 : step.index("}")]
        before = steps[: steps.index(step)]
        checks = [one for one in before if one.startswith(f"{exten},") and "GotoIf" in one]
        assert "LEN(${UNIQUEID})} != 29" in checks[0]
        assert f"LEN(${{{variable}}})" in checks[1]
    held = next(one for one in steps if one.startswith("whisper,n,Set(TIMEOUT(absolute)="))
    assert float(held.rpartition("=")[2].rstrip(")")) == WHISPER_HOLDS_S


def test_no_extension_is_called_failed(folder: Path) -> None:
    for steps in dialplan(folder).values():
        assert not [step for step in steps if step.startswith("failed,")]


def test_every_question_to_the_engine_has_a_time_limit(folder: Path) -> None:
    for context, steps in dialplan(folder).items():
        asking = [i for i, step in enumerate(steps) if ",AGI(" in step]
        for at in asking:
            exten = steps[at].partition(",")[0]
            before = [step for step in steps[:at] if step.startswith(f"{exten},")]
            limits = [step for step in before if "TIMEOUT(absolute)=" in step]
            assert limits, (context, steps[at])
            assert float(limits[-1].rpartition("=")[2].rstrip(")")) <= LET_GO_AFTER_S
            assert [step for step in steps if step.startswith("T,1,")], context
    outbound = dialplan(folder)["outbound"]
    assert "s,n,Set(AGIEXITONHANGUP=yes)" in outbound
    scripts = re.findall(
        r"AGI\(agi://127\.0\.0\.1:4573/([a-z-]+),", (folder / "extensions.conf").read_text()
    )
    assert scripts == ["answered", "after", "do-not-call"]


def test_the_dialplan_never_asks_how_the_agi_ended(folder: Path) -> None:
    for steps in dialplan(folder).values():
        assert not [step for step in steps if "AGISTATUS" in step]


def test_the_prompts_are_the_instances_own_unless_named(folder: Path, tmp_path: Path) -> None:
    assert "/instance/etc/prompts/abandon" in (folder / "extensions.conf").read_text()
    other = render(tmp_path / "other", node(prompts=Path("/srv/prompts")))
    text = (other / "extensions.conf").read_text()
    assert "/srv/prompts/abandon" in text
    assert "/instance/etc/prompts/abandon" not in text
    for name in ("abandon", "lost", "do-not-call", "cue", "hush"):
        assert (folder / "prompts" / f"{name}.wav").is_file()


def test_another_do_not_call_key_is_heard(tmp_path: Path) -> None:
    steps = dialplan(render(tmp_path, node(do_not_call_key="5")))["let-go"]
    assert "5,1,Goto(do-not-call,s,1)" in steps
    assert not [step for step in steps if step.startswith("9,")]


def test_tls_and_websocket_come_only_when_switched_on(folder: Path, tmp_path: Path) -> None:
    names = [name for name, _ in sections(folder / "pjsip.conf")]
    assert "transport-tls" not in names
    assert "transport-websocket" not in names
    assert settings(folder / "http.conf", "general")["enabled"] == "no"
    conf = node(
        tls=Tls(5061, Path("/k/cert.pem"), Path("/k/key.pem")),
        websocket=WebSocket(8088),
        agents=(AgentPhone("web1", "pw", websocket=True),),
    )
    other = render(tmp_path / "other", conf)
    assert settings(other / "pjsip.conf", "transport-tls")["protocol"] == "tls"
    assert settings(other / "pjsip.conf", "transport-websocket")["protocol"] == "ws"
    assert settings(other / "pjsip.conf", "web1", "endpoint")["webrtc"] == "yes"
    assert settings(other / "http.conf", "general")["bindport"] == "8088"
    assert "load = res_pjsip_transport_websocket.so" in (other / "modules.conf").read_text()


def test_the_journal_holds_answers_bridges_ends_and_our_own_events(folder: Path) -> None:
    cel = settings(folder / "cel.conf", "general")
    assert cel == {"enable": "yes", "events": "ANSWER,BRIDGE_ENTER,HANGUP,USER_DEFINED"}
    mapping = settings(folder / "cel_custom.conf", "mappings")["outpace.csv"]
    columns = re.findall(r"\$\{CSV_QUOTE\(\$\{([^}]+)\}\)\}", mapping)
    assert columns == ["eventenum", "userdeftype", "CHANNEL(uniqueid)", "eventtime", "eventextra"]


@pytest.mark.parametrize(
    "changes",
    [
        {"ami_secret": "half;the rest is a comment"},
        {"ami_secret": ""},
        {"ami_secret": "two\nlines"},
        {"ami_host": "0.0.0.0"},  # noqa: S104 - refused is what is tested
        {"sip_port": 70000},
        {"rtp_end": 100},
        {"do_not_call_key": "99"},
        {"let_go_after_s": 2.5},
        {"prompts": Path("relative")},
        {"agents": (AgentPhone("1001", "a"), AgentPhone("1001", "b"))},
        {"agents": (AgentPhone("trunk", "a"),)},
    ],
)
def test_a_value_that_would_be_misread_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        node(**changes)


@pytest.mark.parametrize("name", ["", "a b", "x]\n[y", "agent-auth", "transport-udp", "a" * 41])
def test_a_name_that_cannot_be_an_endpoint_is_refused(name: str) -> None:
    with pytest.raises(BadInput):
        AgentPhone(name, "secret")
