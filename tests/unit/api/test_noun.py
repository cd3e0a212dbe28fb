"""A noun's router takes no part in requests for other nouns."""

import pytest
from fastapi import APIRouter, FastAPI
from httpx import ASGITransport, AsyncClient

from api.noun import Noun


async def test_only_a_path_with_its_prefix_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    lists = Noun(prefix="/campaigns/{campaign_id}/lists")

    @lists.get("/{list_id}")
    async def show(campaign_id: str, list_id: str) -> str:
        return f"{campaign_id} {list_id}"

    looked: list[str] = []
    before = APIRouter.matches

    def noted(self: APIRouter, scope: dict[str, object]) -> object:
        if self is lists:
            looked.append(str(scope["path"]))
        return before(self, scope)

    monkeypatch.setattr(APIRouter, "matches", noted)
    app = FastAPI()
    app.include_router(lists, prefix="/api/v1")
    async with AsyncClient(transport=ASGITransport(app), base_url="http://api") as client:
        shown = await client.get("/api/v1/campaigns/ca-1/lists/7")
        assert shown.json() == "ca-1 7"
        assert (await client.get("/api/v1/agents/7")).status_code == 404
    assert looked
    assert set(looked) == {"/api/v1/campaigns/ca-1/lists/7"}
