"""A telephone number as somebody sends it."""

from typing import Annotated

from fastapi import Query

from api.one_line import PRINTED
from dialer.domain.telephone_number import UnusableNumber, e164
from dialer.errors import BadInput
from dialer.services.import_numbers import checked_region

Region = Annotated[
    str,
    Query(
        max_length=2,
        pattern=PRINTED,
        description="Country of numbers without a country code, as US.",
    ),
]


def number_said(number: str, region: str = "") -> str:
    """Return a number as E.164; what was sent is not told back: it may be seen by others.

    Raises:
        BadInput: it is none, or the region is none.
    """
    try:
        return e164(number, checked_region(region or None))
    except UnusableNumber as unusable:
        raise BadInput("number", f"is unusable: {unusable}", "write it as +12025550100") from None
