"""What is said of logging in over REST."""

from pydantic import BaseModel, ConfigDict, Field

from api.access import OPERATIONS
from api.words import Password, Word
from dialer.domain.ids import MAIN_TENANT
from dialer.domain.principal import Principal
from dialer.domain.roles import Role


class LogIn(BaseModel):
    """A person who wants in."""

    model_config = ConfigDict(extra="forbid")

    login: Word = Field(examples=["ann"])
    password: Password = Field(examples=["correct horse battery"])
    tenant: Word = Field(default=MAIN_TENANT, description="Whose user.", examples=["main"])


class PasswordChange(BaseModel):
    """One's own password, and what it is to be."""

    model_config = ConfigDict(extra="forbid")

    current: Password = Field(examples=["correct horse battery"])
    new: Password = Field(
        description="12 characters at least, 1024 bytes at most, and not the login.",
        examples=["another horse battery"],
    )


class Me(BaseModel):
    """Who asks, and what it may do."""

    user: str = Field(description="Login, or name of the token.", examples=["ann"])
    tenant: str = Field(examples=["main"])
    role: Role
    agent: str | None = Field(description="The agent that this person is on the floor.")
    rights: list[str] = Field(
        description="Operations that it may do, by their operationId.",
        examples=[["campaigns.get", "campaigns.list"]],
    )
    csrf: str = Field(
        description="What a page with the cookie sends as X-CSRF-Token along with each change; "
        "empty for a token, which needs none."
    )

    @classmethod
    def of(cls, principal: Principal) -> "Me":
        """Return what is shown of whoever asks."""
        return cls(
            user=principal.name,
            tenant=principal.tenant_id,
            role=principal.role,
            agent=principal.agent_id,
            rights=sorted(
                name
                for name, row in OPERATIONS.items()
                if principal.role in row.roles
                and (principal.scopes is None or row.scope in principal.scopes)
            ),
            csrf=principal.csrf,
        )
