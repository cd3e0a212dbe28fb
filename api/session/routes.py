"""`/session`: what an agent does for themselves: log in, pause, write up, hang up.

The agent is the one that whoever asks is on the floor; nobody else's can be named here.
"""

from typing import Annotated, Final

from fastapi import Depends, Response

from api.agents import orders
from api.agents.floor import floor_of
from api.agents.schemas import AgentShown, LogIn, Pause, Ready
from api.asking import may
from api.campaigns.routes import Node
from api.noun import Noun
from api.once import OnceRoute
from api.phones.pushing import new_secret, push_to_one
from api.phones.schemas import IceServers, Softphone
from api.reports.asked import Zone
from api.session.schemas import SessionShown, TalkShown
from api.session.today import Today
from api.world import Here, World
from dialer.domain.ids import AgentId, CampaignId
from dialer.domain.local_time import local_day_and_hour, midnight, zone_named
from dialer.domain.phone import REALM, PhoneKind, ha1_of
from dialer.domain.principal import Principal
from dialer.errors import Denied, NoSuch, WrongState

OWN_SITE: Final = "/sip"
"""Where a page finds SIP, unless it is told otherwise: on its own site."""

router = Noun(prefix="/session", tags=["session"], route_class=OnceRoute)
softphones = Noun(prefix="/session", tags=["session"])
"""An answer with a secret is not kept for an `Idempotency-Key`."""


def own_agent(principal: Principal) -> AgentId:
    """Return the agent that somebody is.

    Raises:
        Denied: they are none.
    """
    if principal.agent_id is None:
        raise Denied(
            "agent", f"{principal.who} is no agent on the floor", "have the user given an agent"
        )
    return principal.agent_id


@router.get("", operation_id="session.get")
async def get(
    world: Here, principal: Annotated[Principal, Depends(may("session.get"))]
) -> SessionShown:
    """Show one's own agent, and the talk that it is in or writes up."""
    agent_id = own_agent(principal)
    shown = (await floor_of(world, principal.tenant_id)).shown(agent_id)
    return SessionShown(agent=shown, talk=await _talk(world, principal, shown.attempt))


@router.post("/log-in", operation_id="session.log_in")
async def log_in(
    wanted: LogIn,
    world: Here,
    principal: Annotated[Principal, Depends(may("session.log_in"))],
    node: Node = "",
) -> AgentShown:
    """Have one's own softphone called, which answers by itself; returns when it is up."""
    agent_id = own_agent(principal)
    await orders.log_in(world, principal, agent_id, wanted, node)
    return await orders.shown(world, principal, agent_id)


@router.post("/log-out", operation_id="session.log_out")
async def log_out(
    world: Here, principal: Annotated[Principal, Depends(may("session.log_out"))]
) -> AgentShown:
    """Log out, now or after the present call."""
    agent_id = own_agent(principal)
    await orders.log_out(world, agent_id)
    return await orders.shown(world, principal, agent_id)


@router.post("/pause", operation_id="session.pause")
async def pause(
    why: Pause,
    world: Here,
    principal: Annotated[Principal, Depends(may("session.pause"))],
) -> AgentShown:
    """Pause, now or after the present call."""
    agent_id = own_agent(principal)
    await orders.pause(world, agent_id, why)
    return await orders.shown(world, principal, agent_id)


@router.post("/resume", operation_id="session.resume")
async def resume(
    world: Here, principal: Annotated[Principal, Depends(may("session.resume"))]
) -> AgentShown:
    """End the pause."""
    agent_id = own_agent(principal)
    await orders.resume(world, agent_id)
    return await orders.shown(world, principal, agent_id)


@router.post("/ready", operation_id="session.ready")
async def ready(
    said: Ready,
    world: Here,
    principal: Annotated[Principal, Depends(may("session.ready"))],
) -> AgentShown:
    """End wrap-up, with what became of the talk."""
    agent_id = own_agent(principal)
    await orders.ready(world, agent_id, said)
    return await orders.shown(world, principal, agent_id)


