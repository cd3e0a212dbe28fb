"""`outpace recordings` as it is typed: what is damaged is named, and keys are rotated."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select
from typed_commands import done, node_with_leads, refused, typed

from dialer.adapters.recording_finish import PLAIN, finish
from dialer.adapters.recording_keys import NO_KEYS, read_keys
from dialer.adapters.sql.stores import open_stores
from dialer.adapters.sql.tables.attempts import attempts
from dialer.adapters.sql.tables.leads import leads
from dialer.domain.ids import AttemptId, new_attempt_id
from dialer.domain.recording import Booked, Finished, Kept

NOON = 1_730_635_200.0
"""2024-11-03T12:00 UTC."""
DAMAGED = "is damaged: its checksum is another than when it was finished; restore the file"
SAMPLES = bytes(range(256)) * 300


@pytest.fixture
def node(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = node_with_leads(tmp_path, monkeypatch, "phone\n202-555-0100\n202-555-0101\n")
    (home / "asterisk" / "spool" / "monitor").mkdir(parents=True)
    return home


def recorded(home: Path, *, index: int = 0, keys: Path | None = None, node: str = "node") -> str:
    """Have a talk of a day on record, with its recording; returns the recording's name."""
    return asyncio.run(_recorded(home, index, keys, node)).file


async def _recorded(home: Path, index: int, keys: Path | None, node: str) -> Finished:
    attempt_id = new_attempt_id()
    at = NOON + index * 86_400

    def work(connection: Connection) -> None:
        lead = connection.execute(select(leads).order_by(leads.c.id)).all()[index]
        row = {
            "id": attempt_id,
            "campaign_id": lead.campaign_id,
            "list_id": lead.list_id,
            "lead_id": lead.id,
            "number": lead.number,
            "trunk": "trunk",
            "node": node,
            "dialed_at": at,
            "connected_at": at,
            "ended_at": at + 5,
        }
        connection.execute(insert(attempts), row)

    async with open_stores(f"sqlite:///{home}/outpace.db") as stores:
        await stores.writer.transact(work)
        facts = made(home, attempt_id, keys)
        assert await stores.recordings.book(facts, Kept.DISK) is Booked.YES
    return facts


def made(home: Path, attempt_id: AttemptId, keys: Path | None) -> Finished:
    monitor = home / "asterisk" / "spool" / "monitor"
    (monitor / f"{attempt_id}.raw").write_bytes(SAMPLES)
    ring = NO_KEYS if keys is None else read_keys(keys)
    facts = finish(monitor, attempt_id, PLAIN, ring, now=NOON)
    assert facts is not None
    return facts


def test_what_is_damaged_or_missing_is_named_and_the_exit_code_says_so(node: Path) -> None:
    assert done("recordings", "verify") == "0 sound, 0 faulty\n"
    first, second = recorded(node), recorded(node, index=1)
    assert done("recordings", "verify") == "2 sound, 0 faulty\n"
    monitor = node / "asterisk" / "spool" / "monitor"
    (monitor / first).unlink()
    stored = bytearray((monitor / second).read_bytes())
    stored[1000] ^= 1
    (monitor / second).write_bytes(stored)
    told = typed("recordings", "verify")
    assert told.exit_code == 1
    assert told.stdout.splitlines() == [
        f"{first}: is missing",
        f"{second}: {DAMAGED}",
        "0 sound, 2 faulty",
    ]
    assert typed("recordings", "verify", "--day", "2024-11-03").stdout.splitlines() == [
        f"{first}: is missing",
        "0 sound, 1 faulty",
    ]
    assert done("recordings", "verify", "--day", "2024-11-05") == "0 sound, 0 faulty\n"
    assert "--day: '3.11.' is no day" in refused("recordings", "verify", "--day", "3.11.")


def test_recordings_on_another_nodes_disk_are_counted_as_such(node: Path) -> None:
    recorded(node, node="west")
    assert done("recordings", "verify") == "0 sound, 0 faulty, 1 on other nodes' disks\n"


def test_a_rotation_seals_old_recordings_anew_so_that_the_old_key_can_go(
    node: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = tmp_path / "keys"
    assert "names no file" in refused("recordings", "rekey")
    assert done("recordings", "new-key", str(keys), "spring").startswith("'spring' seals from now")
    monkeypatch.setenv("OUTPACE_RECORDINGS_KEY_FILE", str(keys))
    name = recorded(node, keys=keys)
    recorded(node, index=1)  # before there were keys: it is not sealed
    done("recordings", "new-key", str(keys), "autumn")
    assert done("recordings", "rekey") == "1 sealed with 'autumn', 0 not\n"
    assert done("recordings", "rekey") == "0 sealed with 'autumn', 0 not\n"
    keys.write_text(keys.read_text().splitlines()[0])
    assert done("recordings", "verify") == "2 sound, 0 faulty\n"
    keys.unlink()
    done("recordings", "new-key", str(keys), "third")
    told = typed("recordings", "verify")
    assert told.exit_code == 1
    assert f"{name}: is sealed with key 'autumn', which is not there" in told.stdout
    told = typed("recordings", "rekey")
    assert (told.exit_code, told.stdout) == (1, "0 sealed with 'third', 1 not\n")
    assert "there is a key 'third'" in refused("recordings", "new-key", str(keys), "third")
