"""Agents' phones in SQL. See `PhoneBook` (dialer.ports).

Knows rows. Refuses to know secrets and the switch.
"""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from dialer.adapters.sql.audit import note_in
from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.tables.phones import phones
from dialer.adapters.sql.writer import SqlWriter
from dialer.domain.ids import MAIN_TENANT
from dialer.domain.phone import (
    Phone,
    PhoneKind,
    PhoneLeg,
    Transport,
    checked_phone,
    no_phone,
    phone_taken,
)

_ADD: Final = insert(phones).on_conflict_do_nothing().returning(phones.c.id)


class SqlPhones:
    """A `PhoneBook` (dialer.ports) in SQL.

    Args:
        writer: commits; must be running.
        reader: for queries.
    """

    def __init__(self, writer: SqlWriter, reader: SqlReader) -> None:
        self._writer = writer
        self._reader = reader

    async def add(self, phone: Phone, *, by: str, at: float, tenant_id: str = MAIN_TENANT) -> None:
        """Add a phone; see `PhoneBook`."""
        checked_phone(phone)
        row = {**phone.shown, "ha1": phone.ha1, "tenant_id": tenant_id, "secret_at": at}

        def work(connection: Connection) -> None:
            if connection.execute(_ADD, row).first() is None:
                raise phone_taken(phone.name)
            detail = {"after": phone.shown}
            subject = f"phone {phone.name}"
            note_in(connection, "phone_add", subject, detail, by=by, at=at, tenant_id=tenant_id)

        await self._writer.transact(work)

    async def set_secret(
        self, name: str, ha1: str, *, by: str, at: float, tenant_id: str = MAIN_TENANT
    ) -> Phone:
        """Keep the digest of a new secret; see `PhoneBook`."""
        values = {"ha1": ha1, "secret_at": at}
        return await self._change(name, values, "phone_secret", {}, by, at, tenant_id)

    async def set_leg(
        self, name: str, leg: PhoneLeg, *, by: str, at: float, tenant_id: str = MAIN_TENANT
    ) -> Phone:
        """Say when a phone is called; see `PhoneBook`."""
        values = {"leg": leg.value}
        return await self._change(name, values, "phone_leg", values, by, at, tenant_id)

    async def remove(self, name: str, *, by: str, at: float, tenant_id: str = MAIN_TENANT) -> None:
        """Remove a phone; see `PhoneBook`."""
        query = (
            delete(phones)
            .where(phones.c.tenant_id == tenant_id, phones.c.name == name)
            .returning(phones)
        )

        def work(connection: Connection) -> None:
            row = connection.execute(query).first()
            if row is None:
                raise no_phone(name)
            detail = {"before": _phone(row).shown}
            subject = f"phone {name}"
            note_in(connection, "phone_remove", subject, detail, by=by, at=at, tenant_id=tenant_id)

        await self._writer.transact(work)

    async def get(self, name: str, tenant_id: str = MAIN_TENANT) -> Phone | None:
        """Return the phone of that name, or None."""
        query = select(phones).where(phones.c.tenant_id == tenant_id, phones.c.name == name)
        async with self._reader.connect() as connection:
            row = (await connection.execute(query)).first()
        return None if row is None else _phone(row)

    async def everybody(self) -> list[Phone]:
        """Return the phones of all tenants, by name."""
        async with self._reader.connect() as connection:
            found = map(_phone, await connection.execute(select(phones)))
            return sorted(found, key=lambda phone: phone.name)

    async def list(self, tenant_id: str = MAIN_TENANT) -> list[Phone]:
        """Return the phones of a tenant, by name."""
        query = select(phones).where(phones.c.tenant_id == tenant_id)
        async with self._reader.connect() as connection:
            found = map(_phone, await connection.execute(query))
            return sorted(found, key=lambda phone: phone.name)

    async def _change(
        self,
        name: str,
        values: Mapping[str, object],
        action: str,
        detail: Mapping[str, object],
        by: str,
        at: float,
        tenant_id: str,
    ) -> Phone:
        query = (
            update(phones)
            .where(phones.c.tenant_id == tenant_id, phones.c.name == name)
            .values(values)
            .returning(phones)
        )

        def work(connection: Connection) -> Phone:
            row = connection.execute(query).first()
            if row is None:
                raise no_phone(name)
            changed = checked_phone(_phone(row))
            subject = f"phone {name}"
            note_in(connection, action, subject, detail, by=by, at=at, tenant_id=tenant_id)
            return changed

        return await self._writer.transact(work)


def _phone(row: Any) -> Phone:
    kind, transport, leg = PhoneKind(row.kind), Transport(row.transport), PhoneLeg(row.leg)
    return Phone(row.name, kind, transport, row.srtp, row.ha1, leg)
