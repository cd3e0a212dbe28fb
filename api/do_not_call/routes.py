"""`/do-not-call`: numbers that are not called: looked for, entered, imported, taken out.

A tenant has entries of its own and of its campaigns. Those of everywhere (`*`) hold for all; they
are the main tenant's to see and to change. Refuses to know what an entry does to leads.
"""

from typing import Annotated, Any, Final

from fastapi import Depends, Query, Request

from api.asking import may
from api.campaigns.found import campaign_of
from api.do_not_call.schemas import (
    Addition,
    Answer,
    Entered,
    EntryShown,
    Question,
    Removal,
    Removed,
    TakenIn,
)
from api.lists.schemas import RejectedShown
from api.noun import Noun
from api.number_said import Region, number_said
from api.once import OnceRoute
from api.one_line import SomeWords, Words
from api.paging import Cursor, Limit, Page, after, cursor_of
from api.received import received
from api.world import Here, World
from dialer.adapters.sql.do_not_call import Entered as Counted
from dialer.adapters.sql.tables.law import EVERYWHERE
from dialer.domain.columns import ColumnPlan
from dialer.domain.ids import MAIN_TENANT
from dialer.domain.instant import instant_of
from dialer.domain.principal import Principal
from dialer.errors import BadInput, Denied, NoSuch
from dialer.services.import_numbers import checked_region, import_numbers

router = Noun(prefix="/do-not-call", tags=["do_not_call"], route_class=OnceRoute)
asked = Noun(prefix="/do-not-call", tags=["do_not_call"])

NUMBERS: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": "CSV with a header and a column of numbers, or a number a line; 256 MiB.",
        "content": {
            kind: {"schema": {"type": "string", "format": "binary"}}
            for kind in ("text/csv", "text/plain", "application/octet-stream")
        },
    }
}


@router.get("", operation_id="do_not_call.list")
async def list_entries(
    world: Here,
    principal: Annotated[Principal, Depends(may("do_not_call.list"))],
    scope: Annotated[Words, Query(description="Only of this one.")] = "",
    limit: Limit = 50,
    cursor: Cursor = "",
) -> Page[EntryShown]:
    """List the entries, in the order in which they were made."""
    found = await world.stores.do_not_call.page(
        tenant_id=principal.tenant_id,
        everywhere=principal.tenant_id == MAIN_TENANT,
        scope=await scope_of(world, principal, scope) if scope else "",
        after=after(cursor, int) or 0,
        most=limit + 1,
    )
    shown = [EntryShown.of(entry, principal.role) for _, entry in found[:limit]]
    more = len(found) > limit
    return Page(items=shown, next=cursor_of(found[limit - 1][0]) if more else None)


@asked.post("/check", operation_id="do_not_call.check")
async def check(
    question: Question,
    world: Here,
    principal: Annotated[Principal, Depends(may("do_not_call.check"))],
) -> Answer:
    """Say what keeps a number from being called."""
    number = number_said(question.number, question.region)
    holding = {EVERYWHERE, f"tenant:{principal.tenant_id}"}
    if question.campaign:
        campaign = await campaign_of(world, principal, question.campaign)
        holding.add(f"campaign:{campaign.campaign_id}")
    entries = await world.stores.do_not_call.check(
        number, at=world.clock.now(), tenant_id=principal.tenant_id
    )
    known = await world.erased()
    erased = known is not None and bool(await known([number]))
    return Answer(
        listed=erased or any(entry.scope in holding for entry in entries),
        entries=[EntryShown.of(entry, principal.role) for entry in entries],
        erased=erased,
    )


@router.post("", operation_id="do_not_call.add")
async def add(
    wanted: Addition,
    world: Here,
    principal: Annotated[Principal, Depends(may("do_not_call.add"))],
) -> Entered:
    """Enter numbers; their leads are done with it at once."""
    scope = await scope_of(world, principal, wanted.scope)
    numbers = [number_said(one, wanted.region) for one in wanted.numbers]
    done = await world.stores.do_not_call.add(
        numbers,
        scope=scope,
        source=wanted.source,
        at=world.clock.now(),
        expires_at=wanted.expires_at,
        by=principal.who,
        tenant_id=principal.tenant_id,
    )
    return Entered(new=done.new, leads=done.leads)


