"""What a consent says, and when it counts."""

import pytest

from dialer.domain.calling_rules.rule import Consent
from dialer.domain.consent import ConsentGiven, consent_from
from dialer.domain.instant import instant_of, written
from dialer.errors import BadInput

SAID = {"number": "(202) 555-0100", "kind": "express_written", "proof": "form 7"}
NOW = instant_of("2026-11-20", "now")


def read(**values: str) -> ConsentGiven:
    return consent_from({**SAID, **values}, default_region="US", now=NOW)


def test_a_consent_is_read_as_people_write_it() -> None:
    given = read(given_at="2026-11-01", expires_at="2026-12-01T00:00:00+01:00", purpose="sales")
    assert given == ConsentGiven(
        "+12025550100",
        Consent.EXPRESS_WRITTEN,
        "form 7",
        instant_of("2026-11-01", ""),
        "sales",
        instant_of("2026-11-30T23:00:00Z", ""),
    )
    assert read().given_at == NOW
    assert written(given.given_at) == "2026-11-01T00:00:00Z"


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"number": "12"}, "number: too short"),
        ({"kind": "implied"}, "kind: 'implied' is no kind of consent; use express or express_w"),
        ({"proof": " "}, "proof: is missing"),
        ({"purpose": "fun"}, "purpose: 'fun' is unknown; use sales, research, debt, service"),
        ({"given_at": "yesterday"}, "given_at: 'yesterday' is no date"),
        ({"given_at": "2030-01-01"}, "given_at: 2030-01-01 is in the future"),
        ({"given_at": "2026-02-01", "expires_at": "2026-01-01"}, "expires_at: is not after"),
    ],
)
def test_what_is_wrong_with_a_consent_is_told(wrong: dict[str, str], told: str) -> None:
    with pytest.raises(BadInput) as refused:
        read(**wrong)
    assert str(refused.value).startswith(told)


def test_a_consent_counts_from_when_it_is_given_until_it_ends_for_its_purpose() -> None:
    given = ConsentGiven(
        "+12025550100", Consent.EXPRESS, "form", 10.0, "sales", expires_at=30.0, withdrawn_at=20.0
    )
    assert [given.counts(at) for at in (9.9, 10.0, 19.9, 20.0)] == [False, True, True, False]
    assert given.counts(15.0, "sales")
    assert not given.counts(15.0, "debt")
    assert ConsentGiven("+12025550100", Consent.EXPRESS, "form", 10.0).counts(15.0, "debt")
