"""`outpace reviews`: what reviewers say of talks: draw, due, begin, answer, comment, compare.

Refuses to know how answers make a score.
"""

import json
import time
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import typer

from dialer.adapters.sql.attempt_record import AttemptRow
from dialer.adapters.sql.review_draws import MOST_DRAWN, Due, Lots
from dialer.adapters.sql.stores import SqlStores
from dialer.cli.campaigns import with_stores
from dialer.cli.told import Home, errors_told
from dialer.cli.who import AsJson, By, instant_said, say
from dialer.domain.calibration import Calibration, calibrated
from dialer.domain.ids import MAIN_TENANT, AgentId, AttemptId, CampaignId
from dialer.domain.instant import written
from dialer.domain.review import Comment, Review, ReviewsFound, ReviewsWanted
from dialer.domain.scorecard import SCORECARDS
from dialer.errors import BadInput, NoSuch

app = typer.Typer(
    help="What reviewers say of talks: draw, begin, answer, comment, compare.",
    no_args_is_help=True,
)

Id = Annotated[int, typer.Argument(help="Of the review.", min=1)]
Attempt = Annotated[str, typer.Argument(help="Id of the attempt whose talk it is.")]
Card = Annotated[str, typer.Option("--scorecard", help="Name of the scorecard.")]
OfAgent = Annotated[str | None, typer.Option("--agent", help="Only of this agent's talks.")]
OfCampaign = Annotated[str | None, typer.Option("--campaign", help="Only of this id.")]


@app.command()
def draw(
    home: Home,
    by: By,
    scorecard: Card,
    count: Annotated[
        int, typer.Option("--count", help="Talks at most.", min=1, max=MOST_DRAWN)
    ] = 1,
    again: Annotated[
        bool, typer.Option("--again", help="Talks that others have reviewed, to compare.")
    ] = False,
    campaign: OfCampaign = None,
    agent: OfAgent = None,
    disposition: Annotated[
        str | None, typer.Option("--disposition", help="Only talks with this one.")
    ] = None,
    least_talk_s: Annotated[
        float | None, typer.Option("--longer", help="Only talks that lasted so many seconds.")
    ] = None,
    since: Annotated[str, typer.Option("--from", help="Dialed from this date on (UTC).")] = "",
    until: Annotated[str, typer.Option("--to", help="Dialed before this date (UTC).")] = "",
    as_json: AsJson = False,
) -> None:
    """Draw recorded talks by lot, which you have not reviewed by a scorecard."""
    with errors_told():
        lots = Lots(
            scorecard=scorecard,
            by=by,
            again=again,
            campaign_id=campaign,
            agent_id=agent,
            disposition=disposition,
            least_talk_s=least_talk_s,
            since=instant_said(since, "--from"),
            until=instant_said(until, "--to"),
        )

    async def work(stores: SqlStores) -> Sequence[AttemptRow]:
        if await stores.scorecards.get(scorecard) is None:
            raise SCORECARDS.missing((scorecard,))
        return await stores.review_draws.draw(lots, count, tenant_id=MAIN_TENANT)

    _tell(with_stores(home, work), as_json=as_json)


@app.command()
def due(
    home: Home,
    campaign: OfCampaign = None,
    since: Annotated[str, typer.Option("--from", help="Dialed from this date on (UTC).")] = "",
    count: Annotated[int, typer.Option("--count", help="Talks at most.", min=1, max=500)] = 50,
    as_json: AsJson = False,
) -> None:
    """List the talks that go to review, by their dispositions, and that nobody has begun on."""
    with errors_told():
        after = instant_said(since, "--from") or 0.0

    async def work(stores: SqlStores) -> Sequence[AttemptRow]:
        codes = {
            one.campaign_id: one.settings.dispositions.reviewed
            for one in await stores.campaigns.list()
            if one.tenant_id == MAIN_TENANT and campaign in (None, one.campaign_id)
        }
        return await stores.review_draws.due(
            Due(codes, since=after), limit=count, tenant_id=MAIN_TENANT
        )

    _tell(with_stores(home, work), as_json=as_json)


def _tell(found: Sequence[AttemptRow], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False))
        return
    for one in found:
        typer.echo(
            f"{one.attempt_id}\t{one.campaign}\t{one.agent_id or '-'}\t{written(one.dialed_at)}\t"
            f"{one.disposition or '-'}"
        )


@app.command()
def begin(home: Home, by: By, attempt: Attempt, scorecard: Card, as_json: AsJson = False) -> None:
    """Begin a review of a talk."""
    new = Review(AttemptId(attempt), scorecard, by, time.time())
    added: Review = with_stores(home, lambda stores: stores.reviews.add(new))
    say(f"review {added.review_id} has begun", as_json=as_json, review=added.review_id)


