"""Who rings back the number that a campaign showed, and reaches nothing. Pure.

Refuses to know what happens to those who reach something.
"""

from collections.abc import Iterable, Sequence

from dialer.domain.inbound_route import InboundRoute, RouteTo


def rings_nowhere(shown: Iterable[str], routes: Iterable[InboundRoute]) -> Sequence[str]:
    """Return the numbers that are shown and on which nobody is reached, in their order.

    Args:
        shown: E.164.
        routes: the tenant's inbound numbers.
    """
    reached = {route.number for route in routes if route.to is not RouteTo.HANG_UP}
    return [number for number in shown if number not in reached]


def nowhere_said(number: str) -> str:
    """Return what people are told of such a number, with the fix."""
    fix = f"outpace routes add {number} --flow ring-back"
    return f"whoever rings {number} back reaches nothing: {fix}"
