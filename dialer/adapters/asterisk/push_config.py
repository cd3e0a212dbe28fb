"""Agents' phones pushed into a running Asterisk: its dynamic configuration over ARI, no reload.

Knows which fields a phone's endpoint, login and address of record have; they are the same as those
of an agent in pjsip.conf. Asterisk keeps them in its own database (sorcery.conf), so they survive
its restart. Refuses to know whose phones they are, and when they are pushed.
"""

import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import httpx

from dialer.adapters.asterisk.conf import (
    AGENT_QUALIFY_S,
    AGENT_RTP_TIMEOUT_S,
    ARI_USER,
    PAGE_RTP_TIMEOUT_S,
)
from dialer.domain.phone import REALM, Phone, PhoneKind, Transport
from dialer.errors import PhoneRefused, SwitchUnavailable

WITHIN_S: Final = 5.0
"""Asterisk answers one push in 2-17 ms (measured, 22.10)."""

PAGE: Final = 1000
"""Phones asked for at once: their list comes as one answer of AMI, which has a bound."""

_MARK: Final = "outpace-"
"""What the tag of an endpoint that we pushed begins with; its digest follows."""

_LIST: Final = (
    "database query \"SELECT substr(key, 28) || ' ' || "
    "json_extract(value, '$.callerid_tag') AS phone "
    "FROM astdb WHERE key LIKE '/outpace_endpoint/endpoint/%' "
    'ORDER BY key LIMIT {page} OFFSET {start}"'
)


@dataclass(frozen=True, slots=True)
class AriAddress:
    """Where and with which secret ARI is spoken to; plain HTTP, so on this machine only."""

    port: int
    secret: str
    user: str = ARI_USER
    host: str = "127.0.0.1"


class PushConfig:
    """A `Provisioning` (dialer.ports) of one Asterisk.

    Args:
        address: of its ARI.
        said: runs a command of Asterisk's command line and returns its lines.
    """

    def __init__(self, address: AriAddress, said: Callable[[str], Awaitable[list[str]]]) -> None:
        self._address = address
        self._said = said

    def digest(self, phone: Phone) -> str:
        """Return the digest of all that is pushed of a phone."""
        fields = json.dumps(_objects(phone), sort_keys=True)
        return hashlib.sha256(fields.encode()).hexdigest()[:16]

    async def pushed(self) -> Mapping[str, str]:
        """Return the phones that Asterisk has of us; see `Provisioning`."""
        found: dict[str, str] = {}
        start = 0
        while True:
            lines = await self._said(_LIST.format(page=PAGE, start=start))
            said = (line.partition(":") for line in lines)
            page = [value.split() for label, _, value in said if label.strip() == "phone"]
            for name, *tag in page:
                found[name] = tag[0].removeprefix(_MARK) if tag else ""
            if len(page) < PAGE:
                return found
            start += PAGE

    async def put(self, phone: Phone) -> None:
        """Push login, address of record and, last, the endpoint, which says what all three are."""
        objects = _objects(phone)
        objects["endpoint"]["callerid_tag"] = _MARK + self.digest(phone)
        async with self._client() as client:
            for kind in ("auth", "aor", "endpoint"):
                given = [{"attribute": k, "value": v} for k, v in objects[kind].items()]
                answer = await self._ask(client, "PUT", f"{kind}/{phone.name}", {"fields": given})
                if answer.status_code != httpx.codes.OK:
                    raise PhoneRefused(phone.name, f"{answer.status_code} {_message(answer)}")

    async def remove(self, name: str) -> None:
        """Take the endpoint away, then what it refers to."""
        async with self._client() as client:
            for kind in ("endpoint", "auth", "aor"):
                answer = await self._ask(client, "DELETE", f"{kind}/{name}")
                if answer.status_code not in (httpx.codes.NO_CONTENT, httpx.codes.NOT_FOUND):
                    raise SwitchUnavailable(
                        f"Asterisk does not take phone {name!r} away "
                        f"({answer.status_code} {_message(answer)})"
                    )

    def _client(self) -> httpx.AsyncClient:
        where = self._address
        return httpx.AsyncClient(
            base_url=f"http://{where.host}:{where.port}/ari/asterisk/config/dynamic/res_pjsip/",
            auth=(where.user, where.secret),
            timeout=WITHIN_S,
            trust_env=False,  # no proxy stands between us and this machine
        )

    async def _ask(
        self, client: httpx.AsyncClient, method: str, path: str, body: Any = None
    ) -> httpx.Response:
        at = f"{self._address.host}:{self._address.port}"
        try:
            answer = await client.request(method, path, json=body)
        except httpx.HTTPError as error:
            why = str(error) or type(error).__name__
            raise SwitchUnavailable(
                f"no ARI at {at} ({why}); see OUTPACE_ASTERISK_HTTP_PORT, and restart Asterisk"
            ) from error
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            raise SwitchUnavailable(
                f"ARI at {at} refused us: it was started with another OUTPACE_AMI_SECRET"
            )
        if answer.status_code == httpx.codes.NOT_FOUND and "message" not in answer.text:
            raise SwitchUnavailable(
                f"what answers at {at} is no ARI: Asterisk lacks it, or was started without it"
            )
        if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise SwitchUnavailable(f"ARI at {at} failed: {answer.status_code} {_message(answer)}")
        return answer


def _message(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["message"])
    except (ValueError, KeyError, TypeError):
        return ""


def _objects(phone: Phone) -> dict[str, dict[str, str]]:
    """Return the fields of a phone's three objects, by kind."""
    endpoint = {
        "context": "from-agent",
        "aors": phone.name,
        "auth": phone.name,
        "callerid": f"<{phone.name}>",
        "disallow": "all",
        "allow": "ulaw,alaw",
        "dtmf_mode": "rfc4733",
        "direct_media": "no",
        "rtp_symmetric": "yes",
        "force_rport": "yes",
        "rewrite_contact": "yes",
        "allow_transfer": "no",
        "allow_subscribe": "no",
        "rtp_timeout": str(AGENT_RTP_TIMEOUT_S),
    }
    if phone.kind is PhoneKind.WEBRTC:
        # Opus first: a standing leg by PCMU is silent in Chromium (its timestamps step back)
        endpoint |= {"webrtc": "yes", "dtls_auto_generate_cert": "yes", "allow": "opus,ulaw"}
        endpoint["rtp_timeout"] = str(PAGE_RTP_TIMEOUT_S)
    elif phone.transport is not Transport.UDP:
        endpoint["transport"] = f"transport-{phone.transport.value}"
    if phone.srtp:
        endpoint |= {"media_encryption": "sdes", "media_encryption_optimistic": "no"}
    auth = {
        "auth_type": "md5",  # of 20 and later; the newer `digest` would be refused by 20
        "username": phone.name,
        "realm": REALM,
        "md5_cred": phone.ha1,
    }
    aor = {
        "max_contacts": "1",
        "remove_existing": "yes",
        "qualify_frequency": str(AGENT_QUALIFY_S),
        "qualify_timeout": "2.0",
    }
    return {"endpoint": endpoint, "auth": auth, "aor": aor}
