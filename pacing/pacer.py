"""The pacer: the public face; events in, decisions out.

Checks each event whole before anything is changed, and asks limits, caps and policy in turn for a
decision. Refuses to know clocks, chance, storage and how lines are dialed.
"""

from collections.abc import Mapping
from math import isfinite
from typing import Any, Final, Self

from pacing.agents import agent_state
from pacing.calls import Call, Event, Phase
from pacing.clocks import OWN_RATE_UNKNOWN
from pacing.decision import Decision, LimitedBy
from pacing.errors import PacingError, out_of_range
from pacing.floor import Floor
from pacing.laws import Laws
from pacing.ledger import Ledger
from pacing.limits import CallRate, lines_allowed
from pacing.outlook import Lookout
from pacing.policies import policy
from pacing.settings import PacingSettings

OUTCOMES: Final = frozenset(
    {"busy", "no_answer", "machine", "invalid", "congestion", "failed", "cancelled"}
)
KINDS: Final = frozenset({"machine", "person"})

SNAPSHOT_FORMAT: Final = 2

_MOST_AT_ONCE: Final = 20
"""Lines per serving agent in one decision; the next decision may add more."""


class Pacer:
    """Decides how many lines one campaign may start, from the events it is told."""

    def __init__(
        self,
        settings: PacingSettings,
        *,
        ledger: Ledger | None = None,
        laws: Laws | None = None,
    ) -> None:
        """Start empty.

        Args:
            settings: the campaign's settings.
            ledger: the campaign's live answers and abandons, rebuilt from recorded attempts;
                None: an empty one.
            laws: what is known of the campaign; None: all is learned. For yardsticks that are
                told the truth.
        """
        self._settings = settings
        self._policy = policy(settings)
        self._now: float | None = None
        self._floor = Floor(
            settings,
            Ledger() if ledger is None else ledger,
            Laws(settings) if laws is None else laws,
        )
        self._lookout = Lookout(self._floor)
        self._call_rate = CallRate(settings.calls_per_second, settings.calls_burst_s)

    @property
    def settings(self) -> PacingSettings:
        """The settings that hold now."""
        return self._settings

    @property
    def ledger(self) -> Ledger:
        """The campaign's own ledger."""
        return self._floor.budget.ledger

    def agent_changed(
        self, agent_id: str, state: str, now: float, *, leaving: bool = False
    ) -> None:
        """An agent is now "idle", "talking", "wrap_up", "paused", "offline" or "elsewhere".

        Args:
            agent_id: the agent.
            state: what the agent does now; "elsewhere" is another campaign's or a manual call.
            now: time in seconds.
            leaving: logs out or pauses after this, so will not become free.

        Raises:
            PacingError: no such state, or the time went back.
        """
        new = agent_state(state, agent_id)
        self._check_id("agent_id", agent_id)
        self._check_time(now)
        self._now = now
        self._floor.put_agent(agent_id, new, now, leaving=bool(leaving))

    def call_dialed(self, call_id: str, now: float, answer_rate: float | None = None) -> None:
        """An originate was sent.

        Args:
            call_id: the call; unique.
            now: time in seconds.
            answer_rate: this lead's own chance of a live answer, 0..1, if it is known.

        Raises:
            PacingError: the call was dialed before, the rate is no rate, or the time went back.
        """
        self._check_id("call_id", call_id)
        if self._floor.calls.find(call_id) is not None:
            raise PacingError(
                f"call {call_id!r} was dialed before", call_id=call_id, event="dialed"
            )
        if answer_rate is not None and not _is_rate(answer_rate):
            raise out_of_range("answer_rate", answer_rate, "a number in [0, 1], or None")
        self._check_time(now)
        self._now = now
        self._floor.dialed(
            call_id, now, OWN_RATE_UNKNOWN if answer_rate is None else float(answer_rate)
        )
        self._call_rate.sent(now)

    def call_ringing(self, call_id: str, now: float) -> None:
        """The far end rings; optional. Carriers that say so let silent lines count for less.

        Raises:
            PacingError: the call is not in flight, or the time went back.
        """
        call, phase = self._check_call(call_id, Event.RANG, now)
        self._floor.rang(call, phase, now)

    def call_answered(self, call_id: str, now: float) -> None:
        """A person answered; the call needs an agent from now on.

        Raises:
            PacingError: the call is not in flight, or the time went back.
        """
        call, phase = self._check_call(call_id, Event.ANSWERED, now)
        self._floor.answered(call, phase, now)

    def call_connected(self, call_id: str, agent_id: str, now: float) -> None:
        """The person is bridged to an agent, who talks from now on.

        Raises:
            PacingError: nobody answered this call, the agent is unknown or has another call, or
                the time went back.
        """
        agent = self._floor.agents.agents.get(agent_id) if isinstance(agent_id, str) else None
        if agent is None:
            raise PacingError(
                f"call {call_id!r} connected to agent {agent_id!r}, who is not logged in",
                call_id=call_id,
                agent_id=agent_id,
                event="connected",
            )
        if agent.call_id and agent.call_id != call_id:
            raise PacingError(
                f"call {call_id!r} connected to agent {agent_id!r}, who has {agent.call_id!r}",
                call_id=call_id,
                agent_id=agent_id,
                event="connected",
            )
        call, phase = self._check_call(call_id, Event.CONNECTED, now)
        self._floor.connected(call, phase, agent, now)

    def call_abandoned(self, call_id: str, now: float) -> None:
        """The person was let go without an agent, or heard silence from a dead agent's phone.

        Raises:
            PacingError: nobody answered this call, it is abandoned already, or the time went back.
        """
        call, phase = self._check_call(call_id, Event.ABANDONED, now)
        self._floor.abandoned(call, phase, now)

    def call_failed(self, call_id: str, outcome: str, now: float) -> None:
        """The call ended before a person answered, or what answered is a machine.

        Args:
            call_id: the call.
            outcome: "busy", "no_answer", "machine", "invalid", "congestion", "failed" or
                "cancelled".
            now: time in seconds.

        Raises:
            PacingError: no such outcome, the call is not in flight, or the time went back.
        """
        if not isinstance(outcome, str) or outcome not in OUTCOMES:
            raise out_of_range("outcome", outcome, "one of " + ", ".join(sorted(OUTCOMES)))
        event = Event.MACHINE if outcome == "machine" else Event.FAILED
        call, phase = self._check_call(call_id, event, now)
        self._floor.failed(call, phase, now, cancelled=outcome == "cancelled")

    def call_hung_up(self, call_id: str, now: float) -> None:
        """The person left while waiting, within the grace: a live answer, not an abandon.

        Raises:
            PacingError: the person was not waiting, or the time went back.
        """
        call, phase = self._check_call(call_id, Event.HUNG_UP, now)
        self._floor.hung_up(call, phase, now)

    def call_ended(self, call_id: str, now: float) -> None:
        """The line is free again; optional, see `PacingSettings.line_linger_max_s`.

        Raises:
            PacingError: the call is in flight or waits, is unknown, or the time went back.
        """
        call, phase = self._check_call(call_id, Event.LINE_ENDED, now)
        self._floor.line_ended(call, phase, now)

    def call_reclassified(self, call_id: str, kind: str, now: float) -> None:
        """An agent or a late verdict says "machine" or "person" of an answered call.

        Raises:
            PacingError: no such kind, nothing answered this call, or the time went back.
        """
        if not isinstance(kind, str) or kind not in KINDS:
            raise out_of_range("kind", kind, "one of machine, person")
        call = self._floor.calls.find(call_id) if isinstance(call_id, str) else None
        if call is None or call.phase in (Phase.DIALED, Phase.RINGING, Phase.FAILED):
            raise PacingError(
                f"call {call_id!r} judged a {kind}, but nothing answered it",
                call_id=call_id,
                event="reclassified",
                phase=None if call is None else call.phase.value,
            )
        self._check_time(now)
        self._now = now
        self._floor.judged(call, machine=kind == "machine", now=now)

    def decide(self, now: float) -> Decision:
        """Return how many lines to start at `now`, and why not one more.

        Raises:
            PacingError: the time went back.
        """
        self._check_time(now)
        self._now = now
        settings, floor = self._settings, self._floor
        most, limit = lines_allowed(
            settings,
            now=now,
            lines=floor.calls.lines(now, settings.line_linger_max_s),
            agents=floor.agents.present,
            rate=self._call_rate,
        )
        allowance = floor.budget.allowance(now, floor.agents.serving)
        outlook = self._lookout.outlook(
            now, settings.answer_grace_s, age_blind=settings.mode == "predictive_age_blind"
        )
        useful = _MOST_AT_ONCE * floor.agents.serving
        # one more than the limits grant is asked for: only then it is they who hold it back
        wish = self._policy.wish(
            outlook, allowance, useful if most is None else min(most + 1, useful)
        )
        lines, limited_by, chance = wish
        if most is not None and lines > most:
            lines, limited_by = most, limit
            chance = float(outlook.unserved.after(most)[0])
        elif useful == 0 and limited_by is not LimitedBy.MODE:
            limited_by = LimitedBy.AGENTS
        return Decision(
            lines=lines,
            limited_by=limited_by,
            expected_free_agents=outlook.expected_free,
            expected_answers=outlook.expected_answers,
            chance_next_unserved=chance,
            beta=allowance.beta,
            answer_rate=outlook.answer_rate,
            abandon_rate=allowance.abandon_rate,
            abandon_room=allowance.room,
        )

    def reconfigure(self, settings: PacingSettings, now: float) -> None:
        """Replace the settings; what was learned is kept.

        Raises:
            PacingError: these are no settings, or the time went back.
        """
        if not isinstance(settings, PacingSettings):
            raise out_of_range("settings", settings, "PacingSettings")
        self._check_time(now)
        self._now = now
        self._settings = settings
        self._policy = policy(settings)
        self._floor.change(settings)
        self._call_rate.change(settings.calls_per_second, settings.calls_burst_s)
        self._lookout.expire()

    def snapshot(self) -> dict[str, Any]:
        """Return what was learned, and the floor as it stands, as JSON values.

        The next decision makes its tables anew, here and in a restored pacer, so that both decide
        alike.
        """
        self._lookout.expire()
        return {
            "format": SNAPSHOT_FORMAT,
            "now": self._now,
            "floor": self._floor.to_json(),
            "call_rate": self._call_rate.to_json(),
        }

    @classmethod
    def restore(
        cls,
        settings: PacingSettings,
        snapshot: Mapping[str, Any],
        *,
        ledger: Ledger | None = None,
        learned_only: bool = False,
    ) -> Self:
        """Make a pacer that goes on from a snapshot.

        Args:
            settings: the campaign's settings, which may differ from those of the snapshot.
            snapshot: what `snapshot` returned.
            ledger: the campaign's live answers and abandons, rebuilt from recorded attempts. A
                service must give it: a snapshot is older than the last answers. Without it the
                counts of the snapshot are taken.
            learned_only: take over the laws, but no agents and calls, and any time may come next:
                for a new process, which reports its agents and calls afresh.

        Raises:
            PacingError: this is no snapshot of this format.
        """
        pacer = cls(settings, ledger=ledger)
        try:
            if snapshot["format"] != SNAPSHOT_FORMAT:
                raise out_of_range("snapshot.format", snapshot["format"], str(SNAPSHOT_FORMAT))
            pacer._floor.load_json(
                snapshot["floor"], keep_ledger=ledger is not None, learned_only=learned_only
            )
            if not learned_only:
                pacer._now = snapshot["now"]
                pacer._call_rate.load_json(snapshot["call_rate"])
        except (KeyError, TypeError, IndexError, AttributeError) as error:
            raise PacingError(f"this is no snapshot of a pacer: {error!r}") from error
        return pacer

    def _check_call(self, call_id: str, event: Event, now: float) -> tuple[Call, Phase]:
        """Check an event of a call and its time; only then the time moves on."""
        call, phase = self._floor.calls.check(call_id, event)
        self._check_time(now)
        self._now = now
        return call, phase

    def _check_time(self, now: float) -> None:
        if isinstance(now, bool) or not isinstance(now, int | float) or not isfinite(now):
            raise out_of_range("now", now, "a finite time in seconds")
        if self._now is not None and now < self._now:
            raise PacingError(
                f"time goes back from {self._now} to {now}", now=now, last_now=self._now
            )

    @staticmethod
    def _check_id(field: str, value: str) -> None:
        if not isinstance(value, str) or not value:
            raise out_of_range(field, value, "a string that is not empty")


def _is_rate(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0.0 <= value <= 1.0
