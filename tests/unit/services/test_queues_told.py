"""What screens, alerts and metrics are told of queues."""

import asyncio

from hall import Hall
from node import ANN, node
from test_metrics import metrics_of, told

from dialer.services.alarms import Alarms
from dialer.services.board import Board
from dialer.testing.inbound_line import MemoryLine

VIRTUAL_TIME = True


async def test_metrics_tell_how_many_wait_and_how_long_who_waits_longest() -> None:
    async with node() as at:
        hall = Hall(at)
        metrics = metrics_of(at)
        assert ("outpace_queue_waiting", "main", "sales") not in await told(metrics)
        await at.campaign()
        await hall.queue()
        callers = [await hall.call("+12025550131")]
        await asyncio.sleep(20)
        callers.append(await hall.call("+12025550132"))
        found = await told(metrics)
        assert found["outpace_queue_waiting", "main", "sales"] == 2
        assert 20 <= found["outpace_queue_longest_wait_seconds", "main", "sales"] < 20.1
        assert found["outpace_queue_agents", "main", "sales"] == 0
        await at.log_in(ANN)
        assert (await told(metrics))["outpace_queue_agents", "main", "sales"] == 1
        leave(callers)
        await at.settle()
        found = await told(metrics)
        assert found["outpace_queue_waiting", "main", "sales"] == 0
        assert found["outpace_queue_longest_wait_seconds", "main", "sales"] == 0


async def test_the_board_has_a_row_for_each_queue_and_an_alert_for_who_waits_long() -> None:
    async with node() as at:
        hall = Hall(at)
        board = Board(
            agents=at.agents,
            calls=at.calls,
            campaigns=at.campaigns,
            seating=at.seating,
            dialing=at.dialing,
            recorder=at.recorder,
            alarms=Alarms(
                agents=at.agents,
                campaigns=at.campaigns,
                recorder=at.recorder,
                switch=at.switch,
                node="node",
                queues=at.queues.shown,
            ),
            switch=at.switch,
            feed=at.feed,
            clock=at.clock,
            node="node",
            epoch="epoch",
            queues=at.queues.shown,
        )
        await hall.queue(longest_wait_s=60.0)
        caller = await hall.call()
        board.look()
        row = board.state.get("queues", "main/sales")
        assert row is not None
        assert (row["waiting"], row["tenants"]) == (1, ["main"])
        assert board.state.snapshot("alerts") == {}
        await asyncio.sleep(31)
        board.look()
        (alert,) = board.state.snapshot("alerts").values()
        assert (alert["kind"], alert["subject"]) == ("queue_wait_long", "main/sales")
        assert alert["tenants"] == ["main"]
        leave([caller])
        await at.settle()
        board.look()
        assert board.state.snapshot("alerts") == {}


def leave(callers: list[MemoryLine]) -> None:
    """All of them hang up."""
    for caller in callers:
        caller.hang_up()
