"""Which engines are there is told from beats alone, and what was missed from numbers."""

import pytest

from dialer.adapters.redis.known_engines import Found, Heard, KnownEngines, Lost
from dialer.adapters.redis.words import Beat
from dialer.errors import BadInput, EngineUnavailable


def beat(count: int = 1, *, epoch: str = "e1", told: int = 0, leaving: bool = False) -> Beat:
    return Beat(epoch, count, told, leaving)


def names(engines: KnownEngines) -> list[str]:
    return [engine.node for engine in engines.present()]


def test_an_engine_that_beats_is_there_and_one_that_stands_still_is_gone_after_three_seconds() -> (
    None
):
    engines = KnownEngines()
    assert engines.look({"east": beat(1)}, 0.0) == [Found("east")]
    assert engines.look({"east": beat(2)}, 1.0) == []
    assert engines.look({"east": beat(2)}, 3.9) == []
    assert engines.look({"east": beat(2)}, 4.0) == [Lost("east", "e1")]
    assert names(engines) == []


def test_a_key_that_is_missing_for_a_moment_means_nothing() -> None:
    engines = KnownEngines()
    engines.look({"east": beat(1)}, 0.0)
    assert engines.look({}, 1.0) == []
    assert names(engines) == ["east"]
    assert engines.look({"east": beat(2)}, 2.0) == []
    assert engines.look({}, 5.0) == [Lost("east", "e1")]


def test_one_that_takes_its_leave_is_gone_at_once_and_stays_so() -> None:
    engines = KnownEngines()
    engines.look({"east": beat(1)}, 0.0)
    assert engines.look({"east": beat(1, leaving=True)}, 0.1) == [Lost("east", "e1")]
    assert engines.look({"east": beat(1, leaving=True)}, 0.2) == []


def test_another_epoch_is_another_engine() -> None:
    engines = KnownEngines()
    engines.look({"east": beat(9, told=50)}, 0.0)
    changes = engines.look({"east": beat(1, epoch="e2", told=3)}, 0.5)
    assert changes == [Lost("east", "e1"), Found("east")]
    assert engines.chosen("east").heard == 3


def test_time_without_redis_counts_against_no_engine_but_facts_may_be_missing() -> None:
    engines = KnownEngines()
    engines.look({"east": beat(1)}, 0.0)
    engines.lost_sight()
    assert names(engines) == []
    with pytest.raises(EngineUnavailable, match="Redis"):
        engines.chosen("east")
    assert engines.look({}, 60.0) == [Found("east")]
    assert names(engines) == ["east"]
    assert engines.look({"east": beat(61)}, 61.0) == []


def test_facts_follow_each_other_by_number() -> None:
    engines = KnownEngines()
    engines.look({"east": beat(told=7)}, 0.0)
    assert engines.heard("east", "e1", 8) is Heard.NEXT
    assert engines.heard("east", "e1", 8) is Heard.OLD
    assert engines.heard("east", "e1", 11) is Heard.AFTER_A_GAP
    assert engines.heard("east", "e1", 12) is Heard.NEXT
    assert engines.heard("east", "e0", 13) is Heard.OLD
    assert engines.heard("west", "e1", 13) is Heard.OLD


def test_facts_that_an_engine_has_told_and_nobody_finds_are_missed_once() -> None:
    engines = KnownEngines()
    engines.look({"east": beat(told=7)}, 0.0)
    assert not engines.nothing_after("east", "e1", 7)
    engines.look({"east": beat(2, told=9)}, 1.0)
    assert engines.nothing_after("east", "e1", 9)
    assert not engines.nothing_after("east", "e1", 9)
    assert engines.heard("east", "e1", 10) is Heard.NEXT


def test_who_is_meant_must_be_clear() -> None:
    engines = KnownEngines()
    with pytest.raises(EngineUnavailable):
        engines.chosen("")
    engines.look({}, 0.0)
    with pytest.raises(EngineUnavailable, match="none runs"):
        engines.chosen("")
    engines.look({"east": beat()}, 0.0)
    assert engines.chosen("").node == "east"
    with pytest.raises(BadInput, match="name east"):
        engines.chosen("north")
    engines.look({"east": beat(2), "west": beat()}, 1.0)
    with pytest.raises(BadInput, match="east or west"):
        engines.chosen("")
    engines.look({"east": beat(3), "west": beat(1, leaving=True)}, 2.0)
    with pytest.raises(EngineUnavailable, match="west"):
        engines.chosen("west")
