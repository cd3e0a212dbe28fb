"""Recordings of people who called us, over REST: in one list with others, by the same rights."""

from pathlib import Path

import pytest
from record import NOON, TALK, campaign_with
from service import Service, service
from test_recordings_taken_out import SAMPLES, finished, tenant_says, two_teams

from dialer.adapters.sql.privacy import SqlPrivacy
from dialer.domain.call_record import CallRecord, Direction
from dialer.domain.ids import AgentId, CallId, new_call_id
from dialer.domain.legal_limits import Ground
from dialer.domain.outcome import Outcome
from dialer.domain.queue import Queue

NUMBER = "+12025550111"


async def called(at: Service, *agents: str, number: str = NUMBER) -> list[CallId]:
    """Callers who were taken by agents from the queue `sales`."""
    made = []
    for index, agent in enumerate(agents):
        began_at = NOON + 100 + index
        call = CallRecord(new_call_id(), Direction.IN, number, began_at, "node", queue="sales")
        await at.stores.calls.begin(call)
        await at.stores.calls.answered(call.call_id, began_at + 4, agent_id=AgentId(agent))
        made.append(call.call_id)
    return sorted(made)


async def recorded(at: Service, folder: Path, *agents: str, number: str = NUMBER) -> list[CallId]:
    await at.stores.queues.add(Queue("sales"), by="test", at=0.0)
    calls = await called(at, *agents, number=number)
    for call_id in calls:
        await at.stores.recorded_callers.begin(call_id, Ground.ANNOUNCED, at=NOON + 110)
        await at.stores.calls.ended(call_id, NOON + 140, Outcome.CONNECTED)
        await finished(at, folder, call_id)
    return calls


async def subjects(at: Service, action: str) -> list[tuple[str, str, object]]:
    found = at.stores.audit.read(action=action)
    return [(row.by, row.subject, dict(row.detail)) async for row in found]


