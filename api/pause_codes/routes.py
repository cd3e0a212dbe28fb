"""`/pause-codes`: why agents may pause. List, add, remove."""

from typing import Annotated, Final

from fastapi import Path

from api.noun import Noun
from api.once import OnceRoute
from api.pause_codes.schemas import Code
from api.shelf import Shelf
from api.shelf_routes import ShelfRoutes
from dialer.domain.named import Key
from dialer.domain.pause_code import PAUSE_CODES

router = Noun(prefix="/pause-codes", tags=["pause codes"], route_class=OnceRoute)

SHELF: Final = Shelf(PAUSE_CODES, lambda world: world.stores.pause_codes)


async def _key(code: Annotated[str, Path(max_length=64, examples=["lunch"])]) -> Key:
    return (code,)


routes = ShelfRoutes(router, "pause_codes", SHELF, key=_key, shown=Code)
routes.list("List the codes; none: a pause needs no code, and any is accepted.")
routes.create(Code, "Add a code; from the first one on, pauses without a known code are refused.")
routes.remove("Remove a code; pauses of before keep it on record.")
