"""What a speech program is given of a value, and flows of one step."""

import pytest

from dialer.domain.flow.commands import HangUp, Transfer
from dialer.domain.flow.events import Began, Failed
from dialer.domain.flow.run import FlowRun
from dialer.domain.flow.said_words import words_of
from dialer.domain.flow.single_step import flow_to_queue


@pytest.mark.parametrize(
    ("kind", "value", "language", "currency", "words"),
    [
        ("digits", "007", "en", "", "0, 0, 7"),
        ("number", "1234", "en", "", "1234"),
        ("number", "12.5", "en", "", "12.5"),
        ("date", "2026-12-01", "en", "", "December 1, 2026"),
        ("date", "2026-12-01", "en-US", "", "December 1, 2026"),
        ("date", "2026-03-24", "de", "", "24. März 2026"),
        ("date", "2026-03-24", "es", "", "24 de marzo de 2026"),
        ("date", "2026-03-24", "fr", "", "24 mars 2026"),
        ("date", "2026-03-24", "fi", "", "24, 3, 2026"),
        ("money", "12.50", "en", "USD", "12 dollars and 50 cents"),
        ("money", "1.01", "en", "USD", "1 dollar and 1 cent"),
        ("money", "0.05", "en", "GBP", "5 pence"),
        ("money", "0.00", "en", "USD", "0 dollars"),
        ("money", "-3.00", "en", "USD", "minus 3 dollars"),
        ("money", "3.20", "de", "EUR", "3 Euro und 20 Cent"),
        ("money", "3.20", "fi", "EUR", "3.20 E U R"),
        ("money", "3.00", "en", "JPY", "3 J P Y"),
    ],
)
def test_a_value_is_written_as_it_is_to_be_read(
    kind: str, value: str, language: str, currency: str, words: str
) -> None:
    assert words_of(kind, value, language, currency) == words


def test_a_number_that_leads_to_a_queue_asks_for_the_queue_and_hangs_up_when_nobody_is_there() -> (
    None
):
    run = FlowRun(flow_to_queue("Front desk, 1st"), number="", our_number="+12025550100")
    assert run.handle(Began(), 0.0) == [Transfer("queue", "Front desk, 1st", 3600.0)]
    assert run.handle(Failed("closed"), 1.0) == [HangUp("flow ended")]
