"""What every record of reviews promises."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from durable_stores import KINDS, SPRING, Stores, durable
from two_tenants import (
    ACME,
    ACMES_CARD,
    ANN,
    BOB,
    FACTS,
    MANNERS,
    ROCKETS,
    noted,
    settle_in,
    talked,
)

from dialer.domain.ids import MAIN_TENANT, AttemptId, new_attempt_id
from dialer.domain.review import Comment, Review, ReviewsWanted
from dialer.errors import BadInput, Denied, NoSuch, Taken, WrongState

pytestmark = pytest.mark.parametrize("kind", KINDS)


OF_ANN = ReviewsWanted(agent_id=ANN)


def judged(
    attempt_id: AttemptId, *, by: str = "quinn", at: float = 200.0, score: float = 0.75
) -> Review:
    answers = {"greeting": score, "facts": None}  # what did not apply does not count
    return Review(attempt_id, MANNERS, by, at, answers, note="calm\nand clear")


@asynccontextmanager
async def offices(kind: str, folder: Path) -> AsyncIterator[Stores]:
    async with durable(kind, folder) as stores:
        await settle_in(stores)
        yield stores


async def test_a_review_is_kept_whole_with_its_comments_and_is_noted(
    kind: str, tmp_path: Path
) -> None:
    async with offices(kind, tmp_path) as stores:
        attempt_id = await talked(stores, ANN)
        comments = (Comment(1.5, "says the name", 190.0), Comment(12.0, "no pause", 195.0))
        given = replace(judged(attempt_id), comments=comments)
        kept = await stores.reviews.add(given)
        assert kept == replace(given, score=0.75, review_id=kept.review_id)
        found = await stores.reviews.of_attempt(attempt_id)
        assert (found.reviews, found.count, found.mean_score) == ([kept], 1, 0.75)
        assert await noted(stores) == [("quinn", "review_add", attempt_id)]


async def test_several_reviewers_judge_a_talk_each_once_by_a_scorecard(
    kind: str, tmp_path: Path
) -> None:
    async with offices(kind, tmp_path) as stores:
        attempt_id = await talked(stores, ANN)
        first = await stores.reviews.add(judged(attempt_id, score=0.75))
        other = await stores.reviews.add(judged(attempt_id, by="rita", score=0.5))
        with pytest.raises(Taken, match=r"^review: quinn has reviewed this talk by this scorecard"):
            await stores.reviews.add(judged(attempt_id, at=300.0))
        by_facts = replace(judged(attempt_id, score=0.25), scorecard=FACTS)
        other_card = await stores.reviews.add(by_facts)
        found = await stores.reviews.of_attempt(attempt_id)
        assert found.reviews == [first, other, other_card]
        assert (found.count, found.mean_score) == (3, 0.5)


async def test_of_the_same_review_sent_twice_at_once_one_is_kept(kind: str, tmp_path: Path) -> None:
    async with offices(kind, tmp_path) as stores:
        attempt_id = await talked(stores, ANN)
        sent = (stores.reviews.add(judged(attempt_id)) for _ in range(4))
        came = await asyncio.gather(*sent, return_exceptions=True)
        assert sum(isinstance(one, Review) for one in came) == 1
        assert sum(isinstance(one, Taken) for one in came) == 3
        assert (await stores.reviews.of_attempt(attempt_id)).count == 1
        assert len(await noted(stores)) == 1


async def test_an_agents_reviews_come_newest_first_with_the_mean_of_all(
    kind: str, tmp_path: Path
) -> None:
    async with offices(kind, tmp_path) as stores:
        anns = [await talked(stores, ANN, index) for index in range(3)]
        bobs = await talked(stores, BOB, 3)
        await stores.reviews.add(judged(bobs, score=0.125))
        made = [
            await stores.reviews.add(judged(one, score=0.25 + 0.25 * i))
            for i, one in enumerate(anns)
        ]
        by_facts = replace(judged(anns[0], at=150.0, score=0.0), scorecard=FACTS)
        oldest = await stores.reviews.add(by_facts)
        page = await stores.reviews.newest(OF_ANN, limit=2)
        assert page.reviews == [made[2], made[1]]
        assert (page.count, page.mean_score) == (4, 0.375)
        rest = await stores.reviews.newest(OF_ANN, limit=9, before=page.reviews[-1].key)
        assert rest.reviews == [made[0], oldest]
        manners = await stores.reviews.newest(
            ReviewsWanted(agent_id=ANN, scorecard=MANNERS), limit=9
        )
        assert (manners.count, manners.mean_score) == (3, 0.5)


async def test_nobody_reviewed_has_no_mean(kind: str, tmp_path: Path) -> None:
    async with offices(kind, tmp_path) as stores:
        attempt_id = await talked(stores, ANN)
        for found in (
            await stores.reviews.of_attempt(attempt_id),
            await stores.reviews.newest(OF_ANN, limit=9),
        ):
            assert (list(found.reviews), found.count, found.mean_score) == ([], 0, None)


async def test_a_reviewer_comments_on_moments_of_a_talk_in_their_order(
    kind: str, tmp_path: Path
) -> None:
    async with offices(kind, tmp_path) as stores:
        kept = await stores.reviews.add(judged(await talked(stores, ANN)))
        late, early = Comment(30.0, "interrupts", 210.0), Comment(2.0, "smiles", 220.0)
        for comment in (late, early, late):  # one is sent twice
            now = await stores.reviews.comment(kept.review_id, comment, by="quinn")
        assert now == replace(kept, comments=(early, late))
        assert (await stores.reviews.of_attempt(kept.attempt_id)).reviews == [now]
        with pytest.raises(Denied, match=r"^review: it is quinn's; write one of your own"):
            await stores.reviews.comment(kept.review_id, early, by="rita")
        actions = [action for _, action, _ in await noted(stores)]
        assert actions == ["review_add", "review_comment", "review_comment"]


async def test_a_review_begins_without_answers_and_has_a_score_once_it_is_answered(
    kind: str, tmp_path: Path
) -> None:
    async with offices(kind, tmp_path) as stores:
        attempt_id = await talked(stores, ANN)
        begun = await stores.reviews.add(Review(attempt_id, MANNERS, "quinn", 200.0))
        assert (begun.score, begun.finished) == (None, False)
        found = await stores.reviews.of_attempt(attempt_id)
        assert (found.reviews, found.count, found.mean_score) == ([begun], 1, None)
        now = judged(attempt_id, at=250.0, score=0.5)
        answered = await stores.reviews.answer(begun.review_id, now)
        assert answered == replace(begun, answers=now.answers, note=now.note, score=0.5)
        assert await stores.reviews.get(begun.review_id) == answered
        better = replace(now, at=260.0, answers={"greeting": 1.0, "facts": 1.0}, note="")
        changed = await stores.reviews.answer(begun.review_id, better)
        assert (changed.score, changed.note, changed.at) == (1.0, "", 200.0)
        assert [action for _, action, _ in await noted(stores)] == [
            "review_add",
            "review_answer",
            "review_answer",
        ]


async def test_nobody_answers_for_another_or_in_part(kind: str, tmp_path: Path) -> None:
    async with offices(kind, tmp_path) as stores:
        attempt_id = await talked(stores, ANN)
        begun = await stores.reviews.add(Review(attempt_id, MANNERS, "quinn", 200.0))
        with pytest.raises(Denied, match=r"^review: it is quinn's"):
            await stores.reviews.answer(begun.review_id, judged(attempt_id, by="rita"))
        for answers, refusal in (
            ({}, r"^answers: are missing; answer each question"),
            ({"greeting": 1.0}, r"^facts: is not answered"),
        ):
            given = replace(judged(attempt_id), answers=answers)
            with pytest.raises(BadInput, match=refusal):
                await stores.reviews.answer(begun.review_id, given)
        for which, tenant in ((begun.review_id + 1, MAIN_TENANT), (begun.review_id, ACME)):
            with pytest.raises(NoSuch, match=r"^review"):
                await stores.reviews.answer(which, judged(attempt_id), tenant_id=tenant)
        assert await stores.reviews.get(begun.review_id) == begun


async def test_a_review_that_has_only_begun_is_discarded_by_who_began_it(
    kind: str, tmp_path: Path
) -> None:
    async with offices(kind, tmp_path) as stores:
        attempt_id = await talked(stores, ANN)
        begun = await stores.reviews.add(Review(attempt_id, MANNERS, "quinn", 200.0))
        with pytest.raises(Denied, match=r"^review: it is quinn's"):
            await stores.reviews.discard(begun.review_id, by="rita", at=210.0)
        await stores.reviews.discard(begun.review_id, by="quinn", at=210.0)
        assert await stores.reviews.get(begun.review_id) is None
        again = await stores.reviews.add(judged(attempt_id))
        with pytest.raises(WrongState, match=r"is answered; change its answers instead"):
            await stores.reviews.discard(again.review_id, by="quinn", at=220.0)
        assert await stores.reviews.get(again.review_id) == again


async def test_reviews_are_found_by_campaign_reviewer_scorecard_and_whether_they_are_answered(
    kind: str, tmp_path: Path
) -> None:
    async with offices(kind, tmp_path) as stores:
        anns, bobs = await talked(stores, ANN), await talked(stores, BOB, 1)
        one = await stores.reviews.add(judged(anns, at=200.0))
        two = await stores.reviews.add(judged(anns, by="rita", at=210.0, score=0.25))
        begun = await stores.reviews.add(Review(bobs, FACTS, "rita", 220.0))

        async def found(**wanted: Any) -> list[Review]:
            page = await stores.reviews.newest(ReviewsWanted(**wanted), limit=9)
            assert page.count == len(page.reviews)
            return list(page.reviews)

        assert await found() == [begun, two, one]
        assert await found(campaign_id=SPRING) == [begun, two, one]
        assert await found(campaign_id=ROCKETS) == []
        assert await found(by="rita") == [begun, two]
        assert await found(finished=True) == [two, one]
        assert await found(finished=False) == await found(scorecard=FACTS) == [begun]
        assert await found(agents=frozenset({ANN})) == [two, one]
        assert await found(agents=frozenset()) == await found(agents=frozenset({BOB}), by="quinn")
        assert await found(agent_id=BOB) == await found(attempt_id=bobs) == [begun]
        everything = await stores.reviews.newest(ReviewsWanted(), limit=9)
        assert (everything.count, everything.mean_score) == (3, 0.5)


async def test_answers_that_do_not_fit_the_scorecard_are_refused(kind: str, tmp_path: Path) -> None:
    async with offices(kind, tmp_path) as stores:
        review = judged(await talked(stores, ANN))
        for answers, refusal in (
            ({"greeting": 1.0}, r"^facts: is not answered; answer it"),
            ({**review.answers, "tone": 1.0}, r"^tone: is no question of this scorecard"),
            ({**review.answers, "facts": 6.0}, r"^facts: 6 is out of range; give 0 to 1"),
            ({"greeting": None, "facts": None}, r"^answers: no question applied"),
        ):
            with pytest.raises(BadInput, match=refusal):
                await stores.reviews.add(replace(review, answers=answers))
        assert (await stores.reviews.of_attempt(review.attempt_id)).count == 0
        assert await noted(stores) == []


async def test_reviews_of_another_tenant_are_neither_seen_nor_written(
    kind: str, tmp_path: Path
) -> None:
    async with offices(kind, tmp_path) as stores:
        ours = await stores.reviews.add(judged(await talked(stores, ANN)))
        theirs = await talked(stores, ANN, 1, campaign=ROCKETS)
        assert (await stores.reviews.of_attempt(ours.attempt_id, tenant_id=ACME)).count == 0
        assert (await stores.reviews.newest(OF_ANN, limit=9, tenant_id=ACME)).count == 0
        moment = Comment(1.0, "x", 1.0)
        with pytest.raises(NoSuch, match=r"^review"):
            await stores.reviews.comment(ours.review_id, moment, by="quinn", tenant_id=ACME)
        for field, review in (
            ("attempt", replace(judged(ours.attempt_id, by="x"), scorecard=ACMES_CARD)),
            ("attempt", replace(judged(new_attempt_id(), by="x"), scorecard=ACMES_CARD)),
            ("scorecard", judged(theirs)),
        ):
            with pytest.raises(NoSuch) as refused:
                await stores.reviews.add(review, tenant_id=ACME)
            assert refused.value.field == field
        fits = replace(judged(theirs), scorecard=ACMES_CARD)
        await stores.reviews.add(fits, tenant_id=ACME)
        assert (await stores.reviews.newest(OF_ANN, limit=9)).reviews == [ours]
