"""A caller account: a number of a customer or of staff, and the PIN by which they log in. Pure.

The PIN is kept as a hash only, which no audit log shows. Refuses to know how it is compared, and
what a caller who is logged in may do.
"""

from dataclasses import dataclass
from typing import Final, Literal

from dialer.domain.call_record import E164
from dialer.domain.named import Named, check_line
from dialer.domain.pin import check_keyed_number
from dialer.errors import BadInput

AccountKind = Literal["customer", "staff"]
KINDS: Final[tuple[AccountKind, ...]] = ("customer", "staff")


@dataclass(frozen=True, slots=True)
class CallerAccount:
    """One account of a tenant."""

    kind: str
    """customer or staff."""
    number: str
    """As it is keyed in: digits."""
    pin_hash: str
    phone: str = ""
    """Where they are called, E.164: by it a flow finds their lead; "": not known."""
    label: str = ""
    """For people, and for flows."""


def checked_account(account: CallerAccount) -> CallerAccount:
    """Return an account that can be kept.

    Raises:
        BadInput: the kind is none, the number cannot be keyed in, there is no PIN, or the
            telephone number is none.
    """
    if account.kind not in KINDS:
        raise BadInput("kind", f"{account.kind!r} is none", f"use one of {', '.join(KINDS)}")
    check_keyed_number(account.number)
    check_line("pin_hash", account.pin_hash)
    if not account.pin_hash:
        raise BadInput("pin_hash", "is empty", "set a PIN")
    if account.phone and not E164.fullmatch(account.phone):
        raise BadInput("phone", f"{account.phone!r} is no number", "write it as +12025550100")
    check_line("label", account.label)
    return account


CALLER_ACCOUNTS: Final = Named(
    "caller account",
    CallerAccount,
    checked_account,
    key=("kind", "number"),
    secret=("pin_hash",),
    see="see outpace pins list",
)
