"""What the dialer needs from the world, as small protocols in its own words.

Each port has one contract suite in `tests/contract`, run on the fake (`dialer.testing`) and on the
real thing. Adapters implement them; services receive them as arguments.
"""

from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from dialer.domain.booking import JournalEntry
from dialer.domain.callback import CallbackState, PromisedCall
from dialer.domain.calling_rules.place import Place
from dialer.domain.campaign import Campaign, CampaignSettings, CampaignState
from dialer.domain.dial_law import HeldAttempt
from dialer.domain.disposition import Said
from dialer.domain.events import LiveChannel, SwitchEvent
from dialer.domain.ids import AgentId, AttemptId, CampaignId, LeadId, LegId, PlaceId
from dialer.domain.lead import Attempt, AttemptEnd, Draw, Lead
from dialer.domain.leadtable import Table
from dialer.domain.pause_code import PauseCode


class Clock(Protocol):
    """Time for the whole engine."""

    def now(self) -> float:
        """Return seconds since the epoch; never goes back within a process."""
        ...


@dataclass(frozen=True, slots=True)
class DialOptions:
    """How a campaign wants its calls placed."""

    ring_timeout_s: float
    caller_id: str = ""
    record: bool = True
    abandon_prompt: str = ""
    """Path of the identification message without its extension, or "" for the node's own."""
    lost_prompt: str = ""


class Switch(Protocol):
    """The telephone switch: starts and ends channels. What happens to them comes as events."""

    @property
    def connected(self) -> bool:
        """Whether commands can be sent now."""
        ...

    def subscribe(self, sink: Callable[[SwitchEvent], None]) -> None:
        """Have every event handed to `sink`, in order, on the engine's loop."""
        ...

    def originate(self, attempt: Attempt, options: DialOptions) -> None:
        """Dial the customer of a *recorded* attempt; written at most once, never queued.

        A refusal comes as `OriginateFailed`. A session lost later leaves the attempt unknown: only
        `live_channels` and the journal can tell.

        Raises:
            SwitchUnavailable: there is no session; the call was certainly not sent.
            UnsafeValue: a value holds a line break or NUL; not sent.
        """
        ...

    def call_agent(self, leg_id: LegId, endpoint: str) -> None:
        """Ring an agent's softphone for its standing leg; raises as `originate`."""
        ...

    def whisper(self, leg_id: LegId) -> None:
        """Let the agent of a leg hear the connect cue; the customer hears nothing.

        A cue that cannot be played is no reason to fail a talk: raises nothing.
        """
        ...

    def hang_up(self, channel_id: str) -> None:
        """End a channel; one that is gone already is no error. The hang-up comes as an event.

        Raises:
            SwitchUnavailable: there is no session; not sent.
        """
        ...

    async def live_channels(self) -> list[LiveChannel]:
        """List our channels (attempts and legs) that live now.

        Raises:
            SwitchUnavailable, ReplyLost: nothing is known.
        """
        ...

    async def reachable_phones(self) -> set[str]:
        """Return the endpoints that have a registered, reachable contact."""
        ...

    async def sessions(self) -> int:
        """Count the sessions of our user, this one included.

        More than 1 while an older engine's session lingers, whose last originates may still be
        carried out.
        """
        ...


class BridgeEnd(StrEnum):
    """How the joining of a customer and an agent's leg came back."""

    NO_LEG = "no_leg"  # the leg was gone already; the customer is still here
    LEG_LEFT = "leg_left"  # they talked; the agent's leg left, the customer is still here
    CUSTOMER_LEFT = "customer_left"  # the customer's channel hung up (or was taken elsewhere)


@dataclass(frozen=True, slots=True)
class ConnectTo:
    """Order to the customer's line: join this agent's leg, now."""

    leg_id: LegId


@dataclass(frozen=True, slots=True)
class LetGo:
    """Order to the customer's line: play the prompt that fits, and hang up."""

    prompt: str
    """"abandon" (nobody free; identification message) or "lost" (the agent's line broke)."""


@dataclass(frozen=True, slots=True)
class HangUp:
    """Order to the customer's line: hang up without a word."""


LineOrder = ConnectTo | LetGo | HangUp


