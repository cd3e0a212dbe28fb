"""Reviews over REST: drawn, begun, answered, commented, compared; and an agent's own."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from record import NOON, TALK, campaign_with
from service import Service, service
from test_recordings_taken_out import tenant_says, two_teams
from test_shelves_api import CARD

from dialer.domain.ids import AgentId

RECORDED = {**TALK, "recording": "x.wav", "ground": "announced"}
GOOD = {"greeting": 1.0, "facts": 0.25}
DRAW = {"scorecard": "manners", "since": 0, "count": 50}


async def office(at: Service, *rows: dict[str, Any]) -> list[str]:
    """A scorecard, and talks of a campaign."""
    await at.done("POST", "/scorecards", json=CARD)
    _, ids = await campaign_with(at, *rows)
    return ids


async def begun(at: Service, attempt: str, *, role: str = "qa", **more: Any) -> Any:
    new = {"attempt": attempt, "scorecard": "manners", **more}
    return await at.done("POST", "/reviews", json=new, role=role)


async def test_a_talk_is_reviewed_from_its_first_moment_to_its_score(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        (attempt,) = await office(at, RECORDED)
        review = await begun(at, attempt)
        assert (review["by"], review["agent"], review["score"]) == ("token qa@main", "1001", None)
        this = f"/reviews/{review['id']}"
        for at_s, text in ((20.0, "No pause."), (2.5, "Says the name.")):
            said = {"at_s": at_s, "text": text}
            await at.done("POST", f"{this}/comments", json=said, role="qa")
        body = {"answers": GOOD, "note": "Calm."}
        done = await at.done("PUT", f"{this}/answers", json=body, role="qa")
        assert (done["score"], done["note"]) == (0.75, "Calm.")
        assert [one["at_s"] for one in done["comments"]] == [2.5, 20.0]
        assert await at.done("GET", this, role="supervisor") == done
        failed = {"answers": {"greeting": 0.5, "facts": 1.0}}
        critical = await at.done("PUT", f"{this}/answers", json=failed, role="qa")
        assert critical["score"] == 0.0
        wrong = {"answers": {"greeting": 1.0}}
        told = await at.refused("PUT", f"{this}/answers", 422, json=wrong, role="qa")
        assert (told["field"], told["fix"]) == ("facts", "answer it")
        for method, path, said in (
            ("PUT", f"{this}/answers", body),
            ("POST", f"{this}/comments", {"at_s": 1.0, "text": "x"}),
            ("DELETE", this, None),
        ):
            other = await at.refused(method, path, 403, json=said, role="supervisor")
            assert other["detail"].startswith("review: it is token qa@main's")
        await at.refused("GET", this, 404, tenant="other")
        await at.refused("DELETE", this, 409, role="qa")


async def test_a_review_that_has_only_begun_is_discarded(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        (attempt,) = await office(at, RECORDED)
        review = await begun(at, attempt)
        same = {"attempt": attempt, "scorecard": "manners"}
        taken = await at.refused("POST", "/reviews", 409, json=same, role="qa")
        assert taken["fix"] == "comment on that review"
        await at.done("DELETE", f"/reviews/{review['id']}", role="qa")
        at_once = await begun(at, attempt, answers=GOOD, note="Calm.")
        assert at_once["score"] == 0.75


async def test_what_cannot_be_reviewed_is_refused(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        talk, nobody = await office(at, RECORDED, {})
        new = {"attempt": talk, "scorecard": "manners"}
        await at.refused("POST", "/reviews", 403, json=new, role="agent")
        await at.refused("POST", "/reviews", 404, json=new, tenant="other")
        none = {"attempt": nobody, "scorecard": "manners"}
        assert (await at.refused("POST", "/reviews", 409, json=none))["field"] == "attempt"
        card = {"attempt": talk, "scorecard": "none"}
        assert (await at.refused("POST", "/reviews", 404, json=card))["field"] == "scorecard"


async def test_talks_are_drawn_that_nobody_has_reviewed_and_those_to_compare(
    tmp_path: Path,
) -> None:
    async with service(tmp_path, with_engine=False) as at:
        long = {**RECORDED, "talk_ended_at": NOON + 610, "disposition": "sale", "agent_id": "1002"}
        short, sale, gone, _ = await office(at, RECORDED, long, {**TALK}, {})

        async def drawn(role: str = "qa", **wanted: Any) -> set[str]:
            found = await at.done("GET", "/reviews/draw", params={**DRAW, **wanted}, role=role)
            return {one["attempt"] for one in found}

        assert await drawn() == {short, sale}
        assert gone not in await drawn()
        assert await drawn(agent="1002") == await drawn(disposition="sale") == {sale}
        assert await drawn(least_talk_s=60) == {sale}
        assert await drawn(until=NOON + 1) == {short}
        assert await drawn(campaign="none") == set()
        one_by_one = {next(iter(await drawn(count=1))) for _ in range(40)}
        assert one_by_one == {short, sale}
        assert await drawn(again=True) == set()
        await begun(at, short, answers=GOOD)
        assert await drawn() == await drawn(role="supervisor") == {sale}
        assert await drawn(role="supervisor", again=True) == {short}
        assert await drawn(again=True) == set()
        assert await at.done("GET", "/reviews/draw", params={"scorecard": "manners"}) == []
        await at.refused("GET", "/reviews/draw", 404, params={"scorecard": "none"})


async def test_a_supervisor_draws_and_reviews_their_own_team_where_the_tenant_asks_for_that(
    tmp_path: Path,
) -> None:
    async with service(tmp_path, with_engine=False) as at:
        own, other = await office(at, RECORDED, {**RECORDED, "agent_id": "1002"})
        await at.stores.writer.transact(two_teams)
        at.client.cookies["outpace_session"] = "supervisor@main"
        found = (await at.client.get("/api/v1/reviews/draw", params=DRAW)).json()
        assert {one["attempt"] for one in found} == {own, other}
        await tenant_says(at, own_team=True)
        found = (await at.client.get("/api/v1/reviews/draw", params=DRAW)).json()
        assert [one["attempt"] for one in found] == [own]
        headers = {"X-CSRF-Token": "csrf-supervisor@main"}
        for attempt, status in ((other, 403), (own, 201)):
            new = {"attempt": attempt, "scorecard": "manners"}
            answer = await at.client.post("/api/v1/reviews", json=new, headers=headers)
            assert answer.status_code == status, answer.text


async def test_a_supervisor_sees_reviews_of_their_own_team_where_the_tenant_asks_for_that(
    tmp_path: Path,
) -> None:
    async with service(tmp_path, with_engine=False) as at:
        own, other = await office(at, RECORDED, {**RECORDED, "agent_id": "1002"})
        await at.stores.writer.transact(two_teams)
        said = {}
        for attempt in (own, other):
            said[attempt] = (await begun(at, attempt, answers=GOOD))["id"]
            await begun(at, attempt, answers=GOOD, role="administrator")
        at.client.cookies["outpace_session"] = "supervisor@main"
        of = {"scorecard": "manners"}

        async def got(path: str, **params: Any) -> Any:
            answer = await at.client.get(f"/api/v1/reviews{path}", params=params)
            return answer.json() if answer.status_code == 200 else answer.status_code

        assert (await got(""))["count"] == 4
        assert {one["attempt"] for one in await got("/compared", **of)} == {own, other}
        await tenant_says(at, own_team=True)
        page = await got("")
        assert ({one["attempt"] for one in page["items"]}, page["count"]) == ({own}, 2)
        assert (await got("", agent="1002"))["count"] == 0
        assert [one["attempt"] for one in await got("/compared", **of)] == [own]
        assert (await got(f"/{said[own]}"))["attempt"] == own
        assert await got(f"/{said[other]}") == 403
        assert (await got("/calibration", attempt=own, **of))["mean_score"] == 0.75
        assert await got("/calibration", attempt=other, **of) == 403
        assert (await at.done("GET", "/reviews", role="supervisor"))["count"] == 0
        drawn = await at.done("GET", "/reviews/draw", params=DRAW, role="supervisor")
        assert drawn == []  # a token is of no team
        assert (await at.done("GET", "/reviews", role="qa"))["count"] == 4


async def test_every_talk_of_a_disposition_that_says_so_is_due_until_a_review_of_it_begins(
    tmp_path: Path,
) -> None:
    async with service(tmp_path, with_engine=False) as at:
        sale = {**RECORDED, "disposition": "sale"}
        unheard = {**sale, "recording": "", "agent_id": "1002"}
        refusal = {**RECORDED, "disposition": "not_interested"}
        first, second, _, third, _ = await office(
            at, sale, unheard, refusal, sale, {"disposition": "sale"}
        )
        long_ago = {"since": 0}

        async def due(role: str = "qa", **wanted: Any) -> list[str]:
            params = {**long_ago, **wanted}
            found = await at.done("GET", "/reviews/due", params=params, role=role)
            return [one["attempt"] for one in found]

        assert await due() == []
        (campaign,) = (await at.done("GET", "/campaigns"))["items"]
        settings = campaign["settings"]
        settings["dispositions"]["dispositions"][0]["review"] = True
        await at.done("PUT", f"/campaigns/{campaign['id']}/settings", json=settings)
        assert await due() == await due(campaign=campaign["id"]) == [first, second, third]
        assert await due(limit=2) == [first, second]
        assert await due(campaign="none") == await due(since=NOON + 60) == []
        assert await at.done("GET", "/reviews/due") == []  # they are older than 30 days
        review = await begun(at, first)
        assert await due() == [second, third]
        await at.done("DELETE", f"/reviews/{review['id']}", role="qa")
        assert await due() == [first, second, third]
        await begun(at, third, answers=GOOD)
        assert await due() == await due(role="supervisor") == [first, second]
        await at.stores.writer.transact(two_teams)
        await tenant_says(at, own_team=True)
        assert await due(role="supervisor") == []
        at.client.cookies["outpace_session"] = "supervisor@main"
        found = (await at.client.get("/api/v1/reviews/due", params=long_ago)).json()
        assert [one["attempt"] for one in found] == [first]
        whole = at.doorkeeper.tokens["qa@main"]
        at.doorkeeper.tokens["qa@main"] = replace(whole, agent_id=AgentId("1001"))
        assert await due() == [second]
        await at.refused("GET", "/reviews/due", 403, role="agent")
        assert await at.done("GET", "/reviews/due", params=long_ago, tenant="other") == []


async def test_nobody_reviews_a_talk_of_their_own(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        own, other = await office(at, RECORDED, {**RECORDED, "agent_id": "1002"})
        whole = at.doorkeeper.tokens["supervisor@main"]
        at.doorkeeper.tokens["supervisor@main"] = replace(whole, agent_id=AgentId("1001"))
        found = await at.done("GET", "/reviews/draw", params=DRAW, role="supervisor")
        assert [one["attempt"] for one in found] == [other]
        new = {"attempt": own, "scorecard": "manners"}
        told = await at.refused("POST", "/reviews", 403, json=new, role="supervisor")
        assert told["fix"] == "have somebody else review it"


async def test_reviewers_of_one_talk_are_compared_once_all_have_answered(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        alike, apart = await office(at, RECORDED, RECORDED)
        for attempt, theirs in ((alike, 0.25), (apart, 1.0)):
            await begun(at, attempt, answers=GOOD)
            answers = {"greeting": 1.0, "facts": theirs}
            await begun(at, attempt, answers=answers, role="administrator")
        of = {"scorecard": "manners"}
        found = await at.done("GET", "/reviews/compared", params=of)
        assert [(one["attempt"], one["reviews"]) for one in found] == [(apart, 2), (alike, 2)]
        assert (found[0]["least_score"], found[0]["greatest_score"]) == (0.75, 1.0)
        side = await at.done("GET", "/reviews/calibration", params={**of, "attempt": apart})
        assert side["scores"] == {"token qa@main": 0.75, "token administrator@main": 1.0}
        assert (side["mean_score"], side["apart"]) == (0.875, 0.25)
        assert [one["apart"] for one in side["questions"]] == [0.0, 0.75]
        await begun(at, apart, role="supervisor")
        blind = {**of, "attempt": apart}
        told = await at.refused("GET", "/reviews/calibration", 403, params=blind, role="supervisor")
        assert told["fix"] == "answer it before you see the others"


async def test_an_agent_sees_what_was_said_of_their_own_talks_once_it_is_answered(
    tmp_path: Path,
) -> None:
    async with service(tmp_path, with_engine=False) as at:
        mine, others, open_one = await office(
            at, RECORDED, {**RECORDED, "agent_id": "1002"}, RECORDED
        )
        done = await begun(at, mine, answers=GOOD)
        await begun(at, others, answers=GOOD)
        await begun(at, open_one)
        page = await at.done("GET", "/reviews/own", role="agent")
        assert [one["id"] for one in page["items"]] == [done["id"]]
        assert (page["count"], page["mean_score"]) == (1, 0.75)
        await at.refused("GET", "/reviews", 403, role="agent")
        every = await at.done("GET", "/reviews", role="supervisor", params={"limit": 2})
        assert (len(every["items"]), every["count"]) == (2, 3)
        rest = await at.done("GET", "/reviews", params={"cursor": every["next"]})
        assert [one["id"] for one in rest["items"]] == [done["id"]]
        for wanted, count in (
            ({"agent": "1002"}, 1),
            ({"state": "begun"}, 1),
            ({"state": "answered"}, 2),
            ({"attempt": mine}, 1),
            ({"by": "nobody"}, 0),
            ({"scorecard": "manners"}, 3),
        ):
            some = await at.done("GET", "/reviews", params=wanted)
            assert some["count"] == count, wanted
