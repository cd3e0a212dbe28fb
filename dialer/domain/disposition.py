"""What an agent may say became of a call, and what that does to the lead. Pure.

Knows the codes of a campaign, what they mean (flags) and which meanings exclude each other. Refuses
to know when a lead is dialed again (recycling) and who keeps a promise (callback).
"""

from collections.abc import Iterable
from enum import StrEnum
from functools import cached_property, partial
from typing import Annotated, Final, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from dialer.domain.one_line import OneLine
from dialer.domain.written_text import checked_prose
from dialer.errors import BadInput

MOST_CODES: Final = 100
"""Dispositions of one campaign: more than anyone finds on a screen."""

LONGEST_NOTE: Final = 4000
"""Characters of a note."""


class Then(StrEnum):
    """What becomes of the lead."""

    RETRY = "retry"  # dialed again by the rules of recycling
    CALLBACK = "callback"  # called at the time agreed on
    FINAL = "final"  # done, never dialed again
    DO_NOT_CALL = "do_not_call"  # done, and its number is never dialed again by anyone


class Disposition(BaseModel):
    """One thing an agent can say of a call; its flags are what reports count."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
    label: Annotated[OneLine, Field(min_length=1, max_length=80)]
    human: bool = False
    """A person spoke."""
    contact: bool = False
    """A person listened: the matter was raised."""
    right_party: bool = False
    """It was the person the lead stands for."""
    refusal: bool = False
    sale: bool = False
    asks_amount: bool = False
    """The agent must say what the sale is worth."""
    machine: bool = False
    wrong_number: bool = False
    """The lead cannot be reached on this number; others of the lead may be dialed."""
    review: bool = False
    """Each such talk goes to review: it is listed as due until somebody begins one."""
    then: Then
    retry_after_s: float | None = Field(default=None, ge=0, le=366 * 86_400)
    """Wait before the retry; None only for machines, which wait as the rule for machines says."""

    @model_validator(mode="after")
    def _means_one_thing(self) -> Self:
        for one, other in EXCLUDED:
            if getattr(self, one) and getattr(self, other):
                raise ValueError(f"disposition {self.code!r}: {one} contradicts {other}; drop one")
        for flag, needed in IMPLIED:
            if getattr(self, flag) and not getattr(self, needed):
                raise ValueError(f"disposition {self.code!r}: {flag} needs {needed}; set it too")
        for flag, then in UNFOLLOWED:
            if getattr(self, flag) and self.then is then:
                raise ValueError(
                    f"disposition {self.code!r}: {flag} contradicts then = {then}; choose another"
                )
        if self.then is not Then.RETRY and self.retry_after_s is not None:
            raise ValueError(
                f"disposition {self.code!r}: retry_after_s contradicts then = {self.then}; "
                "drop it or retry"
            )
        if self.then is Then.RETRY and self.retry_after_s is None and not self.machine:
            raise ValueError(f"disposition {self.code!r}: retry_after_s is missing; say how long")
        return self


IMPLIED: Final = (
    ("contact", "human"),
    ("right_party", "contact"),
    ("refusal", "human"),
    ("sale", "contact"),
    ("asks_amount", "sale"),
)
"""A flag, and the one that goes without saying but is said."""

EXCLUDED: Final = (
    ("machine", "human"),
    ("machine", "contact"),
    ("machine", "right_party"),
    ("machine", "refusal"),
    ("machine", "sale"),
    ("sale", "refusal"),
    ("sale", "wrong_number"),
    ("right_party", "wrong_number"),
)
"""Flags of which one at most is true of a call. A greeting can tell that a number is wrong."""

UNFOLLOWED: Final = (
    ("sale", Then.RETRY),
    ("machine", Then.CALLBACK),
    ("refusal", Then.CALLBACK),
    ("wrong_number", Then.CALLBACK),
)
"""What cannot follow: nobody was there, or wanted, to agree on a time; what is sold is sold."""


class Said(BaseModel):
    """What an agent says of a call."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str
    amount: float | None = None
    """What the sale is worth, in the campaign's currency."""
    callback_at: float | None = None
    """The time agreed on, epoch seconds."""
    callback_for_anyone: bool = False
    """Whether another agent may keep the promise."""
    note: str = ""
    """What the agent wrote of it, for whoever talks to them next."""

    script_version: Annotated[int, Field(ge=1)] | None = None
    """Of the campaign's script, as the agent saw it; None: the one that is published."""
    statements: frozenset[Annotated[int, Field(ge=0)]] = frozenset()
    """Numbers of its mandatory statements that were made."""

    @field_validator("note")
    @classmethod
    def _can_be_kept(cls, note: str) -> str:
        return checked_prose("note", note.strip(), LONGEST_NOTE) if note.strip() else ""


