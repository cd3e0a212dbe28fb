"""One dated rule of outbound calling: what it asks, of whom, from when, and who says so.

Knows the fields, their units and ranges. Refuses to know which rules apply to a dial and what
happens when several do. A field that a rule leaves out is one that it does not speak of.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Final, Literal, Self

from phonenumbers import SUPPORTED_REGIONS
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from dialer.domain.calling_rules.area_codes import STATE_ZONES
from dialer.domain.calling_rules.holiday import is_calendar
from dialer.domain.calling_rules.week import Week
from dialer.errors import BadInput

EVERYWHERE: Final = "*"
"""Jurisdiction of a rule that applies wherever is called, such as a tenant's own."""

DEFAULT: Final = "default"
"""Jurisdiction of a rule whose fields count where no rule of the called country has them."""


class Purpose(StrEnum):
    """Why people are called."""

    SALES = "sales"
    RESEARCH = "research"
    DEBT = "debt"
    SERVICE = "service"


class Consent(StrEnum):
    """What a person has agreed to, as far as there is proof of it."""

    EXPRESS = "express"
    EXPRESS_WRITTEN = "express_written"


class Plain(BaseModel):
    """A value that cannot change and holds nothing unknown."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Cap(Plain):
    """How many may be abandoned, of what, counted over whom and how long."""

    rate: float = Field(ge=0, le=1)
    denominator: Literal["live_answers", "dials"] = "live_answers"
    scope: Literal["campaign", "centre", "tenant"]
    window: Literal["rolling_24h", "block_30d", "calendar_month"]


class AttemptCap(Plain):
    """At most `n` attempts within any `per_h` hours, of one number, lead or debt."""

    n: int = Field(ge=1)
    per_h: float = Field(gt=0)
    scope: Literal["number", "lead", "debt"]


class Message(Plain):
    """What a person nobody can take must hear."""

    required: bool
    opt_out: bool = False
    """The message must offer a way out of further calls."""


class CallerId(Plain):
    """Which number must be shown to the called party."""

    required: bool
    prefixes: tuple[Annotated[str, Field(pattern=r"^\+[0-9]{1,14}$")], ...] = ()
    """E.164 beginnings of which the number must have one; any number when empty."""


class ShortCalls(Plain):
    """Calls that end within `s` seconds may be at most `share` of all once there are `volume`."""

    s: float = Field(gt=0)
    share: float = Field(gt=0, le=1)
    volume: int = Field(ge=0)
    """Calls of a day from which on the rule counts."""


Hours = Annotated[float, Field(gt=0)]
Days = Annotated[float, Field(gt=0)]


class CallingRule(Plain):
    """One row of the rules, as it stands in a file."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    jurisdiction: str = Field(pattern=r"^([A-Z]{2}(-[A-Z0-9]{1,3})?|\*|default)$")
    """ISO 3166 country or region ("US", "US-FL"), `EVERYWHERE` or `DEFAULT`."""
    effective_from: date
    effective_to: date | None = None
    """Last day on which it applies; open when None."""
    source: str = Field(min_length=1)
    confidence: Literal["V", "S", "M"]
    """V: read in a copy of the source; S: from a secondary source; M: from memory."""
    remark: str = ""
    purposes: tuple[Purpose, ...] = Field(default=tuple(Purpose), min_length=1)

    # judged at the dial
    windows: Week | None = None
    closed_holidays: tuple[str, ...] = ()
    """Calendars on whose holidays nobody is called."""
    message: Message | None = None
    repeat_after_abandon_h: Hours | None = None
    repeat_after_machine_h: Hours | None = None
    live_agent_only: bool = False
    """Within those hours a dial is allowed if a live agent is guaranteed."""
    attempts: tuple[AttemptCap, ...] | None = None
    refusal_quiet_d: Days | None = None
    conversation_quiet_d: Days | None = None
    list_age_max_d: Days | None = None
    """How old the do-not-call list may be that the number was screened against."""
    consent_required: tuple[Consent, ...] | None = None
    """One of these must be on file; `[]` says that none is needed."""
    prerecorded_consent: tuple[Consent, ...] | None = None
    """The same for a recorded or artificial voice that says more than the message."""
    caller_id: CallerId | None = None

    # for pacing, the call itself and the archive
    cap: Cap | None = None
    cut_s: Annotated[float, Field(gt=0)] | None = None
    cut_from: Literal["pickup", "greeting_start", "greeting_end"] | None = None
    ring_min_s: Annotated[float, Field(ge=0)] | None = None
    short_call: ShortCalls | None = None
    recording: Literal["one_party", "announced", "opt_in"] | None = None
    listening: Literal["one_party", "announced", "opt_in"] | None = None
    """Of a supervisor who listens in; where it is left out, `recording` says it."""
    retention_d: Days | None = None

    @field_validator("jurisdiction")
    @classmethod
    def _somewhere(cls, place: str) -> str:
        """Refuse a place that no number and no address is in: its rule would never apply."""
        country, _, region = place.partition("-")
        if place not in (EVERYWHERE, DEFAULT) and country not in SUPPORTED_REGIONS:
            raise ValueError(f"{country!r} is no ISO 3166 country (the United Kingdom is GB)")
        if country == "US" and region and region not in STATE_ZONES:
            raise ValueError(f"{region!r} is no state of the US")
        return place

    @field_validator("closed_holidays")
    @classmethod
    def _known(cls, codes: tuple[str, ...]) -> tuple[str, ...]:
        for code in codes:
            if not is_calendar(code):
                raise ValueError(f"{code!r} is no calendar; give a country or region as US-TX")
        return codes

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.effective_to is not None and self.effective_to < self.effective_from:
            raise ValueError("effective_to is before effective_from")
        if (self.cut_s is None) != (self.cut_from is None):
            raise ValueError("cut_s and cut_from go together; give both or none")
        if self.confidence != "V" and not self.remark.strip():
            raise ValueError("remark is missing: say what is to be checked about an S or M rule")
        repeats = self.repeat_after_abandon_h or self.repeat_after_machine_h
        if self.live_agent_only and repeats is None:
            raise ValueError("live_agent_only needs repeat_after_abandon_h or ..._machine_h")
        return self

    @property
    def country(self) -> str:
        """The country of the jurisdiction ("US" of "US-FL")."""
        return self.jurisdiction.partition("-")[0]

    def applies_on(self, day: date) -> bool:
        """Tell whether the rule is in force on a date."""
        return self.effective_from <= day and (
            self.effective_to is None or day <= self.effective_to
        )


def rule_from(row: object) -> CallingRule:
    """Make a rule of a row as a file has it.

    Raises:
        BadInput: it is none; names the rule's id, the field and what to do.
    """
    if not isinstance(row, Mapping):
        raise BadInput("a rule", f"{row!r} has no fields", "write one as `- id: ...` and below it")
    named = f"rule {row.get('id', '(without an id)')}"
    try:
        return CallingRule.model_validate({str(key): value for key, value in row.items()})
    except ValidationError as error:
        first = error.errors()[0]
        path = [str(part) for part in first["loc"]]
        field = f"{named}, field {'.'.join(path)}" if path else named
        raise BadInput(field, *_told(first)) from None


def _told(error: Mapping[str, Any]) -> tuple[str, str]:
    problem = str(error["msg"]).removeprefix("Value error, ")
    fixes = {
        "extra_forbidden": "take it out, or see docs/calling-rules.md for the fields there are",
        "missing": "add it",
        "string_type": f"got {error['input']!r}; write text, in quotes",
    }
    return problem, fixes.get(error["type"], f"got {error['input']!r}; correct it")
