"""Labelled calls over REST."""

import asyncio
import time
from pathlib import Path

from service import Service, service

from dialer.domain.amd.law import Answerer, Verdict
from dialer.domain.ids import AttemptId, CampaignId, new_attempt_id
from dialer.domain.lead import Attempt, AttemptEnd, Draw
from dialer.domain.outcome import Outcome

HEARD = 300


async def heard(at: Service, campaign: CampaignId, early_s: float | None = None) -> list[AttemptId]:
    """Have persons answer, all known as such, and recorded."""
    await at.with_leads(campaign, HEARD + 1)
    now = time.time()
    leads = await at.stores.leads.lease(campaign, HEARD, Draw(now))
    ids = [new_attempt_id() for _ in leads]
    await at.stores.attempts.record_dialed(
        [
            Attempt(one, campaign, lead.lead_id, lead.number, "trunk", now)
            for one, lead in zip(ids, leads, strict=True)
        ]
    )
    verdict = Verdict(Answerer.PERSON, "short_greeting", 3.0, early_s)
    await asyncio.gather(*(at.stores.verdicts.heard(one, verdict) for one in ids))
    await at.stores.attempts.record_ends(
        [
            AttemptEnd(one, Outcome.CONNECTED, now, answered_at=now, recording=f"{one}.wav")
            for one in ids
        ]
    )
    return ids


async def test_labels_are_taken_in_shown_and_charged_at_once(tmp_path: Path) -> None:
    async with service(tmp_path) as at:
        settings = {"mode": "progressive", "amd": "agent_first"}
        made = await at.done("POST", "/campaigns", json={"name": "spring", "settings": settings})
        ids = await heard(at, made["id"])
        await at.done("POST", f"/campaigns/{made['id']}/start")
        drawn = await at.done("GET", "/amd/labels/draw", role="qa", params={"count": 2})
        assert {one["attempt_id"] for one in drawn} < set(ids)
        assert drawn[0].keys() == {"attempt_id", "answered_at"}  # not what the detector said
        labels = [{"attempt_id": one, "answer": "person"} for one in ids]
        shown = await at.done("POST", "/amd/labels", json={"labels": labels})
        assert (shown["persons"], shown["false_positives"], shown["heard"]) == (HEARD, 0, HEARD)
        assert 0.009 < shown["charge_rate"] < 0.01
        assert await at.done("GET", "/amd/labels", role="supervisor") == shown
        other = await at.done("GET", "/amd/labels", params={"detector": "asterisk"})
        assert (other["detector"], other["labelled"]) == ("asterisk", 0)
        assert (await at.done("GET", "/amd/labels", tenant="other"))["persons"] == 0
        assert await at.done("GET", "/amd/labels/draw") == []
        run = at.engine.campaigns.get(made["id"])
        assert run is not None
        assert run.detection()["amd_charge_rate"] == shown["charge_rate"]
        log = [row async for row in at.stores.audit.read()]
        assert "token administrator@main" in {row.by for row in log if row.action == "amd_label"}


async def test_labels_are_the_administrators_and_of_own_calls(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        one = {"attempt_id": new_attempt_id(), "answer": "person"}
        for role in ("agent", "supervisor", "qa", "campaign_manager"):
            await at.refused("POST", "/amd/labels", 403, json={"labels": [one]}, role=role)
        told = await at.refused("POST", "/amd/labels", 422, json={"labels": [one]})
        assert told["field"] == "labels"
        assert "labels.0: no verdict is on record" in told["detail"]
        for bad in ({**one, "answer": "fax"}, {**one, "attempt_id": "at-\0"}):
            await at.refused("POST", "/amd/labels", 422, json={"labels": [bad]})


async def test_screening_is_refused_until_labelled_calls_allow_it(tmp_path: Path) -> None:
    async with service(tmp_path) as at:
        asked = {"name": "spring", "settings": {"mode": "progressive", "amd": "screening"}}
        problem = await at.refused("POST", "/campaigns", 422, json=asked)
        assert problem["field"] == "amd"
        assert "no labelled calls" in problem["detail"]
        asked["settings"] = {"mode": "progressive"}
        made = await at.done("POST", "/campaigns", json=asked)
        ids = await heard(at, made["id"], 1.2)
        path, screening = f"/campaigns/{made['id']}/settings", {**made["settings"]}
        screening["amd"] = "screening"
        assert (await at.refused("PUT", path, 422, json=screening))["field"] == "amd"
        labels = [{"attempt_id": one, "answer": "person"} for one in ids]
        shown = await at.done("POST", "/amd/labels", json={"labels": labels})
        assert (shown["in_time"], shown["screening"]) == (HEARD, "")
        assert (await at.done("PUT", path, json=screening))["settings"]["amd"] == "screening"
        await at.done("POST", f"/campaigns/{made['id']}/start")
        run = at.engine.campaigns.get(made["id"])
        assert run is not None
        assert run.screens
        # what our own ear heard says nothing of app_amd
        await at.done("POST", f"/campaigns/{made['id']}/stop")
        other = {**screening, "amd_detector": "asterisk"}
        assert (await at.refused("PUT", path, 422, json=other))["field"] == "amd"
        # another tenant's own calls are not labelled
        theirs = {"name": "theirs", "settings": {"mode": "progressive", "amd": "screening"}}
        await at.refused("POST", "/campaigns", 422, json=theirs, tenant="other")
