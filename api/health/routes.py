"""`/healthz`, `/readyz`, `/metrics`: for load balancers, schedulers and Prometheus.

Knows what each status means to them. Refuses to know what engines measure.
"""

import asyncio
import hmac
from typing import Annotated, Any, Final

import structlog
from fastapi import Depends, Header, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST

from api.errors import NotAuthenticated
from api.health.exposition import text_of
from api.health.meter import ApiMeter
from api.health.schemas import Alive, Missing, Ready
from api.noun import Noun
from api.world import Here, World
from dialer import __version__
from dialer.domain.metric import samples_of
from dialer.errors import OutpaceError

log = structlog.get_logger(__name__)

ENGINE_WITHIN_S: Final = 3.0
"""An engine that takes longer counts as one that cannot be asked."""

router = Noun(tags=["health"])


async def meter_of(request: Request) -> ApiMeter:
    """Return the counters of a request's application."""
    meter = request.app.state.meter
    if not isinstance(meter, ApiMeter):
        raise TypeError("the application was made without a meter")
    return meter


@router.get("/healthz", operation_id="health.alive")
async def alive() -> Alive:
    """Tell that the process serves requests; asks nobody else."""
    return Alive(version=__version__)


@router.get(
    "/readyz",
    operation_id="health.ready",
    responses={503: {"model": Ready, "description": "Something is missing; it says what."}},
)
async def ready(world: Here, response: Response) -> Ready:
    """Tell whether the database and at least one engine can do their work, and what is missing."""
    problems = await _database(world)
    nodes: dict[str, str] = {}
    sound = 0
    asked = [(node, await _ask(world, node, "health")) for node in world.engines.nodes()]
    for node, health in asked:
        if health is None:
            fix = "see that it runs, and its log"
            problems.append(Missing(node=node, what="engine", problem="no answer", fix=fix))
            continue
        nodes[node] = str(health["state"])
        problems += [Missing(node=node, **one) for one in health["problems"]]
        sound += not health["problems"]
    if not asked:
        fix = "start it: outpace engine"
        problems.append(Missing(node="", what="engine", problem="none can be asked", fix=fix))
    is_ready = sound > 0 and not any(one.node == "" for one in problems)
    if not is_ready:
        response.status_code = 503
    return Ready(ready=is_ready, nodes=nodes, problems=problems)


@router.get(
    "/metrics",
    operation_id="health.metrics",
    response_class=Response,
    responses={200: {"content": {"text/plain": {}}, "description": "Prometheus' text format."}},
)
async def metrics(
    world: Here,
    meter: Annotated[ApiMeter, Depends(meter_of)],
    authorization: Annotated[str, Header(max_length=500)] = "",
) -> Response:
    """Return what the engines and this process measure, for Prometheus.

    If OUTPACE_METRICS_TOKEN is set, it must be sent as a Bearer token.
    """
    wanted = world.metrics_token
    if wanted and not hmac.compare_digest(authorization.encode(), f"Bearer {wanted}".encode()):
        raise NotAuthenticated("the token for metrics is missing or wrong", "send it as Bearer")
    told = {}
    for node in world.engines.nodes():
        answer = await _ask(world, node, "metrics")
        if answer is not None:
            told[node] = samples_of(answer["samples"])
    meter.engines_seen(len(told))
    return Response(text_of(told, meter.registry), media_type=CONTENT_TYPE_LATEST)


async def _database(world: World) -> list[Missing]:
    try:
        async with asyncio.timeout(ENGINE_WITHIN_S):
            await world.stores.check()
    except (OutpaceError, TimeoutError) as error:
        log.warning("database_not_ready", error=str(error) or "it did not answer in time")
        problem = "cannot be read, or is of another version"
        fix = "see the log, and outpace database status"
        return [Missing(node="", what="database", problem=problem, fix=fix)]
    return []


async def _ask(world: World, node: str, do: str) -> Any:
    """Ask an engine one thing; None if it gives no answer."""
    try:
        async with asyncio.timeout(ENGINE_WITHIN_S):
            return await world.engines.ask(do, node=node)
    except (OutpaceError, TimeoutError):
        return None
