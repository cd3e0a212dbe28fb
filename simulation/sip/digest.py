"""Digest authentication (RFC 2617): a challenge and a secret in, an Authorization value out.

Knows MD5 with qop=auth or none, which is what Asterisk asks for. Refuses to know messages and
randomness: the client nonce comes in as an argument.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import md5
from typing import Final

_FIELD: Final = re.compile(r'(\w+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))')


class UnusableChallenge(ValueError):
    """A challenge that is not a digest by MD5."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who answers a challenge."""

    user: str
    password: str


@dataclass(frozen=True, slots=True)
class Challenge:
    """A WWW-Authenticate or Proxy-Authenticate header."""

    realm: str
    nonce: str
    qop: str = ""
    """"auth", or "" when the server wants the older form."""
    opaque: str = ""


def parse_challenge(values: Iterable[str]) -> Challenge:
    """Return the first challenge of these header values that MD5 can answer.

    Raises:
        UnusableChallenge: there is none.
    """
    for value in values:
        scheme, _, rest = value.strip().partition(" ")
        fields = {name.lower(): quoted or bare for name, quoted, bare in _FIELD.findall(rest)}
        qops = [qop.strip() for qop in fields.get("qop", "").split(",") if qop.strip()]
        if (
            scheme.lower() == "digest"
            and fields.get("algorithm", "MD5").upper() == "MD5"
            and "nonce" in fields
            and (not qops or "auth" in qops)
        ):
            qop = "auth" if qops else ""
            return Challenge(
                fields.get("realm", ""), fields["nonce"], qop, fields.get("opaque", "")
            )
    raise UnusableChallenge("no Digest challenge with algorithm MD5 and qop auth")


def authorization(
    challenge: Challenge,
    credentials: Credentials,
    *,
    method: str,
    uri: str,
    cnonce: str,
    count: int = 1,
) -> str:
    """Return the value of an Authorization (or Proxy-Authorization) header.

    Args:
        challenge: what the server asked.
        credentials: user and password.
        method: method of the request.
        uri: request URI.
        cnonce: client nonce, free of quotes.
        count: how often this nonce has been used, from 1.
    """
    who = _hash(f"{credentials.user}:{challenge.realm}:{credentials.password}")
    what = _hash(f"{method}:{uri}")
    parts = [
        f'Digest username="{credentials.user}"',
        f'realm="{challenge.realm}"',
        f'nonce="{challenge.nonce}"',
        f'uri="{uri}"',
        "algorithm=MD5",
    ]
    if challenge.qop:
        number = f"{count:08x}"
        proof = _hash(f"{who}:{challenge.nonce}:{number}:{cnonce}:{challenge.qop}:{what}")
        parts += [f"qop={challenge.qop}", f"nc={number}", f'cnonce="{cnonce}"']
    else:
        proof = _hash(f"{who}:{challenge.nonce}:{what}")
    parts.append(f'response="{proof}"')
    if challenge.opaque:
        parts.append(f'opaque="{challenge.opaque}"')
    return ", ".join(parts)


def _hash(text: str) -> str:
    return md5(text.encode(), usedforsecurity=False).hexdigest()
