"""What is wrong with a flow: where, why, and what to do about it."""

from dataclasses import dataclass


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
