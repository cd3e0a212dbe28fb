"""The steps that a flow is made of: their fields, units and ranges.

Knows one step at a time. Refuses to know whether the steps it names exist
(`dialer.domain.flow.checking`), and what happens in a call (`dialer.domain.flow.run`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Final, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from dialer.domain.caller_account import AccountKind
from dialer.domain.flow.fields import (
    MOST_TEXT,
    EndKey,
    Heard,
    Key,
    Long,
    Plain,
    Target,
    Tongue,
    Tries,
    Variable,
    Wait,
    key_said,
)
from dialer.domain.webhook_address import target_of
from dialer.errors import BadInput


class Step(Plain):
    """One step. What fails goes to `otherwise`; without one, to the flow's own."""

    WORD: ClassVar[str]
    otherwise: Target | None = None


class PlayStep(Step):
    """Plays a prompt, or speaks a text."""

    WORD: ClassVar[str] = "play"
    play: Heard
    next: Target
    most_s: Long = 300.0


class SayStep(Step):
    """Says a number, a day, an amount or digits."""

    WORD: ClassVar[str] = "say"
    say: Annotated[str, BeforeValidator(key_said), Field(min_length=1, max_length=MOST_TEXT)]
    as_: Literal["number", "date", "money", "digits"] = Field(alias="as")
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = None
    next: Target

    @model_validator(mode="after")
    def _priced(self) -> Self:
        if (self.as_ == "money") != (self.currency is not None):
            raise ValueError("money, and nothing else, needs a currency such as USD")
        return self


class GatherStep(Step):
    """Asks for digits."""

    WORD: ClassVar[str] = "gather"
    gather: Heard
    into: Variable
    least: Annotated[int, Field(ge=1, le=40)] = 1
    most: Annotated[int, Field(ge=1, le=40)]
    end: EndKey = "#"
    wait_s: Wait = 5.0
    between_s: Wait = 3.0
    tries: Tries = 3
    wrong: Heard | None = None
    next: Target

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.least > self.most:
            raise ValueError("least is above most")
        return self


class MenuStep(Step):
    """Asks for one key, each with a step of its own."""

    WORD: ClassVar[str] = "menu"
    menu: Heard
    choices: Annotated[Mapping[Key, Target], Field(min_length=1)]
    wait_s: Wait = 5.0
    tries: Tries = 3
    wrong: Heard | None = None
    otherwise: Target


class Case(Plain):
    """Where to go when something is so."""

    when: str
    go: Target


class BranchStep(Step):
    """Goes where the first case that is true says."""

    WORD: ClassVar[str] = "branch"
    branch: Annotated[list[Case], Field(min_length=1, max_length=50)]
    otherwise: Target


class HttpStep(Step):
    """Asks another program, and keeps values of its reply (JSON)."""

    WORD: ClassVar[str] = "http"
    http: str
    method: Literal["GET", "POST"] = "GET"
    body: Mapping[str, str] = {}
    time_out_s: Annotated[float, Field(gt=0, le=15)] = 3.0
    into: Mapping[Variable, Annotated[str, Field(min_length=1, max_length=200)]] = {}
    next: Target
    otherwise: Target

    @model_validator(mode="after")
    def _reachable(self) -> Self:
        host = self.http.split("://", 1)[-1].split("/", 1)[0].split("?", 1)[0]
        if "{{" in host:
            raise ValueError("the host of a URL cannot depend on a call")
        try:
            target_of(self.http.translate(_UNBRACED), private=True)
        except BadInput as bad:
            raise ValueError(f"the URL {bad.problem}") from None
        if self.body and self.method == "GET":
            raise ValueError("a body needs `method: POST`")
        return self


_UNBRACED: Final = str.maketrans(dict.fromkeys("{} ", "_"))


class LookupStep(Step):
    """Looks a lead up by a number, and keeps fields of it."""

    WORD: ClassVar[str] = "lookup"
    lookup: Variable
    into: Annotated[Mapping[Variable, str], Field(min_length=1)]
    next: Target
    otherwise: Target


