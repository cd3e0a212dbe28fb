"""Labelled calls on record, of a campaign that is over."""

from node import AUTUMN, Node

from dialer.domain.amd.labels import CallLabel
from dialer.domain.amd.law import Answerer, Verdict
from dialer.domain.campaign import Campaign
from dialer.domain.ids import AttemptId, LeadId
from dialer.domain.lead import Attempt
from dialer.testing.tables import AttemptEntry


async def label_persons(at: Node, *, persons: int = 300, in_time: int = 300) -> None:
    """Have persons be labelled as such, some of them known within a second and a half."""
    await at.stores.campaigns.create(Campaign(campaign_id=AUTUMN, name="Autumn"))
    ids = [AttemptId(f"at--{index:025}") for index in range(persons)]  # before any of the test's
    for index, one in enumerate(ids):
        attempt = Attempt(one, AUTUMN, LeadId(0), "+12025550100", "trunk", 0.0)
        at.stores.tables.attempts[one] = AttemptEntry(attempt)
        early_s = 1.2 if index < in_time else None
        verdict = Verdict(Answerer.PERSON, "short_greeting", 3.0, early_s)
        await at.stores.verdicts.heard(one, verdict)
    await label(at, ids, Answerer.PERSON)


async def label(at: Node, ids: list[AttemptId], answer: Answerer) -> None:
    """Say of calls who answered."""
    labels = [CallLabel(one, answer, "line 2") for one in ids]
    await at.stores.verdicts.label(labels, "calls.csv", by="sue", at=9.0)
