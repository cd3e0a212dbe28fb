"""Where webhooks may be."""

from ipaddress import ip_address

import pytest

from dialer.domain.webhook_address import check_address, target_of
from dialer.errors import BadInput

NEVER = [
    "169.254.169.254",
    "169.254.0.1",
    "100.100.100.200",
    "100.64.0.1",
    "192.0.0.192",
    "0.0.0.0",  # noqa: S104 - refused
    "224.0.0.1",
    "255.255.255.255",
    "198.18.0.1",
    "fe80::1",
    "fd00:ec2::254",
    "ff02::1",
    "::",
    "::ffff:169.254.169.254",
    "64:ff9b::a9fe:a9fe",
    "2002:a9fe:a9fe::1",
    "::ffff:0:169.254.169.254",
    "::169.254.169.254",
]
OWN = ["127.0.0.1", "127.9.9.9", "10.0.0.1", "172.16.0.1", "192.168.1.1", "::1", "fd12::1"]
OWN += ["::ffff:127.0.0.1", "::ffff:10.1.2.3"]
PUBLIC = ["93.184.216.34", "2606:2800:220:1::1"]


@pytest.mark.parametrize("address", NEVER)
@pytest.mark.parametrize("private", [False, True])
@pytest.mark.parametrize("secure", [False, True])
def test_addresses_of_machines_secrets_and_of_nobody_are_never_reached(
    address: str, private: bool, secure: bool
) -> None:
    with pytest.raises(BadInput):
        check_address(ip_address(address), private=private, secure=secure)


@pytest.mark.parametrize("address", OWN)
def test_our_own_networks_are_reached_only_where_that_is_set(address: str) -> None:
    check_address(ip_address(address), private=True, secure=False)
    with pytest.raises(BadInput, match="OUTPACE_WEBHOOKS_PRIVATE=true"):
        check_address(ip_address(address), private=False, secure=True)


@pytest.mark.parametrize("address", PUBLIC)
def test_others_are_reached_by_tls_only(address: str) -> None:
    check_address(ip_address(address), private=False, secure=True)
    with pytest.raises(BadInput, match="without TLS"):
        check_address(ip_address(address), private=True, secure=False)


@pytest.mark.parametrize(
    ("url", "private", "problem"),
    [
        ("http://crm.example/hook", False, "is not https"),
        ("ftp://crm.example/", True, "is none of https"),
        ("file:///etc/passwd", True, "is none of https"),
        ("https:///hook", True, "is none of https"),
        ("crm.example/hook", True, "is none of https"),
        ("https://ann:pass@crm.example/", True, "holds a login"),
        ("https://@crm.example/", True, "holds a login"),
        ("https://crm.example/#part", True, "holds a fragment"),
        ("https://crm.example:port/", True, "is none"),
        ("https://crm.example:99999/", True, "is none"),
        ("https://[::1/", True, "is none"),
        ("https://[fe80::1%25eth0]/", True, "is none"),
        ("https://crm.example/a b", True, "holds what no URL holds"),
        ("https://crm.example/\r\nHost: x", True, "holds what no URL holds"),
        ("https://crm.example\\@inside.test/", True, "holds what no URL holds"),
        ("https://zoë.example/", True, "punycode"),
        ("https://crm.example/" + "a" * 2000, True, "more than 2000"),
        ("https://127.0.0.1/", False, "in our own networks"),
        ("https://[::1]/", False, "in our own networks"),
        (f"https://{NEVER[0]}/latest/meta-data", True, "no receiver's"),
        ("https://[::ffff:169.254.169.254]/", True, "no receiver's"),
        (f"http://{PUBLIC[0]}/", True, "without TLS"),
    ],
)
def test_a_url_that_may_not_be_used_is_refused_with_its_field(
    url: str, private: bool, problem: str
) -> None:
    with pytest.raises(BadInput, match=problem) as refused:
        target_of(url, private=private)
    assert refused.value.field == "url"
    assert refused.value.fix
    assert "pass" not in str(refused.value).replace("passwd", "")


def test_a_url_is_taken_apart() -> None:
    found = target_of("https://crm.example/hook?x=1", private=False)
    assert (found.host, found.port, found.secure) == ("crm.example", 443, True)
    local = target_of("http://localhost:8080/hook", private=True)
    assert (local.host, local.port, local.secure) == ("localhost", 8080, False)
