"""What the pages call states, results and choices: each one that there is has its words."""

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import get_args

import pytest

from api import pages
from dialer.domain.callback import CallbackState
from dialer.domain.calling_rules.rule import Purpose
from dialer.domain.campaign import MOVES, PACING, CampaignSettings, CampaignState
from dialer.domain.disposition import Disposition, Then
from dialer.domain.lead_order import OrderBy
from dialer.domain.lead_standing import LeadState
from dialer.domain.outcome import Outcome
from dialer.domain.recycling_history import NumberState

CATALOGUE = "\n".join(file.read_text() for file in sorted(pages.folder().glob("texts*.js")))
TOLD = frozenset(re.findall(r'^  "([\w.]+)": \[', CATALOGUE, re.MULTILINE))

FIELDS = CampaignSettings.model_fields
FLAGS = (name for name, info in Disposition.model_fields.items() if info.annotation is bool)
BY_PEOPLE = frozenset(move for _, move in MOVES) - {"finish"} | {"drain"}


def words(choices: object) -> Iterable[str]:
    return (str(one) for one in get_args(choices))


@pytest.mark.parametrize(
    ("family", "members"),
    [
        ("state", CampaignState),
        ("lead", LeadState),
        ("promise", CallbackState),
        ("outcome", Outcome),
        ("number", NumberState),
        ("purpose", Purpose),
        ("order", OrderBy),
        ("then", Then),
        ("mode", words(FIELDS["mode"].annotation)),
        ("guard", words(FIELDS["abandon_rate_guard"].annotation)),
        ("obey", words(FIELDS["obey_rules"].annotation)),
        ("flag", FLAGS),
        ("move", BY_PEOPLE),
        ("pacing", PACING - {"mode", "abandon_rate_target", "abandon_rate_guard"}),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_each_one_of_a_family_has_its_words(
    family: str, members: type[StrEnum] | Iterable[str]
) -> None:
    wanted = {f"{family}.{member}" for member in members}
    assert len(wanted) > 1
    assert wanted - TOLD == set()
