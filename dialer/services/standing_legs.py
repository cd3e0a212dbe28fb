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
        """Those that are called in place of another."""
        self._dead: set[LegId] = set()
        """Those that ended, and whose agents are waited for on another."""

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

    def call_anew(self, agent_id: AgentId, *, ring_s: float | None = None) -> None:
        """Call a further leg of an agent, and none called before; raises as `Switch.call_agent`."""
        self.drop_anew(agent_id)
        leg_id = self.new(agent_id)
        self._anew.add(leg_id)
        self.call(leg_id, agent_id, ring_s=ring_s)

    def drop_anew(self, agent_id: AgentId) -> None:
        """Nobody waits any more for a leg that is called in place of another."""
        for leg_id in [one for one in self._anew if self._of.get(one) == agent_id]:
            self._anew.discard(leg_id)
            self.end(leg_id, hang_up=True)

    def came_anew(self, leg_id: LegId) -> bool:
        """Tell, once, whether a leg was called in place of another."""
        anew = leg_id in self._anew
        self._anew.discard(leg_id)
        return anew

    def died(self, leg_id: LegId) -> None:
        """Note that a leg ended which is its agent's until they have another."""
        self._dead.add(leg_id)

    def is_dead(self, leg_id: LegId) -> bool:
        """Tell whether a leg has ended, and its agent has no other yet."""
        return leg_id in self._dead

    def end(self, leg_id: LegId, *, hang_up: bool) -> None:
        """Forget a leg, and hang it up if it is not gone already."""
        self._of.pop(leg_id, None)
        hang_up = hang_up and leg_id not in self._dead
        self._dead.discard(leg_id)
        if hang_up and self._switch.connected:
            self._switch.hang_up(leg_id)
