"""Leads of every kind, counted by how they stand."""

from pathlib import Path

import pytest
from sqlalchemy import update
from stored import AUTUMN, KINDS, SPRING, number, run, stored, with_leads

from dialer.adapters.sql.standings import SqlStandings
from dialer.adapters.sql.tables.leads import leads
from dialer.domain.calling_rules.place import place_of
from dialer.domain.dial_law import REHEARSAL, DialLaw
from dialer.domain.explanation import Hold, StandingCount, explained
from dialer.domain.lead_standing import LeadState

pytestmark = pytest.mark.parametrize("kind", KINDS)
NOW = 1_000.0
S = LeadState


async def test_leads_of_every_kind_are_counted_once(kind: str, tmp_path: Path) -> None:
    async with stored(kind, tmp_path) as stores:
        stand = [
            (S.READY, "", 0.0),
            (S.READY, "", 0.0),
            (S.READY, "", 0.0),
            (S.WAITING, "busy", NOW + 60),
            (S.WAITING, "busy", NOW + 30),
            (S.WAITING, "rules:windows", NOW + 90),
            (S.FILTERED, "", 0.0),
            (S.OWNED, "", 0.0),
            (S.CALLBACK, "callback", NOW + 5),
            (S.LEASED, "", 0.0),
            (S.DIALING, "", 0.0),
            (S.IMPORTING, "", 0.0),
            (S.DONE, "do_not_call", 0.0),
            (S.DONE, "final", 0.0),
        ]
        await with_leads(stores, len(stand))
        await with_leads(stores, 5, campaign=AUTUMN, start=100)
        for at, (state, why, due_at) in enumerate(stand, 1):
            values = {"state": state.value, "why": why, "due_at": due_at}
            await run(stores, update(leads).where(leads.c.id == at).values(values))
        await stores.attempts.add_do_not_call(number(500), source="x", at=1.0)
        await run(stores, update(leads).where(leads.c.id == 3).values(number=number(500)))
        counts = await SqlStandings(stores.reader).of(SPRING, NOW)
        here = place_of(number(0))
        ready = StandingCount(S.READY, "", 3, place=here, listed=1)
        assert counts[0] == ready
        assert sorted((one.state, one.why, one.leads, one.due_at) for one in counts[1:]) == [
            (S.CALLBACK, "callback", 1, NOW + 5),
            (S.DIALING, "", 1, 0.0),
            (S.DONE, "do_not_call", 1, 0.0),
            (S.DONE, "final", 1, 0.0),
            (S.FILTERED, "", 1, 0.0),
            (S.IMPORTING, "", 1, 0.0),
            (S.LEASED, "", 1, 0.0),
            (S.OWNED, "", 1, 0.0),
            (S.WAITING, "busy", 2, NOW + 30),
            (S.WAITING, "rules:windows", 1, NOW + 90),
        ]
        told = explained(counts, DialLaw(), REHEARSAL, NOW)
        assert sum(one.leads for one in told.reasons) == len(stand)
        assert {one.hold for one in told.reasons} == set(Hold) - {
            Hold.RULES,
            Hold.ATTEMPTS_USED_UP,
            Hold.NO_NUMBER,
        }


async def test_entries_that_ended_or_are_of_others_list_nobody(kind: str, tmp_path: Path) -> None:
    async with stored(kind, tmp_path) as stores:
        await with_leads(stores, 4)
        entries = [
            ("*", NOW - 1),  # ended
            ("campaign:autumn", None),
            ("tenant:main", None),
            ("campaign:spring", NOW + 1),
        ]
        for at, (scope, expires_at) in enumerate(entries):
            await run(
                stores,
                "INSERT INTO do_not_call (number, scope, source, at, expires_at)"
                " VALUES (:number, :scope, 'x', 1, :expires_at)",
                number=number(at),
                scope=scope,
                expires_at=expires_at,
            )
        (count,) = await SqlStandings(stores.reader).of(SPRING, NOW)
        assert (count.leads, count.listed) == (4, 2)


async def test_a_campaign_without_leads_counts_nothing(kind: str, tmp_path: Path) -> None:
    async with stored(kind, tmp_path) as stores:
        assert await SqlStandings(stores.reader).of(SPRING, NOW) == []
