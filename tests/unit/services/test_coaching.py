"""Coaching: never without the agent's consent, never with a customer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from node import ANN, Node
from on_demand import called_on_demand
from supervised import SUES_PHONE, Floor, floor

from dialer.domain.supervision import INVITATION_S, EndedBy, Invitation, SpyMode
from dialer.errors import WrongState
from dialer.services.coaching import Coaching

VIRTUAL_TIME = True


@asynccontextmanager
async def paused() -> AsyncIterator[tuple[Floor, Coaching]]:
    """Have Ann logged in and paused."""
    async with floor() as at:
        coaching = Coaching(at.supervision, at.node.agents, at.node.clock)
        await at.node.campaign()
        await at.node.log_in(ANN)
        await at.node.agents.pause(ANN)
        yield at, coaching


def spies(node: Node) -> list[str]:
    return [key for key in node.switch.channels if key.startswith("sv-")]


def invite(coaching: Coaching) -> Invitation:
    return coaching.invite(ANN, SUES_PHONE, by="sue", tenant="main")


async def test_whose_phone_is_called_on_demand_is_not_coached_in_a_pause() -> None:
    async with paused() as (at, coaching):
        await at.node.agents.log_out(ANN)
        await called_on_demand(at.node, ANN)
        await at.node.log_in(ANN)
        await at.node.agents.pause(ANN)
        with pytest.raises(WrongState, match="called on demand") as caught:
            invite(coaching)
        assert caught.value.fix == "coach on a talk, or set its leg to standing"


async def test_nobody_is_called_before_the_agent_accepts() -> None:
    async with paused() as (at, coaching):
        invite(coaching)
        await asyncio.sleep(10)
        assert spies(at.node) == []
        assert at.notes() == []
        spy = await coaching.accept(ANN)
        assert spies(at.node) == [spy.spy_id]
        assert at.spying.heard_by(spy.spy_id) == {"agent"}
        assert at.notes() == [("sue", "supervise_coach", "coach")]


async def test_an_invitation_is_void_after_a_while_and_once_it_was_declined() -> None:
    async with paused() as (_at, coaching):
        with pytest.raises(WrongState, match="nobody asks to coach"):
            await coaching.accept(ANN)
        invite(coaching)
        coaching.end(ANN)
        with pytest.raises(WrongState, match="nobody asks to coach"):
            await coaching.accept(ANN)
        invite(coaching)
        await asyncio.sleep(INVITATION_S)
        with pytest.raises(WrongState, match="nobody asks to coach"):
            await coaching.accept(ANN)


async def test_an_agent_who_is_not_paused_is_not_coached() -> None:
    async with paused() as (at, coaching):
        invite(coaching)
        await at.node.agents.resume(ANN)
        with pytest.raises(WrongState, match="nobody asks"):
            await coaching.accept(ANN)
        with pytest.raises(WrongState, match="is idle, not paused"):
            invite(coaching)


@pytest.mark.parametrize("way", ["end", "resume", "log_out", "phone"])
async def test_the_agent_ends_it_by_saying_so_working_on_or_leaving(way: str) -> None:
    async with paused() as (at, coaching):
        invite(coaching)
        spy = await coaching.accept(ANN)
        match way:
            case "end":
                coaching.end(ANN)
            case "resume":
                await at.node.agents.resume(ANN)
            case "log_out":
                await at.node.agents.log_out(ANN)
            case "phone":
                at.node.switch.end(str(at.node.agent(ANN).leg_id))
        await at.node.settle()
        assert spy.ended_by is EndedBy.AGENT_ENDED
        assert spies(at.node) == []


async def test_a_session_is_stopped_by_the_supervisor_and_is_no_talk_to_turn_in() -> None:
    async with paused() as (at, coaching):
        invite(coaching)
        spy = await coaching.accept(ANN)
        for mode in (SpyMode.LISTEN, SpyMode.WHISPER, SpyMode.BARGE):
            with pytest.raises(WrongState, match="coaches 'ann'"):
                await at.supervise(mode)
        await at.supervision.stop(SUES_PHONE, by="sue")
        assert spy.ended_by is EndedBy.STOPPED
        with pytest.raises(WrongState, match="nobody coaches"):
            coaching.end(ANN)


async def test_invitations_are_told_and_told_to_be_over() -> None:
    async with paused() as (_at, coaching):
        told: list[str | None] = []
        coaching.on_invitation(lambda _agent, one: told.append(one and one.by))
        invite(coaching)
        await coaching.accept(ANN)
        assert told == ["sue", None]
