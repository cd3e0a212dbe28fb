"""Messages to agents over REST."""

from pathlib import Path

from service import Service, service

FLOOR = {"role": "supervisor"}
ANN = {"role": "agent"}
"""Agent 1001 of the main tenant."""


async def sent(at: Service, body: str, to: str = "*", **who: str) -> int:
    shown = await at.done("POST", "/messages", json={"to": to, "body": body}, **(who or FLOOR))
    return int(shown["id"])


async def with_ann(at: Service) -> None:
    await at.done("POST", "/teams", json={"name": "East"})
    user = {"login": "ann", "role": "agent", "agent": "1001", "team": "East"}
    await at.done("POST", "/users", json=user)


async def test_an_agent_finds_what_is_to_them_and_reads_it(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        await with_ann(at)
        await sent(at, "to nobody here", "agent:1002")
        made = [await sent(at, to, to) for to in ("agent:1001", "team:East", "*")]
        found = await at.done("GET", "/messages/inbox", **ANN)
        assert [one["id"] for one in found["items"]] == made[::-1]
        assert (found["unread"], found["next"]) == (3, None)
        newest = found["items"][0]
        assert (newest["by"], newest["body"]) == ("token supervisor@main", "*")
        assert newest["read_at"] is None
        for _ in range(2):
            await at.done("POST", f"/messages/{made[1]}/read", **ANN)
        left = await at.done("GET", "/messages/inbox", params={"unread": True}, **ANN)
        assert [one["id"] for one in left["items"]] == [made[2], made[0]]
        assert left["unread"] == 2
        all_of_them = await at.done("GET", "/messages/inbox", **ANN)
        assert [one["read_at"] is None for one in all_of_them["items"]] == [True, False, True]


async def test_messages_come_newest_first_in_pages(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        made = [await sent(at, f"m{number}") for number in range(5)]
        for path, who in (("/messages", FLOOR), ("/messages/inbox", ANN)):
            seen, cursor = [], ""
            while cursor is not None:
                asked = {"limit": 2, "cursor": cursor}
                page = await at.done("GET", path, params=asked, **who)
                seen += [one["id"] for one in page["items"]]
                cursor = page["next"]
            assert seen == made[::-1]
        foreign = (await at.done("GET", "/messages", params={"limit": 1}, **FLOOR))["next"]
        await at.refused("GET", "/users", 422, params={"cursor": foreign})
        await at.refused("GET", "/messages", 422, params={"cursor": "WzFd"})  # [1]


async def test_what_is_not_theirs_cannot_be_read(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        await with_ann(at)
        other = await sent(at, "hello", "agent:1002")
        theirs = await sent(at, "hello", role="supervisor", tenant="other")
        for which in (other, theirs, 999):
            problem = await at.refused("POST", f"/messages/{which}/read", 404, **ANN)
            assert problem["field"] == "message"
        assert (await at.done("GET", "/messages/inbox", **ANN))["items"] == []
        assert [one["id"] for one in (await at.done("GET", "/messages"))["items"]] == [other]
        problem = await at.refused("GET", "/messages/inbox", 403, **FLOOR)
        assert problem["field"] == "agent"  # a supervisor who is no agent has no inbox


async def test_what_cannot_be_sent_is_refused_with_the_field_and_the_fix(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        await with_ann(at)
        for message, status, field in (
            ({"to": "*", "body": "two\nlines"}, 422, "body"),
            ({"to": "*", "body": "two\u2028lines"}, 422, "body"),
            ({"to": "*", "body": "x" * 501}, 422, "body"),
            ({"to": "*", "body": " "}, 422, "body"),
            ({"to": "ann", "body": "hello"}, 422, "to"),
            ({"to": "team:North", "body": "hello"}, 404, "team"),
        ):
            problem = await at.refused("POST", "/messages", status, json=message, **FLOOR)
            named = problem["field"].rpartition(".")[2]
            assert (named, bool(problem["fix"])) == (field, True)
        problem = await at.refused(
            "POST",
            "/messages",
            404,
            json={"to": "agent:1001", "body": "hello"},
            role="supervisor",
            tenant="other",
        )
        assert problem["field"] == "agent"
        assert (await at.done("GET", "/messages"))["items"] == []


async def test_a_message_sent_again_under_its_key_is_sent_once(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        message = {"to": "*", "body": "hello"}
        key = {"Idempotency-Key": "one"}
        for _ in range(2):
            await at.done("POST", "/messages", json=message, headers=key, **FLOOR)
        assert len((await at.done("GET", "/messages"))["items"]) == 1
