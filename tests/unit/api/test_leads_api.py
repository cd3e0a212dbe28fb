"""Leads over REST: sent by another program, looked for, changed, given away, revealed."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from service import Service, service
from sqlalchemy import func, insert, select, update

from api.paging import cursor_of
from dialer.adapters.sql.tables.leads import imports, lead_changes, lead_numbers, leads
from dialer.adapters.sql.tables.people import users


async def created(at: Service, name: str = "spring", **options: Any) -> str:
    tenant = options.pop("tenant", "main")
    body = {"name": name, "settings": options}
    return str((await at.done("POST", "/campaigns", json=body, tenant=tenant))["id"])


def ndjson(*lines: Any) -> bytes:
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


def number(index: int) -> str:
    return f"+1202555{index:04d}"


async def count(at: Service, table: Any) -> int:
    async with at.stores.reader.connect() as connection:
        return int((await connection.execute(select(func.count()).select_from(table))).scalar_one())


async def the_lead(at: Service, **params: Any) -> Any:
    (found,) = (await at.done("GET", "/leads", params=params))["items"]
    return found


async def test_a_lead_that_is_sent_twice_is_changed_not_doubled(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        campaign = await created(at)
        path = f"/campaigns/{campaign}/leads"
        one = {"number": number(1), "external_id": "crm-1", "attributes": {"name": "Ann", "n": 5}}
        first = await at.done("POST", path, content=ndjson(one, {"number": number(2)}))
        assert (first["created"], first["updated"], first["rejected"]) == (2, 0, 0)
        again = {"number": number(1), "attributes": {"n": None, "city": "Boston"}, "priority": 7}
        other = {"number": number(3), "external_id": "crm-1"}  # the same person, another number
        assert (await at.done("POST", path, content=ndjson(again)))["updated"] == 1
        found = await the_lead(at, campaign=campaign, number=number(1))
        assert found["attributes"] == {"name": "Ann", "city": "Boston"}
        assert (found["priority"], found["external_id"], found["list_name"]) == (7, "crm-1", "api")
        assert (await at.done("POST", path, content=ndjson(other)))["updated"] == 1
        moved = await the_lead(at, external_id="crm-1")
        assert (moved["id"], moved["number"]) == (found["id"], number(3))
        assert (await count(at, leads), await count(at, lead_changes)) == (2, 0)
        assert await count(at, imports) == 1  # that changed only left none


async def test_one_bad_line_keeps_all_out_unless_the_good_ones_are_wanted(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        campaign = await created(at)
        path = f"/campaigns/{campaign}/leads"
        body = ndjson({"number": number(1)}, {"number": "12"}, {"number": number(1)}) + b"\n{\n"
        problem = await at.refused("POST", path, 422, content=body)
        assert (problem["code"], problem["field"]) == ("lines_rejected", "line 2")
        assert [one["field"] for one in problem["errors"]] == ["line 2", "line 3", "line 5"]
        assert (await count(at, leads), await count(at, imports)) == (0, 0)
        assert (await at.done("GET", f"/campaigns/{campaign}/lists"))["items"] == []
        report = await at.done("POST", path, content=body, params={"partial": "true"})
        assert (report["created"], report["rejected"], report["lines"]) == (1, 3, 4)
        assert [one["line"] for one in report["rejected_lines"]] == [2, 3, 5]
        assert report["rejected_lines"][1]["reason"] == "same number as line 1"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ({"number": 5}, "number: is missing or no text"),
        ({"number": "+12025550101", "colour": 1}, "line: has an unknown member 'colour'"),
        ({"number": "+12025550101", "priority": "x"}, "priority: is no whole number in range"),
        ({"number": "+12025550101", "attributes": []}, "attributes: is no object"),
        ({"number": "+12025550101", "attributes": {"a": {}}}, "attributes.a: is no text,"),
        ({"number": "+12025550101", "attributes": {"a": "\x00"}}, "attributes.a: is longer"),
        ({"number": "+12025550101", "attributes": {"a": "\ud800"}}, "attributes.a: is longer"),
        ({"number": "+12025550101", "external_id": ""}, "external_id: is no text"),
        ({"number": "+12025550101", "attributes": {"zone": "Mars"}}, "'Mars' is no time zone"),
        ([], "line: is no JSON object"),
    ],
)
async def test_a_line_that_is_no_lead_says_why(tmp_path: Path, line: Any, reason: str) -> None:
    async with service(tmp_path, with_engine=False) as at:
        campaign = await created(at)
        content = ndjson({"number": number(1)}, line)
        problem = await at.refused("POST", f"/campaigns/{campaign}/leads", 422, content=content)
        assert problem["errors"][0]["field"] == "line 2"
        assert problem["errors"][0]["problem"].startswith(reason)


async def test_a_number_and_an_external_id_of_two_leads_are_not_mixed(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        campaign = await created(at)
        path = f"/campaigns/{campaign}/leads"
        two = [{"number": number(i), "external_id": f"x{i}"} for i in (1, 2)]
        await at.done("POST", path, content=ndjson(*two))
        mixed = ndjson({"number": number(1), "external_id": "x2"})
        problem = await at.refused("POST", path, 422, content=mixed)
        assert "its external_id is lead" in problem["errors"][0]["problem"]
        swapped = ndjson(
            {"number": number(1), "external_id": "x9"}, {"number": number(5), "external_id": "x9"}
        )
        problem = await at.refused("POST", path, 422, content=swapped)
        assert problem["errors"][0]["problem"] == "same external_id as line 1"


async def test_the_further_numbers_of_a_lead_are_known_and_stay(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        campaign = await created(at)
        path = f"/campaigns/{campaign}/leads"
        line = {"number": number(1), "attributes": {"mobile": number(2)}, "external_id": "x"}
        await at.done("POST", path, content=ndjson(line))
        assert await count(at, lead_numbers) == 2
        await at.done("POST", path, content=ndjson({"number": number(2), "priority": 3}))
        assert (await the_lead(at, number=number(2)))["priority"] == 3
        changed = ndjson({"number": number(7), "external_id": "x"})
        problem = await at.refused("POST", path, 422, content=changed)
        assert "has several numbers" in problem["errors"][0]["problem"]


async def test_where_a_lead_is_follows_what_is_said_of_it(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        campaign = await created(at)
        path = f"/campaigns/{campaign}/leads"
        await at.done("POST", path, content=ndjson({"number": number(1)}))
        before = await _place(at)
        say = {"number": number(1), "attributes": {"state": "Texas"}}
        await at.done("POST", path, content=ndjson(say))
        assert "US-TX" in (await _place(at)) != before
        lead = (await the_lead(at, campaign=campaign))["id"]
        await at.done("PATCH", f"/leads/{lead}", json={"attributes": {"state": "FL"}})
        assert "US-FL" in await _place(at)
        wrong = await at.refused(
            "PATCH", f"/leads/{lead}", 422, json={"attributes": {"state": "Atlantis"}}
        )
        assert "no state or province" in wrong["detail"]


async def test_a_change_moves_a_lead_through_the_campaigns_filter(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        campaign = await created(at, filter="city = 'Boston'")
        path = f"/campaigns/{campaign}/leads"
        await at.done("POST", path, content=ndjson({"number": number(1)}))
        lead = (await the_lead(at, campaign=campaign, state="filtered"))["id"]
        shown = await at.done("GET", f"/leads/{lead}")
        assert shown["standing"]["text"] == "is left out by the campaign's filter"
        boston = {"attributes": {"city": "Boston"}}
        assert (await at.done("PATCH", f"/leads/{lead}", json=boston))["state"] == "ready"
        other = ndjson({"number": number(1), "attributes": {"city": None}})
        await at.done("POST", path, content=other)
        assert (await at.done("GET", f"/leads/{lead}"))["state"] == "filtered"


async def test_leads_are_found_by_what_is_known_of_them_in_pages(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        campaign, other = await created(at), await created(at, "autumn")
        lines = [{"number": number(i), "attributes": {"name": f"Zoë {i}%"}} for i in range(5)]
        await at.done("POST", f"/campaigns/{campaign}/leads", content=ndjson(*lines))
        await at.done("POST", f"/campaigns/{other}/leads", content=ndjson(lines[0]))
        first = await at.done("GET", "/leads", params={"campaign": campaign, "limit": 3})
        rest = await at.done(
            "GET", "/leads", params={"campaign": campaign, "limit": 3, "cursor": first["next"]}
        )
        assert [one["number"] for one in first["items"] + rest["items"]] == [
            line["number"] for line in lines
        ]
        assert rest["next"] is None
        for params, expected in (
            ({"q": "zoë 4"}, 1),
            ({"q": "4%"}, 1),
            ({"q": "%"}, 6),
            ({"q": "name"}, 0),
            ({"number": "202-555-0000", "region": "us"}, 2),
            ({"campaign": campaign, "state": "done"}, 0),
        ):
            found = await at.done("GET", "/leads", params=params)
            assert len(found["items"]) == expected, params
        for cursor in ("x", cursor_of("1"), cursor_of(1 << 70)):
            await at.refused("GET", "/leads", 422, params={"cursor": cursor})
        await at.refused("GET", "/leads", 404, params={"campaign": "none"})


async def test_a_number_is_shown_by_role_and_whole_only_against_a_note(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        campaign = await created(at)
        await at.done("POST", f"/campaigns/{campaign}/leads", content=ndjson({"number": number(1)}))
        lead = (await the_lead(at))["id"]
        for role, seen in (
            ("qa", "+12*******01"),
            ("supervisor", "+12*****0001"),
            ("administrator", number(1)),
        ):
            shown = await at.done("GET", f"/leads/{lead}", role=role)
            assert shown["number"] == seen
            assert (await at.done("GET", "/leads", role=role))["items"][0]["number"] == seen
        reason = {"reason": "complaint"}
        told = await at.done("POST", f"/leads/{lead}/reveal", json=reason, role="supervisor")
        assert told == {"numbers": [number(1)]}
        (noted,) = [row async for row in at.stores.audit.read(action="reveal")]
        assert (noted.subject, noted.detail) == (f"lead {lead}", reason)
        await at.refused("POST", f"/leads/{lead}/reveal", 403, json=reason, role="qa")
        await at.refused("POST", f"/leads/{lead}/reveal", 422, json={})


async def test_a_lead_changes_only_from_what_was_seen(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        campaign = await created(at)
        await at.done("POST", f"/campaigns/{campaign}/leads", content=ndjson({"number": number(1)}))
        path = f"/leads/{(await the_lead(at))['id']}"
        seen = {"If-Match": (await at.ask("GET", path)).headers["etag"]}
        changed = await at.ask("PATCH", path, json={"priority": 4}, headers=seen)
        assert (changed.status_code, changed.json()["priority"]) == (200, 4)
        assert changed.headers["etag"] == (await at.ask("GET", path)).headers["etag"]
        await at.refused("PATCH", path, 412, json={"priority": 5}, headers=seen)
        await at.refused("PATCH", path, 422, json={"number": number(2)})
        (noted,) = [row async for row in at.stores.audit.read(action="lead")]
        assert noted.detail == {"changed": ["priority"]}


async def test_leads_are_given_to_agents_and_taken_back(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        campaign = await created(at)
        await at.with_leads(campaign, 3)
        user = {
            "id": "us-1",
            "tenant_id": "main",
            "login": "ann",
            "role": "agent",
            "agent_id": "1001",
            "created_at": 0.0,
        }
        await at.stores.writer.transact(lambda c: c.execute(insert(users), user) and None)
        path = f"/campaigns/{campaign}/leads"
        wanted = {"agent": "1001", "up_to": 2}
        assert await at.done("POST", f"{path}/assign", json=wanted, role="supervisor") == {
            "moved": 2,
            "to": {"1001": 2},
        }
        owned = await at.done("GET", "/leads", params={"owner": "1001"})
        assert [one["state"] for one in owned["items"]] == ["owned", "owned"]
        await at.refused("POST", f"{path}/assign", 422, json={"agent": "nobody", "up_to": 1})
        await at.refused("POST", f"{path}/reclaim", 422, json={})
        back = await at.done("POST", f"{path}/reclaim", json={"everybody": True})
        assert back["moved"] == 2
        actions = [row.action async for row in at.stores.audit.read()]
        assert actions == ["assign", "reclaim"]


async def test_leads_that_a_rule_holds_are_judged_again(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        campaign = await created(at)
        await at.with_leads(campaign, 2)
        held = update(leads).where(leads.c.id == 1)
        held = held.values(state="waiting", why="rules:consent_required", due_at=4e9)
        await at.stores.writer.transact(lambda c: c.execute(held) and None)
        shown = await at.done("GET", "/leads/1")
        assert shown["standing"]["hold"] == "rules"
        assert shown["standing"]["text"].startswith("is held by a calling rule (consent_required);")
        path = f"/campaigns/{campaign}/leads/reconsider"
        assert await at.done("POST", path) == {"leads": 1}
        assert (await at.done("GET", "/leads/1"))["state"] == "ready"


async def test_another_tenants_leads_do_not_exist(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        campaign = await created(at)
        body = ndjson({"number": number(1), "external_id": "x"})
        await at.done("POST", f"/campaigns/{campaign}/leads", content=body)
        lead = (await the_lead(at))["id"]
        path = f"/campaigns/{campaign}/leads"
        for method, where, said in (
            ("GET", f"/leads/{lead}", {}),
            ("PATCH", f"/leads/{lead}", {"json": {"priority": 1}}),
            ("POST", f"/leads/{lead}/reveal", {"json": {"reason": "x"}}),
            ("POST", path, {"content": body}),
            ("POST", f"{path}/assign", {"json": {"agent": "a", "up_to": 1}}),
            ("POST", f"{path}/reclaim", {"json": {"everybody": True}}),
            ("POST", f"{path}/reconsider", {}),
        ):
            await at.refused(method, where, 404, tenant="other", **said)
        for params in ({}, {"number": number(1)}, {"external_id": "x"}, {"list_id": 1}):
            found = await at.done("GET", "/leads", params=params, tenant="other")
            assert found["items"] == []
        theirs = await created(at, "theirs", tenant="other")
        report = await at.done("POST", f"/campaigns/{theirs}/leads", content=body, tenant="other")
        assert report["created"] == 1  # nothing is known of the first tenant's


async def test_two_who_send_the_same_lead_at_once_make_one(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        campaign = await created(at)
        path = f"/campaigns/{campaign}/leads"
        body = ndjson(*({"number": number(i)} for i in range(20)))
        answers = await asyncio.gather(*(at.done("POST", path, content=body) for _ in range(4)))
        assert sum(one["created"] for one in answers) == 20
        assert sum(one["updated"] for one in answers) == 60
        assert await count(at, leads) == 20


async def test_a_body_that_is_cut_off_leaves_nothing(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        campaign = await created(at)
        path = f"/campaigns/{campaign}/leads"
        body = ndjson(*({"number": number(i), "list": f"l{i % 3}"} for i in range(6_000)))
        async with asyncio.TaskGroup() as tasks:
            task = tasks.create_task(at.ask("POST", path, content=body))
            while not await count(at, leads):
                await asyncio.sleep(0.001)
            task.cancel()
        assert (await count(at, leads), await count(at, imports)) == (0, 0)


async def test_what_is_sent_again_under_a_key_is_done_once(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        campaign = await created(at)
        path, key = f"/campaigns/{campaign}/leads", {"Idempotency-Key": "k"}
        body = ndjson({"number": number(1)})
        first = await at.ask("POST", path, content=body, headers=key)
        again = await at.ask("POST", path, content=body, headers=key)
        assert again.json() == first.json()
        assert (first.json()["created"], again.headers["idempotency-replayed"]) == (1, "true")


async def test_only_lines_of_json_are_read(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        campaign = await created(at)
        path = f"/campaigns/{campaign}/leads"
        headers = {"Content-Type": "multipart/form-data; boundary=x"}
        await at.refused("POST", path, 415, content=b"--x", headers=headers)
        await at.refused("POST", path, 422, content=b"\n \n")
        line = b'{"number":"+12025550101","attributes":{"a":"' + b"x" * (1 << 20) + b'"}}\n'
        problem = await at.refused("POST", path, 422, content=line)
        assert problem["errors"][0]["problem"] == "line: has more than 1,048,576 bytes"


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.just(["x"]),
    st.sampled_from([number(1), number(2), "0049 30 123456", "\x00", "a", "spring"]),
)
OBJECTS = st.dictionaries(
    st.sampled_from(["number", "attributes", "external_id", "priority", "list", "x"]),
    st.one_of(
        VALUES,
        st.dictionaries(
            st.sampled_from(["name", "state", "zone", "mobile", "priority", "zip", "number"])
            | st.text(max_size=4),
            VALUES,
            max_size=4,
        ),
    ),
)
LINES = st.one_of(
    st.binary(max_size=30),
    OBJECTS.map(lambda one: json.dumps(one).encode()),
    st.builds(
        lambda index, rest: json.dumps({**rest, "number": number(index)}).encode(),
        st.integers(0, 20),
        OBJECTS,
    ),
)


def test_any_bytes_are_leads_or_refused_with_their_line(tmp_path: Path) -> None:
    runs = 0

    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(LINES, max_size=6), st.booleans())
    def holds(lines: list[bytes], partial: bool) -> None:
        nonlocal runs
        runs += 1
        loop.run_until_complete(_sent(at, f"c{runs}", b"\n".join(lines), partial=partial))

    loop = asyncio.new_event_loop()
    opened = service(tmp_path, with_engine=False)
    at = loop.run_until_complete(opened.__aenter__())
    try:
        holds()
    finally:
        loop.run_until_complete(opened.__aexit__(None, None, None))
        loop.close()
    assert runs >= 30


async def _sent(at: Service, name: str, body: bytes, *, partial: bool) -> None:
    campaign = await created(at, name)
    before = await count(at, imports)
    params = {"partial": str(partial).lower()}
    answer = await at.ask("POST", f"/campaigns/{campaign}/leads", content=body, params=params)
    async with at.stores.reader.connect() as connection:
        mine = select(leads.c.state, leads.c.number).where(leads.c.campaign_id == campaign)
        rows = (await connection.execute(mine)).all()
    sent = [index for index, line in enumerate(body.split(b"\n"), 1) if line.strip()]
    if answer.status_code == 200:
        report = answer.json()
        assert report["created"] == len(rows)
        assert report["lines"] == len(sent) == report["created"] + report["rejected"]
        told = [one["line"] for one in report["rejected_lines"]]
        assert len({row.number for row in rows}) == len(rows)
        assert {row.state for row in rows} <= {"ready"}
    else:
        problem = answer.json()
        assert answer.status_code == 422, answer.text
        told = [int(one["field"].removeprefix("line ")) for one in problem.get("errors", [])]
        assert rows == []
        assert await count(at, imports) == before
        assert told or not sent
    assert told == sorted(set(told))
    assert set(told) <= set(sent)


async def _place(at: Service) -> str:
    query = "SELECT key FROM places JOIN leads ON leads.place_id = places.id"
    async with at.stores.reader.connect() as connection:
        return str((await connection.exec_driver_sql(query)).scalar_one())
