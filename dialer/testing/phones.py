"""Agents' phones in memory, and a switch in memory that lets them in; gone with the process."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace

from dialer.domain.ids import MAIN_TENANT
from dialer.domain.phone import Phone, PhoneLeg, checked_phone, no_phone, phone_taken
from dialer.errors import PhoneRefused, SwitchUnavailable
from dialer.testing.tables import Tables


class MemoryPhones:
    """A `PhoneBook` (dialer.ports) in memory."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._phones: dict[str, tuple[str, Phone]] = {}

    async def add(self, phone: Phone, *, by: str, at: float, tenant_id: str = MAIN_TENANT) -> None:
        """Add a phone; see `PhoneBook`."""
        checked_phone(phone)
        if phone.name in self._phones:
            raise phone_taken(phone.name)
        self._phones[phone.name] = (tenant_id, phone)
        detail = {"after": phone.shown}
        self._tables.audit.append((at, by, "phone_add", f"phone {phone.name}", detail))

    async def set_secret(
        self, name: str, ha1: str, *, by: str, at: float, tenant_id: str = MAIN_TENANT
    ) -> Phone:
        """Keep the digest of a new secret; see `PhoneBook`."""
        changed = checked_phone(replace(self._own(name, tenant_id), ha1=ha1))
        self._phones[name] = (tenant_id, changed)
        self._tables.audit.append((at, by, "phone_secret", f"phone {name}", {}))
        return changed

    async def set_leg(
        self, name: str, leg: PhoneLeg, *, by: str, at: float, tenant_id: str = MAIN_TENANT
    ) -> Phone:
        """Say when a phone is called; see `PhoneBook`."""
        changed = checked_phone(replace(self._own(name, tenant_id), leg=leg))
        self._phones[name] = (tenant_id, changed)
        self._tables.audit.append((at, by, "phone_leg", f"phone {name}", {"leg": leg.value}))
        return changed

    async def remove(self, name: str, *, by: str, at: float, tenant_id: str = MAIN_TENANT) -> None:
        """Remove a phone; see `PhoneBook`."""
        detail = {"before": self._own(name, tenant_id).shown}
        del self._phones[name]
        self._tables.audit.append((at, by, "phone_remove", f"phone {name}", detail))

    async def get(self, name: str, tenant_id: str = MAIN_TENANT) -> Phone | None:
        """Return the phone of that name, or None."""
        whose, phone = self._phones.get(name, ("", None))
        return phone if whose == tenant_id else None

    async def everybody(self) -> list[Phone]:
        """Return the phones of all tenants, by name."""
        return [phone for _, (_, phone) in sorted(self._phones.items())]

    async def list(self, tenant_id: str = MAIN_TENANT) -> list[Phone]:
        """Return the phones of a tenant, by name."""
        return [phone for _, (whose, phone) in sorted(self._phones.items()) if whose == tenant_id]

    def _own(self, name: str, tenant_id: str) -> Phone:
        whose, phone = self._phones.get(name, ("", None))
        if phone is None or whose != tenant_id:
            raise no_phone(name)
        return phone


class MemoryProvisioning:
    """A `Provisioning` (dialer.ports) of a switch in memory.

    Args:
        own: names that are the switch's own already; phones of these names are refused.
    """

    def __init__(self, own: frozenset[str] = frozenset()) -> None:
        self._own = own
        self.phones: dict[str, Phone] = {}
        """To be looked at by tests."""
        self.away = False
        """While true it cannot be asked or told anything."""
        self.changes = 0
        """Phones put or removed so far."""

    def digest(self, phone: Phone) -> str:
        """Return the digest of a phone."""
        return hashlib.sha256(repr((phone.shown, phone.ha1)).encode()).hexdigest()[:16]

    async def pushed(self) -> Mapping[str, str]:
        """Return the phones that were put, by name."""
        self._check()
        return {name: self.digest(phone) for name, phone in self.phones.items()}

    async def put(self, phone: Phone) -> None:
        """Let a phone in."""
        self._check()
        if phone.name in self._own:
            raise PhoneRefused(phone.name, "it is in the settings")
        self.changes += 1
        self.phones[phone.name] = phone

    async def remove(self, name: str) -> None:
        """Let a phone in no more."""
        self._check()
        self.changes += 1
        self.phones.pop(name, None)

    def _check(self) -> None:
        if self.away:
            raise SwitchUnavailable("the switch is away")
