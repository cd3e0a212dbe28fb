"""Uploaded sounds get to the node before they are played, and go when nobody can hear them."""

from hashlib import sha256
from pathlib import Path

from dialer.adapters.prompt_files import PromptFolder
from dialer.domain.ids import MAIN_TENANT
from dialer.domain.prompt import Prompt, uploaded_file
from dialer.services.laid_prompts import UNUSED_S, LaidPrompts
from dialer.testing.clock import SetClock
from dialer.testing.stores import MemoryStores


def prompt_of(sound: bytes, name: str = "hello") -> Prompt:
    return Prompt(name, "en", uploaded_file(sha256(sound).hexdigest()))


class Node:
    def __init__(self, folder: Path) -> None:
        self.stores = MemoryStores()
        self.clock = SetClock()
        self.folder = folder
        self.files = PromptFolder(folder)
        self.laid = LaidPrompts(
            self.stores.prompt_sounds, self.files, self.clock, tenant_id=MAIN_TENANT
        )

    async def keep(self, sound: bytes) -> Prompt:
        prompt = prompt_of(sound)
        now = self.clock.now()
        await self.stores.prompt_sounds.keep(prompt.checksum, sound, at=now)
        return prompt


async def test_what_prompts_name_is_laid_down_and_what_lies_by_hand_is_left_alone(
    tmp_path: Path,
) -> None:
    node = Node(tmp_path)
    prompt = await node.keep(b"one")
    by_hand = Prompt("bye", "en", "en/bye.wav")
    assert await node.laid.lay([prompt, by_hand]) == set()
    assert (tmp_path / prompt.file).read_bytes() == b"one"
    assert not (tmp_path / by_hand.file).exists()


async def test_a_prompt_whose_sound_is_not_there_is_told_until_it_is(tmp_path: Path) -> None:
    node = Node(tmp_path)
    missing = prompt_of(b"one")
    for _ in range(2):
        assert await node.laid.lay([missing]) == {missing}
    await node.keep(b"one")
    assert await node.laid.lay([missing]) == set()
    assert node.files.has(missing.checksum)


async def test_a_disk_that_takes_nothing_is_tried_again(tmp_path: Path) -> None:
    node = Node(tmp_path)
    (tmp_path / "uploaded").write_text("no folder")
    prompt = await node.keep(b"one")
    assert await node.laid.lay([prompt]) == {prompt}
    (tmp_path / "uploaded").unlink()
    assert await node.laid.lay([prompt]) == set()


async def test_a_replaced_sound_stays_for_the_calls_that_play_it_then_goes(tmp_path: Path) -> None:
    node = Node(tmp_path)
    before = await node.keep(b"one")
    await node.laid.lay([before])
    node.clock.advance(10 * UNUSED_S)
    after = await node.keep(b"two")
    await node.laid.lay([after])
    node.clock.advance(UNUSED_S - 1)
    await node.laid.lay([after])
    assert (tmp_path / before.file).exists()
    node.clock.advance(1)
    await node.laid.lay([after])
    assert not (tmp_path / before.file).exists()
    assert (tmp_path / after.file).read_bytes() == b"two"


async def test_a_sound_that_is_named_again_in_time_stays(tmp_path: Path) -> None:
    node = Node(tmp_path)
    prompt = await node.keep(b"one")
    for named in ([prompt], [], [prompt], []):
        await node.laid.lay(named)
        node.clock.advance(UNUSED_S - 1)
    await node.laid.lay([])
    assert (tmp_path / prompt.file).exists()


async def test_the_record_forgets_what_no_prompt_names(tmp_path: Path) -> None:
    node = Node(tmp_path)
    prompt = await node.keep(b"one")
    await node.laid.lay([prompt])
    node.clock.advance(UNUSED_S + 1)
    await node.laid.lay([])  # the prompt was removed
    assert await node.stores.prompt_sounds.get(prompt.checksum) is None