class DispositionSet(BaseModel):
    """The dispositions of one campaign, in the order in which agents see them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    dispositions: tuple[Disposition, ...] = Field(min_length=1, max_length=MOST_CODES)

    @model_validator(mode="after")
    def _can_be_used(self) -> Self:
        seen: set[str] = set()
        for disposition in self.dispositions:
            if disposition.code in seen:
                raise ValueError(f"disposition {disposition.code!r}: code is there twice")
            seen.add(disposition.code)
        if not any(d.then is Then.FINAL for d in self.dispositions):
            raise ValueError("dispositions: none has then = final; a campaign could never end")
        return self

    @cached_property
    def by_code(self) -> dict[str, Disposition]:
        """Each disposition by its code."""
        return {disposition.code: disposition for disposition in self.dispositions}

    @cached_property
    def reviewed(self) -> tuple[str, ...]:
        """Codes of those whose talks all go to review."""
        return tuple(one.code for one in self.dispositions if one.review)

    def said(
        self, code: str, *, amount: float | None = None, callback_at: float | None = None
    ) -> Disposition:
        """Return what an agent says, when it is complete.

        Args:
            code: one of the codes of this set.
            amount: what the sale is worth, in the campaign's currency; >= 0.
            callback_at: the time agreed on, epoch seconds.

        Raises:
            BadInput: the code is unknown, or something is missing or out of place.
        """
        disposition = self.by_code.get(code)
        if disposition is None:
            raise BadInput("disposition", f"no code {code!r}", f"use {_some(self.by_code)}")
        for name, value, wanted in (
            ("amount", amount, disposition.asks_amount),
            ("callback_at", callback_at, disposition.then is Then.CALLBACK),
        ):
            if wanted and value is None:
                raise BadInput(name, f"{code!r} needs it", "say it")
            if value is not None and not wanted:
                raise BadInput(name, f"{code!r} takes none", "leave it out")
        if amount is not None and not 0 <= amount < float("inf"):
            raise BadInput("amount", f"{amount} is none", "say a number from 0")
        return disposition


def _some(codes: Iterable[str]) -> str:
    return ", ".join(list(codes)[:12])


_HOUR_S: Final = 3600.0

_spoke = partial(Disposition, human=True)
_listened = partial(_spoke, contact=True)
_reached = partial(_listened, right_party=True)

DEFAULT_DISPOSITIONS: Final = DispositionSet(
    dispositions=(
        _reached(code="sale", label="Sale", sale=True, asks_amount=True, then=Then.FINAL),
        _reached(code="callback", label="Call back at a time agreed on", then=Then.CALLBACK),
        _reached(code="not_interested", label="Not interested", refusal=True, then=Then.FINAL),
        _spoke(code="not_in", label="Not in now", then=Then.RETRY, retry_after_s=4 * _HOUR_S),
        _spoke(
            code="hung_up", label="Hung up at once", then=Then.RETRY, retry_after_s=72 * _HOUR_S
        ),
        Disposition(code="machine", label="Answering machine", machine=True, then=Then.RETRY),
        Disposition(
            code="silence", label="Nobody spoke", then=Then.RETRY, retry_after_s=4 * _HOUR_S
        ),
        _spoke(
            code="wrong_number",
            label="Wrong number",
            wrong_number=True,
            then=Then.RETRY,
            retry_after_s=0.0,
        ),
        _listened(code="not_suited", label="Not suited (language, age, no need)", then=Then.FINAL),
        _listened(
            code="do_not_call",
            label="Asked not to be called again",
            refusal=True,
            then=Then.DO_NOT_CALL,
        ),
    )
)
"""What a new campaign begins with."""
