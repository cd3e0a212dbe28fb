"""What is said of users over REST."""

from pydantic import BaseModel, ConfigDict, Field

from api.words import Password, Word, Words
from dialer.adapters.sql.people import User
from dialer.domain.roles import Role


class UserShown(BaseModel):
    """A user."""

    id: str = Field(examples=["us-01M8C9NMWY2EPPG8W9SYNMTK7Z"])
    login: str = Field(examples=["ann"])
    name: str = Field(examples=["Ann Lee"])
    role: Role
    agent: str | None = Field(description="The agent that the person is on the floor.")
    team: str | None = Field(description="Name of the team.", examples=["East"])
    leads_held_max: int | None = Field(description="Leads held at most; null: any number.")
    active: bool

    @classmethod
    def of(cls, user: User) -> "UserShown":
        """Return what is shown of a user."""
        return cls(
            id=user.user_id,
            login=user.login,
            name=user.name,
            role=user.role,
            agent=user.agent_id,
            team=user.team,
            leads_held_max=user.leads_held_max,
            active=user.active,
        )


class RightShown(BaseModel):
    """One thing that can be done."""

    operation: str = Field(description="As in this contract.", examples=["campaigns.start"])
    scope: str = Field(description="What a token needs for it.", examples=["campaigns:write"])
    roles: list[Role] = Field(description="Who may.", examples=[["administrator", "supervisor"]])


class NewUser(BaseModel):
    """A user to be."""

    model_config = ConfigDict(extra="forbid")

    login: Word = Field(examples=["ann"])
    role: Role
    name: Words = Field(default="", examples=["Ann Lee"])
    agent: Word | None = Field(
        default=None, description="As the softphone registers.", examples=["1001"]
    )
    team: Words | None = Field(default=None, description="Name or id of a team that exists.")
    leads_held_max: int | None = Field(default=None, ge=0, le=10_000_000)
    password: Password | None = Field(
        default=None, description="Without one nobody can log in as this user yet."
    )


class PasswordSet(BaseModel):
    """A password for somebody."""

    model_config = ConfigDict(extra="forbid")

    password: Password = Field(
        description="12 characters at least, 1024 bytes at most, and not the login.",
        examples=["another horse battery"],
    )


class Disabled(BaseModel):
    """A user who was disabled."""

    user: UserShown
    leads_held: int = Field(description="Leads that it still holds; reclaim them.", examples=[0])
    logged_out: bool = Field(
        description="Whether an engine knew it as an agent, and logged it out."
    )
