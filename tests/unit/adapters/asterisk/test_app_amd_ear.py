"""The door to app_amd: who may ask, and what is told of the answer."""

from dialer.adapters.asterisk.answer_ear import AsteriskAnswerEar
from dialer.adapters.asterisk.app_amd_ear import AppAmdEar
from dialer.adapters.inprocess.clock import SteadyClock
from dialer.domain.amd.detector import AGENT_FIRST
from dialer.domain.amd.law import Verdict
from dialer.domain.ids import AttemptId, new_attempt_id


class Actions:
    """Keeps what was sent to the switch."""

    def __init__(self) -> None:
        self.sent: list[list[tuple[str, str]]] = []

    def send(self, action: str, fields: list[tuple[str, str]]) -> None:
        self.sent.append([("Action", action), *fields])

    @property
    def name(self) -> str:
        """Under which the last listening was begun."""
        variables = [value for key, value in self.sent[-1] if key == "Variable"]
        (name,) = [one.removeprefix("AMD_ID=") for one in variables if one.startswith("AMD_ID=")]
        return name


class World:
    """An ear, and what it told."""

    def __init__(self) -> None:
        self.switch = Actions()
        own = AsteriskAnswerEar(self.switch, AGENT_FIRST)
        self.ear = AppAmdEar(self.switch, SteadyClock(), own)
        self.told: list[tuple[AttemptId, Verdict]] = []
        self.lost: list[AttemptId] = []
        self.ear.on_verdict(lambda *said: self.told.append(said))
        self.ear.on_lost(self.lost.append)


async def test_a_stranger_is_not_listened_to_and_a_name_opens_once() -> None:
    at = World()
    at.ear.listen(new_attempt_id())
    assert not at.ear.began("")
    assert not at.ear.began("of-somebody-else")
    assert at.ear.began(at.switch.name)
    assert not at.ear.began(at.switch.name)


async def test_what_is_said_is_told_of_the_call_it_was_asked_for() -> None:
    at = World()
    first, second = new_attempt_id(), new_attempt_id()
    assert at.ear.screen(first)
    name = at.switch.name
    at.ear.listen(second)
    for one in (name, at.switch.name):
        assert at.ear.began(one)
    at.ear.ended(at.switch.name, "MACHINE", "LONGGREETING-1520-1500")
    at.ear.ended(name, "HUMAN", "HUMAN-800-800")
    assert [(about, one.answerer.value) for about, one in at.told] == [
        (second, "machine"),
        (first, "person"),
    ]
    assert at.lost == []


async def test_where_app_amd_is_not_loaded_or_says_what_nobody_knows_the_call_is_lost() -> None:
    at = World()
    for status, cause in (("", ""), ("HANGUP", ""), ("MAYBE", "MOON-1")):
        attempt_id = new_attempt_id()
        assert at.ear.screen(attempt_id)
        assert at.ear.began(at.switch.name)
        at.ear.ended(at.switch.name, status, cause)
        assert (at.lost.pop(), at.told) == (attempt_id, [])
    assert at.lost == []


async def test_another_kind_of_switch_is_not_listened_to() -> None:
    own = AsteriskAnswerEar(None, AGENT_FIRST)
    ear = AppAmdEar(None, SteadyClock(), own)
    assert not ear.screen(new_attempt_id())
    assert not ear.listen_for_beep(new_attempt_id())
