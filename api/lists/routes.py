"""`/campaigns/{id}/lists`: look at lists, and import one: the file is the body.

Refuses to know how rows are read and checked: an import is `dialer.services.import_leads`, the same
that the command does.
"""

import asyncio
from typing import Annotated, Any, Final

from fastapi import Depends, Path, Query, Request, Response

from api.asking import may
from api.campaigns.found import campaign_id_of, campaign_of
from api.campaigns.routes import Id
from api.etags import IfMatch, check_unchanged, etag
from api.lists.schemas import (
    EXAMPLES,
    ImportShown,
    ListChange,
    ListSaid,
    ListShown,
    PreviewShown,
    rejected_rows,
)
from api.noun import Noun
from api.one_line import SomeWords, Words
from api.paging import Cursor, Limit, Page, after, page
from api.received import received
from api.world import Here
from dialer.domain.columns import ColumnPlan
from dialer.domain.duplicates import Duplicates
from dialer.domain.principal import Principal
from dialer.errors import BadInput
from dialer.list_opening import opener
from dialer.services.import_leads import ListDetails, import_leads
from dialer.services.preview_leads import preview_leads

router = Noun(prefix="/campaigns/{campaign_id}/lists", tags=["lists"])

ListNumber = Annotated[int, Path(ge=1, lt=1 << 63, examples=[7])]

FILE: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": "CSV or XLSX with a header and a column of numbers; at most 256 MiB.",
        "content": {
            kind: {"schema": {"type": "string", "format": "binary"}}
            for kind in (
                "text/csv",
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                "application/octet-stream",
            )
        },
    }
}


@router.get("", operation_id="lists.list")
async def list_lists(
    campaign_id: Id,
    world: Here,
    principal: Annotated[Principal, Depends(may("lists.list"))],
    limit: Limit = 50,
    cursor: Cursor = "",
) -> Page[ListShown]:
    """List the lists of a campaign, oldest first, with their leads by state.

    Of more than 5,000 leads the counts are up to ten seconds old.
    """
    campaign = await campaign_id_of(world, principal, campaign_id)
    found = await world.stores.lists.page(campaign, after(cursor, int) or 0, limit + 1)
    return page([ListShown.of(one) for one in found], limit, lambda one: one.id)


@router.get("/{list_id}", operation_id="lists.get")
async def get(
    campaign_id: Id,
    list_id: ListNumber,
    response: Response,
    world: Here,
    principal: Annotated[Principal, Depends(may("lists.get"))],
) -> ListShown:
    """Show a list: source, cost, leads by state. The ETag is of its source and cost.

    Of a campaign of more than 5,000 leads the counts are up to ten seconds old.
    """
    campaign = await campaign_id_of(world, principal, campaign_id)
    found = await world.stores.lists.get(campaign, list_id)
    response.headers["ETag"] = etag(ListSaid.of(found))
    return ListShown.of(found)


@router.patch("/{list_id}", operation_id="lists.update")
async def update(
    campaign_id: Id,
    list_id: ListNumber,
    change: ListChange,
    response: Response,
    world: Here,
    principal: Annotated[Principal, Depends(may("lists.update"))],
    if_match: IfMatch = None,
) -> ListShown:
    """Change where a list is from and what it cost; noted in the audit log."""
    campaign = await campaign_of(world, principal, campaign_id)
    seen = await world.stores.lists.get(campaign.campaign_id, list_id)
    careful = check_unchanged(if_match, ListSaid.of(seen), f"list {seen.name!r}")
    await world.stores.lists.describe(
        seen,
        change.model_dump(exclude_none=True),
        by=principal.who,
        at=world.clock.now(),
        tenant_id=principal.tenant_id,
        careful=careful,
    )
    return await get(campaign_id, list_id, response, world, principal)


