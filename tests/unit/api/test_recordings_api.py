"""Recordings over REST: which there are, listening to one, and who did."""

import wave
from pathlib import Path

from record import NOON, TALK, campaign_with
from service import Service, service

from dialer.adapters.sql.privacy import SqlPrivacy

SAMPLES = bytes(range(256)) * 40


def put(folder: Path, attempt: str) -> bytes:
    """Put a recording where the node's Asterisk would."""
    monitor = folder / "asterisk" / "spool" / "monitor"
    monitor.mkdir(parents=True, exist_ok=True)
    with wave.open(str(monitor / f"{attempt}.wav"), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(SAMPLES)
    return (monitor / f"{attempt}.wav").read_bytes()


def recorded(attempt: str = "") -> dict[str, object]:
    return {**TALK, "recording": f"{attempt or 'x'}.wav", "ground": "announced"}


async def playbacks(at: Service) -> list[tuple[str, str]]:
    return [(row.by, row.subject) async for row in at.stores.audit.read(action="playback")]


async def test_recorded_talks_are_listed_newest_first(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        later = {**recorded(), "dialed_at": NOON + 9, "agent_id": "1002"}
        campaign, (first, _, last) = await campaign_with(at, recorded(), {}, later)
        page = await at.done("GET", "/recordings", role="qa", params={"limit": 1})
        (one,) = page["items"]
        assert (one["attempt"], one["agent"], one["seconds"]) == (last, "1002", 30.0)
        assert (one["number"], one["ground"], one["campaign"]) == (
            *("+12*******02", "announced"),
            campaign,
        )
        rest = await at.done("GET", "/recordings", params={"cursor": page["next"]})
        assert [one["attempt"] for one in rest["items"]] == [first]
        only = await at.done("GET", "/recordings", params={"agent": "1001"})
        assert [one["attempt"] for one in only["items"]] == [first]
        assert (await at.done("GET", "/recordings", tenant="other"))["items"] == []
        await at.refused("GET", "/recordings", 403, role="agent")


async def test_recordings_are_found_by_number_and_tell_of_a_legal_hold(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        _, (first, last) = await campaign_with(at, recorded(), recorded())
        privacy = SqlPrivacy(at.stores.writer, at.stores.reader, b"k" * 32)
        await privacy.hold("+12025550001", by="ann", reason="case 7", at=NOON)
        await privacy.hold("+12025550000", by="eve", reason="theirs", at=NOON, tenant_id="other")
        page = await at.done("GET", "/recordings")
        assert [(one["attempt"], one["held"]) for one in page["items"]] == [
            (last, True),
            (first, False),
        ]
        params = {"number": "202-555-0000", "region": "US"}
        found = await at.done("GET", "/recordings", role="qa", params=params)
        assert [one["attempt"] for one in found["items"]] == [first]
        problem = await at.refused("GET", "/recordings", 422, params={"number": "0000"})
        assert problem["field"] == "number"


async def test_a_recording_is_played_whole_and_in_pieces_and_noted_once(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        _, (attempt,) = await campaign_with(at, recorded())
        whole = put(tmp_path, attempt)
        path = f"/recordings/{attempt}"
        answer = await at.ask("GET", path, role="qa")
        assert (answer.status_code, answer.content) == (200, whole)
        assert answer.headers["content-type"] == "audio/wav"
        assert answer.headers["accept-ranges"] == "bytes"
        assert answer.headers["cache-control"] == "private, no-store"
        for range_, first, last in (("bytes=0-99", 0, 99), ("bytes=44-", 44, len(whole) - 1)):
            piece = await at.ask("GET", path, role="qa", headers={"Range": range_})
            assert (piece.status_code, piece.content) == (206, whole[first : last + 1])
            assert piece.headers["content-range"] == f"bytes {first}-{last}/{len(whole)}"
        assert await playbacks(at) == [("token qa@main", f"attempt {attempt}")]
        await at.ask("GET", path, role="supervisor", headers={"Range": "bytes=0-0"})
        assert len(await playbacks(at)) == 2


async def test_bytes_that_are_not_there_are_refused(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        _, (attempt,) = await campaign_with(at, recorded())
        size = len(put(tmp_path, attempt))
        path = f"/recordings/{attempt}"
        for wanted in (f"bytes={size}-", "bytes=5-4", "lines=1-2", "bytes=-0", "bytes=", "x"):
            headers = {"Range": wanted}
            problem = await at.refused("GET", path, 416, headers=headers)
            assert problem["field"] == "Range", wanted
            assert problem["fix"].startswith(f"ask for bytes=0-{size - 1}")
        assert await playbacks(at) == []
        last = await at.ask("GET", path, headers={"Range": "bytes=-4"})
        assert (last.status_code, len(last.content)) == (206, 4)
        one = await at.ask("GET", path, headers={"Range": "bytes=7-7"})
        assert (one.status_code, len(one.content)) == (206, 1)
        parts = await at.ask("GET", path, headers={"Range": "bytes=0-3, 8-11"})
        assert parts.headers["content-type"].startswith("multipart/byteranges")


async def test_what_cannot_be_played_says_why_and_where(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        elsewhere = {**recorded(), "node": "east"}
        _, (silent, there, fresh) = await campaign_with(at, {}, elsewhere, recorded())
        nothing = await at.refused("GET", f"/recordings/{silent}", 404)
        assert (nothing["field"], nothing["fix"][:13]) == ("recording", "none was made")
        far = await at.refused("GET", f"/recordings/{there}", 404)
        assert far["fix"] == "ask the API on the host of engine 'east'"
        put(tmp_path, fresh)
        monitor = tmp_path / "asterisk" / "spool" / "monitor"
        (monitor / f"{fresh}.wav").rename(monitor / f"{fresh}.raw")
        soon = await at.refused("GET", f"/recordings/{fresh}", 404)
        assert soon["fix"] == "try again in a few seconds"
        assert await playbacks(at) == []


async def test_a_recording_of_another_tenant_does_not_exist(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        _, (attempt,) = await campaign_with(at, recorded())
        put(tmp_path, attempt)
        problem = await at.refused("GET", f"/recordings/{attempt}", 404, tenant="other")
        assert problem["field"] == "attempt"
        await at.refused("GET", f"/recordings/{attempt}", 403, role="agent")
        assert await playbacks(at) == []


async def test_a_file_is_named_by_an_attempts_id_alone(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        # the name on record is not what is opened
        row = {**recorded(), "recording": "../../../node/outpace.db"}
        _, (attempt,) = await campaign_with(at, row)
        whole = put(tmp_path, attempt)
        assert (await at.ask("GET", f"/recordings/{attempt}")).content == whole
        for name in ("..", "../outpace.db", "%2e%2e%2foutpace.db", "at-../../outpace.db", "x"):
            answer = await at.ask("GET", f"/recordings/{name}")
            assert answer.status_code in (404, 422)
