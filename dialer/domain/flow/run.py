"""One call led by a flow: events in, commands out, and a time by which something must have come.

Whatever fails takes the step's fallback, then the flow's; when failures come one upon the other the
call is ended: there is no dead air. A call that nobody speaks in takes so many steps and no more.
Pure: `now` is an argument. Refuses to know Asterisk, and who carries the commands out.
"""

from collections.abc import Mapping
from typing import Final

from dialer.domain.flow import commands as do
from dialer.domain.flow import events as on
from dialer.domain.flow.fields import Sound
from dialer.domain.flow.number_and_pin import NumberAndPin
from dialer.domain.flow.orders import Asking, gather_for, record_for, request_for
from dialer.domain.flow.spoken import kept_of, said_as
from dialer.domain.flow.steps import (
    BranchStep,
    ConferenceStep,
    Flow,
    GatherStep,
    HangUpStep,
    HttpStep,
    LanguageStep,
    LogInStep,
    LookupStep,
    MenuStep,
    OptOutStep,
    PinStep,
    PlayStep,
    RecordStep,
    SayStep,
    Step,
    TransferStep,
    VoicemailStep,
)
from dialer.domain.flow.waits import longest_wait
from dialer.domain.flow.words import times_at
from dialer.domain.lead_filter_parser import parse_filter
from dialer.domain.placeholders import filled
from dialer.domain.room import ROOM

MOST_FAILURES: Final = 5
"""With nothing heard between them; one more ends the call."""

MOST_IN_ALL: Final = 1000
"""Steps of a call, whatever is pressed."""

_STAY: Final = ""


