"""Coaching: a supervisor and an agent without a customer, once the agent has accepted.

An invitation is of the moment: it is void after a minute, and with the engine. Refuses to know how
a phone is called and noted: that is `supervision`.
"""

from collections.abc import Callable

from dialer.domain.agentflow import Agent
from dialer.domain.ids import AgentId, LegId, new_spy_id
from dialer.domain.supervision import (
    INVITATION_S,
    Invitation,
    Spy,
    SpyMode,
    check_coachable,
    invited,
)
from dialer.errors import WrongState
from dialer.ports import Clock
from dialer.services.agents import Agents
from dialer.services.supervision import Supervision

InvitationListener = Callable[[AgentId, Invitation | None], None]


class Coaching:
    """The coaching sessions of this node.

    Args:
        supervision: calls phones, notes and ends.
        agents: who is coached.
        clock: of the engine.
    """

    def __init__(self, supervision: Supervision, agents: Agents, clock: Clock) -> None:
        self._supervision = supervision
        self._agents = agents
        self._clock = clock
        self._invitations: dict[AgentId, Invitation] = {}
        self._listeners: list[InvitationListener] = []
        agents.listen(self._agent_changed)

    def on_invitation(self, listener: InvitationListener) -> None:
        """Be told of each invitation, and when there is none any more."""
        self._listeners.append(listener)

    def invite(self, agent_id: AgentId, phone: str, *, by: str, tenant: str) -> Invitation:
        """Ask a paused agent to be coached; another invitation takes the place of the last.

        Raises:
            WrongState: the agent is not paused, or the phone is not free.
        """
        check_coachable(agent_id, self._agents.get(agent_id).state)
        self._leg_of(agent_id)
        self._supervision.check_free(phone)
        until = self._clock.now() + INVITATION_S
        invitation = Invitation(agent_id, phone, by, tenant, until)
        self._invitations[agent_id] = invitation
        self._tell(agent_id, invitation)
        return invitation

    async def accept(self, agent_id: AgentId) -> Spy:
        """The agent accepts: the supervisor's phone is called and joined; returns once it is.

        Raises:
            WrongState: there is no invitation, the agent is not paused, or the phone is not there.
        """
        invitation = invited(self._invitations.get(agent_id), agent_id, self._clock.now())
        check_coachable(agent_id, self._agents.get(agent_id).state)
        self._supervision.check_free(invitation.phone)
        leg_id = self._leg_of(agent_id)
        self._withdraw(agent_id)
        spy = Spy(
            new_spy_id(),
            invitation.phone,
            invitation.by,
            invitation.tenant,
            agent_id,
            leg_id,
            "",
            SpyMode.COACH,
            self._clock.now(),
        )
        await self._supervision.begin(spy, ground="agent accepted")
        return spy

    def end(self, agent_id: AgentId) -> None:
        """The agent wants no coaching, or no more.

        Raises:
            WrongState: there is neither an invitation nor a session.
        """
        if not self._withdraw(agent_id) and not self._supervision.end_coaching(agent_id):
            raise WrongState("agent", f"nobody coaches {agent_id!r}", "there is nothing to end")

    def _leg_of(self, agent_id: AgentId) -> LegId:
        agent = self._agents.get(agent_id)
        if agent.on_demand:
            problem = f"the phone of {agent_id!r} is called on demand: there is no leg in a pause"
            raise WrongState("agent", problem, "coach on a talk, or set its leg to standing")
        if agent.leg_id is None:
            raise WrongState("agent", f"{agent_id!r} has no line", "log in first")
        return agent.leg_id

    def _agent_changed(self, agent: Agent) -> None:
        invitation = self._invitations.get(agent.agent_id)
        if invitation is not None and not agent.may("resume"):
            self._withdraw(agent.agent_id)

    def _withdraw(self, agent_id: AgentId) -> bool:
        if self._invitations.pop(agent_id, None) is None:
            return False
        self._tell(agent_id, None)
        return True

    def _tell(self, agent_id: AgentId, invitation: Invitation | None) -> None:
        for listener in self._listeners:
            listener(agent_id, invitation)
