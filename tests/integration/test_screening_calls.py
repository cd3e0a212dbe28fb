"""Screening, in real calls: a person is joined when they are known, a fax gets nobody.

By our own ear, and by Asterisk's app_amd.
"""

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any

from floor import CUSTOMER_HZ, FIRST_AGENT_HZ, Floor, Row, floor, has_heard, heard, hears

from dialer.adapters.asterisk.installation import install
from dialer.adapters.sql.stores import SqlStores, open_stores
from dialer.domain.amd.labels import CallLabel
from dialer.domain.amd.law import AmdDetector, Answerer, Verdict
from dialer.domain.amd.trust import LEAST_PERSONS, SCREENING_BY_S
from dialer.domain.campaign import Campaign, CampaignSettings
from dialer.domain.ids import CampaignId, new_attempt_id
from dialer.domain.lead import Attempt, AttemptEnd, Draw
from dialer.domain.leadfile import LeadRow
from dialer.domain.outcome import Outcome
from dialer.settings import load_settings
from simulation.carrier.plan import fictional_numbers
from simulation.sip.agent import Invite
from simulation.sip.behaviour import Behaviour
from simulation.sip.call import Call
from simulation.sip.tones import ToneDetector

LAW_S = 2.0
WORD_HZ = 2500  # no machine beeps as high
FAX_HZ = 2100
HELLO = ((0.1, None), (0.4, WORD_HZ), (1.5, None))
SHORT_HELLO = ((0.05, None), (0.25, WORD_HZ), (1.5, None))
"""Known by app_amd 1.1 s after it began: 0.8 s of silence after the greeting."""
GREETING = ((0.1, None), (4.0, WORD_HZ), (20.0, None))
"""app_amd takes what speaks for 1.5 s for a machine."""
PERSON, FAX, MUTE = [f"{number}" for number, _ in zip(fictional_numbers(), range(3), strict=False)]
GREETER = FAX
PEOPLE = {
    PERSON: Behaviour(ring_s=0.3, sounds=HELLO, tone_hz=CUSTOMER_HZ),
    FAX: Behaviour(ring_s=0.3, tone_hz=FAX_HZ),
    MUTE: Behaviour(ring_s=0.3),
}
FOR_APP_AMD = {
    PERSON: Behaviour(ring_s=0.3, sounds=SHORT_HELLO, tone_hz=CUSTOMER_HZ),
    GREETER: Behaviour(ring_s=0.3, sounds=GREETING),
    MUTE: Behaviour(ring_s=0.3),
}
AGENTS_HZ = [FIRST_AGENT_HZ + 100 * index for index in range(3)]


def people(invite: Invite) -> Behaviour:
    return PEOPLE["+" + invite.number]


def people_for_app_amd(invite: Invite) -> Behaviour:
    return FOR_APP_AMD["+" + invite.number]


async def label_persons(stores: SqlStores, detector: AmdDetector) -> None:
    """Put as many labelled persons on record as it takes, each known within a second."""
    before = CampaignId("before")
    await stores.campaigns.create(
        Campaign(campaign_id=before, name="before", settings=CampaignSettings())
    )
    rows = [LeadRow(2 + index, f"+1202556{index:04}", {}) for index in range(LEAST_PERSONS)]
    import_id = await stores.imports.begin(before, "before.csv", at=1.0)
    await stores.imports.add(import_id, rows)
    await stores.imports.finish(import_id, rows=len(rows), rejected=0)
    leads = await stores.leads.lease(before, LEAST_PERSONS, Draw(1.0))
    attempts = [
        Attempt(new_attempt_id(), before, lead.lead_id, lead.number, "trunk", 1.0) for lead in leads
    ]
    await stores.attempts.record_dialed(attempts)
    ids = [attempt.attempt_id for attempt in attempts]
    known = Verdict(Answerer.PERSON, "short_greeting", 2.0, 1.0, detector)
    await asyncio.gather(*(stores.verdicts.heard(one, known) for one in ids))
    await stores.attempts.record_ends(
        [AttemptEnd(one, Outcome.CONNECTED, 9.0, answered_at=2.0, connected_at=2.1) for one in ids]
    )
    labels = [CallLabel(one, Answerer.PERSON, "line 2") for one in ids]
    await stores.verdicts.label(labels, "calls.csv", by="sue", at=10.0)


def states(now: dict[str, Any]) -> Counter[str]:
    return Counter(agent["state"] for agent in now["agents"])


def call_of(world: Floor, number: str) -> Call:
    (call,) = [one for one in world.customers.answered if "+" + one.number == number]
    return call


def agent_heard_s(call: Call) -> float:
    """Return how long after the answer a customer first heard an agent."""
    assert call.ok_sent is not None
    found = [heard(call).first_heard_s(ToneDetector(hz), 0.0) for hz in AGENTS_HZ]
    return min(at for at in found if at is not None) - call.ok_sent.epoch_s


