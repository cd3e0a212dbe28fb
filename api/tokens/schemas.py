"""What is said of tokens over REST."""

from pydantic import BaseModel, ConfigDict, Field

from api.words import Words
from dialer.domain.roles import Role
from dialer.ports import Token


class TokenShown(BaseModel):
    """A token, without its secret."""

    id: str = Field(examples=["to-01M8C9NMWY2EPPG8W9SYNMTK7Z"])
    name: str = Field(examples=["crm"])
    role: Role
    scopes: list[str] = Field(examples=[["campaigns:read"]])
    created_by: str
    created_at: float = Field(description="Seconds since the epoch.")
    ends_at: float | None = Field(description="When it ends by itself.")
    revoked_at: float | None
    seen_at: float | None = Field(description="When it was last used, give or take a minute.")

    @classmethod
    def of(cls, token: Token) -> "TokenShown":
        """Return what is shown of a token."""
        return cls(
            id=token.token_id,
            name=token.name,
            role=token.role,
            scopes=sorted(token.scopes),
            created_by=token.created_by,
            created_at=token.created_at,
            ends_at=token.ends_at,
            revoked_at=token.revoked_at,
            seen_at=token.seen_at,
        )


class NewToken(BaseModel):
    """A token to be."""

    model_config = ConfigDict(extra="forbid")

    name: Words = Field(min_length=1, examples=["crm"])
    role: Role
    scopes: list[str] = Field(
        min_length=1,
        max_length=200,
        description="`noun:read` or `noun:write`: of what the role may do, only this.",
        examples=[["campaigns:read"]],
    )
    ends_at: float | None = Field(
        default=None,
        gt=0,
        lt=1e11,
        allow_inf_nan=False,
        description="When it ends by itself, seconds since the epoch; null: when it is revoked.",
    )


class TokenMade(BaseModel):
    """A new token with its secret."""

    token: TokenShown
    secret: str = Field(description="Shown only now: what to send as Authorization: Bearer.")
