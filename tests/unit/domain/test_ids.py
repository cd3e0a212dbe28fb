"""Names of channels: one length, so that none can be taken for another."""

from dialer.domain.ids import (
    ID_LENGTH,
    is_attempt_id,
    is_leg_id,
    new_attempt_id,
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
