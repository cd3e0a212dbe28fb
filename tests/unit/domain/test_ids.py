"""Names of channels: one length, so that none can be taken for another."""

from dialer.domain.ids import (
    ID_LENGTH,
    first_call_id,
    is_attempt_id,
    is_leg_id,
    is_talk_id,
    made_at,
    new_attempt_id,
    new_call_id,
    new_leg_id,
)


def test_every_id_has_the_same_length_so_none_is_the_prefix_of_another() -> None:
    ids = [new_attempt_id() for _ in range(1000)] + [new_leg_id() for _ in range(1000)]
    assert {len(one) for one in ids} == {ID_LENGTH}
    assert len({one.lower() for one in ids}) == len(ids)  # Bridge ignores case


def test_attempts_and_legs_are_told_apart() -> None:
    attempt, leg = new_attempt_id(), new_leg_id()
    assert (is_attempt_id(attempt), is_leg_id(attempt)) == (True, False)
    assert (is_attempt_id(leg), is_leg_id(leg)) == (False, True)


def test_channels_of_others_are_not_ours() -> None:
    for stranger in ("", "1700000000.12", "at-", new_attempt_id() + "0", new_leg_id()[:-1]):
        assert not is_attempt_id(stranger)
        assert not is_leg_id(stranger)


def test_ids_are_sorted_by_their_time_of_birth() -> None:
    first = new_attempt_id()
    later = max(new_attempt_id() for _ in range(10))
    assert first[3:13] <= later[3:13]


def test_talks_are_of_attempts_and_of_calls() -> None:
    talks = [is_talk_id(one) for one in (new_attempt_id(), new_call_id(), new_leg_id(), "ca-1")]
    assert talks == [True, True, False, False]


def test_calls_are_walked_by_the_time_in_their_ids() -> None:
    call = new_call_id()
    at = made_at(call)
    assert first_call_id(at) <= call < first_call_id(at + 0.001)
    for odd in (-5.0, 0.0, 1e308):  # a cursor may say anything
        assert len(first_call_id(odd)) == ID_LENGTH
