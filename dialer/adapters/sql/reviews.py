"""Reviews of talks in SQL: of each scorecard, one of each reviewer.

A review is its talk's, and so the tenant's whose campaign it was. Knows rows. Refuses to know how
answers make a score.
"""

from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from dialer.adapters.sql.audit import note_in
from dialer.adapters.sql.belonging import check_attempt
from dialer.adapters.sql.named_kinds import SCORECARDS_IN
from dialer.adapters.sql.newest import known, newest_first
from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.row import AnyRow
from dialer.adapters.sql.tables.attempts import attempts
from dialer.adapters.sql.tables.campaigns import campaigns
from dialer.adapters.sql.tables.content import reviews, scorecards
from dialer.adapters.sql.writer import SqlWriter
from dialer.domain.ids import MAIN_TENANT, AttemptId
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
    scored,
    with_comment,
)
from dialer.domain.scorecard import Scorecard
from dialer.errors import Denied, NoSuch, Taken

_ADD: Final = (
    upsert(reviews)
    .on_conflict_do_nothing(index_elements=["attempt_id", "scorecard_id", "by"])
    .returning(reviews.c.id)
)

_COLUMNS: Final = (*reviews.c, scorecards.c.name.label("scorecard"))


class SqlReviews:
    """A `Reviews` (dialer.ports) in SQL.

    Args:
        writer: commits; must be running.
        reader: for queries.
    """

    def __init__(self, writer: SqlWriter, reader: SqlReader) -> None:
        self._writer = writer
        self._reader = reader

    async def add(self, review: Review, *, tenant_id: str = MAIN_TENANT) -> Review:
        """Put a review on record and return it with its id and its score. It is noted."""
        checked_review(review)
        row = {
            "attempt_id": review.attempt_id,
            "by": review.by,
            "at": review.at,
            "answers": dict(review.answers),
            "note": review.note,
            "comments": [asdict(comment) for comment in review.comments],
        }

        def work(connection: Connection) -> Review:
            check_attempt(connection, review.attempt_id, tenant_id)
            scorecard_id, scorecard = _scorecard(connection, review.scorecard, tenant_id)
            score = scored(review, scorecard).score
            judged = {**row, "scorecard_id": scorecard_id, "score": score}
            review_id = connection.execute(_ADD, judged).scalar()
            if review_id is None:
                problem = f"{review.by} has reviewed this talk by this scorecard"
                raise Taken("review", problem, "comment on that review")
            _note(connection, "review_add", review, {"score": score}, review.at, tenant_id)
            return replace(review, score=score, review_id=review_id)

        return await self._writer.transact(work)

    async def answer(
        self, review_id: int, given: Review, *, tenant_id: str = MAIN_TENANT
    ) -> Review:
        """Put answers and note of a review in place of what was said before. It is noted."""
        checked_review(given)

        def work(connection: Connection) -> Review:
            before = _own(connection, review_id, given.by, tenant_id)
            _, scorecard = _scorecard(connection, before.scorecard, tenant_id)
            after = answered(before, given, scorecard)
            change = update(reviews).where(reviews.c.id == review_id)
            said = {"answers": dict(after.answers), "note": after.note, "score": after.score}
            connection.execute(change.values(**said))
            detail = {"score": after.score, "before": before.score}
            _note(connection, "review_answer", after, detail, given.at, tenant_id)
            return after

        return await self._writer.transact(work)

    async def discard(
        self, review_id: int, *, by: str, at: float, tenant_id: str = MAIN_TENANT
    ) -> None:
        """Take a review of one's own that has only begun off the record. It is noted."""

        def work(connection: Connection) -> None:
            review = _own(connection, review_id, by, tenant_id)
            check_unanswered(review)
            connection.execute(delete(reviews).where(reviews.c.id == review_id))
            _note(connection, "review_discard", review, {}, at, tenant_id)

        await self._writer.transact(work)

    async def get(self, review_id: int, *, tenant_id: str = MAIN_TENANT) -> Review | None:
        """Return a review, or None."""
        async with self._reader.connect() as connection:
            found = await connection.execute(_of(tenant_id).where(reviews.c.id == review_id))
            row = found.first()
        return None if row is None else _review(row)

    async def comment(
        self, review_id: int, comment: Comment, *, by: str, tenant_id: str = MAIN_TENANT
    ) -> Review:
        """Add a comment to a review of one's own; the same one counts once. It is noted."""
        checked_comment(comment)

        def work(connection: Connection) -> Review:
            review = _own(connection, review_id, by, tenant_id)
            comments = with_comment(review.comments, comment)
            if comments == review.comments:
                return review
            change = update(reviews).where(reviews.c.id == review_id)
            connection.execute(change.values(comments=[asdict(one) for one in comments]))
            detail = {"at_s": comment.at_s}
            _note(connection, "review_comment", review, detail, comment.at, tenant_id)
            return replace(review, comments=comments)

        return await self._writer.transact(work)

    async def of_attempt(
        self, attempt_id: AttemptId, *, tenant_id: str = MAIN_TENANT
    ) -> ReviewsFound:
        """Return all reviews of an attempt, the oldest first."""
        which = (reviews.c.attempt_id == attempt_id,)
        page = _of(tenant_id).where(*which).order_by(reviews.c.at, reviews.c.id)
        return await self._found(page, tenant_id, *which)

    async def newest(
        self,
        wanted: ReviewsWanted,
        *,
        limit: int,
        before: ReviewKey | None = None,
        tenant_id: str = MAIN_TENANT,
    ) -> ReviewsFound:
        """Return the newest reviews of those that are wanted."""
        which = tuple(_those(wanted))
        order = (reviews.c.at, reviews.c.id)
        page = newest_first(_of(tenant_id).where(*which), order, before, limit)
        return await self._found(page, tenant_id, *which)

    async def _found(
        self, page: Select[Any], tenant_id: str, *which: ColumnElement[bool]
    ) -> ReviewsFound:
        sums = _of(tenant_id, func.count().label("many"), func.avg(reviews.c.score).label("mean"))
        async with self._reader.connect() as connection:
            found = [_review(row) for row in await connection.execute(page)]
            total = (await connection.execute(sums.where(*which))).one()
        return ReviewsFound(found, total.many, total.mean)


