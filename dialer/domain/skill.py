"""A skill: something that agents can do and callers may need, as a language. Pure.

Refuses to know who has it, and how well.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from dialer.domain.named import Named, check_amount, checked_name


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

BEST: Final = 9
"""The highest level of a skill; 1 is the lowest."""


def checked_levels(levels: Mapping[str, int]) -> dict[str, int]:
    """Return what somebody can do, by the skill's name, and how well.

    Raises:
        BadInput: a name is none, or a level is none.
    """
    for name, level in levels.items():
        checked_name(name, "skills")
        check_amount("skills", level, least=1, most=BEST)
    return dict(levels)
