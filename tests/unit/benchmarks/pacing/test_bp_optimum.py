"""The exact optimum of the memoryless campaign, against figures that others computed."""

import pytest

from benchmarks.pacing.optimum import Memoryless, optimum


@pytest.mark.parametrize(
    ("agents", "answer_rate", "utilisation"),
    [
        (1, 0.10, 0.600),
        (1, 0.25, 0.770),
        (1, 0.50, 0.866),
        (5, 0.25, 0.821),
        (5, 0.50, 0.878),
        (10, 0.25, 0.856),
        (10, 0.50, 0.890),
        (20, 0.25, 0.896),
        (20, 0.50, 0.912),
    ],
)
def test_the_optimum_is_the_known_one(agents: int, answer_rate: float, utilisation: float) -> None:
    best = optimum(Memoryless(agents, answer_rate))
    assert best.utilisation == pytest.approx(utilisation, abs=0.001)


@pytest.mark.parametrize(("cap", "utilisation"), [(0.005, 0.810), (0.01, 0.825), (0.05, 0.872)])
def test_a_tighter_cap_costs_what_is_known(cap: float, utilisation: float) -> None:
    best = optimum(Memoryless(10, 0.25, cap))
    assert best.utilisation == pytest.approx(utilisation, abs=0.001)


def test_the_cap_holds_exactly() -> None:
    assert optimum(Memoryless(10, 0.25)).abandon_rate == pytest.approx(0.03, abs=1e-4)


def test_it_never_dials_onto_an_all_busy_floor_and_dials_more_for_more_idle_agents() -> None:
    for lines in optimum(Memoryless(10, 0.25)).lines:
        assert lines[-1] == 0
        assert list(lines) == sorted(lines, reverse=True)


def test_progressive_is_what_the_renewal_argument_says() -> None:
    assert Memoryless(10, 0.25).progressive == pytest.approx(150.0 / (150.0 + 48.0))
