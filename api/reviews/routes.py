"""`/reviews`: what reviewers say of talks. Draw, what is due, begin, answer, comment, compare; own.

A review is changed by who began it, and by nobody else. Refuses to know how answers make a score.
"""

from typing import Annotated, Final, Literal

from fastapi import Depends, Path, Query

from api.asking import may
from api.attempts.routes import Instant, OfAgent, OfCampaign
from api.noun import Noun
from api.once import OnceRoute
from api.paging import PRINTABLE, Cursor, Limit
from api.recordings.found import all_shown as recordings_shown
from api.recordings.found import talk_of, team_heard
from api.recordings.schemas import RecordingShown
from api.reviews.found import all_shown, due_of, review_of, review_seen, reviewed_talk, reviews_of
from api.reviews.schemas import (
    AnswersSaid,
    CalibrationShown,
    ComparedShown,
    NewComment,
    NewReview,
    ReviewPage,
    ReviewShown,
)
from api.scorecards.routes import SHELF as SCORECARDS
from api.session.routes import own_agent
from api.world import Here, World
from dialer.adapters.sql.review_draws import MOST_DRAWN, Lots
from dialer.domain.calibration import calibrated
from dialer.domain.caller_id import DAY_S
from dialer.domain.ids import AgentId, AttemptId, CampaignId
from dialer.domain.principal import Principal
from dialer.domain.review import Comment, Review, ReviewsWanted
from dialer.errors import Denied

router = Noun(prefix="/reviews", tags=["reviews"], route_class=OnceRoute)

DRAWN_DAYS: Final = 30
"""Days looked back by a draw that says no other time."""

ReviewIs = Annotated[int, Path(ge=1, lt=1 << 63, examples=[12])]
ByScorecard = Annotated[
    str,
    Query(
        min_length=1,
        max_length=200,
        pattern=PRINTABLE,
        description="Name of the scorecard.",
        examples=["manners"],
    ),
]
OfAttempt = Annotated[
    str, Query(max_length=64, pattern=PRINTABLE, description="Only of this one, by its id.")
]
Of = Annotated[str, Query(max_length=200, pattern=PRINTABLE)]


@router.get("", operation_id="reviews.list")
async def list_reviews(
    world: Here,
    principal: Annotated[Principal, Depends(may("reviews.list"))],
    agent: OfAgent = "",
    campaign: OfCampaign = "",
    attempt: OfAttempt = "",
    scorecard: Of = "",
    by: Of = "",
    state: Annotated[
        Literal["any", "begun", "answered"], Query(description="How far they have come.")
    ] = "any",
    limit: Limit = 50,
    cursor: Cursor = "",
) -> ReviewPage:
    """List reviews by the time they began, newest first."""
    wanted = ReviewsWanted(
        agent_id=AgentId(agent) if agent else None,
        agents=await team_heard(world, principal),
        campaign_id=CampaignId(campaign) if campaign else None,
        attempt_id=AttemptId(attempt) if attempt else None,
        scorecard=scorecard or None,
        by=by or None,
        finished=None if state == "any" else state == "answered",
    )
    return await reviews_of(world, principal, wanted, limit, cursor)


@router.get("/own", operation_id="reviews.own")
async def own(
    world: Here,
    principal: Annotated[Principal, Depends(may("reviews.own"))],
    scorecard: Of = "",
    limit: Limit = 50,
    cursor: Cursor = "",
) -> ReviewPage:
    """List what reviewers said of your own talks, newest first, once it is answered."""
    wanted = ReviewsWanted(
        agent_id=own_agent(principal), scorecard=scorecard or None, finished=True
    )
    return await reviews_of(world, principal, wanted, limit, cursor)


@router.get("/draw", operation_id="reviews.draw")
async def draw(
    world: Here,
    principal: Annotated[Principal, Depends(may("reviews.draw"))],
    scorecard: ByScorecard,
    count: Annotated[int, Query(ge=1, le=MOST_DRAWN, description="Talks at most.")] = 1,
    again: Annotated[
        bool, Query(description="Talks that others have reviewed, to compare; else new ones.")
    ] = False,
    campaign: OfCampaign = "",
    agent: OfAgent = "",
    disposition: Of = "",
    least_talk_s: Annotated[
        float | None, Query(ge=0, le=86_400, description="Only talks that lasted this long.")
    ] = None,
    since: Instant = None,
    until: Instant = None,
) -> list[RecordingShown]:
    """Draw recorded talks by lot, which you have not reviewed by a scorecard.

    Of the last 30 days, unless `since` says otherwise. Nothing is kept of a draw.
    """
    await SCORECARDS.get(world, principal, scorecard)
    lots = Lots(
        scorecard=scorecard,
        by=principal.who,
        again=again,
        campaign_id=campaign or None,
        agent_id=agent or None,
        not_of=principal.agent_id,
        agents=await team_heard(world, principal),
        disposition=disposition or None,
        least_talk_s=least_talk_s,
        since=since if since is not None else world.clock.now() - DRAWN_DAYS * DAY_S,
        until=until,
    )
    async with world.reporting:  # of a large tenant it reads for a second
        found = await world.stores.review_draws.draw(lots, count, tenant_id=principal.tenant_id)
    return await recordings_shown(world, principal, found)


