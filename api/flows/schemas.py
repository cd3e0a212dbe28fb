"""What is said of flows over REST."""

from typing import Annotated, Final

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field

from dialer.domain.flow.kept import text_in
from dialer.domain.flow.problem import Problem
from dialer.domain.versioned import LONGEST_NAME, Document, Entry, Standing, Version

MOST_TEXT: Final = 100_000

EXAMPLE: Final = "otherwise: bye\nsteps:\n  bye:\n    hang_up:\n      text: Goodbye.\n"

NAME: Final = r"^\w([\w .-]*[\w.-])?$"

FlowName = Annotated[
    str,
    Path(
        min_length=1,
        max_length=LONGEST_NAME,
        pattern=NAME,
        examples=["main-menu"],
    ),
]
VersionNumber = Annotated[int, Path(ge=1, lt=1 << 31, examples=[1])]


class FlowText(BaseModel):
    """A flow, as it is written."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(
        min_length=1,
        max_length=MOST_TEXT,
        description="YAML or JSON; see docs/ivr.md.",
        examples=[EXAMPLE],
    )


class NewFlow(FlowText):
    """A flow under a new name."""

    name: str = Field(min_length=1, max_length=LONGEST_NAME, pattern=NAME, examples=["spring-menu"])


class Publication(BaseModel):
    """Which version is to be published."""

    model_config = ConfigDict(extra="forbid")

    version: int = Field(ge=1, lt=1 << 31, description="An older one is a way back.", examples=[1])


class FlowProblem(BaseModel):
    """One thing that is wrong with a flow, or only odd."""

    line: int = Field(examples=[4])
    step: str = Field(description='"" if it is of none.', examples=["main"])
    reason: str = Field(examples=["there is no step 'sale'"])
    fix: str = Field(examples=["did you mean sales?"])
    warning: bool = Field(description="The flow can be used all the same.")

    @classmethod
    def of(cls, one: Problem) -> "FlowProblem":
        """Return what is shown of a problem."""
        return cls(
            line=one.line, step=one.step, reason=one.reason, fix=one.fix, warning=one.warning
        )


class FlowCheck(BaseModel):
    """What the checker says of a flow."""

    usable: bool
    problems: list[FlowProblem] = Field(description="By line.")


class VersionListed(BaseModel):
    """A version of a flow, without its text."""

    version: int = Field(examples=[1])
    by: str = Field(description="Who wrote it.", examples=["sue"])
    at: float = Field(description="When; seconds since the epoch.")
    published: bool

    @classmethod
    def of(cls, one: Entry) -> "VersionListed":
        """Return what is shown of a version."""
        return cls(version=one.version, by=one.by, at=one.at, published=one.published)


class FlowListed(BaseModel):
    """How things stand under a name. An ETag of a flow is of this."""

    name: str = Field(examples=["main-menu"])
    newest: int = Field(description="Number of the newest version.", examples=[2])
    published: int | None = Field(description="null: none is.", examples=[1])
    changed_at: float = Field(description="When the newest was written.")

    @classmethod
    def of(cls, one: Standing) -> "FlowListed":
        """Return what is shown of a flow."""
        return cls(
            name=one.name,
            newest=one.newest,
            published=one.published,
            changed_at=one.changed_at,
        )


class FlowShown(FlowListed):
    """A flow and its versions."""

    versions: list[VersionListed] = Field(description="Newest first.")


class VersionShown(VersionListed):
    """A version of a flow."""

    name: str = Field(examples=["main-menu"])
    text: str = Field(examples=[EXAMPLE])

    @classmethod
    def whole(cls, one: Version[Document]) -> "VersionShown":
        """Return what is shown of a version."""
        return cls(
            name=one.name,
            version=one.version,
            by=one.by,
            at=one.at,
            published=one.published,
            text=text_in(one.body),
        )


class VersionAdded(VersionListed):
    """A version that was added, and what is odd about it."""

    name: str = Field(examples=["main-menu"])
    warnings: list[FlowProblem]
