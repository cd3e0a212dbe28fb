"""Prompts, calling hours and scorecards over REST."""

from pathlib import Path
from typing import Any

import pytest
from service import Service, service

CARD = {
    "name": "manners",
    "questions": [
        {"code": "greeting", "text": "Says their name?", "weight": 2.0, "critical": True},
        {"code": "facts", "text": "Knows the offer?", "weight": 1.0, "critical": False},
    ],
}
GREETING = {
    "name": "greeting",
    "language": "en",
    "file": "en/greeting.wav",
    "text": "Good morning.",
    "seconds": 1.5,
}
OFFICE = {
    "name": "office",
    "week": {"mon-fri": ["09:00-12:00", "13:00-17:00"], "sat": [], "sun": []},
    "closed_holidays": ["DE"],
}
DAY = ["09:00-12:00", "13:00-17:00"]


async def of_kind(at: Service, path: str, thing: Any, this: str, changed: Any) -> None:
    """Add, look at, list, change and remove a thing."""
    shown = await at.done("POST", path, json=thing, role="campaign_manager")
    assert await at.done("GET", this, role="qa") == shown
    assert await at.done("GET", path, role="supervisor") == [shown]
    assert (await at.refused("POST", path, 409, json=thing))["code"] == "taken"
    after = await at.done("PUT", this, json=changed)
    assert after == {**shown, **changed}
    assert await at.done("GET", path, tenant="other") == []
    await at.refused("GET", this, 404, tenant="other")
    await at.done("DELETE", this)
    await at.refused("GET", this, 404)
    by = {row.by async for row in at.stores.audit.read()}
    assert by == {"token campaign_manager@main", "token administrator@main"}


async def test_a_scorecard_is_kept_question_by_question(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        changed = {"questions": CARD["questions"][:1]}
        await of_kind(at, "/scorecards", CARD, "/scorecards/manners", changed)
        twice = {**CARD, "questions": [CARD["questions"][0]] * 2}
        told = await at.refused("POST", "/scorecards", 422, json=twice)
        assert (told["field"], told["fix"]) == ("questions", "give it another code")


async def test_a_prompt_goes_by_its_name_and_its_language(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        changed = {"file": "en/hello.wav", "text": "", "seconds": None}
        await of_kind(at, "/prompts", GREETING, "/prompts/greeting/en", changed)
        await at.done("POST", "/prompts", json=GREETING)
        german = {**GREETING, "language": "de", "file": "de/greeting.wav"}
        await at.done("POST", "/prompts", json=german)
        listed = await at.done("GET", "/prompts")
        assert [one["language"] for one in listed] == ["de", "en"]
        outside = {**GREETING, "name": "x", "file": "../secret.wav"}
        assert (await at.refused("POST", "/prompts", 422, json=outside))["field"] == "file"


async def test_calling_hours_are_a_week_and_holidays(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        added = await at.done("POST", "/calling-hours", json={**OFFICE, "name": "shop"})
        assert (added["week"]["mon"], added["week"]["sun"]) == (DAY, [])
        await at.done("DELETE", "/calling-hours/shop")
        changed = {"week": {**added["week"], "sat": ["10:00-12:00"]}, "closed_holidays": []}
        await of_kind(at, "/calling-hours", OFFICE, "/calling-hours/office", changed)


@pytest.mark.parametrize(
    ("week", "told"),
    [
        ({"mon": ["9-5"]}, "week"),
        ({"mon": [], "tue": [], "wed-sun": []}, "week"),
        ({"someday": ["09:00-17:00"]}, "week"),
    ],
)
async def test_a_week_that_is_none_is_refused_by_its_field(
    tmp_path: Path, week: Any, told: str
) -> None:
    async with service(tmp_path, with_engine=False) as at:
        refused = await at.refused("POST", "/calling-hours", 422, json={"name": "x", "week": week})
        assert refused["field"] == told
        assert refused["fix"]
        assert await at.done("GET", "/calling-hours") == []
