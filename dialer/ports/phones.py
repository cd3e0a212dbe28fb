"""What the dialer needs of agents' phones: the record of them, and a switch that lets them in.

Refuses to know tables and the switch's protocol.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

from dialer.domain.ids import MAIN_TENANT
from dialer.domain.phone import Phone, PhoneLeg


class PhoneBook(Protocol):
    """The phones on record. No tenant sees or changes another's; a name is one tenant's only.

    Each change is put into the audit log in its own transaction, without the secret's digest.
    """

    async def add(self, phone: Phone, *, by: str, at: float, tenant_id: str = MAIN_TENANT) -> None:
        """Add a phone.

        Raises:
            Taken: there is one of that name, perhaps another tenant's.
            BadInput: it cannot be kept.
        """
        ...

    async def set_secret(
        self, name: str, ha1: str, *, by: str, at: float, tenant_id: str = MAIN_TENANT
    ) -> Phone:
        """Put the digest of a new secret in place of the old one; returns the phone.

        Raises:
            NoSuch: there is none of that name.
        """
        ...

    async def set_leg(
        self, name: str, leg: PhoneLeg, *, by: str, at: float, tenant_id: str = MAIN_TENANT
    ) -> Phone:
        """Say when a phone is called; returns the phone.

        Raises:
            NoSuch: there is none of that name.
            BadInput: a phone of its kind cannot be called so.
        """
        ...

    async def remove(self, name: str, *, by: str, at: float, tenant_id: str = MAIN_TENANT) -> None:
        """Remove a phone.

        Raises:
            NoSuch: there is none of that name.
        """
        ...

    async def get(self, name: str, tenant_id: str = MAIN_TENANT) -> Phone | None:
        """Return the phone of that name, or None."""
        ...

    async def list(self, tenant_id: str = MAIN_TENANT) -> Sequence[Phone]:
        """Return the phones of a tenant, by name."""
        ...

    async def everybody(self) -> Sequence[Phone]:
        """Return the phones of all tenants: those that a switch lets in."""
        ...


class Provisioning(Protocol):
    """A switch that is told which phones to let in, while it runs."""

    def digest(self, phone: Phone) -> str:
        """Return what `pushed` has for a phone that was put as it is now."""
        ...

    async def pushed(self) -> Mapping[str, str]:
        """Return the phones that the switch has of us: name to digest.

        Raises:
            SwitchUnavailable: it cannot be asked now.
        """
        ...

    async def put(self, phone: Phone) -> None:
        """Let a phone in as it is now; may be done again.

        Raises:
            PhoneRefused: the switch does not take it.
            SwitchUnavailable: it cannot be told now.
        """
        ...

    async def remove(self, name: str) -> None:
        """Let a phone in no more; one that is gone already is no error.

        Raises:
            SwitchUnavailable: it cannot be told now.
        """
        ...
