"""Asterisk's files as they are rendered, and how Asterisk reads them."""

import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

from dialer.adapters.asterisk.conf import AgentPhone, NodeConf, Trunk
from dialer.adapters.asterisk.features import Features
from dialer.adapters.asterisk.render import render_tree, shipped_templates

Section = list[tuple[str, str]]

BUILT_IN = {
    *("answer", "background", "bridge", "goto", "gotoif", "hangup", "ringing", "set", "wait"),
    "waitexten",
}
"""Applications of Asterisk's core."""

PROVIDED_BY = {
    "agi": "res_agi",
    "audiosocket": "app_audiosocket",
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
    "filter": "func_strings",
    "callerid": "func_callerid",
    "strftime": "func_strings",
    "talk_detect": "func_talkdetect",
    "timeout": "func_timeout",
}
"""The module of every other application and function that the files use."""

NEEDED_UNSEEN = {
    "app_audiosocket": ("res_audiosocket",),
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
        text = re.split(r"(?<!\\);", line, maxsplit=1)[0].replace("\\;", ";").strip()
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
