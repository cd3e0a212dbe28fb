"""A sound is put on record, and the prompt that names it, in that order.

Refuses to know who sent the sound, and where it is played.
"""

from dialer.domain.ids import MAIN_TENANT
from dialer.domain.named import Key
from dialer.domain.prompt import PROMPTS, Prompt, checked_prompt, uploaded_file
from dialer.domain.telephone_sound import TelephoneSound
from dialer.errors import NoSuch
from dialer.ports import NamedStore, PromptSounds


async def uploaded(
    prompts: NamedStore[Prompt],
    sounds: PromptSounds,
    key: Key,
    sound: TelephoneSound,
    *,
    text: str | None = None,
    by: str,
    at: float,
    tenant_id: str = MAIN_TENANT,
) -> Prompt:
    """Put a sound in place of a prompt's, or add the prompt; return it as it is now.

    Args:
        prompts: of all tenants.
        sounds: of all tenants.
        key: name and language of the prompt.
        sound: what callers hear.
        text: what is said; None: as it was.
        by: who uploads it.
        at: now, epoch seconds.
        tenant_id: whose it is.

    Raises:
        BadInput: the name, the language or the text cannot be kept.
    """
    before = await prompts.get(*key, tenant_id=tenant_id)
    known = "" if before is None else before.text
    said = known if text is None else text
    file = uploaded_file(sound.checksum)
    prompt = checked_prompt(Prompt(key[0], key[1], file, said, sound.seconds))
    await sounds.keep(sound.checksum, sound.wav, at=at, tenant_id=tenant_id)
    await prompts.put([prompt], by=by, at=at, tenant_id=tenant_id)
    return prompt


async def sound_of(
    prompts: NamedStore[Prompt],
    sounds: PromptSounds,
    key: Key,
    *,
    tenant_id: str = MAIN_TENANT,
) -> tuple[Prompt, bytes]:
    """Return a prompt and its uploaded sound, a WAV file.

    Raises:
        NoSuch: there is no such prompt, or its sound was not uploaded.
    """
    found = await prompts.get(*key, tenant_id=tenant_id)
    if found is None:
        raise PROMPTS.missing(key)
    sound = None
    if found.checksum:
        sound = await sounds.get(found.checksum, tenant_id=tenant_id)
    if sound is None:
        raise NoSuch("sound", f"{found.file} was not uploaded", "it lies on each node's disk")
    return found, sound
