"""Numbers that are shown, and who is reached on them."""

from dialer.domain.inbound_route import InboundRoute, RouteTo
from dialer.domain.ringing_back import nowhere_said, rings_nowhere

FIRST, SECOND, THIRD = "+12025550100", "+12025550101", "+12025550102"


def test_a_number_without_a_route_or_that_hangs_up_reaches_nothing() -> None:
    routes = [
        InboundRoute(FIRST, RouteTo.FLOW, "ring-back"),
        InboundRoute(SECOND, RouteTo.HANG_UP),
        InboundRoute("+12025550109", RouteTo.QUEUE, "sales"),
    ]
    assert rings_nowhere([THIRD, SECOND, FIRST], routes) == [THIRD, SECOND]
    assert rings_nowhere([FIRST], routes) == []
    assert rings_nowhere([], routes) == []


def test_what_is_said_of_one_names_the_fix() -> None:
    assert nowhere_said(FIRST) == (
        f"whoever rings {FIRST} back reaches nothing: outpace routes add {FIRST} --flow ring-back"
    )
