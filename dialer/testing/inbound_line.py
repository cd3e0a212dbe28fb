"""A caller's line in memory, on a `MemorySwitch`. Refuses to know who takes the call."""

import asyncio
from typing import Any

from dialer.domain.ids import MAIN_TENANT, CallId, LegId, TenantId, new_call_id
from dialer.ports import BridgeEnd
from dialer.testing.switch import MemorySwitch


class MemoryLine:
    """An `InboundLine` (dialer.ports) in memory; the call comes in when it is made.

    Args:
        switch: on which it comes in.
        number: who calls.
        tenant_id: whose number was called.
        prompt_s: how long each prompt is.
    """

    def __init__(
        self,
        switch: MemorySwitch,
        number: str = "",
        *,
        tenant_id: TenantId = MAIN_TENANT,
        prompt_s: float = 1.0,
    ) -> None:
        self._switch = switch
        self._prompt_s = prompt_s
        self.call_id: CallId = new_call_id()
        self.number = number
        self.our_number = "+12025550199"
        self.tenant_id = tenant_id
        self.language = ""
        self.gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._pressed: asyncio.Queue[str] = asyncio.Queue()
        self._wanted = ""
        self.heard: list[str] = []
        """Names of prompts; "music" and "silence" when music began and ended; "agent"."""
        switch.come_in(self.call_id)

    async def join(self, leg_id: LegId) -> BridgeEnd:
        """Join the caller and an agent's leg; returns when they part."""
        self.heard.append("agent")
        return await self._switch.bridge(self.call_id, leg_id)

    async def music(self, on: bool) -> None:
        """Play music until it is taken off again, or a join begins."""
        await asyncio.sleep(0)
        self.heard.append("music" if on else "silence")

    async def play(self, path: str, keys: str = "") -> str:
        """Play a prompt; returns when it was heard, or with the key that cut it short."""
        self.heard.append(path.rpartition("/")[2])
        self._wanted = keys
        try:
            async with asyncio.timeout(self._prompt_s):
                return await self._pressed.get()
        except TimeoutError:
            return ""
        finally:
            self._wanted = ""

    async def key(self, wait_s: float, stop: asyncio.Event | None = None) -> str:
        """Wait for a key; "": none came in time, the caller left, or `stop` is set."""
        self._wanted = "0123456789*#"
        async with asyncio.TaskGroup() as tasks:
            waiting = tasks.create_task(self._pressed.get(), name="key")
            over = tasks.create_task((stop or asyncio.Event()).wait(), name="stop")
            ends: set[asyncio.Future[Any]] = {waiting, over, self.gone}
            await asyncio.wait(ends, timeout=wait_s, return_when=asyncio.FIRST_COMPLETED)
            over.cancel()
            waiting.cancel()
        self._wanted = ""
        return "" if waiting.cancelled() else waiting.result()

    def press(self, key: str) -> None:
        """Press a key; it is heard only while one is listened for."""
        if key in self._wanted:
            self._pressed.put_nowait(key)

    def hang_up(self) -> None:
        """The caller hangs up: the line is lost, and then the switch tells."""
        if not self.gone.done():
            self.gone.set_result(None)
        self._switch.end(self.call_id)
