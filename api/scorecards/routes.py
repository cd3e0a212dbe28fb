"""`/scorecards`: the questions by which talks are judged. List, get, add, change, remove."""

from typing import Annotated, Final

from fastapi import Path

from api.noun import Noun
from api.once import OnceRoute
from api.scorecards.schemas import ScorecardShown, ScorecardTerms
from api.shelf import Shelf
from api.shelf_routes import ShelfRoutes
from dialer.domain.named import Key
from dialer.domain.scorecard import SCORECARDS

router = Noun(prefix="/scorecards", tags=["scorecards"], route_class=OnceRoute)

SHELF: Final = Shelf(SCORECARDS, lambda world: world.stores.scorecards)


async def _key(name: Annotated[str, Path(max_length=200, examples=["manners"])]) -> Key:
    return (name,)


routes = ShelfRoutes(router, "scorecards", SHELF, key=_key, shown=ScorecardShown)
routes.list("List the scorecards, by name.")
routes.get("Show a scorecard.")
routes.create(ScorecardShown, "Add a scorecard.")
routes.update(
    ScorecardTerms, "Change the questions of a scorecard; reviews keep the score they were given."
)
routes.remove("Remove a scorecard by which nothing was reviewed.")
