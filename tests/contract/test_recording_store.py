"""What every store of recordings promises."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from recording_stores import KINDS, bucket_server, store

from dialer.adapters.disk_store import DiskStore
from dialer.adapters.s3_store import S3Store
from dialer.errors import BadInput
from dialer.ports import RecordingStore

LONG = os.urandom(11 << 20)
"""More than two parts of a multipart upload."""


@pytest.fixture(params=KINDS)
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RecordingStore]:
    with store(request.param, tmp_path) as one:
        yield one


def put(kept: RecordingStore, folder: Path, name: str, data: bytes) -> None:
    source = folder / "source"
    source.write_bytes(data)
    kept.put(name, source)
    assert source.read_bytes() == data, "the original stays"


@pytest.mark.parametrize("data", [b"", b"x", LONG], ids=len)
def test_what_was_put_is_read_whole_and_in_parts(
    kept: RecordingStore, tmp_path: Path, data: bytes
) -> None:
    put(kept, tmp_path, "2026/spring/a-1.wav", data)
    assert kept.size("2026/spring/a-1.wav") == len(data)
    assert kept.read("2026/spring/a-1.wav", 0, len(data) + 9) == data
    for start, length in ((0, 1), (5, 70_000), (len(data) - 3, 100), (len(data) + 5, 3)):
        if start >= 0:
            part = kept.read("2026/spring/a-1.wav", start, length)
            assert part == data[start : start + length]


def test_what_is_put_again_replaces_what_was_there(kept: RecordingStore, tmp_path: Path) -> None:
    put(kept, tmp_path, "a.wav", b"first, and longer")
    put(kept, tmp_path, "a.wav", b"second")
    assert kept.read("a.wav", 0, 99) == b"second"


def test_what_is_deleted_is_gone_and_its_neighbour_stays(
    kept: RecordingStore, tmp_path: Path
) -> None:
    put(kept, tmp_path, "day/a.wav", b"a")
    put(kept, tmp_path, "day/b.wav", b"b")
    assert kept.delete("day/a.wav")
    assert not kept.delete("day/a.wav")
    assert kept.read("day/b.wav", 0, 9) == b"b"
    assert kept.delete("day/b.wav")
    put(kept, tmp_path, "day/a.wav", b"again")
    assert kept.size("day/a.wav") == 5


def test_what_is_not_there_is_told_as_such(kept: RecordingStore, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        kept.size("nothing.wav")
    with pytest.raises(FileNotFoundError):
        kept.read("nothing.wav", 0, 1)
    assert not kept.delete("nothing.wav")


def test_a_store_that_is_away_is_an_error_and_no_missing_file(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"x")
    with bucket_server() as bucket:
        kept = S3Store(bucket)
        kept.put("a.wav", source)
        no_bucket = S3Store(replace(bucket, name="another-bucket"))
        with pytest.raises(OSError, match="NO_SUCH_BUCKET"):
            no_bucket.put("a.wav", source)
    for ask in (lambda: kept.size("a.wav"), lambda: kept.put("b.wav", source)):
        with pytest.raises(OSError, match="NETWORK_CONNECTION") as away:
            ask()
        assert not isinstance(away.value, FileNotFoundError)
        assert "\n" not in str(away.value)
    unmounted = DiskStore(tmp_path / "unmounted")
    with pytest.raises(OSError, match="is it mounted"):
        unmounted.put("a.wav", source)
    assert not (tmp_path / "unmounted").exists()


@pytest.mark.parametrize("name", ["../a.wav", "/etc/passwd", "a/../../b.wav", ".", ""])
def test_no_name_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "a.wav").write_bytes(b"not to be read")
    kept = DiskStore(tmp_path / "kept")
    for ask in (lambda: kept.size(name), lambda: kept.read(name, 0, 9), lambda: kept.delete(name)):
        with pytest.raises(FileNotFoundError, match="outside"):
            ask()
    assert (tmp_path / "a.wav").exists()


def test_an_address_that_is_none_is_told_before_anything_is_sent() -> None:
    with bucket_server() as bucket, pytest.raises(BadInput, match="ENDPOINT"):
        S3Store(replace(bucket, endpoint="localhost:9000")).size("a.wav")
    with pytest.raises(BadInput, match="BUCKET"):
        S3Store(replace(bucket, name=""))
