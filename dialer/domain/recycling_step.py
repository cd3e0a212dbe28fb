"""What becomes of a lead next, as a value that can be stored and shown with its reason.

Knows how an answer to "why is this lead not dialed?" reads. Refuses to know the rules.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from dialer.domain.ids import AgentId
from dialer.domain.outcome import Outcome


class Why(StrEnum):
    """The rule that decided."""

    FIRST = "first"
    OUTCOME = "outcome"
    NEXT_NUMBER = "next_number"
    DISPOSITION_RETRY = "disposition_retry"
    MOST_PER_DAY = "most_per_day"
    REFUSAL_QUIET = "refusal_quiet"
    ABANDON_QUIET = "abandon_quiet"
    CALLBACK = "callback"
    CALLBACK_OVER = "callback_over"
    CALLER_ASKED = "caller_asked"
    TALKED = "talked"
    MESSAGE_HEARD = "message_heard"
    DISPOSITION_FINAL = "disposition_final"
    DO_NOT_CALL = "do_not_call"
    MOST_IN_ALL = "most_in_all"
    NO_VALID_NUMBER = "no_valid_number"
    NUMBERS_EXHAUSTED = "numbers_exhausted"


SENTENCES: Final[Mapping[Why, str]] = {
    Why.FIRST: "it was never dialed",
    Why.OUTCOME: "the last attempt on this number ended {outcome}",
    Why.NEXT_NUMBER: "the number before it ended {outcome}",
    Why.DISPOSITION_RETRY: "the agent said {disposition}",
    Why.MOST_PER_DAY: "the attempts of the day are used up",
    Why.REFUSAL_QUIET: "the person refused ({disposition})",
    Why.ABANDON_QUIET: "the person was abandoned, and no agent is guaranteed",
    Why.CALLBACK: "a callback was promised",
    Why.CALLER_ASKED: "the person called, and is to be called back",
    Why.CALLBACK_OVER: "a promised callback went back to the list",
    Why.TALKED: "an agent talked with the person and said nothing of it",
    Why.MESSAGE_HEARD: "the person heard the message and pressed no key",
    Why.DISPOSITION_FINAL: "the agent said {disposition}",
    Why.DO_NOT_CALL: "the person is not to be called",
    Why.MOST_IN_ALL: "all attempts are used up",
    Why.NO_VALID_NUMBER: "none of its numbers can be dialed",
    Why.NUMBERS_EXHAUSTED: "each of its numbers had its attempts",
}
"""What is shown to people, one sentence for each reason."""


NEVER_CALLED: Final = frozenset({Why.DO_NOT_CALL, Why.NO_VALID_NUMBER})
"""Ends that no wish of a caller undoes."""


class _Step(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    why: Why
    outcome: Outcome | None = None
    """The outcome that the rule looked at, if any."""
    disposition: str = ""
    """The code of the disposition that the rule looked at, or ""."""

    @property
    def sentence(self) -> str:
        """The reason, for people."""
        return SENTENCES[self.why].format(
            outcome=self.outcome.value if self.outcome is not None else "unknown",
            disposition=self.disposition or "nothing",
        )


class Dial(_Step):
    """The lead may be dialed on this number from `not_before` on."""

    kind: Literal["dial"] = "dial"
    number: int
    """Index into the lead's numbers."""
    not_before: float
    """Epoch seconds; 0.0 or in the past when nothing holds it back."""


class Callback(_Step):
    """The lead is called as promised, and until then by nobody."""

    kind: Literal["callback"] = "callback"
    why: Why = Why.CALLBACK
    due_at: float
    """Epoch seconds."""
    agent_id: AgentId | None = None
    """The agent who promised; None: anyone may."""


class Done(_Step):
    """The lead is done."""

    kind: Literal["final"] = "final"


Next = Annotated[Dial | Callback | Done, Field(discriminator="kind")]

STEPS: Final[TypeAdapter[Dial | Callback | Done]] = TypeAdapter(Next)
"""Reads a step back as it was stored: `STEPS.validate_json(step.model_dump_json())`."""
