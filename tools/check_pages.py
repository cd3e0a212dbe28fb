"""Checks the pages: texts, size of the first load, and types where Node's package client is there.

    python -m tools.check_pages

Types are checked by TypeScript of the version and hashes in `tools/vendor/package-lock.json`, put
in place once, beside the interpreter. Without `npm` on the PATH that part is left out, and said to
be. Refuses to know what pages are made of (`tools.page_modules`).
"""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from tools.page_modules import Pages, pages

VENDOR: Final = Path(__file__).resolve().parent / "vendor"
LOCK: Final = VENDOR / "package-lock.json"
INSTALL: Final = ("ci", "--no-audit", "--no-fund", "--ignore-scripts", "--silent")
SKIPPED: Final = "types of the pages: skipped, as there is no npm on the PATH"


def compiler(npm: str) -> Path:
    """Return TypeScript's compiler, put in place if it is not yet.

    Raises:
        CalledProcessError: it cannot be had.
    """
    digest = hashlib.sha256(LOCK.read_bytes()).hexdigest()[:16]
    place = Path(sys.prefix) / "pages" / digest
    tsc = place / "node_modules" / ".bin" / "tsc"
    if not tsc.exists():
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        for file in ("package.json", LOCK.name):
            shutil.copy(VENDOR / file, place)
        subprocess.run([npm, *INSTALL], cwd=place, check=True)
    return tsc


def badly_typed(npm: str | None) -> list[str]:
    """Return what TypeScript says of the pages; without npm it is not asked."""
    if npm is None:
        print(SKIPPED)
        return []
    words = [str(compiler(npm)), "--pretty", "false", "-p", str(VENDOR / "tsconfig.json")]
    asked = subprocess.run(words, capture_output=True, text=True, check=False)
    return asked.stdout.splitlines() if asked.returncode else []


def sizes(found: Pages) -> str:
    """Say how large the first load of each page is."""
    shown = [
        f"{page} {found.first_load(module) / 1024:.0f}" for page, module in found.listed().items()
    ]
    return f"first load in KB, compressed: {', '.join(shown)}"


def main() -> int:
    """Check, and tell what is wrong."""
    found = pages()
    problems = [*found.problems(), *badly_typed(shutil.which("npm"))]
    for problem in problems:
        print(problem)
    print(sizes(found))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
