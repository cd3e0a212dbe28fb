"""The standing legs of this node: whose each is, and how they begin and end.

Knows the switch. Refuses to know what an agent is doing.
"""

from dialer.domain.ids import AgentId, LegId, new_leg_id
from dialer.ports import Switch


class StandingLegs:
    """The channels to the agents' softphones."""

    def __init__(self, switch: Switch) -> None:
        self._switch = switch
        self._of: dict[LegId, AgentId] = {}

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

    def call(self, leg_id: LegId, agent_id: AgentId) -> None:
        """Ring the agent's softphone; raises as `Switch.call_agent`."""
        self._switch.call_agent(leg_id, agent_id)

    def end(self, leg_id: LegId, *, hang_up: bool) -> None:
        """Forget a leg, and hang it up if it is not gone already."""
        self._of.pop(leg_id, None)
        if hang_up and self._switch.connected:
            self._switch.hang_up(leg_id)
