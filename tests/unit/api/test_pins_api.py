"""PINs of callers and conference rooms over REST."""

from pathlib import Path
from typing import Any

import pytest
from service import Service, service

from dialer.domain.lockout import OF_PIN, pin_subject

ANN = {"pin": "902817", "phone": "+12025550123", "label": "Ann Lee"}


async def all_that_is_said(at: Service) -> str:
    """Return what lists and the audit log say, as one text."""
    shown = [await at.done("GET", path) for path in ("/pins", "/rooms")]
    return str(shown) + str([row async for row in at.stores.audit.read()])


async def locked(at: Service, kind: str, number: str) -> None:
    subject = pin_subject("main", kind, number)
    now = at.app.state.world.clock.now()
    for _ in range(OF_PIN.failures):
        await at.stores.pin_guesses.failed({subject: OF_PIN}, "", at=now)


async def test_a_pin_is_set_listed_and_removed_and_never_shown(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        path = "/pins/customer/10023"
        made = await at.done("PUT", path, json=ANN, role="campaign_manager")
        assert made == {
            "kind": "customer",
            "number": "10023",
            "phone": "+12*****0123",
            "label": "Ann Lee",
            "locked_until": None,
        }
        await locked(at, "customer", "10023")
        (shown,) = await at.done("GET", "/pins")
        assert shown["phone"] == "+12025550123"  # an administrator sees it
        assert shown["locked_until"] > 0
        again = await at.done("PUT", path, json={"pin": "551276"})
        assert (again["locked_until"], again["label"]) == (None, "")
        assert (await at.done("GET", "/pins"))[0]["locked_until"] is None
        said = await all_that_is_said(at)
        assert "902817" not in said
        assert "551276" not in said
        assert "argon2" not in said
        assert "caller_account_change" in said
        await at.done("DELETE", path)
        await at.refused("DELETE", path, 404)
        assert await at.done("GET", "/pins") == []


async def test_a_room_is_set_listed_and_removed(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        wanted = {"pin": "902817", "max_members": 5, "label": "Board"}
        made = await at.done("PUT", "/rooms/400", json=wanted)
        assert made == {
            "number": "400",
            "max_members": 5,
            "label": "Board",
            "locked_until": None,
        }
        await locked(at, "room", "400")
        (shown,) = await at.done("GET", "/rooms", role="supervisor")
        assert shown["locked_until"] > 0
        assert await at.done("PUT", "/rooms/400", json=wanted) == made
        said = await all_that_is_said(at)
        assert "902817" not in said
        assert "room_add" in said
        await at.done("DELETE", "/rooms/400")
        assert await at.done("GET", "/rooms") == []


@pytest.mark.parametrize("path", ["/pins/customer/10023", "/rooms/10023"])
async def test_who_may_set_them_and_in_which_tenant(path: str, tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        body = {"pin": "902817"}
        for role in ("agent", "supervisor", "qa"):
            await at.refused("PUT", path, 403, json=body, role=role)
            await at.refused("DELETE", path, 403, role=role)
        listed = f"/{path.split('/')[1]}"
        await at.refused("GET", listed, 403, role="agent")
        await at.done("PUT", path, json=body)
        assert await at.done("GET", listed, tenant="other") == []
        await at.refused("DELETE", path, 404, tenant="other")
        await at.done("PUT", path, json=body, tenant="other")  # in nobody's way
        await at.done("DELETE", path, tenant="other")
        assert len(await at.done("GET", listed)) == 1


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/pins/customer/10023", {"pin": "1234"}, "pin"),
        ("/pins/customer/10023", {"pin": "12a4"}, "pin"),
        ("/pins/customer/10023", {"pin": "10023"}, "pin"),
        ("/pins/friend/10023", {"pin": "902817"}, "path.kind"),
        ("/pins/customer/1A", {"pin": "902817"}, "path.number"),
        ("/pins/customer/10023", {"pin": "902817", "phone": "12"}, "body.phone"),
        ("/rooms/400", {"pin": "4444"}, "pin"),
        ("/rooms/400", {"pin": "902817", "max_members": 1}, "body.max_members"),
    ],
)
async def test_what_cannot_be_set_is_refused_without_the_pin_in_the_answer(
    path: str, body: dict[str, Any], field: str, tmp_path: Path
) -> None:
    async with service(tmp_path, with_engine=False) as at:
        told = await at.refused("PUT", path, 422, json=body)
        assert told["field"] == field
        assert body["pin"] not in told["detail"]
        assert await at.done("GET", "/pins") == await at.done("GET", "/rooms") == []
