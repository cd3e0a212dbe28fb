"""Verdicts on who answered, and labels, in memory; gone with the process."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dialer.domain.amd.labels import CallLabel, LabelCounts, check_heard
from dialer.domain.amd.law import AmdDetector, Answerer, Verdict
from dialer.domain.amd.trust import SCREENING_BY_S
from dialer.domain.ids import MAIN_TENANT, AttemptId
from dialer.ports.verdicts import DrawnCall
from dialer.testing.belonging import Belongings


@dataclass(slots=True)
class _Heard:
    verdict: Verdict
    label: Answerer | None = None


class MemoryVerdicts:
    """A `Verdicts` (dialer.ports) in memory.

    Args:
        whose: what is whose.
    """

    def __init__(self, whose: Belongings) -> None:
        self._whose = whose
        self._calls: dict[AttemptId, _Heard] = {}

    async def heard(self, attempt_id: AttemptId, verdict: Verdict) -> None:
        """Record a verdict, its times since the answer; the first of an attempt holds."""
        self._calls.setdefault(attempt_id, _Heard(verdict))

    async def label(
        self,
        labels: Sequence[CallLabel],
        name: str,
        *,
        by: str,
        at: float,
        tenant_id: str = MAIN_TENANT,
    ) -> int:
        """Label calls, all or none; see `Verdicts`."""
        check_heard(labels, self._of(tenant_id), name)
        new = 0
        for one in labels:
            call = self._calls[one.attempt_id]
            new += call.label is None
            call.label = one.answer
        persons = sum(1 for one in labels if one.answer is Answerer.PERSON)
        detail = {"calls": len(labels), "persons": persons, "new": new}
        self._whose.tables.audit.append((at, by, "amd_label", name, detail))
        return new

    async def counts(self, detector: AmdDetector = AmdDetector.OWN) -> Mapping[str, LabelCounts]:
        """Return what labels come to, by tenant, of the calls that a detector heard."""
        tenants = {one.tenant_id for one in self._whose.tables.campaigns.values()}
        found = {tenant: _counts(self._of(tenant), detector) for tenant in tenants}
        return {tenant: counts for tenant, counts in found.items() if counts.labelled}

    async def draw(
        self, count: int, *, since: float, tenant_id: str = MAIN_TENANT
    ) -> Sequence[DrawnCall]:
        """Return recorded calls without a label by lot; see `Verdicts`."""
        recorded = []
        for one, call in self._of(tenant_id).items():
            entry = self._whose.tables.attempts[one]
            wanted = call.label is None and entry.attempt.dialed_at >= since
            if wanted and entry.end is not None and entry.end.recording:
                recorded.append(DrawnCall(one, entry.end.answered_at, entry.end.recording))
        return random.sample(recorded, min(count, len(recorded)))

    def _of(self, tenant_id: str) -> dict[AttemptId, _Heard]:
        return {
            one: call
            for one, call in self._calls.items()
            if self._whose.is_attempt_of(one, tenant_id)
        }


def _counts(every: Mapping[AttemptId, _Heard], detector: AmdDetector) -> LabelCounts:
    calls = {one: call for one, call in every.items() if call.verdict.detector is detector}
    labelled = {one: call for one, call in calls.items() if call.label is not None}
    if not labelled:
        return LabelCounts()
    first, last = min(labelled), max(labelled)
    meanwhile = [call for one, call in calls.items() if first <= one <= last]
    persons = [call for call in labelled.values() if call.label is Answerer.PERSON]
    early = [call.verdict.screened_at_s for call in persons]
    return LabelCounts(
        heard=len(meanwhile),
        released=sum(map(_released, meanwhile)),
        labelled=len(labelled),
        labelled_released=sum(map(_released, labelled.values())),
        persons=len(persons),
        false_positives=sum(map(_released, persons)),
        in_time=sum(1 for at_s in early if at_s is not None and at_s <= SCREENING_BY_S),
    )


def _released(call: _Heard) -> bool:
    return call.verdict.answerer is Answerer.MACHINE
