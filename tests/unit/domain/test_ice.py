"""Logins to TURN as TURN servers check them, and addresses that cannot be used."""

import pytest

from dialer.domain.ice import IceServer, ice_problem, ice_servers
from dialer.settings import NodeSettings


def test_a_login_is_the_one_that_a_turn_server_with_the_same_secret_makes() -> None:
    turn, stun = "turn:turn.example.com:3478", "stun:stun.example.com"
    told = ice_servers([turn, stun], "1001", "north", until=1795700000.9)
    # as: printf 1795700000:1001 | openssl dgst -sha1 -hmac north -binary | base64
    login = ("1795700000:1001", "2ACCd6tfuMtQjwK9WPdewh8Y3kc=")
    assert told == (IceServer(turn, *login), IceServer(stun))


@pytest.mark.parametrize(
    "url",
    [
        "stun:stun.example.com",
        "stuns:stun.example.com:5349",
        "turn:203.0.113.7:3478?transport=udp",
        "turns:[2001:db8::1]:5349?transport=tcp",
    ],
)
def test_addresses_of_servers_are_taken(url: str) -> None:
    assert ice_problem(url, turn_secret=True) is None


@pytest.mark.parametrize(
    "url", ["", "turn.example.com", "http://a", "turn:a b", "turn:a:3478?transport=sctp", "stun:"]
)
def test_what_is_no_address_is_refused(url: str) -> None:
    assert "is no address such as" in str(ice_problem(url, turn_secret=True))


def test_a_turn_server_without_a_secret_is_refused_as_no_browser_could_use_it() -> None:
    with pytest.raises(ValueError, match="needs OUTPACE_PHONE_TURN_SECRET"):
        NodeSettings(phone_ice_servers=("turn:turn.example.com",), _env_file=None)
    NodeSettings(
        phone_ice_servers=("turn:turn.example.com",), phone_turn_secret="north", _env_file=None
    )
