"""`/audit`: who did what, to whom or what, and when. Nothing can be changed here."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from api.asking import may
from api.attempts.routes import Instant
from api.audit.schemas import AuditShown
from api.campaigns.routes import Here
from api.paging import Cursor, Limit, Page, after, page
from dialer.domain.principal import Principal
from dialer.errors import BadInput

router = APIRouter(prefix="/audit", tags=["audit"])


@router.get("", operation_id="audit.list")
async def list_audit(
    world: Here,
    principal: Annotated[Principal, Depends(may("audit.list"))],
    by: Annotated[str, Query(max_length=200, description="Only what this one did.")] = "",
    action: Annotated[
        str, Query(max_length=64, description="Only this action.", examples=["reveal"])
    ] = "",
    subject: Annotated[
        str, Query(max_length=400, description="Only what was done to this.", examples=["user ann"])
    ] = "",
    since: Instant = None,
    until: Instant = None,
    limit: Limit = 50,
    cursor: Cursor = "",
) -> Page[AuditShown]:
    """List what was done in the tenant, newest first: from `since`, before `until`."""
    if since is not None and until is not None and since >= until:
        raise BadInput("until", "is not after since", "give a later time")
    found = await world.stores.audit.newest(
        limit=limit + 1,
        before=_key(after(cursor, list)),
        since=since,
        until=until,
        by=by or None,
        action=action or None,
        subject=subject or None,
        tenant_id=principal.tenant_id,
    )
    return page([AuditShown.of(row) for row in found], limit, lambda one: [one.at, one.id])


def _key(said: list[Any] | None) -> tuple[float, int] | None:
    match said:
        case None:
            return None
        case [int() | float() as at, int() as row_id] if not isinstance(row_id, bool):
            return float(at), row_id
    raise BadInput("cursor", "is of another list", "send `next` of the page before")
