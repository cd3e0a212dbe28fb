"""Who may do what, asked of every route that there is: the table of rights is what is served.

For each operation: every role, of the tenant whose thing it is and of another, as a token with the
scope and as one without it; a person with a session; and nobody.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from service import Service, service

from api.access import OPERATIONS, SCOPES, Operation
from api.app import PREFIX, ROUTERS
from dialer.domain.roles import Role

STREAM_S: Final = 2.0
"""After which an answer that does not end has let somebody in."""


def routes() -> dict[str, APIRoute]:
    """Return the routes by operation; those that need somebody."""
    found = [route for router in ROUTERS for route in router.routes]
    named = {route.operation_id or "": route for route in found if isinstance(route, APIRoute)}
    return {name: route for name, route in sorted(named.items()) if name in OPERATIONS}


ROUTES: Final = routes()
CONTRACT: Final[dict[str, Any]] = json.loads(Path("docs/openapi.json").read_bytes())
NOUNS: Final = sorted({name.partition(".")[0] for name in ROUTES})


INSTEAD: dict[str, Any] = {
    # a rehearsal takes seconds; one of what there is not is let through as well
    "simulation.run": {"scenario": "none-such", "agents": 1, "seeds": 1}
}
"""Bodies that are sent instead of examples."""


@asynccontextmanager
async def served(folder: Path) -> AsyncIterator[tuple[Service, dict[str, str]]]:
    """A service in which the main tenant has one of what paths can name."""
    async with service(folder, with_engine=False) as at:
        campaign = await at.done("POST", "/campaigns", json={"name": "served"})
        await at.with_leads(campaign["id"], 1)
        user = await at.done("POST", "/users", json={"login": "ann", "role": "agent"})
        await at.done("POST", "/pause-codes", json={"code": "lunch"})
        flow = {"name": "main", "text": "otherwise: bye\nsteps:\n  bye: {hang_up: }\n"}
        await at.done("POST", "/flows", json=flow)
        token = {"name": "crm", "role": "qa", "scopes": ["leads:read"]}
        made = await at.done("POST", "/tokens", json=token)
        yield (
            at,
            {
                "campaign_id": campaign["id"],
                "user_id": user["id"],
                "code": "lunch",
                "flow": "main",
                "version": "1",
                "token_id": made["token"]["id"],
                "number": "+12025550100",
                "agent_id": "1001",
            },
        )


def path_params(dependant: Dependant) -> list[Any]:
    """Return the parts of the path that a route or what it depends on takes."""
    deeper = (one for needed in dependant.dependencies for one in path_params(needed))
    return [*dependant.path_params, *deeper]


def path_of(route: APIRoute, known: dict[str, str]) -> str:
    """Fill in a path: with what there is, else with the name or number of something."""
    path = route.path_format
    for parameter in path_params(route.dependant):
        number = parameter.field_info.annotation is int
        given = known.get(parameter.name, "1" if number else "none-such")
        path = path.replace("{" + parameter.name + "}", given)
    return path


def body_of(contract: dict[str, Any], route: APIRoute, method: str) -> Any:
    """Return a body that the contract allows, made of its examples; None where it is no JSON."""
    operation = contract["paths"][PREFIX + route.path_format][method.lower()]
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    return None if content is None else example_of(contract, content["schema"])


def example_of(contract: dict[str, Any], schema: dict[str, Any]) -> Any:
    """Return an example of a schema, as small as it may be."""
    if "$ref" in schema:
        named = contract["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        return example_of(contract, named | {key: schema[key] for key in schema if key != "$ref"})
    for key in ("examples", "enum"):
        if schema.get(key):
            return schema[key][0]
    if "const" in schema:
        return schema["const"]
    for key in ("anyOf", "oneOf", "allOf"):
        if key in schema:
            return example_of(contract, schema[key][0])
    if schema.get("type") == "object":
        properties = schema.get("properties", {})
        return {name: example_of(contract, properties[name]) for name in schema.get("required", [])}
    if schema.get("type") == "array":
        return [example_of(contract, schema["items"])] * schema.get("minItems", 0)
    number = schema.get("minimum", 1)
    return {"integer": number, "number": number, "boolean": True}.get(schema.get("type"), "some")


async def asked(
    at: Service, route: APIRoute, path: str, secret: str | None
) -> httpx.Response | None:
    """Ask with a token, or as nobody; None when the answer goes on and on."""
    (method,) = sorted(route.methods - {"HEAD"})
    headers = {"Authorization": f"Bearer {secret}"} if secret is not None else {}
    example = None if method == "GET" else body_of(CONTRACT, route, method)
    example = INSTEAD.get(route.operation_id or "", example)
    body: dict[str, Any] = {} if example is None else {"json": example}
    try:
        async with asyncio.timeout(STREAM_S):
            return await at.client.request(method, PREFIX + path, headers=headers, **body)
    except TimeoutError:
        return None


def refused_by_the_table(answer: httpx.Response | None) -> str:
    """Return what of the table refused: "role", "scope", or nothing."""
    if answer is None or answer.status_code != 403:
        return ""
    problem = answer.json()
    return problem["field"] if problem["field"] in ("role", "scope") else ""


def check_problem(answer: httpx.Response) -> None:
    assert answer.headers["content-type"] == "application/problem+json"
    assert {"code", "field", "fix"} <= answer.json().keys()


@pytest.mark.parametrize("noun", NOUNS)
async def test_what_is_forbidden_is_refused_and_what_is_permitted_is_let_through(
    tmp_path: Path, noun: str
) -> None:
    async with served(tmp_path) as (at, known):
        if noun == "simulation":  # a process is asked for them, and may be slower than a stream
            await at.done("GET", "/simulation/scenarios")
        # what names a thing comes first, as long as the other tenant has none of that name
        names = [name for name in ROUTES if name.startswith(f"{noun}.")]
        for name in sorted(names, key=lambda name: "{" not in ROUTES[name].path_format):
            route, row = ROUTES[name], OPERATIONS[name]
            path = path_of(route, known)
            for nobody in (None, "unknown", "outpace_unknown"):
                answer = await asked(at, route, path, nobody)
                assert answer is not None
                assert answer.status_code == 401, (name, nobody, answer.text)
                check_problem(answer)
            # those who may not come first: what is permitted may change what is there
            for role in sorted(Role, key=lambda role: role in row.roles):
                for tenant in ("other", "main"):
                    await check_tokens(at, route, row, path, role, tenant)


async def check_tokens(
    at: Service, route: APIRoute, row: Operation, path: str, role: Role, tenant: str
) -> None:
    name, who = route.operation_id, f"{role.value}@{tenant}"
    whole = at.doorkeeper.tokens[who]
    at.doorkeeper.tokens[f"without {who}"] = replace(whole, scopes=SCOPES - {row.scope})
    at.doorkeeper.tokens[f"with {who}"] = replace(whole, scopes=frozenset({row.scope}))
    without = await asked(at, route, path, f"without {who}")
    assert refused_by_the_table(without) == ("scope" if role in row.roles else "role"), (name, who)
    for secret in (f"with {who}", who):
        answer = await asked(at, route, path, secret)
        if role not in row.roles:
            assert refused_by_the_table(answer) == "role", (name, secret, answer)
            continue
        assert refused_by_the_table(answer) == "", (name, secret, answer)
        if answer is None:
            continue
        # without an engine some wait for one (503): they were let through
        assert answer.status_code < 500 or answer.status_code == 503, (name, answer.text)
        assert answer.status_code != 401, (name, answer.text)
        if answer.is_error:
            check_problem(answer)
        names_a_thing = bool(path_params(route.dependant))
        if tenant == "other" and names_a_thing:
            assert not answer.is_success, (name, secret, answer.text)


async def test_a_change_with_a_session_needs_what_our_page_sends(tmp_path: Path) -> None:
    async with served(tmp_path) as (at, known):
        for name, route in ROUTES.items():
            if not route.methods - {"GET", "HEAD"}:
                continue
            role = min(OPERATIONS[name].roles).value
            at.client.cookies["outpace_session"] = f"{role}@main"
            answer = await asked(at, route, path_of(route, known), None)
            assert answer is not None
            assert (answer.status_code, answer.json()["code"]) == (403, "csrf"), name


async def test_bodies_are_those_that_the_contract_allows(tmp_path: Path) -> None:
    assert {"campaigns.start", "users.create", "tokens.create", "auth.me"} <= ROUTES.keys()
    async with served(tmp_path) as (at, _known):
        for name in ("campaigns.create", "users.create", "tokens.create", "teams.create"):
            route = ROUTES[name]
            answer = await asked(at, route, path_of(route, {}), "administrator@other")
            assert answer is not None
            assert answer.status_code == 201, answer.text