class PinStep(Step):
    """Asks for a number and the PIN that goes with it."""

    number: Heard
    pin: Heard
    wait_s: Wait = 5.0
    between_s: Wait = 3.0
    tries: Tries = 3
    wrong: Heard | None = None
    locked: Target | None = None


class LogInStep(PinStep):
    """Has the caller log in as a customer or as staff, and keeps fields of the account."""

    WORD: ClassVar[str] = "log_in"
    log_in: AccountKind
    into: Mapping[Variable, Literal["number", "phone", "label"]] = {}
    next: Target


class ConferenceStep(PinStep):
    """Lets the caller into the conference room whose number and PIN they key in."""

    WORD: ClassVar[str] = "conference"
    conference: Heard | None
    next: Target | None = None


class RecordStep(Step):
    """Records a message; the variable has its file."""

    WORD: ClassVar[str] = "record"
    record: Heard
    into: Variable = "recording"
    most_s: Long = 120.0
    silence_s: Wait = 5.0
    end: EndKey = "#"
    next: Target


class VoicemailStep(Step):
    """Takes a message for a box, then goes on or hangs up."""

    WORD: ClassVar[str] = "voicemail"
    voicemail: Target
    greeting: Heard | None = None
    most_s: Long = 180.0
    silence_s: Wait = 5.0
    next: Target | None = None


class LanguageStep(Step):
    """Sets the language of what is played and said from here on."""

    WORD: ClassVar[str] = "language"
    otherwise: None = None  # it cannot fail
    language: Tongue
    next: Target


class Destination(Plain):
    """One of a queue, an agent, a number, and the agents of the campaign that calls."""

    queue: Target | None = None
    agent: Target | None = None
    number: Annotated[str, Field(pattern=r"^\+[1-9][0-9]{6,14}$")] | None = None
    campaign: Literal[True] | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        named = (self.queue, self.agent, self.number, self.campaign)
        if sum(one is not None for one in named) != 1:
            raise ValueError("a transfer goes to one of queue, agent, number and campaign")
        return self

    @property
    def told(self) -> tuple[str, str]:
        """What it is, and which."""
        if self.campaign:
            return "campaign", "agents"
        found = {"queue": self.queue, "agent": self.agent, "number": self.number}
        return next((kind, which) for kind, which in found.items() if which is not None)


class TransferStep(Step):
    """Hands the call over; it comes back only when nobody takes it."""

    WORD: ClassVar[str] = "transfer"
    transfer: Destination
    wait_s: Annotated[float, Field(gt=0, le=3600)] = 30.0
    otherwise: Target


class OptOutStep(Step):
    """Enters the person's number in the do-not-call list, once a key has confirmed it."""

    WORD: ClassVar[str] = "opt_out"
    opt_out: Heard
    key: Key = "1"
    wait_s: Wait = 5.0
    tries: Tries = 2
    next: Target
    declined: Target


class HangUpStep(Step):
    """Ends the call, after a last prompt if there is one."""

    WORD: ClassVar[str] = "hang_up"
    otherwise: None = None  # it cannot fail
    hang_up: Heard | None


STEPS: Final[Mapping[str, type[Step]]] = {
    kind.WORD: kind
    for kind in (
        PlayStep,
        SayStep,
        GatherStep,
        MenuStep,
        BranchStep,
        HttpStep,
        LookupStep,
        LogInStep,
        ConferenceStep,
        RecordStep,
        VoicemailStep,
        LanguageStep,
        TransferStep,
        OptOutStep,
        HangUpStep,
    )
}
"""Each kind of step by the word that makes it one."""


class Head(Plain):
    """What a flow says apart from its steps."""

    flow: Annotated[str, Field(max_length=200)] = ""
    language: Tongue = "en"
    zone: Annotated[str, Field(max_length=64)] = ""
    start: Target | None = None
    otherwise: Target
    most_steps: Annotated[int, Field(ge=5, le=500)] = 50


@dataclass(frozen=True, slots=True)
class Flow:
    """A flow that was checked, or is about to be."""

    head: Head
    start: str
    steps: Mapping[str, Step]
    lines: Mapping[str, int] = field(default_factory=dict)
    """Where each step begins."""
