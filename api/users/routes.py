"""`/users`: who works here. List, add, disable, set a password.

Requests that hold a password are not kept for an `Idempotency-Key`: a digest of one could be
guessed.
"""

from contextlib import suppress
from dataclasses import replace
from typing import Annotated

from fastapi import Depends, Path

from api.access import OPERATIONS, SCOPES
from api.asking import may
from api.noun import Noun
from api.paging import Cursor, Limit, Page, after, page
from api.users.schemas import Disabled, NewUser, PasswordSet, RightShown, UserShown
from api.world import Here, World
from dialer.adapters.sql.people import User
from dialer.domain.principal import Principal
from dialer.errors import Denied, NoSuch, OutpaceError

router = Noun(prefix="/users", tags=["users"])

Id = Annotated[str, Path(max_length=64, examples=["us-01M8C9NMWY2EPPG8W9SYNMTK7Z"])]


@router.get("", operation_id="users.list")
async def list_users(
    world: Here,
    principal: Annotated[Principal, Depends(may("users.list"))],
    limit: Limit = 50,
    cursor: Cursor = "",
) -> Page[UserShown]:
    """List the users by login; those who are disabled too."""
    begun = after(cursor, str)
    everybody = await world.stores.people.everybody(tenant_id=principal.tenant_id)
    rest = [one for one in everybody if begun is None or one.user_id == begun]
    if begun is not None and rest:
        rest = everybody[everybody.index(rest[0]) + 1 :]
    return page([UserShown.of(one) for one in rest[: limit + 1]], limit, lambda one: one.id)


@router.get("/rights", operation_id="users.rights")
async def rights(
    _principal: Annotated[Principal, Depends(may("users.rights"))],
) -> list[RightShown]:
    """List what can be done over this API, and which roles may."""
    return [
        RightShown(operation=name, scope=row.scope, roles=sorted(row.roles))
        for name, row in OPERATIONS.items()
    ]


@router.post("", operation_id="users.create", status_code=201)
async def create(
    new: NewUser, world: Here, principal: Annotated[Principal, Depends(may("users.create"))]
) -> UserShown:
    """Add a user."""
    password_hash = ""
    if new.password is not None:
        _check_password_setter(principal)
        password_hash = await world.identity.hashed(new.password.get_secret_value(), new.login)
    user = User(new.login, new.role, new.name, new.agent, new.team, new.leads_held_max)
    user_id = await world.stores.people.add(
        user,
        by=principal.who,
        at=world.clock.now(),
        tenant_id=principal.tenant_id,
        password_hash=password_hash,
    )
    return UserShown.of(replace(user, user_id=user_id))


@router.post("/{user_id}/disable", operation_id="users.disable")
async def disable(
    user_id: Id, world: Here, principal: Annotated[Principal, Depends(may("users.disable"))]
) -> Disabled:
    """Take a user's rights away for good; its sessions end at once.

    As an agent it is logged out of the floor, after the present call.
    """
    user = await _user_of(world, principal, user_id)
    held = await world.stores.people.disable(
        user.login, by=principal.who, at=world.clock.now(), tenant_id=principal.tenant_id
    )
    world.identity.forget()
    left = False
    for node in world.engines.nodes() if user.agent_id is not None else ():
        # it is on record; who is not on this floor, or an engine that is gone, changes nothing
        with suppress(OutpaceError):
            await world.engines.ask("agent.logout", node=node, agent=user.agent_id)
            left = True
    shown = UserShown.of(replace(user, active=False))
    return Disabled(user=shown, leads_held=held, logged_out=left)


@router.put("/{user_id}/password", operation_id="users.set_password", status_code=204)
async def set_password(
    user_id: Id,
    wanted: PasswordSet,
    world: Here,
    principal: Annotated[Principal, Depends(may("users.set_password"))],
) -> None:
    """Set a user's password; its sessions end, and so does a lock of the login."""
    _check_password_setter(principal)
    user = await _user_of(world, principal, user_id)
    await world.identity.set_password(
        user.login,
        wanted.password.get_secret_value(),
        by=principal.who,
        tenant_id=principal.tenant_id,
    )


def _check_password_setter(principal: Principal) -> None:
    """Check that a token gives away no more than it has: who sets a password can log in with it.

    Raises:
        Denied: it is a token without all scopes.
    """
    if principal.scopes is not None and not principal.scopes >= SCOPES:
        problem = "a token without all scopes may not set one"
        raise Denied("password", problem, "log in as an administrator")


async def _user_of(world: World, principal: Principal, user_id: str) -> User:
    for user in await world.stores.people.everybody(tenant_id=principal.tenant_id):
        if user.user_id == user_id:
            return user
    raise NoSuch("user", f"{user_id!r} does not exist", "see GET users")
