"""What detection said of calls, and what people say of the same calls.

Refuses to know what is charged for it (`dialer.domain.amd.trust`), and how one listens.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from dialer.domain.amd.labels import CallLabel, LabelCounts
from dialer.domain.amd.law import AmdDetector, Verdict
from dialer.domain.ids import MAIN_TENANT, AttemptId


@dataclass(frozen=True, slots=True)
class DrawnCall:
    """A call to be labelled. Not what the detector said: who labels it must not know."""

    attempt_id: AttemptId
    answered_at: float | None
    """Epoch seconds."""
    recording: str
    """Name of its file."""


class Verdicts(Protocol):
    """The record of verdicts and labels. A tenant's labels are of the calls of its campaigns."""

    async def heard(self, attempt_id: AttemptId, verdict: Verdict) -> None:
        """Record a verdict, its times since the answer; the first of an attempt holds."""
        ...

    async def label(
        self,
        labels: Sequence[CallLabel],
        name: str,
        *,
        by: str,
        at: float,
        tenant_id: str = MAIN_TENANT,
    ) -> int:
        """Label calls, all or none; a label of before is replaced. It is noted.

        Args:
            labels: each of another call.
            name: of the whole, for errors and the audit log.
            by: who says so.
            at: now, epoch seconds.
            tenant_id: whose calls.

        Returns:
            How many calls had no label before.

        Raises:
            BadInput: there is no verdict on some of them.
        """
        ...

    async def counts(self, detector: AmdDetector = AmdDetector.OWN) -> Mapping[str, LabelCounts]:
        """Return what labels come to, by tenant; nothing of a tenant without labels.

        Only calls that this detector heard are counted.

        What was heard is counted from the first labelled call to the last one.
        """
        ...

    async def draw(
        self, count: int, *, since: float, tenant_id: str = MAIN_TENANT
    ) -> Sequence[DrawnCall]:
        """Return recorded calls without a label by lot, each as likely as any other.

        The calls that were released are among them.

        Args:
            count: how many at most.
            since: dialed from then on, epoch seconds.
            tenant_id: whose calls.
        """
        ...
