"""Signals: the first asks, the second hurries, and tidying up is never cut off."""

import signal

import pytest

from simulation.demo.interrupts import Interrupted, Interrupts


def test_ctrl_c_raises_where_the_program_is_and_means_exit_code_130() -> None:
    with Interrupts(), pytest.raises(Interrupted) as error:
        signal.raise_signal(signal.SIGINT)

    assert error.value.exit_code == 130


def test_sigterm_means_exit_code_143() -> None:
    with Interrupts(), pytest.raises(Interrupted) as error:
        signal.raise_signal(signal.SIGTERM)

    assert error.value.exit_code == 143


def test_the_second_one_hurries_and_raises_nothing() -> None:
    hurried: list[str] = []
    with Interrupts() as interrupts:
        interrupts.hurry = lambda: hurried.append("now")
        with pytest.raises(Interrupted):
            signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGTERM)

    assert hurried == ["now", "now"]


def test_softly_it_calls_back_and_is_raised_afterwards() -> None:
    called: list[str] = []
    with Interrupts() as interrupts:
        with interrupts.softly(lambda: called.append("stop")):
            signal.raise_signal(signal.SIGINT)
        assert called == ["stop"]
        with pytest.raises(Interrupted):
            interrupts.check()


def test_check_raises_nothing_when_nothing_came() -> None:
    with Interrupts() as interrupts:
        interrupts.check()


def test_handlers_are_given_back() -> None:
    before = signal.getsignal(signal.SIGINT)

    with Interrupts():
        assert signal.getsignal(signal.SIGINT) != before

    assert signal.getsignal(signal.SIGINT) == before


def test_a_terminal_that_may_go_is_left_alone_under_nohup() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with Interrupts():
            assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)
