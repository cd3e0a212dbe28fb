"""What is said of conference rooms over REST; a PIN is never shown."""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from api.words import Pin, Words
from dialer.domain.room import MOST_MEMBERS, USUAL_MEMBERS, Room


class RoomSet(BaseModel):
    """What a room is to be."""

    model_config = ConfigDict(extra="forbid")

    pin: Pin = Field(
        description="4 to 12 digits: no row of digits, not one digit only, and not the number.",
        examples=["902817"],
    )
    max_members: int = Field(
        default=USUAL_MEMBERS,
        ge=2,
        le=MOST_MEMBERS,
        description="How many may be there at the same time.",
    )
    label: Words = Field(default="", description="For people.", examples=["Board"])


class RoomShown(BaseModel):
    """A conference room."""

    number: str = Field(examples=["400"])
    max_members: int = Field(examples=[20])
    label: str = Field(examples=["Board"])
    locked_until: float | None = Field(
        description="After wrong guesses, epoch seconds; null: it is not locked.", examples=[None]
    )

    @classmethod
    def of(cls, room: Room, locked_until: float | None) -> Self:
        """Return what is shown of a room."""
        return cls(
            number=room.number,
            max_members=room.max_members,
            label=room.label,
            locked_until=locked_until,
        )