@router.post("/extend", operation_id="session.extend")
async def extend(
    world: Here, principal: Annotated[Principal, Depends(may("session.extend"))]
) -> AgentShown:
    """Have as long again to write the talk up; three times at most."""
    agent_id = own_agent(principal)
    await orders.extend(world, agent_id)
    return await orders.shown(world, principal, agent_id)


@router.get("/today", operation_id="session.today")
async def today(
    world: Here,
    principal: Annotated[Principal, Depends(may("session.today"))],
    zone: Zone = "UTC",
) -> Today:
    """Show what one did today, and where one stands in the team; half a minute old at most."""
    agent_id = own_agent(principal)
    local, now = zone_named(zone), world.clock.now()
    since = midnight(local_day_and_hour(now, local)[0], local)
    figures = await world.days.figures(principal.tenant_id, since, now)
    people = await world.stores.agent_people.all()
    of_tenant = {key: one for key, one in people.items() if one.tenant_id == principal.tenant_id}
    return Today.of_agent(agent_id, figures, of_tenant, since)


@softphones.post("/phone", operation_id="session.phone", response_model_exclude_none=True)
async def phone(
    response: Response,
    world: Here,
    principal: Annotated[Principal, Depends(may("session.phone"))],
) -> Softphone:
    """Give one's own page what it needs to be one's phone: with a new secret each time.

    The secret before lets in no more: a page that was open in another tab is not registered again.
    A talk goes on.
    """
    agent_id = own_agent(principal)
    found = await world.stores.phones.get(agent_id, principal.tenant_id)
    if found is None:
        fix = "have an administrator add it: POST phones"
        raise NoSuch("phone", f"{agent_id!r} has none", fix)
    if found.kind is not PhoneKind.WEBRTC:
        fix = "have an administrator add one of kind webrtc in its place"
        raise WrongState("phone", f"that of {agent_id!r} is no browser", fix)
    secret = new_secret()
    await world.stores.phones.set_secret(
        agent_id,
        ha1_of(agent_id, secret),
        by=principal.who,
        at=world.clock.now(),
        tenant_id=principal.tenant_id,
    )
    await push_to_one(world, agent_id)
    response.headers["Cache-Control"] = "no-store"
    return Softphone(
        name=agent_id,
        realm=REALM,
        secret=secret,
        websocket_url=world.phone_websocket_url or OWN_SITE,
        **IceServers.of(world.ice, agent_id, world.clock.now()).model_dump(),
    )


@softphones.get("/ice", operation_id="session.ice", response_model_exclude_none=True)
async def ice(
    response: Response,
    world: Here,
    principal: Annotated[Principal, Depends(may("session.ice"))],
) -> IceServers:
    """Give one's own page STUN and TURN servers anew, before its login to TURN ends.

    What is null is left out: a browser would take it for a name.
    """
    agent_id = own_agent(principal)
    response.headers["Cache-Control"] = "no-store"
    return IceServers.of(world.ice, agent_id, world.clock.now())


@router.post("/hang-up", operation_id="session.hang_up")
async def hang_up(
    world: Here, principal: Annotated[Principal, Depends(may("session.hang_up"))]
) -> AgentShown:
    """End the talk."""
    agent_id = own_agent(principal)
    await orders.hang_up(world, agent_id)
    return await orders.shown(world, principal, agent_id)


async def _talk(world: World, principal: Principal, attempt_id: str | None) -> TalkShown | None:
    if attempt_id is None:
        return None
    found = await world.stores.attempt_record.get(attempt_id, tenant_id=principal.tenant_id)
    if found is None:
        return None
    person = await world.stores.attempt_record.person(found.lead_id)
    campaign = await world.stores.campaigns.get(CampaignId(found.campaign_id))
    settings = campaign.settings if campaign is not None else None
    asked = settings is not None and settings.record and settings.recording_asked
    return TalkShown.of(found, person, principal.role, asked=asked)
