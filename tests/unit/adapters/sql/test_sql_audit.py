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


async def test_the_newest_rows_come_first_in_pages(kind: str, tmp_path: Path) -> None:
    async with stored(kind, tmp_path) as stores:
        log = stores.audit
        for number, at in enumerate((5.0, 7.0, 7.0, 6.0)):
            who = "ann" if number % 2 else "bob"
            await log.note(by=who, action="a", subject=f"s{number}", detail={}, at=at)
        found, before = [], None
        while page := await log.newest(limit=1, before=before):
            found += [row.subject for row in page]
            before = (page[-1].at, page[-1].row_id)
        assert found == ["s2", "s1", "s3", "s0"]
        assert [row.subject for row in await log.newest(limit=9, by="ann")] == ["s1", "s3"]
        assert [row.subject for row in await log.newest(limit=9, since=6, until=7)] == ["s3"]
        assert await log.newest(limit=9, tenant_id="other") == []


async def test_the_same_is_noted_once_within_its_time(kind: str, tmp_path: Path) -> None:
    async with stored(kind, tmp_path) as stores:
        heard = {"action": "playback", "subject": "attempt a", "detail": {}, "within_s": 60.0}
        assert await stores.audit.note_once(by="ann", at=100.0, **heard)
        assert not await stores.audit.note_once(by="ann", at=159.0, **heard)
        assert await stores.audit.note_once(by="bob", at=159.0, **heard)
        assert await stores.audit.note_once(by="ann", at=160.0, **heard)
        other = {**heard, "subject": "attempt b"}
        assert await stores.audit.note_once(by="ann", at=160.0, **other)


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
