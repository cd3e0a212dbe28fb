"""Users, teams, pause codes and tokens over REST."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from service import Service, service
from sqlalchemy import select

from api.access import OPERATIONS, SCOPES
from api.app import PREFIX
from dialer.adapters.sql.tables.access import idempotency_keys

RIGHT = "correct horse battery"


async def added(at: Service, login: str = "ann", **more: Any) -> str:
    user = await at.done("POST", "/users", json={"login": login, "role": "agent", **more})
    return str(user["id"])


async def test_rights_are_told_as_they_are_asked_for(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        told = await at.done("GET", "/users/rights", role="supervisor")
        rights = {one["operation"]: one for one in told}
        assert rights.keys() == OPERATIONS.keys()
        assert rights["users.create"] == {
            "operation": "users.create",
            "scope": "users:write",
            "roles": ["administrator"],
        }
        assert {one["scope"] for one in told} == SCOPES
        await at.refused("GET", "/users/rights", 403, role="agent")


async def log_in(at: Service, login: str, password: str, tenant: str = "main") -> int:
    who = {"login": login, "password": password, "tenant": tenant}
    return (await at.client.post(f"{PREFIX}/auth/login", json=who)).status_code


async def test_a_user_is_added_with_a_password_listed_and_disabled(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        team = await at.done("POST", "/teams", json={"name": "East"})
        assert team == {"name": "East", "users": 0}
        ann = await added(at, name="Ann", agent="1001", team="East", password=RIGHT)
        ids = [ann, *[await added(at, f"u{number}") for number in range(3)]]
        first = await at.done("GET", "/users", params={"limit": 2}, role="supervisor")
        rest = await at.done("GET", "/users", params={"limit": 2, "cursor": first["next"]})
        assert [one["id"] for one in first["items"] + rest["items"]] == ids
        assert rest["next"] is None
        assert first["items"][0] == {
            "id": ann,
            "login": "ann",
            "name": "Ann",
            "role": "agent",
            "agent": "1001",
            "team": "East",
            "leads_held_max": None,
            "active": True,
        }
        assert (await at.done("GET", "/teams"))["items"] == [{"name": "East", "users": 1}]
        assert await log_in(at, "ann", RIGHT) == 200
        assert (await at.client.get(f"{PREFIX}/auth/me")).json()["agent"] == "1001"
        gone = await at.done("POST", f"/users/{ann}/disable")
        assert (gone["user"]["active"], gone["leads_held"]) == (False, 0)
        assert not gone["logged_out"]
        assert (await at.client.get(f"{PREFIX}/auth/me")).status_code == 401
        assert await log_in(at, "ann", RIGHT) == 401
        await at.refused("POST", f"/users/{ann}/disable", 409)
        again = {"password": RIGHT}
        await at.refused("PUT", f"/users/{ann}/password", 409, json=again)
        actions = [row.action async for row in at.stores.audit.read()]
        assert actions[:3] == ["team_add", "user_add", "password_set"]
        assert "user_disable" in actions


async def test_who_is_disabled_leaves_the_floor(tmp_path: Path) -> None:
    async with service(tmp_path) as at:
        ann, ben = await added(at, agent="1001"), await added(at, "ben", agent="1002")
        campaign = (await at.done("POST", "/campaigns", json={"name": "spring"}))["id"]
        ask = at.app.state.world.engines.ask
        await ask("agent.login", agent="1001", campaigns=[campaign])
        assert (await at.done("POST", f"/users/{ann}/disable"))["logged_out"]
        (agent,) = (await ask("status"))["agents"]
        assert agent["state"] == "offline"
        assert not (await at.done("POST", f"/users/{ben}/disable"))["logged_out"]


async def test_what_cannot_be_a_user_is_refused_with_the_field(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        await added(at, agent="1001")
        for status, field, more in (
            (409, "login", {"login": "ann"}),
            (409, "agent", {"agent": "1001"}),
            (422, "team", {"team": "West"}),
            (422, "password", {"password": "short"}),
            (422, "password", {"login": "a.long.login.name", "password": "A.Long.Login.Name"}),
            (422, "body.login", {"login": "b n"}),
            (422, "body.login", {"login": "b\u0000n"}),
            (422, "body.role", {"role": "boss"}),
            (422, "body.leads_held_max", {"leads_held_max": -1}),
        ):
            new = {"login": "ben", "role": "agent", **more}
            problem = await at.refused("POST", "/users", status, json=new)
            assert problem["field"] == field
        assert len((await at.done("GET", "/users"))["items"]) == 1


async def test_another_tenants_users_do_not_exist(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        ann = await added(at, password=RIGHT)
        await at.refused("POST", f"/users/{ann}/disable", 404, tenant="other")
        body = {"password": "another horse battery"}
        await at.refused("PUT", f"/users/{ann}/password", 404, tenant="other", json=body)
        assert (await at.done("GET", "/users", tenant="other"))["items"] == []
        assert await log_in(at, "ann", RIGHT, "other") == 401
        other = {"login": "ann", "role": "qa", "password": "another horse battery"}
        await at.done("POST", "/users", tenant="other", json=other)
        assert await log_in(at, "ann", "another horse battery", "other") == 200
        assert await log_in(at, "ann", RIGHT) == 200


async def test_a_password_is_set_and_no_digest_of_it_is_kept_for_a_key(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        key = {"Idempotency-Key": "k-1"}
        new = {"login": "ann", "role": "qa", "password": RIGHT}
        ann = (await at.done("POST", "/users", json=new, headers=key))["id"]
        wanted = {"password": "another horse battery"}
        await at.done("PUT", f"/users/{ann}/password", json=wanted, headers=key)
        token = {"name": "crm", "role": "qa", "scopes": ["leads:read"]}
        await at.done("POST", "/tokens", json=token, headers=key)
        assert await log_in(at, "ann", RIGHT) == 401
        assert await log_in(at, "ann", "another horse battery") == 200
        async with at.stores.reader.connect() as connection:
            assert (await connection.execute(select(idempotency_keys))).all() == []


async def test_pause_codes_are_each_tenants_own(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        lunch = {"code": "lunch", "label": "Lunch", "paid": False, "limit_s": 1800}
        assert await at.done("POST", "/pause-codes", json=lunch, role="supervisor") == lunch
        await at.refused("POST", "/pause-codes", 409, json=lunch)
        await at.refused("POST", "/pause-codes", 422, json={"code": "a b"})
        await at.refused("POST", "/pause-codes", 422, json={"code": "a", "limit_s": 0})
        assert await at.done("GET", "/pause-codes", role="agent") == [lunch]
        assert await at.done("GET", "/pause-codes", tenant="other") == []
        await at.refused("DELETE", "/pause-codes/lunch", 404, tenant="other")
        await at.done("DELETE", "/pause-codes/lunch")
        await at.refused("DELETE", "/pause-codes/lunch", 404)


async def test_a_token_lets_in_within_its_scopes_until_it_is_revoked(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        new = {"name": "crm", "role": "campaign_manager", "scopes": ["campaigns:read"]}
        made = await at.done("POST", "/tokens", json=new)
        bearer = {"Authorization": f"Bearer {made['secret']}"}

        async def status(method: str, path: str, **options: Any) -> int:
            answer = await at.client.request(method, PREFIX + path, headers=bearer, **options)
            return answer.status_code

        assert await status("GET", "/campaigns") == 200
        assert await status("POST", "/campaigns", json={"name": "spring"}) == 403
        assert await status("GET", "/tokens") == 403
        (listed,) = (await at.done("GET", "/tokens"))["items"]
        assert made["secret"] not in str(listed)
        assert listed["seen_at"] is not None
        await at.refused("POST", "/tokens", 409, json=new)
        path = f"/tokens/{listed['id']}"
        await at.refused("DELETE", path, 404, tenant="other")
        await at.done("DELETE", path)
        assert await status("GET", "/campaigns") == 401
        await at.refused("DELETE", path, 409)
        assert (await at.done("GET", "/tokens", tenant="other"))["items"] == []


async def test_what_cannot_be_a_token_is_refused(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        good = {"name": "crm", "role": "qa", "scopes": ["leads:read"]}
        for field, more in (
            ("scopes", {"scopes": ["leads:eat"]}),
            ("scopes", {"scopes": ["\u0000"]}),
            ("body.scopes", {"scopes": []}),
            ("body.name", {"name": ""}),
            ("ends_at", {"ends_at": 1.0}),
            ("body.role", {"role": "boss"}),
        ):
            problem = await at.refused("POST", "/tokens", 422, json={**good, **more})
            assert problem["field"] == field
        assert (await at.done("GET", "/tokens"))["items"] == []


async def test_a_token_gives_away_no_more_than_it_has(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        whole = at.doorkeeper.tokens["administrator@main"]
        some = frozenset({"tokens:write", "users:write"})
        at.doorkeeper.tokens["narrow@main"] = replace(whole, scopes=some)
        at.doorkeeper.tokens["wide@main"] = replace(whole, scopes=SCOPES)
        new = {"name": "crm", "role": "administrator", "scopes": ["leads:read"]}
        problem = await at.refused("POST", "/tokens", 422, role="narrow", json=new)
        assert problem["fix"] == "use some of tokens:write, users:write"
        boss = {"login": "boss", "role": "administrator"}
        with_password = {**boss, "password": RIGHT}
        await at.refused("POST", "/users", 403, role="narrow", json=with_password)
        made = await at.done("POST", "/users", role="narrow", json=boss)
        path, wanted = f"/users/{made['id']}/password", {"password": RIGHT}
        await at.refused("PUT", path, 403, role="narrow", json=wanted)
        await at.done("PUT", path, role="wide", json=wanted)
        assert await log_in(at, "boss", RIGHT) == 200
