"""The stores of recordings of each kind, for their contract suite and for whoever needs one.

The bucket is of moto, another's imitation of S3 (https://github.com/getmoto/moto), over HTTP. It
does not look at signatures: those are made by Amazon's own library.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from uuid import uuid4

import boto3
from moto.server import ThreadedMotoServer

from dialer.adapters.disk_store import DiskStore
from dialer.adapters.s3_store import Bucket, S3Store
from dialer.ports import RecordingStore

KINDS: Final = ("disk", "s3")


@contextmanager
def bucket_server() -> Iterator[Bucket]:
    """Run a server with an empty bucket."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        # what one server was told the next one still knows
        name = f"recordings-{uuid4()}"
        bucket = Bucket(name, "talks/", f"http://{host}:{port}", "eu-central-1", "key", "secret")
        client = boto3.client(
            "s3",
            endpoint_url=bucket.endpoint,
            aws_access_key_id=bucket.access_key,
            aws_secret_access_key=bucket.secret_key,
            region_name=bucket.region,
        )
        client.create_bucket(
            Bucket=name, CreateBucketConfiguration={"LocationConstraint": bucket.region}
        )
        yield bucket
    finally:
        server.stop()


@contextmanager
def store(kind: str, folder: Path) -> Iterator[RecordingStore]:
    """Open an empty store of a kind."""
    if kind == "disk":
        (folder / "kept").mkdir()
        yield DiskStore(folder / "kept")
        return
    with bucket_server() as bucket:
        yield S3Store(bucket)
