"""Who is in a talk beside customer and agent, and what may be asked for when. Pure.

Two tables: how the company of a talk changes, and which request is lawful in which state of the
call with which company. Refuses to know channels, and who asks.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from dialer.domain.call_states import CallState as S
from dialer.errors import WrongState


class Company(StrEnum):
    """Who else there is."""

    ALONE = "alone"
    CALLED = "called"  # a third is being called; the customer is on hold
    CONSULTING = "consulting"  # agent and third talk; the customer is on hold
    THREE = "three"  # all three hear each other


C = Company

COMPANY_MOVES: Final[Mapping[tuple[Company, str], Company]] = {
    (C.ALONE, "call"): C.CALLED,
    (C.CALLED, "answered"): C.CONSULTING,
    (C.CALLED, "handed_over"): C.ALONE,
    (C.CALLED, "gone"): C.ALONE,
    (C.CONSULTING, "handed_over"): C.ALONE,
    (C.CONSULTING, "joined"): C.THREE,
    (C.CONSULTING, "gone"): C.ALONE,
    (C.THREE, "handed_over"): C.ALONE,
    (C.THREE, "gone"): C.ALONE,
}
"""How it changes."""

_APART: Final = frozenset({S.TALKING, S.HOLDING})
_PARKED: Final = frozenset({S.PARKED, S.RETURNING})  # who is queued has somebody coming
_WITH_AGENT: Final = frozenset({S.TALKING, S.PARTING, S.HOLDING, S.REJOINING})
_ANY: Final = frozenset(Company)

REQUESTS: Final[Mapping[str, tuple[frozenset[S], frozenset[Company]]]] = {
    "hold": (frozenset({S.TALKING}), frozenset({C.ALONE})),
    "resume": (frozenset({S.HOLDING}), frozenset({C.ALONE})),
    "park": (_APART, frozenset({C.ALONE})),
    "pick-up": (_PARKED, frozenset({C.ALONE})),
    "transfer": (_APART | _PARKED, frozenset({C.ALONE})),
    "consult": (_APART, frozenset({C.ALONE})),
    "complete": (frozenset({S.HOLDING}), frozenset({C.CONSULTING})),
    "cancel": (frozenset({S.HOLDING}), frozenset({C.CALLED, C.CONSULTING})),
    "three-way": (frozenset({S.HOLDING}), frozenset({C.CONSULTING})),
    "leave-message": (frozenset({S.TALKING}), frozenset({C.ALONE})),
    "leave": (frozenset({S.TALKING}), frozenset({C.THREE})),
    "drop": (frozenset({S.TALKING}), frozenset({C.THREE})),
    "mute": (_WITH_AGENT, _ANY),
    "dtmf": (frozenset({S.TALKING}), _ANY),
    "record-start": (frozenset({S.TALKING}), _ANY),
    "record-pause": (_WITH_AGENT, _ANY),
    "record-resume": (_WITH_AGENT, _ANY),
}
"""What may be asked for: in which states of the call, with which company."""

_FIXES: Final[Mapping[str, str]] = {
    "resume": "put the customer on hold first",
    "pick-up": "park the customer first",
    "complete": "consult somebody first, and wait for the answer",
    "cancel": "there is nobody to be sent away",
    "three-way": "consult somebody first, and wait for the answer",
    "leave": "begin a three-way first",
    "drop": "begin a three-way first",
}


def check_request(request: str, state: S, company: Company) -> None:
    """Check that something may be asked for now.

    Raises:
        WrongState: not in this state of the call, or not with this company.
    """
    states, companies = REQUESTS[request]
    if state not in states or company not in companies:
        problem = f"cannot {request} while the call is {state} and its company is {company}"
        raise WrongState("call", problem, _FIXES.get(request, "wait until the customer talks"))
