"""`/prompts/{name}/{language}/sound`: what callers hear of a prompt, sent and fetched as a file.

Refuses to know how sounds are converted, and how they get to the engines.
"""

from typing import Annotated, Any, Final

from anyio import to_thread
from fastapi import Depends, Query, Request, Response

from api.asking import may
from api.noun import Noun
from api.prompts.routes import prompt_key
from api.prompts.schemas import PromptShown
from api.received import received
from api.tell_engines import tell_engines
from api.world import Here
from dialer.adapters.telephone_sounds import telephone_sound
from dialer.domain.named import Key
from dialer.domain.principal import Principal
from dialer.domain.prompt import MOST_TEXT
from dialer.domain.recording import MEDIA_TYPES, Codec
from dialer.errors import BadInput
from dialer.services.prompt_upload import sound_of, uploaded

router = Noun(prefix="/prompts/{name}/{language}/sound", tags=["prompts"])

_WAV: Final = {"schema": {"type": "string", "format": "binary"}}
_FORMS: Final = ("multipart/", "application/x-www-form-urlencoded")

FILE: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": (
            "WAV, mono or stereo, 8 to 48 kHz: PCM of 8 to 32 bit, floating point, A-law or "
            "mu-law; 32 MiB and 600 s at most."
        ),
        "content": {"audio/wav": _WAV, "application/octet-stream": _WAV},
    }
}


@router.put("", operation_id="prompts.upload", openapi_extra=FILE)
async def upload(
    request: Request,
    key: Annotated[Key, Depends(prompt_key)],
    world: Here,
    principal: Annotated[Principal, Depends(may("prompts.upload"))],
    text: Annotated[
        str | None,
        Query(max_length=MOST_TEXT, description="What is said; left out: as it was."),
    ] = None,
) -> PromptShown:
    """Put a sound in place of a prompt's, or add the prompt; the engines fetch it by themselves.

    Calls that play the former sound play it to its end.
    """
    if request.headers.get("content-type", "").startswith(_FORMS):
        raise BadInput("body", "is a form", "send the WAV file itself as the body")
    async with received(request, "sound.wav") as path:
        made = await to_thread.run_sync(lambda: telephone_sound(path.read_bytes(), "body"))
    prompt = await uploaded(
        world.stores.prompts,
        world.stores.prompt_sounds,
        key,
        made,
        text=text,
        by=principal.who,
        at=world.clock.now(),
        tenant_id=principal.tenant_id,
    )
    await tell_engines(world, "flows.look")
    return PromptShown.of(prompt)


@router.get(
    "",
    operation_id="prompts.sound",
    response_class=Response,
    responses={
        200: {"description": "The sound: WAV, 8 kHz, 16 bit, mono.", "content": {"audio/wav": _WAV}}
    },
)
async def sound(
    key: Annotated[Key, Depends(prompt_key)],
    world: Here,
    principal: Annotated[Principal, Depends(may("prompts.sound"))],
) -> Response:
    """Return the sound of a prompt as callers hear it; only of one that was uploaded."""
    prompt, wav = await sound_of(
        world.stores.prompts, world.stores.prompt_sounds, key, tenant_id=principal.tenant_id
    )
    headers = {"ETag": f'"{prompt.checksum}"', "Cache-Control": "private, no-cache"}
    return Response(wav, media_type=MEDIA_TYPES[Codec.WAV], headers=headers)
