"""An agent's page beyond a NAT and a bad line, through a TURN server or without."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from browser_desk import Desk, Way, desk

from simulation.far.nat import Opening
from simulation.far.network import FarNetwork
from simulation.far.packet import Protocol
from simulation.far.space import NoFarNetwork
from simulation.turn import TurnServer, find_coturn

ANY_PORT = range(1, 65_536)

KEEP = """
() => {
  window.connections = [];
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...given) {
      super(...given);
      window.connections.push(this);
    }
  };
}
"""
"""Keeps the page's connections, to be asked how their audio goes."""

ROUTE = """
async () => {
  const open = window.connections.filter((one) => one.connectionState === "connected");
  const stats = await open.at(-1).getStats();
  const transport = [...stats.values()].find((one) => one.type === "transport");
  const pair = stats.get(transport.selectedCandidatePairId);
  return stats.get(pair.localCandidateId).candidateType;
}
"""
"""What kind of candidate the page's audio leaves by."""


@dataclass
class FarDesk:
    """A desk far away, and the line to it."""

    desk: Desk
    far: FarNetwork

    async def route(self) -> str:
        """Return how the page's audio leaves: "host", "prflx" or "relay"."""
        return str(await self.desk.page.evaluate(ROUTE))


@asynccontextmanager
async def far_desk(
    home: Path, *, through_turn: bool, delay_s: float = 0.0, loss_rate: float = 0.0, **given: Any
) -> AsyncIterator[FarDesk]:
    """Open a desk far away; without TURN any UDP passes, with it none but the TURN server's."""
    coturn = find_coturn()
    if through_turn and coturn is None:
        pytest.skip("no TURN server: python -m simulation.turn puts one in place")
    home.mkdir(exist_ok=True)
    with ExitStack() as opened:
        try:
            far = opened.enter_context(FarNetwork(delay_s=delay_s, loss_rate=loss_rate))
        except NoFarNetwork as error:
            pytest.skip(f"no network of its own for the browser: {error}")
        settings, udp = {}, ANY_PORT
        if through_turn and coturn is not None:
            turn = opened.enter_context(TurnServer(coturn, home / "turn", far.address))
            settings, udp = turn.settings, range(turn.port, turn.port + 1)

        def entrance(program: Path) -> Path:
            return far.entrance(program, home / "far-chromium")

        way = Way(far.address, entrance, settings)
        async with desk(home, way=way, **given) as at:
            port = urlsplit(at.address).port
            assert port is not None
            far.open([Opening(Protocol.TCP, range(port, port + 1)), Opening(Protocol.UDP, udp)])
            await at.context.add_init_script(f"({KEEP})()")
            yield FarDesk(at, far)
            await asyncio.to_thread(far.mend)
