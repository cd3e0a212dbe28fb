"""Who is at the other end of a trunk."""

from enum import StrEnum


class FarSide(StrEnum):
    """Who answers calls on a trunk."""

    SIMULATED = "simulated"  # the simulated carrier: nobody is called
    CARRIER = "carrier"  # people
    NOBODY = "nobody"  # it does not answer
