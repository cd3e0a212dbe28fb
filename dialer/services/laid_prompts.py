"""Sounds that were uploaded, laid down beside this node's switch, and taken away when unused.

A prompt is played only once its file is there; a file that no prompt names any more stays for the
calls that may still play it. Refuses to know calls.
"""

import asyncio
from collections.abc import Iterable
from typing import Final

import structlog

from dialer.domain.prompt import Prompt
from dialer.ports import Clock, PromptFiles, PromptSounds, Unplayable

log = structlog.get_logger(__name__)

UNUSED_S: Final = 3600.0
"""A sound that no prompt names is kept this long, on record and as a file."""


class LaidPrompts:
    """The uploaded sounds of one tenant on one node."""

    def __init__(
        self, sounds: PromptSounds, files: PromptFiles, clock: Clock, *, tenant_id: str
    ) -> None:
        self._sounds = sounds
        self._files = files
        self._clock = clock
        self._tenant_id = tenant_id
        self._unused: dict[str, float] = {}
        """Since when a file was named by no prompt."""
        self._forgot_at = float("-inf")
        self._failed: set[str] = set()

    async def lay(self, prompts: Iterable[Prompt]) -> set[Prompt]:
        """Lay down what the prompts name; return those whose sound is not there all the same.

        Raises:
            StoreUnavailable: the database is away.
        """
        named = {prompt.checksum: prompt for prompt in prompts if prompt.checksum}
        missing = {
            checksum
            for checksum in named
            if not await asyncio.to_thread(self._files.has, checksum)
            and not await self._laid(checksum, named[checksum])
        }
        self._failed &= missing
        await self._tidy(named.keys())
        return {prompt for prompt in prompts if prompt.checksum in missing}

    async def _laid(self, checksum: str, prompt: Prompt) -> bool:
        problem = "it is not on record"
        sound = await self._sounds.get(checksum, tenant_id=self._tenant_id)
        if sound is not None:
            try:
                await asyncio.to_thread(self._files.lay, checksum, sound)
            except Unplayable as error:
                problem = str(error)
            else:
                log.info("prompt_laid", prompt=prompt.name, language=prompt.language)
                return True
        if checksum not in self._failed:
            self._failed.add(checksum)
            log.warning(
                "prompt_not_laid", prompt=prompt.name, language=prompt.language, reason=problem
            )
        return False

    async def _tidy(self, named: Iterable[str]) -> None:
        now = self._clock.now()
        spare = set(await asyncio.to_thread(self._files.present)) - set(named)
        self._unused = {checksum: self._unused.get(checksum, now) for checksum in spare}
        for checksum, since in self._unused.items():
            if now - since >= UNUSED_S:
                await asyncio.to_thread(self._files.remove, checksum)
        if now - self._forgot_at >= UNUSED_S:
            await self._sounds.forget(before=now - UNUSED_S)
            self._forgot_at = now
