"""The figures of `make bench-engine` beside their bars.

Knows the bars and how a run is read. Refuses to know how it was measured.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from benchmarks.engine_phases import HEADROOM, BarePhase, RatePhase, RateRun
from benchmarks.engine_rate import AGENTS
from benchmarks.engine_talks import TalkRun
from benchmarks.load_record import percentile
from benchmarks.load_stage import CLEAN_RATE, Heard
from benchmarks.report import Figure, Section

CORE_RATE_BAR: Final = 60.0
"""Percent of one core that the engine may take at 100 originates a second."""
LAG_BAR_MS: Final = 50.0
FLAT_BAR_MB: Final = 3.0
"""What the engine's memory may grow by in the second half of a phase: page-sized noise."""
TALK_SHARE_BAR: Final = 0.9
_EVERY_CORE_BAR_CPS: Final = 100.0


NOTES: Final = (
    (
        "The network is our own SIP user agent without audio: 20 % answer (after 0.5 s) and talk"
        " 1 s, 30 % are busy (after 0.2 s), 50 % ring until the engine takes them back after 5 s;"
        f" {AGENTS} agents on standing legs, whose phones send five packets a second and hear"
        " nothing; recording and cue on; predictive pacing, which may dial"
        f" {HEADROOM - 1:.0%} more than it is measured against."
    ),
    (
        "Committed when the INVITE came: in that instant the network's process looks into the"
        " database, as any other process can."
    ),
    (
        "Event handled: the engine's own log line of the attempt's end, against the network's"
        " clock when it sent BYE or 486; Asterisk's share is in it."
    ),
    (
        "Talks: both ends send and count audio every 20 ms, stamped by the kernel; our source and"
        " sink run on the same cores. Clean: gaps over 30 ms and losses each below 0.1 %, every"
        " end heard, every recording whole. The bare dialplan: MixMonitor with the same options,"
        " then Dial to a phone that answers by itself. A try with gaps in which our own packets"
        " left 9 ms late or more is repeated, at most twice."
    ),
)
"""How the figures are to be read."""


def rate_section(phase: RatePhase) -> Section:
    """Return the figures of one phase with the engine."""
    watched, accounts = phase.watched, phase.accounts
    plan, usage = watched.plan, watched.usage
    calls = phase.rate_cps * usage.seconds
    core_bar = CORE_RATE_BAR if plan.cps <= _EVERY_CORE_BAR_CPS else None
    figures = [
        Figure("originates at the network", phase.rate_cps, "/s", at_least=plan.cps),
        Figure("  in the slowest 10 s", phase.slowest_cps, "/s"),
        Figure("  from start to that rate", watched.ramp_s, "s"),
        Figure("engine, of one core", 100 * usage.core_rate("engine"), "%", at_most=core_bar),
        Figure("  its recording process", 100 * usage.core_rate("recordings"), "%"),
        Figure("  Asterisk", 100 * usage.core_rate("asterisk"), "%"),
        Figure("  Asterisk, each originate", _ms_each(usage.cpu_s.get("asterisk"), calls), "ms"),
        Figure("  engine, each originate", _ms_each(usage.cpu_s.get("engine"), calls), "ms"),
        Figure("  network (our own carrier)", 100 * usage.core_rate("carrier"), "%"),
        Figure("  machine busy, by ticks", 100 * usage.machine_rate, "%"),
        Figure("BYE or 486 to event handled, p50", _ms(phase.lags_s, 0.5), "ms"),
        Figure("  p95", _ms(phase.lags_s, 0.95), "ms"),
        Figure("  p99", _ms(phase.lags_s, 0.99), "ms", at_most=LAG_BAR_MS),
        Figure("  longest", _ms(phase.lags_s, 1.0), "ms"),
        Figure("  p99 of it until Asterisk's own stamp", _ms(phase.switch_lags_s, 0.99), "ms"),
        Figure("  p99 from there, the engine's part", _ms(phase.engine_lags_s, 0.99), "ms"),
        Figure("CANCEL seen to event handled, p99", _ms(phase.cancel_lags_s, 0.99), "ms"),
        Figure("decision to INVITE at the network, p50", _ms(phase.dial_lags_s, 0.5), "ms"),
        Figure("  p99", _ms(phase.dial_lags_s, 0.99), "ms"),
        Figure("most INVITEs within 50 ms", phase.burst, digits=0),
        *_memory(phase),
        Figure("attempts recorded", accounts.attempts, digits=0),
        _none("not committed when the INVITE came", len(accounts.not_on_record)),
        _none("INVITEs without an attempt", len(accounts.strangers)),
        _none("attempts without an INVITE", len(accounts.never_dialed)),
        _none("attempts without an end", len(accounts.not_ended)),
        _none("numbers dialed twice, ends booked twice", accounts.doubled),
        _none("outcomes other than the network's", len(accounts.wrong_outcome)),
        _none("ends not learned from live events", len(accounts.not_live)),
        _none("events the pacing refused", int(watched.status.get("faults", 0))),
        _none("agents not idle at the end", AGENTS - watched.agents.get("idle", 0)),
    ]
    return Section(f"{plan.cps:g} originates a second for {plan.seconds:g} s", figures)


