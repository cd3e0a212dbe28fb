"""`/reports`: what campaigns, lists, agents, hours and trunks of the tenant have come to."""

from typing import Annotated

from fastapi import Depends, Path, Query

from api.asking import may
from api.attempts.routes import OfAgent, OfCampaign
from api.noun import Noun
from api.paging import PRINTABLE
from api.reports.asked import Asked, question_of
from api.reports.schemas import ReportShown
from api.world import Here
from dialer.adapters.sql.reports.answers import REPORTS, ReportName
from dialer.domain.principal import Principal
from dialer.errors import BadInput

router = Noun(prefix="/reports", tags=["reports"])

ListName = Annotated[
    str,
    Query(
        alias="list",
        max_length=400,
        pattern=PRINTABLE,
        description="Only this list of the campaign, by name.",
    ),
]


@router.get("/{name}", operation_id="reports.get")
async def get(
    name: Annotated[ReportName, Path(description="Which report.")],
    times: Asked,
    world: Here,
    principal: Annotated[Principal, Depends(may("reports.get"))],
    campaign: OfCampaign = "",
    list_: ListName = "",
    agent: OfAgent = "",
) -> ReportShown:
    """Answer with the figures of `outpace report NAME --json`."""
    report = REPORTS[name]
    for field, said in (("list", list_), ("agent", agent)):
        if said and field in report.without:
            raise BadInput(field, f"the report {name} takes none", "leave it out")
    question = await question_of(
        world, principal, times, campaign=campaign, list_name=list_, agent=agent
    )
    async with world.reporting:
        return ReportShown.of(question.told(), dict(await report.answer(question)))
