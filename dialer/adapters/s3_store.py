"""Recordings kept in a bucket of S3, or of whatever speaks as it does (MinIO, Ceph, Garage, R2).

Signing, retries and multipart uploads are Arrow's, over Amazon's own library. Loading it takes a
second of work: this is used in processes of their own and in threads, never in the engine's loop.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from dialer.errors import BadInput

T = TypeVar("T")

CONNECT_S: Final = 5.0
REQUEST_S: Final = 30.0
TRIES: Final = 2
"""Of one request; more is for whoever asks: it waits longer in between."""

_PIECE: Final = 4 << 20


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket, and how to get in."""

    name: str
    prefix: str = ""
    """Before each name, such as `recordings/`."""
    endpoint: str = ""
    """URL of the server; empty: Amazon's."""
    region: str = ""
    access_key: str = ""
    """Empty: what the environment or the machine's role gives."""
    secret_key: str = field(default="", repr=False)


class S3Store:
    """A bucket; see `dialer.ports.RecordingStore`."""

    def __init__(self, bucket: Bucket) -> None:
        if not bucket.name:
            setting = "OUTPACE_RECORDINGS_S3_BUCKET"
            raise BadInput(setting, "is empty", "name the bucket that recordings go to")
        self._bucket = bucket
        self._fs: Any = None

    def put(self, name: str, source: Path) -> None:
        """Upload a file and read it back; the object is there whole or not at all."""

        def work(fs: Any) -> None:
            sent = hashlib.sha256()
            with source.open("rb") as file, fs.open_output_stream(self._key(name)) as out:
                while piece := file.read(_PIECE):
                    sent.update(piece)
                    out.write(piece)
            got = hashlib.sha256()
            with fs.open_input_stream(self._key(name)) as back:
                while piece := back.read(_PIECE):
                    got.update(piece)
            if got.digest() != sent.digest():
                raise OSError(f"{name} came out of the store other than it went in")

        self._ask(work)

    def size(self, name: str) -> int:
        """Return the bytes of an object."""

        def work(fs: Any) -> int:
            with fs.open_input_file(self._key(name)) as file:
                return int(file.size())

        return self._ask(work)

    def read(self, name: str, start: int, length: int) -> bytes:
        """Return bytes of an object."""

        def work(fs: Any) -> bytes:
            with fs.open_input_file(self._key(name)) as file:
                within = max(0, min(length, file.size() - start))
                return bytes(file.read_at(within, start)) if within else b""

        return self._ask(work)

    def delete(self, name: str) -> bool:
        """Delete an object."""

        def work(fs: Any) -> bool:
            from pyarrow.fs import FileType  # noqa: PLC0415 - see the module

            if fs.get_file_info(self._key(name)).type == FileType.NotFound:
                return False
            fs.delete_file(self._key(name))
            return True

        return self._ask(work)

    def _key(self, name: str) -> str:
        return f"{self._bucket.name}/{self._bucket.prefix}{name}"

    def _ask(self, work: Callable[[Any], T]) -> T:
        """Do something with the bucket, and tell what went wrong in one line."""
        if self._fs is None:
            self._fs = _file_system(self._bucket)
        try:
            return work(self._fs)
        except FileNotFoundError:
            raise
        except OSError as error:
            raise OSError(str(error).splitlines()[0]) from None


def _file_system(bucket: Bucket) -> Any:
    from pyarrow import fs  # noqa: PLC0415 - see the module

    options: dict[str, Any] = {}
    if bucket.endpoint:
        url = urlsplit(bucket.endpoint)
        if url.scheme not in {"http", "https"} or not url.netloc or url.path not in {"", "/"}:
            problem = f"{bucket.endpoint!r} is no address of a server"
            setting = "OUTPACE_RECORDINGS_S3_ENDPOINT"
            raise BadInput(setting, problem, "give it as https://host:9000")
        options |= {"scheme": url.scheme, "endpoint_override": url.netloc}
    if bucket.access_key:
        options |= {"access_key": bucket.access_key, "secret_key": bucket.secret_key}
    if bucket.region or bucket.endpoint:
        options["region"] = bucket.region or "us-east-1"
    return fs.S3FileSystem(
        connect_timeout=CONNECT_S,
        request_timeout=REQUEST_S,
        retry_strategy=fs.AwsStandardS3RetryStrategy(max_attempts=TRIES),
        **options,
    )
