"""Reviews of talks in memory: of each scorecard, one of each reviewer.

Gone with the process. Refuses to know how answers make a score.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from dialer.domain.ids import MAIN_TENANT, AgentId, AttemptId, CampaignId
from dialer.domain.review import (
    Comment,
    Review,
    ReviewKey,
    ReviewsFound,
    ReviewsWanted,
    answered,
    check_unanswered,
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
        self._last_id = 0
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
        self._last_id += 1
        review = replace(review, review_id=self._last_id)
        self.rows[review.review_id] = review
        self._note("review_add", review, {"score": review.score}, review.at)
        return review

    async def answer(
        self, review_id: int, given: Review, *, tenant_id: str = MAIN_TENANT
    ) -> Review:
        """Put answers and note of a review in place of what was said before. It is noted."""
        checked_review(given)
        before = self._own(review_id, given.by, tenant_id)
        scorecard = self._whose.scorecard(before.scorecard, tenant_id)
        self.rows[review_id] = after = answered(before, given, scorecard)
        detail = {"score": after.score, "before": before.score}
        self._note("review_answer", after, detail, given.at)
        return after

    async def discard(
        self, review_id: int, *, by: str, at: float, tenant_id: str = MAIN_TENANT
    ) -> None:
        """Take a review of one's own that has only begun off the record. It is noted."""
        review = self._own(review_id, by, tenant_id)
        check_unanswered(review)
        del self.rows[review_id]
        self._note("review_discard", review, {}, at)

    async def get(self, review_id: int, *, tenant_id: str = MAIN_TENANT) -> Review | None:
        """Return a review, or None."""
        found = [one for one in self._of(tenant_id) if one.review_id == review_id]
        return found[0] if found else None

    async def comment(
        self, review_id: int, comment: Comment, *, by: str, tenant_id: str = MAIN_TENANT
    ) -> Review:
        """Add a comment to a review of one's own; the same one counts once. It is noted."""
        checked_comment(comment)
        review = self._own(review_id, by, tenant_id)
        comments = with_comment(review.comments, comment)
        if comments != review.comments:
            self.rows[review_id] = replace(review, comments=comments)
            self._note("review_comment", review, {"at_s": comment.at_s}, comment.at)
        return self.rows[review_id]

    async def of_attempt(
        self, attempt_id: AttemptId, *, tenant_id: str = MAIN_TENANT
    ) -> ReviewsFound:
        """Return all reviews of an attempt, the oldest first."""
        found = [one for one in self._of(tenant_id) if one.attempt_id == attempt_id]
        return _found(found, sorted(found, key=lambda one: one.key))

    async def newest(
        self,
        wanted: ReviewsWanted,
        *,
        limit: int,
        before: ReviewKey | None = None,
        tenant_id: str = MAIN_TENANT,
    ) -> ReviewsFound:
        """Return the newest reviews of those that are wanted."""
        found = [
            one
            for one in self._of(tenant_id)
            if wanted.agent_id in (None, self._agent_of(one.attempt_id))
            and (wanted.agents is None or self._agent_of(one.attempt_id) in wanted.agents)
            and wanted.campaign_id in (None, self._campaign_of(one.attempt_id))
            and wanted.attempt_id in (None, one.attempt_id)
            and wanted.scorecard in (None, one.scorecard)
            and wanted.by in (None, one.by)
            and wanted.finished in (None, one.finished)
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

    def _campaign_of(self, attempt_id: AttemptId) -> CampaignId:
        return self._whose.tables.attempts[attempt_id].attempt.campaign_id

    def _own(self, review_id: int, by: str, tenant_id: str) -> Review:
        review = self.rows.get(review_id)
        if review is None or not self._whose.is_attempt_of(review.attempt_id, tenant_id):
            raise NoSuch("review", f"{review_id} does not exist", "name one that is listed")
        if review.by != by:
            raise Denied("review", f"it is {review.by}'s", "write one of your own")
        return review

    def _note(self, action: str, review: Review, detail: Mapping[str, object], at: float) -> None:
        said = {"scorecard": review.scorecard, **detail}
        self._whose.tables.audit.append((at, review.by, action, review.attempt_id, said))


def _reviewed(review: Review) -> tuple[AttemptId, str, str]:
    return review.attempt_id, review.scorecard, review.by


def _found(every: Sequence[Review], some: Sequence[Review]) -> ReviewsFound:
    return ReviewsFound(some, len(every), mean_of([one.score for one in every]))
