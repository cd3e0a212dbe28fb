"""Flows over REST: checked with lines, kept in versions, published, withdrawn."""

from pathlib import Path
from typing import Any

from service import Service, service

from dialer.domain.flow.steps import STEPS

FLOW = """\
# a remark that stays
otherwise: bye
steps:
  hello: {play: welcome, next: bye}
  bye: {hang_up: }
"""
ODD = FLOW + "  lost: {play: x, next: bye}\n"
WRONG = FLOW.replace("next: bye", "next: by").replace("play", "ply")


async def created(at: Service, text: str = FLOW, name: str = "main", **more: Any) -> Any:
    return await at.done("POST", "/flows", json={"name": name, "text": text}, **more)


async def added(at: Service, text: str, **more: Any) -> Any:
    return await at.done("POST", "/flows/main/versions", json={"text": text}, **more)


async def test_a_flow_is_added_published_changed_and_taken_back(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        first = await created(at, role="campaign_manager")
        assert (first["name"], first["version"], first["published"]) == ("main", 1, False)
        assert first["warnings"] == []
        second = await added(at, ODD)
        assert [(one["line"], one["step"]) for one in second["warnings"]] == [(6, "lost")]
        await at.done("POST", "/flows/main/publish", json={"version": 2})
        shown = await at.done("POST", "/flows/main/publish", json={"version": 1})
        assert (shown["newest"], shown["published"]) == (2, 1)
        assert [(one["version"], one["published"]) for one in shown["versions"]] == [
            (2, False),
            (1, True),
        ]
        whole = await at.done("GET", "/flows/main/versions/1", role="supervisor")
        assert (whole["text"], whole["published"]) == (FLOW, True)
        withdrawn = await at.done("POST", "/flows/main/withdraw")
        assert withdrawn["published"] is None
        await at.refused("POST", "/flows/main/withdraw", 409)
        listed = await at.done("GET", "/flows", role="qa")
        assert [(one["name"], one["newest"], one["published"]) for one in listed] == [
            ("main", 2, None)
        ]
        actions = [(row.action, row.detail) async for row in at.stores.audit.read()]
        assert [one for one in actions if one[0].startswith("flow_")] == [
            ("flow_add", {"version": 1}),
            ("flow_add", {"version": 2}),
            ("flow_publish", {"version": 2}),
            ("flow_publish", {"version": 1}),
            ("flow_withdraw", {"version": 1}),
        ]


async def test_a_wrong_flow_is_refused_with_each_line_and_nothing_is_kept(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        body = {"name": "main", "text": WRONG}
        told = await at.refused("POST", "/flows", 422, json=body)
        assert told["field"] == "text"
        assert told["detail"].startswith("text: line 4: ")
        assert [(one["line"], one["field"], one["problem"]) for one in told["errors"]] == [
            (4, "text.steps.hello", "there is no step 'by'"),
            (4, "text.steps.hello", "unknown step 'ply'"),
        ]
        assert await at.done("GET", "/flows") == []
        checked = await at.done("POST", "/flows/check", json={"text": WRONG}, role="qa")
        assert not checked["usable"]
        assert [one["line"] for one in checked["problems"]] == [4, 4]
        checked = await at.done("POST", "/flows/check", json={"text": ODD})
        assert checked["usable"]
        assert [one["warning"] for one in checked["problems"]] == [True]
        assert await at.done("GET", "/flows") == []


async def test_who_has_not_seen_the_newest_is_told(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        await created(at)
        seen = {"If-Match": (await at.ask("GET", "/flows/main")).headers["etag"]}
        answer = await at.ask("POST", "/flows/main/versions", json={"text": ODD}, headers=seen)
        assert answer.status_code == 201
        for path, body in (
            ("versions", {"text": FLOW}),
            ("publish", {"version": 1}),
            ("withdraw", None),
        ):
            await at.refused("POST", f"/flows/main/{path}", 412, json=body, headers=seen)
        now = {"If-Match": answer.headers["etag"]}
        published = await at.ask("POST", "/flows/main/publish", json={"version": 2}, headers=now)
        assert published.json()["published"] == 2
        assert published.headers["etag"] != answer.headers["etag"]


async def test_what_is_sent_again_under_a_key_is_one_version(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        once = {"Idempotency-Key": "flow-1"}
        first = await created(at, headers=once)
        assert await created(at, headers=once) == first
        again = {"Idempotency-Key": "flow-2"}
        second = await added(at, ODD, headers=again)
        assert await added(at, ODD, headers=again) == second
        assert (await at.done("GET", "/flows/main"))["newest"] == 2


async def test_what_is_not_there_or_anothers_does_not_exist(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        await created(at)
        for tenant, path in (("main", "/flows/none"), ("other", "/flows/main")):
            await at.refused("GET", path, 404, tenant=tenant)
            await at.refused("GET", f"{path}/versions/1", 404, tenant=tenant)
            body = {"text": FLOW}
            await at.refused("POST", f"{path}/versions", 404, json=body, tenant=tenant)
            await at.refused("POST", f"{path}/publish", 404, json={"version": 1}, tenant=tenant)
            await at.refused("POST", f"{path}/withdraw", 404, tenant=tenant)
        assert await at.done("GET", "/flows", tenant="other") == []
        theirs = await created(at, ODD, tenant="other")
        assert theirs["version"] == 1
        assert (await at.done("GET", "/flows/main/versions/1"))["text"] == FLOW
        await at.refused("GET", "/flows/main/versions/2", 404)
        await at.refused("POST", "/flows/main/publish", 404, json={"version": 2})


async def test_a_check_says_what_is_written_in_its_order_right_or_wrong(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:

        async def form(text: str) -> Any:
            checked = await at.done("POST", "/flows/check", json={"text": text}, role="qa")
            return checked["form"]

        text = "otherwise: bye\nsteps:\n  2: {ply: x, tries: many}\n  1: {hang_up: }\n"
        assert await form(text) == {
            "head": {"otherwise": "bye"},
            "steps": [
                {"name": "2", "values": {"ply": "x", "tries": "many"}},
                {"name": "1", "values": {"hang_up": None}},
            ],
        }
        assert await form("steps: none") is None
        assert await form("a: [") is None
        assert await form("a: .inf") is None
        assert (await form("flow: x"))["steps"] == []


async def test_a_form_is_told_the_fields_of_each_step(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        forms = {one["word"]: one["fields"] for one in await at.done("GET", "/flow-steps")}
        assert forms.keys() == STEPS.keys()
        gather = {one["name"]: one for one in forms["gather"]}
        assert forms["gather"][0]["name"] == "gather"
        assert gather["gather"]["kind"] == "heard"
        assert (gather["most"]["kind"], gather["most"]["whole"]) == ("number", True)
        assert (gather["most"]["least"], gather["most"]["most"]) == (1, 40)
        assert (gather["into"]["kind"], gather["next"]["kind"]) == ("variable", "step")
        assert gather["otherwise"]["required"] is False
        assert forms["hang_up"][0]["required"] is False  # it may say nothing
        kinds = {one["name"]: one["kind"] for fields in forms.values() for one in fields}
        assert (kinds["choices"], kinds["branch"], kinds["transfer"], kinds["voicemail"]) == (
            "choices",
            "cases",
            "destination",
            "name",
        )


async def test_a_version_is_drawn_as_a_picture_that_runs_nothing(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        await created(at, FLOW.replace("welcome", "{text: <script>alert(1)</script>}"))
        answer = await at.ask("GET", "/flows/main/versions/1/drawing", role="qa")
        assert answer.headers["content-type"] == "image/svg+xml"
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        assert answer.text.startswith("<svg")
        assert "<script" not in answer.text
        assert "hello" in answer.text
        await at.refused("GET", "/flows/main/versions/2/drawing", 404)


async def test_what_cannot_be_kept_is_refused(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        for name in ("", "a/b", " a", "a\n", "x" * 81):
            body = {"name": name, "text": FLOW}
            await at.refused("POST", "/flows", 422, json=body)
        for text in ("", "\x00", "a: [", "x" * 100_001):
            await at.refused("POST", "/flows", 422, json={"name": "main", "text": text})
        half = b'{"name": "main", "text": "\\ud800"}'
        await at.refused("POST", "/flows", 422, content=half)
        await created(at)
        taken = await at.refused("POST", "/flows", 409, json={"name": "main", "text": FLOW})
        assert (taken["code"], taken["field"]) == ("taken", "name")
        await at.refused("GET", "/flows/main/versions/99999999999", 422)
        assert (await at.done("GET", "/flows/main"))["newest"] == 1
