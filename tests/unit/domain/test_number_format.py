"""How numbers are dialed on a trunk."""

import pytest

from dialer.domain.number_format import NumberFormat, Style
from dialer.errors import BadInput, UnsafeValue


@pytest.mark.parametrize(
    ("form", "number", "dialed"),
    [
        (NumberFormat(), "+12025550100", "12025550100"),
        (NumberFormat(Style.PLUS), "+12025550100", "+12025550100"),
        (NumberFormat(prefix="9#"), "+12025550100", "9#12025550100"),
        (NumberFormat(Style.NATIONAL, "US"), "+12025550100", "2025550100"),
        (NumberFormat(Style.NATIONAL, "US"), "+493012345678", "011493012345678"),
        (NumberFormat(Style.NATIONAL, "DE"), "+493012345678", "03012345678"),
        (NumberFormat(Style.NATIONAL, "DE"), "+12025550100", "0012025550100"),
        (NumberFormat(Style.NATIONAL, "FR", "0"), "+33170186543", "00170186543"),
        (NumberFormat(Style.NATIONAL, "GB"), "+442079460123", "02079460123"),
        # kept for trials, of no country
        (NumberFormat(), "+19991025000", "19991025000"),
    ],
)
def test_a_number_is_written_as_the_carrier_wants_it(
    form: NumberFormat, number: str, dialed: str
) -> None:
    assert form.spelled(number) == dialed


@pytest.mark.parametrize(
    "number", ["", "+", "+1202\r\nX: y", "+1202@evil", "1202,hangup", "+1202/n", "abc"]
)
@pytest.mark.parametrize("style", list(Style))
def test_what_is_no_number_is_not_dialed(style: Style, number: str) -> None:
    with pytest.raises(UnsafeValue):
        NumberFormat(style, "US").spelled(number)


def test_a_format_that_cannot_be_is_refused() -> None:
    with pytest.raises(BadInput):
        NumberFormat(Style.NATIONAL)
    with pytest.raises(BadInput):
        NumberFormat(Style.NATIONAL, "UK")
    for prefix in ("a", "1" * 13, "9\r\n", "9@"):
        with pytest.raises(BadInput):
            NumberFormat(prefix=prefix)