def _of(tenant_id: str, *columns: ColumnElement[Any]) -> Select[Any]:
    return (
        select(*(columns or _COLUMNS))
        .select_from(reviews)
        .join(scorecards, scorecards.c.id == reviews.c.scorecard_id)
        .join(attempts, attempts.c.id == reviews.c.attempt_id)
        .join(campaigns, campaigns.c.id == attempts.c.campaign_id)
        .where(campaigns.c.tenant_id == tenant_id)
    )


def _those(wanted: ReviewsWanted) -> Iterator[ColumnElement[bool]]:
    if wanted.agent_id is not None:
        yield attempts.c.agent_id == wanted.agent_id
    if wanted.agents is not None:
        yield attempts.c.agent_id.in_(wanted.agents)
    if wanted.campaign_id is not None:
        yield attempts.c.campaign_id == wanted.campaign_id
    if wanted.attempt_id is not None:
        yield reviews.c.attempt_id == wanted.attempt_id
    if wanted.scorecard is not None:
        yield scorecards.c.name == wanted.scorecard
    if wanted.by is not None:
        yield reviews.c.by == wanted.by
    if wanted.finished is not None:
        yield known(reviews.c.score, wanted.finished)


def _own(connection: Connection, review_id: int, by: str, tenant_id: str) -> Review:
    """Return a review of somebody's own; it stays as it is until the transaction ends."""
    this = _of(tenant_id).where(reviews.c.id == review_id).with_for_update(of=reviews)
    row = connection.execute(this).first()
    if row is None:
        raise NoSuch("review", f"{review_id} does not exist", "name one that is listed")
    review = _review(row)
    if review.by != by:
        raise Denied("review", f"it is {review.by}'s", "write one of your own")
    return review


def _scorecard(connection: Connection, name: str, tenant_id: str) -> tuple[int, Scorecard]:
    """Return id and scorecard of a name; it stays there until the transaction ends."""
    query = SCORECARDS_IN.query(tenant_id, (name,)).with_for_update(read=True)
    row = connection.execute(query).mappings().first()
    if row is None:
        raise NoSuch("scorecard", f"{name!r} does not exist", "name one that does")
    return row["id"], SCORECARDS_IN.thing(row)


def _note(
    connection: Connection,
    action: str,
    review: Review,
    detail: dict[str, Any],
    at: float,
    tenant_id: str,
) -> None:
    said = {"scorecard": review.scorecard, **detail}
    note_in(connection, action, review.attempt_id, said, by=review.by, at=at, tenant_id=tenant_id)


def _review(row: AnyRow) -> Review:
    return Review(
        attempt_id=AttemptId(row.attempt_id),
        scorecard=row.scorecard,
        by=row.by,
        at=row.at,
        answers=row.answers,
        score=row.score,
        note=row.note,
        comments=tuple(Comment(**one) for one in row.comments),
        review_id=row.id,
    )
