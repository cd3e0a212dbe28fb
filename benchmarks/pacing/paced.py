"""What is compared: our rule in its guards, the rule told the truth, and the baselines, by name.

Every maker can be pickled: it is called anew for each seed, in whichever process. Refuses to know
seeds and figures.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from benchmarks.pacing.baselines.impact import Impact
from benchmarks.pacing.baselines.issabel import Issabel
from benchmarks.pacing.baselines.ratio import Ratio
from benchmarks.pacing.baselines.unicom import Unicom
from benchmarks.pacing.baselines.vicidial import Adapt, Vicidial
from benchmarks.pacing.true_laws import TrueLaws
from pacing import Pacer, PacingSettings
from simulation.virtual.pacing_port import Pacing
from simulation.virtual.scenario import Scenario, load_scenario
from simulation.virtual.seeds import MakePacing

FOLDER: Final = Path(__file__).parent / "scenarios"
CAP: Final = 0.03
"""Abandoned / live answers, 0..1."""
RATIO: Final = "ratio, steered to the cap"
"""Its number is found for each scenario (see `steering`)."""
LEARNED_S: Final = 2.0
"""Longest time between two decisions of ours, in seconds."""
BASELINE_S: Final = 1.0
"""The same for the others: their timers go by seconds."""


@dataclass(frozen=True, slots=True)
class Policy:
    """One row of the table."""

    name: str
    make: MakePacing
    tick_s: float = BASELINE_S
    ours: bool = False


def scenario(name: str, **changes: Any) -> Scenario:
    """Read a scenario of the bench; `changes` replace keys at its top."""
    return load_scenario(str(FOLDER / f"{name}.toml")).model_copy(update=changes)


def grace_s(of: Scenario) -> float:
    """How long an answered person is left without an agent, in seconds."""
    return float(of.pacing.get("answer_grace_s", 2.0))


def settings(of: Scenario, **changes: Any) -> PacingSettings:
    """The settings of a pacer in a scenario: the defaults, its own, and `changes`.

    The service knows when a campaign closes, and so does the pacer here.
    """
    chosen: Mapping[str, Any] = {
        "mode": "predictive",
        "closes_at": 3600.0 * of.hours,
        **of.pacing,
        **changes,
    }
    return PacingSettings(**chosen)


def rule(of: Scenario, *, guard: str = "running", mode: str = "predictive") -> Pacing:
    """Our pacer; all is learned."""
    return Pacer(settings(of, abandon_rate_guard=guard, mode=mode))


def told_rule(of: Scenario, *, guard: str = "mean") -> Pacing:
    """Our pacer told the true laws."""
    return Pacer(settings(of, abandon_rate_guard=guard), laws=TrueLaws.of(of))


def ratio(of: Scenario, *, lines_per_idle: float) -> Pacing:
    """A fixed ratio."""
    del of
    return Ratio(lines_per_idle)


def vicidial(of: Scenario, *, adapt: Adapt, available_only: bool, max_level: float) -> Pacing:
    """VICIdial."""
    return Vicidial(
        adapt, available_only=available_only, max_level=max_level, hours=of.hours, drop_limit=CAP
    )


def issabel(of: Scenario, *, overcommit: bool) -> Pacing:
    """Issabel."""
    del of
    return Issabel(overcommit=overcommit)


def impact(of: Scenario) -> Pacing:
    """Impact Dialing."""
    del of
    return Impact(drop_limit=CAP)


def unicom(of: Scenario) -> Pacing:
    """UNICOM CATI."""
    del of
    return Unicom()


MEAN: Final = Policy("Outpace, mean", partial(rule, guard="mean"), LEARNED_S, ours=True)
WINDOW: Final = Policy("Outpace, window", partial(rule, guard="window"), LEARNED_S, ours=True)
RUNNING: Final = Policy("Outpace, running", partial(rule, guard="running"), LEARNED_S, ours=True)
BLIND: Final = Policy(
    "Outpace, mean, age-blind",
    partial(rule, guard="mean", mode="predictive_age_blind"),
    LEARNED_S,
    ours=True,
)
TOLD: Final = Policy("told the true laws, mean", told_rule, LEARNED_S, ours=True)
PROGRESSIVE: Final = Policy("progressive", partial(rule, mode="progressive"), LEARNED_S)


def ratio_policy(lines_per_idle: float) -> Policy:
    """The ratio that was found."""
    return Policy(RATIO, partial(ratio, lines_per_idle=lines_per_idle))


def _vicidials() -> list[Policy]:
    return [
        Policy(
            f"VICIdial {adapt.value.removeprefix('ADAPT_')}"
            f"{', available only' if available_only else ''}, max {max_level:g}",
            partial(vicidial, adapt=adapt, available_only=available_only, max_level=max_level),
        )
        for adapt in (Adapt.AVERAGE, Adapt.HARD_LIMIT, Adapt.TAPERED)
        for available_only in (False, True)
        for max_level in (3.0, 6.0)
    ]


BASELINES: Final[tuple[Policy, ...]] = (
    PROGRESSIVE,
    *_vicidials(),
    Policy("Issabel", partial(issabel, overcommit=False)),
    Policy("Issabel, overcommit", partial(issabel, overcommit=True)),
    Policy("Impact Dialing replay", impact),
    Policy("UNICOM PI", unicom),
)
"""All but the steered ratio."""
