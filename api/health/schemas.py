"""What is said of the service's health. Refuses to know how it is found out."""

from pydantic import BaseModel, Field


class Alive(BaseModel):
    """The process serves requests."""

    alive: bool = True
    version: str


class Missing(BaseModel):
    """Something that is not as it must be."""

    node: str = Field(description="Which engine; empty: this process itself.")
    what: str = Field(examples=["ami"])
    problem: str
    fix: str


class Ready(BaseModel):
    """Whether calls can be dialed through this process."""

    ready: bool
    nodes: dict[str, str] = Field(
        description="Engines that can be asked: serving, draining or ending."
    )
    problems: list[Missing]
