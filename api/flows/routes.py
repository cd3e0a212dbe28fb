"""`/flows`: how the dialer talks by itself. Look, check, add flows and versions, publish, withdraw.

Refuses to know what is right in a flow: `dialer.domain.flow` says so, with lines.
"""

import asyncio
from typing import Annotated

from fastapi import Depends, Response

from api.asking import may
from api.etags import IfMatch, check_unchanged, etag
from api.flows.schemas import (
    FlowCheck,
    FlowListed,
    FlowName,
    FlowProblem,
    FlowShown,
    FlowText,
    NewFlow,
    Publication,
    VersionAdded,
    VersionListed,
    VersionNumber,
    VersionShown,
)
from api.noun import Noun
from api.once import OnceRoute
from api.world import Here, World
from dialer.adapters.flow_files import checked
from dialer.domain.flow.kept import kept
from dialer.domain.flow.problem import BadFlow
from dialer.domain.principal import Principal
from dialer.domain.versioned import Standing
from dialer.errors import ChangedMeanwhile, NoSuch, Taken

router = Noun(prefix="/flows", tags=["flows"], route_class=OnceRoute)


@router.get("", operation_id="flows.list")
async def list_flows(
    world: Here, principal: Annotated[Principal, Depends(may("flows.list"))]
) -> list[FlowListed]:
    """List the flows, by name."""
    found = await world.stores.flows.list(tenant_id=principal.tenant_id)
    return [FlowListed.of(one) for one in found]


@router.post("/check", operation_id="flows.check")
async def check(
    said: FlowText,
    principal: Annotated[Principal, Depends(may("flows.check"))],  # noqa: ARG001
) -> FlowCheck:
    """Say all that is wrong with a flow, by line; nothing is kept.

    Which prompts are recorded is not asked.
    """
    flow, problems = await asyncio.to_thread(checked, said.text)
    return FlowCheck(
        usable=flow is not None, problems=[FlowProblem.of(problem) for problem in problems]
    )


@router.get("/{flow}", operation_id="flows.get")
async def get(
    flow: FlowName,
    response: Response,
    world: Here,
    principal: Annotated[Principal, Depends(may("flows.get"))],
) -> FlowShown:
    """Show a flow and its versions. The ETag is of which is the newest and which is published."""
    return await _shown(world, principal, flow, response)


@router.get("/{flow}/versions/{version}", operation_id="flows.version")
async def version_of(
    flow: FlowName,
    version: VersionNumber,
    world: Here,
    principal: Annotated[Principal, Depends(may("flows.version"))],
) -> VersionShown:
    """Show a version with its text."""
    found = await world.stores.flows.get(flow, version, tenant_id=principal.tenant_id)
    if found is None:
        raise NoSuch("version", f"flow {flow!r} has no version {version}", "see GET flows")
    return VersionShown.whole(found)


@router.post("", operation_id="flows.create", status_code=201)
async def create(
    new: NewFlow,
    response: Response,
    world: Here,
    principal: Annotated[Principal, Depends(may("flows.create"))],
) -> VersionAdded:
    """Add a flow; one that is wrong is refused with its lines. It is not published by that."""
    try:
        return await _added(world, principal, new.name, new.text, 0, response)
    except ChangedMeanwhile:
        raise Taken("name", f"{new.name!r} exists already", "add a version to it") from None


@router.post("/{flow}/versions", operation_id="flows.add", status_code=201)
async def add(
    flow: FlowName,
    said: FlowText,
    response: Response,
    world: Here,
    principal: Annotated[Principal, Depends(may("flows.add"))],
    if_match: IfMatch = None,
) -> VersionAdded:
    """Add a version to a flow; one that is wrong is refused with its lines.

    It is not published by that.
    """
    there = await _there(world, principal, flow)
    cared = check_unchanged(if_match, FlowListed.of(there), f"flow {flow!r}")
    expected = there.newest if cared else None
    return await _added(world, principal, flow, said.text, expected, response)


@router.post("/{flow}/publish", operation_id="flows.publish")
async def publish(
    flow: FlowName,
    which: Publication,
    response: Response,
    world: Here,
    principal: Annotated[Principal, Depends(may("flows.publish"))],
    if_match: IfMatch = None,
) -> FlowShown:
    """Publish a version in the place of the one that is; an older one is a way back."""
    await world.stores.flows.publish(
        flow,
        which.version,
        by=principal.who,
        at=world.clock.now(),
        seen=await _seen(world, principal, flow, if_match),
        tenant_id=principal.tenant_id,
    )
    return await _shown(world, principal, flow, response)


@router.post("/{flow}/withdraw", operation_id="flows.withdraw")
async def withdraw(
    flow: FlowName,
    response: Response,
    world: Here,
    principal: Annotated[Principal, Depends(may("flows.withdraw"))],
    if_match: IfMatch = None,
) -> FlowShown:
    """Leave a flow without a published version; its versions stay."""
    await world.stores.flows.withdraw(
        flow,
        by=principal.who,
        at=world.clock.now(),
        seen=await _seen(world, principal, flow, if_match),
        tenant_id=principal.tenant_id,
    )
    return await _shown(world, principal, flow, response)


async def _added(
    world: World,
    principal: Principal,
    flow: str,
    text: str,
    expected_version: int | None,
    response: Response,
) -> VersionAdded:
    usable, problems = await asyncio.to_thread(checked, text)
    if usable is None:
        raise BadFlow(problems)
    added = await world.stores.flows.add(
        flow,
        kept(text),
        by=principal.who,
        at=world.clock.now(),
        expected_version=expected_version,
        tenant_id=principal.tenant_id,
    )
    there = await _there(world, principal, flow)
    response.headers["ETag"] = etag(FlowListed.of(there))
    warnings = [FlowProblem.of(problem) for problem in problems]
    return VersionAdded(name=flow, warnings=warnings, **VersionListed.of(added).model_dump())


async def _there(world: World, principal: Principal, flow: str) -> Standing:
    """Return how things stand under a name.

    Raises:
        NoSuch: there is none of the name, or it is another tenant's.
    """
    there = await world.stores.flows.standing(flow, tenant_id=principal.tenant_id)
    if there is None:
        raise NoSuch("flow", f"{flow!r} does not exist", "see GET flows")
    return there


async def _seen(
    world: World, principal: Principal, flow: str, if_match: str | None
) -> Standing | None:
    """Return how things stand, if whoever asks has seen that; None if they do not care.

    Raises:
        ChangedMeanwhile: they have seen something else.
        NoSuch: there is none of the name.
    """
    there = await _there(world, principal, flow)
    cared = check_unchanged(if_match, FlowListed.of(there), f"flow {flow!r}")
    return there if cared else None


async def _shown(world: World, principal: Principal, flow: str, response: Response) -> FlowShown:
    listed = FlowListed.of(await _there(world, principal, flow))
    response.headers["ETag"] = etag(listed)
    entries = await world.stores.flows.history(flow, tenant_id=principal.tenant_id)
    versions = [VersionListed.of(one) for one in entries]
    return FlowShown(versions=versions, **listed.model_dump())
