"""Every talk of this node, of people whom we called and of people who called us.

Knows whose law a talk is under, and what is on record of the person. Refuses to know the laws, and
what may be asked for when.
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from dialer.domain.call_events import CallEvent
from dialer.domain.call_record import CallRecord, Direction
from dialer.domain.dial_law import DialTerms
from dialer.domain.ids import (
    AgentId,
    AttemptId,
    CallId,
    CampaignId,
    TenantId,
    is_call_id,
    new_call_id,
)
from dialer.domain.legal_limits import NOT_LOOKED_UP, Listening
from dialer.domain.supervision import law_of
from dialer.domain.talk_flow import TalkFlow
from dialer.errors import WrongState
from dialer.services.calls import Calls

Listener = Callable[[TalkFlow], None]


@dataclass(frozen=True, slots=True)
class TalkFacts:
    """Who is on the line."""

    tenant_id: TenantId
    number: str
    """E.164; "": withheld."""
    trunk: str = ""
    campaign_id: CampaignId | None = None
    attempt_id: AttemptId | None = None
    """None: they called us."""
    call_id: CallId | None = None
    """Of who called us."""
    recorded: bool = False
    queue: str = ""
    """In which who called us is, or was; "": none, or we called."""
    park_limit_s: float = 0.0
    """Who is parked and not picked up by then comes back."""

    def leg(
        self,
        number: str | None,
        *,
        agent_id: AgentId | None,
        before: CallId | None,
        at: float,
        node: str,
    ) -> CallRecord:
        """Return what is put on record of a leg of this talk that begins.

        Args:
            number: that is called; None: nobody is, somebody here takes the person.
            agent_id: who takes them, or has the number called.
            before: the leg from which they are handed on.
            at: epoch seconds.
            node: whose it is.
        """
        return CallRecord(
            call_id=new_call_id(),
            direction=Direction.OUT if self.number or number else Direction.IN,
            number=self.number if number is None else number,
            began_at=at,
            node=node,
            tenant_id=self.tenant_id,
            attempt_id=self.attempt_id,
            parent_id=before or self.call_id,
            campaign_id=self.campaign_id,
            agent_id=agent_id,
            trunk=self.trunk,
        )


class CallerTalks(Protocol):
    """The talks with people who called us."""

    def flow(self, call_id: str) -> TalkFlow | None:
        """Return one, to be looked at."""
        ...

    def flows(self) -> Iterable[TalkFlow]:
        """Return all."""
        ...

    def handle(self, call_id: str, event: CallEvent) -> None:
        """Feed one event to a talk."""
        ...

    def facts(self, call_id: str) -> TalkFacts | None:
        """Return who is on the line."""
        ...

    def on_change(self, listener: Listener) -> None:
        """Be told of each that changes its state, or is known no more."""
        ...


WayOut = Callable[[], Awaitable[tuple[str, DialTerms]]]
"""Returns the trunk on which an outside number is called for who called us, and its terms."""

CallerLaw = Callable[[str], Awaitable[Listening]]
"""Given the number of somebody who called us, returns what the law says of listening to them."""


class AnyTalks:
    """The talks of one node."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._listeners: list[Listener] = []
        calls.on_change(self._tell)
        self._callers: CallerTalks | None = None
        self._way_out: WayOut | None = None
        self._listening: CallerLaw | None = None

    def also(self, callers: CallerTalks, way_out: WayOut, listening: CallerLaw) -> None:
        """Take in the talks with people who called us."""
        self._callers, self._way_out, self._listening = callers, way_out, listening
        callers.on_change(self._tell)

    def flow(self, talk_id: str) -> TalkFlow | None:
        """Return a talk, to be looked at."""
        if self._callers is not None and is_call_id(talk_id):
            return self._callers.flow(talk_id)
        return self._calls.flow(talk_id)

    def live(self) -> list[TalkFlow]:
        """Return all of them."""
        callers = self._callers.flows() if self._callers is not None else ()
        return [*self._calls.live(), *callers]

    def handle(self, talk_id: str, event: CallEvent) -> None:
        """Feed one event to a talk; unknown ones are over."""
        if self._callers is not None and is_call_id(talk_id):
            self._callers.handle(talk_id, event)
        else:
            self._calls.handle(talk_id, event)

    def facts(self, talk_id: str) -> TalkFacts | None:
        """Return who is on the line; None: the talk is over."""
        if self._callers is not None and is_call_id(talk_id):
            return self._callers.facts(talk_id)
        flow, run = self._calls.flow(talk_id), self._calls.run_of(talk_id)
        if flow is None or run is None:
            return None
        attempt = flow.attempt
        return TalkFacts(
            tenant_id=run.campaign.tenant_id,
            number=attempt.number,
            trunk=attempt.trunk,
            campaign_id=attempt.campaign_id,
            attempt_id=attempt.attempt_id,
            recorded=bool(attempt.ground),
            park_limit_s=run.campaign.settings.park_limit_s,
        )

    async def way_out(self, talk_id: str) -> tuple[str, DialTerms]:
        """Return the trunk on which an outside number is called for somebody, and its terms.

        Raises:
            BadInput, WrongState: there is none.
        """
        run, flow = self._calls.run_of(talk_id), self._calls.flow(talk_id)
        if run is not None and flow is not None:
            return flow.attempt.trunk, run.terms
        if self._way_out is None:
            raise WrongState("call", "is over", "see who is talking")
        return await self._way_out()

    async def listening(self, talk_id: str) -> Listening:
        """Return what the law says of listening to a talk."""
        called = self._calls.flow(talk_id)
        if called is not None:
            return law_of(called.attempt)
        who = self.facts(talk_id)
        if who is None or self._listening is None:
            return NOT_LOOKED_UP
        return await self._listening(who.number)

    def on_change(self, listener: Listener) -> None:
        """Be told of each that changes its state, or is known no more."""
        self._listeners.append(listener)

    def _tell(self, flow: TalkFlow) -> None:
        for listener in self._listeners:
            listener(flow)
