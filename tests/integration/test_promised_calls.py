"""A promised call through a real Asterisk: held, dialed on time, joined at once, by whom it was
promised."""

import time
from pathlib import Path
from typing import Any

import pytest
from floor import floor

from dialer.adapters.asterisk.installation import Installation, install


@pytest.fixture(scope="module")
def installation() -> Installation:
    return install()


async def test_a_person_is_called_again_by_the_agent_who_promised(
    installation: Installation, tmp_path: Path
) -> None:
    async with floor(installation, tmp_path, agents=2) as world:
        await world.campaign(
            1, mode="progressive", wrap_up_limit_s=30, recycling={"most_in_all": 5}
        )
        await world.start_engine()
        await world.log_in()
        await world.start_campaign()
        await world.until(lambda s: s["calls"]["talking"] == 1)
        status = await world.status()
        (owner,) = [a["agent"] for a in status["agents"] if a["state"] == "talking"]
        await world.ask("agent.hangup", agent=owner)
        await world.until(lambda s: state_of(s, owner) == "wrap_up")
        due_at = time.time() + 6.0
        await world.ask("agent.ready", agent=owner, disposition="callback", callback_at=due_at)
        await world.until(lambda s: state_of(s, owner) == "held")
        assert len(world.customers.invited) == 1
        await world.until(lambda s: s["calls"]["talking"] == 1, 15)
        assert state_of(await world.status(), owner) == "talking"
        await world.ask("agent.hangup", agent=owner)
        await world.until(lambda s: state_of(s, owner) == "wrap_up")
        await world.ask("agent.ready", agent=owner, disposition="not_interested")
        rows = await world.until_recorded(
            lambda rows: len(rows) == 2 and all(row.outcome for row in rows)
        )
        again = max(rows, key=lambda row: row.answered_at)
        assert again.agent_id == owner
        assert 0 <= again.answered_at - due_at < 4.0
        assert again.connected_at - again.answered_at < 0.5
        await world.until(lambda s: s["campaigns"][0]["state"] == "finished", 15)


def state_of(status: dict[str, Any], agent: str) -> str:
    return next(row["state"] for row in status["agents"] if row["agent"] == agent)
