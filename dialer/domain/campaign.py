"""A campaign: its settings, its states and the table of moves between them. Pure."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cached_property
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from dialer.domain.amd.law import AmdDetector
from dialer.domain.amd.trust import AmdMode
from dialer.domain.callback import CallbackTerms
from dialer.domain.calling_rules.rule import Purpose
from dialer.domain.disposition import DEFAULT_DISPOSITIONS, DispositionSet
from dialer.domain.ids import MAIN_TENANT, CampaignId, TenantId
from dialer.domain.lead_filter import LeadFilter
from dialer.domain.lead_filter_parser import parse_filter
from dialer.domain.lead_order import LeadOrder
from dialer.domain.one_line import OneLine
from dialer.domain.preview import PreviewTerms
from dialer.domain.recycling_rules import RecyclingRules
from dialer.errors import BadInput, ChangedMeanwhile, WrongState


class CampaignState(StrEnum):
    """Where a campaign stands."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"  # starts by itself at a time
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    FINISHED = "finished"
    ARCHIVED = "archived"  # out of sight; its record stays


C = CampaignState

MOVES: Final[Mapping[tuple[CampaignState, str], CampaignState]] = {
    (C.DRAFT, "start"): C.RUNNING,
    (C.DRAFT, "schedule"): C.SCHEDULED,
    (C.STOPPED, "schedule"): C.SCHEDULED,
    (C.FINISHED, "schedule"): C.SCHEDULED,
    (C.SCHEDULED, "schedule"): C.SCHEDULED,
    (C.SCHEDULED, "start"): C.RUNNING,
    (C.SCHEDULED, "stop"): C.STOPPED,
    (C.DRAFT, "archive"): C.ARCHIVED,
    (C.STOPPED, "archive"): C.ARCHIVED,
    (C.FINISHED, "archive"): C.ARCHIVED,
    (C.ARCHIVED, "restore"): C.STOPPED,
    (C.PAUSED, "start"): C.RUNNING,
    (C.STOPPED, "start"): C.RUNNING,
    (C.RUNNING, "pause"): C.PAUSED,
    (C.RUNNING, "stop"): C.STOPPED,
    (C.PAUSED, "stop"): C.STOPPED,
    (C.RUNNING, "finish"): C.FINISHED,
    (C.PAUSED, "finish"): C.FINISHED,
    (C.FINISHED, "start"): C.RUNNING,
}


class CampaignSettings(BaseModel):
    """What a supervisor sets; legal limits are ceilings, not knobs to raise."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    mode: Literal["preview", "progressive", "power", "predictive", "predictive_age_blind"] = (
        "predictive"
    )
    abandon_rate_target: float = Field(default=0.03, gt=0, le=0.03)
    """Abandoned / live answers; 3 % is the ceiling of US law (16 CFR 310.4(b)(4)(i))."""
    abandon_rate_guard: Literal["running", "window", "mean"] = "running"
    """When the cap holds: whenever somebody stops the campaign, at the end of each window, or on
    average."""
    power_ratio: float = Field(default=1.0, ge=1, le=20)
    """Lines per idle agent in mode power."""
    weight: float = Field(default=1.0, gt=0, le=100)
    """Share of agents and lines against other campaigns."""
    trunk: OneLine = "trunk"
    caller_id: OneLine = ""
    caller_ids: tuple[OneLine, ...] = Field(default=(), max_length=1000)
    """Pool of caller ids instead of one: each call shows the one that is local to the person."""
    ring_timeout_s: float = Field(default=25.0, ge=1, le=120)
    ring_min_s: float = Field(default=15.0, ge=0, le=60)
    """Lines that rang less are not cancelled (16 CFR 310.4(b)(4)(ii): 15 s or 4 rings)."""
    wrap_up_limit_s: float = Field(default=30.0, ge=0, le=3600)
    """Wrap-up ends by itself after this long; 0 means no wrap-up at all."""
    max_lines: int = Field(default=100, ge=1, le=10_000)
    max_lines_per_agent: float = Field(default=10.0, ge=0.1, le=100)
    calls_per_second: float = Field(default=10.0, gt=0, le=1000)
    broadcast: OneLine = ""
    """Flow that leads whoever answers, before an agent does: a message with keys; see docs/ivr.md.
    "": whoever answers gets an agent."""
    purpose: Purpose = Purpose.SALES
    """Why people are called: calling rules differ."""
    obey_rules: Literal["always", "unless_simulated"] = "unless_simulated"
    """On a simulated network nobody is called, so nobody needs to be let alone; "always" rehearses
    the rules there as well."""
    order: LeadOrder = LeadOrder()
    """Who is dialed first among those who may be dialed."""
    filter: str = Field(default="", max_length=4000)
    """Which leads are dialed, by their attributes; all when empty. See docs/recycling.md."""
    recycling: RecyclingRules = RecyclingRules()
    """When a lead is dialed again."""
    dispositions: DispositionSet = DEFAULT_DISPOSITIONS
    """What agents may say of a talk."""
    callbacks: CallbackTerms = CallbackTerms()
    preview: PreviewTerms = PreviewTerms()
    """How its leads are looked at in mode preview."""
    manual_dial: bool = True
    """Whether its agents may dial its leads by hand."""
    script: OneLine = ""
    """Name of what agents say; see docs/scripts.md. "": nothing is written."""
    amd: AmdMode = AmdMode.OFF
    """What is done about answering machines; see docs/telephony-amd.md."""
    amd_detector: AmdDetector = AmdDetector.OWN
    """Who listens to that end: our own ear, or Asterisk's app_amd."""
    record: bool = True
    """Record talks, where the calling rules allow it."""
    recording_asked: bool = False
    """Record a talk only from the agent's word on that the person has agreed."""
    scorecard: OneLine = ""
    """Name of the scorecard by which its talks are reviewed, unless a reviewer takes another; see
    docs/quality.md. "": any."""
    recording_announced: bool = False
    """Each person is told of the recording before it begins: some places ask for that."""
    recording_announcement: OneLine = ""
    """Path (no extension) of what both hear as soon as they are joined; the recording begins at its
    end. "": nothing is played."""
    recording_question: OneLine = ""
    """Path (no extension) of what both hear as soon as they are joined: whether the talk may be
    recorded. It is from the person's `recording_key` on. "": nothing is asked."""
    recording_key: str = Field(default="1", pattern=r"^[0-9*#]$")
    """The key by which a person agrees."""
    blend: bool = True
    """Whether its agents also take calls that come in, from queues."""
    cue: bool = True
    """Whisper a short tone to the agent as the customer is joined."""
    abandon_prompt: OneLine = ""
    """Path (no extension) of the identification message; the node's own when empty."""
    lost_prompt: OneLine = ""
    park_limit_s: float = Field(default=120.0, ge=10, le=3600)
    """A parked customer whom nobody picks up comes back after this long."""
    machine_message: OneLine = ""
    """Path (no extension) of the message that agents may leave on answering machines, by one key; a
    recorded voice, so only for who has agreed to one. "": none."""
    machine_leaves_message: bool = False
    """Whether what is heard to be a machine is left that message by itself, where it may be."""

    @field_validator("filter")
    @classmethod
    def _readable(cls, text: str) -> str:
        if text.strip():
            parse_filter(text)
        return text.strip()

    @field_validator("recording_announcement")
    @classmethod
    def _nobody_asks(cls, path: str, info: ValidationInfo) -> str:
        if path and info.data.get("recording_asked"):
            raise ValueError("the agent asks already (recording_asked); set one of the two")
        return path

    @field_validator("machine_leaves_message")
    @classmethod
    def _has_message_and_ear(cls, on: bool, info: ValidationInfo) -> bool:
        if on and not info.data.get("machine_message"):
            raise ValueError("there is no message (machine_message); give one, or set this false")
        if on and info.data.get("amd") is AmdMode.OFF:
            raise ValueError("nobody listens for machines (amd is off); set amd, or set this false")
        return on

    @field_validator("recording_question")
    @classmethod
    def _nothing_else_says_so(cls, path: str, info: ValidationInfo) -> str:
        for other in ("recording_asked", "recording_announced", "recording_announcement"):
            if path and info.data.get(other):
                raise ValueError(f"{other} is set already; set one of the two")
        return path

    @cached_property
    def lead_filter(self) -> LeadFilter | None:
        """The filter, understood; None when all leads are dialed."""
        return parse_filter(self.filter) if self.filter else None