class CallDesk(Protocol):
    """What the AGI handlers ask of the engine about a customer who answered."""

    async def customer_answered(self, channel_id: str, at: float) -> LineOrder:
        """A customer's channel was answered at `at` (switch's clock): wait for what to do."""
        ...

    async def bridge_returned(self, channel_id: str, end: BridgeEnd) -> LineOrder:
        """Joining came back: the agent is freed at once; wait for what to do with the customer."""
        ...

    def line_closed(self, channel_id: str) -> None:
        """The handler lost its channel: no agent must wait for it. Ends no attempt."""
        ...

    async def do_not_call(self, channel_id: str, number: str) -> None:
        """The called person pressed the do-not-call key: returns when that is committed."""
        ...


class AttemptStore(Protocol):
    """The record of attempts. Every call returns when its rows are committed."""

    async def record_dialed(self, attempts: Sequence[Attempt]) -> Sequence[HeldAttempt]:
        """Record attempts that are about to be sent; the law is asked in the same transaction.

        Returns those that may not be made, with reasons; they are not recorded.
        """
        ...

    async def record_ends(self, ends: Sequence[AttemptEnd]) -> None:
        """Record ends; a second end for the same attempt is ignored (the first one holds)."""
        ...

    async def open_attempts(self) -> list[Attempt]:
        """List recorded attempts without an end."""
        ...

    async def mark_connected(
        self, attempt_id: AttemptId, agent_id: AgentId, leg_id: LegId, at: float
    ) -> None:
        """Record that a talk began, so that a crash does not forget whose it was."""
        ...

    async def dispose(self, attempt_id: AttemptId, said: Said, *, at: float) -> None:
        """Record what the agent says became of the talk; the lead's next step follows from it.

        Raises:
            BadInput: there is no such attempt, or the campaign has no such disposition.
        """
        ...

    async def answers_since(
        self, campaign_id: CampaignId, since: float
    ) -> list[tuple[float, bool]]:
        """Return (answered at, charged as abandoned) of each ended live answer, oldest first."""
        ...

    async def add_do_not_call(self, number: str, *, source: str, at: float) -> None:
        """Enter a number (E.164) into the do-not-call list."""
        ...


class LeadStore(Protocol):
    """Lists of leads, and who may be dialed next."""

    async def lease(self, campaign_id: CampaignId, count: int, draw: Draw) -> list[Lead]:
        """Lease up to `count` dialable leads to an engine, in the campaign's order."""
        ...

    async def release(self, lead_ids: Iterable[LeadId]) -> None:
        """Give leased leads back that were not dialed."""
        ...

    async def release_all(self, engine: str) -> int:
        """At a start: give back an engine's leases without an open attempt; returns how many."""
        ...

    async def any_left(self, campaign_id: CampaignId) -> bool:
        """Tell whether the campaign is not through with some lead, now or later."""
        ...

    async def pools(self, campaign_id: CampaignId) -> Mapping[int, str]:
        """Return what leads are drawn from: 0 all together, or lists (and their names) if mixed."""
        ...

    async def places(self, campaign_id: CampaignId, pool: int) -> Mapping[PlaceId, Place]:
        """Return the places in which a pool's leads may be."""
        ...


@dataclass(frozen=True, slots=True)
class OpenCallback:
    """A promise that is not over."""

    callback_id: int
    campaign_id: CampaignId
    number: str
    """E.164, on which the person wants to be called."""
    call: PromisedCall


class CallbackStore(Protocol):
    """Promised calls. What an ended call means for them is recorded with its end."""

    async def due(
        self, campaign_ids: Collection[CampaignId], until: float
    ) -> Sequence[OpenCallback]:
        """Return the open promises of campaigns that are to be dialed until a time."""
        ...

    async def lease(self, promised: OpenCallback, draw: Draw) -> Lead | None:
        """Lease the lead of a promise, to be dialed as promised; None if it is not to be had."""
        ...

    async def release(self, lead_id: LeadId) -> None:
        """Give a lead back that was leased and not dialed; its promise stands."""
        ...

    async def close(self, callback_id: int, state: CallbackState, at: float) -> None:
        """End a promise that is not kept any more; the lead goes where it then belongs."""
        ...


