"""Broadcasts: campaigns whose calls a flow leads first, until a key asks for an agent.

Knows which flow leads which attempt, and which flows may: a recorded voice says first who calls,
and offers a key against further calls. Whether a person agreed to be called so is decided at the
dial (`DialTerms.broadcast`). Refuses to know how a line is played to (`agi.broadcast`).
"""

from typing import Final

import structlog

from dialer.domain import call_events as happened
from dialer.domain.campaign import Campaign
from dialer.domain.flow.edges import unreachable
from dialer.domain.flow.fields import Sound
from dialer.domain.flow.steps import Flow, MenuStep, OptOutStep, PlayStep, SayStep, TransferStep
from dialer.domain.ids import CallId
from dialer.errors import BadInput
from dialer.ports import FlowDesk, LedCall, Unplayable
from dialer.services.calls import Calls
from dialer.services.flow_book import FlowBook

log = structlog.get_logger(__name__)

_SEE: Final = "see docs/ivr.md, Broadcasts"


class Broadcasts:
    """A `MessageDesk` (dialer.ports).

    Args:
        calls: the node's attempts.
        book: of published flows.
        desk: says what can be played.
    """

    def __init__(self, calls: Calls, book: FlowBook, desk: FlowDesk) -> None:
        self._calls = calls
        self._book = book
        self._desk = desk

    async def check(self, campaign: Campaign) -> None:
        """Check that a campaign's broadcast may be made as its flow is published now.

        Raises:
            BadInput: there is no such flow, it lacks what a recorded voice owes people, or
                something of it cannot be played.
        """
        await self._book.look()
        name = campaign.settings.broadcast
        flow = self._book.flow(name)
        if flow is None:
            raise BadInput("broadcast", f"flow {name!r} is not published, or wrong", _SEE)
        problem = problem_of(flow) or self._unplayable(campaign, name, flow)
        if problem:
            raise BadInput("broadcast", f"flow {name!r}: {problem}", _SEE)

    def _unplayable(self, campaign: Campaign, name: str, flow: Flow) -> str:
        call = LedCall(CallId(""), campaign.tenant_id, "", "", flow, name)
        for step_name, step in flow.steps.items():
            for field in type(step).model_fields:
                sound = getattr(step, field)
                try:
                    if isinstance(sound, Sound):
                        self._desk.sound(call, sound, flow.head.language)
                except Unplayable as problem:
                    return f"step {step_name}: {problem}"
        return ""

    async def led(self, channel_id: str) -> LedCall | None:
        """Return the call that a flow leads first; see `MessageDesk`."""
        if not self._calls.knows(channel_id):
            await self._calls.early_lines.adoption(channel_id)
        name, attempt = self._calls.broadcast_of(channel_id), self._calls.flow(channel_id)
        run = self._calls.run_of(channel_id)
        if not name or attempt is None or run is None:
            return None
        flow = self._book.flow(name)
        if flow is None:
            # taken back meanwhile: whoever answered gets an agent, or is let go as the law asks
            log.warning("broadcast_without_flow", attempt=channel_id, flow=name)
            return None
        return LedCall(
            CallId(channel_id),
            run.campaign.tenant_id,
            attempt.attempt.number,
            attempt.attempt.terms.caller_id or run.campaign.settings.caller_id,
            flow,
            name,
            lead_id=attempt.attempt.lead_id,
        )

    def began(self, call: LedCall, at: float) -> None:
        """Something is about to be played; see `MessageDesk`."""
        self._calls.handle(call.call_id, happened.MessageBegan(at))

    def over(self, call: LedCall, at: float) -> None:
        """Nobody was asked for; see `MessageDesk`."""
        self._calls.handle(call.call_id, happened.MessageOver(at))


def _opts_out(flow: Flow) -> bool:
    return any(isinstance(step, OptOutStep) for step in flow.steps.values())


def problem_of(flow: Flow) -> str:
    """Return what a flow lacks that leads people whom we have called; "": nothing.

    A recorded voice says at the beginning who calls (47 CFR 64.1200(b)(1)), and offers a key
    against further calls (64.1200(b)(3)), throughout: a key that is pressed while something plays
    is an answer to the next menu, so each menu has that key.
    """
    if not isinstance(flow.steps[flow.start], PlayStep | SayStep):
        return f"the first step ({flow.start}) must say who calls: play or say"
    met = flow.steps.keys() - set(unreachable(flow))
    ways_out = {name for name in met if isinstance(flow.steps[name], OptOutStep)}
    if not ways_out:
        problem = (
            "it has no opt_out step" if not _opts_out(flow) else "no call comes to its opt_out"
        )
        return f"{problem}: people must be able to end further calls by a key"
    for name, step in flow.steps.items():
        if isinstance(step, MenuStep) and name in met and not ways_out & {*step.choices.values()}:
            return f"step {name}: one key of each menu must lead to an opt_out step"
        if isinstance(step, TransferStep) and not step.transfer.campaign:
            return f"step {name}: here a transfer goes to the campaign's agents: `campaign: true`"
    return ""
