"""What is said of flows over REST."""

from collections.abc import Mapping
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field

from api.versions import NAME, VersionListed
from dialer.domain.flow.kept import text_in
from dialer.domain.flow.problem import Problem
from dialer.domain.versioned import LONGEST_NAME, Document, Version

MOST_TEXT: Final = 100_000

EXAMPLE: Final = "otherwise: bye\nsteps:\n  bye:\n    hang_up:\n      text: Goodbye.\n"


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


class StepWritten(BaseModel):
    """A step, as it is written."""

    name: str = Field(examples=["bye"])
    values: Any = Field(description="By the names of its fields, if it has such.")


class FlowForm(BaseModel):
    """What a flow says, right or wrong, for a form."""

    head: dict[str, Any] = Field(description="All but its steps.", examples=[{"otherwise": "bye"}])
    steps: list[StepWritten] = Field(description="As they stand in the text.")

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> "FlowForm | None":
        """Return it; None where the steps are not such as a form could show."""
        steps = values.get("steps", {})
        if not isinstance(steps, dict):
            return None
        return cls(
            head={name: value for name, value in values.items() if name != "steps"},
            steps=[StepWritten(name=name, values=value) for name, value in steps.items()],
        )


class FlowCheck(BaseModel):
    """What the checker says of a flow."""

    usable: bool
    problems: list[FlowProblem] = Field(description="By line.")
    form: FlowForm | None = Field(description="What it says, value by value; null: no YAML.")


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
