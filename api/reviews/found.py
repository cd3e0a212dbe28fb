"""Reviews as somebody may see and write them: of talks that they may hear, and that are not theirs.

Refuses to know what is said in them.
"""

from collections.abc import Sequence

from api.paging import after_moment, page
from api.recordings.found import talk_of, team_heard
from api.reviews.schemas import ReviewPage, ReviewShown
from api.world import World
from dialer.adapters.sql.attempt_record import AttemptRow
from dialer.adapters.sql.review_draws import Due
from dialer.domain.principal import Principal
from dialer.domain.review import Review, ReviewKey, ReviewsWanted
from dialer.errors import Denied, NoSuch, WrongState


async def reviewed_talk(world: World, principal: Principal, attempt_id: str) -> AttemptRow:
    """Return an attempt whose talk somebody may review.

    Raises:
        Denied: it is not theirs to hear, or their own.
        NoSuch: there is none, or it is another tenant's.
        WrongState: nobody talked.
    """
    attempt, _ = await talk_of(world, principal, attempt_id)
    if attempt.agent_id is None:
        raise WrongState("attempt", "no agent talked", "name a talk")
    if attempt.agent_id == principal.agent_id:
        raise Denied("attempt", "is your own talk", "have somebody else review it")
    return attempt


async def review_of(world: World, principal: Principal, review_id: int) -> Review:
    """Return a review.

    Raises:
        NoSuch: there is none, or it is another tenant's.
    """
    found = await world.stores.reviews.get(review_id, tenant_id=principal.tenant_id)
    if found is None:
        raise NoSuch("review", f"{review_id} does not exist", "see GET reviews")
    return found


async def review_seen(world: World, principal: Principal, review_id: int) -> Review:
    """Return a review that somebody may see: their own, or of a talk that they may hear.

    Raises:
        Denied: it is of a talk of another team.
        NoSuch: there is none, or it is another tenant's.
    """
    found = await review_of(world, principal, review_id)
    if found.by != principal.who and await team_heard(world, principal) is not None:
        await talk_of(world, principal, found.attempt_id)
    return found


async def due_of(
    world: World, principal: Principal, campaign: str, since: float, limit: int
) -> list[AttemptRow]:
    """Return talks that go to review and of which nobody has begun one, the oldest first.

    Args:
        world: what there is.
        principal: who asks: nobody reviews their own talks.
        campaign: id of the only one, or empty for all of the tenant's.
        since: dialed from then on, epoch seconds.
        limit: how many at most.
    """
    due = Due(
        codes={
            one.campaign_id: one.settings.dispositions.reviewed
            for one in await world.stores.campaigns.list()
            if one.tenant_id == principal.tenant_id and campaign in ("", one.campaign_id)
        },
        since=since,
        agents=await team_heard(world, principal),
        not_of=principal.agent_id,
    )
    return await world.stores.review_draws.due(due, limit=limit, tenant_id=principal.tenant_id)


async def reviews_of(
    world: World, principal: Principal, wanted: ReviewsWanted, limit: int, cursor: str
) -> ReviewPage:
    """Return a page of reviews, newest first."""
    key = after_moment(cursor, int)
    found = await world.stores.reviews.newest(
        wanted,
        limit=limit + 1,
        before=None if key is None else ReviewKey(*key),
        tenant_id=principal.tenant_id,
    )
    shown = await all_shown(world, principal, found.reviews)
    some = page(shown, limit, lambda one: [one.at, one.id])
    return ReviewPage(
        items=some.items, next=some.next, count=found.count, mean_score=found.mean_score
    )


async def all_shown(
    world: World, principal: Principal, reviews: Sequence[Review]
) -> list[ReviewShown]:
    """Return what is shown of reviews, with whose talks they are of."""
    talks = await world.stores.attempt_record.several(
        {one.attempt_id for one in reviews}, tenant_id=principal.tenant_id
    )
    return [ReviewShown.of(one, talks.get(one.attempt_id)) for one in reviews]
