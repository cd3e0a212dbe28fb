"""Signatures of webhooks: that an event is ours, unchanged, and not sent long ago. Pure.

    Outpace-Signature: t=1795700000,v1=5257a869e7...

`v1` is the HMAC-SHA256, in hex, of the time, a dot and the body under the webhook's secret. Time is
an argument. Refuses to know what the body says.
"""

import hashlib
import hmac
from collections.abc import Sequence
from typing import Final

from dialer.errors import BadInput

SIGNATURE: Final = "Outpace-Signature"
EVENT_ID: Final = "Outpace-Event-Id"

TOLERANCE_S: Final = 300.0
"""How far the time of a signature may be from the receiver's clock."""

MOST_HEADER: Final = 1000
"""Characters of a header that is looked at."""


def signature(secret: str, body: bytes, at: float) -> str:
    """Return the header that signs a body.

    Args:
        secret: of the webhook.
        body: the bytes that are sent.
        at: epoch seconds; whole ones are signed.
    """
    sent_at = int(at)
    return f"t={sent_at},v1={_digest(secret, body, sent_at)}"


def verify(
    secret: str, body: bytes, header: str, *, now: float, tolerance_s: float = TOLERANCE_S
) -> None:
    """Check that a body was signed with a secret, and lately.

    Several `v1` may be there, of which one must fit: so a secret can be changed.

    Args:
        secret: of the webhook.
        body: the bytes that came, before anything has read them.
        header: `Outpace-Signature`.
        now: epoch seconds.
        tolerance_s: how old, or how far ahead, it may be.

    Raises:
        BadInput: it is none, another's, or too old.
    """
    sent_at, digests = _parts(header)
    wanted = _digest(secret, body, sent_at).encode()
    # all are compared, so that the time tells nothing
    fits = [hmac.compare_digest(wanted, one.encode()) for one in digests]
    if not any(fits):
        raise BadInput(SIGNATURE, "does not fit the body", "use the secret of this webhook")
    if abs(now - sent_at) > tolerance_s:
        problem = f"is {abs(now - sent_at):.0f} s from this clock"
        raise BadInput(SIGNATURE, problem, "set the clock, or refuse it: it was sent again")


def _parts(header: str) -> tuple[int, Sequence[str]]:
    times: list[str] = []
    digests: list[str] = []
    for part in header[:MOST_HEADER].split(","):
        name, _, value = part.strip().partition("=")
        if name == "t":
            times.append(value)
        elif name == "v1":
            digests.append(value)
    if len(times) != 1 or not digests or not (times[0].isascii() and times[0].isdigit()):
        raise BadInput(SIGNATURE, "is none", "send t=EPOCH,v1=HEX")
    if len(times[0]) > 12:
        raise BadInput(SIGNATURE, "has no time", "send t=EPOCH,v1=HEX")
    return int(times[0]), digests


def _digest(secret: str, body: bytes, sent_at: int) -> str:
    signed = f"{sent_at}.".encode() + body
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
