"""What everybody who knows about recorded voices promises."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from durable_stores import SPRING, durable, number

from dialer.adapters.sql.consents import SqlConsents
from dialer.adapters.sql.recorded_voice import SqlRecordedVoice
from dialer.adapters.sql.stores import SqlStores
from dialer.domain.calling_rules.rule import Consent
from dialer.domain.consent import ConsentGiven
from dialer.domain.dial_law import DialLaw, DialTerms
from dialer.domain.ids import LeadId, new_attempt_id
from dialer.domain.lead import Attempt
from dialer.domain.leadfile import LeadRow
from dialer.ports.recorded_voice import RecordedVoice
from dialer.testing.recorded_voice import MemoryRecordedVoice

NOON = 1_795_021_200.0
PEOPLE = DialTerms(calls_people=True, countries=frozenset({"US"}))


@dataclass
class Asked:
    """Somebody who knows, and how they learn that a number's owner has agreed."""

    voice: RecordedVoice
    attempt: Attempt
    agree: Callable[[str], Awaitable[None]]


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
async def asked(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Asked]:
    attempt = Attempt(new_attempt_id(), SPRING, LeadId(1), number(0), "t", NOON)
    if request.param == "memory":
        voice = MemoryRecordedVoice()

        async def agree(who: str) -> None:
            voice.agreed.add(who)

        yield Asked(voice, attempt, agree)
        return
    async with durable(request.param, tmp_path) as stores:
        assert isinstance(stores, SqlStores)
        import_id = await stores.imports.begin(SPRING, "list.csv", at=0.0)
        await stores.imports.add(import_id, [LeadRow(2, number(0), {})])
        await stores.imports.finish(import_id, rows=1, rejected=0)
        (lead,) = await stores.leads.lease(SPRING, 1)
        consents = SqlConsents(stores.writer, stores.reader)

        async def agreed(who: str) -> None:
            given = ConsentGiven(who, Consent.EXPRESS_WRITTEN, "form 7", NOON - 9)
            await consents.add([given], by="sue", at=NOON)

        asking = replace(attempt, lead_id=lead.lead_id)
        yield Asked(SqlRecordedVoice(stores.reader, DialLaw()), asking, agreed)


async def test_no_recorded_voice_speaks_to_who_has_not_agreed_to_one(asked: Asked) -> None:
    why = await asked.voice.refusal(asked.attempt, PEOPLE, NOON)
    assert "a recorded or artificial voice needs consent" in why
    await asked.agree(number(1))  # somebody else
    assert await asked.voice.refusal(asked.attempt, PEOPLE, NOON) == why


async def test_one_may_speak_to_who_has(asked: Asked) -> None:
    await asked.agree(number(0))
    assert await asked.voice.refusal(asked.attempt, PEOPLE, NOON) == ""


async def test_where_nobody_is_called_nobody_is_asked(asked: Asked) -> None:
    assert await asked.voice.refusal(asked.attempt, DialTerms(), NOON) == ""
