"""What may be asked within a talk over REST, and what is said of one."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.paging import PRINTABLE
from dialer.domain.call_states import CallState
from dialer.domain.company import Company
from dialer.domain.park_slot import SLOT
from dialer.domain.recording_answer import RecordingAnswer
from dialer.domain.telephone_keys import MOST_KEYS


class Move(StrEnum):
    """What may be done within a talk."""

    HOLD = "hold"
    RESUME = "resume"
    PARK = "park"
    PICK_UP = "pick-up"
    TRANSFER = "transfer"
    CONSULT = "consult"
    COMPLETE = "complete"
    CANCEL = "cancel"
    THREE_WAY = "three-way"
    LEAVE_MESSAGE = "leave-message"
    LEAVE = "leave"
    DROP = "drop"
    MUTE = "mute"
    UNMUTE = "unmute"
    DTMF = "dtmf"
    RECORD_START = "record-start"
    RECORD_PAUSE = "record-pause"
    RECORD_RESUME = "record-resume"


_IN_SLOT = frozenset({Move.PARK, Move.PICK_UP})
_TO_SOMEBODY = frozenset({Move.TRANSFER, Move.CONSULT})


class Wanted(BaseModel):
    """A move within a talk."""

    model_config = ConfigDict(extra="forbid")

    move: Move = Field(
        description=(
            "hold, resume: music for the customer. park: music until any agent picks them up; "
            "pick-up: by an idle agent, under /session only. transfer: unannounced; for a queue or "
            "a team they wait. consult (of a queue or a team: who is idle), then complete, cancel "
            "or three-way; then leave or drop. leave-message: the campaign's, on a machine, after "
            "its beep; the agent is free at once. mute, unmute: the agent. dtmf: keys to the "
            "customer. record-start: the customer has agreed (recording_asked). record-pause, "
            "record-resume: as while card data is said."
        ),
        examples=["transfer"],
    )
    to: Annotated[str, Field(max_length=64, pattern=PRINTABLE)] | None = Field(
        default=None, description="Of transfer and consult: an agent.", examples=["1002"]
    )
    number: Annotated[str, Field(max_length=16, pattern=r"^\+?[0-9]+$")] | None = Field(
        default=None,
        description="Of transfer and consult: an outside number that the node may reach.",
        examples=["+12065550100"],
    )
    queue: Annotated[str, Field(max_length=100, pattern=PRINTABLE)] | None = Field(
        default=None,
        description="Of transfer: a queue, in which they wait; of consult: who of it is idle.",
        examples=["loans"],
    )
    team: Annotated[str, Field(max_length=100, pattern=PRINTABLE)] | None = Field(
        default=None,
        description="Of transfer: a team, whose agents they wait for; of consult: who is idle.",
    )
    digits: Annotated[str, Field(max_length=MOST_KEYS, pattern=r"^[0-9*#]+$")] | None = Field(
        default=None, description="Of dtmf.", examples=["1234#"]
    )

    slot: Annotated[str, Field(pattern=SLOT)] | None = Field(
        default=None,
        description="Of park (without: the lowest number that is free) and of pick-up.",
        examples=["1"],
    )

    @model_validator(mode="after")
    def _fits(self) -> "Wanted":
        named = sum(one is not None for one in (self.to, self.number, self.queue, self.team))
        if named != (1 if self.move in _TO_SOMEBODY else 0):
            raise ValueError(
                "transfer and consult want one of to, number, queue and team, nothing else does"
            )
        if (self.digits is not None) is not (self.move is Move.DTMF):
            raise ValueError("dtmf wants digits, nothing else does")
        if (self.slot is not None and self.move not in _IN_SLOT) or (
            self.slot is None and self.move is Move.PICK_UP
        ):
            raise ValueError("pick-up wants a slot, park may name one, nothing else does")
        return self

    def command(self) -> tuple[str, dict[str, object]]:
        """Return the engine's command for it, and its arguments."""
        if self.move in (Move.MUTE, Move.UNMUTE):
            return "call.mute", {"muted": self.move is Move.MUTE}
        named = ("to", "number", "queue", "team", "digits", "slot")
        given = {name: getattr(self, name) for name in named}
        return f"call.{self.move}", {key: value for key, value in given.items() if value}


class TalkState(BaseModel):
    """How a talk stands after a move."""

    attempt: str = Field(examples=["at-01M8C9NMWY2EPPG8W9SYNMTK7Z"])
    state: CallState = Field(examples=["holding"])
    agent: str | None = Field(
        description="Who has the customer; null: an outside number.", examples=["1001"]
    )
    company: Company = Field(
        description="Who else there is: a third is called, consulted, or one of three.",
        examples=["alone"],
    )
    third: str | None = Field(description="That third, if it is an agent.", examples=["1002"])
    slot: str | None = Field(description="Where the customer is parked.", examples=["1"])
    muted: bool = Field(description="Whether the agent is.")
    recorded: bool = Field(description="Whether the talk is recorded, or was so far.")
    recording_asked: bool = Field(
        description="Whether nothing is recorded until the agent says that the customer agreed."
    )
    recording_question: RecordingAnswer = Field(
        description="Where the question by prompt and key stands; empty: nothing is asked.",
        examples=["asking"],
    )
    recording_paused: bool

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> "TalkState":
        """Return what is shown of what an engine says."""
        return cls(**said)


class Parked(BaseModel):
    """A customer or a caller who is parked."""

    slot: str = Field(examples=["1"])
    attempt: str = Field(
        description="The attempt; of a caller the call, ca-...",
        examples=["at-01M8C9NMWY2EPPG8W9SYNMTK7Z"],
    )
    campaign: str = Field(description="Id of the campaign; empty: of a caller.")
    by: str = Field(description="Who parked them.", examples=["1001"])
    since: float = Field(description="Seconds since the epoch.")
    returning: bool = Field(
        description="Parked for too long: whoever of the campaign is free first gets them; of a "
        "caller, who parked them."
    )


class ParkedList(BaseModel):
    """Whom one may pick up."""

    items: list[Parked]


class Dial(BaseModel):
    """A lead to be dialed by hand: by its id, or by campaign and number."""

    model_config = ConfigDict(extra="forbid")

    lead: int | None = Field(default=None, ge=1, description="Id of the lead.", examples=[17])
    campaign: Annotated[str, Field(max_length=64, pattern=PRINTABLE)] | None = Field(
        default=None, description="Id of a campaign, in place of the lead; with a number of it."
    )
    number: Annotated[str, Field(max_length=16, pattern=r"^\+[0-9]+$")] | None = Field(
        default=None, examples=["+12065550100"]
    )

    @model_validator(mode="after")
    def _says_one(self) -> "Dial":
        by_number = self.campaign is not None and self.number is not None
        alone = self.campaign is None and self.number is None
        if (self.lead is not None) is not alone or not (self.lead is not None or by_number):
            raise ValueError("give a lead, or campaign and number")
        return self


class PreviewSkip(BaseModel):
    """Why a lead that was looked at is not dialed."""

    model_config = ConfigDict(extra="forbid")

    reason: Annotated[str, Field(min_length=1, max_length=80, pattern=PRINTABLE)] = Field(
        description="One of those that the campaign has.", examples=["Data is wrong"]
    )


class PreviewSkipped(BaseModel):
    """The lead that was put off."""

    lead: int = Field(examples=[17])


class Dialed(BaseModel):
    """The attempt that was made, or taken back."""

    attempt: str = Field(examples=["at-01M8C9NMWY2EPPG8W9SYNMTK7Z"])