class FlowRun:
    """The state of one call.

    Args:
        flow: checked.
        number: of the person in the call, E.164; "" if it is withheld.
        our_number: that was called, or that calls.
    """

    def __init__(self, flow: Flow, *, number: str, our_number: str) -> None:
        self._flow = flow
        self._number = number
        self._tries = 0
        self._failures = 0
        self._silent = 0
        self._opting_out = False
        self._log_in: NumberAndPin | None = None
        self._out: list[do.FlowCommand] = []
        self._now = 0.0
        self.variables: dict[str, str] = {"number": number, "our_number": our_number}
        self.language = flow.head.language
        self.step = ""
        """Where the call is; "" before it began."""
        self.path: list[str] = []
        """All steps so far."""
        self.due_at: float | None = None
        """When `TimedOut` is to be told, unless something else is before; None: never."""
        self.ended = ""
        """Why the flow is over; "" while it is not."""

    def handle(self, event: on.FlowEvent, now: float) -> list[do.FlowCommand]:
        """Take what happened, and return what is to be done.

        Args:
            event: one that the present step does not wait for changes nothing.
            now: epoch seconds.
        """
        self._now, self._out = now, []
        if self.ended:
            return []
        if isinstance(event, on.HungUp):
            self._end("hung up")
        elif isinstance(event, on.Began):
            if not self.step:
                self._go(self._flow.start)
        elif self.step:
            self._go(self._reaction(self._flow.steps[self.step], event))
        return self._out

    # -- on what happened --------------------------------------------------------------------

    def _reaction(self, step: Step, event: on.FlowEvent) -> str:
        """Return the step to go to, `_STAY` for none."""
        if isinstance(step, HangUpStep):
            over = isinstance(event, on.Played | on.Failed | on.TimedOut)
            return self._hang_up("flow ended") if over else _STAY
        if isinstance(step, Asking) and isinstance(event, on.Digits | on.TimedOut | on.OptedOut):
            return self._answered(step, event)
        if isinstance(step, PinStep) and not isinstance(event, on.Failed):
            return self._identified(step, event)
        if isinstance(event, on.Failed | on.TimedOut):
            return self._fallback(step)
        match step, event:
            case ((PlayStep() | SayStep()), on.Played()):
                return self._heard(step.next)
            case HttpStep(), on.HttpReplied(status, body):
                kept = kept_of(body, step.into) if 200 <= status < 300 else None
                return self._keep(kept, step)
            case LookupStep(), on.LeadFound(fields):
                kept = {name: fields.get(field, "") for name, field in step.into.items()}
                return self._keep(kept if all(map(str.strip, kept.values())) else None, step)
            case RecordStep(), on.Recorded(file):
                self.variables[step.into] = file
                self._silent = 0
                return self._heard(step.next)
            case VoicemailStep(), on.Recorded():
                self._silent = 0
                return self._heard(step.next) if step.next else self._hang_up("message left")
            case TransferStep(), on.Transferred():
                return self._end("transferred")
        return _STAY

    def _answered(self, step: Asking, event: on.Digits | on.TimedOut | on.OptedOut) -> str:
        if isinstance(step, OptOutStep) and self._opting_out:  # it was confirmed
            if isinstance(event, on.OptedOut):
                return self._heard(step.next)
            return self._fallback(step) if isinstance(event, on.TimedOut) else _STAY
        if isinstance(event, on.TimedOut):
            return self._again(step)
        return self._pressed(step, event.keys) if isinstance(event, on.Digits) else _STAY

    def _heard(self, target: str) -> str:
        self._failures = 0
        return target

    def _keep(self, kept: Mapping[str, str] | None, step: HttpStep | LookupStep) -> str:
        if kept is None:
            return self._fallback(step)
        self.variables.update(kept)
        return step.next

    def _pressed(self, step: Asking, keys: str) -> str:
        self._failures = 0
        if keys:
            self._silent = 0
        if isinstance(step, MenuStep) and keys in step.choices:
            return step.choices[keys]
        if isinstance(step, OptOutStep) and keys:
            return self._opt_out(step) if keys == step.key else step.declined
        if isinstance(step, GatherStep) and _fits(step, keys):
            self.variables[step.into] = keys
            return step.next
        return self._again(step, wrong=True)

    def _opt_out(self, step: OptOutStep) -> str:
        if not self._number:
            return self._fallback(step)
        self._opting_out = True
        self._wait(step, do.OptOut(self._number))
        return _STAY

    def _identified(self, step: PinStep, event: on.FlowEvent) -> str:
        """Go on with the number and the PIN of a caller."""
        asked = self._log_in
        if asked is None:
            return _STAY
        if isinstance(event, on.Digits):
            self._failures = 0
            self._silent = 0 if event.keys else self._silent
        if isinstance(event, on.TimedOut) and asked.comparing:
            return self._fallback(step)
        if isinstance(event, on.Conferred) and isinstance(step, ConferenceStep):
            return self._heard(step.next) if step.next else self._hang_up("left the conference")
        told = asked.handle(event)
        match told:
            case do.Gather() | do.CheckPin():
                self._wait(step, told)
            case on.LogInRefused(locked):
                otherwise = step.otherwise or self._flow.head.otherwise
                return step.locked or otherwise if locked else otherwise
            case on.LoggedIn(fields) if isinstance(step, ConferenceStep):
                self._wait(step, do.Confer(fields["number"], step.conference, self.language))
            case on.LoggedIn(fields) if isinstance(step, LogInStep):
                self.variables.update({name: fields[of] for name, of in step.into.items()})
                return self._heard(step.next)
        return _STAY

    def _again(self, step: Asking, *, wrong: bool = False) -> str:
        """Ask once more, or go on without an answer."""
        if self._tries >= step.tries:
            if isinstance(step, OptOutStep):
                return step.declined
            return step.otherwise or self._flow.head.otherwise
        told = step.wrong if wrong and not isinstance(step, OptOutStep) else None
        self._ask(step, told)
        return _STAY

    def _fallback(self, step: Step) -> str:
        """Return where a failure leads; the call ends when too many came without a sound."""
        self._failures += 1
        if self._failures > MOST_FAILURES:
            return self._hang_up("too many failures")
        target = step.otherwise or self._flow.head.otherwise
        if target == self.step:  # it would only fail again
            return self._hang_up("the last fallback failed")
        return target

    # -- steps -------------------------------------------------------------------------------

    def _go(self, target: str) -> None:
        """Enter steps until one waits for something, or the flow is over."""
        while target and not self.ended:
            self._silent += 1
            if self._silent > self._flow.head.most_steps or len(self.path) >= MOST_IN_ALL:
                self._hang_up("too many steps")
                return
            self.step = target
            self.path.append(target)
            target = self._enter(self._flow.steps[target])

    def _enter(self, step: Step) -> str:
        """Begin a step; return the next one if nothing is waited for."""
        match step:
            case SayStep():
                return self._say(step)
            case GatherStep() | MenuStep() | OptOutStep():
                self._tries, self._opting_out = 0, False
                self._ask(step, None)
            case BranchStep():
                known = self._known()
                cases = (one.go for one in step.branch if parse_filter(one.when).matches(known))
                return next(cases, step.otherwise)
            case HttpStep():
                return self._request(step)
            case LookupStep():
                number = self._known().get(step.lookup, "")
                if not number.strip():
                    return self._fallback(step)
                self._wait(step, do.LookUp(number))
            case LogInStep() | ConferenceStep():
                kind = step.log_in if isinstance(step, LogInStep) else ROOM
                self._log_in = NumberAndPin(step, kind, self.language)
                self._wait(step, self._log_in.begin())
            case LanguageStep():
                self.language = step.language
                return step.next
            case _:
                return self._order(step)
        return _STAY

    def _order(self, step: Step) -> str:
        """Begin a step that is one command, whatever is known by now."""
        match step:
            case PlayStep():
                self._wait(step, do.Play(step.play, self.language))
            case TransferStep():
                kind, which = step.transfer.told
                self._wait(step, do.Transfer(kind, which, step.wait_s))
            case RecordStep() | VoicemailStep():
                self._wait(step, record_for(step, self.language))
            case HangUpStep(hang_up=None):
                self._hang_up("flow ended")
            case HangUpStep(hang_up=Sound() as sound):
                self._wait(step, do.Play(sound, self.language))
        return _STAY

    def _ask(self, step: Asking, told: Sound | None) -> None:
        self._tries += 1
        self._wait(step, gather_for(step, told, self.language))

    def _say(self, step: SayStep) -> str:
        value = said_as(step.as_, filled(step.say, self._known()))
        if value is None:
            return self._fallback(step)
        self._wait(step, do.Say(step.as_, value, self.language, step.currency or ""))
        return _STAY

    def _request(self, step: HttpStep) -> str:
        request = request_for(step, self._known())
        if request is None:
            return self._fallback(step)
        self._wait(step, request)
        return _STAY

    def _known(self) -> dict[str, str]:
        times = times_at(self._now, self._flow.head.zone)
        return {**self.variables, **times, "language": self.language}

    # -- waiting and ending ------------------------------------------------------------------

    def _wait(self, step: Step, command: do.FlowCommand) -> None:
        self._out.append(command)
        self.due_at = self._now + longest_wait(step, command)

    def _hang_up(self, reason: str) -> str:
        self._out.append(do.HangUp(reason))
        return self._end(reason)

    def _end(self, reason: str) -> str:
        self.ended, self.due_at = reason, None
        return _STAY


def _fits(step: GatherStep, keys: str) -> bool:
    return keys.isascii() and keys.isdigit() and step.least <= len(keys) <= step.most
