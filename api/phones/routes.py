"""`/phones`: agents' phones, let in by every engine's switch without a reload.

Answers hold the secret of a phone, so none is kept for an `Idempotency-Key`.
"""

from typing import Annotated

from fastapi import Depends, Path, Response

from api.asking import may
from api.noun import Noun
from api.paging import Cursor, Limit, Page, after, page
from api.phones.pushing import new_secret, push
from api.phones.schemas import NewPhone, PhoneChange, PhoneMade, PhoneShown
from api.world import Here, World
from dialer.domain.phone import Phone, ha1_of
from dialer.domain.principal import Principal

router = Noun(prefix="/phones", tags=["phones"])

Named = Annotated[str, Path(max_length=40, examples=["1001"])]


@router.get("", operation_id="phones.list")
async def list_phones(
    world: Here,
    principal: Annotated[Principal, Depends(may("phones.list"))],
    limit: Limit = 50,
    cursor: Cursor = "",
) -> Page[PhoneShown]:
    """List the phones by name; no secret is shown. Those of the node's settings are not here."""
    begun = after(cursor, str) or ""
    found = await world.stores.phones.list(principal.tenant_id)
    rest = [PhoneShown.of(one) for one in found if one.name > begun]
    return page(rest[: limit + 1], limit, lambda one: one.name)


@router.post("", operation_id="phones.create", status_code=201)
async def create(
    new: NewPhone,
    response: Response,
    world: Here,
    principal: Annotated[Principal, Depends(may("phones.create"))],
) -> PhoneMade:
    """Add an agent's phone; its secret is shown this once."""
    secret = new_secret()
    ha1 = ha1_of(new.name, secret)
    phone = Phone(new.name, new.kind, new.transport, new.srtp, ha1, new.leg)
    await world.stores.phones.add(
        phone, by=principal.who, at=world.clock.now(), tenant_id=principal.tenant_id
    )
    return await _made(world, phone, secret, response)


@router.patch("/{name}", operation_id="phones.update")
async def update(
    name: Named,
    change: PhoneChange,
    world: Here,
    principal: Annotated[Principal, Depends(may("phones.update"))],
) -> PhoneShown:
    """Say when a phone is called: at the log-in, or for each customer."""
    phone = await world.stores.phones.set_leg(
        name, change.leg, by=principal.who, at=world.clock.now(), tenant_id=principal.tenant_id
    )
    return PhoneShown.of(phone)


@router.post("/{name}/secret", operation_id="phones.renew_secret")
async def renew_secret(
    name: Named,
    response: Response,
    world: Here,
    principal: Annotated[Principal, Depends(may("phones.renew_secret"))],
) -> PhoneMade:
    """Give a phone a new secret, shown this once; the old one lets in no more.

    A talk goes on; the phone is refused when it registers the next time.
    """
    secret = new_secret()
    phone = await world.stores.phones.set_secret(
        name,
        ha1_of(name, secret),
        by=principal.who,
        at=world.clock.now(),
        tenant_id=principal.tenant_id,
    )
    return await _made(world, phone, secret, response)


@router.delete("/{name}", operation_id="phones.remove", status_code=204)
async def remove(
    name: Named, world: Here, principal: Annotated[Principal, Depends(may("phones.remove"))]
) -> None:
    """Remove a phone; it is let in and called no more."""
    await world.stores.phones.remove(
        name, by=principal.who, at=world.clock.now(), tenant_id=principal.tenant_id
    )
    await push(world, name)


async def _made(world: World, phone: Phone, secret: str, response: Response) -> PhoneMade:
    took, of = await push(world, phone.name)
    response.headers["Cache-Control"] = "no-store"
    return PhoneMade(phone=PhoneShown.of(phone), secret=secret, pushed=0 < took == of)
