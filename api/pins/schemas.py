"""What is said of callers' PINs over REST; a PIN is never shown."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from api.words import Pin, Words
from dialer.domain.caller_account import CallerAccount
from dialer.domain.masking import shown_to
from dialer.domain.roles import Role

Kind = Literal["customer", "staff"]


class PinSet(BaseModel):
    """The PIN of a number, and whose it is."""

    model_config = ConfigDict(extra="forbid")

    pin: Pin = Field(
        description="4 to 12 digits: no row of digits, not one digit only, and not the number.",
        examples=["471100"],
    )
    phone: str = Field(
        default="",
        max_length=16,
        pattern=r"^(\+[0-9]{2,15})?$",
        description="Where they are called: by it a flow finds their lead.",
        examples=["+12025550123"],
    )
    label: Words = Field(default="", description="For people, and for flows.", examples=["Ann Lee"])


class PinShown(BaseModel):
    """A number that has a PIN."""

    kind: str = Field(description="customer or staff.", examples=["customer"])
    number: str = Field(examples=["10023"])
    phone: str = Field(description="Masked for whoever may not see it.", examples=["+12025550123"])
    label: str = Field(examples=["Ann Lee"])
    locked_until: float | None = Field(
        description="After wrong guesses, epoch seconds; null: it is not locked.", examples=[None]
    )

    @classmethod
    def of(cls, account: CallerAccount, locked_until: float | None, role: Role) -> Self:
        """Return what a role is shown of an account."""
        return cls(
            kind=account.kind,
            number=account.number,
            phone=shown_to(role, account.phone) if account.phone else "",
            label=account.label,
            locked_until=locked_until,
        )
