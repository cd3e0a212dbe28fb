"""`/prompts`: what callers hear, under one name in each language. List, get, add, change, remove.

Refuses to know the files: they are uploaded (`sounds`), or laid beside each Asterisk by hand.
"""

from typing import Annotated, Final

from fastapi import Path

from api.noun import Noun
from api.once import OnceRoute
from api.prompts.schemas import PromptNew, PromptShown, PromptTerms
from api.shelf import Shelf
from api.shelf_routes import ShelfRoutes
from dialer.domain.named import Key
from dialer.domain.prompt import PROMPTS

router = Noun(prefix="/prompts", tags=["prompts"], route_class=OnceRoute)

SHELF: Final = Shelf(PROMPTS, lambda world: world.stores.prompts)


async def prompt_key(
    name: Annotated[str, Path(max_length=200, examples=["greeting"])],
    language: Annotated[str, Path(max_length=20, examples=["en"])],
) -> Key:
    """Return what a prompt goes by."""
    return name, language


routes = ShelfRoutes(router, "prompts", SHELF, key=prompt_key, shown=PromptShown)
routes.list("List the prompts, by name and language.")
routes.get("Show a prompt.")
routes.create(PromptNew, "Add a prompt; flows play it within a few seconds.")
routes.update(PromptTerms, "Change a prompt; calls that begin from now on hear it.")
routes.remove("Remove a prompt; flows that play it take their fallback.")
