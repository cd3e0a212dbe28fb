"""Logging in over REST: cookies, what a page must send along, and what is told to whom."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from service import Service, service

from api.app import PREFIX
from dialer.adapters.sql.people import User
from dialer.domain.roles import Role

RIGHT = "correct horse battery"
LOGIN = {"login": "ann", "password": RIGHT}


async def with_ann(at: Service, role: Role = Role.SUPERVISOR) -> None:
    await at.stores.people.add(User("ann", role), by="root", at=1.0)
    await at.app.state.world.identity.set_password("ann", RIGHT, by="root")


async def asked(
    at: Service, method: str, path: str, csrf: str = "", **options: Any
) -> httpx.Response:
    """Ask as a browser would: with the cookie, and what our pages send along."""
    headers = {"X-CSRF-Token": csrf} if csrf else {}
    headers |= options.pop("headers", {})
    return await at.client.request(method, PREFIX + path, headers=headers, **options)


async def test_a_person_logs_in_is_known_by_the_cookie_and_logs_out(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        await with_ann(at)
        answer = await asked(at, "POST", "/auth/login", json=LOGIN)
        assert answer.status_code == 200, answer.text
        cookie = answer.headers["set-cookie"]
        secret = at.client.cookies["outpace_session"]
        for part in ("HttpOnly", "SameSite=lax", "Secure", "Path=/", "Max-Age=43200"):
            assert part in cookie
        assert answer.headers["cache-control"] == "no-store"
        assert secret not in answer.text
        me = (await asked(at, "GET", "/auth/me")).json()
        assert me == answer.json()
        assert (me["user"], me["role"], me["tenant"], me["agent"]) == (
            "ann",
            "supervisor",
            "main",
            None,
        )
        assert "campaigns.start" in me["rights"]
        assert "users.create" not in me["rights"]
        started = await asked(at, "POST", "/campaigns/ca-none/start", me["csrf"])
        assert started.status_code == 404
        left = await asked(at, "POST", "/auth/logout", me["csrf"])
        assert left.status_code == 204
        assert "outpace_session" not in at.client.cookies
        at.client.cookies["outpace_session"] = secret
        gone = await asked(at, "GET", "/auth/me")
        assert (gone.status_code, gone.json()["code"]) == (401, "not_authenticated")
        kept = [(row.action, row.subject) async for row in at.stores.audit.read()]
        assert kept[-2:] == [("log_in", "user ann"), ("log_out", "user ann")]


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, "csrf"),
        ({"X-CSRF-Token": "guessed"}, "csrf"),
        ({"Origin": "https://elsewhere.example", "X-CSRF-Token": "right"}, "csrf"),
        ({"Origin": "https://test.elsewhere.example", "X-CSRF-Token": "right"}, "csrf"),
        ({"Origin": "null", "X-CSRF-Token": "right"}, "csrf"),
        ({"Origin": "https://[", "X-CSRF-Token": "right"}, "csrf"),
        ({"Origin": "https://test", "X-CSRF-Token": "right"}, ""),
        ({"X-CSRF-Token": "right"}, ""),
    ],
)
async def test_a_change_with_the_cookie_comes_from_our_own_page(
    tmp_path: Path, headers: dict[str, str], code: str
) -> None:
    async with service(tmp_path, with_engine=False) as at:
        await with_ann(at)
        csrf = (await asked(at, "POST", "/auth/login", json=LOGIN)).json()["csrf"]
        sent = {name: csrf if said == "right" else said for name, said in headers.items()}
        answer = await asked(at, "POST", "/auth/logout", headers=sent)
        assert answer.status_code == (403 if code else 204)
        if code:
            assert answer.json()["code"] == code
            assert (await asked(at, "GET", "/auth/me")).status_code == 200


async def test_a_page_of_another_site_cannot_log_a_browser_in(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        await with_ann(at)
        headers = {"Origin": "https://elsewhere.example"}
        answer = await asked(at, "POST", "/auth/login", json=LOGIN, headers=headers)
        assert (answer.status_code, answer.json()["field"]) == (403, "Origin")
        assert "set-cookie" not in answer.headers


async def test_wrong_is_401_and_after_five_times_429_with_a_time_for_anyone(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        await with_ann(at)
        for login in ("ann", "nobody"):
            wrong = {"login": login, "password": "wrong horse battery"}
            for _ in range(5):
                answer = await asked(at, "POST", "/auth/login", json=wrong)
                assert answer.status_code == 401
                assert answer.json()["detail"].startswith("login or password is wrong")
        for login in ("ann", "nobody"):
            locked = await asked(at, "POST", "/auth/login", json={**LOGIN, "login": login})
            assert (locked.status_code, locked.json()["code"]) == (429, "too_many_tries")
            assert 890 <= int(locked.headers["retry-after"]) <= 900


@pytest.mark.parametrize(
    "body",
    [
        {"login": "", "password": RIGHT},
        {"login": "a\u0000nn", "password": RIGHT},
        {"login": "ann", "password": "x" * 1025},
        {"login": "ann", "password": "ü" * 1024},
        {"login": "ann", "password": RIGHT, "tenant": "x" * 201},
        {"login": "ann", "password": 12},
        {"login": "ann"},
        {"login": "ann", "password": RIGHT, "role": "administrator"},
        [],
    ],
)
async def test_what_is_no_log_in_is_refused_without_telling_the_password(
    tmp_path: Path, body: Any
) -> None:
    async with service(tmp_path, with_engine=False) as at:
        answer = await asked(at, "POST", "/auth/login", json=body)
        assert answer.status_code == 422, answer.text
        assert RIGHT not in answer.text


async def test_a_changed_password_renews_the_cookie_and_ends_other_sessions(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        await with_ann(at)
        await asked(at, "POST", "/auth/login", json=LOGIN)
        other = at.client.cookies["outpace_session"]
        csrf = (await asked(at, "POST", "/auth/login", json=LOGIN)).json()["csrf"]
        change = {"current": RIGHT, "new": "another horse battery"}
        wrong = {**change, "current": "wrong horse battery"}
        problem = await asked(at, "POST", "/auth/password", csrf, json=wrong)
        assert (problem.status_code, problem.json()["field"]) == (422, "current")
        done = await asked(at, "POST", "/auth/password", csrf, json=change)
        assert done.status_code == 200, done.text
        renewed = at.client.cookies["outpace_session"]
        assert done.json()["csrf"] != csrf
        assert (await asked(at, "POST", "/auth/logout", csrf)).json()["code"] == "csrf"
        at.client.cookies.clear()
        at.client.cookies["outpace_session"] = other
        assert (await asked(at, "GET", "/auth/me")).status_code == 401
        at.client.cookies["outpace_session"] = renewed
        assert (await asked(at, "GET", "/auth/me")).status_code == 200


async def test_a_token_has_no_session_and_no_password(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        me = await at.done("GET", "/auth/me", role="qa")
        assert (me["user"], me["csrf"]) == ("qa@main", "")
        await at.refused("POST", "/auth/logout", 403, role="qa")
        change = {"current": RIGHT, "new": "another horse battery"}
        await at.refused("POST", "/auth/password", 403, role="qa", json=change)
