"""Recordings over REST once they are finished: encrypted ones, waveforms, and taking them out."""

from pathlib import Path
from typing import Any

from record import NOON, TALK, campaign_with
from service import Service, service
from sqlalchemy import insert, update
from test_shelves_api import CARD

from dialer.adapters.recording_finish import PLAIN, finish
from dialer.adapters.recording_keys import NO_KEYS, add_key, read_keys
from dialer.adapters.sql.tables.campaigns import campaigns
from dialer.adapters.sql.tables.people import teams, tenants, users
from dialer.domain.ids import AgentId, AttemptId
from dialer.domain.recording import Booked, Finished, Kept

SAMPLES = bytes(range(256)) * 1024
"""Four chunks of an encrypted file."""


async def finished(at: Service, folder: Path, attempt: str, keys: Path | None = None) -> Finished:
    """Finish a recording of an attempt as the node does, and book it."""
    monitor = folder / "asterisk" / "spool" / "monitor"
    monitor.mkdir(parents=True, exist_ok=True)
    (monitor / f"{attempt}.raw").write_bytes(SAMPLES)
    ring = NO_KEYS if keys is None else read_keys(keys)
    facts = finish(monitor, AttemptId(attempt), PLAIN, ring, now=NOON + 60)
    assert facts is not None
    assert await at.stores.recordings.book(facts, Kept.DISK) is Booked.YES
    (monitor / "finished" / f"{attempt}.json").unlink()
    return facts


async def tenant_says(at: Service, **rules: Any) -> None:
    change = update(tenants).where(tenants.c.id == "main").values(settings={"recordings": rules})
    await at.stores.writer.transact(lambda connection: connection.execute(change))


async def noted(at: Service, action: str) -> list[str]:
    return [row.by async for row in at.stores.audit.read(action=action)]


