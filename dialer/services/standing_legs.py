"""The legs of this node's agents: whose each is, and how they begin and end.

Knows the switch. Refuses to know what an agent is doing.
"""

from dialer.domain.ids import AgentId, LegId, new_leg_id
from dialer.ports import Switch


class StandingLegs:
    """The channels to the agents' softphones."""

    def __init__(self, switch: Switch) -> None:
        self._switch = switch
        self._of: dict[LegId, AgentId] = {}
        self._anew: set[LegId] = set()
        """Those that are called in place of one that stands still."""

    @property
    def can_be_called(self) -> bool:
        """Whether there is a session with the switch."""
        return self._switch.connected

    def new(self, agent_id: AgentId) -> LegId:
        """Return the id of an agent's next leg, which is not called yet."""
        leg_id = new_leg_id()
        self._of[leg_id] = agent_id
        return leg_id

    def adopt(self, leg_id: LegId, agent_id: AgentId) -> None:
        """Know a leg that lives already."""
        self._of[leg_id] = agent_id

    def whose(self, leg_id: LegId) -> AgentId | None:
        """Return whose leg this is; None if it is nobody's."""
        return self._of.get(leg_id)

    def call(self, leg_id: LegId, agent_id: AgentId, *, ring_s: float | None = None) -> None:
        """Ring the agent's softphone; raises as `Switch.call_agent`."""
        self._switch.call_agent(leg_id, agent_id, ring_s=ring_s)

    def call_anew(self, agent_id: AgentId) -> None:
        """Call a further leg of an agent; raises as `Switch.call_agent`."""
        leg_id = self.new(agent_id)
        self._anew.add(leg_id)
        self.call(leg_id, agent_id)

    def came_anew(self, leg_id: LegId) -> bool:
        """Tell, once, whether a leg was called in place of another."""
        anew = leg_id in self._anew
        self._anew.discard(leg_id)
        return anew

    def end(self, leg_id: LegId, *, hang_up: bool) -> None:
        """Forget a leg, and hang it up if it is not gone already."""
        self._of.pop(leg_id, None)
        if hang_up and self._switch.connected:
            self._switch.hang_up(leg_id)
