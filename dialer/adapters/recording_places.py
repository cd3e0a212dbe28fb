"""Where a node's recordings are kept, as its settings say it.

The one place that knows both settings and stores. Refuses to know who asks for them.
"""

from dialer.adapters.recording_keeper import KeeperProcess
from dialer.adapters.recording_keys import read_keys
from dialer.adapters.recording_shelf import RecordingShelf
from dialer.adapters.s3_store import Bucket
from dialer.domain.recording import Kept
from dialer.errors import BadInput
from dialer.settings import NodeSettings


def bucket_of(settings: NodeSettings) -> Bucket:
    """Return the bucket of the store S3; its name is empty when there is none."""
    return Bucket(
        name=settings.recordings_s3_bucket,
        prefix=settings.recordings_s3_prefix,
        endpoint=settings.recordings_s3_endpoint,
        region=settings.recordings_s3_region,
        access_key=settings.recordings_s3_access_key,
        secret_key=settings.recordings_s3_secret_key.get_secret_value(),
    )


def shelf_of(settings: NodeSettings) -> RecordingShelf:
    """Return all places in which recordings of a node may be."""
    return RecordingShelf.of(
        settings.recordings,
        settings.recordings_folder,
        bucket_of(settings),
        settings.recordings_key_file,
    )


def keeper_of(settings: NodeSettings) -> KeeperProcess:
    """Return what brings recordings to the store that is asked for."""
    bucket = bucket_of(settings) if settings.recordings_store == "s3" else None
    folder = settings.recordings_folder or settings.recordings
    return KeeperProcess(settings.recordings, folder, bucket)


def store_of(settings: NodeSettings) -> Kept:
    """Return which store that is."""
    return Kept(settings.recordings_store)


def is_elsewhere(settings: NodeSettings) -> bool:
    """Tell whether recordings are kept elsewhere than they are made."""
    return settings.recordings_store == "s3" or settings.recordings_folder is not None


def check_places(settings: NodeSettings) -> None:
    """Check what can be seen before anything is recorded.

    Raises:
        BadInput: the keys cannot be used, or the store is not said whole.
    """
    read_keys(settings.recordings_key_file)
    if settings.recordings_store == "s3" and not settings.recordings_s3_bucket:
        setting = "OUTPACE_RECORDINGS_S3_BUCKET"
        raise BadInput(setting, "is empty", "name the bucket that recordings go to")
