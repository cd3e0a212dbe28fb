"""Voicemails over REST: the inbox, listening, who sees to one, removing."""

import wave
from pathlib import Path

from record import NOON
from service import Service, service

from dialer.domain.ids import AgentId, TenantId
from dialer.domain.queue import Queue
from dialer.domain.voicemail import Voicemail

ANN = AgentId("1001")


def put(folder: Path, file: str) -> bytes:
    """Put a message where the node's Asterisk would."""
    messages = folder / "asterisk" / "spool" / "monitor" / "voicemail"
    messages.mkdir(parents=True, exist_ok=True)
    with wave.open(str(messages / file), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(8000))
    return (messages / file).read_bytes()


async def left(at: Service, index: int, *, tenant: str = "main", queue: str | None = None) -> int:
    number = f"+1202555010{index}"
    one = Voicemail(
        number, f"vm-{tenant}-{index}.wav", NOON + index, tenant_id=TenantId(tenant), queue=queue
    )
    return (await at.stores.voicemails.left(one)).voicemail_id


async def actions(at: Service) -> list[tuple[str, str, str]]:
    rows = [row async for row in at.stores.audit.read()]
    return [(row.by, row.action, row.subject) for row in rows if "voicemail" in row.action]


async def test_the_inbox_is_read_by_queue_class_state_and_agent(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        await at.stores.queues.add(Queue("sales"), by="x", at=0.0)
        first, second, third = [await left(at, i, queue="sales" if i else None) for i in range(3)]
        await left(at, 0, tenant="other")
        await at.done("PUT", f"/voicemails/{first}/class", json={"class_name": "complaint"})
        await at.done("POST", f"/voicemails/{second}/heard", role="supervisor")
        to = {"agent": ANN}
        await at.done("PUT", f"/voicemails/{third}/assignee", json=to, role="supervisor")
        page = await at.done("GET", "/voicemails", params={"limit": 2}, role="qa")
        assert [one["id"] for one in page["items"]] == [third, second]
        assert page["unheard"] == 2
        assert page["items"][0]["number"] == "+12*******02"
        rest = await at.done("GET", "/voicemails", params={"cursor": page["next"]})
        assert [one["id"] for one in rest["items"]] == [first]
        for wanted, found in (
            ({"queue": "sales"}, [third, second]),
            ({"class_name": "complaint"}, [first]),
            ({"state": "heard"}, [second]),
            ({"state": "unheard"}, [third, first]),
            ({"agent": ANN}, [third]),
            ({"number": "+12025550101"}, [second]),
        ):
            some = await at.done("GET", "/voicemails", params=wanted)
            assert [one["id"] for one in some["items"]] == found, wanted


async def test_an_agent_sees_and_settles_what_they_were_given_and_nothing_else(
    tmp_path: Path,
) -> None:
    async with service(tmp_path, with_engine=False) as at:
        mine, other = await left(at, 0), await left(at, 1)
        put(tmp_path, "vm-main-0.wav")
        await at.done("PUT", f"/voicemails/{mine}/assignee", json={"agent": ANN})
        page = await at.done("GET", "/voicemails", params={"agent": "1002"}, role="agent")
        assert [one["id"] for one in page["items"]] == [mine]
        heard = await at.done("POST", f"/voicemails/{mine}/heard", role="agent")
        assert heard["heard_by"] == "token agent@main"
        through = {"done": True}
        done = await at.done("PUT", f"/voicemails/{mine}/done", json=through, role="agent")
        assert done["done_by"] == "token agent@main"
        found = await at.done("GET", "/voicemails?work=done")
        assert [one["id"] for one in found["items"]] == [mine]
        opened = await at.done("PUT", f"/voicemails/{mine}/done", json={"done": False})
        assert (opened["done_by"], opened["done_at"]) == (None, None)
        again = await at.done("POST", f"/voicemails/{mine}/heard")
        assert again["heard_by"] == "token agent@main"
        said = {"class_name": "billing"}
        await at.done("PUT", f"/voicemails/{mine}/class", json=said, role="agent")
        assert (await at.ask("GET", f"/voicemails/{mine}/sound", role="agent")).status_code == 200
        for method, path, body in (
            ("GET", f"/voicemails/{other}", None),
            ("GET", f"/voicemails/{other}/sound", None),
            ("POST", f"/voicemails/{other}/heard", None),
            ("PUT", f"/voicemails/{other}/done", {"done": True}),
            ("PUT", f"/voicemails/{other}/class", said),
        ):
            await at.refused(method, path, 404, role="agent", json=body)
        await at.refused(
            "PUT", f"/voicemails/{mine}/assignee", 403, role="agent", json={"agent": None}
        )


async def test_its_sound_is_played_in_pieces_and_that_is_noted_once(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        this = await left(at, 0)
        path = f"/voicemails/{this}/sound"
        missing = await at.refused("GET", path, 404, role="qa")
        assert "does not lie on this host" in missing["detail"]
        assert await actions(at) == []
        whole = put(tmp_path, "vm-main-0.wav")
        answer = await at.ask("GET", path, role="qa")
        assert (answer.status_code, answer.content) == (200, whole)
        assert answer.headers["content-type"] == "audio/wav"
        assert answer.headers["cache-control"] == "private, no-store"
        part = await at.ask("GET", path, role="qa", headers={"Range": "bytes=10-19"})
        assert (part.status_code, part.content) == (206, whole[10:20])
        await at.refused("GET", path, 416, role="qa", headers={"Range": "bytes=999999-"})
        await at.refused("GET", path, 404, tenant="other")
        noted = ("token qa@main", "voicemail_playback", f"voicemail {this}")
        assert await actions(at) == [noted]


async def test_who_removes_one_deletes_its_sound(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        this, kept = await left(at, 0), await left(at, 1)
        put(tmp_path, "vm-main-0.wav")
        put(tmp_path, "vm-main-1.wav")
        await at.refused("DELETE", f"/voicemails/{this}", 403, role="qa")
        await at.done("DELETE", f"/voicemails/{this}", role="supervisor")
        await at.refused("GET", f"/voicemails/{this}", 404)
        messages = tmp_path / "asterisk" / "spool" / "monitor" / "voicemail"
        assert [path.name for path in messages.iterdir()] == ["vm-main-1.wav"]
        assert (await at.done("GET", "/voicemails"))["items"][0]["id"] == kept
        noted = ("token supervisor@main", "voicemail_remove", f"voicemail {this}")
        assert await actions(at) == [noted]
