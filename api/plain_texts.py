"""The routes of plain texts with versions: scripts and articles have the same.

Refuses to know what a text is for, and who searches it.
"""

from typing import Annotated

from fastapi import Depends, Response
from pydantic import BaseModel, ConfigDict, Field

from api.asking import may
from api.etags import IfMatch
from api.noun import Noun
from api.versions import (
    NAME,
    Publication,
    TextListed,
    TextName,
    Texts,
    TextShown,
    VersionListed,
    VersionNumber,
)
from api.world import Here
from dialer.domain.principal import Principal
from dialer.domain.versioned import LONGEST_BODY, LONGEST_NAME, Entry, Version


class PlainText(BaseModel):
    """What a text says."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(
        min_length=1, max_length=LONGEST_BODY, examples=["Hello {{ first_name }}, this is Acme."]
    )


class NewText(PlainText):
    """A text under a new name."""

    name: str = Field(min_length=1, max_length=LONGEST_NAME, pattern=NAME, examples=["spring"])


class TextAdded(VersionListed):
    """A version that was added; it is not published by that."""

    name: str = Field(examples=["spring"])

    @classmethod
    def named(cls, one: Entry) -> "TextAdded":
        """Return what is shown of it."""
        return cls(name=one.name, **VersionListed.of(one).model_dump())


class TextVersion(TextAdded):
    """A version with its text."""

    text: str = Field(examples=["Hello {{ first_name }}, this is Acme."])

    @classmethod
    def whole(cls, one: Version[str]) -> "TextVersion":
        """Return what is shown of it."""
        return cls(name=one.name, text=one.body, **VersionListed.of(one).model_dump())


def add_routes(router: Noun, noun: str, texts: Texts[str]) -> None:
    """Add the routes of plain texts to a router.

    Args:
        router: of the noun.
        noun: in the plural, as the rows of `api.access` begin.
        texts: of this kind.
    """

    @router.get("", operation_id=f"{noun}.list", summary=f"List the {noun}")
    async def listed(
        world: Here, principal: Annotated[Principal, Depends(may(f"{noun}.list"))]
    ) -> list[TextListed]:
        """By name; which version is the newest, and which is published."""
        return list(await texts.list(world, principal))

    @router.post("", operation_id=f"{noun}.create", summary=f"Add to {noun}", status_code=201)
    async def create(
        new: NewText,
        response: Response,
        world: Here,
        principal: Annotated[Principal, Depends(may(f"{noun}.create"))],
    ) -> TextAdded:
        """Under a new name. It waits for approval: somebody who may has to publish it."""
        added = await texts.create(world, principal, new.name, new.text)
        await texts.tagged(world, principal, new.name, response)
        return TextAdded.named(added)

    @router.get("/{name}", operation_id=f"{noun}.get", summary=f"Look at one of {noun}")
    async def get(
        name: TextName,
        response: Response,
        world: Here,
        principal: Annotated[Principal, Depends(may(f"{noun}.get"))],
    ) -> TextShown:
        """With its versions. The ETag is of which is the newest and which is published."""
        return await texts.shown(world, principal, name, response)

    @router.get(
        "/{name}/versions/{version}",
        operation_id=f"{noun}.version",
        summary=f"Read a version of {noun}",
    )
    async def version_of(
        name: TextName,
        version: VersionNumber,
        world: Here,
        principal: Annotated[Principal, Depends(may(f"{noun}.version"))],
    ) -> TextVersion:
        """With its text."""
        return TextVersion.whole(await texts.version(world, principal, name, version))

    @router.post(
        "/{name}/versions",
        operation_id=f"{noun}.add",
        summary=f"Add a version to {noun}",
        status_code=201,
    )
    async def add(
        name: TextName,
        said: PlainText,
        response: Response,
        world: Here,
        principal: Annotated[Principal, Depends(may(f"{noun}.add"))],
        if_match: IfMatch = None,
    ) -> TextAdded:
        """It waits for approval: what is published stays so until somebody publishes another."""
        added = await texts.add(world, principal, name, said.text, if_match)
        await texts.tagged(world, principal, name, response)
        return TextAdded.named(added)

    @router.post(
        "/{name}/publish", operation_id=f"{noun}.publish", summary=f"Publish a version of {noun}"
    )
    async def publish(
        name: TextName,
        which: Publication,
        response: Response,
        world: Here,
        principal: Annotated[Principal, Depends(may(f"{noun}.publish"))],
        if_match: IfMatch = None,
    ) -> TextShown:
        """In the place of the one that is; that is its approval. An older one is a way back."""
        await texts.publish(world, principal, name, which.version, if_match)
        return await texts.shown(world, principal, name, response)

    @router.post("/{name}/withdraw", operation_id=f"{noun}.withdraw", summary=f"Withdraw {noun}")
    async def withdraw(
        name: TextName,
        response: Response,
        world: Here,
        principal: Annotated[Principal, Depends(may(f"{noun}.withdraw"))],
        if_match: IfMatch = None,
    ) -> TextShown:
        """Leave a name without a published version; its versions stay."""
        await texts.withdraw(world, principal, name, if_match)
        return await texts.shown(world, principal, name, response)
