"""What is wrong with a flow: where, why, and what to do about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dialer.errors import BadInput


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong, or only odd."""

    line: int
    """In the document, from 1."""
    step: str
    """Its name; "" if it is of none."""
    reason: str
    fix: str
    warning: bool = False
    """The flow can be used all the same."""

    def __str__(self) -> str:
        kind = "warning" if self.warning else "error"
        of = f"step {self.step}: " if self.step else ""
        return f"line {self.line}: {kind}: {of}{self.reason}; {self.fix}"


class BadFlow(BadInput):
    """A flow that cannot be used; holds all that is wrong with it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        first = next(one for one in problems if not one.warning)
        super().__init__("text", f"line {first.line}: {first.reason}", first.fix)

    @property
    def errors(self) -> list[dict[str, Any]]:
        """Each problem, for programs."""
        return [
            {
                "field": f"text.steps.{one.step}" if one.step else "text",
                "problem": one.reason,
                "fix": one.fix,
                "line": one.line,
            }
            for one in self.problems
            if not one.warning
        ]
