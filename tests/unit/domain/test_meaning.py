"""What a disposition meant, as a number."""

import pytest

from dialer.domain.disposition import DEFAULT_DISPOSITIONS
from dialer.domain.meaning import Meaning, meaning_of

M = Meaning


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        ("sale", M.HUMAN | M.CONTACT | M.RIGHT_PARTY | M.SALE),
        ("not_interested", M.HUMAN | M.CONTACT | M.RIGHT_PARTY | M.REFUSAL),
        ("machine", M.MACHINE),
        ("silence", M(0)),
        ("wrong_number", M.HUMAN | M.WRONG_NUMBER),
    ],
)
def test_a_disposition_means_its_flags(code: str, meaning: Meaning) -> None:
    assert meaning_of(DEFAULT_DISPOSITIONS.by_code[code]) == meaning


def test_the_numbers_in_the_database_never_change() -> None:
    assert [int(flag) for flag in Meaning] == [1, 2, 4, 8, 16, 32, 64]
