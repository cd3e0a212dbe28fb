"""`/audit`: who did what, to whom or what, and when. Nothing can be changed here."""

from typing import Annotated, Any, Final

from fastapi import Depends, Query

from api.asking import may
from api.attempts.routes import Instant
from api.audit.schemas import AuditShown
from api.noun import Noun
from api.paging import PRINTABLE, Cursor, Limit, Page, after, page
from api.world import Here
from dialer.domain.principal import Principal
from dialer.errors import BadInput

router = Noun(prefix="/audit", tags=["audit"])

_ROWS: Final = 1 << 62
"""Beyond any row that there can be."""


@router.get("", operation_id="audit.list")
async def list_audit(
    world: Here,
    principal: Annotated[Principal, Depends(may("audit.list"))],
    by: Annotated[
        str, Query(max_length=200, pattern=PRINTABLE, description="Only what this one did.")
    ] = "",
    action: Annotated[
        str,
        Query(
            max_length=64, pattern=PRINTABLE, description="Only this action.", examples=["reveal"]
        ),
    ] = "",
    subject: Annotated[
        str,
        Query(
            max_length=400,
            pattern=PRINTABLE,
            description="Only what was done to this.",
            examples=["user ann"],
        ),
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
        case [int() | float() as at, int() as row_id] if (
            type(row_id) is int and 0 <= row_id < _ROWS
        ):
            return float(at), row_id
    raise BadInput("cursor", "is of another list", "send `next` of the page before")
