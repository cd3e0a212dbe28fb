"""The bars of the pages, and what is said of each part. Pure.

Refuses to know how anything was measured.
"""

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Final

from benchmarks.connect_measure import quantile
from benchmarks.pages.busy_floor import AGENTS_THERE, EVENTS_PER_S
from benchmarks.pages.found import Answered, FloorFound, Held, Load
from benchmarks.report import Figure, Section

CORE_PERCENT: Final = 15.0
SHOWN_WITHIN_S: Final = 1.0
GROWTH_KB_PER_MIN: Final = 5.0
"""Of the heap: flat."""

GROWTH_PER_MIN: Final = 2.0
"""Of nodes, and of listeners: flat."""

JUDGED_AFTER_MIN: Final = 10
"""A part of the page that is compiled late takes 50 KB once, and agents who talk have more buttons:
over a shorter time one sees no more than that."""

FIRST_LOAD_KB: Final = 250.0
USABLE_MS: Final = 1000.0
SOUND_P50_MS: Final = 80.0
SOUND_P99_MS: Final = 200.0
KNOWN_FIRST_PERCENT: Final = 99.0

_FLOOR: Final = (
    "A real API process follows a node that tells of 200 agents, their calls and 4 campaigns; one "
    "supervisor has the floor open, 1920 x 1080, drawn without a graphics processor. CPU is of "
    "all processes of the browser, less that of the same browser with an empty page. An age counts "
    "from the change until the row of the agent says it, for all rows that are drawn. The heap is "
    "what a forced collection leaves, while the bench looks at nothing else: the least of six "
    "looks in each minute, as one that comes while the page draws may leave more. Growth is the "
    "median slope between any two minutes; it is judged over ten and more (--hour): a part of the "
    "page that is compiled late takes room once, and agents who talk have more buttons."
)
_LOADS: Final = (
    "Each time a browser that has nothing in its cache opens the page, with the busy floor behind "
    "it. Usable: the page's control is there and painted, and the main thread is free. KB are as "
    "they came over the network, heads included."
)
_ANSWERS: Final = (
    "A real Asterisk, engine, API and Chromium on one machine. From the instant before the "
    "customer's 200 OK is given to the kernel until the customer's tone is in the audio that the "
    "page has decoded, as it leaves the jitter buffer; sound cards are not in it. The name "
    "counts from when it is in the document."
)


def growth_per_min(looks: Sequence[tuple[float, float]]) -> float:
    """Return by how much something grows in a minute: the median slope of all pairs of looks.

    Args:
        looks: minutes, and how much it was then; nan of fewer than two.
    """
    slopes = [
        (later - before) / (to - since)
        for place, (since, before) in enumerate(looks)
        for to, later in looks[place + 1 :]
    ]
    return median(slopes) if slopes else float("nan")


def least_each_minute(looks: Sequence[tuple[float, Held]]) -> list[tuple[float, Held]]:
    """Return what was held at least in each minute; its time is the number of the minute, from 0.

    A collection that comes while the page draws may leave more than the page needs, never less.
    """
    by_minute: dict[int, list[Held]] = {}
    for at, held in looks:
        by_minute.setdefault(int(at), []).append(held)
    return [
        (
            float(minute),
            Held(
                heap_bytes=min(one.heap_bytes for one in seen),
                nodes=min(one.nodes for one in seen),
                listeners=min(one.listeners for one in seen),
            ),
        )
        for minute, seen in by_minute.items()
    ]


def looks_line(looks: Sequence[tuple[float, Held]]) -> str:
    """Say what was held in the newest minute of some looks, and how it grows."""
    minutes = least_each_minute(looks)
    minute, held = minutes[-1]
    growth = f"{growth_per_min(_heaps(minutes)):+.1f} KB a minute" if minute else "the first"
    return (
        f"  minute {minute + 1:.0f}: heap {held.heap_bytes / 1024:,.0f} KB, {growth}; "
        f"{held.nodes} nodes, {held.listeners} listeners"
    )


def _heaps(looks: Sequence[tuple[float, Held]]) -> list[tuple[float, float]]:
    return [(at, held.heap_bytes / 1024) for at, held in looks]


