"""Numbers that people call: what can be kept, and what a network's way to write them means."""

import pytest

from dialer.domain.inbound_route import (
    ROUTES,
    InboundRoute,
    RouteTo,
    checked_route,
    number_said,
)
from dialer.errors import BadInput


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("+12025550100", "+12025550100"),
        ("12025550100", "+12025550100"),
        ("0012025550100", "+12025550100"),
        ("+1 (202) 555-0100", "+12025550100"),
        ("+493012345", "+493012345"),
        ("anonymous", ""),
        ("", ""),
        ("+", ""),
        ("0", ""),
        ("00", ""),
        ("+0012025550100", ""),
        ("1" * 300, ""),
        ("1" * 16, ""),
        ("12025550100;x", ""),
        ("+١٢٠٢٥٥٥٠١٠٠", ""),
        ("1202555\n0100", ""),
    ],
)
def test_a_number_is_read_as_networks_write_it_and_nothing_else_is(said: str, number: str) -> None:
    assert number_said(said) == number


@pytest.mark.parametrize(
    ("route", "field"),
    [
        (InboundRoute("2025550100", RouteTo.HANG_UP), "number"),
        (InboundRoute("+12025550100", RouteTo.FLOW, " "), "name"),
        (InboundRoute("+12025550100", RouteTo.HANG_UP, "x"), "name"),
        (InboundRoute("+12025550100", RouteTo.FLOW, "x", "a\nb"), "label"),
    ],
)
def test_a_route_that_cannot_be_kept_names_what_is_wrong(route: InboundRoute, field: str) -> None:
    with pytest.raises(BadInput) as refused:
        checked_route(route)
    assert refused.value.field == field


def test_a_route_is_understood_as_it_was_written() -> None:
    route = InboundRoute("+12025550100", RouteTo.QUEUE, "sales", "Front desk")
    assert ROUTES.understood(ROUTES.written(route)) == route
