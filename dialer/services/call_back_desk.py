"""Asks a caller in a queue whether and where they are to be called back, and promises it.

The promise is a callback as any other, of the campaign that the queue names. Refuses to know what
is asked (`dialer.domain.call_back_offer`), and whose turn comes when (`kept_places`, `callbacks`).
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import structlog

from dialer.domain.call_back_offer import (
    NOT_PROMISED,
    PROMISED,
    Ask,
    CallBackOffer,
    Promise,
)
from dialer.domain.ids import CampaignId
from dialer.domain.instant import written
from dialer.domain.masking import masked
from dialer.errors import OutpaceError
from dialer.ports import CallbackStore, Clock, InboundLine, OpenCallback
from dialer.services.caller_leads import CallerIntake, CallerKnown
from dialer.services.queued_call import QueuedCall, path_of

log = structlog.get_logger(__name__)

LIST: Final = "callers to call back"
"""Where callers go who are no leads yet."""

KEYS: Final = "0123456789*#"
FIRST_KEY_S: Final = 6.0
NEXT_KEY_S: Final = 4.0


class CallBackDesk:
    """Promises callers to call them back.

    Args:
        leads: takes callers in.
        store: of promises.
        clock: of the engine.
        prompts: folder of the node's prompts.
        promised: told that there is a new one.
    """

    def __init__(
        self,
        leads: CallerIntake,
        store: CallbackStore,
        clock: Clock,
        prompts: Path,
        promised: Callable[[], None],
    ) -> None:
        self._leads = leads
        self._store = store
        self._clock = clock
        self._prompts = prompts
        self._promised = promised

    async def offer(self, call: QueuedCall, expected_s: float) -> OpenCallback | None:
        """Ask a caller; returns what was promised, None: they wait on, or have left.

        Args:
            call: in a queue, with a line.
            expected_s: how long they would wait: the promise is due then.
        """
        line = call.line
        if line is None:
            return None
        await line.music(False)
        asked = CallBackOffer(line.number, line.our_number)
        step = asked.begin()
        while isinstance(step, Ask) and not line.gone.done():
            step = asked.keyed(await self._keys(line, step))
        if line.gone.done() or not isinstance(step, Promise):
            return None
        return await self._promise(call, line, step.number, expected_s)

    async def _promise(
        self, call: QueuedCall, line: InboundLine, number: str, expected_s: float
    ) -> OpenCallback | None:
        now = self._clock.now()
        campaign_id = CampaignId(call.wish.settings.call_back_campaign)
        known = {"call_back_queue": call.queue, "call_back_asked_at": written(now)}
        caller = CallerKnown(str(line.tenant_id), number, known)
        try:
            await self._leads.take_in(campaign_id, [caller], list_name=LIST)
            promised = await self._store.promise_caller(
                campaign_id, number, now + expected_s, at=now
            )
        except OutpaceError as error:
            log.warning("call_back_not_promised", call=line.call_id, error=str(error))
            await self._say(line, [NOT_PROMISED])
            return None
        log.info(
            "call_back_promised",
            call=line.call_id,
            queue=call.queue,
            callback=promised.callback_id,
            number=masked(number),
        )
        self._promised()
        await self._say(line, [PROMISED])
        return promised

    async def _keys(self, line: InboundLine, asked: Ask) -> str:
        """Play a question and return the keys that answer it; "": none came."""
        keys = await self._say(line, asked.prompts, KEYS)
        keys = keys or await line.key(FIRST_KEY_S)
        while keys and keys[-1] != "#" and len(keys) < asked.most:
            more = await line.key(NEXT_KEY_S)
            if not more:
                break
            keys += more
        return keys.removesuffix("#")

    async def _say(self, line: InboundLine, names: Sequence[str], keys: str = "") -> str:
        for name in names:
            pressed = await line.play(str(path_of(name, line.language, self._prompts)), keys)
            if pressed:
                return pressed
        return ""
