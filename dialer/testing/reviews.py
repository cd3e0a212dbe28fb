"""Reviews of talks in memory: of each scorecard, one of each reviewer.

Gone with the process. Refuses to know how answers make a score.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from dialer.domain.ids import MAIN_TENANT, AgentId, AttemptId
from dialer.domain.review import (
    Comment,
    Review,
    ReviewKey,
    ReviewsFound,
    checked_comment,
    checked_review,
    mean_of,
    scored,
    with_comment,
)
from dialer.errors import Denied, NoSuch, Taken
from dialer.testing.belonging import Belongings
from dialer.testing.newest import newest_first


class MemoryReviews:
    """A `Reviews` (dialer.ports) in memory.

    Args:
        whose: what is whose.
    """

    def __init__(self, whose: Belongings) -> None:
        self._whose = whose
        self.rows: dict[int, Review] = {}
        """To be looked at by tests."""

    async def add(self, review: Review, *, tenant_id: str = MAIN_TENANT) -> Review:
        """Put a review on record and return it with its id and its score. It is noted."""
        checked_review(review)
        self._whose.check_attempt(review.attempt_id, tenant_id)
        review = scored(review, self._whose.scorecard(review.scorecard, tenant_id))
        if _reviewed(review) in {_reviewed(one) for one in self.rows.values()}:
            problem = f"{review.by} has reviewed this talk by this scorecard"
            raise Taken("review", problem, "comment on that review")
        review = replace(review, review_id=len(self.rows) + 1)
        self.rows[review.review_id] = review
        detail = {"scorecard": review.scorecard, "score": review.score}
        self._note("review_add", review, detail, review.at)
        return review

    async def comment(
        self, review_id: int, comment: Comment, *, by: str, tenant_id: str = MAIN_TENANT
    ) -> Review:
        """Add a comment to a review of one's own; the same one counts once. It is noted."""
        checked_comment(comment)
        review = self.rows.get(review_id)
        if review is None or not self._whose.is_attempt_of(review.attempt_id, tenant_id):
            raise NoSuch("review", f"{review_id} does not exist", "name one that is listed")
        if review.by != by:
            raise Denied("review", f"it is {review.by}'s", "write one of your own")
        comments = with_comment(review.comments, comment)
        if comments != review.comments:
            self.rows[review_id] = replace(review, comments=comments)
            detail = {"scorecard": review.scorecard, "at_s": comment.at_s}
            self._note("review_comment", review, detail, comment.at)
        return self.rows[review_id]

    async def of_attempt(
        self, attempt_id: AttemptId, *, tenant_id: str = MAIN_TENANT
    ) -> ReviewsFound:
        """Return all reviews of an attempt, the oldest first."""
        found = [one for one in self._of(tenant_id) if one.attempt_id == attempt_id]
        return _found(found, sorted(found, key=lambda one: one.key))

    async def of_agent(
        self,
        agent_id: AgentId,
        *,
        limit: int,
        before: ReviewKey | None = None,
        scorecard: str | None = None,
        tenant_id: str = MAIN_TENANT,
    ) -> ReviewsFound:
        """Return reviews of an agent's talks, the newest first: of a scorecard, or of all."""
        found = [
            one
            for one in self._of(tenant_id)
            if self._agent_of(one.attempt_id) == agent_id and scorecard in (None, one.scorecard)
        ]
        return _found(found, newest_first(found, lambda one: one.key, before, limit))

    def _of(self, tenant_id: str) -> Iterable[Review]:
        return [
            one
            for one in self.rows.values()
            if self._whose.is_attempt_of(one.attempt_id, tenant_id)
        ]

    def _agent_of(self, attempt_id: AttemptId) -> AgentId | None:
        entry = self._whose.tables.attempts[attempt_id]
        if entry.end is not None and entry.end.agent_id is not None:
            return entry.end.agent_id
        return entry.connected[0] if entry.connected is not None else None

    def _note(self, action: str, review: Review, detail: Mapping[str, object], at: float) -> None:
        self._whose.tables.audit.append((at, review.by, action, review.attempt_id, detail))


def _reviewed(review: Review) -> tuple[AttemptId, str, str]:
    return review.attempt_id, review.scorecard, review.by


def _found(every: Sequence[Review], some: Sequence[Review]) -> ReviewsFound:
    return ReviewsFound(some, len(every), mean_of([one.score for one in every]))
