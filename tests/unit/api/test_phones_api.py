"""Agents' phones over REST, and what a page needs to be one."""

import base64
import hmac
import time
from pathlib import Path

from service import Service, service

from dialer.domain.phone import REALM, ha1_of
from dialer.testing.phones import MemoryProvisioning


async def test_a_phone_is_in_the_switch_when_its_secret_is_shown(tmp_path: Path) -> None:
    switch = MemoryProvisioning(frozenset({"own1"}))
    async with service(tmp_path, provisioning=switch) as at:
        made = await at.ask("POST", "/phones", json={"name": "1001"})
        assert made.status_code == 201
        assert made.headers["cache-control"] == "no-store"
        told = made.json()
        shown = {
            "name": "1001",
            "kind": "sip",
            "transport": "udp",
            "srtp": False,
            "leg": "standing",
        }
        assert (told["phone"], told["pushed"]) == (shown, True)
        assert switch.phones["1001"].ha1 == ha1_of("1001", told["secret"])

        renewed = await at.done("POST", "/phones/1001/secret")
        assert renewed["secret"] != told["secret"]
        assert switch.phones["1001"].ha1 == ha1_of("1001", renewed["secret"])

        listed = await at.ask("GET", "/phones", role="supervisor")
        assert listed.json()["items"] == [shown]
        assert (await at.done("GET", "/phones", tenant="other"))["items"] == []
        await at.refused("DELETE", "/phones/1001", 404, tenant="other")
        await at.done("DELETE", "/phones/1001")
        assert switch.phones == {}

        refused = await at.done("POST", "/phones", json={"name": "own1"})
        assert refused["pushed"] is False


async def test_what_cannot_be_a_phone_is_refused_and_only_administrators_make_one(
    tmp_path: Path,
) -> None:
    async with service(tmp_path, provisioning=MemoryProvisioning()) as at:
        await at.done("POST", "/phones", json={"name": "1001"})
        taken = await at.refused("POST", "/phones", 409, json={"name": "1001"}, tenant="other")
        assert taken["field"] == "name"
        clear = await at.refused("POST", "/phones", 422, json={"name": "1002", "srtp": True})
        assert (clear["field"], clear["fix"]) == ("srtp", "choose transport tls")
        await at.refused("POST", "/phones", 422, json={"name": "transport-udp"})
        await at.refused("POST", "/phones/1002/secret", 404)
        for role in ("agent", "supervisor", "campaign_manager", "qa"):
            await at.refused("POST", "/phones", 403, json={"name": "1003"}, role=role)
            await at.refused("POST", "/phones/1001/secret", 403, role=role)
            await at.refused("DELETE", "/phones/1001", 403, role=role)
        await at.refused("GET", "/phones", 403, role="agent")


async def test_a_phone_may_be_called_for_each_customer_unless_it_is_a_page(tmp_path: Path) -> None:
    async with service(tmp_path, provisioning=MemoryProvisioning()) as at:
        wanted = {"name": "1001", "leg": "on_demand"}
        assert (await at.done("POST", "/phones", json=wanted))["phone"]["leg"] == "on_demand"
        standing = await at.done("PATCH", "/phones/1001", json={"leg": "standing"})
        assert standing["leg"] == "standing"
        (listed,) = (await at.done("GET", "/phones"))["items"]
        assert listed["leg"] == "standing"

        page = {"name": "ann", "kind": "webrtc", "leg": "on_demand"}
        refused = await at.refused("POST", "/phones", 422, json=page)
        assert (refused["field"], refused["fix"]) == ("leg", "choose leg standing")
        await at.done("POST", "/phones", json={"name": "ann", "kind": "webrtc"})
        on_demand = {"leg": "on_demand"}
        refused = await at.refused("PATCH", "/phones/ann", 422, json=on_demand)
        assert refused["field"] == "leg"
        await at.refused("PATCH", "/phones/1001", 422, json={"leg": "sometimes"})
        await at.refused("PATCH", "/phones/1002", 404, json=on_demand)
        await at.refused("PATCH", "/phones/1001", 404, json=on_demand, tenant="other")
        await at.refused("PATCH", "/phones/1001", 403, json=on_demand, role="supervisor")


async def test_an_agents_page_gets_a_new_secret_and_where_to_connect(tmp_path: Path) -> None:
    switch = MemoryProvisioning()
    async with service(
        tmp_path, provisioning=switch, phone_ice_servers=("stun:stun.example.com:3478",)
    ) as at:
        none = await at.refused("POST", "/session/phone", 404, role="agent")
        assert none["field"] == "phone"
        await at.done("POST", "/phones", json={"name": "1001"})
        wrong = await at.refused("POST", "/session/phone", 409, role="agent")
        assert "is no browser" in wrong["detail"]
        await at.done("DELETE", "/phones/1001")
        made = await at.done("POST", "/phones", json={"name": "1001", "kind": "webrtc"})

        answer = await at.ask("POST", "/session/phone", role="agent")
        assert answer.headers["cache-control"] == "no-store"
        told = answer.json()
        secret = told.pop("secret")
        assert told == {
            "name": "1001",
            "realm": REALM,
            "websocket_url": "/sip",
            "ice_servers": [{"urls": ["stun:stun.example.com:3478"]}],
        }
        assert secret != made["secret"]
        assert switch.phones["1001"].ha1 == ha1_of("1001", secret)
        again = await at.done("POST", "/session/phone", role="agent")
        assert again["secret"] != secret
        await at.refused("POST", "/session/phone", 403, role="administrator")


async def test_a_page_gets_a_login_to_turn_that_ends_by_itself(tmp_path: Path) -> None:
    urls = ("stun:turn.example.com:3478", "turn:turn.example.com:3478?transport=udp")
    async with service(
        tmp_path, phone_ice_servers=urls, phone_turn_secret="north", phone_turn_s=600
    ) as at:
        answer = await at.ask("GET", "/session/ice", role="agent")
        assert answer.headers["cache-control"] == "no-store"
        told = answer.json()
        stun, turn = told["ice_servers"]
        assert stun == {"urls": [urls[0]]}
        until, _, name = turn["username"].partition(":")
        assert (name, int(until), turn["urls"]) == ("1001", int(told["until"]), [urls[1]])
        assert 590 < told["until"] - time.time() <= 601
        signed = hmac.digest(b"north", turn["username"].encode(), "sha1")
        assert turn["credential"] == base64.b64encode(signed).decode()
        assert "north" not in answer.text
        await at.refused("GET", "/session/ice", 403, role="qa")


async def test_a_page_is_told_when_no_switch_has_its_phone(tmp_path: Path) -> None:
    switch = MemoryProvisioning()
    async with service(tmp_path, provisioning=switch, phone_websocket_url="wss://s/sip") as at:
        made = await at.done("POST", "/phones", json={"name": "1001", "kind": "webrtc"})
        assert made["pushed"]
        switch.away = True
        await at.refused("POST", "/session/phone", 503, role="agent")
        assert "phones" in await missing(at)
        switch.away = False
        told = await at.done("POST", "/session/phone", role="agent")
        assert told["websocket_url"] == "wss://s/sip"
        assert "phones" not in await missing(at)


async def missing(at: Service) -> list[str]:
    ready = await at.client.get("/readyz")
    return [one["what"] for one in ready.json()["problems"]]
