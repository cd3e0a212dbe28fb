"""`/messages`: lines to an agent, a team or everyone. Send, list, read one's own.

Who reads is the agent that whoever asks is on the floor. Refuses to know who is in a team.
"""

from typing import Annotated

from fastapi import Depends, Path, Query

from api.asking import may
from api.messages.schemas import Inbox, MessageShown, NewMessage
from api.noun import Noun
from api.once import OnceRoute
from api.paging import Cursor, Limit, Page, after_moment, page
from api.session.routes import own_agent
from api.world import Here
from dialer.domain.message import Message, MessageKey
from dialer.domain.principal import Principal

router = Noun(prefix="/messages", tags=["messages"], route_class=OnceRoute)


@router.post("", operation_id="messages.send", status_code=201)
async def send(
    new: NewMessage, world: Here, principal: Annotated[Principal, Depends(may("messages.send"))]
) -> MessageShown:
    """Send a line to an agent, a team or everyone."""
    message = Message(
        sent_by=principal.who,
        sent_to=new.to,
        body=new.body,
        at=world.clock.now(),
        tenant_id=principal.tenant_id,
    )
    return MessageShown.of(await world.stores.messages.send(message))


@router.get("", operation_id="messages.list")
async def list_messages(
    world: Here,
    principal: Annotated[Principal, Depends(may("messages.list"))],
    limit: Limit = 50,
    cursor: Cursor = "",
) -> Page[MessageShown]:
    """List what was sent to whomever, the newest first."""
    found = await world.stores.messages.sent(
        limit=limit + 1, before=_before(cursor), tenant_id=principal.tenant_id
    )
    return page([MessageShown.of(one) for one in found], limit, _key)


@router.get("/inbox", operation_id="messages.inbox")
async def inbox(
    world: Here,
    principal: Annotated[Principal, Depends(may("messages.inbox"))],
    unread: Annotated[bool, Query(description="Only what you have not read.")] = False,
    limit: Limit = 50,
    cursor: Cursor = "",
) -> Inbox:
    """List what was sent to you, to your team and to everyone, the newest first."""
    agent_id = own_agent(principal)
    messages = world.stores.messages
    found = await messages.inbox(
        agent_id,
        limit=limit + 1,
        unread=unread,
        before=_before(cursor),
        tenant_id=principal.tenant_id,
    )
    shown = page([MessageShown.of(one) for one in found], limit, _key)
    left = await messages.unread_count(agent_id, tenant_id=principal.tenant_id)
    return Inbox(items=shown.items, next=shown.next, unread=left)


@router.post("/{message_id}/read", operation_id="messages.read", status_code=204)
async def read(
    message_id: Annotated[int, Path(ge=1, lt=1 << 63, examples=[12])],
    world: Here,
    principal: Annotated[Principal, Depends(may("messages.read"))],
) -> None:
    """Say that you have read a message; again, nothing changes."""
    await world.stores.messages.mark_read(
        message_id, own_agent(principal), world.clock.now(), tenant_id=principal.tenant_id
    )


def _key(shown: MessageShown) -> list[float]:
    return [shown.at, shown.id]


def _before(cursor: str) -> MessageKey | None:
    key = after_moment(cursor, int)
    return None if key is None else MessageKey(*key)
