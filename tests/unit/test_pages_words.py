"""What the pages say by names that the service has: each of them has its words."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import get_args

import pytest

from api.access import OPERATIONS
from dialer.domain.agentflow import AgentState
from dialer.domain.alerts import AlertKind
from dialer.domain.amd.trust import AmdMode
from dialer.domain.call_states import CallState
from dialer.domain.callback import CallbackState, Fallback
from dialer.domain.calling_rules import verdict
from dialer.domain.calling_rules.rule import CallingRule, Purpose
from dialer.domain.campaign import MOVES, PACING, CampaignSettings, CampaignState
from dialer.domain.disposition import Disposition, Then
from dialer.domain.explanation import Hold
from dialer.domain.lead_order import OrderBy
from dialer.domain.lead_standing import LeadState
from dialer.domain.legal_limits import Ground
from dialer.domain.outcome import Outcome
from dialer.domain.phone_watch import HUNG_UP, LOST, NO_ANSWER
from dialer.domain.recycling_history import NumberState
from dialer.domain.recycling_step import Why
from dialer.domain.roles import Role
from dialer.services import explain
from dialer.services.agents import GIVEN_UP, NOT_CALLED
from dialer.services.recalls import LOGGED_OUT
from pacing.decision import LimitedBy
from tools.page_modules import pages

WORDS = {key for module in pages().modules.values() for key in module.texts}
NOUNS = {row.scope.partition(":")[0] for row in OPERATIONS.values()}
SETTINGS = CampaignSettings.model_fields
SOURCES = Path(explain.__file__).read_text(), Path(verdict.__file__).read_text()
WHOLE = {*re.findall(r'WholeHold\(\s*"(\w+)"', SOURCES[0])}
RULED = {
    *re.findall(r'field="(\w+)"', SOURCES[1]),
    *({*re.findall(r'\(\s*"(\w+)",', SOURCES[1])} & CallingRule.model_fields.keys()),
}
"""What explains and forbids, by the names that the service gives it in its own text."""
AWAY = [
    re.sub(r"\W", "_", one) for one in (LOST, HUNG_UP, NO_ANSWER, LOGGED_OUT, GIVEN_UP, NOT_CALLED)
]
"""Why an agent is offline."""
AT_THE_END = {CallState.ENDED.value}
"""Nobody sees a call in it: it is gone from the floor."""


def test_the_names_of_what_holds_and_forbids_are_found() -> None:
    assert {"state", "pacer", "agents_paused"} <= WHOLE
    assert {"windows", "attempts", "refusal_quiet_d", "repeat_after_abandon_h"} <= RULED
    assert {"consent_required", "prerecorded_consent", "caller_id"} <= RULED


@pytest.mark.parametrize(
    ("begins", "names"),
    [
        ("alert", AlertKind),
        ("hold", Hold),
        ("heldone", Hold),
        ("reason", AWAY),
        ("whole", WHOLE),
        ("why", Why),
        ("why", RULED),
        ("limit", (one.value.replace(" ", "_") for one in LimitedBy)),
        ("outcome", Outcome),
        ("recordings.ground", (one for one in Ground if one)),
        ("role", Role),
        ("state", AgentState),
        ("state", (one for one in CallState if one.value not in AT_THE_END)),
        ("state", CampaignState),
        ("lead", LeadState),
        ("promise", CallbackState),
        ("number", NumberState),
        ("purpose", Purpose),
        ("orderby", OrderBy),
        ("then", Then),
        ("amd", AmdMode),
        ("fallback", Fallback),
        (
            "flag",
            (one for one, field in Disposition.model_fields.items() if field.annotation is bool),
        ),
        ("mode", get_args(SETTINGS["mode"].annotation)),
        ("guard", get_args(SETTINGS["abandon_rate_guard"].annotation)),
        ("obey", get_args(SETTINGS["obey_rules"].annotation)),
        ("move", sorted({move for _, move in MOVES} - {"finish"} | {"drain"})),
        ("pacing", sorted(PACING - {"mode", "abandon_rate_target", "abandon_rate_guard"})),
        ("noun", sorted(NOUNS)),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_what_the_service_names_has_words(begins: str, names: Iterable[str]) -> None:
    assert [name for name in names if f"{begins}.{name}" not in WORDS] == []
