"""Webhooks over REST, with a receiver that listens."""

import asyncio
import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "services"))

from receiver import Receiver, until
from service import Service, service
from sqlalchemy import update

from dialer.adapters.sql.tables.webhooks import outbox
from dialer.domain.campaign import CampaignState
from dialer.domain.ids import CampaignId

STATES = ["campaign.state"]
METADATA = "169.254.169.254"


@pytest.fixture(autouse=True)
def private(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUTPACE_WEBHOOKS_PRIVATE", "true")


async def made(at: Service, receiver: Receiver, *topics: str) -> str:
    asked = {"url": receiver.url, "topics": list(topics) or STATES}
    found = await at.done("POST", "/webhooks", json=asked)
    receiver.secret = found["secret"]
    return str(found["id"])


async def campaign(at: Service) -> CampaignId:
    found = await at.done("POST", "/campaigns", json={"name": "spring"})
    return CampaignId(found["id"])


async def shown(at: Service) -> dict[str, Any]:
    (one,) = (await at.done("GET", "/webhooks"))["items"]
    return dict(one)


async def test_a_webhook_is_told_what_happens_from_then_on(tmp_path: Path) -> None:
    receiver = Receiver()
    async with receiver.up(), service(tmp_path, with_engine=False) as at:
        spring = await campaign(at)
        await at.stores.campaigns.set_state(spring, CampaignState.PAUSED)
        await made(at, receiver)
        await at.stores.campaigns.set_state(spring, CampaignState.RUNNING)
        await until(lambda: len(receiver.taken) == 1)
        assert receiver.wrong == []
        (event,) = receiver.taken
        assert (event["topic"], event["tenant"]) == ("campaign.state", "main")
        assert event["data"]["state"] == "running"
        async with asyncio.timeout(10):  # the receiver knows it before it is on record
            while (one := await shown(at))["waiting"]:
                await asyncio.sleep(0.01)
        assert (one["topics"], one["active"], one["dead"]) == (STATES, True, 0)


async def test_a_secret_is_shown_once_and_is_in_no_log(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    receiver = Receiver()
    async with receiver.up(), service(tmp_path, with_engine=False) as at:
        hook = await made(at, receiver)
        assert receiver.secret.startswith("whsec_")
        assert len(receiver.secret) > 40
        later = [
            await at.ask("GET", "/webhooks"),
            await at.ask("GET", f"/webhooks/{hook}/dead-letters"),
            await at.ask("POST", f"/webhooks/{hook}/ping"),
        ]
        noted = [str(row) async for row in at.stores.audit.read(action="webhook_create")]
        assert len(noted) == 1
        told = "".join([*noted, *(answer.text for answer in later)])
        assert receiver.secret not in told
    said = capsys.readouterr()
    assert receiver.secret not in said.out + said.err


async def test_a_ping_says_how_the_receiver_answers(tmp_path: Path) -> None:
    receiver = Receiver()
    async with service(tmp_path, with_engine=False) as at:
        async with receiver.up():
            hook = await made(at, receiver)
            pinged = await at.done("POST", f"/webhooks/{hook}/ping")
            assert (pinged["delivered"], pinged["status"], pinged["problem"]) == (True, 204, "")
            assert receiver.taken[0]["topic"] == "ping"
            receiver.answer = lambda _event: 500
            refused = await at.done("POST", f"/webhooks/{hook}/ping")
            assert (refused["delivered"], refused["problem"]) == (False, "answered 500")
        down = await at.done("POST", f"/webhooks/{hook}/ping")
        assert (down["status"], down["delivered"]) == (None, False)
        assert down["problem"].startswith("not reached: ")
        assert receiver.wrong == []


async def test_what_was_given_up_is_listed_and_told_when_asked_for(tmp_path: Path) -> None:
    receiver = Receiver(answer=lambda _event: 503)
    async with receiver.up(), service(tmp_path, with_engine=False) as at:
        spring, hook = await campaign(at), await made(at, receiver)
        states = [CampaignState.RUNNING, CampaignState.PAUSED, CampaignState.STOPPED]
        for state in states:
            await at.stores.campaigns.set_state(spring, state)
        await until(lambda: receiver.tries > 0)
        await at.stores.outbox.close_webhook(hook, "answered 410", now=1.0)
        path = f"/webhooks/{hook}"
        first = await at.done("GET", f"{path}/dead-letters", params={"limit": 2})
        rest = await at.done(
            "GET", f"{path}/dead-letters", params={"limit": 2, "cursor": first["next"]}
        )
        letters = first["items"] + rest["items"]
        assert [one["body"]["data"]["state"] for one in letters] == [s.value for s in states]
        assert rest["next"] is None
        one = await shown(at)
        assert (one["active"], one["why"], one["dead"]) == (False, "answered 410", 3)
        problem = await at.refused("POST", f"{path}/retry", 409, json={})
        assert "answered 410" in problem["detail"]


async def test_dead_letters_are_told_in_order_after_a_retry(tmp_path: Path) -> None:
    receiver = Receiver(answer=lambda _event: 503)
    async with receiver.up(), service(tmp_path, with_engine=False) as at:
        spring, hook = await campaign(at), await made(at, receiver)
        for state in (CampaignState.RUNNING, CampaignState.PAUSED):
            await at.stores.campaigns.set_state(spring, state)
        await until(lambda: receiver.tries > 0)
        await given_up(at, hook)
        receiver.answer = lambda _event: 200
        retried = await at.done("POST", f"/webhooks/{hook}/retry", json={})
        assert retried == {"retried": 2}
        await until(lambda: len(receiver.taken) == 2)
        assert [one["data"]["state"] for one in receiver.taken] == ["running", "paused"]
        assert await at.done("POST", f"/webhooks/{hook}/retry", json={"events": ["ev-1"]}) == {
            "retried": 0
        }


async def given_up(at: Service, hook: str) -> None:
    """Have all that a webhook was not told given up, as after days."""
    dead = update(outbox).where(outbox.c.webhook_id == hook, outbox.c.delivered_at.is_(None))
    dead = dead.values(dead_at=1.0, held_by="", held_until=None)
    await at.stores.writer.transact(lambda connection: connection.execute(dead) and None)


async def test_a_removed_webhook_is_told_nothing_and_does_not_exist(tmp_path: Path) -> None:
    receiver = Receiver()
    async with receiver.up(), service(tmp_path, with_engine=False) as at:
        spring, hook = await campaign(at), await made(at, receiver)
        answer = await at.ask("DELETE", f"/webhooks/{hook}")
        assert (answer.status_code, answer.content) == (204, b"")
        await at.stores.campaigns.set_state(spring, CampaignState.RUNNING)
        await asyncio.sleep(0.7)  # longer than the sender sleeps
        assert receiver.tries == 0
        for method, path in (
            ("DELETE", f"/webhooks/{hook}"),
            ("GET", f"/webhooks/{hook}/dead-letters"),
            ("POST", f"/webhooks/{hook}/ping"),
            ("POST", f"/webhooks/{hook}/retry"),
        ):
            json = {} if path.endswith("retry") else None
            problem = await at.refused(method, path, 404, json=json)
            assert problem["field"] == "webhook"
        assert (await at.done("GET", "/webhooks"))["items"] == []


async def test_another_tenants_webhook_does_not_exist(tmp_path: Path) -> None:
    receiver = Receiver()
    async with receiver.up(), service(tmp_path, with_engine=False) as at:
        hook = await made(at, receiver)
        for method, path in (
            ("DELETE", f"/webhooks/{hook}"),
            ("GET", f"/webhooks/{hook}/dead-letters"),
            ("POST", f"/webhooks/{hook}/ping"),
            ("POST", f"/webhooks/{hook}/retry"),
        ):
            json = {} if path.endswith("retry") else None
            await at.refused(method, path, 404, tenant="other", json=json)
        assert (await at.done("GET", "/webhooks", tenant="other"))["items"] == []
        assert receiver.tries == 0


@pytest.mark.parametrize("role", ["agent", "supervisor", "qa", "campaign_manager"])
async def test_only_administrators_deal_with_webhooks(tmp_path: Path, role: str) -> None:
    async with service(tmp_path, with_engine=False) as at:
        for method, path in (
            ("GET", "/webhooks"),
            ("POST", "/webhooks"),
            ("DELETE", "/webhooks/wh-1"),
            ("GET", "/webhooks/wh-1/dead-letters"),
            ("POST", "/webhooks/wh-1/retry"),
            ("POST", "/webhooks/wh-1/ping"),
        ):
            asked = {"url": "http://127.0.0.1/", "topics": STATES} if path == "/webhooks" else {}
            json = asked if method == "POST" else None
            problem = await at.refused(method, path, 403, role=role, json=json)
            assert problem["code"] == "denied"


@pytest.mark.parametrize(
    ("asked", "field", "code"),
    [
        ({"url": f"https://{METADATA}/latest", "topics": STATES}, "url", "bad_input"),
        ({"url": f"http://[::ffff:{METADATA}]/", "topics": STATES}, "url", "bad_input"),
        ({"url": "https://a:b@127.0.0.1/", "topics": STATES}, "url", "bad_input"),
        ({"url": "ftp://127.0.0.1/", "topics": STATES}, "url", "bad_input"),
        ({"url": "https://nothing.invalid/", "topics": STATES}, "url", "bad_input"),
        ({"url": "https://127.0.0.1/", "topics": []}, "body.topics", "invalid"),
        ({"url": "https://127.0.0.1/", "topics": ["lead.born"]}, "body.topics.0", "invalid"),
        ({"url": "https://127.0.0.1/", "topics": STATES, "secret": "a"}, "body.secret", "invalid"),
    ],
)
async def test_a_webhook_that_cannot_be_is_refused_with_the_field(
    tmp_path: Path, asked: dict[str, Any], field: str, code: str
) -> None:
    async with service(tmp_path, with_engine=False) as at:
        problem = await at.refused("POST", "/webhooks", 422, json=asked)
        assert (problem["field"], problem["code"]) == (field, code)
        assert problem["fix"]
        assert (await at.done("GET", "/webhooks"))["items"] == []


async def test_without_the_setting_this_machine_is_not_reached(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OUTPACE_WEBHOOKS_PRIVATE")
    async with service(tmp_path, with_engine=False) as at:
        for url in ("http://127.0.0.1/", "https://127.0.0.1/", "https://localhost/"):
            asked = {"url": url, "topics": STATES}
            problem = await at.refused("POST", "/webhooks", 422, json=asked)
            assert "OUTPACE_WEBHOOKS_PRIVATE" in problem["fix"]


async def test_what_an_engine_does_is_told_by_the_service(tmp_path: Path) -> None:
    receiver = Receiver()
    async with receiver.up(), service(tmp_path) as at:
        await made(at, receiver)
        spring = await campaign(at)
        await at.with_leads(spring, 3)
        await asyncio.sleep(0)
        await at.done("POST", f"/campaigns/{spring}/start")
        await at.done("POST", f"/campaigns/{spring}/stop")
        await until(lambda: len(receiver.taken) == 2)
        assert [one["data"]["state"] for one in receiver.taken] == ["running", "stopped"]
        assert receiver.wrong == []