@router.get("/due", operation_id="reviews.due")
async def due(
    world: Here,
    principal: Annotated[Principal, Depends(may("reviews.due"))],
    campaign: OfCampaign = "",
    since: Instant = None,
    limit: Limit = 50,
) -> list[RecordingShown]:
    """List the talks that go to review and of which nobody has begun one; oldest first.

    They are all those whose disposition says so (`review`), recorded or not (`file` is empty), as
    soon as the agent has said it. Of the last 30 days, unless `since` says otherwise. What is begun
    is not due any more: the next page is the same request.
    """
    after = since if since is not None else world.clock.now() - DRAWN_DAYS * DAY_S
    async with world.reporting:  # as a draw
        found = await due_of(world, principal, campaign, after, limit)
    return await recordings_shown(world, principal, found)


@router.get("/compared", operation_id="reviews.compared")
async def compared(
    world: Here,
    principal: Annotated[Principal, Depends(may("reviews.compared"))],
    scorecard: ByScorecard,
    limit: Limit = 50,
) -> list[ComparedShown]:
    """List talks that several have reviewed by a scorecard, those furthest apart first."""
    found = await world.stores.review_draws.compared(
        scorecard,
        limit=limit,
        tenant_id=principal.tenant_id,
        agents=await team_heard(world, principal),
    )
    return [ComparedShown.of(one) for one in found]


@router.get("/calibration", operation_id="reviews.calibration")
async def calibration(
    world: Here,
    principal: Annotated[Principal, Depends(may("reviews.calibration"))],
    attempt: Annotated[str, Query(min_length=1, max_length=64, pattern=PRINTABLE)],
    scorecard: ByScorecard,
) -> CalibrationShown:
    """Show the reviews of a talk side by side; to who has begun one, once it is answered."""
    card = await SCORECARDS.get(world, principal, scorecard)
    if await team_heard(world, principal) is not None:
        await talk_of(world, principal, attempt)
    found = await world.stores.reviews.of_attempt(AttemptId(attempt), tenant_id=principal.tenant_id)
    mine = [one for one in found.reviews if (one.by, one.scorecard) == (principal.who, scorecard)]
    if any(not one.finished for one in mine):
        problem = "yours of this talk is not answered"
        raise Denied("review", problem, "answer it before you see the others")
    return CalibrationShown.of(calibrated(found.reviews, card))


@router.get("/{review_id}", operation_id="reviews.get")
async def get(
    review_id: ReviewIs, world: Here, principal: Annotated[Principal, Depends(may("reviews.get"))]
) -> ReviewShown:
    """Show a review."""
    return await _shown(world, principal, await review_seen(world, principal, review_id))


@router.post("", operation_id="reviews.create", status_code=201)
async def create(
    new: NewReview, world: Here, principal: Annotated[Principal, Depends(may("reviews.create"))]
) -> ReviewShown:
    """Begin a review of a talk; with answers it is answered at once."""
    talk = await reviewed_talk(world, principal, new.attempt)
    review = Review(
        attempt_id=talk.attempt_id,
        scorecard=new.scorecard,
        by=principal.who,
        at=world.clock.now(),
        answers=new.answers,
        note=new.note,
    )
    added = await world.stores.reviews.add(review, tenant_id=principal.tenant_id)
    return ReviewShown.of(added, talk)


@router.put("/{review_id}/answers", operation_id="reviews.answer")
async def answer(
    review_id: ReviewIs,
    said: AnswersSaid,
    world: Here,
    principal: Annotated[Principal, Depends(may("reviews.answer"))],
) -> ReviewShown:
    """Answer all questions of a review of yours, for the first time or anew."""
    before = await review_of(world, principal, review_id)
    given = Review(
        attempt_id=before.attempt_id,
        scorecard=before.scorecard,
        by=principal.who,
        at=world.clock.now(),
        answers=said.answers,
        note=said.note,
    )
    after = await world.stores.reviews.answer(review_id, given, tenant_id=principal.tenant_id)
    return await _shown(world, principal, after)


@router.post("/{review_id}/comments", operation_id="reviews.comment", status_code=201)
async def comment(
    review_id: ReviewIs,
    said: NewComment,
    world: Here,
    principal: Annotated[Principal, Depends(may("reviews.comment"))],
) -> ReviewShown:
    """Say something of one moment of the talk, in a review of yours."""
    one = Comment(said.at_s, said.text, world.clock.now())
    after = await world.stores.reviews.comment(
        review_id, one, by=principal.who, tenant_id=principal.tenant_id
    )
    return await _shown(world, principal, after)


@router.delete("/{review_id}", operation_id="reviews.discard", status_code=204)
async def discard(
    review_id: ReviewIs,
    world: Here,
    principal: Annotated[Principal, Depends(may("reviews.discard"))],
) -> None:
    """Take a review of yours that has only begun off the record."""
    await world.stores.reviews.discard(
        review_id, by=principal.who, at=world.clock.now(), tenant_id=principal.tenant_id
    )


async def _shown(world: World, principal: Principal, review: Review) -> ReviewShown:
    (shown,) = await all_shown(world, principal, [review])
    return shown
