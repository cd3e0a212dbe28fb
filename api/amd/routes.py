"""`/amd/labels`: what people say of calls that detection listened to. Draw, label, show."""

from typing import Annotated, Final

from fastapi import Depends, Query

from api.amd.schemas import DrawnShown, LabelsSaid, LabelsShown
from api.asking import may
from api.noun import Noun
from api.once import OnceRoute
from api.tell_engines import tell_engines
from api.world import Here, World
from dialer.domain.amd.labels import LabelCounts, labels_said
from dialer.domain.amd.law import AmdDetector
from dialer.domain.principal import Principal

router = Noun(prefix="/amd", tags=["amd"], route_class=OnceRoute)

Detector = Annotated[AmdDetector, Query(description="Of the calls that this one heard.")]

_DAY_S: Final = 86_400.0


@router.get("/labels", operation_id="amd.labels")
async def labels(
    world: Here,
    principal: Annotated[Principal, Depends(may("amd.labels"))],
    detector: Detector = AmdDetector.OWN,
) -> LabelsShown:
    """Show what the labelled calls come to, and what detection is charged for them."""
    return await _shown(world, principal, detector)


@router.get("/labels/draw", operation_id="amd.draw")
async def draw(
    world: Here,
    principal: Annotated[Principal, Depends(may("amd.draw"))],
    count: Annotated[int, Query(ge=1, le=1000)] = 100,
    days: Annotated[float, Query(gt=0, le=366, description="Days looked back.")] = 30.0,
) -> list[DrawnShown]:
    """Draw recorded calls by lot, to be labelled; released ones are among them.

    What the detector said of them is not told: who labels a call must not know it.
    """
    since = world.clock.now() - days * _DAY_S
    async with world.reporting:
        drawn = await world.stores.verdicts.draw(count, since=since, tenant_id=principal.tenant_id)
    return [DrawnShown.of(one) for one in drawn]


@router.post("/labels", operation_id="amd.label")
async def label(
    said: LabelsSaid,
    world: Here,
    principal: Annotated[Principal, Depends(may("amd.label"))],
    detector: Detector = AmdDetector.OWN,
) -> LabelsShown:
    """Label calls, all or none; a label of before is replaced, and the charge follows at once.

    Each label is held against whoever heard its call; what is shown is of one detector.
    """
    rows = [
        (one.attempt_id, one.answer, f"labels.{place}") for place, one in enumerate(said.labels)
    ]
    await world.stores.verdicts.label(
        labels_said(rows, "labels"),
        "labels",
        by=principal.who,
        at=world.clock.now(),
        tenant_id=principal.tenant_id,
    )
    await tell_engines(world, "amd.renew")
    return await _shown(world, principal, detector)


async def _shown(world: World, principal: Principal, detector: AmdDetector) -> LabelsShown:
    counts = await world.stores.verdicts.counts(detector)
    return LabelsShown.of(counts.get(principal.tenant_id, LabelCounts()), detector)
