"""What an engine can be asked within a talk: each command with its arguments.

A talk is named by its attempt, or by the agent who has the customer. Refuses to know how commands
arrive, and who may give them.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from dialer.domain.ids import AgentId, AttemptId, is_attempt_id, is_call_id
from dialer.domain.recording_answer import RecordingAnswer
from dialer.domain.talk_flow import TalkFlow
from dialer.errors import BadInput, WrongState
from dialer.services.agents import Agents
from dialer.services.any_talks import AnyTalks
from dialer.services.parking import Parking
from dialer.services.talk_buttons import TalkButtons
from dialer.services.talks import Talks
from dialer.services.thirds import Thirds

Asked = Mapping[str, Any]
Command = Callable[[Asked], Awaitable[object]]
HandTo = Callable[[AttemptId, str, str], Awaitable[TalkFlow]]
"""Given a talk, "queue" or "team", and its name."""

Move = Callable[[AttemptId], Awaitable[TalkFlow]]

_TARGETS: Final = ("to", "number", "queue", "team")
"""To whom a customer may be handed, and who may be consulted."""


class TalkCommands:
    """The commands of talks."""

    def __init__(
        self,
        *,
        agents: Agents,
        any_talks: AnyTalks,
        talks: Talks,
        thirds: Thirds,
        buttons: TalkButtons,
        parking: Parking,
        answer: Callable[[AttemptId], RecordingAnswer],
    ) -> None:
        self._agents = agents
        self._calls = any_talks
        self._talks = talks
        self._thirds = thirds
        self._buttons = buttons
        self._parking = parking
        self._answer = answer

        self._hand_to: HandTo = _no_queues
        self._consult_of: HandTo = _no_queues
        self._simple_moves: dict[str, Move] = {
            "hold": talks.hold,
            "resume": talks.resume,
            "complete": talks.complete,
            "cancel": talks.cancel,
            "three-way": talks.three_way,
            "leave": talks.leave,
            "drop": talks.drop,
        }

    def add(self, name: str, act: Move) -> None:
        """Let another move be asked for, which is given a talk and nothing else."""
        self._simple_moves[name] = act

    def hand_to(self, act: HandTo, *, consult: HandTo) -> None:
        """Let customers be handed to queues and teams, and agents of those be consulted."""
        self._hand_to, self._consult_of = act, consult

    def commands(self) -> dict[str, Command]:
        """Return the commands by name."""
        return {
            **{f"call.{name}": self._simple(act) for name, act in self._simple_moves.items()},
            "call.talk": self.shown,
            "call.transfer": self.transfer,
            "call.consult": self.consult,
            "call.park": self.park,
            "call.pick-up": self.pick_up,
            "call.parked": self.parked,
            "call.dtmf": self.press,
            "call.mute": self.mute,
            "call.record-start": self.start_recording,
            "call.record-pause": self.pause_recording,
            "call.record-resume": self.resume_recording,
        }

    async def shown(self, given: Asked) -> object:
        """How a talk stands."""
        return self._shown(self._flow(self._attempt(given)))

    async def transfer(self, given: Asked) -> object:
        """Hand the customer over, unannounced.

        To an agent (`to`), an outside number (`number`), a `queue` or a `team`.
        """
        attempt_id = self._attempt(given)
        match _target(given):
            case ("queue" | "team") as kind, name:
                return self._shown(await self._hand_to(attempt_id, kind, name))
            case "to", name:
                return self._shown(await self._talks.transfer_to_agent(attempt_id, AgentId(name)))
            case _, number:
                return self._shown(await self._talks.transfer_to_number(attempt_id, number))

    async def consult(self, given: Asked) -> object:
        """Talk to somebody with the customer on hold.

        An agent (`to`), an outside number (`number`), or who is idle of a `queue` or a `team`.
        """
        attempt_id = self._attempt(given)
        match _target(given):
            case ("queue" | "team") as kind, name:
                return self._shown(await self._consult_of(attempt_id, kind, name))
            case "to", name:
                return self._shown(await self._talks.consult_agent(attempt_id, AgentId(name)))
            case _, number:
                return self._shown(await self._talks.consult_number(attempt_id, number))

    async def park(self, given: Asked) -> object:
        """Park the customer, in the slot that is named or the first that is free."""
        return self._shown(await self._parking.park(self._attempt(given), _slot(given)))

    async def pick_up(self, given: Asked) -> object:
        """Give an agent the customer of a slot."""
        slot = _slot(given)
        if not slot:
            raise BadInput("slot", "is missing", "name the slot in which the customer is parked")
        return self._shown(await self._parking.pick_up(_agent(given), slot))

    async def parked(self, given: Asked) -> object:
        """Whom an agent may pick up, and where."""
        return self._parking.shown(_agent(given))

    async def press(self, given: Asked) -> object:
        """Send telephone keys to the customer."""
        digits = given.get("digits")
        if not isinstance(digits, str):
            raise BadInput("digits", "is missing", 'give keys as text, such as "12#"')
        attempt_id = self._attempt(given)
        self._buttons.press(attempt_id, digits)
        return self._shown(self._flow(attempt_id))

    async def mute(self, given: Asked) -> object:
        """Mute the agent, or (`muted` false) have them heard again."""
        muted = given.get("muted", True)
        if not isinstance(muted, bool):
            raise BadInput("muted", f"{muted!r} is neither true nor false", "give one of them")
        attempt_id = self._attempt(given)
        self._buttons.mute(attempt_id, muted=muted)
        return self._shown(self._flow(attempt_id))

    async def pause_recording(self, given: Asked) -> object:
        """Record silence from now on, as while card data is said."""
        return await self._recording(given, paused=True)

    async def resume_recording(self, given: Asked) -> object:
        """Record what is said again."""
        return await self._recording(given, paused=False)

    async def start_recording(self, given: Asked) -> object:
        """Record from now on: the customer has agreed, says `by`."""
        attempt_id = self._attempt(given)
        flow = self._flow(attempt_id)
        by = str(given.get("by") or f"agent {flow.agent_id}")
        await self._buttons.start_recording(attempt_id, by=by)
        return self._shown(flow)

    async def _recording(self, given: Asked, *, paused: bool) -> object:
        attempt_id = self._attempt(given)
        flow = self._flow(attempt_id)
        by = str(given.get("by") or f"agent {flow.agent_id}")
        await self._buttons.pause_recording(attempt_id, paused=paused, by=by)
        return self._shown(flow)

    def _simple(self, act: Move) -> Command:
        async def command(given: Asked) -> object:
            return self._shown(await act(self._attempt(given)))

        return command

    def _attempt(self, given: Asked) -> AttemptId:
        """Return the attempt whose talk is meant.

        Raises:
            BadInput: neither an attempt nor an agent is named.
            WrongState: the agent has no customer.
        """
        attempt = given.get("attempt")
        if isinstance(attempt, str) and (is_attempt_id(attempt) or is_call_id(attempt)):
            return AttemptId(attempt)
        name = given.get("agent")
        if not isinstance(name, str) or not name or attempt:
            raise BadInput("attempt", "is missing", "name an attempt, or its agent")
        agent = self._agents.get(AgentId(name))
        flow = self._calls.flow(agent.attempt_id) if agent.attempt_id is not None else None
        if flow is None or flow.agent_id != agent.agent_id:
            raise WrongState("agent", f"{name!r} has no customer", "wait for a talk")
        return flow.talk_id

    def _flow(self, attempt_id: AttemptId) -> TalkFlow:
        flow = self._calls.flow(attempt_id)
        if flow is None:
            raise WrongState("call", "is over", "see who is talking")
        return flow

    def _shown(self, flow: TalkFlow) -> dict[str, object]:
        attempt_id = flow.talk_id
        third = self._thirds.of(attempt_id)
        who = self._calls.facts(attempt_id)
        return {
            "attempt": attempt_id,
            "state": flow.state.value,
            "agent": flow.agent_id,
            "company": self._thirds.company(attempt_id).value,
            "third": third.agent_id if third is not None else None,
            "slot": self._parking.slot_of(attempt_id),
            "muted": self._buttons.muted(attempt_id),
            "recorded": who is not None and who.recorded,
            "recording_asked": self._buttons.asks(attempt_id),
            "recording_question": self._answer(attempt_id).value,
            "recording_paused": self._buttons.paused(attempt_id),
        }


def _agent(given: Asked) -> AgentId:
    name = given.get("agent")
    if not isinstance(name, str) or not name:
        raise BadInput("agent", "is missing", "name who picks up")
    return AgentId(name)


def _slot(given: Asked) -> str:
    slot = given.get("slot") or ""
    if not isinstance(slot, str):
        raise BadInput("slot", f"{slot!r} is no name of a slot", "give text, or leave it out")
    return slot


async def _no_queues(_attempt_id: AttemptId, kind: str, to: str) -> TalkFlow:
    raise BadInput(kind, f"{to!r} is not served here", "name an agent instead")


def _target(given: Asked) -> tuple[str, str]:
    named = [(key, given[key]) for key in _TARGETS if given.get(key)]
    if len(named) != 1 or not isinstance(named[0][1], str):
        fix = f"give one of {', '.join(_TARGETS)}: an agent as to, a number as +12025550100"
        raise BadInput("to", "name one", fix)
    return named[0]
