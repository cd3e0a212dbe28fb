"""Flows as tests write them."""

from dialer.adapters.flow_files import checked
from dialer.domain.flow.commands import FlowCommand, Gather, HangUp, Play
from dialer.domain.flow.events import Began, FlowEvent
from dialer.domain.flow.run import FlowRun
from dialer.domain.flow.steps import Flow

NOW = 1_796_137_200.0  # 2026-12-01, a Tuesday, 15:00 UTC


def flow_of(text: str) -> Flow:
    """A flow that can be used."""
    flow, problems = checked(text)
    assert flow is not None, [str(one) for one in problems]
    return flow


def told(text: str, **more: object) -> list[str]:
    """What the checker says, a line for each problem."""
    return [str(one) for one in checked(text, **more)[1]]  # type: ignore[arg-type]


class Call:
    """One call led by a flow, a second after the other."""

    def __init__(self, text: str, *, number: str = "+12025550123", at: float = NOW) -> None:
        self.run = FlowRun(flow_of(text), number=number, our_number="+12025550199")
        self.now = at
        self.first = self.run.handle(Began(), at)

    def then(self, event: FlowEvent) -> list[FlowCommand]:
        """Tell the flow what happened."""
        self.now += 1.0
        return self.run.handle(event, self.now)


def heard(commands: list[FlowCommand]) -> list[str]:
    """What the caller hears of some commands, and whether the call ends."""
    lines = []
    for one in commands:
        if isinstance(one, Play):
            lines.append(str(one.sound))
        elif isinstance(one, Gather):
            lines += [f"{sound}?" for sound in one.sounds]
        elif isinstance(one, HangUp):
            lines.append("(hung up)")
        else:
            lines.append(type(one).__name__)
    return lines
