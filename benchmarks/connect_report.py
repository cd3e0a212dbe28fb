"""What the connect bench says of its runs: the figures, their bars, and how to read them.

Knows the bars of the product. Refuses to know how anything was run.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Final

from benchmarks.connect_measure import Connect, Continuity, connects, continuity, quantile
from benchmarks.connect_run import Captured
from benchmarks.report import Figure, Report, Section

P50_MS: Final = 30.0
P95_MS: Final = 60.0
P99_MS: Final = 120.0
PUBLISHED_MS: Final = 100.0
"""What VICIdial's makers state: the call is with its agent 0.1 s after the answer, on average."""

FIXED_DELAYS_S: Final = (0.020, 0.040)

_QUANTILES: Final = (("p50", 0.5), ("p95", 0.95), ("p99", 0.99), ("max", 1.0))
_BARS: Final = {"p50": P50_MS, "p95": P95_MS, "p99": P99_MS}

_HOW: Final = (
    "From the instant before the customer's user agent gives its 200 OK to the kernel until the "
    "later of: the agent's listener plays the customer's tone, the customer's listener plays the "
    "agent's. A listener follows the RTP timestamps of one SSRC, starts afresh at a new SSRC or a "
    "marker, throws away what lies behind what it has played, and starts without extra delay. "
    "Packets carry the kernel's arrival times; an onset is known to about 2 ms. Sound cards are "
    "not in it."
)
_STREAMS: Final = (
    "Within one SSRC the sequence number advances by 1 and the timestamp by 160 a packet; a new "
    "SSRC carries a marker and never comes during a talk."
)
_SLOWER: Final = "The same packets, heard by listeners that hold back each one at least so long."
_BESIDE: Final = (
    "Bare: Asterisk's dialplan runs `Dial` to a phone that answers by itself, for the same "
    "customers and with the same measure; no engine, no standing leg. VICIdial: as published by "
    "its makers, the mean until the call is with the agent, not measured here."
)
_SENDERS: Final = (
    "The customers and agents of this bench share one Python process, which runs at a raised "
    "priority where that is allowed: real ones are machines of their own. What it sent late all "
    "the same, the other side heard late; that is in the figures above."
)


@dataclass(frozen=True, slots=True)
class Runs:
    """What was run, and what was asked for."""

    answers: int
    rate_cps: float
    engine: Captured
    dial: Captured
    """The bare `Dial`, recorded as the engine's talks are."""
    dial_unrecorded: Captured


def connect_report(runs: Runs, command: str, facts: Sequence[tuple[str, str]]) -> Report:
    """Listen to everything that was received and put the figures beside their bars."""
    engine = runs.engine
    found = connects(engine.answers, engine.legs)
    streams = continuity(found, engine.legs, engine.stalls_s)
    two_way = _two_way(found)
    return Report(
        name="connect",
        title="Answer to two-way audio",
        command=command,
        sections=[
            Section("Engine: both hear each other", _judged(runs, two_way), _HOW),
            Section("Engine: each direction", _directions(found)),
            Section("Engine: RTP as received", _stream_figures(streams, engine), _STREAMS),
            Section("Engine: slower listeners", _slower(engine), _SLOWER),
            Section("Beside it", _beside(runs, two_way), _BESIDE),
            Section("Our own senders", _senders(engine), _SENDERS),
        ],
        facts=[*facts, *_usage(engine)],
    )


def _two_way(found: Sequence[Connect]) -> list[float]:
    return [connect.two_way_ms for connect in found]


def _spread(
    what: str, values: Sequence[float], bars: Mapping[str, float] | None = None
) -> list[Figure]:
    return [
        Figure(f"{what}, {name}", quantile(values, rate), "ms", at_most=(bars or {}).get(name))
        for name, rate in _QUANTILES
    ]


def _judged(runs: Runs, two_way: Sequence[float]) -> list[Figure]:
    silent = sum(1 for value in two_way if value == inf)
    return [
        *_spread("200 OK to two-way audio", two_way, _BARS),
        Figure("answers", len(two_way), at_least=runs.answers, digits=0),
        Figure("answers without two-way audio", silent, at_most=0, digits=0),
        Figure("answers a second", runs.engine.rate, at_least=runs.rate_cps, digits=2),
        Figure("recordings", runs.engine.recordings, at_least=len(two_way), digits=0),
    ]


def _directions(found: Sequence[Connect]) -> list[Figure]:
    return [
        *_spread("agent hears customer", [connect.to_agent_ms for connect in found]),
        *_spread("customer hears agent", [connect.to_customer_ms for connect in found]),
    ]


def _stream_figures(streams: Continuity, engine: Captured) -> list[Figure]:
    packets = sum(len(heard.packets) for heard in (*engine.legs, *engine.answers))
    return [
        *(
            Figure(f"breaches: {breach.replace('_', ' ')}", count, at_most=0, digits=0)
            for breach, count in sorted(streams.breaches.items())
        ),
        Figure("new SSRC without a marker", streams.unmarked, at_most=0, digits=0),
        Figure("new SSRC during a talk", streams.switches, at_most=0, digits=0),
        Figure("breaches in all", streams.broken, at_most=0, digits=0),
        Figure("packets thrown away by the listeners", streams.late, digits=0),
        Figure("pauses of our own senders, passed on", streams.own, digits=0),
        Figure("packets judged", packets, digits=0),
    ]


def _slower(engine: Captured) -> list[Figure]:
    figures: list[Figure] = []
    for delay_s in FIXED_DELAYS_S:
        values = _two_way(connects(engine.answers, engine.legs, fixed_delay_s=delay_s))
        figures += _spread(f"two-way, buffer of {delay_s * 1000:.0f} ms", values)
    return figures


def _beside(runs: Runs, two_way: Sequence[float]) -> list[Figure]:
    figures: list[Figure] = []
    for what, run in (("recorded", runs.dial), ("not recorded", runs.dial_unrecorded)):
        values = _two_way(connects(run.answers, run.legs))
        figures.append(Figure(f"bare Dial, {what}: answers", len(values), digits=0))
        figures += _spread(f"bare Dial, {what}", values)
        figures += [
            Figure(
                f"engine / bare Dial {what}, {name}",
                quantile(two_way, rate) / quantile(values, rate),
                digits=2,
            )
            for name, rate in _QUANTILES[:2]
        ]
    figures.append(Figure("VICIdial, published mean", PUBLISHED_MS, "ms", digits=0))
    return figures


def _senders(engine: Captured) -> list[Figure]:
    return [
        *_spread("packet sent after it was due", [late * 1000 for late in engine.late_s]),
        Figure("stalls with frames left out", len(engine.stalls_s), digits=0),
    ]


def _usage(engine: Captured) -> list[tuple[str, str]]:
    usage = engine.usage
    return [
        ("machine busy in the engine's run", f"{usage.machine_rate:.0%} of all cores"),
        ("stolen by the host", f"{usage.stolen_rate:.2%}"),
        ("priority of the bench's own process", f"nice {engine.nice}"),
        *((f"CPU of {name}", f"{usage.core_rate(name):.1%} of a core") for name in usage.cpu_s),
    ]
