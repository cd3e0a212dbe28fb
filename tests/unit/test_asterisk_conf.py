"""The configuration that ships, rendered with sample values and read as Asterisk would."""

import re
from pathlib import Path

import pytest
from rendered_conf import (
    BUILT_IN,
    NEEDED_UNSEEN,
    PROVIDED_BY,
    applications,
    dialplan,
    node,
    render,
    sections,
    settings,
)

from dialer.adapters.asterisk.conf import AgentPhone, Ari, Tls, Trunk, WebSocket
from dialer.adapters.asterisk.render import shipped_templates
from dialer.domain.callflow import LET_GO_AFTER_S
from dialer.domain.supervision import WHISPER_HOLDS_S
from dialer.errors import BadInput


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
    for unused in ("res_ari", "app_queue", "app_stasis", "pbx_spool"):
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
    assert user["read"] == "system,call,dtmf"
    assert "config" not in user["write"]
    assert "all" not in user["write"].split(",")


EVENTS = {
    *("FullyBooted", "Shutdown", "OriginateResponse", "Newstate", "Hangup"),
    *("BridgeEnter", "ContactStatus", "NewAccountCode", "DTMFEnd"),
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
    assert endpoint["set_var"] == "OUTPACE_VERIFIED_IN=verstat"
    # only what looks like a number is let in, and nothing that a caller can name is there
    assert {step.partition(",")[0] for step in dialplan(folder)["from-trunk"]} == {"_[+0-9]."}
    assert dialplan(folder)["from-trunk"][-1] == "_[+0-9].,n,Goto(incoming,s,1)"


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
            # nobody waits on the channel that hears what another says
            most_s = 30.0 if context == "amd" else LET_GO_AFTER_S
            assert float(limits[-1].rpartition("=")[2].rstrip(")")) <= most_s
            assert [step for step in steps if step.startswith("T,1,")], context
    outbound = dialplan(folder)["outbound"]
    assert "s,n,Set(AGIEXITONHANGUP=yes)" in outbound
    scripts = re.findall(
        r"AGI\(agi://127\.0\.0\.1:4573/([a-z-]+),", (folder / "extensions.conf").read_text()
    )
    assert scripts == [
        "answered",
        "after",
        "do-not-call",
        "announced",
        "asked",
        "amd",
        "incoming",
    ]


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


def test_ari_comes_only_when_phones_are_pushed_and_stays_on_this_machine(
    folder: Path, tmp_path: Path
) -> None:
    assert settings(folder / "ari.conf", "general")["enabled"] == "no"
    assert sections(folder / "sorcery.conf") == []
    assert "res_ari" not in (folder / "modules.conf").read_text()
    other = render(tmp_path / "other", node(ari=Ari(8088, "ari-s3cret")))
    http = settings(other / "http.conf", "general")
    assert (http["enabled"], http["bindaddr"], http["bindport"]) == ("yes", "127.0.0.1", "8088")
    assert settings(other / "ari.conf", "general")["enabled"] == "yes"
    assert settings(other / "ari.conf", "outpace")["password"] == "ari-s3cret"
    modules = (other / "modules.conf").read_text()
    for module in ("res_ari_asterisk", "res_websocket_client", "res_sorcery_memory_cache"):
        assert modules.count(f"load = {module}.so") == 1
    assert "res_pjsip_transport_websocket" not in modules
    both = render(tmp_path / "both", node(ari=Ari(8088, "s"), websocket=WebSocket(8088)))
    assert settings(both / "http.conf", "general")["bindaddr"] == "127.0.0.1"
    text = (both / "modules.conf").read_text()
    assert text.count("load = res_http_websocket.so") == 1


def test_what_is_pushed_is_looked_for_after_what_the_files_have(tmp_path: Path) -> None:
    entries = dict(sections(render(tmp_path, node(ari=Ari(8088, "s"))) / "sorcery.conf"))
    mapping = entries["res_pjsip"]
    for kind in ("endpoint", "auth", "aor"):
        places = [value.partition(",")[0] for key, value in mapping if key == kind]
        assert places == ["config", "astdb"]
        # a cache without an option after its name takes Asterisk down
        (cache,) = [value for key, value in mapping if key == f"{kind}/cache"]
        assert cache.startswith("memory_cache,")


def test_tcp_and_stun_come_only_when_they_are_named(folder: Path, tmp_path: Path) -> None:
    assert "transport-tcp" not in [name for name, _ in sections(folder / "pjsip.conf")]
    assert "stunaddr" not in settings(folder / "rtp.conf", "general")
    other = render(tmp_path / "other", node(tcp=True, stun="stun.example.com:3478"))
    assert settings(other / "pjsip.conf", "transport-tcp")["bind"] == "127.0.0.1:5060"
    assert settings(other / "rtp.conf", "general")["stunaddr"] == "stun.example.com:3478"


def test_microphones_are_listened_to_only_when_it_is_wanted(folder: Path, tmp_path: Path) -> None:
    assert "TALK_DETECT" not in (folder / "extensions.conf").read_text()
    other = render(tmp_path / "other", node(microphone_watch=True))
    steps = dialplan(other)["agent-leg"]
    assert "idle,n,Set(TALK_DETECT(set)=5000)" in steps
    assert "load = func_talkdetect.so" in (other / "modules.conf").read_text()
    filters = (other / "manager.conf").read_text()
    assert "name(ChannelTalkingStart)" in filters
    assert "name(ChannelTalkingStop)" in filters


def test_a_leg_without_audio_is_hung_up_before_it_idles(folder: Path) -> None:
    steps = dialplan(folder)["agent-leg"]
    looked = next(i for i, step in enumerate(steps) if "CHANNEL(rtp,dest)" in step)
    assert looked < next(i for i, step in enumerate(steps) if "BridgeWait" in step)
    assert "idle,n(mute),Hangup(88)" in steps


def test_the_journal_holds_answers_bridges_ends_and_our_own_events(folder: Path) -> None:
    cel = settings(folder / "cel.conf", "general")
    assert cel == {"enable": "yes", "events": "ANSWER,BRIDGE_ENTER,HANGUP,USER_DEFINED"}
    mapping = settings(folder / "cel_custom.conf", "mappings")["outpace.csv"]
    columns = re.findall(r"\$\{CSV_QUOTE\(\$\{([^}]+)\}\)\}", mapping)
    account = "CHANNEL(accountcode)"
    assert columns == [
        "eventenum",
        "userdeftype",
        "CHANNEL(uniqueid)",
        "eventtime",
        "eventextra",
        account,
    ]


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
        {"ari": Ari(8088, "s"), "websocket": WebSocket(8089)},
        {"ari": Ari(8088, "s"), "websocket": WebSocket(8088, host="192.0.2.1")},
        {"stun": "two words"},
    ],
)
def test_a_value_that_would_be_misread_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        node(**changes)


@pytest.mark.parametrize("name", ["", "a b", "x]\n[y", "agent-auth", "transport-udp", "a" * 41])
def test_a_name_that_cannot_be_an_endpoint_is_refused(name: str) -> None:
    with pytest.raises(BadInput):
        AgentPhone(name, "secret")


def test_ari_on_another_address_than_this_machines_is_refused() -> None:
    with pytest.raises(BadInput, match="keep it on this machine"):
        Ari(8088, "secret", host="0.0.0.0")  # noqa: S104 - refused is what is tested
