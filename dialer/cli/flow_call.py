"""A flow walked through in a terminal: somebody types what the caller, and the world, would do.

Knows lines of text. Refuses to know what a flow does next (`dialer.domain.flow.run`).
"""

import json
from collections.abc import Callable, Iterator, Mapping

from dialer.domain.flow import commands as do
from dialer.domain.flow import events as on
from dialer.domain.flow.run import FlowRun
from dialer.domain.flow.steps import Flow

HELP = "keys as they are pressed; nothing: no key; bye: the caller hangs up"


class Caller:
    """One call, typed.

    Args:
        flow: checked.
        number: of the caller.
        lead: fields of the caller's lead; None: there is none.
        now: when the call begins, epoch seconds; it takes no time.
    """

    def __init__(
        self, flow: Flow, *, number: str, lead: Mapping[str, str] | None, now: float
    ) -> None:
        self._run = FlowRun(flow, number=number, our_number="")
        self._lead = lead
        self._now = now

    def talk(self, typed: Iterator[str], show: Callable[[str], None]) -> Iterator[str]:
        """Yield what happens, line by line, until the call is over.

        Args:
            typed: what the caller does; its end is a hang-up.
            show: takes what is asked before a line is read.
        """
        shown = 0
        waiting = self._run.handle(on.Began(), self._now)
        while True:
            for name in self._run.path[shown:]:
                yield f"[{name}]"
            shown = len(self._run.path)
            for command in waiting:
                yield f"  {_told(command)}"
            if self._run.ended:
                yield f"over: {self._run.ended}"
                return
            waiting = self._run.handle(self._event(waiting[-1], typed, show), self._now)

    def _event(
        self, command: do.FlowCommand, typed: Iterator[str], show: Callable[[str], None]
    ) -> on.FlowEvent:
        """Return what follows a command: what is typed, or what can only be so."""
        match command:
            case do.Play() | do.Say():
                return on.Played()
            case do.LookUp():
                return on.Failed("no lead") if self._lead is None else on.LeadFound(self._lead)
            case do.OptOut():
                return on.OptedOut()
            case do.Gather():
                show(f"  ? {HELP}")
            case do.Request():
                show('  ? the reply, as JSON, such as {"balance": 3}; nothing: none comes')
            case do.CheckPin():
                show("  ? yes: the PIN is right; locked: no more is tried; nothing: it is wrong")
            case do.Confer():
                show("  ? yes: they talk there and leave; nothing: the room is full")
            case do.Transfer():
                show("  ? yes: somebody takes it; nothing: nobody does")
            case do.Record():
                show("  ? seconds of the message; nothing: none")
        said = next(typed, "bye")
        return on.HungUp() if said == "bye" else _typed(command, said)


def _typed(command: do.FlowCommand, said: str) -> on.FlowEvent:
    match command:
        case do.Gather():
            return on.Digits(said) if said else on.TimedOut()
        case do.Request():
            try:
                return on.HttpReplied(200, json.loads(said)) if said else on.TimedOut()
            except ValueError:
                return on.HttpReplied(200, None)
        case do.CheckPin(_, number):
            fields = {"number": number, "phone": "", "label": ""}
            return on.LoggedIn(fields) if said == "yes" else on.LogInRefused(said == "locked")
        case do.Confer():
            return on.Conferred() if said == "yes" else on.Failed("the room is full")
        case do.Transfer():
            return on.Transferred() if said == "yes" else on.Failed("nobody took it")
        case _:
            seconds = float(said) if said.isascii() and said.isdigit() else 0.0
            return on.Recorded("(a file)", seconds) if seconds else on.Failed("nothing was said")


def _told(command: do.FlowCommand) -> str:
    match command:
        case do.Play(sound, language):
            return f"plays ({language}): {sound}"
        case do.Say(kind, value, language, currency):
            return f"says ({language}) the {kind} {value} {currency}".rstrip()
        case do.Gather(sounds, language, least, most):
            keys = "one key" if most == 1 else f"{least} to {most} digits"
            return f"asks ({language}) for {keys}: {'; '.join(str(one) for one in sounds)}"
        case do.Request(method, url, body):
            return f"{method} {url}" + (f" {json.dumps(dict(body))}" if body else "")
        case do.LookUp(number):
            return f"looks up the lead of {number}"
        case do.Record(sound, language, _, _, _, box):
            where = f"for the box {box}" if box else "a message"
            return f"records {where}, after ({language}): {sound or 'a tone'}"
        case do.CheckPin(kind, number):
            return f"compares the PIN of {kind} {number}"
        case do.OptOut(number):
            return f"enters {number} in the do-not-call list"
        case do.Transfer(kind, to, wait_s):
            return f"transfers to {kind} {to}, for {wait_s:g} s at most"
        case do.Confer(room, sound, language):
            return f"lets into the room {room}, after ({language}): {sound or 'nothing'}"
        case do.HangUp(reason):
            return f"hangs up ({reason})"
