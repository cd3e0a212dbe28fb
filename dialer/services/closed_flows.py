"""Which flow leads a call to a queue or number that is closed just now.

Knows rules and calling hours by name, from memory. Refuses to know how a flow is led.
"""

from dialer.domain.after_hours import AfterHours, WhenClosed, is_closed
from dialer.domain.flow.single_step import flow_announcing, flow_to_number, flow_to_voicemail
from dialer.domain.flow.steps import Flow
from dialer.ports import Clock
from dialer.services.flow_book import FlowBook


class ClosedFlows:
    """What leads callers of what is closed.

    Args:
        book: of rules, hours and flows.
        clock: of the engine.
    """

    def __init__(self, book: FlowBook, clock: Clock) -> None:
        self._book = book
        self._clock = clock

    def of_number(self, number: str, language: str = "en") -> Flow | None:
        """Return the flow of a number of ours that is closed; None: it is open.

        A rule whose hours or flow are not there leaves it open.
        """
        route = self._book.route(number)
        return None if route is None else self._of(route.after_hours, route.name, language)

    def of_queue(self, name: str, language: str) -> Flow | None:
        """Return the flow of a queue that is closed; None: it is open."""
        return self._of(self._book.after_hours_of(name), name, language)

    def _of(self, rule: AfterHours | None, name: str, language: str) -> Flow | None:
        hours = self._book.hours(rule.hours) if rule is not None else None
        if rule is None or hours is None or not is_closed(rule, hours, self._clock.now()):
            return None
        match rule.then:
            case WhenClosed.ANNOUNCEMENT:
                return flow_announcing(rule.prompt, language)
            case WhenClosed.VOICEMAIL:
                return flow_to_voicemail(rule.to or name, rule.prompt, language)
            case WhenClosed.FORWARD:
                return flow_to_number(rule.to, rule.prompt, language)
            case WhenClosed.FLOW:
                return self._book.flow(rule.to)