async def test_an_encrypted_recording_is_played_as_if_it_were_none(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    add_key(keys, "one")
    async with service(tmp_path, with_engine=False, recordings_key_file=keys) as at:
        _, (attempt,) = await campaign_with(at, TALK)
        facts = await finished(at, tmp_path, attempt, keys)
        path = f"/recordings/{attempt}"
        answer = await at.ask("GET", path, role="qa")
        whole = answer.content
        assert (answer.status_code, len(whole)) == (200, facts.bytes)
        assert whole.startswith(b"RIFF")
        assert whole.endswith(SAMPLES)
        assert answer.headers["etag"] == f'"{facts.sha256}"'
        for said, first, end in (
            ("bytes=0-0", 0, 1),
            ("bytes=65000-140000", 65000, 140001),
            ("bytes=-7", len(whole) - 7, len(whole)),
            ("bytes=200000-", 200000, len(whole)),
            ("bytes=5-99999999", 5, len(whole)),
        ):
            piece = await at.ask("GET", path, role="qa", headers={"Range": said})
            assert (piece.status_code, piece.content) == (206, whole[first:end]), said
            assert piece.headers["content-range"] == f"bytes {first}-{end - 1}/{len(whole)}"
        several = await at.ask("GET", path, role="qa", headers={"Range": "bytes=0-1, 5-9"})
        assert (several.status_code, several.content) == (200, whole)
        stale = {"Range": "bytes=0-1", "If-Range": '"other"'}
        assert (await at.ask("GET", path, role="qa", headers=stale)).status_code == 200
        await at.refused("GET", path, 416, role="qa", headers={"Range": "bytes=9999999-"})
        known = {"If-None-Match": f'"x", "{facts.sha256}"'}
        assert (await at.ask("GET", path, role="qa", headers=known)).status_code == 304
        assert await noted(at, "playback") == ["token qa@main"]
        (shown,) = (await at.done("GET", "/recordings", role="qa"))["items"]
        assert (shown["encrypted"], shown["sha256"]) == (True, facts.sha256)
        assert (shown["codec"], shown["bytes"], shown["kept"]) == ("wav", len(whole), "disk")


async def test_without_its_key_or_when_damaged_it_says_so_and_nothing_is_noted(
    tmp_path: Path,
) -> None:
    keys = tmp_path / "keys"
    add_key(keys, "one")
    async with service(tmp_path, with_engine=False, recordings_key_file=keys) as at:
        _, (attempt,) = await campaign_with(at, TALK)
        facts = await finished(at, tmp_path, attempt, keys)
        kept = keys.read_text()
        keys.unlink()
        add_key(keys, "two")
        problem = await at.refused("GET", f"/recordings/{attempt}", 500)
        assert problem["code"] == "recording_unreadable"
        assert "'one', which is not there" in problem["detail"]
        keys.write_text(kept)
        assert (await at.ask("GET", f"/recordings/{attempt}", role="qa")).status_code == 200
        file = tmp_path / "asterisk" / "spool" / "monitor" / facts.file
        stored = bytearray(file.read_bytes())
        stored[300] ^= 1
        file.write_bytes(stored)
        damaged = await at.refused("GET", f"/recordings/{attempt}", 500)
        assert "damaged" in damaged["detail"]
        assert await noted(at, "playback") == ["token qa@main"]


async def test_a_recording_is_taken_out_under_its_rules_name_and_that_is_noted(
    tmp_path: Path,
) -> None:
    async with service(tmp_path, with_engine=False) as at:
        campaign, (attempt, silent) = await campaign_with(at, TALK, {}, name="spring")
        await finished(at, tmp_path, attempt)
        await tenant_says(at, name="{date}/{campaign}/{agent}-{attempt}")
        path = f"/recordings/{attempt}/file"
        answer = await at.ask("GET", path, role="supervisor", headers={"Range": "bytes=0-3"})
        assert (answer.status_code, answer.content) == (206, b"RIFF")
        saved_as = f"2024-11-03_spring_1001-{attempt}.wav"
        assert answer.headers["content-disposition"] == f'attachment; filename="{saved_as}"'
        assert await noted(at, "download") == ["token supervisor@main"]
        assert await noted(at, "playback") == []
        # no API takes such a name, but imports and other programs write into the database too
        ill = update(campaigns).where(campaigns.c.id == campaign).values(name='Sö/"x"\r\nX: y')
        await at.stores.writer.transact(lambda connection: connection.execute(ill))
        answer = await at.ask("GET", path)
        saved_as = f"2024-11-03_S___x___X__y_1001-{attempt}.wav"
        assert answer.headers["content-disposition"] == f'attachment; filename="{saved_as}"'
        await at.refused("GET", f"/recordings/{silent}/file", 404)
        await at.refused("GET", path, 404, tenant="other")


async def test_agents_take_out_their_own_talks_alone_and_only_where_they_may(
    tmp_path: Path,
) -> None:
    async with service(tmp_path, with_engine=False) as at:
        others = {**TALK, "agent_id": "1002"}
        _, (own, other) = await campaign_with(at, TALK, others)
        for attempt in (own, other):
            await finished(at, tmp_path, attempt)
        refused = await at.refused("GET", f"/recordings/{own}/file", 403, role="agent")
        assert refused["field"] == "recordings.agents_download"
        await tenant_says(at, agents_download=True)
        answer = await at.ask("GET", f"/recordings/{own}/file", role="agent")
        assert (answer.status_code, answer.content[-1024:]) == (200, SAMPLES[-1024:])
        await at.refused("GET", f"/recordings/{other}/file", 404, role="agent")
        await at.refused("GET", f"/recordings/{own}", 403, role="agent")
        assert await noted(at, "download") == ["token agent@main"]


async def test_a_supervisor_hears_their_own_team_where_the_tenant_asks_for_that(
    tmp_path: Path,
) -> None:
    async with service(tmp_path, with_engine=False) as at:
        _, (own, other) = await campaign_with(at, TALK, {**TALK, "agent_id": "1002"})
        for attempt in (own, other):
            await finished(at, tmp_path, attempt)
        await at.stores.writer.transact(two_teams)
        assert at.doorkeeper.sessions["supervisor@main"].user_id == "us-supervisor@main"
        at.client.cookies["outpace_session"] = "supervisor@main"
        await tenant_says(at, own_team=True)
        for path in (f"/recordings/{other}", f"/recordings/{other}/peaks"):
            answer = await at.client.get("/api/v1" + path)
            assert (answer.status_code, answer.json()["field"]) == (403, "attempt"), path
        assert (await at.client.get(f"/api/v1/recordings/{own}")).status_code == 200
        assert (await at.ask("GET", f"/recordings/{other}", role="qa")).status_code == 200


def two_teams(connection: Any) -> None:
    for team in ("east", "west"):
        row = {"id": team, "tenant_id": "main", "name": team}
        connection.execute(insert(teams), row)
    for user, agent, team in (
        ("us-supervisor@main", None, "east"),
        ("us-1", AgentId("1001"), "east"),
        ("us-2", AgentId("1002"), "west"),
    ):
        row = {"id": user, "tenant_id": "main", "login": user, "role": "agent", "created_at": 1.0}
        connection.execute(insert(users), {**row, "agent_id": agent, "team_id": team})


async def test_an_agent_hears_their_own_talks_once_they_are_reviewed_and_no_other(
    tmp_path: Path,
) -> None:
    async with service(tmp_path, with_engine=False) as at:
        _, (own, begun, others) = await campaign_with(at, TALK, TALK, {**TALK, "agent_id": "1002"})
        await at.done("POST", "/scorecards", json=CARD)
        for attempt in (own, begun, others):
            await finished(at, tmp_path, attempt)
            await at.refused(
                "GET", f"/recordings/{attempt}", 404 if attempt == others else 403, role="agent"
            )
        answers = {"greeting": 1.0, "facts": 1.0}
        for attempt, said in ((own, answers), (begun, {}), (others, answers)):
            new = {"attempt": attempt, "scorecard": "manners", "answers": said}
            await at.done("POST", "/reviews", json=new, role="qa")
        for part in ("", "/peaks"):
            heard = await at.ask("GET", f"/recordings/{own}{part}", role="agent")
            assert heard.status_code == 200, part
            told = await at.refused("GET", f"/recordings/{begun}{part}", 403, role="agent")
            assert told["detail"].startswith("recording: agents hear their own talks once")
            told = await at.refused("GET", f"/recordings/{others}{part}", 404, role="agent")
            assert told["field"] == "attempt"
            await at.refused("GET", f"/recordings/{own}{part}", 404, role="agent", tenant="other")
        assert await noted(at, "playback") == ["token agent@main"]
        await at.refused("GET", f"/recordings/{own}/file", 403, role="agent")
        await at.refused("GET", "/recordings", 403, role="agent")


async def test_a_waveform_is_shown_in_the_form_that_players_take(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    add_key(keys, "one")
    async with service(tmp_path, with_engine=False, recordings_key_file=keys) as at:
        _, (sealed, plain, old) = await campaign_with(at, TALK, TALK, TALK)
        await finished(at, tmp_path, sealed, keys)
        await finished(at, tmp_path, plain)
        for attempt in (sealed, plain):
            drawn = await at.done("GET", f"/recordings/{attempt}/peaks", role="qa")
            assert (drawn["channels"], drawn["bits"], drawn["sample_rate"]) == (2, 8, 8000)
            assert drawn["length"] == -(-len(SAMPLES) // 4 // drawn["samples_per_pixel"])
            assert len(drawn["data"]) == 4 * drawn["length"]
            assert max(drawn["data"]) == 127
        await finished(at, tmp_path, old)
        peaks = tmp_path / "asterisk" / "spool" / "monitor" / "peaks" / f"{old}.peaks"
        peaks.unlink()
        problem = await at.refused("GET", f"/recordings/{old}/peaks", 404)
        assert problem["field"] == "peaks"
        await at.refused("GET", f"/recordings/{plain}/peaks", 403, role="agent")


async def test_what_the_record_says_of_a_file_never_leads_out_of_its_folder(
    tmp_path: Path,
) -> None:
    async with service(tmp_path, with_engine=False) as at:
        _, (attempt,) = await campaign_with(at, TALK)
        facts = await finished(at, tmp_path, attempt)
        row = await at.stores.recordings.of_attempt(attempt)
        assert row is not None
        assert facts.file == row.file
        for file in ("../../../node/outpace.db", "/etc/passwd", ".."):
            assert await at.stores.recordings.moved(row, file, Kept.DISK)
            await at.refused("GET", f"/recordings/{attempt}", 404)
