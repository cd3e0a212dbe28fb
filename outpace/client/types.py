"""What is sent and answered. Made by `python -m tools.make_client`."""

from typing import Any, Literal, NotRequired, TypedDict


class CallbackTerms(TypedDict):
    """What a campaign promises; times in seconds."""

    after_abandon: "NotRequired[bool]"
    expires_after_s: "NotRequired[float]"
    fallback: "NotRequired[Fallback]"
    fallback_after_s: "NotRequired[float]"
    miss_wait_s: "NotRequired[float]"
    most_misses: "NotRequired[int]"
    reserve_ahead_s: "NotRequired[float]"


class CampaignSettings(TypedDict):
    """What a supervisor sets; legal limits are ceilings, not knobs to raise."""

    abandon_prompt: "NotRequired[str]"
    abandon_rate_guard: "NotRequired[Literal['running', 'window', 'mean']]"
    abandon_rate_target: "NotRequired[float]"
    callbacks: "NotRequired[CallbackTerms]"
    caller_id: "NotRequired[str]"
    calls_per_second: "NotRequired[float]"
    cue: "NotRequired[bool]"
    dispositions: "NotRequired[DispositionSet]"
    filter: "NotRequired[str]"
    lost_prompt: "NotRequired[str]"
    max_lines: "NotRequired[int]"
    max_lines_per_agent: "NotRequired[float]"
    mode: "NotRequired[Literal['preview', 'progressive', 'power', 'predictive', 'predictive_age_blind']]"
    obey_rules: "NotRequired[Literal['always', 'unless_simulated']]"
    order: "NotRequired[LeadOrder]"
    power_ratio: "NotRequired[float]"
    purpose: "NotRequired[Purpose]"
    record: "NotRequired[bool]"
    recording_announced: "NotRequired[bool]"
    recycling: "NotRequired[RecyclingRules]"
    ring_min_s: "NotRequired[float]"
    ring_timeout_s: "NotRequired[float]"
    trunk: "NotRequired[str]"
    weight: "NotRequired[float]"
    wrap_up_limit_s: "NotRequired[float]"


class CampaignShown(TypedDict):
    """A campaign."""

    created_at: "float"
    id: "str"
    name: "str"
    settings: "CampaignSettings"
    starts_at: "float | None"
    state: "CampaignState"


CampaignState = Literal[
    "draft", "scheduled", "running", "paused", "stopped", "finished", "archived"
]


class DecisionShown(TypedDict):
    """A decision of the pacer, as it was sampled."""

    at: "float"
    forecast: "dict[str, Any]"
    limited_by: "str"
    lines: "int"
    why: "str"


class Disposition(TypedDict):
    """One thing an agent can say of a call; its flags are what reports count."""

    asks_amount: "NotRequired[bool]"
    code: "str"
    contact: "NotRequired[bool]"
    human: "NotRequired[bool]"
    label: "str"
    machine: "NotRequired[bool]"
    refusal: "NotRequired[bool]"
    retry_after_s: "NotRequired[float | None]"
    right_party: "NotRequired[bool]"
    sale: "NotRequired[bool]"
    then: "Then"
    wrong_number: "NotRequired[bool]"


class DispositionSet(TypedDict):
    """The dispositions of one campaign, in the order in which agents see them."""

    dispositions: "list[Disposition]"


class ExplanationShown(TypedDict):
    """Why a campaign dials nothing, or no more than it does."""

    assumed: "str"
    at: "float"
    campaign: "str"
    holds: "list[HoldShown]"
    leads: "list[LeadsHeld]"
    name: "str"
    next_at: "float | None"
    state: "CampaignState"


Fallback = Literal["anyone", "list", "nobody"]


class FieldProblem(TypedDict):
    """One thing that is wrong with a request."""

    field: "str"
    fix: "str"
    problem: "str"


class HoldShown(TypedDict):
    """One thing that holds the campaign as a whole."""

    hold: "str"
    text: "str"


