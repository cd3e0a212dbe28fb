"""A small floor with everything at once, for a short while: nothing is left, and the books balance.

The long run is `tests/soak/test_mixed_soak.py`.
"""

from pathlib import Path

import pytest
from mixed_figures import Soaked
from mixed_soak import Soak, soak


@pytest.mark.timeout(300)
async def test_a_mixed_floor_comes_to_rest_with_nothing_left_and_its_books_balance(
    tmp_path: Path,
) -> None:
    figures: list[Soaked] = []
    await soak(
        tmp_path,
        Soak(
            seconds=10.0,
            warm_up_s=3.0,
            agents=12,
            dialed_cps=1.5,
            inbound_cps=0.6,
            flow_cps=0.5,
            moves_per_s=1.0,
            growth_mb=30.0,
        ),
        figures.append,
    )
    shown = {one.name: one for one in figures[0].section().figures}
    assert shown["agents"].value == 12
    assert shown["channels and bridges that were left"].value == 0
    assert shown["on record: attempts, connected"].value > 0
    assert [one.name for one in shown.values() if one.missed] == []
