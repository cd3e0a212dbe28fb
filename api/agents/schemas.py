"""What is said of agents over REST, and what may be asked of one."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from api.one_line import PROSE
from api.paging import PRINTABLE
from dialer.adapters.sql.agent_people import AgentPerson
from dialer.domain.agentflow import AgentState
from dialer.domain.disposition import LONGEST_NOTE

Words = Annotated[str, Field(max_length=100, pattern=PRINTABLE)]


class AgentShown(BaseModel):
    """An agent on the floor."""

    id: str = Field(description="The name by which the softphone registers.", examples=["1001"])
    name: str = Field(description="Of the user; empty if it is nobody's.", examples=["Ann Lee"])
    login: str | None = Field(description="Of the user.", examples=["ann"])
    team: str | None = Field(examples=["night"])
    node: str | None = Field(description="Engine that has it; null: none does.", examples=["node"])
    state: AgentState = Field(examples=["idle"])
    since: float | None = Field(description="When that began; seconds since the epoch.")
    campaign: str | None = Field(description="Id of the campaign whose pacing counts it now.")
    campaigns: list[str] = Field(description="Ids of the campaigns it serves.")
    attempt: str | None = Field(description="Id of the attempt it talks to or writes up.")
    wish: str = Field(description="What follows the present call: pause, log_out or nothing.")
    reason: str = Field(description="Pause code, or why it is offline.", examples=["lunch"])
    talks: int = Field(description="Since its engine started.", examples=[12])

    @classmethod
    def of(
        cls,
        agent_id: str,
        person: AgentPerson | None,
        place: tuple[str, Mapping[str, Any]] | None,
    ) -> "AgentShown":
        """Return what is shown of an agent.

        Args:
            agent_id: of the agent.
            person: the user it is, if any.
            place: its node, and what the engine there says of it.
        """
        node, said = place if place is not None else (None, {})
        state = AgentState(said.get("state", AgentState.OFFLINE))
        return cls(
            id=agent_id,
            name=person.name if person is not None else "",
            login=person.login if person is not None else None,
            team=person.team if person is not None else None,
            node=None if state is AgentState.OFFLINE else node,
            state=state,
            since=said.get("since") or None,
            campaign=said.get("campaign"),
            campaigns=list(said.get("campaigns", ())),
            attempt=said.get("attempt"),
            wish=said.get("wish", ""),
            reason=said.get("reason", ""),
            talks=said.get("talks", 0),
        )


class LogIn(BaseModel):
    """Which campaigns an agent is to serve."""

    model_config = ConfigDict(extra="forbid")

    campaigns: list[Annotated[str, Field(max_length=64, pattern=PRINTABLE)]] = Field(
        description="Their ids.",
        min_length=1,
        max_length=100,
        examples=[["ca-01M8C9NMWY2EPPG8W9SYNMTK7Z"]],
    )


class Pause(BaseModel):
    """Why an agent pauses."""

    model_config = ConfigDict(extra="forbid")

    code: Words = Field(
        default="", description="One of the pause codes, if there are any.", examples=["lunch"]
    )


class Ready(BaseModel):
    """What became of the talk that is written up."""

    model_config = ConfigDict(extra="forbid")

    disposition: Words = Field(
        default="", description="One of the campaign's; empty: none is said.", examples=["sale"]
    )
    amount: float | None = Field(
        default=None,
        description="What the sale is worth, if the disposition asks for it.",
        ge=0,
        lt=1e12,
        allow_inf_nan=False,
        examples=[99.5],
    )
    callback_at: float | None = Field(
        default=None,
        description="The time agreed on, if the disposition is a callback; seconds since the epoch",
        gt=0,
        lt=1e11,
        allow_inf_nan=False,
    )
    callback_for_anyone: bool = Field(
        default=False, description="Whoever is free calls back; else this agent."
    )
    note: Annotated[str, Field(max_length=LONGEST_NOTE, pattern=PROSE)] = Field(
        default="",
        description="For whoever talks to them next; belongs to a disposition.",
        examples=["Rings back after Easter."],
    )
    script_version: int | None = Field(
        default=None, ge=1, le=1 << 31, description="Of the campaign's script, as it was shown."
    )
    statements: list[Annotated[int, Field(ge=0, lt=1000)]] = Field(
        default=[],
        max_length=1000,
        description="Numbers of its mandatory statements that were made; a sale needs all.",
        examples=[[0, 1]],
    )
