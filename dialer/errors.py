"""Errors of the dialer: each carries its facts as attributes and says what to do about it."""

from collections.abc import Sequence


class OutpaceError(Exception):
    """Something an operator can act on; the message is one line: what is wrong, and the fix."""


class SwitchUnavailable(OutpaceError):
    """There is no session with the switch; what was asked was certainly not sent."""


class ReplyLost(OutpaceError):
    """The session broke after a command was sent: it may have been carried out."""

    def __init__(self, action: str, channel_id: str = "") -> None:
        self.action = action
        self.channel_id = channel_id
        super().__init__(f"{action} {channel_id}: session lost before the reply; ask the switch")


class OriginateRefused(OutpaceError):
    """The switch refused to start a channel; there is none."""

    def __init__(self, channel_id: str, reason: str) -> None:
        self.channel_id = channel_id
        self.reason = reason
        super().__init__(f"originate of {channel_id} refused: {reason}")


class PhoneRefused(OutpaceError):
    """The switch does not let an agent's phone in."""

    def __init__(self, name: str, reason: str) -> None:
        self.name = name
        self.reason = reason
        super().__init__(
            f"phone {name!r} refused by Asterisk ({reason}); see that no trunk and no agent of "
            "the settings has its name"
        )


class UnsafeValue(OutpaceError):
    """A value that would reach AMI or AGI holds a line break or a NUL."""

    def __init__(self, field: str, value: str) -> None:
        self.field = field
        self.value = value
        super().__init__(f"{field}: {value!r} holds a line break or NUL; remove it")


class BadInput(OutpaceError):
    """Input from a person that cannot be used; names the field and the fix."""

    def __init__(self, field: str, problem: str, fix: str) -> None:
        self.field = field
        self.problem = problem
        self.fix = fix
        super().__init__(f"{field}: {problem}; {fix}")


class ChangedMeanwhile(OutpaceError):
    """Somebody else changed a thing after it was looked at; nothing was changed now."""

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(f"{what} was changed meanwhile; look at it again, then change it")


class NoSuch(BadInput):
    """What was named does not exist, or is not to be seen by whoever asked."""


class Taken(BadInput):
    """A name that must be one of a kind is in use."""


class WrongState(BadInput):
    """What was asked is lawful, but not as things stand now."""


class Denied(BadInput):
    """Whoever asks may not do this."""


class NotAuthenticated(OutpaceError):
    """Nobody is known to ask."""

    def __init__(self, problem: str, fix: str) -> None:
        self.problem = problem
        self.fix = fix
        super().__init__(f"{problem}; {fix}")


class TooManyTries(OutpaceError):
    """Whoever asks must wait."""

    def __init__(self, retry_after_s: float) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(f"too many tries; wait {retry_after_s:.0f} s")


class EngineUnavailable(OutpaceError):
    """No engine can be asked now; whether the last thing asked was done is not known."""

    def __init__(self, node: str, reason: str) -> None:
        self.node = node
        self.reason = reason
        super().__init__(f"engine {node or '(none)'} cannot be asked: {reason}; it is tried again")


class LeadNotLeased(OutpaceError):
    """An attempt was to be recorded for a lead that this engine may not dial (any more)."""

    def __init__(self, lead_ids: Sequence[int]) -> None:
        self.lead_ids = tuple(lead_ids)
        named = ", ".join(str(lead_id) for lead_id in self.lead_ids)
        super().__init__(f"lead {named}: not leased, so not dialed; lease it again")


class StoreUnavailable(OutpaceError):
    """The database cannot be spoken to now; what was asked may or may not be recorded."""

    def __init__(self, reason: str) -> None:
        self.reason = reason.splitlines()[0] if reason else "no connection"
        super().__init__(f"the database cannot be reached: {self.reason}; it is tried again")