def bare_section(run: RateRun) -> Section:
    """Return what the bare loop did, and what was left over."""
    figures: list[Figure] = []
    for phase in run.bare:
        figures += _bare(phase)
    clean = [phase.told.rate_cps for phase in run.bare if phase.told.clean]
    figures.append(Figure("most that it kept up with", max(clean, default=0.0), "/s"))
    return Section("The same Asterisk with a bare loop (FastAGI, no record, no agents)", figures)


def left_section(run: RateRun) -> Section:
    """Return what must not be left over."""
    figures = [
        _none("channels left in Asterisk", run.channels_left),
        Figure("talks of 0.5 s or more", run.talks, digits=0),
        _none("  without a finished recording", run.recordings_missing),
        Figure(
            "INVITEs that Asterisk sent again", run.carrier.get("repeated_invites", 0), digits=0
        ),
    ]
    return Section("Afterwards", figures)


def talk_section(run: TalkRun) -> Section:
    """Return the figures of the second half."""
    first = run.engine[0]
    by_engine, bare = TalkRun.capacity(run.engine), TalkRun.capacity(run.bare)
    share = by_engine / bare if bare else float("nan")
    figures = [
        Figure(
            f"{first.talks} talks through the engine: gaps over 30 ms",
            100 * first.gap_rate,
            "%",
            at_most=100 * CLEAN_RATE,
            digits=4,
        ),
        Figure("  longest", 1000 * first.max_gap_s, "ms", digits=0),
        Figure("  packets lost", 100 * first.lost_rate, "%", at_most=100 * CLEAN_RATE, digits=4),
        _none("  ends that heard less than 98 %", first.silent),
        _none("  talks without a whole stereo recording", first.talks - first.recorded),
        Figure("  Asterisk, of one core", 100 * first.usage.core_rate("asterisk"), "%"),
        Figure("  engine, of one core", 100 * first.usage.core_rate("engine"), "%"),
        Figure("  machine busy, by ticks", 100 * first.usage.machine_rate, "%"),
        Figure("most clean talks through the engine", by_engine, digits=0),
        Figure("most clean talks by the bare dialplan", bare, digits=0),
        Figure("share of the bare dialplan's", share, at_least=TALK_SHARE_BAR, digits=2),
    ]
    for name, tries in (("engine", run.engine), ("bare dialplan", run.bare)):
        figures += [_try(name, heard) for heard in tries]
    return Section("Recorded talks at once", figures)


def _try(name: str, heard: Heard) -> Figure:
    label = f"{name}, {heard.talks} talks for {heard.seconds:g} s: gaps over 30 ms"
    return Figure(label, 100 * heard.gap_rate, "%", digits=4)


def _bare(phase: BarePhase) -> Iterator[Figure]:
    told = phase.told
    calls = told.rate_cps * told.usage.seconds
    yield Figure(f"{told.cps:g} wanted: originated", told.rate_cps, "/s")
    yield Figure("  loop, of one core", 100 * told.usage.core_rate("loop"), "%")
    yield Figure("  loop, each originate", _ms_each(told.usage.cpu_s.get("loop"), calls), "ms")
    cpu_s = told.usage.cpu_s.get("asterisk")
    yield Figure("  Asterisk, each originate", _ms_each(cpu_s, calls), "ms")
    yield Figure("  machine busy, by ticks", 100 * told.usage.machine_rate, "%")
    yield Figure("  BYE or 486 to event handled, p99", _ms(phase.lags_s, 0.99), "ms")


def _memory(phase: RatePhase) -> Iterator[Figure]:
    memory = phase.watched.memory
    half = phase.watched.plan.seconds / 2
    later = [sample.engine_mb for sample in memory if sample.at_s >= half]
    yield Figure("engine's memory at first", memory[0].engine_mb, "MB")
    yield Figure("  at the end", memory[-1].engine_mb, "MB")
    yield Figure("  growth in the second half", later[-1] - later[0], "MB", at_most=FLAT_BAR_MB)


def _none(name: str, count: int) -> Figure:
    return Figure(name, count, at_most=0, digits=0)


def _ms(values: Sequence[float], rate: float) -> float:
    return 1000 * percentile(values, rate)


def _ms_each(seconds: float | None, calls: float) -> float:
    return 1000 * (seconds or 0.0) / calls if calls else float("nan")
