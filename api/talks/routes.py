"""`/calls/{id}/moves` and `/session/moves`: hold, transfer, three-way and the like.

Whoever leads the floor moves any talk of the tenant; an agent moves their own. Refuses to know what
is lawful when: the engine says so.
"""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Path

from api.agents.floor import check_agent, node_of
from api.asking import may
from api.calls.routes import live
from api.campaigns.found import campaign_id_of
from api.leads.found import lead_of
from api.noun import Noun
from api.once import OnceRoute
from api.session.routes import own_agent
from api.talks.schemas import (
    Dial,
    Dialed,
    Move,
    Parked,
    ParkedList,
    PreviewSkip,
    PreviewSkipped,
    TalkState,
    Wanted,
)
from api.world import Here, World
from dialer.domain.ids import CallId, is_call_id
from dialer.domain.principal import Principal
from dialer.errors import BadInput, NoSuch

calls = Noun(prefix="/calls", tags=["calls"], route_class=OnceRoute)
session = Noun(prefix="/session", tags=["session"], route_class=OnceRoute)


TalkIs = Annotated[
    str,
    Path(
        pattern=r"^(at|ca)-[0-9A-HJKMNP-TV-Z]{26}$",
        description="Id of an attempt, or of a call that came in.",
        examples=["at-01M8C9NMWY2EPPG8W9SYNMTK7Z"],
    ),
]


@dataclass(frozen=True, slots=True)
class _Talk:
    """A talk of the floor."""

    node: str
    agent: str | None
    campaign: str | None


@calls.post("/{attempt_id}/moves", operation_id="calls.move")
async def move_call(
    attempt_id: TalkIs,
    wanted: Wanted,
    world: Here,
    principal: Annotated[Principal, Depends(may("calls.move"))],
) -> TalkState:
    """Make a move within a talk of the floor; it is noted in the audit log."""
    talk = await _talk_of(world, principal, attempt_id)
    if talk is None:
        raise NoSuch("call", f"{attempt_id!r} is not live", "see GET calls")
    if wanted.move is Move.PICK_UP:
        fix = "the agent does: POST session/moves; or transfer the customer to an agent"
        raise BadInput("move", "pick-up is for an agent of one's own", fix)
    moved = await _move(world, principal, wanted, node=talk.node, attempt=attempt_id)
    if wanted.move not in (Move.RECORD_PAUSE, Move.RECORD_RESUME):  # noted by the engine
        await world.stores.audit.note(
            by=principal.who,
            action="talk_move",
            subject=f"{'call' if is_call_id(attempt_id) else 'attempt'} {attempt_id}",
            detail={"move": wanted.move.value, "campaign": talk.campaign, "agent": talk.agent},
            at=world.clock.now(),
            tenant_id=principal.tenant_id,
        )
    return moved


@session.post("/moves", operation_id="session.move")
async def move_own(
    wanted: Wanted,
    world: Here,
    principal: Annotated[Principal, Depends(may("session.move"))],
) -> TalkState:
    """Make a move within one's own talk."""
    agent_id = own_agent(principal)
    node = await node_of(world, agent_id)
    return await _move(world, principal, wanted, node=node, agent=agent_id)


@session.get("/parked", operation_id="session.parked")
async def parked(
    world: Here, principal: Annotated[Principal, Depends(may("session.parked"))]
) -> ParkedList:
    """List the customers whom one may pick up (move `pick-up`), the longest parked first."""
    agent_id = own_agent(principal)
    node = await node_of(world, agent_id)
    told = await world.engines.ask("call.parked", node=node, agent=agent_id)
    return ParkedList(items=[Parked(**one) for one in told])


@session.post("/dial", operation_id="session.dial")
async def dial(
    wanted: Dial,
    world: Here,
    principal: Annotated[Principal, Depends(may("session.dial"))],
) -> Dialed:
    """Dial a lead by hand, judged as any call; one gets the person who answers."""
    agent_id = own_agent(principal)
    which: dict[str, object]
    if wanted.lead is not None:
        which = {"lead": (await lead_of(world, principal, wanted.lead)).lead_id}
    else:
        campaign = await campaign_id_of(world, principal, wanted.campaign or "")
        which = {"campaign": campaign, "number": wanted.number}
    node = await node_of(world, agent_id)
    return Dialed(**await world.engines.ask("call.dial", node=node, agent=agent_id, **which))


@session.post("/dial-cancel", operation_id="session.dial_cancel")
async def dial_cancel(
    world: Here, principal: Annotated[Principal, Depends(may("session.dial_cancel"))]
) -> Dialed:
    """Take back the call that one dialed by hand, before it is answered."""
    agent_id = own_agent(principal)
    node = await node_of(world, agent_id)
    return Dialed(**await world.engines.ask("call.dial-cancel", node=node, agent=agent_id))


@session.post("/preview/dial", operation_id="session.preview_dial")
async def preview_dial(
    world: Here,
    principal: Annotated[Principal, Depends(may("session.preview_dial"))],
) -> Dialed:
    """Dial the lead that one looks at, judged as any call; one gets the person who answers."""
    agent_id = own_agent(principal)
    node = await node_of(world, agent_id)
    return Dialed(**await world.engines.ask("preview.dial", node=node, agent=agent_id))


@session.post("/preview/skip", operation_id="session.preview_skip")
async def preview_skip(
    why: PreviewSkip,
    world: Here,
    principal: Annotated[Principal, Depends(may("session.preview_skip"))],
) -> PreviewSkipped:
    """Put off the lead that one looks at; the reason is noted, and the next lead comes."""
    agent_id = own_agent(principal)
    node = await node_of(world, agent_id)
    told = await world.engines.ask("preview.skip", node=node, agent=agent_id, reason=why.reason)
    return PreviewSkipped(**told)


async def _talk_of(world: World, principal: Principal, talk_id: str) -> _Talk | None:
    """Return a talk of the tenant as it is known now; None: there is none of that id."""
    if is_call_id(talk_id):
        record = await world.stores.calls.get(CallId(talk_id), tenant_id=principal.tenant_id)
        if record is None or record.ended_at is not None:
            return None
        return _Talk(record.node, record.agent_id, record.campaign_id)
    found = (one for one in await live(world, principal) if one.attempt == talk_id)
    return next((_Talk(one.node, one.agent, one.campaign) for one in found), None)


async def _move(
    world: World, principal: Principal, wanted: Wanted, *, node: str, **whose: object
) -> TalkState:
    if wanted.to is not None:
        await check_agent(world, principal.tenant_id, wanted.to)
    command, given = wanted.command()
    told = await world.engines.ask(command, node=node, by=principal.who, **whose, **given)
    return TalkState.of(told)
