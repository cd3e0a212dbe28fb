"""Calls on record over REST: those that came in, were made by hand, were transferred."""

from dataclasses import replace
from pathlib import Path

from record import NOON
from service import service

from dialer.domain.call_record import CallRecord, Direction
from dialer.domain.ids import AgentId, TenantId, new_call_id
from dialer.domain.outcome import Outcome
from dialer.domain.queue import Queue
from dialer.domain.verification import Verification, Verified


def came_in(index: int) -> CallRecord:
    number = f"+1202555010{index}"
    return CallRecord(new_call_id(), Direction.IN, number, NOON + index, "node", trunk="west")


async def test_calls_are_listed_newest_first_in_pages_and_by_what_is_known(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        await at.stores.queues.add(Queue("sales"), by="x", at=0.0)
        passed = Verification(Verified.PASSED, "A")
        waited, by_hand = (
            replace(came_in(0), verification=passed),
            replace(came_in(1), direction=Direction.OUT),
        )
        theirs = replace(came_in(2), tenant_id=TenantId("other"))
        for call in (replace(waited, queue="sales"), by_hand, theirs):
            await at.stores.calls.begin(call)
        await at.stores.calls.answered(waited.call_id, NOON + 5, agent_id=AgentId("1001"))
        await at.stores.calls.ended(waited.call_id, NOON + 9, Outcome.CONNECTED)

        page = await at.done("GET", "/call-records", params={"limit": 1}, role="qa")
        assert [one["id"] for one in page["items"]] == [by_hand.call_id]
        rest = await at.done("GET", "/call-records", params={"cursor": page["next"]}, role="qa")
        (one,) = rest["items"]
        assert (one["direction"], one["number"], one["queue"]) == ("in", "+12*******00", "sales")
        assert (one["agent"], one["answered_at"], one["ended_at"]) == ("1001", NOON + 5, NOON + 9)
        assert (one["verified"], one["attestation"]) == ("passed", "A")
        for wanted, found in (
            ({"direction": "out"}, by_hand),
            ({"number": "+12025550100"}, waited),
            ({"queue": "sales"}, waited),
            ({"agent": "1001"}, waited),
            ({"outcome": "connected"}, waited),
            ({"since": NOON + 1}, by_hand),
            ({"until": NOON + 1}, waited),
        ):
            some = await at.done("GET", "/call-records", params=wanted)
            assert [one["id"] for one in some["items"]] == [found.call_id], wanted
        await at.refused("GET", "/call-records", 403, role="agent")
        wrong = {"cursor": "WzEsMl0"}  # of a list with another key
        assert (await at.refused("GET", "/call-records", 422, params=wrong))["field"] == "cursor"


async def test_a_call_is_shown_with_what_it_was_transferred_to(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        call = came_in(0)
        leg = replace(came_in(1), direction=Direction.OUT, parent_id=call.call_id)
        for one in (call, leg):
            await at.stores.calls.begin(one)
        shown = await at.done("GET", f"/call-records/{call.call_id}")
        assert [one["id"] for one in shown["legs"]] == [leg.call_id]
        shown = await at.done("GET", f"/call-records/{leg.call_id}")
        assert (shown["parent"], shown["legs"]) == (call.call_id, [])
        await at.refused("GET", f"/call-records/{call.call_id}", 404, tenant="other")
