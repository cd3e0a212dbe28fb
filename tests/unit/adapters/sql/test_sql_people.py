"""Users, teams and pause codes as people keep them."""

from pathlib import Path

import pytest
from sqlalchemy import update
from stored import KINDS, run, stored, with_leads

from dialer.adapters.sql.audit import SqlAudit
from dialer.adapters.sql.people import SqlPeople, Team, User
from dialer.adapters.sql.stores import SqlStores
from dialer.adapters.sql.tables.leads import leads
from dialer.domain.pause_code import PauseCode
from dialer.domain.roles import Role
from dialer.errors import BadInput
from dialer.ports import AgentRoll

pytestmark = pytest.mark.parametrize("kind", KINDS)


def people(stores: SqlStores) -> SqlPeople:
    return SqlPeople(stores.writer, stores.reader)


async def actions(stores: SqlStores) -> list[str]:
    return [row.action async for row in SqlAudit(stores.writer, stores.reader).read()]


async def test_people_are_added_with_all_that_is_said_and_listed_by_login(
    kind: str, tmp_path: Path
) -> None:
    async with stored(kind, tmp_path) as stores:
        them = people(stores)
        await them.add_team("East", by="sue", at=1.0)
        ann = User("ann", Role.AGENT, "Ann", "1001", "East", 50)
        sue = User("sue", Role.SUPERVISOR)
        await them.add(sue, by="root", at=1.0)
        await them.add(ann, by="sue", at=2.0)
        assert await them.everybody() == [ann, sue]
        assert await them.teams() == [Team("East", 1)]
        assert await actions(stores) == ["team_add", "user_add", "user_add"]
        # what queues know of those who are agents
        assert await stores.rolls.all() == {"1001": AgentRoll(team="East")}


async def test_what_is_taken_or_unknown_is_refused_and_nothing_is_written(
    kind: str, tmp_path: Path
) -> None:
    async with stored(kind, tmp_path) as stores:
        them = people(stores)
        ann = User("ann", Role.AGENT, agent_id="1001")
        await them.add(ann, by="sue", at=1.0)
        await them.add_team("East", by="sue", at=1.0)
        with pytest.raises(BadInput, match="login: 'ann' exists already; choose another"):
            await them.add(User("ann", Role.QA), by="sue", at=2.0)
        with pytest.raises(BadInput, match="agent: '1001' is somebody already"):
            await them.add(User("ben", Role.AGENT, agent_id="1001"), by="sue", at=2.0)
        with pytest.raises(BadInput, match="team: 'West' does not exist; create it"):
            await them.add(User("ben", Role.AGENT, team="West"), by="sue", at=2.0)
        with pytest.raises(BadInput, match="login: 'b n' is no name"):
            await them.add(User("b n", Role.AGENT), by="sue", at=2.0)
        with pytest.raises(BadInput, match="agent: '' is no name"):
            await them.add(User("ben", Role.AGENT, agent_id=""), by="sue", at=2.0)
        with pytest.raises(BadInput, match="team: 'East' exists already"):
            await them.add_team("East", by="sue", at=2.0)
        assert await them.everybody() == [ann]
        assert await actions(stores) == ["user_add", "team_add"]


async def test_who_is_disabled_counts_in_no_team_and_is_told_what_it_still_holds(
    kind: str, tmp_path: Path
) -> None:
    async with stored(kind, tmp_path) as stores:
        them = people(stores)
        await them.add_team("East", by="sue", at=1.0)
        await them.add(User("ann", Role.AGENT, "", "1001", "East"), by="sue", at=1.0)
        await with_leads(stores, 3)
        await run(stores, update(leads).where(leads.c.id < 3).values(owner="1001", state="owned"))
        assert await them.disable("ann", by="sue", at=2.0) == 2
        (ann,) = await them.everybody()
        assert not ann.active
        assert await them.teams() == [Team("East", 0)]
        with pytest.raises(BadInput, match="'ann' is disabled already"):
            await them.disable("ann", by="sue", at=3.0)
        with pytest.raises(BadInput, match="'zoe' is no user"):
            await them.disable("zoe", by="sue", at=3.0)


async def test_pause_codes_are_added_listed_and_removed(kind: str, tmp_path: Path) -> None:
    async with stored(kind, tmp_path) as stores:
        codes = stores.pause_codes
        lunch = PauseCode("lunch", "Lunch", paid=False, limit_s=1800)
        await codes.add(lunch, by="sue", at=1.0)
        await codes.add(PauseCode("break"), by="sue", at=1.0)
        assert await codes.list() == [PauseCode("break"), lunch]
        with pytest.raises(BadInput, match="'lunch' exists already"):
            await codes.add(PauseCode("lunch"), by="sue", at=2.0)
        with pytest.raises(BadInput, match="is no code"):
            await codes.add(PauseCode("a b"), by="sue", at=2.0)
        await codes.remove("lunch", by="sue", at=3.0)
        with pytest.raises(BadInput, match="'lunch' does not exist"):
            await codes.remove("lunch", by="sue", at=3.0)
        assert await codes.list() == [PauseCode("break")]
        assert await actions(stores) == ["pause_code_add", "pause_code_add", "pause_code_remove"]
