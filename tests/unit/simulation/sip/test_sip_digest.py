import pytest

from simulation.sip.digest import (
    Challenge,
    Credentials,
    UnusableChallenge,
    authorization,
    parse_challenge,
)

RFC_2617 = (
    'Digest realm="testrealm@host.com", qop="auth,auth-int", '
    'nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"'
)


def test_the_example_of_rfc_2617() -> None:
    value = authorization(
        parse_challenge([RFC_2617]),
        Credentials("Mufasa", "Circle Of Life"),
        method="GET",
        uri="/dir/index.html",
        cnonce="0a4f113b",
    )
    assert 'response="6629fae49393a05397450978507c4ef1"' in value
    assert 'opaque="5ccc069c403ebaf9f0171e9517f40e41"' in value
    assert "nc=00000001" in value
    assert "qop=auth," in value


def test_the_older_form_without_qop() -> None:
    value = authorization(
        Challenge("testrealm@host.com", "dcd98b7102dd2f0e8b11d0f600bfb0c093"),
        Credentials("Mufasa", "Circle Of Life"),
        method="GET",
        uri="/dir/index.html",
        cnonce="unused",
    )
    assert 'response="670fd8c2df070c60b045671b8b24ff02"' in value
    assert "cnonce" not in value


def test_a_nonce_used_again_counts_up() -> None:
    challenge = Challenge("r", "n", "auth")
    who = Credentials("u", "p")
    again = authorization(challenge, who, method="REGISTER", uri="sip:r", cnonce="c", count=11)
    assert "nc=0000000b" in again


def test_the_first_challenge_that_md5_can_answer_is_taken() -> None:
    stronger = 'Digest realm="r", nonce="1", algorithm=SHA-256, qop="auth"'
    assert parse_challenge([stronger, RFC_2617.replace("Digest", "digest")]).qop == "auth"
    with pytest.raises(UnusableChallenge):
        parse_challenge([stronger, "Basic realm=x", 'Digest realm="no nonce"'])