@router.post("", operation_id="lists.imported", status_code=201, openapi_extra=FILE)
async def imported(
    campaign_id: Id,
    request: Request,
    response: Response,
    world: Here,
    principal: Annotated[Principal, Depends(may("lists.imported"))],
    file: Annotated[SomeWords, Query(description="Name of the file, for people.")] = "list",
    region: Annotated[
        str, Query(max_length=2, description="Country of numbers without a country code, as US.")
    ] = "",
    number_column: Annotated[Words, Query(description="Header of the number's column.")] = "",
    mapped: Annotated[
        list[SomeWords] | None,
        Query(alias="map", max_length=200, description="name=header, such as zone=Zeitzone."),
    ] = None,
    sheet: Annotated[Words, Query(description="Sheet of the workbook.")] = "",
    encoding: Annotated[Words, Query(description="Of the CSV, if it is told wrongly.")] = "",
    duplicates: Annotated[
        Duplicates, Query(description="Where a number may not be already.")
    ] = Duplicates.CAMPAIGN,
    list_name: Annotated[
        Words, Query(alias="list", description="List they go to; else the file's name.")
    ] = "",
    source: Annotated[Words, Query(description="Where the list is from.")] = "",
    cost: Annotated[
        float | None,
        Query(ge=0, le=1e12, allow_inf_nan=False, description="What the whole list cost."),
    ] = None,
    dry_run: Annotated[
        bool, Query(description="Only show how the list is read; import nothing.")
    ] = False,
    rejects: Annotated[bool, Query(description="Answer with all rejected rows as well.")] = False,
) -> ImportShown | PreviewShown:
    """Import all leads of a file, or none; rows without a usable number are rejected.

    `duplicates=node` is not to be had here: it would tell which numbers other tenants have. A
    second import of the same file adds nothing, so this needs no Idempotency-Key.
    """
    campaign = await campaign_of(world, principal, campaign_id)
    if duplicates is Duplicates.NODE:
        raise BadInput("duplicates", "'node' looks into other campaigns", "use campaign")
    plan = _plan(mapped or [], number_column)
    erased = await world.erased()
    async with received(request, file) as path:
        try:
            open_list = await asyncio.to_thread(
                opener, path, sheet=sheet or None, encoding=encoding or None
            )
            if dry_run:
                response.status_code = 200
                preview = await preview_leads(
                    world.stores.imports,
                    path,
                    campaign.campaign_id,
                    default_region=region or None,
                    plan=plan,
                    duplicates=duplicates,
                    open_list=open_list,
                    erased=erased,
                )
                return PreviewShown.of(preview, principal.role)
            report = await import_leads(
                world.stores.imports,
                path,
                campaign.campaign_id,
                at=world.clock.now(),
                default_region=region or None,
                plan=plan,
                duplicates=duplicates,
                open_list=open_list,
                rejects_file=path.with_name(f"{path.name}.rejects") if rejects else None,
                details=ListDetails(list_name, source, cost),
                erased=erased,
                examples=EXAMPLES,
            )
            rejects_csv = await asyncio.to_thread(rejected_rows, report.rejects_file)
        except BadInput as error:
            raise _in_our_words(error) from None
    list_id, name = await world.stores.lists.of_import(report.import_id)
    await world.stores.audit.note(
        by=principal.who,
        action="import",
        subject=f"list {list_id}",
        detail={"file": path.name, "taken": report.taken, "rejected": report.rejected},
        at=world.clock.now(),
        tenant_id=principal.tenant_id,
    )
    return ImportShown.of(report, list_id, name, rejects_csv)


def _plan(pairs: list[str], number: str) -> ColumnPlan:
    try:
        return ColumnPlan.said(pairs, number=number or None)
    except BadInput as error:
        raise _in_our_words(error) from None


def _in_our_words(error: BadInput) -> BadInput:
    """Return an error that names a query parameter where it named an option of a command."""
    if not error.field.startswith("--"):
        return error
    return type(error)(error.field.removeprefix("--"), error.problem, error.fix)
