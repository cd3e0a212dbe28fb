"""What is said of the do-not-call list over REST; telephone numbers as a role sees them."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from api.lists.schemas import RejectedShown
from api.one_line import SomeWords, Words
from dialer.adapters.sql.do_not_call import Entry
from dialer.domain.masking import shown_to
from dialer.domain.roles import Role

Numbers = Annotated[
    list[SomeWords], Field(min_length=1, max_length=1000, examples=[["+12025550101"]])
]
Scope = Annotated[
    Words,
    Field(
        description="campaign:ID, tenant:ID (yours), or * for all tenants, which only the main "
        "tenant may; empty: your tenant.",
        examples=["campaign:ca-01M8C9NMWY2EPPG8W9SYNMTK7Z"],
    ),
]
Region2 = Annotated[Words, Field(max_length=2, description="Country of numbers without a code.")]


class EntryShown(BaseModel):
    """An entry."""

    number: str = Field(description="As your role sees it.")
    scope: str = Field(examples=["tenant:main"])
    source: str = Field(description="Who said so.", examples=["letter of 2026-11-02"])
    at: float = Field(description="Seconds since the epoch.")
    expires_at: float | None = Field(description="null: never.")

    @classmethod
    def of(cls, entry: Entry, role: Role) -> "EntryShown":
        """Return what a role is shown of an entry."""
        return cls(
            number=shown_to(role, entry.number),
            scope=entry.scope,
            source=entry.source,
            at=entry.at,
            expires_at=entry.expires_at,
        )


class Addition(BaseModel):
    """Numbers to enter."""

    model_config = ConfigDict(extra="forbid")

    numbers: Numbers
    source: SomeWords = Field(description="Who asked for it, and how.", examples=["by telephone"])
    scope: Scope = ""
    region: Region2 = ""
    expires_at: float | None = Field(default=None, gt=0, lt=1e11, allow_inf_nan=False)


class Removal(BaseModel):
    """Numbers to take out."""

    model_config = ConfigDict(extra="forbid")

    numbers: Numbers
    reason: SomeWords = Field(description="Why they may be called again.")
    scope: Scope = ""
    region: Region2 = ""


class Question(BaseModel):
    """A number to look for."""

    model_config = ConfigDict(extra="forbid")

    number: SomeWords = Field(examples=["+12025550101"])
    region: Region2 = ""
    campaign: Words = Field(default="", description="Entries of this campaign count as well.")


class Answer(BaseModel):
    """What keeps a number from being called."""

    listed: bool = Field(description="Whether it is on a list that holds for you, or was erased.")
    entries: list[EntryShown] = Field(description="Of your tenant, its campaigns and everywhere.")
    erased: bool = Field(description="Whether it was erased on request.")


class Entered(BaseModel):
    """What came of entering numbers."""

    new: int = Field(description="That were not in that scope before.")
    leads: int = Field(description="Leads that are done with it.")


class Removed(BaseModel):
    """What came of taking numbers out."""

    removed: int


class TakenIn(BaseModel):
    """What came of a file of numbers."""

    rows: int = Field(description="That could be read.")
    new: int
    leads: int
    rejected: int
    rejected_rows: list[RejectedShown] = Field(description="The first twenty of them.")
    more_rejected: bool
