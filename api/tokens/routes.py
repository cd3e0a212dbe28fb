"""`/tokens`: machines that may come in. List, make, revoke.

Answers hold the secret of a new token, so none is kept for an `Idempotency-Key`.
"""

from typing import Annotated

from fastapi import Depends, Path, Response

from api.access import SCOPES
from api.asking import may
from api.noun import Noun
from api.paging import Cursor, Limit, Page, after, page
from api.tokens.schemas import NewToken, TokenMade, TokenShown
from api.world import Here
from dialer.domain.principal import Principal

router = Noun(prefix="/tokens", tags=["tokens"])


@router.get("", operation_id="tokens.list")
async def list_tokens(
    world: Here,
    principal: Annotated[Principal, Depends(may("tokens.list"))],
    limit: Limit = 50,
    cursor: Cursor = "",
) -> Page[TokenShown]:
    """List the tokens, oldest first; revoked ones too. No secret is shown."""
    begun = after(cursor, str) or ""
    found = await world.identity.tokens.list(principal.tenant_id)
    rest = [TokenShown.of(one) for one in found if one.token_id > begun]
    return page(rest[: limit + 1], limit, lambda one: one.id)


@router.post("", operation_id="tokens.create", status_code=201)
async def create(
    new: NewToken,
    response: Response,
    world: Here,
    principal: Annotated[Principal, Depends(may("tokens.create"))],
) -> TokenMade:
    """Make a token; its secret is shown this once. A token gives no scope that it has not."""
    secret, token = await world.identity.tokens.create(
        new.name,
        new.role,
        frozenset(new.scopes),
        SCOPES if principal.scopes is None else principal.scopes & SCOPES,
        by=principal.who,
        ends_at=new.ends_at,
        tenant_id=principal.tenant_id,
    )
    response.headers["Cache-Control"] = "no-store"
    return TokenMade(token=TokenShown.of(token), secret=secret)


@router.delete("/{token_id}", operation_id="tokens.revoke", status_code=204)
async def revoke(
    token_id: Annotated[str, Path(max_length=64, examples=["to-01M8C9NMWY2EPPG8W9SYNMTK7Z"])],
    world: Here,
    principal: Annotated[Principal, Depends(may("tokens.revoke"))],
) -> None:
    """Let a token in no more; holds at once here, in other processes within 2 s."""
    await world.identity.tokens.revoke(token_id, by=principal.who, tenant_id=principal.tenant_id)
