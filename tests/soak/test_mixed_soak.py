"""Sixty agents and ten calls a second, everything mixed: nothing is stuck, and the books balance.

Half an hour unless SOAK_S says otherwise, in seconds: `make soak`. What a whole half hour measured
is put on docs/benchmarks/telephony.md.
"""

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "integration"))

from mixed_figures import Soaked
from mixed_soak import Soak, soak

from benchmarks.telephony import keep

WHOLE_S = 1800.0
SECONDS = float(os.environ.get("SOAK_S", str(WHOLE_S)))


def kept(soaked: Soaked) -> None:
    """Put it on the page, unless it was a short one to see that all is well."""
    if SECONDS >= WHOLE_S:
        keep(soaked.section())


@pytest.mark.soak
@pytest.mark.timeout(SECONDS + 900)
async def test_a_full_mixed_floor_leaves_nothing_stuck_and_its_books_balance(
    tmp_path: Path,
) -> None:
    await soak(
        tmp_path,
        Soak(
            seconds=SECONDS,
            warm_up_s=min(60.0, SECONDS / 4),
            agents=60,
            dialed_cps=6.0,  # of these some are never sent: ten calls a second in all
            inbound_cps=3.0,
            flow_cps=2.0,
            moves_per_s=3.0,
            growth_mb=60.0,
        ),
        kept,
    )
