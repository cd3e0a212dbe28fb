"""The one error of `pacing`: what was contradicted, with the facts as attributes.

Knows settings, calls, agents and times by name. Refuses to know what the caller does about it.
"""


class PacingError(ValueError):
    """A setting out of range, or an event that contradicts the past; nothing was changed."""

    def __init__(
        self,
        problem: str,
        *,
        field: str | None = None,
        value: object = None,
        allowed: str | None = None,
        call_id: str | None = None,
        agent_id: str | None = None,
        event: str | None = None,
        phase: str | None = None,
        now: float | None = None,
        last_now: float | None = None,
    ) -> None:
        """Keep the facts.

        Args:
            problem: one line for people.
            field: the setting or argument that is wrong.
            value: its value as it came.
            allowed: the range or the values that would have been right.
            call_id: the call that the event was about.
            agent_id: the agent that the event was about.
            event: what was reported, such as "answered".
            phase: where the call stood when it was reported; None when it was never dialed.
            now: time of the event, in seconds.
            last_now: the latest time seen before, in seconds.
        """
        self.problem = problem
        self.field = field
        self.value = value
        self.allowed = allowed
        self.call_id = call_id
        self.agent_id = agent_id
        self.event = event
        self.phase = phase
        self.now = now
        self.last_now = last_now
        super().__init__(problem)


def out_of_range(field: str, value: object, allowed: str) -> PacingError:
    """Return the error of a field whose value is outside of its range."""
    return PacingError(
        f"{field} is {value!r}; allowed is {allowed}", field=field, value=value, allowed=allowed
    )
