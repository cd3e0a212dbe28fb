"""A list of caller accounts with their PINs: taken in as a whole or not at all. Pure.

No error names a PIN. Refuses to know how PINs are kept.
"""

from dataclasses import dataclass, field, replace
from typing import Final

from dialer.domain.caller_account import CallerAccount, checked_account
from dialer.domain.leadtable import Table
from dialer.domain.pin import checked_pin
from dialer.domain.telephone_number import UnusableNumber, e164
from dialer.domain.whole_list import Row, refuse, rows_in
from dialer.errors import BadInput

COLUMNS: Final = ("kind", "number", "pin")
MORE: Final = ("phone", "label")

MOST_PINS: Final = 2_000
"""Of one list: each is hashed, which takes a tenth of a second, and all are one transaction."""


@dataclass(frozen=True, slots=True)
class NewPin:
    """An account to be kept, and its PIN."""

    account: CallerAccount
    """Without a hash yet."""
    pin: bytes = field(repr=False)


def pins_from(table: Table, name: str, default_region: str | None = None) -> list[NewPin]:
    """Read a list of accounts; blank rows are left out.

    Args:
        table: columns kind, number, pin, and, as wanted, phone and label.
        name: of the file, for errors.
        default_region: country (ISO 3166, "US") of telephone numbers without a country code.

    Raises:
        BadInput: a column is missing, or rows cannot be used; each is named by its line.
    """
    rows, problems = rows_in(table, name, needed=COLUMNS, more=MORE, most=MOST_PINS)
    found: list[NewPin] = []
    places: dict[tuple[str, str], str] = {}
    for row in rows:
        try:
            one = _read(row, default_region)
        except BadInput as error:
            problems.append(f"{row.place}: {error.field} {error.problem}")
            continue
        key = (one.account.kind, one.account.number)
        if key in places:
            problems.append(f"{row.place}: {' '.join(key)} is in {places[key]} already")
        places.setdefault(key, row.place)
        found.append(one)
    refuse(problems, name)
    if not found:
        raise BadInput(name, "has no PINs", "write kind, number and pin in each row")
    return found


def _read(row: Row, default_region: str | None) -> NewPin:
    said = row.values
    account = CallerAccount(
        said["kind"], said["number"], "?", _phone(said["phone"], default_region), said["label"]
    )
    checked_account(account)
    pin = checked_pin(said["pin"], account.number)
    return NewPin(replace(account, pin_hash=""), pin)


def _phone(said: str, default_region: str | None) -> str:
    if not said:
        return ""
    try:
        return e164(said, default_region)
    except UnusableNumber as unusable:
        raise BadInput("phone", f"{said[:40]!r}: {unusable}", "write it as +12025550100") from None