def floor_section(found: FloorFound) -> Section:
    """Say what the floor costs, and how old what it shows is."""
    empty, whole = sum(found.empty.values()), sum(found.cost.values())
    least = least_each_minute(found.held)
    heaps = _heaps(least)
    nodes = [(at, float(held.nodes)) for at, held in least]
    listeners = [(at, float(held.listeners)) for at, held in least]
    judged = len(least) >= JUDGED_AFTER_MIN
    minutes = found.held[-1][0] - found.held[0][0] if found.held else 0.0
    figures = [
        Figure("changes a second", found.events_per_s, at_least=0.95 * EVENTS_PER_S),
        Figure("browser, share of a core", 100 * (whole - empty), "%", at_most=CORE_PERCENT),
        Figure("peer: the same browser with an empty page", 100 * empty, "%"),
        *(
            Figure(f"of it: {kind.split('.')[0]}", 100 * share, "%")
            for kind, share in sorted(found.cost.items(), key=_share)
            if share >= 0.001
        ),
        *(
            Figure(f"the page's main thread: {name}", 100 * share, "%")
            for name, share in found.main_thread.items()
        ),
        Figure("changes shown", len(found.ages_s), digits=0),
        Figure("changes of drawn rows never shown", found.unseen, at_most=0, digits=0),
        Figure("age when shown, p50", quantile(found.ages_s, 0.5), "s", digits=2),
        Figure(
            "age when shown, p99",
            quantile(found.ages_s, 0.99),
            "s",
            at_most=SHOWN_WITHIN_S,
            digits=2,
        ),
        Figure("age when shown, longest", quantile(found.ages_s, 1.0), "s", digits=2),
        Figure("memory looked at after", found.warm_s / 60, "min"),
        Figure("memory looked at for", minutes, "min"),
        Figure("heap, first", heaps[0][1] if heaps else float("nan"), "KB", digits=0),
        Figure("heap, last", heaps[-1][1] if heaps else float("nan"), "KB", digits=0),
        Figure(
            "heap, growth a minute",
            growth_per_min(heaps),
            "KB",
            at_most=GROWTH_KB_PER_MIN if judged else None,
        ),
        *(
            Figure(
                f"{name}, growth a minute",
                growth_per_min(counts),
                at_most=GROWTH_PER_MIN if judged else None,
            )
            for name, counts in {"nodes": nodes, "listeners": listeners}.items()
        ),
        Figure("errors on the console", len(found.complaints), at_most=0, digits=0),
    ]
    return Section(
        f"Floor: {AGENTS_THERE} agents, {EVENTS_PER_S} changes a second", figures, _FLOOR
    )


def _share(item: tuple[str, float]) -> float:
    return -item[1]


def loads_section(found: Mapping[str, Sequence[Load]], reckoned: Mapping[str, int]) -> Section:
    """Say how large each page is, and how soon it can be used.

    Args:
        found: the loads of each page.
        reckoned: bytes of each as the sources have it, with what it asks for later on.
    """
    figures = []
    for name, loads in found.items():
        most = max(one.files_bytes for one in loads) / 1024
        usable = [one.usable_ms for one in loads]
        figures += [
            Figure(f"{name}: files", most, "KB", at_most=FIRST_LOAD_KB, digits=0),
            Figure(
                f"{name}: files, all it may ask for later", reckoned[name] / 1024, "KB", digits=0
            ),
            Figure(f"{name}: data", max(one.data_bytes for one in loads) / 1024, "KB", digits=0),
            Figure(f"{name}: usable, p50", quantile(usable, 0.5), "ms", digits=0),
            Figure(f"{name}: usable, slowest", max(usable), "ms", at_most=USABLE_MS, digits=0),
        ]
    rounds = min((len(loads) for loads in found.values()), default=0)
    return Section(f"First load of each page, {rounds} times", figures, _LOADS)


def answers_section(found: Answered) -> Section:
    """Say how soon a customer is heard in the page, and whether one knew before who it is."""
    sound = [one.sound_ms for one in found.taken]
    shown = [one.shown_ms for one in found.taken]
    ahead = [one.sound_ms - one.shown_ms for one in found.taken]
    known = 100 * sum(one.known_first for one in found.taken) / (len(found.taken) or 1)
    figures = [
        Figure("calls", len(found.taken), digits=0),
        Figure("200 OK to sound, p50", quantile(sound, 0.5), "ms", at_most=SOUND_P50_MS),
        Figure("200 OK to sound, p95", quantile(sound, 0.95), "ms"),
        Figure("200 OK to sound, p99", quantile(sound, 0.99), "ms", at_most=SOUND_P99_MS),
        Figure("200 OK to sound, longest", quantile(sound, 1.0), "ms"),
        *(
            Figure(f"not counted: call {place} of the page, to sound", one.sound_ms, "ms")
            for place, one in enumerate(found.first, 1)
        ),
        Figure("name shown before the first sound", known, "%", at_least=KNOWN_FIRST_PERCENT),
        Figure("200 OK to the name, p50", quantile(shown, 0.5), "ms"),
        Figure("200 OK to the name, p99", quantile(shown, 0.99), "ms"),
        Figure("name ahead of the sound, least", min(ahead, default=float("nan")), "ms"),
        Figure("peer: bare SIP phones, answers", len(found.phones_ms), digits=0),
        Figure("peer: 200 OK to sound, p50", quantile(found.phones_ms, 0.5), "ms"),
        Figure("peer: 200 OK to sound, p99", quantile(found.phones_ms, 0.99), "ms"),
        Figure("errors on the console", len(found.complaints), at_most=0, digits=0),
    ]
    return Section("Answer to sound in the agent's page", figures, _ANSWERS)
