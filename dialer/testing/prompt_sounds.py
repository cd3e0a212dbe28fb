"""Sounds of prompts that were uploaded, in memory; gone with the process."""

from dialer.domain.ids import MAIN_TENANT
from dialer.domain.prompt import Prompt
from dialer.testing.named import MemoryNamed


class MemoryPromptSounds:
    """A `PromptSounds` (dialer.ports) in memory, beside the prompts that name them."""

    def __init__(self, prompts: MemoryNamed[Prompt]) -> None:
        self._prompts = prompts
        self._kept: dict[tuple[str, str], tuple[float, bytes]] = {}

    async def keep(
        self, checksum: str, sound: bytes, *, at: float, tenant_id: str = MAIN_TENANT
    ) -> None:
        """Keep a sound; see `PromptSounds`."""
        _, before = self._kept.get((tenant_id, checksum), (at, sound))
        self._kept[(tenant_id, checksum)] = (at, before)

    async def get(self, checksum: str, *, tenant_id: str = MAIN_TENANT) -> bytes | None:
        """Return a sound; see `PromptSounds`."""
        found = self._kept.get((tenant_id, checksum))
        return None if found is None else found[1]

    async def forget(self, *, before: float) -> int:
        """Forget the sounds that no prompt names; see `PromptSounds`."""
        going = []
        for (tenant_id, checksum), (at, _) in self._kept.items():
            named = {one.checksum for one in await self._prompts.list(tenant_id)}
            if at < before and checksum not in named:
                going.append((tenant_id, checksum))
        for key in going:
            del self._kept[key]
        return len(going)
