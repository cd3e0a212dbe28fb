"""Whole numbers out of times are the same on both databases and in Python."""

from pathlib import Path

import pytest
from databases import database
from hypothesis import given, settings
from hypothesis import strategies as st
from migrated import KINDS, run
from sqlalchemy import Connection, Double, literal, select

from dialer.adapters.sql.reports.arithmetic import milliseconds

HALVES = (0.0625, 0.1875, 1_774_000_000.0625, 1_774_000_000.1875, 0.0, 0.0005, 12.3456)


@pytest.mark.parametrize("kind", KINDS)
async def test_milliseconds_round_halves_to_even_everywhere(kind: str, tmp_path: Path) -> None:
    def work(connection: Connection) -> None:
        @settings(max_examples=50)
        @given(st.lists(st.one_of(st.sampled_from(HALVES), st.floats(-1e10, 1e10)), min_size=1))
        def check(seconds: list[float]) -> None:
            asked = select(
                *(
                    milliseconds(literal(one, Double)).label(f"n{at}")
                    for at, one in enumerate(seconds)
                )
            )
            found = connection.execute(asked).one()
            assert list(found) == [round(one * 1000) for one in seconds]

        check()

    async with database(kind, tmp_path) as url:
        await run(url, work)
