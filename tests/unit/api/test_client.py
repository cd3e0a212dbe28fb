"""The typed client: it is made from the contract, and does what it says against the service."""

from pathlib import Path

import httpx
import pytest
from service import service

from outpace.client import Outpace, Problem
from tools.make_client import FOLDER, formatted, operations_of, types_of
from tools.make_openapi import committed


def test_the_client_is_made_from_the_contract() -> None:
    for name, text in (
        ("types.py", types_of(committed())),
        ("operations.py", operations_of(committed())),
    ):
        kept = (FOLDER / name).read_text(encoding="utf-8")
        assert kept == formatted(text, name), "run: python -m tools.make_client"


async def test_a_campaign_is_created_and_refused_with_the_problem(tmp_path: Path) -> None:
    async with service(tmp_path) as at:
        outpace = Outpace("https://test", token="administrator@main", http=at.client)
        campaign = await outpace.campaigns.create({"name": "spring"})
        assert (await outpace.campaigns.get(campaign["id"]))["name"] == "spring"
        listed = await outpace.campaigns.list_(limit=1)
        assert [one["id"] for one in listed["items"]] == [campaign["id"]]
        with pytest.raises(Problem, match="has none left") as refused:
            await outpace.campaigns.start(campaign["id"])
        told = refused.value
        assert (told.status, told.code, told.field) == (409, "wrong_state", "leads")
        with pytest.raises(Problem, match="does not exist"):
            await outpace.campaigns.get("a b?c=d")
        assert (await outpace.pacing.update(campaign["id"], {"max_lines": 3}))["max_lines"] == 3


async def test_what_cannot_be_served_now_is_sent_again_under_the_same_key() -> None:
    seen: list[str] = []

    def serve(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers["idempotency-key"])
        if len(seen) < 3:
            return httpx.Response(503, headers={"Retry-After": "0"})
        return httpx.Response(200, json={"stopped": []})

    async with httpx.AsyncClient(transport=httpx.MockTransport(serve)) as http:
        outpace = Outpace("https://test", token="t", http=http)
        assert await outpace.campaigns.stop_all() == {"stopped": []}
    assert len(seen) == 3
    assert len(set(seen)) == 1
