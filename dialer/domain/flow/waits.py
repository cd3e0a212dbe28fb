"""How long a command may take before its call goes on without it; seconds. Pure.

The switch and the network have time-outs of their own, which come first: these are for what never
answers. Refuses to know what happens then.
"""

from typing import Final

from dialer.domain.flow import commands as do
from dialer.domain.flow.steps import PlayStep, Step

MARGIN_S: Final = 2.0
"""For the way to the switch and back."""

SOUND_S: Final = 300.0
"""Of one prompt at most, where nothing else is said."""

LONGEST_TALK_S: Final = 86_400.0
"""In a conference room: whoever is there knows when it is over."""

SAID_S: Final = 60.0
QUICK_S: Final = 5.0
"""For the database, and for comparing a PIN."""


def longest_wait(step: Step, command: do.FlowCommand) -> float:
    """Return after how many seconds nothing is to be expected any more."""
    match command:
        case do.Play():
            return MARGIN_S + (step.most_s if isinstance(step, PlayStep) else SOUND_S)
        case do.Say():
            return MARGIN_S + SAID_S
        case do.Gather():
            keys = command.wait_s + command.between_s * command.most
            return MARGIN_S + SOUND_S * len(command.sounds) + keys
        case do.Request():
            return MARGIN_S + command.time_out_s
        case do.Record():
            greeting = SOUND_S if command.sound is not None else 0.0
            return MARGIN_S + greeting + command.most_s
        case do.Transfer():
            return MARGIN_S + command.wait_s
        case do.LookUp() | do.CheckPin() | do.OptOut():
            return MARGIN_S + QUICK_S
        case do.Confer():
            return LONGEST_TALK_S
        case do.HangUp():
            return MARGIN_S
