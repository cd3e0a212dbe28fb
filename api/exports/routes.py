"""`/exports`: the leads or the calls of a campaign as a table, sent while it is read.

CSV, or Parquet for who accepts nothing else. Who took data out is in the audit log before the first
byte leaves.
"""

from typing import Annotated, Any, Final

from fastapi import Depends, Header, Query
from fastapi.responses import StreamingResponse

from api.asking import may
from api.noun import Noun
from api.paging import PRINTABLE
from api.reports.asked import Asked, question_of
from api.reports.routes import ListName
from api.world import Here, World
from dialer.adapters.sql.exports import Export, SqlExports
from dialer.adapters.sql.reports.question import Question
from dialer.adapters.table_stream import TableKind, streamed
from dialer.domain.principal import Principal
from dialer.domain.roles import Right
from dialer.domain.roles import may as has_right
from dialer.errors import Denied

router = Noun(prefix="/exports", tags=["exports"])

MEDIA_TYPES: Final = {
    TableKind.CSV: "text/csv; charset=utf-8",
    TableKind.PARQUET: "application/vnd.apache.parquet",
}

RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The table.",
        "content": {
            "text/csv": {"schema": {"type": "string"}},
            "application/vnd.apache.parquet": {"schema": {"type": "string", "format": "binary"}},
        },
    }
}

Of = Annotated[
    str,
    Query(
        min_length=1,
        max_length=64,
        pattern=PRINTABLE,
        description="The campaign, by its id.",
        examples=["ca-01M8C9NMWY2EPPG8W9SYNMTK7Z"],
    ),
]
Accept = Annotated[
    str,
    Header(max_length=400, description="application/vnd.apache.parquet for Parquet; else CSV."),
]
Reveal = Annotated[
    bool, Query(description="Whole telephone numbers; who asked for them is put on record.")
]


@router.get(
    "/leads",
    operation_id="exports.leads",
    response_class=StreamingResponse,
    responses=RESPONSES,
)
async def leads(
    campaign: Of,
    times: Asked,
    world: Here,
    principal: Annotated[Principal, Depends(may("exports.leads"))],
    list_: ListName = "",
    reveal: Reveal = False,
    accept: Accept = "",
) -> StreamingResponse:
    """Send a campaign's leads with what came of them; with times, those last called then."""
    question = await question_of(world, principal, times, campaign=campaign, list_name=list_)
    _check_reveal(principal, reveal)
    timed = bool(times.begin or times.end)
    table = await SqlExports(world.stores.reader).leads(question.scope, called_only=timed)
    return await _sent(world, principal, question, "leads", table, _kind(accept), reveal)


@router.get(
    "/calls",
    operation_id="exports.calls",
    response_class=StreamingResponse,
    responses=RESPONSES,
)
async def calls(
    campaign: Of,
    times: Asked,
    world: Here,
    principal: Annotated[Principal, Depends(may("exports.calls"))],
    list_: ListName = "",
    reveal: Reveal = False,
    accept: Accept = "",
) -> StreamingResponse:
    """Send a campaign's attempts, by the time they were dialed."""
    question = await question_of(world, principal, times, campaign=campaign, list_name=list_)
    _check_reveal(principal, reveal)
    table = SqlExports(world.stores.reader).calls(question.scope)
    return await _sent(world, principal, question, "calls", table, _kind(accept), reveal)


def _check_reveal(principal: Principal, reveal: bool) -> None:
    if reveal and not has_right(principal.role, Right.REVEAL):
        raise Denied("reveal", f"{principal.role} may not see whole numbers", "leave it out")


def _kind(accept: str) -> TableKind:
    wanted = [part.partition(";")[0].strip().lower() for part in accept.split(",")]
    return TableKind.PARQUET if MEDIA_TYPES[TableKind.PARQUET] in wanted else TableKind.CSV


async def _sent(
    world: World,
    principal: Principal,
    question: Question,
    what: str,
    table: Export,
    kind: TableKind,
    reveal: bool,
) -> StreamingResponse:
    campaign = question.scope.campaign_id
    await world.stores.audit.note(
        by=principal.who,
        action="reveal" if reveal else "export",
        subject=f"campaign {campaign}",
        detail={
            "what": what,
            "format": kind.value,
            "list": question.scope.list_id,
            **question.told(),
        },
        at=world.clock.now(),
        tenant_id=principal.tenant_id,
    )
    return StreamingResponse(
        streamed(kind, table.columns, table.pages, reveal=reveal),
        media_type=MEDIA_TYPES[kind],
        headers={
            "Cache-Control": "private, no-store",
            "Content-Disposition": f'attachment; filename="{what}-{campaign}.{kind.value}"',
        },
    )
