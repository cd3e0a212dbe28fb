"""What a tenant says of its recordings: how they are named, and who may take them out. Pure.

It is the part `recordings` of the tenant's settings. Refuses to know stores, roles' other rights,
and whether a talk is recorded at all (`dialer.domain.legal_limits`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from dialer.errors import BadInput

FIELDS: Final = ("date", "year", "month", "day", "time", "campaign", "agent", "attempt")
"""What a pattern may name, each in braces; times are of the dial, in UTC. Of who called us:
the queue, the call, and when it came in."""

LONGEST: Final = 200
_LONGEST_VALUE: Final = 64
_SEGMENT: Final = re.compile(r"[A-Za-z0-9._{}-]+")
_FIELD: Final = re.compile(r"\{([^{}]*)\}")
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]")
_OURS: Final = frozenset({"peaks", "finished"})


@dataclass(frozen=True, slots=True)
class NameFacts:
    """What a recording is named by."""

    attempt_id: str
    """Or the id of the call, of who called us."""
    dialed_at: float
    """When it was dialed, or came in; seconds since the epoch."""
    campaign: str
    """Name of the campaign, or of the queue."""
    agent_id: str


@dataclass(frozen=True, slots=True)
class NamePattern:
    """How recordings are named, such as `{date}/{campaign}/{agent}-{attempt}`."""

    text: str

    @classmethod
    def of(cls, text: str, field_: str = "recordings.name") -> "NamePattern":
        """Check a pattern.

        Raises:
            BadInput: it could name a file outside of its folder, or two recordings the same.
        """
        segments = text.split("/")
        if len(text) > LONGEST or not all(_SEGMENT.fullmatch(one) for one in segments):
            problem = f"{text!r} is no name of a file"
            raise BadInput(field_, problem, "use letters, digits, . _ - and / between folders")
        if any(one.startswith(".") for one in segments) or segments[0] in _OURS:
            raise BadInput(field_, f"{text!r} is a name that is taken", "name another folder")
        named = _FIELD.findall(text)
        if set("".join(_FIELD.split(text)[::2])) & {"{", "}"} or not set(named) <= set(FIELDS):
            known = ", ".join(f"{{{one}}}" for one in FIELDS)
            raise BadInput(field_, f"{text!r} names a field there is none of", f"use {known}")
        if "attempt" not in named:
            problem = f"{text!r} would name several recordings the same"
            raise BadInput(field_, problem, "have {attempt} in it")
        return cls(text)

    def name(self, facts: NameFacts) -> str:
        """Return the name of a recording, without what ends it; always inside of its folder."""
        at = datetime.fromtimestamp(facts.dialed_at, tz=UTC)
        values = {
            "date": f"{at:%Y-%m-%d}",
            "year": f"{at:%Y}",
            "month": f"{at:%m}",
            "day": f"{at:%d}",
            "time": f"{at:%H%M%S}",
            "campaign": _safe(facts.campaign),
            "agent": _safe(facts.agent_id),
            "attempt": facts.attempt_id,
        }
        return _FIELD.sub(lambda found: values[found[1]], self.text)


def _safe(value: str) -> str:
    """Return a value as part of a name: it can begin no other folder, and hides no file."""
    return _UNSAFE.sub("_", value)[:_LONGEST_VALUE].lstrip(".") or "_"


BY_ATTEMPT: Final = NamePattern("{attempt}")


@dataclass(frozen=True, slots=True)
class RecordingRules:
    """What one tenant says."""

    name: NamePattern = BY_ATTEMPT
    names: Mapping[str, NamePattern] = field(default_factory=dict)
    """Of single campaigns and queues, by their names."""
    agents_download: bool = False
    """Agents may take out recordings of their own talks."""
    own_team: bool = False
    """Supervisors hear and take out only talks of agents of their own team."""

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> "RecordingRules":
        """Read `{"name": "...", "names": {"spring": "..."}, "agents_download": true}`.

        Raises:
            BadInput: something in it is no rule.
        """
        for name in said:
            if name not in {"name", "names", "agents_download", "own_team"}:
                raise BadInput(f"recordings.{name}", "is no rule", "correct its name")
        names = said.get("names", {})
        if not isinstance(names, Mapping):
            raise BadInput("recordings.names", "is no object", "give campaigns with patterns")
        return cls(
            name=NamePattern.of(str(said.get("name", BY_ATTEMPT.text))),
            names={
                str(one): NamePattern.of(str(text), f"recordings.names.{one}")
                for one, text in names.items()
            },
            agents_download=_flag(said, "agents_download"),
            own_team=_flag(said, "own_team"),
        )

    def pattern(self, campaign: str) -> NamePattern:
        """Return the pattern of a campaign, or of a queue."""
        return self.names.get(campaign, self.name)


def _flag(said: Mapping[str, Any], name: str) -> bool:
    value = said.get(name, False)
    if not isinstance(value, bool):
        raise BadInput(f"recordings.{name}", f"{value!r} is neither true nor false", "use one")
    return value