@router.post("/remove", operation_id="do_not_call.remove")
async def remove(
    wanted: Removal,
    world: Here,
    principal: Annotated[Principal, Depends(may("do_not_call.remove"))],
) -> Removed:
    """Take numbers out of a scope; leads that were ended stay ended."""
    scope = await scope_of(world, principal, wanted.scope)
    numbers = [number_said(one, wanted.region) for one in wanted.numbers]
    count = await world.stores.do_not_call.remove(
        numbers,
        scope=scope,
        by=principal.who,
        reason=wanted.reason,
        at=world.clock.now(),
        tenant_id=principal.tenant_id,
    )
    return Removed(removed=count)


@asked.post("/import", operation_id="do_not_call.imported", openapi_extra=NUMBERS)
async def imported(
    request: Request,
    world: Here,
    principal: Annotated[Principal, Depends(may("do_not_call.imported"))],
    file: Annotated[SomeWords, Query(description="Name of the file, for people.")] = "list",
    scope: Annotated[Words, Query(description="As of an entry; empty: your tenant.")] = "",
    source: Annotated[Words, Query(description="Else the list's or file's name.")] = "",
    region: Region = "",
    number_column: Annotated[Words, Query(description="Header of the number's column.")] = "",
    expires: Annotated[Words, Query(description="Date on which the entries end.")] = "",
    list_name: Annotated[
        Words, Query(alias="list", description="Name of the registry whose list it is.")
    ] = "",
    dated: Annotated[Words, Query(description="The date that list bears.")] = "",
    country: Annotated[str, Query(max_length=2, description="Whose list it is, as US.")] = "",
) -> TakenIn:
    """Enter all numbers of a CSV, or of one number a line; may be done again for a newer one.

    What was entered before something failed stays entered: nobody is called by mistake.
    """
    now = world.clock.now()
    ends = instant_of(expires, "expires") if expires else None
    dated_at = instant_of(dated, "dated") if dated else None
    if len({bool(list_name), bool(dated), bool(country)}) != 1:
        problem = "of list, dated and country some are missing"
        raise BadInput("list, dated, country", problem, "give all three, or none")
    whose = checked_region(country or None)
    if dated_at is not None and dated_at > now:
        raise BadInput("dated", "is in the future", "give the date the list bears")
    into = await scope_of(world, principal, scope)
    total = Counted(0, 0)
    async with received(request, file) as path:
        said = source or list_name or path.name

        async def enter(numbers: list[str]) -> None:
            nonlocal total
            total += await world.stores.do_not_call.add(
                numbers, scope=into, source=said, at=now, expires_at=ends
            )

        taken = await import_numbers(
            path,
            lambda numbers: enter(list(numbers)),
            default_region=region or country or None,
            plan=ColumnPlan(number_column or None),
        )
    await world.stores.audit.note(
        by=principal.who,
        action="do_not_call_import",
        subject=path.name,
        detail={"scope": into, "source": said, "rows": taken.rows, "new": total.new},
        at=now,
        tenant_id=principal.tenant_id,
    )
    if dated_at is not None and whose is not None:
        await world.stores.screenings.record(
            name=list_name,
            country=whose,
            dated_at=dated_at,
            numbers=taken.rows,
            by=principal.who,
            at=now,
            tenant_id=principal.tenant_id,
        )
    return TakenIn(
        rows=taken.rows,
        new=total.new,
        leads=total.leads,
        rejected=taken.rejected,
        rejected_rows=[RejectedShown(row=row.row, reason=row.reason) for row in taken.examples],
        more_rejected=taken.rejected > len(taken.examples),
    )


async def scope_of(world: World, principal: Principal, scope: str) -> str:
    """Return a scope that is somebody's to change; their tenant unless one is given.

    Raises:
        Denied: everywhere is not theirs.
        NoSuch: it is another tenant's.
        BadInput: it is none.
    """
    mine = f"tenant:{principal.tenant_id}"
    kind, colon, named = scope.partition(":")
    if scope in ("", mine):
        return mine
    if scope == EVERYWHERE:
        if principal.tenant_id != MAIN_TENANT:
            raise Denied("scope", "* is the main tenant's", f"use {mine} or campaign:ID")
        return scope
    if kind == "campaign" and colon:
        await campaign_of(world, principal, named)
        return scope
    if kind == "tenant" and colon:
        raise NoSuch("scope", f"there is no {scope!r}", f"use {mine} or campaign:ID")
    raise BadInput("scope", f"{scope!r} is none", f"use {mine} or campaign:ID")
