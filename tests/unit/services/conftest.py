"""Hours pass in no time for the tests here that say so."""

import asyncio
from collections.abc import Callable, Mapping

import pytest

from dialer.testing.clock import VirtualTimeLoop

LoopFactory = Callable[[], asyncio.AbstractEventLoop]


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, LoopFactory]:
    """A module that sets VIRTUAL_TIME runs on the loop that jumps from timer to timer."""
    virtual = getattr(getattr(item, "module", None), "VIRTUAL_TIME", False)
    return {"virtual": VirtualTimeLoop} if virtual else {"real": asyncio.new_event_loop}