class Campaign(BaseModel):
    """A campaign as stored."""

    model_config = ConfigDict(frozen=True)

    campaign_id: CampaignId
    name: str
    tenant_id: TenantId = MAIN_TENANT
    state: CampaignState = C.DRAFT
    settings: CampaignSettings = CampaignSettings()
    created_at: float = 0.0
    """Seconds since the epoch."""
    starts_at: float | None = None
    """Of a scheduled campaign: when it starts; seconds since the epoch."""

    def moved(self, move: str) -> CampaignState | None:
        """Return the state after a move, or None when it is not lawful now."""
        return MOVES.get((self.state, move))


PACING: Final = frozenset(
    {
        "mode",
        "abandon_rate_target",
        "abandon_rate_guard",
        "power_ratio",
        "weight",
        "ring_timeout_s",
        "ring_min_s",
        "wrap_up_limit_s",
        "max_lines",
        "max_lines_per_agent",
        "calls_per_second",
    }
)
"""Settings that may be changed while a campaign runs."""


def settings_changed(
    before: CampaignSettings, after: CampaignSettings
) -> Mapping[str, tuple[Any, Any]]:
    """Return what differs, by name: the value before and after, as JSON has them."""
    old, new = before.model_dump(mode="json"), after.model_dump(mode="json")
    return {key: (old[key], new[key]) for key in sorted(new) if old[key] != new[key]}


def only_one(name: str, named: Sequence[Campaign]) -> Campaign | None:
    """Return the campaign that somebody means by a name; None if there is none.

    Raises:
        BadInput: several tenants have one of that name.
    """
    if len(named) > 1:
        ids = ", ".join(sorted(one.campaign_id for one in named))
        raise BadInput("campaign", f"{name!r} is one of {len(named)} tenants", f"say which: {ids}")
    return named[0] if named else None


def check_change(
    campaign: Campaign,
    expected: CampaignSettings | None,
    changed: Mapping[str, tuple[Any, Any]],
) -> None:
    """Check that a campaign's settings may be changed so now.

    Args:
        campaign: as it is.
        expected: the settings that the change was made from, if that matters.
        changed: what is to change.

    Raises:
        ChangedMeanwhile: the settings are not those that were expected.
        WrongState: it runs, and not only its pacing is to change.
    """
    if expected is not None and expected != campaign.settings:
        raise ChangedMeanwhile(f"campaign {campaign.campaign_id}")
    fixed = sorted(changed.keys() - PACING)
    if campaign.state is CampaignState.RUNNING and fixed:
        problem = f"cannot change while {campaign.name!r} is running"
        raise WrongState(fixed[0], problem, "pause it first: outpace campaigns pause")


def settings_from(values: Mapping[str, Any]) -> CampaignSettings:
    """Read settings as stored or sent; pydantic's error names the field and the range."""
    return CampaignSettings.model_validate(dict(values))
