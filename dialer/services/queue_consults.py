"""An agent asks a colleague of a queue or a team, with the customer on hold: who that is.

The idle agent whom somebody who came to the queue now would have. Nobody idle: the talk stays as it
is, for a customer on hold waits for nobody. Refuses to know what is then done with the customer.
"""

from dialer.domain.call_states import CallState
from dialer.domain.ids import AttemptId, CallId
from dialer.domain.queue_order import Wish
from dialer.domain.talk_flow import TalkFlow
from dialer.errors import NoSuch, WrongState
from dialer.services.any_talks import AnyTalks
from dialer.services.queue_transfers import Asking
from dialer.services.queues import Queues
from dialer.services.talks import Talks
from dialer.services.third_calls import ThirdCalls
from dialer.services.thirds import Third


class QueueConsults:
    """Has agents of the queues and teams of one node consulted."""

    def __init__(
        self, *, any_talks: AnyTalks, talks: Talks, third_calls: ThirdCalls, queues: Queues
    ) -> None:
        self._calls = any_talks
        self._talks = talks
        self._third_calls = third_calls
        self._queues = queues

    async def consult(self, attempt_id: AttemptId, kind: str, to: str) -> TalkFlow:
        """Talk to an idle agent of a queue or a team while the customer is on hold.

        Args:
            attempt_id: the talk.
            kind: "queue" or "team".
            to: its name.

        Raises:
            NoSuch: there is none of that name, or nobody in it.
            WrongState: nobody of it is idle; the customer stays as they are.
        """
        return await self._talks.consult(attempt_id, lambda flow: self._reserve(flow, kind, to))

    async def _reserve(self, flow: TalkFlow, kind: str, to: str) -> Third:
        wish = await self._wish(flow, kind, to)
        queue, team = (to, "") if kind == "queue" else (None, to)
        tried = set()
        while flow.state is not CallState.ENDED:
            agent = self._queues.idle_for(wish)
            if agent is None or agent.agent_id in tried:
                problem = f"nobody of the {kind} {to!r} is idle"
                fix = f"transfer the customer to the {kind} instead: they wait there with music"
                raise WrongState(kind, problem, fix)
            third = await self._third_calls.bring(flow, agent, queue=queue, team=team)
            if third is not None:
                return third
            tried.add(agent.agent_id)  # their phone did not answer: the next one, then
        raise WrongState("call", "is over", "see who is talking")

    async def _wish(self, flow: TalkFlow, kind: str, to: str) -> Wish:
        who = self._calls.facts(flow.talk_id)
        if who is None:
            raise WrongState("call", "is over", "see who is talking")
        asking = Asking(CallId(flow.talk_id), who.number, who.tenant_id)
        wish = await self._queues.terms.wish(asking, kind, to)
        if isinstance(wish, str):
            raise NoSuch(kind, f"no {kind} {to!r}, or nobody is in it", f"see the {kind}s")
        return wish
