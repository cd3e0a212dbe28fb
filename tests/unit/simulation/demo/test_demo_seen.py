"""The floor as the feed shows it: what the view is given."""

from collections.abc import AsyncIterator

import httpx

from outpace.client import Live, Outpace
from simulation.demo.seen import Seen
from simulation.demo.view import Past, line

FEED = (
    """event: snapshot
id: c1
data: {"snapshot": [
 {"node": "node", "topic": "agents", "key": "1001",
  "value": {"state": "talking", "since": 9.0, "talks": 1}},
 {"node": "node", "topic": "calls", "key": "at-1",
  "value": {"state": "talking", "answered_at": 8.99, "connected_at": 9.0}},
 {"node": "node", "topic": "calls", "key": "at-2",
  "value": {"state": "ringing", "answered_at": null, "connected_at": null}},
 {"node": "node", "topic": "campaigns", "key": "ca-1",
  "value": {"state": "running", "lines": 2, "dialed": 2, "answered": 1, "connected": 1,
            "abandoned": 0, "hung_up_waiting": 0, "abandon_rate": 0.0, "limited_by": ""}}
 ], "topic": "floor", "cursor": "c1"}

""",
    """event: delta
id: c2
data: {"delta": [{"node": "node", "topic": "calls", "key": "at-1", "value": null}],
 "topic": "floor", "cursor": "c2"}

""",
)


class Events(httpx.AsyncByteStream):
    async def __aiter__(self) -> AsyncIterator[bytes]:
        for event in FEED:
            head, _, data = event.partition("data: ")
            yield f"{head}data: {' '.join(data.split())}\n\n".encode()


async def test_what_the_feed_tells_is_what_the_view_shows() -> None:
    transport = httpx.MockTransport(lambda _request: httpx.Response(200, stream=Events()))
    async with httpx.AsyncClient(transport=transport) as http:
        live = Live([Outpace("http://test", http=http)], "floor")
        seen = Seen(live, "ca-1")
        assert seen.status(1.0)["campaigns"] == []
        lines = []
        async for told in live.follow():
            seen.take_in()
            lines.append(line(seen.status(10.0), Past("x", leads=5, abandon_cap_rate=0.03)))
            if "delta" in told:
                break

    assert lines[0].endswith(
        "2/5 dialed  2 lines (1 ringing, 1 talking)  1 live, 0 abandoned (0.0%)"
        "  connect p50 10 p95 10 ms  1/1 agents busy"
    )
    assert "(1 ringing, 0 talking)" in lines[1]
    assert "p50 10 p95 10 ms" in lines[1]  # of a call that is over
