"""Files of an erased person, deleted after the database has forgotten them.

Knows a folder. Refuses to delete anything outside of it, whatever a row says.
"""

from collections.abc import Iterable
from pathlib import Path

from dialer.adapters.recording_files import all_of, attempt_in
from dialer.errors import BadInput


def delete_files(folder: Path, names: Iterable[str]) -> int:
    """Delete files of a folder, and what else was made of the same talk; returns how many.

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
        attempt_id = attempt_in(name)
        made = [] if attempt_id is None else list(all_of(inside, attempt_id))
        for file in dict.fromkeys([path.with_suffix(".raw"), path, *made]):
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
