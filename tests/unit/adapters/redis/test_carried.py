"""What arrives again is not begun again, whatever was forgotten meanwhile."""

from dialer.adapters.redis.carried import MOST, MOST_AT_ONCE, MOST_BYTES, Carried, Verdict
from dialer.adapters.redis.words import LONGEST_S, Asked

NOW_MS = 1_700_000_000_000


def asked(number: int = 1, *, until_ms: int = NOW_MS + 30_000) -> Asked:
    return Asked(f"{number:032x}", "stop-all", {}, until_ms, "0" * 16)


def judge(
    carried: Carried, number: int = 1, *, until_ms: int = NOW_MS + 30_000, at_s: float = 0.0
) -> Verdict:
    now_ms = NOW_MS + int(at_s * 1000)
    return carried.judge(asked(number, until_ms=until_ms), now_ms=now_ms, at_s=at_s)


def test_a_request_is_begun_once_and_answered_as_often_as_it_comes() -> None:
    carried = Carried()
    assert judge(carried) is Verdict.BEGIN
    assert judge(carried) is Verdict.UNDER_WAY
    carried.done(asked().request_id, b"answer")
    assert judge(carried) is Verdict.AGAIN
    assert carried.answer(asked().request_id) == b"answer"


def test_a_request_is_not_begun_at_its_end_or_later() -> None:
    assert judge(Carried(), until_ms=NOW_MS + 1) is Verdict.BEGIN
    assert judge(Carried(), until_ms=NOW_MS) is Verdict.EXPIRED
    assert judge(Carried(), until_ms=NOW_MS - 1) is Verdict.EXPIRED


def test_a_request_that_would_be_good_for_hours_is_not_believed() -> None:
    assert judge(Carried(), until_ms=NOW_MS + int(LONGEST_S * 1000)) is Verdict.BEGIN
    assert judge(Carried(), until_ms=NOW_MS + 3_600_000) is Verdict.EXPIRED


def test_one_that_was_done_is_answered_after_its_end_too() -> None:
    carried = Carried()
    judge(carried, until_ms=NOW_MS + 1_000)
    carried.done(asked().request_id, b"answer")
    assert judge(carried, until_ms=NOW_MS + 1_000, at_s=5.0) is Verdict.AGAIN


def test_what_is_forgotten_is_too_old_to_be_begun() -> None:
    carried = Carried()
    until_ms = NOW_MS + int(LONGEST_S * 1000)
    judge(carried, until_ms=until_ms)
    carried.done(asked().request_id, b"answer")
    seconds = (0.0, 30.0, 59.0, 61.0, 119.0, 121.0, 500.0)
    verdicts = [judge(carried, until_ms=until_ms, at_s=at_s) for at_s in seconds]
    assert verdicts == [Verdict.AGAIN] * 5 + [Verdict.EXPIRED] * 2


def test_answers_are_kept_within_a_bound_and_what_was_done_stays_done() -> None:
    carried = Carried()
    large = b"x" * (MOST_BYTES // 4)
    for number in range(6):
        assert judge(carried, number) is Verdict.BEGIN
        carried.done(asked(number).request_id, large)
    verdicts = [judge(carried, number) for number in range(6)]
    assert verdicts == [Verdict.FORGOTTEN] * 2 + [Verdict.AGAIN] * 4


def test_more_at_once_than_an_engine_does_is_refused() -> None:
    carried = Carried()
    for number in range(MOST_AT_ONCE):
        assert judge(carried, number) is Verdict.BEGIN
    assert judge(carried, MOST_AT_ONCE) is Verdict.BUSY
    carried.done(asked(0).request_id, b"")
    assert judge(carried, MOST_AT_ONCE) is Verdict.BEGIN


def test_more_than_can_be_remembered_is_refused_until_there_is_room() -> None:
    carried = Carried()
    for number in range(MOST):
        judge(carried, number)
        carried.done(asked(number).request_id, b"")
    assert judge(carried, MOST) is Verdict.BUSY
    assert judge(carried, MOST, at_s=130.0, until_ms=NOW_MS + 140_000) is Verdict.BEGIN