async def test_a_person_is_joined_at_the_verdict_a_fax_never_and_whoever_is_mute_in_time(
    tmp_path: Path,
) -> None:
    async with floor(install(), tmp_path, agents=len(PEOPLE), behave=people) as world:
        await world.campaign(len(PEOPLE), amd="screening", record=False)
        async with open_stores(load_settings(world.home).database) as stores:
            await label_persons(stores, AmdDetector.OWN)
        await world.start_engine()
        await world.log_in()
        await world.until(lambda now: states(now)["idle"] == 3)
        await world.start_campaign()

        def ended(rows: list[Row]) -> list[Row]:
            return [row for row in rows if row.number in PEOPLE and row.outcome]

        (fax,) = ended(await world.until_recorded(ended))
        assert (fax.number, fax.outcome, fax.ended_by) == (FAX, "machine", "dialer")
        assert (fax.agent_id, fax.connected_at, fax.charged) == (None, None, False)
        await world.until(
            lambda now: len([a for a in now["agents"] if a["state"] == "talking"]) == 2
        )

        person, mute = call_of(world, PERSON), call_of(world, MUTE)
        for call in (person, mute):
            await has_heard(call, 3.0)
        assert 0.9 < agent_heard_s(person) < SCREENING_BY_S
        assert SCREENING_BY_S <= agent_heard_s(mute) < LAW_S
        assert not any(hears(call_of(world, FAX), hz, after_s=0.0) for hz in AGENTS_HZ)
        # nobody heard the fax, somebody the person
        legs = [leg for phone in world.phones.values() for leg in phone.calls]
        assert Counter(hears(leg, CUSTOMER_HZ, after_s=0.0) for leg in legs) == {True: 1, False: 2}
        assert not any(hears(leg, FAX_HZ, after_s=0.0) for leg in legs)

        (campaign,) = (await world.status())["campaigns"]
        assert (campaign["amd"], campaign["amd_refusal"]) == ("screening", "")
        assert (campaign["machines_released"], campaign["amd_labelled_persons"]) == (1, 300)
        assert round(campaign["amd_charge_rate"], 3) == 0.01
        asked = "SELECT answerer, at_s, screened_s FROM amd_verdicts WHERE attempt_id = ?"
        rows = {row.number: row for row in world.attempts() if row.number in PEOPLE}
        await world.until(lambda _now: world.on_record(asked, rows[PERSON].attempt_id))
        ((who, at_s, early_s),) = world.on_record(asked, rows[PERSON].attempt_id)
        assert who == "person"
        assert 0.9 < at_s == early_s < SCREENING_BY_S
        world.carrier.hang_up(person)
        world.carrier.hang_up(mute)
        await world.until_recorded(lambda rows: all(row.outcome for row in rows))


async def test_app_amd_hands_a_person_over_in_time_and_takes_a_greeting_from_the_agent(
    tmp_path: Path,
) -> None:
    many = len(FOR_APP_AMD)
    async with floor(install(), tmp_path, agents=many, behave=people_for_app_amd) as world:
        asked = {"amd": "screening", "amd_detector": "asterisk", "record": False}
        await world.campaign(many, **asked)
        async with open_stores(load_settings(world.home).database) as stores:
            await label_persons(stores, AmdDetector.ASTERISK)
        await world.start_engine()
        await world.log_in()
        await world.until(lambda now: states(now)["idle"] == many)
        await world.start_campaign()

        def ended(rows: list[Row]) -> list[Row]:
            return [row for row in rows if row.number in FOR_APP_AMD and row.outcome]

        (machine,) = ended(await world.until_recorded(ended))
        assert (machine.number, machine.outcome, machine.ended_by) == (
            GREETER,
            "machine",
            "dialer",
        )
        assert not machine.charged
        await world.until(lambda now: states(now) == {"talking": 2, "idle": 1})
        person, mute = call_of(world, PERSON), call_of(world, MUTE)
        for call in (person, mute):
            await has_heard(call, 3.0)
        assert 0.9 < agent_heard_s(person) < SCREENING_BY_S
        assert SCREENING_BY_S <= agent_heard_s(mute) < LAW_S

        (campaign,) = (await world.status())["campaigns"]
        assert (campaign["amd_detector"], campaign["amd_refusal"]) == ("asterisk", "")
        assert (campaign["machines_released"], campaign["amd_labelled_persons"]) == (1, 300)
        said = "SELECT answerer, reason, detector FROM amd_verdicts WHERE attempt_id = ?"
        rows = {row.number: row for row in world.attempts() if row.number in FOR_APP_AMD}
        wanted = {
            PERSON: ("person", "short_greeting", "asterisk"),
            GREETER: ("machine", "long_greeting", "asterisk"),
            MUTE: ("unsure", "silence", "asterisk"),
        }
        for number, verdict in wanted.items():
            one = rows[number].attempt_id
            await world.until(lambda _now, one=one: world.on_record(said, one))
            assert world.on_record(said, one) == [verdict]
        assert not [line for line in world.channels() if "@amd" in line]
        world.carrier.hang_up(person)
        world.carrier.hang_up(mute)
        await world.until_recorded(lambda rows: all(row.outcome for row in rows))
