"""The order in which a hopper takes leads: priority, then a campaign's wish, lists by share. Pure.

Knows what is compared and how lists are mixed. Chance is a seed: the same seed gives the same
order, in any process. Refuses to know which leads may be dialed, and how an order is asked of a
database.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from dialer.domain.ids import LeadId

NO_CREDIT: Final[Mapping[str, float]] = {}
"""What lists are owed when nothing was taken yet."""


NEVER_CALLED: Final = 0.0
"""Before every time of a call."""


class OrderBy(StrEnum):
    """What decides among leads of one priority; ties go to the lead that came first."""

    NEWEST = "newest"
    OLDEST = "oldest"
    FEWEST_ATTEMPTS = "fewest_attempts"
    LAST_CALL_OLDEST = "last_call_oldest"  # who was never called comes first
    RANDOM = "random"


class LeadOrder(BaseModel):
    """A campaign's order."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    by: OrderBy = OrderBy.OLDEST
    seed: int = 0
    """Of the random order; another seed is another order."""
    shares: Mapping[str, Annotated[float, Field(gt=0, le=1000)]] = Field(default_factory=dict)
    """Weights of lists within a priority; lists without one come after those that have one. Empty:
    lists are not told apart."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """What the order looks at in a lead that may be dialed."""

    lead_id: LeadId
    number: str = ""
    """E.164 with the leading plus."""
    list_name: str = ""
    priority: int = 0
    """The higher, the sooner."""
    added_at: float = 0.0
    """Epoch seconds."""
    attempts: int = 0
    last_call_at: float | None = None


SortKey = tuple[int, float, int]


def sort_key(order: LeadOrder, lead: Candidate) -> SortKey:
    """Return what leads are sorted by, ascending; no two leads have the same."""
    rank = rank_of(
        order,
        number=lead.number or str(lead.lead_id),
        added_at=lead.added_at,
        attempts=lead.attempts,
        last_call_at=lead.last_call_at,
    )
    return (-lead.priority, rank, lead.lead_id)


def rank_of(
    order: LeadOrder,
    *,
    number: str,
    added_at: float,
    attempts: int = 0,
    last_call_at: float | None = None,
) -> float:
    """Return where a lead stands among those of its priority: the lowest is dialed first."""
    match order.by:
        case OrderBy.NEWEST:
            return -added_at
        case OrderBy.OLDEST:
            return added_at
        case OrderBy.FEWEST_ATTEMPTS:
            return float(attempts)
        case OrderBy.LAST_CALL_OLDEST:
            return NEVER_CALLED if last_call_at is None else last_call_at
        case OrderBy.RANDOM:
            return _drawn(order.seed, number)


def _drawn(seed: int, number: str) -> float:
    """Return a number in 0..1 that looks random and is the same everywhere."""
    digest = blake2b(f"{seed}:{number}".encode(), digest_size=6).digest()
    return int.from_bytes(digest, "big") / 2**48


def mix(
    shares: Mapping[str, float],
    available: Mapping[str, int],
    count: int,
    credit: Mapping[str, float] = NO_CREDIT,
) -> tuple[list[str], dict[str, float]]:
    """Choose lists by share: each turn goes to the list that is owed most.

    Each turn credits the lists that have leads by share and debits the one that is taken from, so
    that a trickle of one lead at a time is mixed as evenly as a flood. A list that has none saves
    up nothing.

    Args:
        shares: weight (> 0) of each list; a list without one is taken last, by name.
        available: leads each list has.
        count: turns wanted.
        credit: what this function returned the last time.

    Returns:
        The list to take from at each turn, as many as there are leads at most, and the credit.
    """
    left = {name: have for name, have in available.items() if have > 0 and name in shares}
    owed = {name: credit.get(name, 0.0) for name in left}
    turns: list[str] = []
    while left and len(turns) < count:
        total = sum(shares[name] for name in left)
        for name in left:
            owed[name] += shares[name] / total
        taken = max(sorted(left), key=owed.__getitem__)
        owed[taken] -= 1.0
        turns.append(taken)
        left[taken] -= 1
        if left[taken] == 0:
            del left[taken], owed[taken]
    for name in sorted(available.keys() - shares.keys()):
        turns.extend([name] * min(max(available[name], 0), max(count - len(turns), 0)))
    return turns, owed


def arranged(
    order: LeadOrder,
    leads: Iterable[Candidate],
    count: int,
    credit: Mapping[str, float] = NO_CREDIT,
) -> tuple[list[Candidate], dict[str, float]]:
    """Return the next leads, first to be dialed first, and the credit of their lists.

    Priority comes before everything; lists are mixed among leads of one priority.
    """
    ranked = sorted(leads, key=lambda lead: sort_key(order, lead))
    if not order.shares:
        return ranked[: max(count, 0)], dict(credit)
    owed = dict(credit)
    taken: list[Candidate] = []
    for priority in sorted({lead.priority for lead in ranked}, reverse=True):
        if len(taken) >= count:
            break
        queues: dict[str, deque[Candidate]] = defaultdict(deque)
        for lead in ranked:
            if lead.priority == priority:
                queues[lead.list_name].append(lead)
        have = {name: len(queue) for name, queue in queues.items()}
        turns, after = mix(order.shares, have, count - len(taken), owed)
        owed = {name: due for name, due in owed.items() if name not in have} | after
        taken.extend(queues[name].popleft() for name in turns)
    return taken, owed
