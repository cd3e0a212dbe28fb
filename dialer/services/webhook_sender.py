"""Tells webhooks what is in the outbox: some at once, each subject in order, again when it fails.

Several senders may run on one database; each event is held by one of them while it is sent. Who
dies in between leaves it held for a while, then it is sent once more, with the same id. Knows how
many at once and how often to look. Refuses to know tables, HTTP, and when an event is given up
(`dialer.domain.webhook_delivery`).
"""

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import structlog

from dialer.domain.webhook import Webhook, encoded
from dialer.domain.webhook_delivery import Answer, Fate, after_try, rest_s
from dialer.domain.webhook_signature import EVENT_ID, SIGNATURE, signature
from dialer.errors import StoreUnavailable
from dialer.ports import Clock, Outbox, Waiting, WebhookPost

log = structlog.get_logger(__name__)

MOST_AT_ONCE: Final = 20
MOST_PER_WEBHOOK: Final = 4

POLL_S: Final = 0.5
"""Between two looks at the outbox, while there are webhooks."""

LOOK_S: Final = 5.0
"""Between two looks at which webhooks there are."""

HOLD_S: Final = 30.0
"""For how long an event is held; more than a try can take (`dialer.adapters.webhook_post`)."""


@dataclass(slots=True)
class _Line:
    """How things stand with one webhook."""

    in_flight: int = 0
    failures: int = 0
    """In a row."""
    rests_until: float = 0.0

    def free(self, now: float) -> int:
        """Return how many events it may be sent now; one that fails again and again, one."""
        if now < self.rests_until:
            return 0
        at_once = 1 if rest_s(self.failures, 0.0) else MOST_PER_WEBHOOK
        return max(0, at_once - self.in_flight)


class WebhookSender:
    """Sends; `run` is to be owned by a TaskGroup.

    Args:
        outbox: what is to be sent.
        post: the way to receivers.
        clock: time.
        holder: its own name, unlike that of any other sender, before a restart as well.
        chance: 0 to 1, for the jitter.
        poll_s: between two looks at the outbox.
        hold_s: for how long an event is held.
    """

    def __init__(
        self,
        outbox: Outbox,
        post: WebhookPost,
        clock: Clock,
        *,
        holder: str,
        chance: Callable[[], float] = random.random,
        poll_s: float = POLL_S,
        hold_s: float = HOLD_S,
    ) -> None:
        self._outbox = outbox
        self._post = post
        self._clock = clock
        self._holder = holder
        self._chance = chance
        self._poll_s = poll_s
        self._hold_s = hold_s
        self._lines: dict[str, _Line] = {}
        self._webhooks: Sequence[Webhook] = ()
        self._looked_at: float | None = None
        self._stirred = asyncio.Event()
        self._in_flight = 0

    def nudge(self, *, changed: bool = False) -> None:
        """Look at once; `changed`: at which webhooks there are as well."""
        if changed:
            self._looked_at = None
        self._stirred.set()

    async def run(self) -> None:
        """Send for ever; a database that is away is waited for."""
        away = False
        async with asyncio.TaskGroup() as tasks:
            while True:
                self._stirred.clear()
                try:
                    await self._round(tasks)
                    away = False
                except StoreUnavailable as error:
                    if not away:
                        log.warning("webhooks_wait", error=str(error))
                    away = True
                await self._pause(LOOK_S if not (self._webhooks or away) else self._poll_s)

    async def _round(self, tasks: asyncio.TaskGroup) -> None:
        """Begin to send what is due."""
        now = self._clock.now()
        if self._looked_at is None or abs(now - self._looked_at) >= LOOK_S:
            self._webhooks = await self._outbox.active()
            self._looked_at = now
            known = {webhook.webhook_id for webhook in self._webhooks}
            self._lines = {
                key: line for key, line in self._lines.items() if key in known or line.in_flight
            }
        for webhook in self._webhooks:
            line = self._lines.setdefault(webhook.webhook_id, _Line())
            most = min(line.free(now), MOST_AT_ONCE - self._in_flight)
            if most <= 0:
                continue
            until = now + self._hold_s
            found = await self._outbox.take(
                webhook.webhook_id, most, holder=self._holder, now=now, until=until
            )
            for waiting in found:
                line.in_flight += 1
                self._in_flight += 1
                tasks.create_task(self._tell(webhook, line, waiting), name="webhook")
        # whoever had no slot left is first the next time
        self._webhooks = (*self._webhooks[1:], *self._webhooks[:1])

    async def _tell(self, webhook: Webhook, line: _Line, waiting: Waiting) -> None:
        try:
            body = encoded(waiting.body)
            headers = headers_of(webhook.secret, body, waiting.event_id, self._clock.now())
            answer = await self._post.send(webhook.url, body, headers)
            await self._settle(webhook, line, waiting, answer)
        except StoreUnavailable as error:
            # the event stays held, and is sent once more when that is over
            log.warning("webhooks_wait", error=str(error))
        finally:
            line.in_flight -= 1
            self._in_flight -= 1
            self._stirred.set()

    async def _settle(
        self, webhook: Webhook, line: _Line, waiting: Waiting, answer: Answer
    ) -> None:
        now = self._clock.now()
        tries = waiting.tries + 1
        verdict = after_try(
            answer, tries=tries, since=waiting.since, now=now, chance=self._chance()
        )
        self._note(webhook, line, answer, now)
        await self._outbox.settle(waiting, verdict, holder=self._holder, now=now)
        if verdict.fate is Fate.DEAD:
            log.warning(
                "webhook_event_dead",
                webhook=webhook.webhook_id,
                event_id=waiting.event_id,
                why=verdict.why,
            )
        elif verdict.fate is Fate.GONE:
            await self._outbox.close_webhook(webhook.webhook_id, verdict.why, now=now)
            self._looked_at = None
            log.warning("webhook_gone", webhook=webhook.webhook_id)

    def _note(self, webhook: Webhook, line: _Line, answer: Answer, now: float) -> None:
        """Keep how a webhook answers, and tell when that changes."""
        was_down = rest_s(line.failures, 0.0) > 0
        line.failures = 0 if answer.ok else line.failures + 1
        rest = rest_s(line.failures, self._chance())
        line.rests_until = now + rest if rest else 0.0
        if rest and not was_down:
            log.warning("webhook_fails", webhook=webhook.webhook_id, problem=str(answer))
        elif was_down and not rest:
            log.info("webhook_answers", webhook=webhook.webhook_id)

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stirred.wait()
        except TimeoutError:
            pass


def headers_of(secret: str, body: bytes, event_id: str, at: float) -> dict[str, str]:
    """Return the headers of an event."""
    return {
        "Content-Type": "application/json",
        EVENT_ID: event_id,
        SIGNATURE: signature(secret, body, at),
    }
