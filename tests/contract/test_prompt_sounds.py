"""What every PromptSounds promises."""

from dataclasses import replace
from pathlib import Path

import pytest
from durable_stores import KINDS, durable, with_tenant

from dialer.domain.prompt import Prompt, uploaded_file

pytestmark = pytest.mark.parametrize("kind", KINDS)
FIRST, OTHER = "1" * 64, "2" * 64
GREETING = Prompt("greeting", "en", uploaded_file(FIRST))


async def test_a_sound_is_kept_whole_and_once_for_its_tenant(kind: str, tmp_path: Path) -> None:
    async with durable(kind, tmp_path) as stores:
        await with_tenant(stores, "other")
        sounds, sound = stores.prompt_sounds, bytes(range(256)) * 4096
        assert await sounds.get(FIRST) is None
        for at in (1.0, 2.0):
            await sounds.keep(FIRST, sound, at=at)
        assert await sounds.get(FIRST) == sound
        assert await sounds.get(FIRST, tenant_id="other") is None
        await sounds.keep(FIRST, b"theirs", at=1.0, tenant_id="other")
        assert await sounds.get(FIRST) == sound


async def test_what_no_prompt_names_is_forgotten_when_it_is_old(kind: str, tmp_path: Path) -> None:
    async with durable(kind, tmp_path) as stores:
        await with_tenant(stores, "other")
        sounds = stores.prompt_sounds
        await stores.prompts.add(GREETING, by="t", at=0.0)
        for checksum in (FIRST, OTHER):
            await sounds.keep(checksum, b"sound", at=10.0)
        await sounds.keep(FIRST, b"sound", at=10.0, tenant_id="other")
        assert await sounds.forget(before=10.0) == 0
        assert await sounds.forget(before=11.0) == 2
        assert await sounds.get(FIRST) == b"sound"
        assert await sounds.get(OTHER) is None
        # another tenant's prompt keeps no sound of this one
        assert await sounds.get(FIRST, tenant_id="other") is None

        await sounds.keep(OTHER, b"new", at=20.0)
        await stores.prompts.change(replace(GREETING, file=uploaded_file(OTHER)), by="t", at=20.0)
        await sounds.keep(FIRST, b"sound", at=30.0)  # it is uploaded again, not yet named
        assert await sounds.forget(before=30.0) == 0
        assert await sounds.forget(before=31.0) == 1
        assert await sounds.get(OTHER) == b"new"