class CampaignStore(Protocol):
    """The campaigns. Every change returns when it is committed."""

    async def create(self, campaign: Campaign) -> None:
        """Add a campaign.

        Raises:
            BadInput: its id or name is taken.
        """
        ...

    async def get(self, campaign_id: CampaignId) -> Campaign | None:
        """Return a campaign, or None."""
        ...

    async def find(self, name: str) -> Campaign | None:
        """Return the campaign of that name, or None."""
        ...

    async def list(self) -> list[Campaign]:
        """Return all campaigns, oldest first."""
        ...

    async def set_state(
        self, campaign_id: CampaignId, state: CampaignState, *, starts_at: float | None = None
    ) -> None:
        """Change the state, and when it starts by itself.

        Raises:
            BadInput: there is no such campaign.
        """
        ...

    async def set_settings(self, campaign_id: CampaignId, settings: CampaignSettings) -> None:
        """Change the settings; an engine takes them when it starts the campaign again.

        Raises:
            BadInput: there is no such campaign, or it runs.
        """
        ...


@dataclass(frozen=True, slots=True)
class AgentRecord:
    """An agent's state as committed: what a restart must know and Asterisk cannot tell."""

    agent_id: AgentId
    state: str
    """Name of an AgentState."""
    leg_id: LegId | None
    attempt_id: AttemptId | None
    since: float
    campaigns: tuple[CampaignId, ...] = ()
    reason: str = ""
    """Code of a pause, or why the agent is offline."""


class AgentStore(Protocol):
    """The agents' committed states."""

    async def save(self, record: AgentRecord) -> None:
        """Commit the present state of an agent, and append it to the state log."""
        ...

    async def load(self) -> list[AgentRecord]:
        """Return the last committed state of every agent."""
        ...


class SessionStore(Protocol):
    """From when to when agents were logged in. Each change may be made twice."""

    async def begin(self, agent_id: AgentId, at: float, *, node: str) -> None:
        """Record that an agent's session began; nothing if one is open or began then."""
        ...

    async def end(self, agent_id: AgentId, at: float) -> None:
        """Record that an agent's open session, if any, ended."""
        ...

    async def open(self, node: str) -> Mapping[AgentId, float]:
        """Return the open sessions of a node: agent to when it began, epoch seconds."""
        ...


class PauseCodes(Protocol):
    """Why agents may pause."""

    async def list(self) -> Sequence[PauseCode]:
        """Return the codes; none: any is accepted."""
        ...


@dataclass(frozen=True, slots=True)
class DecisionSample:
    """What a pacer decided at an instant."""

    campaign_id: CampaignId
    at: float
    """Epoch seconds."""
    lines: int
    limited_by: str
    forecast: Mapping[str, float]
    """What it expected, by name; see `pacing.Decision`."""


class DecisionStore(Protocol):
    """Samples of pacing decisions, kept to explain a day afterwards."""

    async def record(self, samples: Sequence[DecisionSample]) -> None:
        """Add samples."""
        ...


class Ownership(Protocol):
    """Whose leads are whose."""

    async def expire(self, *, at: float) -> object:
        """Let go of the leads whose time with their owner is over, at `at` (epoch seconds)."""
        ...


class Feed(Protocol):
    """Live facts, pushed: never queued without bound, never polled."""

    def publish(self, topic: str, fact: Mapping[str, Any]) -> None:
        """Push one fact to whoever listens; a slow reader loses old facts, not the engine."""
        ...

    def listen(self) -> AsyncIterator[tuple[str, Mapping[str, Any]]]:
        """Iterate over facts from now on."""
        ...


class Recordings(Protocol):
    """What the switch recorded of talks, made into files people can play."""

    def finish(self, attempt_id: AttemptId) -> str:
        """Have the recording of an ended talk finished; returns the file's name to be."""
        ...

    def discard(self, attempt_id: AttemptId) -> None:
        """Remove what the switch began for a call that never became a talk."""
        ...


class ListSource(Protocol):
    """A list of leads while it is read, from whatever kind of file. It blocks: use a thread."""

    @property
    def table(self) -> Table:
        """Header and records; reading these raises `BadInput` where the file cannot be used."""
        ...

    @property
    def size_bytes(self) -> int:
        """How much there is to read."""
        ...

    def read_bytes(self) -> int:
        """Return how much of it has been read."""
        ...

    def close(self) -> None:
        """Let go of the file."""
        ...


class Journal(Protocol):
    """The switch's own journal of our channels."""

    def read(self, channel_ids: set[str]) -> dict[str, list[JournalEntry]]:
        """Return the entries of these channels, oldest first."""
        ...
