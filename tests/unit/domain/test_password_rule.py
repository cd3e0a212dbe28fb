"""What a password must be."""

import pytest

from dialer.domain.credential import could_be_ours, csrf_of, digest_of
from dialer.domain.password_rule import checked_password, prepared
from dialer.errors import BadInput


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("", "password: has fewer than 12 characters; choose a longer one"),
        ("eleven char", "has fewer than 12 characters"),
        ("Ann@Example.com", "is the login"),
        ("x" * 1025, "has more than 1024 bytes"),
        ("ü" * 513, "has more than 1024 bytes"),
        ("\ud800" * 12, "is no text"),
    ],
)
def test_what_is_no_password_is_refused_with_the_fix(password: str, problem: str) -> None:
    with pytest.raises(BadInput, match=problem) as refused:
        checked_password(password, "ann@example.com")
    assert password not in str(refused.value) or not password


def test_a_password_is_the_same_however_its_letters_were_typed() -> None:
    assert checked_password("u\u0308ber allen Wipfeln", "ann") == prepared("über allen Wipfeln")
    assert checked_password("x" * 1024, "ann") == b"x" * 1024


def test_a_secret_is_found_by_a_digest_and_a_page_knows_it_by_another() -> None:
    secret = "s" * 43
    assert secret not in digest_of(secret) + csrf_of(secret)
    assert csrf_of(secret) not in (digest_of(secret), csrf_of("t" * 43))
    assert could_be_ours(secret)
    assert not any(map(could_be_ours, ("", "s" * 201, "ü" * 43)))
