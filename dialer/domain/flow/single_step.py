"""Flows of one step, for numbers that lead to a queue without any words. Pure."""

from typing import Final

from dialer.domain.flow.steps import Destination, Flow, HangUpStep, Head, TransferStep

LONGEST_S: Final = 3600.0
"""The queue knows how long its callers wait; this is for one that does not."""


def flow_to_queue(name: str) -> Flow:
    """Return a flow that hands the call to a queue, and hangs up when nobody takes it."""
    # a queue's name may hold more than a flow's text could say
    to = Destination.model_construct(queue=name, agent=None, number=None)
    step = TransferStep.model_construct(transfer=to, wait_s=LONGEST_S, otherwise="bye")
    bye = HangUpStep.model_construct(hang_up=None, otherwise=None)
    return Flow(Head(otherwise="bye"), "queue", {"queue": step, "bye": bye})