class LeadOrder(TypedDict):
    """A campaign's order."""

    by: "NotRequired[OrderBy]"
    seed: "NotRequired[int]"
    shares: "NotRequired[dict[str, float]]"


class LeadsHeld(TypedDict):
    """Leads that one thing holds back."""

    detail: "str"
    hold: "str"
    leads: "int"
    next_at: "float | None"
    text: "str"


class Moved(TypedDict):
    """A campaign after a move."""

    campaign: "CampaignShown"
    lines_taken_back: "NotRequired[int]"


class NewCampaign(TypedDict):
    """A campaign to be; it begins as a draft."""

    name: "str"
    settings: "NotRequired[CampaignSettings]"


OrderBy = Literal["newest", "oldest", "fewest_attempts", "last_call_oldest", "random"]


class PacingChange(TypedDict):
    """Pacing settings to change; those that are left out stay."""

    abandon_rate_guard: "NotRequired[Literal['running', 'window', 'mean'] | None]"
    abandon_rate_target: "NotRequired[float | None]"
    calls_per_second: "NotRequired[float | None]"
    max_lines: "NotRequired[int | None]"
    max_lines_per_agent: "NotRequired[float | None]"
    mode: "NotRequired[Literal['preview', 'progressive', 'power', 'predictive', 'predictive_age_blind'] | None]"
    power_ratio: "NotRequired[float | None]"
    ring_min_s: "NotRequired[float | None]"
    ring_timeout_s: "NotRequired[float | None]"
    weight: "NotRequired[float | None]"
    wrap_up_limit_s: "NotRequired[float | None]"


class PacingSet(TypedDict):
    """The pacing settings of a campaign, all of them."""

    abandon_rate_guard: "Literal['running', 'window', 'mean']"
    abandon_rate_target: "float"
    calls_per_second: "float"
    max_lines: "int"
    max_lines_per_agent: "float"
    mode: "Literal['preview', 'progressive', 'power', 'predictive', 'predictive_age_blind']"
    power_ratio: "float"
    ring_min_s: "float"
    ring_timeout_s: "float"
    weight: "float"
    wrap_up_limit_s: "float"


class PacingShown(TypedDict):
    """How a campaign is paced, and what its pacer is doing."""

    abandon_rate: "float | None"
    forecast: "dict[str, float] | None"
    limited_by: "str | None"
    lines: "int | None"
    running: "bool"
    settings: "PacingSet"


class PageCampaignShown(TypedDict):
    """PageCampaignShown."""

    items: "list[CampaignShown]"
    next: "str | None"


class Problem(TypedDict):
    """What is wrong, where, and what to do about it (RFC 9457)."""

    code: "str"
    detail: "str"
    errors: "NotRequired[list[FieldProblem] | None]"
    field: "str"
    fix: "str"
    status: "int"
    title: "str"
    type: "str"


Purpose = Literal["sales", "research", "debt", "service"]


class RecyclingRules(TypedDict):
    """All rules of a campaign; the defaults are where to start from, not findings."""

    abandon_quiet_s: "NotRequired[float]"
    abandoned: "NotRequired[Retry]"
    busy: "NotRequired[Retry]"
    callback_after_s: "NotRequired[float]"
    cancelled: "NotRequired[Retry]"
    congestion: "NotRequired[Retry]"
    failed: "NotRequired[Retry]"
    hung_up_waiting: "NotRequired[Retry]"
    lost: "NotRequired[Retry | None]"
    machine: "NotRequired[Retry]"
    most_in_all: "NotRequired[int]"
    most_per_day: "NotRequired[int]"
    next_number_after_s: "NotRequired[float | None]"
    no_answer: "NotRequired[Retry]"
    refusal_quiet_s: "NotRequired[float]"


class Retry(TypedDict):
    """What follows one outcome on one number."""

    most: "int"
    waits_s: "list[float]"


class Schedule(TypedDict):
    """When a campaign is to start by itself."""

    at: "float"


class Stopped(TypedDict):
    """Campaigns that were stopped."""

    stopped: "list[str]"


Then = Literal["retry", "callback", "final", "do_not_call"]
