"""Streams as TCP may deliver them."""

import itertools
from collections.abc import Sequence


def cut(stream: bytes, at: Sequence[int]) -> list[bytes]:
    """Cut a stream at these places; places past its end are its end."""
    places = [0, *sorted(min(place, len(stream)) for place in at), len(stream)]
    return [stream[start:end] for start, end in itertools.pairwise(places)]
