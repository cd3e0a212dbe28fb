"""`/articles`: what agents look up, and `/knowledge`, where they do.

Articles are written, approved and withdrawn as scripts are; agents see what is published. Refuses
to know how words are found.
"""

from typing import Annotated, Final

from fastapi import Depends, Query

from api.asking import may
from api.noun import Noun
from api.once import OnceRoute
from api.paging import PRINTABLE
from api.plain_texts import TextVersion, add_routes
from api.versions import TextName, Texts
from api.world import Here
from dialer.domain.article import MOST_CHARACTERS
from dialer.domain.principal import Principal

router = Noun(prefix="/articles", tags=["articles"], route_class=OnceRoute)
knowledge = Noun(prefix="/knowledge", tags=["articles"])

TEXTS: Final = Texts("article", lambda world: world.stores.articles)
MOST_FOUND: Final = 100

add_routes(router, "articles", TEXTS)


@knowledge.get("", operation_id="knowledge.search")
async def search(
    words: Annotated[
        str,
        Query(
            min_length=1,
            max_length=MOST_CHARACTERS,
            pattern=PRINTABLE,
            description="All of them are in the name or in the text; either case.",
            examples=["refund card"],
        ),
    ],
    world: Here,
    principal: Annotated[Principal, Depends(may("knowledge.search"))],
    most: Annotated[int, Query(ge=1, le=MOST_FOUND, description="Articles at most.")] = 20,
) -> list[TextVersion]:
    """Find published articles by their words; those whose name says it come first."""
    found = await world.stores.articles.search(words, most=most, tenant_id=principal.tenant_id)
    return [TextVersion.whole(one) for one in found]


@knowledge.get("/{name}", operation_id="knowledge.get")
async def read(
    name: TextName,
    world: Here,
    principal: Annotated[Principal, Depends(may("knowledge.get"))],
) -> TextVersion:
    """Read the published version of an article."""
    return TextVersion.whole(await TEXTS.published(world, principal, name))
