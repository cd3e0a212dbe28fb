"""AMI's words translated into ours; the one place that knows the names of AMI events.

A channel is ours by its Uniqueid, which we gave it, or, when it came in, by its account code;
events of others give nothing. The manager user's event filter lets only these names through.
"""

import re
from collections.abc import Callable
from typing import Final

from dialer.adapters.asterisk.ami_wire import Frame
from dialer.domain.events import (
    ChannelBridged,
    ChannelHungUp,
    ChannelIdles,
    ChannelRang,
    ChannelSpoke,
    ChannelUp,
    KeyPressed,
    LiveChannel,
    OriginateFailed,
    PhoneChanged,
    SwitchEvent,
)
from dialer.domain.ids import is_call_id, is_channel_id

_RINGING: Final = "5"
_UP: Final = "6"
_BY_WEBSOCKET: Final = re.compile(r";transport=wss?\b", re.IGNORECASE)
_REACHABLE: Final = frozenset({"Reachable", "NonQualified", "Created", "Updated", "Avail"})


def channel_id_of(frame: Frame) -> str:
    """Return our id of the channel that a frame is about; "": it is not ours."""
    channel_id = frame.get("Uniqueid", "")
    if is_channel_id(channel_id):
        return channel_id
    # a call that came in has an id of Asterisk's: ours is written into its account code
    account = frame.get("AccountCode", "")
    return account if is_call_id(account) else ""


def _new_state(frame: Frame, at: float) -> SwitchEvent | None:
    channel_id = channel_id_of(frame)
    if not channel_id:
        return None
    state = frame.get("ChannelState", "")
    if state == _RINGING:
        return ChannelRang(channel_id, at)
    if state == _UP:
        return ChannelUp(channel_id, at)
    return None


def _hangup(frame: Frame, at: float) -> SwitchEvent | None:
    channel_id = channel_id_of(frame)
    if not channel_id:
        return None
    cause = frame.get("Cause", "0")
    return ChannelHungUp(
        channel_id, int(cause) if cause.isdecimal() else 0, frame.get("TechCause", ""), at
    )


def _bridge_enter(frame: Frame, at: float) -> SwitchEvent | None:
    channel_id = channel_id_of(frame)
    if not channel_id:
        return None
    # in a holding bridge a channel is joined to nobody
    if frame.get("BridgeTechnology") == "holding_bridge":
        return ChannelIdles(channel_id, at)
    return ChannelBridged(channel_id, frame.get("BridgeUniqueid", ""), at)


def _originate_response(frame: Frame, at: float) -> SwitchEvent | None:
    # matched by ActionID, which is the channel id: a refused duplicate carries the Uniqueid of
    # the call that lives
    channel_id = frame.get("ActionID", "")
    if frame.get("Response") == "Success" or not is_channel_id(channel_id):
        return None
    return OriginateFailed(channel_id, f"reason {frame.get('Reason', '?')}", at)


def _contact_status(frame: Frame, at: float) -> SwitchEvent | None:
    endpoint = frame.get("EndpointName", "") or frame.get("AOR", "")
    if not endpoint:
        return None
    reachable = frame.get("ContactStatus", "") in _REACHABLE
    return PhoneChanged(endpoint, reachable, at, _page(frame.get("URI", "")))


def _page(uri: str) -> str:
    """Return what tells a page from another by its contact; "": it is no page."""
    return uri.removeprefix("sip:").partition("@")[0] if _BY_WEBSOCKET.search(uri) else ""


def page_of(frame: Frame) -> tuple[str, str] | None:
    """Read one ContactList item: endpoint and page; None: its phone is no page."""
    page = _page(frame.get("Uri", ""))
    endpoint = frame.get("Endpoint", "") or frame.get("Aor", "")
    return (endpoint, page) if page and endpoint else None


def _spoke(frame: Frame, at: float) -> SwitchEvent | None:
    channel_id = channel_id_of(frame)
    if not channel_id:
        return None
    return ChannelSpoke(channel_id, frame.get("Event") == "ChannelTalkingStart", at)


def _key(frame: Frame, at: float) -> SwitchEvent | None:
    channel_id, key = channel_id_of(frame), frame.get("Digit", "")
    # what we send to a channel is told as well
    if not channel_id or not key or frame.get("Direction", "") != "Received":
        return None
    return KeyPressed(channel_id, key, at)


_TRANSLATORS: Final[dict[str, Callable[[Frame, float], SwitchEvent | None]]] = {
    "Newstate": _new_state,
    "Hangup": _hangup,
    "BridgeEnter": _bridge_enter,
    "OriginateResponse": _originate_response,
    "ContactStatus": _contact_status,
    "ChannelTalkingStart": _spoke,
    "ChannelTalkingStop": _spoke,
    "DTMFEnd": _key,
}


def translate(frame: Frame, now: float) -> SwitchEvent | None:
    """Return what an AMI event means for us, or None.

    Args:
        frame: the event.
        now: seconds since the epoch, used where Asterisk stamped nothing (`timestampevents=no`).
    """
    translator = _TRANSLATORS.get(frame.get("Event", ""))
    if translator is None:
        return None
    stamp = frame.get("Timestamp")
    return translator(frame, float(stamp) if stamp else now)


def _seconds(duration: str) -> float:
    total = 0
    for part in duration.split(":"):
        total = total * 60 + (int(part) if part.isdecimal() else 0)
    return float(total)


def live_channel(frame: Frame) -> LiveChannel | None:
    """Read one CoreShowChannel item; None when the channel is not ours."""
    channel_id = channel_id_of(frame)
    if not channel_id:
        return None
    return LiveChannel(
        channel_id=channel_id,
        state=frame.get("ChannelStateDesc", ""),
        bridge_id=frame.get("BridgeId", ""),
        age_s=_seconds(frame.get("Duration", "")),
        application=frame.get("Application", ""),
    )


def reachable_endpoint(frame: Frame) -> str | None:
    """Read one ContactList item: the endpoint, when its contact is reachable."""
    if frame.get("Status", "") not in _REACHABLE | {"Reachable", "NonQual", "Unknown"}:
        return None
    return frame.get("Endpoint", "") or frame.get("Aor", "") or None


def reachable_contact(line: str) -> str | None:
    """Read one line of `pjsip show contacts`: whose contact it is, when it can be reached."""
    words = line.split()
    if len(words) < 4 or words[0] != "Contact:" or "/" not in words[1]:
        return None
    name = words[1].partition("/")[0]
    return name if words[3] in ("Avail", "NonQual", "Unknown") else None


def registration_of(line: str, trunk: str) -> str:
    """Read one line of `pjsip show registrations`: how that of a trunk stands, "" of another's."""
    words = line.split()
    if len(words) < 3 or not words[0].startswith(f"{trunk}-registration/"):
        return ""
    return words[2]
