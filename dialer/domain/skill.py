"""A skill: something that agents can do and callers may need, as a language. Pure.

Refuses to know who has it, and how well.
"""

from dataclasses import dataclass
from typing import Final

from dialer.domain.named import Named, checked_name


@dataclass(frozen=True, slots=True)
class Skill:
    """One skill of a tenant."""

    name: str
    active: bool = True
    """Whether it is still asked for; who has it keeps it."""


def checked_skill(skill: Skill) -> Skill:
    """Return a skill that can be kept.

    Raises:
        BadInput: its name is none.
    """
    checked_name(skill.name)
    return skill


SKILLS: Final = Named("skill", Skill, checked_skill)
