"""What is said of the calling rules over REST."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field

from api.one_line import SomeWords, Words
from dialer.domain.calling_rules.rule import CallingRule, Purpose

_ABOUT: Final = frozenset(
    {
        "id",
        "jurisdiction",
        "effective_from",
        "effective_to",
        "source",
        "confidence",
        "remark",
        "purposes",
    }
)


class RuleShown(BaseModel):
    """A calling rule, with its source and the days on which it is in force."""

    id: str = Field(examples=["us-federal"])
    jurisdiction: str = Field(examples=["US"])
    effective_from: date
    effective_to: date | None = Field(description="Its last day; null: open.")
    in_force: bool = Field(description="On the day that was asked for.")
    source: str
    confidence: str = Field(description="V: read in a copy of the source; S, M: to be checked.")
    remark: str
    purposes: list[Purpose]
    asks: Mapping[str, Any] = Field(
        description="What it asks, by field; see docs/calling-rules.md.",
        examples=[{"repeat_after_abandon_h": 72}],
    )

    @classmethod
    def of(cls, rule: CallingRule, on: date) -> "RuleShown":
        """Return what is shown of a rule on a day."""
        return cls(
            id=rule.id,
            jurisdiction=rule.jurisdiction,
            effective_from=rule.effective_from,
            effective_to=rule.effective_to,
            in_force=rule.applies_on(on),
            source=rule.source,
            confidence=rule.confidence,
            remark=rule.remark,
            purposes=list(rule.purposes),
            asks=rule.model_dump(mode="json", exclude=set(_ABOUT), exclude_unset=True),
        )


class DialQuestion(BaseModel):
    """A dial to be judged; nothing is dialed."""

    model_config = ConfigDict(extra="forbid")

    number: SomeWords = Field(examples=["+12025550101"])
    region: Words = Field(default="", max_length=2)
    campaign: Words = Field(default="", description="That would dial it, by its id.")
    purpose: Purpose | None = Field(default=None, description="Else the campaign's, or sales.")
    at: float | None = Field(
        default=None,
        gt=0,
        lt=1e10,
        allow_inf_nan=False,
        description="When, seconds since the epoch; now unless given.",
    )
    agent_guaranteed: bool = Field(default=False, description="An agent is held for it.")


class ReasonShown(BaseModel):
    """One reason why not."""

    field: str = Field(examples=["windows"])
    text: str = Field(examples=["outside the calling window where the called party may be"])
    rule_id: str = Field(description='"" if no rule of the files says so.')
    source: str = Field(description="Of that rule.")
    again_at: float | None = Field(description="When it is over by itself; null: not by waiting.")


class DialAnswer(BaseModel):
    """Whether a number may be dialed."""

    allowed: bool
    at: float
    reasons: list[ReasonShown]
    again_at: float | None = Field(description="When all reasons are over; null: not by waiting.")
    rule_ids: list[str] = Field(description="All rules that were asked.")
    jurisdictions: list[str] = Field(description="Where the number may be.")
    zones: list[str] = Field(description="The clocks that may be its own.")
