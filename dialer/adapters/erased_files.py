"""Files of an erased person, deleted after the database has forgotten them.

Knows a folder. Refuses to delete anything outside of it, whatever a row says.
"""

from collections.abc import Iterable
from pathlib import Path

from dialer.errors import BadInput


def delete_files(folder: Path, names: Iterable[str]) -> int:
    """Delete files of a folder, the switch's raw ones of the same name too; returns how many.

    Raises:
        BadInput: one cannot be deleted; the others are.
    """
    inside = folder.resolve()
    deleted = 0
    failed: list[str] = []
    for name in names:
        path = (inside / name).resolve()
        if not path.is_relative_to(inside) or path == inside:
            failed.append(name)
            continue
        for file in (path, path.with_suffix(".raw")):
            try:
                file.unlink()
                deleted += 1
            except FileNotFoundError:
                continue
            except OSError:
                failed.append(name)
    if failed:
        problem = f"{len(failed)} files could not be deleted, such as {failed[0]}"
        raise BadInput(str(folder), problem, "check its rights, and erase again")
    return deleted