@app.command()
def answer(
    home: Home,
    by: By,
    review: Id,
    answers: Annotated[
        list[str], typer.Argument(help="CODE=SHARE for each question, 0 to 1; - did not apply.")
    ],
    note: Annotated[str, typer.Option("--note", help="Of the whole talk.")] = "",
    as_json: AsJson = False,
) -> None:
    """Answer all questions of a review of yours, for the first time or anew."""
    with errors_told():
        said = dict(_answer(one) for one in answers)

    async def work(stores: SqlStores) -> Review:
        before = await stores.reviews.get(review)
        if before is None:
            raise NoSuch("review", f"{review} does not exist", "see outpace reviews list")
        given = Review(before.attempt_id, before.scorecard, by, time.time(), said, note=note)
        return await stores.reviews.answer(review, given)

    after: Review = with_stores(home, work)
    say(
        f"review {review}: {_share(after.score)}",
        as_json=as_json,
        review=review,
        score=after.score,
    )


@app.command()
def comment(
    home: Home,
    by: By,
    review: Id,
    at_s: Annotated[float, typer.Argument(help="Seconds from the beginning of the recording.")],
    text: Annotated[str, typer.Argument(help="What is said of that moment.")],
    as_json: AsJson = False,
) -> None:
    """Say something of one moment of the talk, in a review of yours."""
    one = Comment(at_s, text, time.time())
    after: Review = with_stores(home, lambda stores: stores.reviews.comment(review, one, by=by))
    count = len(after.comments)
    say(f"review {review}: {count} comments", as_json=as_json, review=review, comments=count)


@app.command()
def discard(home: Home, by: By, review: Id, as_json: AsJson = False) -> None:
    """Take a review of yours that has only begun off the record."""
    with_stores(home, lambda stores: stores.reviews.discard(review, by=by, at=time.time()))
    say(f"review {review} is discarded", as_json=as_json, review=review)


@app.command(name="list")
def list_(
    home: Home,
    agent: OfAgent = None,
    campaign: OfCampaign = None,
    attempt: Annotated[str | None, typer.Option("--attempt", help="Only of this talk.")] = None,
    scorecard: Annotated[str | None, typer.Option("--scorecard", help="Only by this.")] = None,
    reviewer: Annotated[str | None, typer.Option("--reviewer", help="Only of theirs.")] = None,
    limit: Annotated[int, typer.Option("--limit", help="How many at most.", min=1)] = 50,
    as_json: AsJson = False,
) -> None:
    """List reviews, the newest first."""
    wanted = ReviewsWanted(
        agent_id=None if agent is None else AgentId(agent),
        campaign_id=None if campaign is None else CampaignId(campaign),
        attempt_id=None if attempt is None else AttemptId(attempt),
        scorecard=scorecard,
        by=reviewer,
    )
    found: ReviewsFound = with_stores(
        home, lambda stores: stores.reviews.newest(wanted, limit=limit)
    )
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in found.reviews], ensure_ascii=False))
        return
    for one in found.reviews:
        typer.echo(
            f"{one.review_id}\t{written(one.at)}\t{one.attempt_id}\t{one.scorecard}\t{one.by}\t"
            f"{_share(one.score)}\t{len(one.comments)} comments"
        )
    typer.echo(f"{found.count} reviews, mean {_share(found.mean_score)}")


@app.command()
def compare(home: Home, attempt: Attempt, scorecard: Card, as_json: AsJson = False) -> None:
    """Show the reviews of a talk side by side, and how far apart they are."""

    async def work(stores: SqlStores) -> Calibration:
        card = await stores.scorecards.get(scorecard)
        if card is None:
            raise SCORECARDS.missing((scorecard,))
        found = await stores.reviews.of_attempt(AttemptId(attempt))
        return calibrated(found.reviews, card)

    found: Calibration = with_stores(home, work)
    if as_json:
        typer.echo(json.dumps(asdict(found), ensure_ascii=False))
        return
    for by, score in found.scores.items():
        typer.echo(f"{by}\t{_share(score)}")
    for one in found.questions:
        said = ", ".join(f"{by} {_share(share)}" for by, share in one.answers.items())
        typer.echo(f"{one.question.code}\tapart {_share(one.apart)}\t{said}")


def _answer(text: str) -> tuple[str, float | None]:
    code, _, share = text.rpartition("=")
    if share == "-":
        return code, None
    try:
        return code, float(share)
    except ValueError:
        raise BadInput("answers", f"{text!r} is none", "write greeting=1, or greeting=-") from None


def _share(rate: float | None) -> str:
    return "-" if rate is None else f"{100 * rate:.0f} %"
