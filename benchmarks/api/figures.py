"""What the bench of the API says of its runs: figures, their bars, and how to read them. Pure.

Knows the bars of the product. Refuses to know how anything was run.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from benchmarks.api.at_work import CPS, NEAR
from benchmarks.api.beside import RATE_CPS, Beside, Half
from benchmarks.api.changes import Change, dialed_s, last_dialed_s, taken_s
from benchmarks.api.everything import LOG_INS_WITHIN_S
from benchmarks.api.mix import REPORTS, WEIGHTS, told
from benchmarks.api.reading import Answered, Reads
from benchmarks.api.record import USERS
from benchmarks.api.shape import TOLD, Shape
from benchmarks.connect_measure import quantile
from benchmarks.load_carrier import Dialed
from benchmarks.load_process import Usage
from benchmarks.report import Figure, Section

CHANGE_WITHIN_S: Final = 1.0
READS_PER_S: Final = 200.0
READ_P99_MS: Final = 50.0
"""At that rate: at a lower one nothing is said of it."""
AUDIO_P99_MS: Final = 120.0
SLOWER_MS: Final = 20.0
"""By so much may the p99 to audio be above that of the quiet floor."""

TAKEN_RATE: Final = 0.99
"""Of the rows of a list: some numbers are in the campaign already."""

MEANWHILE: Final = 0.5
"""Of the answers of a half must have come while everything went on: an import may be quick."""

_RANKS: Final = (("p50", 0.5), ("p95", 0.95), ("p99", 0.99), ("max", 1.0))

_CHANGES: Final = (
    "From the PATCH being sent until the engine's status shows a decision that can only have been"
    " made under the new mode; one process, one clock, the way of that status included. The log's"
    " stamp, and the calls that the network then got, are seen from elsewhere, by the machine's"
    " one clock of the day."
)
_BESIDE: Final = (
    "As `make bench-connect` measures. In the second half count the answers that came and went"
    " while all of it was going on."
)


def spread(
    what: str,
    values: Sequence[float],
    unit: str,
    bars: Mapping[str, float] | None = None,
    digits: int = 1,
) -> list[Figure]:
    """Return quantiles of some values; those named in `bars` are judged."""
    bars = bars or {}
    return [
        Figure(
            f"{what}, {name}",
            quantile(values, rank),
            unit,
            at_most=bars.get(name),
            digits=digits,
        )
        for name, rank in _RANKS
    ]


def changes_section(
    shape: Shape, changes: Sequence[Change], calls: Sequence[Dialed], taken_at: Sequence[float]
) -> Section:
    """Say what was found of changes of the pacing.

    Args:
        shape: of the service.
        changes: one after the other.
        calls: as the network saw them.
        taken_at: when the engine's log says that it took other settings.
    """
    decided = [change.decided_s for change in changes]
    bars = {name: CHANGE_WITHIN_S for name, _ in _RANKS}
    figures = [
        Figure("changes", len(changes), digits=0),
        Figure("the first, in a fresh API", changes[0].decided_s, "s", digits=3),
        *spread("until a decision under it", decided, "s", bars, digits=3),
        *spread("until the API had answered", [c.answered_s for c in changes], "s", digits=3),
        *spread("until the engine's log has it", taken_s(changes, taken_at), "s", digits=3),
        *spread("dialing on: until the next call", dialed_s(changes, calls), "s", digits=3),
        *spread("dialing off: until the last call", last_dialed_s(changes, calls), "s", digits=3),
    ]
    return Section(f"Pacing, {shape}", figures, f"{TOLD[shape]}. {_CHANGES}")


def reads_sections(
    shape: Shape, attempts: int, rate: float, alone: Reads, beside: Reads
) -> list[Section]:
    """Say what was found of reads."""
    text = (
        f"{TOLD[shape]}; one API is asked. {attempts:,} past attempts, {attempts // 3:,} leads. A"
        f" campaign dials {CPS:g} calls a second. Times count from when a request was due. {told()}"
    )
    sections = [
        Section(f"Reads, {shape}", _reads(rate, alone, judged=rate >= READS_PER_S), text),
        Section(
            f"Reads by operation, {shape}",
            [figure for name in WEIGHTS for figure in _operation(name, alone.answers)],
        ),
    ]
    reports = [figure for name in REPORTS for figure in _report(name, beside.reports_s)]
    text = "The same, while each report is asked for in turn: without a bar."
    found = [*_reads(rate, beside, judged=False), *reports]
    return [*sections, Section(f"Reads beside reports, {shape}", found, text)]


def _reads(rate: float, found: Reads, *, judged: bool) -> list[Figure]:
    times = _times(found.answers)
    bad = Counter(f"{one.operation} {one.status}" for one in found.answers if not one.good)
    late = [one.late_ms for one in found.answers]
    return [
        Figure("reads asked", len(found.answers), digits=0),
        Figure("reads a second", rate, digits=0),
        Figure("asking side: nice", found.nice, digits=0),
        *spread("all reads", times, "ms", {"p99": READ_P99_MS} if judged else None),
        Figure("not answered as asked", sum(bad.values()), at_most=0, digits=0),
        *(Figure(f"of them {what}", count, digits=0) for what, count in bad.most_common(5)),
        Figure(
            "calls dialed", found.dialed_per_s, "a second", at_least=NEAR * CPS if judged else None
        ),
        *spread("asking side: sent after it was due", late, "ms")[1:],
        Figure("asking side: connections", found.connections, digits=0),
        Figure("asking side: share of one core", 100 * found.generator_core_rate, "%"),
        Figure("API: CPU of a read that was answered", found.cpu_ms, "ms", digits=2),
        *usage(found.usage),
    ]


def usage(found: Usage) -> list[Figure]:
    """Return what each process cost."""
    return [
        *(
            Figure(f"{name}: share of one core", 100 * found.core_rate(name), "%")
            for name in found.cpu_s
        ),
        Figure("machine busy, all cores", 100 * found.machine_rate, "%"),
    ]


def _operation(name: str, answers: Iterable[Answered]) -> list[Figure]:
    mine = [one for one in answers if one.operation == name]
    times = _times(mine)
    return [
        Figure(f"{name}, p50 of {len(mine)}", quantile(times, 0.5), "ms"),
        Figure(f"{name}, p99", quantile(times, 0.99), "ms"),
    ]


def _report(name: str, asked: Iterable[tuple[str, float]]) -> list[Figure]:
    times = [seconds for which, seconds in asked if which == name]
    if not times:
        return [Figure(f"report {name}: made", 0, digits=0)]
    return [
        Figure(f"report {name}, p50 of {len(times)}", quantile(times, 0.5), "s", digits=2),
        Figure(f"report {name}, max", max(times), "s", digits=2),
    ]


def _times(answers: Iterable[Answered]) -> list[float]:
    """Return the times of what was answered; what was not counts as never."""
    return [float("inf") if one.ms is None else one.ms for one in answers]


def beside_section(shape: Shape, answers: int, found: Beside) -> Section:
    """Say what was heard without and beside everything else."""
    without, p99 = quantile(found.quiet_ms, 0.99), quantile(found.busy_ms, 0.99)
    made: dict[str, int] = defaultdict(int)
    for name, _ in found.reports_s:
        made[name] += 1
    figures = [
        Figure("without: answers", len(found.quiet_ms), at_least=answers, digits=0),
        *spread("without: 200 OK to two-way audio", found.quiet_ms, "ms"),
        Figure("beside: answers", len(found.busy_ms), at_least=MEANWHILE * answers, digits=0),
        *spread("beside: 200 OK to two-way audio", found.busy_ms, "ms", {"p99": AUDIO_P99_MS}),
        Figure("beside: p99 above that without", p99 - without, "ms", at_most=SLOWER_MS),
        Figure("everything at once", found.within_s, "s"),
        Figure("rows imported", found.taken, at_least=TAKEN_RATE * found.rows, digits=0),
        Figure("rows imported a second", found.taken / found.import_s, digits=0),
        Figure("fewest of a report", min(made.get(n, 0) for n in REPORTS), at_least=1, digits=0),
        *(figure for name in REPORTS for figure in _report(name, found.reports_s)),
        Figure("log-ins", len(found.log_ins_s), at_least=USERS if answers >= 1000 else 1, digits=0),
        *spread("a log-in", found.log_ins_s, "s", digits=2),
        Figure("refused", len(found.refused), at_most=0, digits=0),
        *_half("without", found.quiet),
        *_half("beside", found.busy),
    ]
    text = (
        f"{TOLD[shape]}. {RATE_CPS:g} answers a second; {found.rows:,} rows are imported by the"
        f" command, reports are made one after the other, {USERS} people log in (argon2id) in each"
        f" {LOG_INS_WITHIN_S:g} s. {_BESIDE}"
    )
    return Section(f"Answer to audio beside everything, {shape}", figures, text)


def _half(what: str, half: Half) -> list[Figure]:
    return [
        Figure(f"{what}: calls over in time", float(half.complete), at_least=1, digits=0),
        *spread(f"{what}: our own packets late", half.late_ms, "ms")[2:],
        *(
            Figure(f"{what}: {one.name}", one.value, one.unit, digits=one.digits)
            for one in usage(half.usage)
        ),
    ]
