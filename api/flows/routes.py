"""`/flows`: how the dialer talks by itself. Look, check, add flows and versions, publish, withdraw.

Refuses to know what is right in a flow: `dialer.domain.flow` says so, with lines.
"""

import asyncio
from typing import Annotated, Final

from fastapi import Depends, Response

from api.asking import may
from api.etags import IfMatch
from api.flows.schemas import (
    FlowCheck,
    FlowForm,
    FlowProblem,
    FlowText,
    NewFlow,
    VersionAdded,
    VersionShown,
)
from api.noun import Noun
from api.once import OnceRoute
from api.versions import (
    Publication,
    TextListed,
    TextName,
    Texts,
    TextShown,
    VersionListed,
    VersionNumber,
)
from api.world import Here
from dialer.adapters.flow_files import checked, values_in
from dialer.domain.flow.drawing import drawn
from dialer.domain.flow.kept import kept
from dialer.domain.flow.problem import BadFlow, Problem
from dialer.domain.principal import Principal
from dialer.domain.versioned import Document, Entry

router = Noun(prefix="/flows", tags=["flows"], route_class=OnceRoute)

TEXTS: Final = Texts("flow", lambda world: world.stores.flows)

PICTURE: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-cache",
}
"""What a browser is told of a drawing, which has a style of its own and nothing else."""


@router.get("", operation_id="flows.list")
async def list_flows(
    world: Here, principal: Annotated[Principal, Depends(may("flows.list"))]
) -> list[TextListed]:
    """List the flows, by name."""
    return list(await TEXTS.list(world, principal))


@router.post("/check", operation_id="flows.check")
async def check(
    said: FlowText,
    principal: Annotated[Principal, Depends(may("flows.check"))],  # noqa: ARG001
) -> FlowCheck:
    """Say all that is wrong with a flow, by line; nothing is kept.

    Which prompts are recorded is not asked.
    """
    flow, problems = await asyncio.to_thread(checked, said.text)
    values = await asyncio.to_thread(values_in, said.text)
    return FlowCheck(
        usable=flow is not None,
        problems=[FlowProblem.of(problem) for problem in problems],
        form=None if values is None else FlowForm.of(values),
    )


@router.get("/{flow}", operation_id="flows.get")
async def get(
    flow: TextName,
    response: Response,
    world: Here,
    principal: Annotated[Principal, Depends(may("flows.get"))],
) -> TextShown:
    """Show a flow and its versions. The ETag is of which is the newest and which is published."""
    return await TEXTS.shown(world, principal, flow, response)


@router.get("/{flow}/versions/{version}", operation_id="flows.version")
async def version_of(
    flow: TextName,
    version: VersionNumber,
    world: Here,
    principal: Annotated[Principal, Depends(may("flows.version"))],
) -> VersionShown:
    """Show a version with its text."""
    return VersionShown.whole(await TEXTS.version(world, principal, flow, version))


@router.get(
    "/{flow}/versions/{version}/drawing",
    operation_id="flows.drawing",
    response_class=Response,
    responses={200: {"content": {"image/svg+xml": {}}, "description": "The drawing."}},
)
async def drawing(
    flow: TextName,
    version: VersionNumber,
    world: Here,
    principal: Annotated[Principal, Depends(may("flows.drawing"))],
) -> Response:
    """Draw a version, as SVG that runs nothing."""
    shown = await version_of(flow, version, world, principal)
    usable, problems = await asyncio.to_thread(checked, shown.text)
    if usable is None:
        raise BadFlow(problems)
    picture = await asyncio.to_thread(drawn, usable)
    return Response(picture, media_type="image/svg+xml", headers=PICTURE)


@router.post("", operation_id="flows.create", status_code=201)
async def create(
    new: NewFlow,
    response: Response,
    world: Here,
    principal: Annotated[Principal, Depends(may("flows.create"))],
) -> VersionAdded:
    """Add a flow; one that is wrong is refused with its lines. It is not published by that."""
    body, odd = await _usable(new.text)
    added = await TEXTS.create(world, principal, new.name, body)
    await TEXTS.tagged(world, principal, new.name, response)
    return _added(added, odd)


@router.post("/{flow}/versions", operation_id="flows.add", status_code=201)
async def add(
    flow: TextName,
    said: FlowText,
    response: Response,
    world: Here,
    principal: Annotated[Principal, Depends(may("flows.add"))],
    if_match: IfMatch = None,
) -> VersionAdded:
    """Add a version to a flow; one that is wrong is refused with its lines.

    It is not published by that.
    """
    body, odd = await _usable(said.text)
    added = await TEXTS.add(world, principal, flow, body, if_match)
    await TEXTS.tagged(world, principal, flow, response)
    return _added(added, odd)


@router.post("/{flow}/publish", operation_id="flows.publish")
async def publish(
    flow: TextName,
    which: Publication,
    response: Response,
    world: Here,
    principal: Annotated[Principal, Depends(may("flows.publish"))],
    if_match: IfMatch = None,
) -> TextShown:
    """Publish a version in the place of the one that is; an older one is a way back."""
    await TEXTS.publish(world, principal, flow, which.version, if_match)
    return await TEXTS.shown(world, principal, flow, response)


@router.post("/{flow}/withdraw", operation_id="flows.withdraw")
async def withdraw(
    flow: TextName,
    response: Response,
    world: Here,
    principal: Annotated[Principal, Depends(may("flows.withdraw"))],
    if_match: IfMatch = None,
) -> TextShown:
    """Leave a flow without a published version; its versions stay."""
    await TEXTS.withdraw(world, principal, flow, if_match)
    return await TEXTS.shown(world, principal, flow, response)


async def _usable(text: str) -> tuple[Document, list[Problem]]:
    """Return a flow as it is kept, and what is odd about it.

    Raises:
        BadFlow: it is wrong.
    """
    usable, problems = await asyncio.to_thread(checked, text)
    if usable is None:
        raise BadFlow(problems)
    return kept(text), problems


def _added(one: Entry, odd: list[Problem]) -> VersionAdded:
    warnings = [FlowProblem.of(problem) for problem in odd]
    return VersionAdded(name=one.name, warnings=warnings, **VersionListed.of(one).model_dump())
