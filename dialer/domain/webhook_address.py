"""Where a webhook may be: laws of URLs and of the addresses that their hosts turn out to have.

A webhook makes this service send where somebody else says, so it must not reach what only the
inside may reach. Pure: names are resolved by whoever sends, each time, and the addresses asked
about here. Refuses to know DNS.
"""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final
from urllib.parse import urlsplit

from dialer.errors import BadInput

MOST_URL: Final = 2000

SETTING: Final = "OUTPACE_WEBHOOKS_PRIVATE"

Address = IPv4Address | IPv6Address

_METADATA: Final = frozenset(
    ip_address(one)
    for one in (
        "169.254.169.254",
        "100.100.100.200",
        "192.0.0.192",
        "fd00:ec2::254",
        "fd20:ce::254",
    )
)
"""Where clouds tell machines their secrets."""

_NAT64: Final = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))
_TRANSLATED: Final = IPv6Network("::ffff:0:0:0/96")
_COMPATIBLE: Final = IPv6Network("::/96")
_OWN_NETWORKS: Final = tuple(
    ip_network(one) for one in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
)


@dataclass(frozen=True, slots=True)
class Target:
    """A URL that may be used, in parts."""

    url: str
    host: str
    port: int
    secure: bool


def target_of(url: str, *, private: bool) -> Target:
    """Return a URL in parts.

    Args:
        url: as somebody gave it.
        private: whether webhooks may be in our own networks, and there without TLS.

    Raises:
        BadInput: it is none of https, holds a login, or names an address that may not be reached.
    """
    if len(url) > MOST_URL:
        raise BadInput("url", f"has more than {MOST_URL} characters", "shorten it")
    if not url.isascii() or any(one <= " " or one == "\x7f" or one == "\\" for one in url):
        raise BadInput("url", "holds what no URL holds", "encode it (RFC 3986; names in punycode)")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise BadInput("url", "is none", "give one such as https://crm.example/outpace") from None
    if parts.scheme not in ("https", "http") or not host or "%" in host:
        raise BadInput("url", "is none of https", "give one such as https://crm.example/outpace")
    if "@" in parts.netloc:
        raise BadInput("url", "holds a login", "leave it out: events are signed")
    if parts.fragment:
        raise BadInput("url", "holds a fragment", "leave out # and what follows")
    secure = parts.scheme == "https"
    if not secure and not private:
        fix = f"use https, or set {SETTING}=true for hosts of our own networks"
        raise BadInput("url", "is not https", fix)
    try:
        address = ip_address(host)
    except ValueError:
        address = None
    if address is not None:
        check_address(address, private=private, secure=secure)
    return Target(url, host, port or (443 if secure else 80), secure)


def check_address(address: Address, *, private: bool, secure: bool) -> None:
    """Check that an address may be reached.

    Args:
        address: of the host, as it was resolved for this one connection.
        private: whether webhooks may be in our own networks.
        secure: whether it is reached by TLS.

    Raises:
        BadInput: it may not.
    """
    for one in _meant(address):
        if _is_never(one):
            problem = f"leads to {one}, which is no receiver's"
            raise BadInput("url", problem, "give the address of a receiver")
        if _is_own(one) and not private:
            problem = f"leads to {one}, in our own networks"
            raise BadInput("url", problem, f"set {SETTING}=true if that is meant")
        if not secure and not _is_own(one):
            raise BadInput("url", f"leads to {one} without TLS", "use https")


def _is_never(address: Address) -> bool:
    if address in _METADATA or address.is_link_local or address.is_multicast:
        return True
    if address.is_unspecified:
        return True
    return not address.is_global and not _is_own(address)


def _is_own(address: Address) -> bool:
    return address.is_loopback or any(address in network for network in _OWN_NETWORKS)


def _meant(address: Address) -> list[Address]:
    """Return an address and the IPv4 ones that it stands for, by any of the known ways."""
    if not isinstance(address, IPv6Address):
        return [address]
    if address.ipv4_mapped is not None:  # only another spelling
        return [address.ipv4_mapped]
    found: list[Address] = [address]
    if address.sixtofour is not None:
        found.append(address.sixtofour)
    if address.teredo is not None:
        found += address.teredo
    low = IPv4Address(int(address) & 0xFFFFFFFF)
    in_low = any(address in network for network in (*_NAT64, _TRANSLATED))
    if in_low or (address in _COMPATIBLE and int(address) > 1):
        found.append(low)
    return found
