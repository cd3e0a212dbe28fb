"""`/webhooks`: who is told what happens, what they were not told, and whether they answer.

Of the tenant of whoever asks; another's do not exist. Refuses to know how events are sent.
"""

import secrets
from typing import Annotated, Final

from fastapi import Depends, Path, Response
from ulid import ULID

from api.asking import may
from api.noun import Noun
from api.once import OnceRoute
from api.paging import Cursor, Limit, Page, after, page
from api.webhooks.schemas import (
    DeadLetterShown,
    NewWebhook,
    Pinged,
    Retried,
    Retry,
    WebhookMade,
    WebhookShown,
)
from api.world import Here, World
from dialer.adapters.sql.webhooks import Backlog
from dialer.domain.principal import Principal
from dialer.domain.webhook import Webhook, encoded, ping_body
from dialer.errors import NoSuch, WrongState
from dialer.services.webhook_sender import headers_of

router = Noun(prefix="/webhooks", tags=["webhooks"], route_class=OnceRoute)

Id = Annotated[str, Path(max_length=64, examples=["wh-01M8C9NMWY2EPPG8W9SYNMTK7Z"])]

SECRET_BYTES: Final = 32


@router.get("", operation_id="webhooks.list")
async def list_webhooks(
    world: Here,
    principal: Annotated[Principal, Depends(may("webhooks.list"))],
    limit: Limit = 50,
    cursor: Cursor = "",
) -> Page[WebhookShown]:
    """List the webhooks, oldest first, with how much each was not told."""
    begun = after(cursor, str) or ""
    found = await world.stores.webhooks.list(principal.tenant_id)
    mine = [one for one in found if one.webhook_id > begun][: limit + 1]
    backlogs = await world.stores.webhooks.backlogs([one.webhook_id for one in mine])
    shown = [WebhookShown.of(one, backlogs[one.webhook_id]) for one in mine]
    return page(shown, limit, lambda one: one.id)


@router.post("", operation_id="webhooks.create", status_code=201)
async def create(
    new: NewWebhook,
    world: Here,
    principal: Annotated[Principal, Depends(may("webhooks.create"))],
) -> WebhookMade:
    """Create a webhook: it is told what happens from now on. Its secret is shown this once."""
    await world.post.check(new.url)
    webhook = Webhook(
        webhook_id=f"wh-{ULID()}",
        tenant_id=principal.tenant_id,
        url=new.url,
        topics=tuple(dict.fromkeys(new.topics)),
        created_by=principal.who,
        created_at=world.clock.now(),
        secret=f"whsec_{secrets.token_urlsafe(SECRET_BYTES)}",
    )
    await world.stores.webhooks.create(webhook, by=principal.who)
    world.sender.nudge(changed=True)
    shown = WebhookShown.of(webhook, Backlog())
    return WebhookMade(**shown.model_dump(), secret=webhook.secret)


@router.delete("/{webhook_id}", operation_id="webhooks.remove", status_code=204)
async def remove(
    webhook_id: Id,
    world: Here,
    principal: Annotated[Principal, Depends(may("webhooks.remove"))],
) -> Response:
    """Remove a webhook, with all that it was still to be told."""
    removed = await world.stores.webhooks.remove(
        principal.tenant_id, webhook_id, by=principal.who, at=world.clock.now()
    )
    if not removed:
        raise _unknown(webhook_id)
    world.sender.nudge(changed=True)
    return Response(status_code=204)


@router.get("/{webhook_id}/dead-letters", operation_id="webhooks.dead_letters")
async def dead_letters(
    webhook_id: Id,
    world: Here,
    principal: Annotated[Principal, Depends(may("webhooks.dead_letters"))],
    limit: Limit = 50,
    cursor: Cursor = "",
) -> Page[DeadLetterShown]:
    """List the events that were given up, in the order in which they happened."""
    webhook = await _of(world, principal, webhook_id)
    begun = after(cursor, int) or 0
    found = await world.stores.outbox.dead_letters(webhook.webhook_id, after=begun, most=limit + 1)
    letters = page(found, limit, lambda one: one.row_id)
    return Page(items=[DeadLetterShown.of(one) for one in letters.items], next=letters.next)


@router.post("/{webhook_id}/retry", operation_id="webhooks.retry")
async def retry(
    webhook_id: Id,
    which: Retry,
    world: Here,
    principal: Annotated[Principal, Depends(may("webhooks.retry"))],
) -> Retried:
    """Tell events after all that were given up; what followed them may have been told."""
    webhook = await _of(world, principal, webhook_id)
    if not webhook.active:
        problem = f"{webhook_id!r} is not active: {webhook.why}"
        raise WrongState("webhook", problem, "create another one")
    retried = await world.stores.outbox.retry(
        webhook, which.events, by=principal.who, at=world.clock.now()
    )
    world.sender.nudge()
    return Retried(retried=retried)


@router.post("/{webhook_id}/ping", operation_id="webhooks.ping")
async def ping(
    webhook_id: Id,
    world: Here,
    principal: Annotated[Principal, Depends(may("webhooks.ping"))],
) -> Pinged:
    """Send an event with the topic `ping` now, once, and show how the receiver answers."""
    webhook = await _of(world, principal, webhook_id)
    begun = world.clock.now()
    event_id = f"ev-{ULID()}"
    body = encoded(ping_body(event_id, webhook.tenant_id, webhook.webhook_id, begun))
    headers = headers_of(webhook.secret, body, event_id, begun)
    answer = await world.post.send(webhook.url, body, headers)
    return Pinged(
        delivered=answer.ok,
        status=answer.status,
        problem="" if answer.ok else str(answer),
        took_ms=round((world.clock.now() - begun) * 1000, 1),
    )


async def _of(world: World, principal: Principal, webhook_id: str) -> Webhook:
    found = await world.stores.webhooks.get(principal.tenant_id, webhook_id)
    if found is None:
        raise _unknown(webhook_id)
    return found


def _unknown(webhook_id: str) -> NoSuch:
    return NoSuch("webhook", f"{webhook_id!r} does not exist", "see GET webhooks")
