"""Who agents' calls are with: what is known of each person, kept from the dial on.

An agent's value names the lead it is about; what the lead is comes from the database, and is here
before the agent has the call. Refuses to know how it is read, and who follows.
"""

import json
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final, NamedTuple

from api.feed.views import View
from dialer.domain.exported import ExportColumn, hidden
from dialer.domain.ids import AttemptId, LeadId, is_call_id
from dialer.domain.live_state import Value
from dialer.domain.masking import shown_to
from dialer.domain.screen_pop import ScreenPop
from dialer.domain.script import filled_script

PEOPLE: Final = "people"
"""Topic of entries that no engine tells: who an agent is about."""

KEPT: Final = 2000
"""People kept: many more than calls that are on the way."""

_FROM_LIST: Final = ExportColumn("", from_list=True)


class Subject(NamedTuple):
    """Whom something is about."""

    lead: LeadId | None
    """None: not known any more, but the attempt is."""
    attempt: AttemptId | None
    since: float | None = None
    """Of a lead without an attempt: when it was given to an agent."""


def subject_of(value: Value | None) -> Subject | None:
    """Return whom an agent's value is about; None: nobody, or somebody who called."""
    if value is None:
        return None
    lead, attempt = value.get("lead"), value.get("attempt")
    if attempt is None:
        return None if lead is None else Subject(LeadId(lead), None, value.get("since"))
    return None if is_call_id(attempt) else Subject(lead, AttemptId(attempt))


def shown(pop: ScreenPop, subject: Subject, view: View) -> dict[str, Any] | None:
    """Return what a view shows of a person; None: they are another tenant's."""
    if pop.tenant_id != view.tenant or view.role is None:
        return None
    return {
        "lead": pop.lead_id,
        "attempt": subject.attempt,
        "campaign": pop.campaign_id,
        "list": pop.list_name,
        "number": shown_to(view.role, pop.number),
        "zones": pop.zones,
        "person": masked_person(pop.person),
        "attempts": pop.attempts,
        "promised_at": pop.promised_at,
        "script": _script(pop),
        "past": [asdict(one) for one in pop.past],
    }


def masked_person(person: Mapping[str, Any]) -> dict[str, str]:
    """Return what a list says of a person, with the telephone numbers in it masked."""
    return {name: str(hidden([str(value)], [_FROM_LIST])[0]) for name, value in person.items()}


def _script(pop: ScreenPop) -> dict[str, Any] | None:
    if pop.script is None:
        return None
    parts = filled_script(pop.script.body, masked_person(pop.person))
    return {
        "name": pop.script.name,
        "version": pop.script.version,
        "parts": [asdict(one) for one in parts],
    }


class People:
    """What is known of those whom calls are with.

    Args:
        kept: how many of them.
    """

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._listener: Callable[[], None] = lambda: None
        self._known: OrderedDict[Subject, ScreenPop | None] = OrderedDict()
        self._asked: set[Subject] = set()
        self._wanted: list[Subject] = []

    def on_want(self, listener: Callable[[], None]) -> None:
        """Have somebody told that there is somebody to look up."""
        self._listener = listener

    def want(self, subject: Subject) -> None:
        """Somebody needs to know who this is, soon."""
        if subject not in self._known and subject not in self._asked:
            self._asked.add(subject)
            self._wanted.append(subject)
            self._listener()

    def wanted(self) -> list[Subject]:
        """Return whom to look up, each one once."""
        wanted, self._wanted = self._wanted, []
        return wanted

    def meet(self, found: Mapping[Subject, ScreenPop | None]) -> None:
        """These were looked up; None: there is no such person any more."""
        for subject, pop in found.items():
            self._asked.discard(subject)
            self._known[subject] = pop
        while len(self._known) > self._kept:
            self._known.popitem(last=False)

    def again(self, subjects: Sequence[Subject]) -> None:
        """These could not be looked up now: the next time they are among the wanted."""
        self._wanted = [*subjects, *self._wanted][: self._kept]

    def text(self, node: str, agent: str, value: Value | None, view: View) -> str:
        """Return what is told of whom an agent is about: nobody, while it is not known."""
        subject = subject_of(value)
        told = None
        if subject is not None:
            self.want(subject)
            pop = self._known.get(subject)
            if pop is not None:
                self._known.move_to_end(subject)
                told = shown(pop, subject, view)
        place = {"node": node, "topic": PEOPLE, "key": agent, "value": told}
        return json.dumps(place, separators=(",", ":"))
