"""How a single lead stands, in words."""

from dialer.domain.calling_rules.place import place_of
from dialer.domain.dial_law import REHEARSAL, DialLaw
from dialer.domain.explanation import Hold, StandingCount
from dialer.domain.lead_said import SAID_OF_ONE, said_of
from dialer.domain.lead_standing import LeadState


def test_every_hold_has_a_sentence_of_its_own() -> None:
    assert SAID_OF_ONE.keys() == set(Hold)
    assert len(set(SAID_OF_ONE.values())) == len(Hold)


def test_every_state_of_a_lead_is_told() -> None:
    for state in LeadState:
        standing = StandingCount(state, "", 1, due_at=0.0, place=place_of("+12025550101"))
        said = said_of(standing, DialLaw(), REHEARSAL, 100.0)
        assert said.sentence.startswith(SAID_OF_ONE[said.hold])


def test_what_waits_says_how_long() -> None:
    standing = StandingCount(LeadState.WAITING, "rules:windows", 1, due_at=3_700.0)
    said = said_of(standing, DialLaw(), REHEARSAL, 100.0)
    assert said.sentence == (
        "is where it is outside calling hours (windows); it may be dialed in 1 h"
    )
    assert (said.hold, said.detail, said.next_at) == (Hold.HOURS, "windows", 3_700.0)


def test_a_listed_number_comes_before_everything() -> None:
    standing = StandingCount(LeadState.READY, "", 1, place=place_of("+12025550101"), listed=1)
    assert said_of(standing, DialLaw(), REHEARSAL, 100.0).hold is Hold.DO_NOT_CALL
