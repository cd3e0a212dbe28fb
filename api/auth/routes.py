"""`/auth`: log in, log out, who am I, another password.

The secret of a session goes into a cookie that no script can read, and is told nowhere else. No
answer here is kept for an `Idempotency-Key`, as that would keep a digest of the password.
"""

from typing import Annotated

from fastapi import Depends, Request, Response

from api.asking import COOKIE, check_origin, may
from api.auth.schemas import LogIn, Me, PasswordChange
from api.noun import Noun
from api.world import Here, World
from dialer.domain.principal import Principal

router = Noun(prefix="/auth", tags=["auth"])


@router.post("/login", operation_id="auth.log_in")
async def log_in(who: LogIn, request: Request, response: Response, world: Here) -> Me:
    """Log in; the answer sets the cookie of the session.

    Wrong, unknown and disabled are told the same (401). After 5 failures of a login or 20 from an
    address within 15 minutes nobody is let in there for 15 minutes (429, Retry-After).
    """
    check_origin(request)
    secret, principal = await world.identity.log_in(
        who.login, who.password.get_secret_value(), who.tenant, *_from(request)
    )
    return _let_in(secret, principal, response, world)


@router.get("/me", operation_id="auth.me")
async def me(response: Response, principal: Annotated[Principal, Depends(may("auth.me"))]) -> Me:
    """Show who asks, what it may do, and the `csrf` of the session."""
    response.headers["Cache-Control"] = "no-store"
    return Me.of(principal)


@router.post("/logout", operation_id="auth.log_out", status_code=204)
async def log_out(
    response: Response, world: Here, principal: Annotated[Principal, Depends(may("auth.log_out"))]
) -> None:
    """End the session."""
    await world.identity.log_out(principal)
    response.delete_cookie(COOKIE, path="/", secure=world.secure, httponly=True, samesite="lax")


@router.post("/password", operation_id="auth.change_password")
async def change_password(
    change: PasswordChange,
    request: Request,
    response: Response,
    world: Here,
    principal: Annotated[Principal, Depends(may("auth.change_password"))],
) -> Me:
    """Change one's own password; all other sessions end, this one goes on under a new cookie."""
    secret, renewed = await world.identity.change_password(
        principal,
        change.current.get_secret_value(),
        change.new.get_secret_value(),
        *_from(request),
    )
    return _let_in(secret, renewed, response, world)


def _let_in(secret: str, principal: Principal, response: Response, world: World) -> Me:
    response.set_cookie(
        COOKIE,
        secret,
        max_age=int(world.identity.session_s),
        path="/",
        secure=world.secure,
        httponly=True,
        samesite="lax",
    )
    response.headers["Cache-Control"] = "no-store"
    return Me.of(principal)


def _from(request: Request) -> tuple[str, str]:
    """Return where a request came from, and what the other side calls itself."""
    address = request.client.host if request.client is not None else "unknown"
    return address, request.headers.get("user-agent", "")