async def test_callers_and_customers_are_one_list_newest_first_in_pages(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        named = {**TALK, "recording": "x.wav", "ground": "one_party"}
        campaign, attempts = await campaign_with(at, named, named)
        calls = await recorded(at, tmp_path, "1001", "1002", "1001")
        await called(at, "1001")  # not recorded
        newest = [*reversed(calls), *reversed(attempts)]  # these were dialed years ago
        for limit in (1, 2, 3, 10):
            seen: list[str] = []
            cursor: str | None = ""
            while cursor is not None:
                params = {"limit": limit, "cursor": cursor}
                page = await at.done("GET", "/recordings", role="qa", params=params)
                seen += [one["attempt"] for one in page["items"]]
                cursor = page["next"]
            assert seen == newest, limit

        async def found(**params: str) -> list[str]:
            page = await at.done("GET", "/recordings", params=params)
            return [one["attempt"] for one in page["items"]]

        assert await found(queue="sales") == newest[:3]
        assert await found(queue="loans") == []
        assert await found(campaign=campaign) == newest[3:]
        assert await found(campaign=campaign, queue="sales") == []
        assert await found(direction="in") == newest[:3]
        assert await found(direction="out") == newest[3:]
        assert len(await found(agent="1002")) == 1
        assert await found(number="202-555-0111", region="US") == newest[:3]
        assert (await at.done("GET", "/recordings", tenant="other"))["items"] == []
        await at.refused("GET", "/recordings", 403, role="agent")
        problem = await at.refused("GET", "/recordings", 422, params={"cursor": "WzEsMl0"})
        assert problem["field"] == "cursor"


async def test_a_callers_recording_says_what_it_is_and_is_played_and_drawn(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        (call_id,) = await recorded(at, tmp_path, "1001")
        privacy = SqlPrivacy(at.stores.writer, at.stores.reader, b"k" * 32)
        await privacy.hold(NUMBER, by="ann", reason="case 7", at=NOON)
        (shown,) = (await at.done("GET", "/recordings", role="qa"))["items"]
        known = {name: shown[name] for name in ("attempt", "queue", "campaign", "lead", "agent")}
        assert known == {
            "attempt": call_id,
            "queue": "sales",
            "campaign": "",
            "lead": 0,
            "agent": "1001",
        }
        assert (shown["number"], shown["ground"], shown["held"]) == (
            "+12*******11",
            "announced",
            True,
        )
        assert (shown["dialed_at"], shown["connected_at"]) == (NOON + 100, NOON + 104)
        assert shown["seconds"] == pytest.approx(len(SAMPLES) / 32_000)
        path = f"/recordings/{call_id}"
        answer = await at.ask("GET", path, role="qa")
        assert (answer.status_code, answer.headers["etag"]) == (200, f'"{shown["sha256"]}"')
        assert answer.content.endswith(SAMPLES)
        piece = await at.ask("GET", path, role="qa", headers={"Range": "bytes=0-3"})
        assert (piece.status_code, piece.content) == (206, b"RIFF")
        drawn = await at.done("GET", f"{path}/peaks", role="qa")
        assert (drawn["channels"], max(drawn["data"])) == (2, 127)
        heard = ("token qa@main", f"call {call_id}", {"queue": "sales"})
        assert await subjects(at, "playback") == [heard]
        for part in ("", "/peaks", "/file"):
            problem = await at.refused("GET", path + part, 404, tenant="other")
            assert problem["field"] == "call"


async def test_it_is_taken_out_under_its_name_and_by_agents_who_may(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        calls = await recorded(at, tmp_path, "1001", "1002")
        talks = {
            one["agent"]: one["attempt"] for one in (await at.done("GET", "/recordings"))["items"]
        }
        assert sorted(talks.values()) == calls
        own, other = talks["1001"], talks["1002"]
        await at.refused("GET", f"/recordings/{own}/file", 403, role="agent")
        names = {"sales": "{date}/{campaign}/{agent}-{attempt}"}
        await tenant_says(at, agents_download=True, names=names)
        answer = await at.ask("GET", f"/recordings/{own}/file", role="agent")
        assert answer.status_code == 200
        saved_as = f"2024-11-03_sales_1001-{own}.wav"
        assert answer.headers["content-disposition"] == f'attachment; filename="{saved_as}"'
        await at.refused("GET", f"/recordings/{other}/file", 404, role="agent")
        # as with any talk of theirs: to be played it must have been reviewed
        await at.refused("GET", f"/recordings/{own}", 403, role="agent")
        await at.refused("GET", f"/recordings/{other}", 404, role="agent")
        taken = ("token agent@main", f"call {own}", {"queue": "sales"})
        assert await subjects(at, "download") == [taken]


async def test_a_supervisor_of_another_team_does_not_hear_it(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        calls = await recorded(at, tmp_path, "1001", "1002")
        await at.stores.writer.transact(two_teams)
        assert at.doorkeeper.sessions["supervisor@main"].user_id == "us-supervisor@main"
        at.client.cookies["outpace_session"] = "supervisor@main"
        await tenant_says(at, own_team=True)
        codes = {}
        for call_id in calls:
            answer = await at.client.get(f"/api/v1/recordings/{call_id}/file")
            call = await at.stores.calls.get(call_id)
            assert call is not None
            codes[call.agent_id] = answer.status_code
        assert codes == {"1001": 200, "1002": 403}


async def test_what_is_not_recorded_or_not_finished_or_no_call_says_so(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        await at.stores.queues.add(Queue("sales"), by="test", at=0.0)
        silent, fresh = await called(at, "1001", "1001")
        problem = await at.refused("GET", f"/recordings/{silent}", 404)
        assert (problem["field"], problem["fix"][:13]) == ("recording", "none was made")
        await at.stores.recorded_callers.begin(fresh, Ground.ANNOUNCED, at=NOON + 110)
        monitor = tmp_path / "asterisk" / "spool" / "monitor"
        monitor.mkdir(parents=True)
        (monitor / f"{fresh}.raw").write_bytes(SAMPLES)
        problem = await at.refused("GET", f"/recordings/{fresh}", 404)
        assert problem["fix"] == "try again in a few seconds"
        problem = await at.refused("GET", f"/recordings/{new_call_id()}", 404)
        assert problem["field"] == "call"
        for odd in ("ca-x", "ca-" + "0" * 25, "ca-../../outpace.db", "ag-" + "0" * 26):
            assert (await at.ask("GET", f"/recordings/{odd}")).status_code in (404, 422)
        assert await subjects(at, "playback") == []
