"""A typed client of the REST service and its live feed.

::

    async with Outpace("https://dialer.example", token="...") as outpace:
        campaign = await outpace.campaigns.create({"name": "spring"})
        await outpace.campaigns.start(campaign["id"])

The operations are made from the contract (docs/openapi.json, `python -m tools.make_client`); how a
request travels is written in `transport`, how the feed is followed in `live`. Refuses to know the
dialer from within.
"""

from outpace.client.live import Live
from outpace.client.operations import Outpace
from outpace.client.transport import Problem

__all__ = ["Live", "Outpace", "Problem"]
