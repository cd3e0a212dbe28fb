"""Who else is in a talk, and what may be asked for when."""

import pytest

from dialer.domain.call_states import CallState as S
from dialer.domain.company import COMPANY_MOVES, REQUESTS, Company, check_request
from dialer.domain.dial_law import DialTerms
from dialer.domain.outside import OutsidePolicy
from dialer.domain.telephone_keys import checked_keys
from dialer.errors import BadInput, WrongState

C = Company
ALLOWED = {
    (S.TALKING, C.ALONE): {
        "hold",
        "park",
        "transfer",
        "consult",
        "dtmf",
        "leave-message",
        "record-start",
    },
    (S.HOLDING, C.ALONE): {"resume", "park", "transfer", "consult"},
    (S.PARKED, C.ALONE): {"pick-up", "transfer"},
    (S.RETURNING, C.ALONE): {"pick-up", "transfer"},
    (S.HOLDING, C.CALLED): {"cancel"},
    (S.HOLDING, C.CONSULTING): {"complete", "cancel", "three-way"},
    (S.TALKING, C.THREE): {"leave", "drop", "dtmf", "record-start"},
    (S.TALKING, C.CALLED): {"dtmf", "record-start"},
    (S.TALKING, C.CONSULTING): {"dtmf", "record-start"},
}
ALWAYS = {"mute", "record-pause", "record-resume"}
WITH_AGENT = {S.TALKING, S.PARTING, S.HOLDING, S.REJOINING}


@pytest.mark.parametrize("company", Company)
@pytest.mark.parametrize("state", S)
def test_what_may_be_asked_for(state: S, company: Company) -> None:
    expected = ALLOWED.get((state, company), set()) | (ALWAYS if state in WITH_AGENT else set())
    for request in expected:
        check_request(request, state, company)
    for request in REQUESTS.keys() - expected:
        with pytest.raises(WrongState, match=request):
            check_request(request, state, company)


def test_every_company_comes_back_to_two() -> None:
    for company in Company:
        if company is not C.ALONE:
            assert COMPANY_MOVES[company, "gone"] is C.ALONE
            assert COMPANY_MOVES[company, "handed_over"] is C.ALONE


@pytest.mark.parametrize(
    ("numbers", "number"),
    [(("+1206*",), "+12065550100"), (("+12065550100",), "+12065550100"), (("*",), "+442079460000")],
)
def test_a_number_that_is_meant_may_be_reached(numbers: tuple[str, ...], number: str) -> None:
    assert OutsidePolicy(numbers).check(number, DialTerms()) == number


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("+12075550100", "may be reached"),
        ("+120655501000", "impossible length"),
        ("+19005550100", "premium"),
        ("+881612345678", "satellite"),
        ("112", "emergency"),
        ("2065550100", "E.164"),
    ],
)
def test_a_number_that_may_not_be_reached_says_why(number: str, why: str) -> None:
    with pytest.raises(BadInput, match=why):
        OutsidePolicy(("+1206*", "+1900*", "+8816*")).check(number, DialTerms())


def test_countries_that_may_not_be_called_hold_for_transfers_too() -> None:
    terms = DialTerms(countries=frozenset({"US"}), trial_prefixes=())
    assert OutsidePolicy(("*",)).check("+12065550100", terms)
    with pytest.raises(BadInput, match="GB is not among"):
        OutsidePolicy(("*",)).check("+442079460000", terms)


def test_without_a_word_from_the_node_nobody_is_reached() -> None:
    with pytest.raises(BadInput, match="OUTPACE_TRANSFER_TO"):
        OutsidePolicy().check("+12065550100", DialTerms())


@pytest.mark.parametrize("pattern", ["206", "+", "+1206**", "+1 206", "+1206\n", ""])
def test_a_policy_of_something_else_is_refused(pattern: str) -> None:
    with pytest.raises(BadInput, match="OUTPACE_TRANSFER_TO"):
        OutsidePolicy((pattern,))


@pytest.mark.parametrize("digits", ["", "12a", "1\r\nAction: Originate", "1" * 33, "\u0661"])
def test_what_is_no_telephone_key_is_not_sent(digits: str) -> None:
    assert checked_keys("0123456789*#") == "0123456789*#"
    with pytest.raises(BadInput, match="digits"):
        checked_keys(digits)
