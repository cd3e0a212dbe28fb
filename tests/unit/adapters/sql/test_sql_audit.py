"""The audit log: what is noted is there, in order, and found by what one asks for."""

from pathlib import Path

import pytest
from stored import KINDS, stored

from dialer.adapters.sql.audit import SqlAudit, note_in
from dialer.errors import BadInput

pytestmark = pytest.mark.parametrize("kind", KINDS)


async def test_what_is_noted_is_read_by_time_action_and_subject(kind: str, tmp_path: Path) -> None:
    async with stored(kind, tmp_path) as stores:
        log = SqlAudit(stores.writer, stores.reader)
        for at, action in enumerate(["reveal", "export", "reveal"]):
            await log.note(
                by="ann", action=action, subject=f"lead {at}", detail={"n": at}, at=float(at)
            )
        assert [row.detail async for row in log.read()] == [{"n": 0}, {"n": 1}, {"n": 2}]
        assert [row.at async for row in log.read(action="reveal")] == [0.0, 2.0]
        assert [row.at async for row in log.read(since=1.0, until=2.0)] == [1.0]
        (found,) = [row async for row in log.read(subject="lead 1")]
        assert (found.by, found.action, found.tenant_id) == ("ann", "export", "main")


async def test_a_log_of_many_rows_is_read_to_its_end(kind: str, tmp_path: Path) -> None:
    async with stored(kind, tmp_path) as stores:

        def work(connection) -> None:
            for at in range(1_203):
                note_in(connection, by="a", action="b", subject="", detail={}, at=float(at))

        await stores.writer.transact(work)
        log = SqlAudit(stores.writer, stores.reader)
        assert [row.at async for row in log.read()] == [float(at) for at in range(1_203)]


async def test_a_note_goes_when_what_it_describes_is_refused(kind: str, tmp_path: Path) -> None:
    async with stored(kind, tmp_path) as stores:

        def work(connection) -> None:
            note_in(connection, by="a", action="erase", subject="", detail={}, at=1.0)
            raise BadInput("it", "cannot be", "leave it")

        with pytest.raises(BadInput):
            await stores.writer.transact(work)
        assert [row async for row in SqlAudit(stores.writer, stores.reader).read()] == []
